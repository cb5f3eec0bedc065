// clip moves any number into [clip, 1 − clip], in the precision of the predictions.
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { measure } from '../src/index.js';
import type { Loss } from '../src/loss.js';
import { seeded } from './losses/numbers.mjs';
import { difference, expectSame, type Outcome, outcomeOf, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import { byName, type Subject, subjects, typed, weightsFor } from './support/option-sets.js';
import { gradient, mean, perSample, samplesOf, sum } from './support/reference.js';
import { sample } from './support/sample.js';
import { type AnyLoss, plainLoss } from './support/verbs.js';

const SHAPES = {
  single: [
    [37, 1],
    [2500, 1],
  ],
  rows: [
    [37, 3],
    [900, 3],
    [2, 2500],
  ],
} as const;

/** As Keras has it; lost in float32; lost in both types, and less than the floor; and a large one. */
const CLIPS = [1e-7, 1e-8, 1e-17, 1e-50, 0.25] as const;

const TYPES = [
  { type: 'float64', rtol: 1e-12, atol: 1e-13 },
  { type: 'float32', rtol: 2e-6, atol: 1e-5 },
] as const;

const clipping = subjects.filter(({ optionsFor }) => 'clip' in optionsFor(3));

/** In and around [0, 1], and far from it where rows are not divided by their sums. */
function dataFor(subject: Subject, samples: number, classes: number) {
  const random = seeded(samples + classes);
  const { normalize, ignoreIndex } = subject.optionsFor(classes);
  const near = [1.0000001, -1e-9, 0, 1, -0, 1.5];
  const numbers = normalize === true ? near : [...near, Infinity, -Infinity, 7, -3, 1e300];
  const yPred = Float64Array.from({ length: samples * classes }, () =>
    random() < 0.4 ? numbers[Math.floor(numbers.length * random())] : random(),
  );
  // (No row is nothing but zeros.)
  if (normalize === true) for (let i = 0; i < yPred.length; i += classes) yPred[i] = 0.5 + random();
  const width = subject.shape === 'dense' ? classes : 1;
  const yTrue = Float64Array.from({ length: samples * width }, (_, i) => {
    if (subject.shape !== 'sparse') return random() < 0.3 ? random() : Math.round(random());
    return ignoreIndex !== undefined && i % 5 === 1 ? ignoreIndex : Math.floor(classes * random());
  });
  return { yTrue, yPred };
}

const cases = clipping.flatMap((subject) =>
  TYPES.map((tolerance) => ({ name: `${subject.name}: ${tolerance.type}`, subject, tolerance })),
);

it.each(byName(cases))('moves any number, verb by verb: %s', (_, { subject, tolerance }) => {
  const shapes = SHAPES[subject.shape === 'single' ? 'single' : 'rows'];
  const all = shapes.flatMap((shape) => CLIPS.map((clip) => ({ shape, clip })));
  const found = sample(all, 2).flatMap(({ shape: [samples, classes], clip }) =>
    faultsOf(subject, tolerance, samples, classes, clip),
  );
  expect(found.slice(0, 10)).toEqual([]);
});

/** Where a clipped loss is not what its formula says, or not the same in every way, in words. */
function faultsOf(
  subject: Subject,
  tolerance: (typeof TYPES)[number],
  samples: number,
  classes: number,
  clip: number,
): string[] {
  const found: string[] = [];
  const { yTrue, yPred } = typed(dataFor(subject, samples, classes), tolerance.type);
  const sampleWeight = weightsFor(samples, 5, true);
  const options = { ...subject.optionsFor(classes), clip };
  const all = samplesOf(subject.formula, options, yTrue, yPred, samples);
  const wanted: Record<string, number | readonly number[]> = {
    sum: sum(all),
    mean: mean(all),
    perSample: perSample(all),
    gradient: gradient(all, { reduction: 'sum' }),
    'weighted mean': mean(all, { sampleWeight }),
    'weighted perSample': perSample(all, { sampleWeight }),
    'weighted gradient': gradient(all, { sampleWeight, reduction: 'sum' }),
  };
  const first = answers(plainLoss(engines[0].engine, subject.loss).with(options), yTrue, yPred);
  for (const { backend, engine } of engines.slice(0, samples > 100 ? 2 : 3)) {
    const loss = plainLoss(engine, subject.loss).with(options);
    const got = answers(loss, yTrue, yPred, sampleWeight);
    const where = `${samples} × ${classes}, clip ${clip}, ${backend}`;
    for (const [verb, value] of Object.entries(wanted)) {
      const near = verb.endsWith('gradient') ? tolerance.atol : 0;
      const text = far(got[verb], value, tolerance.rtol, near, yPred);
      if (text !== undefined) found.push(`${where}, ${verb}: ${text}`);
    }
    for (const [verb, outcome] of Object.entries(first)) {
      if (sameBits(got[verb], outcome)) continue;
      found.push(`${where} and js, ${verb}: ${difference(got[verb], outcome)}`);
    }
    const slopes = got.gradient as FloatArray;
    if (!slopes.every(Number.isFinite)) found.push(`${where}: a gradient that is not finite`);
    found.push(...inOtherWays(loss, yTrue, yPred, got).map((text) => `${where}, ${text}`));
  }
  return found;
}

function answers(
  loss: AnyLoss,
  yTrue: Numbers,
  yPred: FloatArray,
  sampleWeight?: Numbers,
): Record<string, Outcome> {
  const plain = {
    sum: loss.sum(yTrue, yPred),
    mean: loss.mean(yTrue, yPred),
    perSample: loss.perSample(yTrue, yPred),
    gradient: loss.gradient(yTrue, yPred, { reduction: 'sum' }),
  };
  if (sampleWeight === undefined) return plain;
  return {
    ...plain,
    'weighted mean': loss.mean(yTrue, yPred, { sampleWeight }),
    'weighted perSample': loss.perSample(yTrue, yPred, { sampleWeight }),
    'weighted gradient': loss.gradient(yTrue, yPred, { sampleWeight, reduction: 'sum' }),
  };
}

function far(
  got: Outcome,
  wanted: number | readonly number[],
  rtol: number,
  atol: number,
  yPred: FloatArray,
): string | undefined {
  const list = typeof got === 'number' ? [got] : Array.from(got as FloatArray);
  const values = typeof wanted === 'number' ? [wanted] : wanted;
  const round = yPred instanceof Float32Array && typeof wanted !== 'number' ? Math.fround : Number;
  if (list.length !== values.length) return `${list.length} numbers`;
  const i = values.findIndex(
    (value, k) =>
      !(Math.abs(list[k] - round(value)) <= atol + rtol * Math.abs(value)) &&
      !Object.is(list[k], round(value)),
  );
  return i < 0 ? undefined : `[${i}] is ${list[i]} instead of ${values[i]}`;
}

/** Where other ways to the same results have other bits, in words. */
function inOtherWays(
  loss: AnyLoss,
  yTrue: Numbers,
  yPred: FloatArray,
  got: Record<string, Outcome>,
): string[] {
  const n = loss.perSample(yTrue, yPred).length;
  const half = Math.floor(n / 2);
  const [width, classes] = [yTrue.length / n, yPred.length / n];
  const parts = loss.accumulator();
  parts.update(yTrue.slice(0, half * width), yPred.slice(0, half * classes));
  const from = JSON.parse(JSON.stringify(parts)) as unknown;
  const more = loss.accumulator({ from });
  more.update(yTrue.slice(half * width), yPred.slice(half * classes));
  const out = yPred.slice();
  const ways: [string, Outcome, Outcome][] = [
    ['mean of parts', more.mean, got.mean],
    ['measure', measure([loss as unknown as Loss], yTrue, yPred)[0], got.mean],
    ['value with its gradient', loss.valueAndGradient(yTrue, yPred).value, got.mean],
    ['gradient to yPred', loss.gradient(yTrue, out, { out, reduction: 'sum' }), got.gradient],
  ];
  return ways.flatMap(([name, outcome, like]) =>
    sameBits(outcome, like) ? [] : [`${name}: ${difference(outcome, like)}`],
  );
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const binary = engine.binaryCrossEntropy;
  const sparse = engine.sparseCategoricalCrossEntropy;
  const dense = engine.categoricalCrossEntropy.with({ classes: 2 });

  it('moves what is outside [0, 1] to its bounds', () => {
    const loss = binary.with({ clip: 0.1 });
    const outside = [1.0000001, Infinity, 1e300, -1e-9, -Infinity, -7];
    const bounds = [0.9, 0.9, 0.9, 0.1, 0.1, 0.1];
    for (const y of [0, 1, 0.3]) {
      const yTrue = Array<number>(6).fill(y);
      expectSame(loss.perSample(yTrue, outside), binary.perSample(yTrue, bounds));
      expectSame(loss.gradient(yTrue, outside), new Float64Array(6));
    }
    expect(sparse.with({ clip: 0.1 }).mean([0], [1.0000001, -1e-9])).toBe(binary.mean([1], [0.9]));
    expect(dense.with({ clip: 0.1 }).mean([0, 1], [1.5, -1])).toBe(binary.mean([1], [0.1]));
  });

  it.each([1e-8, 1e-30, 1e-50])('of %d in float32 leaves the floor, and no slope', (clip) => {
    const sure = new Float32Array([1]);
    const loss = binary.with({ clip });
    expect(loss.mean([0], sure)).toBe(100);
    expect(loss.mean([1], sure)).toBe(0);
    expectSame(loss.gradient([0], sure), new Float32Array(1));
    expectSame(loss.gradient([1], new Float32Array(1)), new Float32Array(1));
    for (const options of [{ clip }, { clip, normalize: true }]) {
      const rows = new Float32Array([0, 1]);
      const expected = Math.min(100, -Math.log(Math.fround(clip)));
      expect(dense.with(options).mean([1, 0], rows)).toBeCloseTo(expected, 12);
      expect(sparse.with(options).mean([0], rows)).toBeCloseTo(expected, 12);
      for (const slopes of [
        dense.with(options).gradient([1, 0], rows),
        sparse.with(options).gradient([0], rows),
        sparse.with({ ...options, labelSmoothing: 0.1 }).gradient([0], rows),
      ]) {
        expectSame(
          slopes.map((x) => x + 0),
          new Float32Array(2),
        );
      }
    }
  });

  it('makes no gradient infinite, however small p and clip are', () => {
    for (const Type of [Float64Array, Float32Array]) {
      for (const p of [2 ** -1074, 2 ** -1030, 2 ** -149, 2 ** -130, 2 ** -126, 2 ** -100]) {
        const rows = new Type([p, 1]);
        for (const options of [{ clip: 2 ** -1074 }, { clip: 1e-45, labelSmoothing: 0.5 }]) {
          for (const slopes of [
            binary.with(options).gradient([1, 1], rows),
            dense.with(options).gradient([1, 0], rows),
            sparse.with(options).gradient([0], rows),
          ]) {
            expect(slopes.every(Number.isFinite)).toBe(true);
          }
        }
      }
    }
  });

  it('lets NaN be NaN, and its row', () => {
    const options = { clip: 0.1 };
    expectSame(
      binary.with(options).perSample([1, 1], [NaN, 2]),
      Float64Array.of(NaN, binary.mean([1], [0.9])),
    );
    for (const more of [{}, { normalize: true }]) {
      const wanted = Float64Array.of(NaN, binary.mean([1], [0.75]));
      const rows = [0.5, NaN, 0.75, 0.25];
      expectSame(sparse.with({ ...options, ...more }).perSample([0, 0], rows), wanted);
      expectSame(dense.with({ ...options, ...more }).perSample([1, 0, 1, 0], rows), wanted);
    }
    expectSame(binary.with(options).gradient([1], [NaN]), Float64Array.of(NaN));
  });

  describe('leaves labels as strict as they were', () => {
    const faults = [
      { loss: plainLoss(engine, 'binaryCrossEntropy'), value: 1.5, classes: 1 },
      {
        loss: plainLoss(engine, 'categoricalCrossEntropy').with({ classes: 2 }),
        value: -0.5,
        classes: 2,
      },
      { loss: plainLoss(engine, 'sparseCategoricalCrossEntropy'), value: 2, classes: 2 },
    ] as const;

    it.each(faults)('$loss.name', ({ loss: plain, value, classes }) => {
      const N = 5000;
      const isSparse = plain.name.startsWith('sparse');
      for (const options of [
        { clip: 0.1 },
        { clip: 0.1, labelSmoothing: 0.1 },
        ...(classes > 1
          ? [
              { clip: 0.1, normalize: true },
              { clip: 0.1, classWeight: [1, 2] },
            ]
          : []),
      ]) {
        const loss = plain.with(options);
        for (const at of [0, N - 1]) {
          const yTrue = new Float64Array(isSparse ? N : N * classes);
          const yPred = new Float64Array(N * classes).fill(7);
          yTrue[at] = value;
          for (const verb of [
            'mean',
            'sum',
            'perSample',
            'gradient',
            'valueAndGradient',
          ] as const) {
            const message = new RegExp(
              `^${loss.name}.${verb}: yTrue\\[${at}\\] is ${value}, expected a`,
            );
            expect(() => loss[verb](yTrue, yPred)).toThrow(message);
            if (verb === 'mean' || verb === 'sum') continue;
            const out = new Float64Array(verb === 'perSample' ? N : N * classes).fill(-7);
            expect(() => loss[verb](yTrue, yPred, { out })).toThrow(message);
            expect(out.every((x) => x === -7)).toBe(true);
          }
          expect(() => loss.accumulator().update(yTrue, yPred)).toThrow(RangeError);
        }
      }
    });
  });

  describe('after normalize', () => {
    const losses = [
      { name: 'sparse', loss: plainLoss(engine, 'sparseCategoricalCrossEntropy'), isSparse: true },
      {
        name: 'sparse, smoothed',
        loss: plainLoss(engine, 'sparseCategoricalCrossEntropy').with({ labelSmoothing: 0.1 }),
        isSparse: true,
      },
      { name: 'dense', loss: plainLoss(engine, 'categoricalCrossEntropy'), isSparse: false },
    ];

    /** Two rows, the second of which is given, but for zeros. */
    const rowsOf = (classes: number, values: readonly number[], isSparse: boolean) => {
      const yPred = new Float64Array(2 * classes);
      yPred[0] = 1;
      yPred.set(values, classes);
      const oneHot = new Float64Array(2 * classes);
      oneHot[0] = oneHot[classes] = 1;
      return { yTrue: isSparse ? new Uint8Array(2) : oneHot, yPred };
    };

    it.each(losses)('a row whose numbers cancel is an error: $name', ({ loss, isSparse }) => {
      for (const classes of [2, 3, 2500]) {
        const { yTrue, yPred } = rowsOf(classes, [1, -1], isSparse);
        const normalized = loss.with({ classes, normalize: true, clip: 0.1 });
        for (const verb of ['mean', 'perSample', 'gradient'] as const) {
          expect(() => normalized[verb](yTrue, yPred)).toThrow(
            new RangeError(
              `${loss.name}.${verb}: yPred[${classes}] to [${2 * classes - 1}], row 1, sum to 0, expected a row that can be normalized`,
            ),
          );
        }
      }
    });

    it.each(losses)('a row with an infinity has no value: $name', ({ loss, isSparse }) => {
      for (const classes of [2, 3, 2500]) {
        for (const values of [
          [0.5, Infinity],
          [Infinity, 0.5],
          [-Infinity, 1],
        ]) {
          const { yTrue, yPred } = rowsOf(classes, values, isSparse);
          const normalized = loss.with({ classes, normalize: true, clip: 0.1 });
          const [first, second] = normalized.perSample(yTrue, yPred);
          expect(first).toBeLessThan(Infinity);
          expect(second).toBeNaN();
          expect(normalized.mean(yTrue, yPred)).toBeNaN();
          expect(outcomeOf(() => normalized.gradient(yTrue, yPred))).toBeInstanceOf(Float64Array);
        }
      }
    });

    it.each([5, 5000])('one with an infinity anywhere in a row of %d has none', (classes) => {
      const loss = plainLoss(engine, 'sparseCategoricalCrossEntropy').with({
        normalize: true,
        clip: 0.1,
      });
      for (const place of [0, 1, classes - 1]) {
        for (const label of [0, 1, classes - 1]) {
          const yPred = new Float64Array(classes).fill(0.25).fill(Infinity, place, place + 1);
          expect(loss.mean([label], yPred)).toBeNaN();
        }
      }
    });

    it.each(losses)('numbers outside [0, 1] are those of the sum: $name', ({ loss, isSparse }) => {
      const { yTrue, yPred } = rowsOf(2, [6, 2], isSparse);
      const normalized = loss.with({ classes: 2, normalize: true, clip: 0.1 });
      const within = rowsOf(2, [0.75, 0.25], isSparse).yPred;
      expectSame(normalized.perSample(yTrue, yPred), normalized.perSample(yTrue, within));
      // Without clip they are an error still.
      const strict = loss.with({ classes: 2, normalize: true });
      expect(() => strict.mean(yTrue, yPred)).toThrow(
        new RangeError(`${loss.name}.mean: yPred[2] is 6, expected a probability in [0, 1]`),
      );
    });
  });
});
