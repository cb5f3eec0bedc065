// What holds for any arrays, tried on random ones with special values in random places.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import { createArena, type Engine } from '../src/index.js';
import { seeded } from './losses/numbers.mjs';
import { expectSame, outcomeOf, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import type { Loss } from './support/loss.js';

const [{ engine: js }, { engine: wasm }, { engine: auto }] = engines;

const MAX = 4200;
const arena = createArena(6 * 8 * (MAX + 8));
const regions = [arena.float64(MAX + 8), arena.float64(MAX + 8), arena.float64(MAX + 8)];

/** The same elements in the arena, some elements from the start of an aligned region. */
function resident<A extends FloatArray>(values: A, region: number, offset: number): A {
  const Type = values.constructor as new (buffer: ArrayBuffer, byteOffset: number, n: number) => A;
  const { buffer, byteOffset } = regions[region];
  const copy = new Type(buffer, byteOffset + offset * values.BYTES_PER_ELEMENT, values.length);
  copy.set(values);
  return copy;
}

const lengths = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 41, max: MAX }),
  fc.constantFrom(63, 64, 65, 2047, 2048, 2049, 4095, 4096, 4097),
);

const REALS = [
  0,
  -0,
  1,
  -1,
  2 ** -1074,
  -(2 ** -1022),
  2 ** -149,
  1e-160,
  1e154,
  -1e200,
  Number.MAX_VALUE,
  Infinity,
  -Infinity,
  Number.NaN,
];
const PROBABILITIES = [
  0,
  -0,
  1,
  0.5,
  1 - 2 ** -53,
  1 - 2 ** -24,
  2 ** -53,
  1e-12,
  1e-43,
  1e-44,
  1e-300,
  2 ** -1022,
  2 ** -1074,
  2 ** -149,
];
const LABELS = [0, -0, 1, 0.5, 1e-12, 1 - 2 ** -53, 2 ** -1074];
const NUMBERS_AND_NAN = [...PROBABILITIES, Number.NaN];

/** Random numbers with some replaced by special ones. */
function arrays(
  make: (random: () => number) => number,
  special: readonly number[],
): fc.Arbitrary<(n: number) => Float64Array> {
  return fc
    .tuple(
      fc.integer(),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...special)), { maxLength: 8 }),
    )
    .map(([seed, replaced]) => (n: number) => {
      const random = seeded(seed);
      const values = Float64Array.from({ length: n }, () => make(random));
      if (n > 0) for (const [at, value] of replaced) values[at % n] = value;
      return values;
    });
}

const reals = arrays((random) => 200 * random() - 100, REALS);
const finite = arrays((random) => 200 * random() - 100, [0, -0, 1, 1e-9, 1e9]);
const probabilities = arrays((random) => random(), NUMBERS_AND_NAN);
const hardLabels = arrays((random) => (random() < 0.5 ? 0 : 1), [0, 1, -0, Number.NaN]);
const softLabels = arrays((random) => random(), LABELS);
/** Near the label, mostly: losses from 1e-16 to 1. */
const misses = arrays((random) => 10 ** (-16 * random()), [0, 2 ** -6, 2 ** -16, 0.98, 1]);

type Pair = readonly [yTrue: Float64Array, yPred: Float64Array];

const anyPair = (yTrue: typeof reals, yPred: typeof reals): fc.Arbitrary<Pair> =>
  fc.tuple(lengths, yTrue, yPred).map(([n, y, p]) => [y(n), p(n)]);

/** Hard labels, and predictions that miss them by little. */
const nearPairs: fc.Arbitrary<Pair> = fc
  .tuple(lengths, hardLabels, misses)
  .map(([n, makeLabels, makeMisses]) => {
    const y = makeLabels(n);
    const m = makeMisses(n);
    return [y, y.map((label, i) => Math.abs((label || 0) - m[i]))];
  });

