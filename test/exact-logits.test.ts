// How far the cross-entropies from logits are from the exact value of the data, by MPFR.
import { afterAll, describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { engines } from './support/engines.js';
import { binaryLogitLoss, type Exact, exp, softmaxLoss, total } from './support/exact.js';
import type { Loss } from './support/loss.js';
import { fill, seeded } from './support/random.js';
import { Worst } from './support/worst.js';

const seen = new Worst();
afterAll(() => seen.print('Worst relative errors from logits'));

const types = [
  // What is returned has fewer digits where it is subnormal: two roundings there.
  { type: 'float64', View: Float64Array, bound: 1e-14, least: 2 ** -1074 },
  { type: 'float32', View: Float32Array, bound: 1e-6, least: 2 ** -149 },
] as const;

/** Sum, mean and losses of every backend against the exact losses. */
function expectLosses(
  { type, bound, least }: (typeof types)[number],
  name: string,
  data: string,
  of: (engine: Engine) => Loss,
  yTrue: Numbers,
  yPred: FloatArray,
  exact: readonly Exact[],
): void {
  const sum = total(exact);
  const mean = sum.over(exact.length);
  const numbers = exact.map((loss) => loss.toNumber());
  const label = `${name}, ${type}`;
  for (const { backend, engine } of engines) {
    const loss = of(engine);
    const errors = [
      sum.relativeError(loss.sum(yTrue, yPred)),
      mean.relativeError(loss.mean(yTrue, yPred)),
    ];
    seen.note(`${label}: sum and mean`, Math.max(...errors), data);
    for (const error of errors) {
      expect(error, `${backend}: sum and mean`).toBeLessThanOrEqual(bound);
    }
    const losses = loss.perSample(yTrue, yPred);
    let worst = 0;
    for (let i = 0; i < losses.length; i++) {
      if (Math.abs(losses[i] - numbers[i]) <= least) continue;
      const error = exact[i].relativeError(losses[i]);
      if (!(error <= worst)) worst = error;
    }
    seen.note(`${label}: perSample`, worst, data);
    expect(worst, `${backend}: perSample`).toBeLessThanOrEqual(bound);
  }
}

/** The margin at which a right label among two has this loss. */
const marginOf = (loss: number): number => -Math.log(Math.expm1(loss));

const LOGITS = 2500;

interface Pairs {
  readonly yTrue: Float64Array;
  readonly z: Float64Array;
}

const hard = (random: () => number): number => (random() < 0.5 ? 0 : 1);

function pairs(
  seed: number,
  make: (random: () => number, i: number) => readonly [y: number, z: number],
  n = LOGITS,
): Pairs {
  const random = seeded(seed);
  const made = Array.from({ length: n }, (_, i) => make(random, i));
  return {
    yTrue: Float64Array.from(made, ([y]) => y),
    z: Float64Array.from(made, ([, z]) => z),
  };
}

/** All right, with losses of about that. */
const right = (seed: number, loss: number): Pairs =>
  pairs(seed, (random) => {
    const y = hard(random);
    return [y, (2 * y - 1) * (marginOf(loss) + random() - 0.5)];
  });

/** In every lane one e^−|z|, then those of a bit less than half an ulp of it: all are lost. */
const lost = (seed: number, first: number): Pairs =>
  pairs(seed, (random, i) => {
    const y = hard(random);
    const e = i % 512 < 8 ? first : first * 2 ** -53 * 0.98;
    return [y, (1 - 2 * y) * Math.log(e)];
  });

const binaryData: Readonly<Record<string, Pairs>> = {
  'logits in ±5': pairs(1, (random) => [hard(random), 10 * random() - 5]),
  'logits in ±80': pairs(2, (random) => [hard(random), 160 * random() - 80]),
  'logits in ±600': pairs(3, (random) => [hard(random), 1200 * random() - 600]),
  'logits around ±10⁴': pairs(4, (random) => [
    hard(random),
    (random() < 0.5 ? -1 : 1) * (1e4 + 10 * random() - 5),
  ]),
  'logits in ±1e-3': pairs(5, (random) => [hard(random), 2e-3 * random() - 1e-3]),
  'logits of 0': pairs(6, (random) => [hard(random), 0]),
  'losses about 1e-6': right(7, 1e-6),
  'losses about 1e-20': right(8, 1e-20),
  'losses about 1e-40': right(9, 1e-40),
  'losses about 1e-100': right(10, 1e-100),
  'losses about 1e-300': right(11, 1e-300),
  'losses about 2⁻⁸⁰': right(12, 2 ** -80),
  'right by up to 300': pairs(13, (random) => {
    const y = hard(random);
    return [y, (2 * y - 1) * 300 * random()];
  }),
  'one miss in 2000, the rest right by 100': pairs(14, (random, i) => {
    const y = hard(random);
    return [y, (2 * y - 1) * (i % 2000 === 7 ? -0.1 : 100 + random())];
  }),
  'soft labels, logits in ±80': pairs(15, (random) => [random(), 160 * random() - 80]),
  'soft labels, logits in ±600': pairs(16, (random) => [random(), 1200 * random() - 600]),
  'soft labels of 1e-9 and 1 − 1e-9': pairs(17, (random) => [
    random() < 0.5 ? 1e-9 : 1 - 1e-9,
    80 * random() - 40,
  ]),
  'one soft label': pairs(18, (random, i) => [i === 1234 ? 0.5 : hard(random), 10 * random() - 5]),
  'terms of half an ulp of 1': lost(19, 1),
  'terms of half an ulp of 2⁻²⁰': lost(20, 2 ** -20),
  'terms of half an ulp of 2⁻⁷⁰': lost(21, 2 ** -70),
  'a single sample': pairs(22, () => [1, 0.3], 1),
  'a single sample, right by 46': pairs(23, () => [0, -46], 1),
};

describe.each(types)('binaryCrossEntropy from logits is within $bound of exact, $type', (kind) => {
  describe.each([1, 2.5])('positiveWeight %d', (positiveWeight) => {
    it.each(Object.entries(binaryData))('%s', (data, { yTrue, z }) => {
      // Float32 labels where float32 holds them, else float64.
      const labels = yTrue.every((y) => y === Math.fround(y)) ? new kind.View(yTrue) : yTrue;
      const logits = new kind.View(z);
      const exact = Array.from(yTrue, (y, i) => binaryLogitLoss(y, logits[i], positiveWeight));
      const of = (engine: Engine) =>
        engine.binaryCrossEntropy.with({ fromLogits: true, positiveWeight });
      const name = positiveWeight === 1 ? 'binary' : 'binary with positiveWeight';
      expectLosses(kind, name, data, of, labels, logits, exact);
    });
  });
});

interface Rows {
  readonly labels: Int32Array;
  readonly z: Float64Array;
}

/** Rows of logits: those of other classes and that of the label. */
function rows(
  seed: number,
  classes: number,
  samples: number,
  other: (random: () => number, k: number) => number,
  own?: (random: () => number, most: number) => number,
  pick = (random: () => number) => Math.floor(classes * random()),
): Rows {
  const random = seeded(seed);
  const labels = new Int32Array(samples);
  const z = new Float64Array(samples * classes);
  for (let row = 0; row < samples; row++) {
    const logits = z.subarray(row * classes, (row + 1) * classes);
    for (let k = 0; k < classes; k++) logits[k] = other(random, k);
    const label = pick(random);
    labels[row] = label;
    const most = logits.reduce((a, b, k) => (k === label ? a : Math.max(a, b)), -Infinity);
    if (own !== undefined) logits[label] = own(random, most);
  }
  return { labels, z };
}

const within = (size: number) => (random: () => number) => 2 * size * random() - size;
const ahead = (margin: number) => (random: () => number, most: number) => most + margin + random();

const rowData: Readonly<Record<string, (classes: number, samples: number) => Rows>> = {
  'logits in ±5': (classes, samples) => rows(30, classes, samples, within(5)),
  'logits in ±80': (classes, samples) => rows(31, classes, samples, within(80)),
  'logits in ±600': (classes, samples) => rows(32, classes, samples, within(600)),
  'logits around 10⁴': (classes, samples) =>
    rows(33, classes, samples, (random) => 1e4 + 10 * random() - 5),
  'logits around −10⁴': (classes, samples) =>
    rows(34, classes, samples, (random) => -1e4 + 10 * random() - 5),
  'all equal': (classes, samples) => rows(35, classes, samples, () => 0.1),
  'losses about 1e-6': (classes, samples) =>
    rows(36, classes, samples, within(1), ahead(marginOf(1e-6 / classes))),
  'losses about 1e-20': (classes, samples) =>
    rows(37, classes, samples, within(1), ahead(marginOf(1e-20 / classes))),
  'losses about 1e-40': (classes, samples) =>
    rows(38, classes, samples, within(1), ahead(marginOf(1e-40))),
  'losses about 1e-200': (classes, samples) =>
    rows(39, classes, samples, within(1), ahead(marginOf(1e-200))),
  'losses about 2⁻⁸⁰': (classes, samples) =>
    rows(40, classes, samples, within(0.5), ahead(marginOf(2 ** -80))),
  'the label far ahead, around 10⁴': (classes, samples) =>
    rows(41, classes, samples, (random) => 1e4 + random(), ahead(20)),
  'rising, the maximum and label last': (classes, samples) =>
    rows(
      42,
      classes,
      samples,
      (random, k) => (k + random()) * (100 / classes),
      ahead(0),
      () => classes - 1,
    ),
  'falling, the label last': (classes, samples) =>
    rows(
      43,
      classes,
      samples,
      (random, k) => (random() - k) * (100 / classes),
      undefined,
      () => classes - 1,
    ),
  'differences that are not exact': (classes, samples) =>
    rows(
      44,
      classes,
      samples,
      (random) => 1e-3 * random(),
      (random) => 3 + 10 * random(),
    ),
  'most of them masked': (classes, samples) =>
    rows(
      45,
      classes,
      samples,
      (random, k) => (k % 3 === 0 ? random() : -1e9),
      (random) => random(),
    ),
};

const shapes = [
  { classes: 2, samples: 1100 },
  { classes: 37, samples: 60 },
  { classes: 5003, samples: 2 },
] as const;

/** What `make` makes of each row's logits. */
function eachRow<T>(
  z: FloatArray,
  classes: number,
  make: (logits: FloatArray, row: number) => T,
): T[] {
  return Array.from({ length: z.length / classes }, (_, row) =>
    make(z.subarray(row * classes, (row + 1) * classes), row),
  );
}

describe.each(types)('categorical losses from logits are within $bound of exact, $type', (kind) => {
  describe.each(shapes)('rows of $classes classes', ({ classes, samples }) => {
    it.each(Object.entries(rowData))('%s', (data, make) => {
      const { labels, z } = make(classes, samples);
      const logits = new kind.View(z);
      const lossOf = eachRow(logits, classes, (row) => softmaxLoss(row));
      const exact = lossOf.map((of, row) => of((k) => (k === labels[row] ? 1 : 0)));
      const sparse = (engine: Engine) =>
        engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
      expectLosses(kind, 'sparse', data, sparse, labels, logits, exact);

      const oneHot = new Uint8Array(z.length);
      labels.forEach((label, row) => {
        oneHot[row * classes + label] = 1;
      });
      const categorical = (engine: Engine) =>
        engine.categoricalCrossEntropy.with({ fromLogits: true, classes });
      expectLosses(kind, 'categorical', data, categorical, oneHot, logits, exact);

      const soft = fill(z.length, 50, (random) => (random() < 0.2 ? 0 : random() / classes));
      const mixed = lossOf.map((of, row) => of((k) => soft[row * classes + k]));
      expectLosses(kind, 'categorical, soft', data, categorical, soft, logits, mixed);
    });
  });

  it('a single class has no loss', () => {
    const z = new kind.View(fill(3000, 60, within(600)));
    for (const { engine } of engines) {
      const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
      const categorical = engine.categoricalCrossEntropy.with({ fromLogits: true, classes: 1 });
      expect(sparse.sum(new Uint8Array(3000), z)).toBe(0);
      expect(
        categorical.sum(
          fill(3000, 61, (random) => random()),
          z,
        ),
      ).toBe(0);
      expect(sparse.gradient(new Uint8Array(3000), z)).toEqual(new kind.View(3000));
      expect(categorical.gradient(new Uint8Array(3000).fill(1), z)).toEqual(new kind.View(3000));
    }
  });
});

/** Where labels are hard, nothing cancels in a gradient either. */
describe.each(types)('gradients for hard labels are within $bound of exact, $type', (kind) => {
  const { View, bound, least } = kind;
  const expectGradient = (name: string, data: string, got: FloatArray, exact: readonly Exact[]) => {
    let worst = 0;
    for (let i = 0; i < got.length; i++) {
      if (Math.abs(got[i] - exact[i].toNumber()) <= least) continue;
      const error = exact[i].relativeError(got[i]);
      if (!(error <= worst)) worst = error;
    }
    seen.note(`${name}, ${kind.type}: gradient`, worst, data);
    expect(worst).toBeLessThanOrEqual(bound);
  };

  const hardData = Object.entries(binaryData).filter(([, { yTrue }]) =>
    yTrue.every((y) => y === 0 || y === 1),
  );

  it.each(hardData)('binaryCrossEntropy: %s', (data, { yTrue, z }) => {
    const logits = new View(z);
    const exact = Array.from(yTrue, (y, i) => {
      // σ(z) − 1 = −1/(1 + eᶻ), and σ(z) = 1/(1 + e^−z).
      const side = y === 1 ? logits[i] : -logits[i];
      return exp(0)
        .over(exp(0).plus(exp(side)))
        .times(1 - 2 * y);
    });
    for (const { engine } of engines) {
      const loss = engine.binaryCrossEntropy.with({ fromLogits: true });
      expectGradient('binary', data, loss.gradient(yTrue, logits, { reduction: 'sum' }), exact);
    }
  });

  it.each(Object.entries(rowData))('sparseCategoricalCrossEntropy: %s', (data, make) => {
    for (const { classes, samples } of shapes) {
      const { labels, z } = make(classes, Math.min(samples, 50));
      const logits = new View(z);
      const exact = eachRow(logits, classes, (row, i) => {
        const max = Math.max(...row);
        const powers = Array.from(row, (x) => exp(x, max));
        const others = total(powers.filter((_, k) => k !== labels[i]));
        const sum = total(powers);
        // softmax − 1 at the label.
        powers[labels[i]] = others.times(-1);
        return powers.map((power) => power.over(sum));
      }).flat();
      for (const { engine } of engines) {
        const loss = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
        const got = loss.gradient(labels, logits, { reduction: 'sum' });
        expectGradient('sparse', data, got, exact);
      }
    }
  });
});