const subjects: readonly {
  name: string;
  of: (engine: Engine) => Loss;
  pairs: fc.Arbitrary<Pair>;
}[] = [
  { name: 'squaredError', of: (engine) => engine.squaredError, pairs: anyPair(reals, reals) },
  { name: 'absoluteError', of: (engine) => engine.absoluteError, pairs: anyPair(reals, reals) },
  {
    name: 'binaryCrossEntropy of hard labels',
    of: (engine) => engine.binaryCrossEntropy,
    pairs: anyPair(hardLabels, probabilities),
  },
  {
    name: 'binaryCrossEntropy of small losses',
    of: (engine) => engine.binaryCrossEntropy,
    pairs: nearPairs,
  },
  {
    name: 'binaryCrossEntropy of soft labels',
    of: (engine) => engine.binaryCrossEntropy,
    pairs: anyPair(softLabels, probabilities),
  },
  {
    name: 'binaryCrossEntropy with clip',
    of: (engine) => engine.binaryCrossEntropy.with({ clip: 1e-9 }),
    pairs: anyPair(hardLabels, probabilities),
  },
  {
    name: 'categoricalCrossEntropy of hard labels',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 1 }),
    pairs: anyPair(hardLabels, probabilities),
  },
  {
    name: 'categoricalCrossEntropy of soft labels',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 1 }),
    pairs: anyPair(softLabels, probabilities),
  },
];

const runs = (numRuns: number) => ({ numRuns });

describe.each(subjects)('$name', ({ of, pairs }) => {
  it('has the same bits on every backend and anywhere in memory', () => {
    const types = fc.constantFrom(Float64Array, Float32Array);
    const offsets = fc.nat({ max: 7 });
    fc.assert(
      fc.property(pairs, types, types, offsets, offsets, (pair, TrueType, PredType, i, j) => {
        const yTrue = new TrueType(pair[0]);
        const yPred = new PredType(pair[1]);
        for (const verb of ['sum', 'mean', 'perSample'] as const) {
          const expected = outcomeOf(() => of(js)[verb](yTrue, yPred));
          for (const engine of [wasm, auto]) {
            for (const [y, p] of [
              [yTrue, yPred],
              [resident(yTrue, 0, i), resident(yPred, 1, j)],
              [resident(yTrue, 0, i), yPred],
            ]) {
              const got = outcomeOf(() => of(engine)[verb](y, p));
              expectSame(got, expected);
            }
          }
        }
      }),
      runs(80),
    );
  });

  it('has a sum of n times the mean, and of the losses of the samples', () => {
    fc.assert(
      fc.property(pairs, ([yTrue, yPred]) => {
        const loss = of(auto);
        const sum = loss.sum(yTrue, yPred);
        const mean = loss.mean(yTrue, yPred);
        if (yPred.length === 0) {
          expect([sum, mean]).toEqual([0, Number.NaN]);
          return;
        }
        // The mean is rounded once, a quotient of the rounded sum twice.
        const quotient = sum / yPred.length;
        if (Number.isFinite(sum)) {
          expect(Math.abs(mean - quotient)).toBeLessThanOrEqual(2 ** -52 * quotient);
        } else {
          expect(mean).toBe(quotient);
        }
        const added = compensated(loss.perSample(yTrue, yPred));
        if (Number.isFinite(sum)) expect(Math.abs(added - sum)).toBeLessThanOrEqual(2e-14 * sum);
        else expect(Number.isFinite(added)).toBe(false);
      }),
      runs(100),
    );
  });
});

/** Σ with the rounding errors added up, too (Neumaier). */
function compensated(values: FloatArray): number {
  let sum = 0;
  let rest = 0;
  for (const value of values) {
    const next = sum + value;
    rest += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + rest;
}

describe.each([
  { name: 'squaredError', of: (engine: Engine): Loss => engine.squaredError, degree: 2 },
  { name: 'absoluteError', of: (engine: Engine): Loss => engine.absoluteError, degree: 1 },
])('$name', ({ of, degree }) => {
  it('is the same with the arrays exchanged, bit for bit', () => {
    fc.assert(
      fc.property(anyPair(reals, reals), ([a, b]) => {
        for (const { engine } of engines) {
          expect(sameBits(of(engine).sum(a, b), of(engine).sum(b, a))).toBe(true);
          expect(sameBits(of(engine).perSample(a, b), of(engine).perSample(b, a))).toBe(true);
        }
      }),
      runs(60),
    );
  });

  it('scales with its arguments, without a rounding where the scale is a power of two', () => {
    fc.assert(
      fc.property(
        anyPair(finite, finite),
        fc.integer({ min: -300, max: 300 }),
        ([a, b], exponent) => {
          const scale = 2 ** exponent;
          const sum = of(auto).sum(a, b);
          const scaled = of(auto).sum(
            a.map((x) => x * scale),
            b.map((x) => x * scale),
          );
          expect(scaled).toBe(sum * scale ** degree);
        },
      ),
      runs(60),
    );
  });

  it('of two arrays joined is the sum of theirs', () => {
    fc.assert(
      fc.property(anyPair(finite, finite), anyPair(finite, finite), ([a, b], [c, d]) => {
        const parts = of(auto).sum(a, b) + of(auto).sum(c, d);
        const joined = of(auto).sum(join(a, c), join(b, d));
        expect(Math.abs(joined - parts)).toBeLessThanOrEqual(4e-15 * parts);
      }),
      runs(60),
    );
  });
});

function join(a: Float64Array, b: Float64Array): Float64Array {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

describe('the cross-entropies', () => {
  it('treat y = 1 at p as y = 0 at 1 − p', () => {
    const exact = fc.integer({ min: 1, max: 2 ** 53 - 1 }).map((k) => k * 2 ** -53);
    fc.assert(
      fc.property(fc.array(exact, { minLength: 1, maxLength: 50 }), (p) => {
        const { binaryCrossEntropy } = auto;
        const ones = binaryCrossEntropy.perSample(
          p.map(() => 1),
          p,
        );
        const zeros = binaryCrossEntropy.perSample(
          p.map(() => 0),
          p.map((x) => 1 - x),
        );
        for (const [i, loss] of ones.entries()) {
          expect(Math.abs(loss / zeros[i] - 1)).toBeLessThanOrEqual(1e-15);
        }
      }),
      runs(100),
    );
  });

  it('are the same by one-hot labels and by class index, bit for bit by sample', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer(),
        (classes, n, seed) => {
          const random = seeded(seed);
          const labels = Int32Array.from({ length: n }, () => Math.floor(classes * random()));
          const yPred = Float64Array.from({ length: n * classes }, () => random());
          const oneHot = yPred.map((_, i) =>
            i % classes === labels[Math.floor(i / classes)] ? 1 : 0,
          );
          for (const { engine } of engines) {
            const categorical = engine.categoricalCrossEntropy.with({ classes });
            const sparse = engine.sparseCategoricalCrossEntropy.with({ classes });
            expect(
              sameBits(categorical.perSample(oneHot, yPred), sparse.perSample(labels, yPred)),
            ).toBe(true);
            const sum = categorical.sum(oneHot, yPred);
            expect(Math.abs(sparse.sum(labels, yPred) - sum)).toBeLessThanOrEqual(2e-14 * sum);
          }
        },
      ),
      runs(60),
    );
  });

  it('of one class are binary ones with label 1, bit for bit by sample', () => {
    fc.assert(
      fc.property(lengths, probabilities, (n, make) => {
        const yPred = make(n);
        const ones = new Uint8Array(n).fill(1);
        const expected = auto.binaryCrossEntropy.perSample(ones, yPred);
        const categorical = auto.categoricalCrossEntropy.with({ classes: 1 });
        const sparse = auto.sparseCategoricalCrossEntropy.with({ classes: 1 });
        expect(sameBits(categorical.perSample(ones, yPred), expected)).toBe(true);
        expect(sameBits(sparse.perSample(new Uint8Array(n), yPred), expected)).toBe(true);
      }),
      runs(60),
    );
  });
});
