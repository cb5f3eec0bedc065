// Several losses over data in parts: each one's own bits, and all or none of them changed.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  accumulator as accumulatorOf,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  huber,
  type JointAccumulator,
  type Loss,
  sparseCategoricalCrossEntropy,
  squaredError,
} from '../src/index.js';
import { engines } from './support/engines.js';
import { fill } from './support/random.js';

const n = 5000;
const yTrue = fill(n, 1, (random) => Math.round(random()));
const yPred = fill(n, 2, (random) => 0.01 + 0.98 * random());
const sampleWeight = fill(n, 3, (random, i) => (i % 9 === 4 ? 0 : random()));
const CUTS = [0, 1, 700, 2047, 2049, 2049, 4500, n];

const losses = [squaredError, huber.with({ delta: 0.25 }), binaryCrossEntropy, absoluteError];

function filled(made: readonly Loss[], isWeighted = false, options: object = {}): JointAccumulator {
  const joint = accumulatorOf(made, options);
  for (const [i, to] of CUTS.entries()) {
    const from = CUTS[i - 1] ?? 0;
    const weights = isWeighted ? { sampleWeight: sampleWeight.subarray(from, to) } : {};
    joint.update(yTrue.subarray(from, to), yPred.subarray(from, to), weights);
  }
  return joint;
}

describe.each(engines)(
  'an accumulator of several losses, on the backend $backend',
  ({ engine }) => {
    const own = losses.map((loss) =>
      (engine as unknown as Record<string, Loss>)[loss.name].with(loss.options),
    );

    it.each([false, true])(
      'gives each one its own bits, in their order: weights %s',
      (isWeighted) => {
        const joint = filled(own, isWeighted, { denominator: 'nonzero' });
        const options = isWeighted ? { sampleWeight } : {};
        const single = own.map((loss) =>
          loss.accumulator({ denominator: 'nonzero' }).update(yTrue, yPred, options),
        );
        for (const result of ['mean', 'sum', 'count', 'weight'] as const) {
          expect(joint[result]).toEqual(single.map((each) => each[result]));
        }
        expect(joint.mean).toEqual(
          own.map((loss) => loss.mean(yTrue, yPred, { ...options, denominator: 'nonzero' })),
        );
        expect(joint.toJSON()).toEqual(single.map((each) => each.toJSON()));
      },
    );

    it('takes losses of rows beside losses of numbers, each of which has blocks of its own', () => {
      const rows = 1500;
      const truth = fill(3 * rows, 4, (_, i) => (i % 3 === (i >> 4) % 3 ? 1 : 0));
      const predictions = fill(3 * rows, 5, (random) => random());
      const made = [engine.categoricalCrossEntropy.with({ classes: 3 }), engine.squaredError];
      const joint = accumulatorOf(made as readonly Loss[]);
      for (const [from, to] of [
        [0, 3],
        [3, 2049],
        [2049, 2100],
        [2100, 3 * rows],
      ]) {
        joint.update(truth.subarray(from, to), predictions.subarray(from, to));
      }
      expect(joint.mean).toEqual(made.map((loss) => loss.mean(truth, predictions)));
      expect(joint.count).toEqual([rows, 3 * rows]);
    });
  },
);

describe('an accumulator of several losses', () => {
  it('goes on from its state, as each loss does from its own', () => {
    const half = accumulatorOf(losses).update(yTrue.subarray(0, 3000), yPred.subarray(0, 3000));
    const states = JSON.parse(JSON.stringify(half));
    const again = accumulatorOf(losses, { from: states });
    expect(again.toJSON()).toEqual(states);
    again.update(yTrue.subarray(3000), yPred.subarray(3000));
    expect(again.toJSON()).toEqual(filled(losses).toJSON());
    expect(squaredError.accumulator({ from: states[0] }).mean).toBe(half.mean[0]);
  });

  it('merges others and their states, in any order, and seals', () => {
    const part = (from: number, to: number) =>
      accumulatorOf(losses).update(yTrue.subarray(from, to), yPred.subarray(from, to));
    const parts = () => [part(0, 2048), part(2048, 4096), part(4096, n)];
    const [a, b, c] = parts();
    const [d, e, f] = parts();
    expect(a.merge(b.toJSON()).merge(c)).toBe(a);
    f.merge(e).merge(d);
    expect(a.mean).toEqual(filled(losses).mean);
    expect(f.mean).toEqual(a.mean);
    expect(a.seal()).toBe(a);
    expect(JSON.stringify(a)).toBe(JSON.stringify(f.seal()));
    expect(() => a.update([1], [0.5])).toThrow(
      new TypeError(
        'accumulator.update: expected an accumulator that takes samples, got a sealed one',
      ),
    );
  });

  it.each<
    readonly [what: string, yTrue: readonly number[], yPred: readonly number[], error: string]
  >([
    ['a loss', [1, 1], [0.5, 1.5], 'accumulator.update: yPred[1] is 1.5, expected a probability'],
    ['all of them', [1], [1, 2], 'accumulator.update: squaredError: expected yPred.length 1'],
  ])('is as it was after an error of %s', (_, truth, predictions, message) => {
    const joint = filled(losses);
    const before = JSON.stringify(joint);
    expect(() => joint.update(truth, predictions)).toThrow(message);
    // In the first of many blocks, in the midst of them, and in samples that will wait.
    for (const at of [0, 1, 5000, 8191]) {
      const truths = [...Array<number>(at).fill(1), ...truth, ...Array<number>(8191 - at).fill(1)];
      const many = [
        ...Array<number>(at).fill(0.5),
        ...predictions,
        ...Array<number>(8191 - at).fill(0.5),
      ];
      expect(() => joint.update(truths, many)).toThrow(RangeError);
    }
    expect(JSON.stringify(joint)).toBe(before);
  });

  it('merges all losses or none', () => {
    const wanted = [squaredError, huber] as const;
    const joint = accumulatorOf(wanted).update([1], [2]);
    const before = JSON.stringify(joint);
    const other = accumulatorOf([squaredError, huber.with({ delta: 2 })] as readonly Loss[]);
    expect(() => joint.merge(other.update([1], [2]))).toThrow(
      /^accumulator\.merge: huber: expected an accumulator of huber, .* got one of huber\.with/,
    );
    expect(() => joint.merge(other.toJSON())).toThrow(
      /accumulator\.merge: expected other\[1\]\.options/,
    );
    expect(JSON.stringify(joint)).toBe(before);
  });

  it.each<readonly [what: string, run: () => unknown, error: string]>([
    [
      'no list',
      () => accumulatorOf(squaredError as unknown as []),
      'TypeError: accumulator: expected losses to be an array of losses, got an Object',
    ],
    [
      'what is no loss',
      () => accumulatorOf([squaredError, 'huber' as unknown as Loss]),
      'TypeError: accumulator: expected losses[1] to be a loss, got the string "huber"',
    ],
    [
      'an unknown option',
      () => accumulatorOf(losses, { sampleWeight } as object),
      'TypeError: accumulator: unknown option "sampleWeight", expected denominator, from, predictions',
    ],
    [
      'another number of losses',
      () => accumulatorOf(losses, { from: accumulatorOf([squaredError]).toJSON() }),
      'RangeError: accumulator: expected from to be of 4 losses, got 1',
    ],
    [
      'the state of one loss',
      () => accumulatorOf([squaredError], { from: squaredError.accumulator().toJSON() as never }),
      'TypeError: accumulator: expected from to be what toJSON of an accumulator of several losses gives, got an Object',
    ],
    [
      'a state that is damaged',
      () =>
        accumulatorOf([squaredError], {
          from: [{ ...squaredError.accumulator().toJSON(), count: -1 }],
        }),
      'TypeError: accumulator: expected from[0].count to be an integer, 0 to 0, got -1',
    ],
    [
      'another denominator',
      () =>
        accumulatorOf([squaredError], {
          denominator: 'count',
          from: accumulatorOf([squaredError]).toJSON(),
        }),
      "RangeError: accumulator: expected from[0].denominator 'count', got 'weight'",
    ],
    [
      'no denominator there is',
      () => accumulatorOf([], { denominator: 'mean' as 'count' }),
      'RangeError: accumulator: expected denominator to be',
    ],
    [
      'the accumulator of one loss to merge',
      () => accumulatorOf([squaredError]).merge(squaredError.accumulator() as never),
      'TypeError: accumulator.merge: expected other to be what toJSON of an accumulator of several losses gives, got an Object',
    ],
    [
      'more losses to merge',
      () => accumulatorOf([squaredError]).merge(accumulatorOf([squaredError, absoluteError])),
      'RangeError: accumulator.merge: expected other to be of 1 losses, got 2',
    ],
    [
      'the states of fewer to merge',
      () => accumulatorOf([squaredError]).merge([]),
      'RangeError: accumulator.merge: expected other to be of 1 losses, got 0',
    ],
    [
      'another denominator to merge',
      () =>
        accumulatorOf([squaredError], { denominator: 'count' }).merge(
          accumulatorOf([squaredError]),
        ),
      "RangeError: accumulator.merge: squaredError: expected an accumulator of squaredError, denominator 'count', got one of squaredError, denominator 'weight'",
    ],
    [
      'the state of another denominator to merge',
      () =>
        accumulatorOf([squaredError], { denominator: 'count' }).merge(
          accumulatorOf([squaredError]).toJSON(),
        ),
      "RangeError: accumulator.merge: expected other[0].denominator 'count', got 'weight'",
    ],
    [
      'the state of other predictions',
      () =>
        accumulatorOf([squaredError], {
          predictions: 'float32',
          from: accumulatorOf([squaredError]).update([1], [1]).toJSON(),
        }),
      "RangeError: accumulator: expected from[0].predictions 'float32', got 'float64'",
    ],
    [
      'a method taken off',
      () => Reflect.apply(accumulatorOf([squaredError]).update, undefined, [[1], [1]]),
      'TypeError: update: expected to be called on an accumulator, as in accumulator.update(…), got undefined',
    ],
    [
      'a mean that would be one',
      () => accumulatorOf([squaredError.with({ onEmpty: 'throw' })]).mean,
      'RangeError: accumulator.mean: squaredError: expected at least one sample',
    ],
    [
      'a copy',
      () => structuredClone(accumulatorOf([squaredError])),
      'TypeError: an accumulator cannot be cloned',
    ],
  ])('is an error with %s', (_, run, message) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toContain(message);
  });

  it('may be of no losses, and is printed as what it is', () => {
    expect(accumulatorOf([]).update([1], [2]).mean).toEqual([]);
    const joint = accumulatorOf([squaredError, absoluteError]).update([1, 2], [2, 4]);
    expect(inspect(joint)).toBe(
      'JointAccumulator {\n  mean: [ 2.5, 1.5 ],\n  sum: [ 5, 3 ],\n  count: [ 2, 2 ],\n  weight: [ 2, 2 ]\n}',
    );
  });
});

describe("predictions: 'float32'", () => {
  const float32 = new Float32Array(yPred);
  const asFloat64 = new Float64Array(float32);
  const { sparseCategoricalCrossEntropy: sparse } = { sparseCategoricalCrossEntropy };

  it.each<readonly [name: string, loss: Loss, truth: Float64Array]>([
    ['clip, which is float32’s', binaryCrossEntropy.with({ clip: 1e-7 }) as Loss, yTrue],
    [
      'rows of logits',
      categoricalCrossEntropy.with({ classes: 5, fromLogits: true }) as Loss,
      yTrue,
    ],
    ['rows by class index', sparse.with({ fromLogits: true }) as Loss, yTrue.subarray(0, n / 5)],
  ])('has float32 in other arrays give the bits of a Float32Array: %s', (_, loss, truth) => {
    const expected = loss.accumulator().update(truth, float32).toJSON();
    for (const values of [asFloat64, Array.from(asFloat64), float32]) {
      const accumulator = loss.accumulator({ predictions: 'float32' });
      expect(accumulator.update(truth, values).toJSON()).toEqual(expected);
      const joint = accumulatorOf([loss], { predictions: 'float32' });
      expect(joint.update(truth, values).toJSON()).toEqual([expected]);
    }
    const from = loss.accumulator({ predictions: 'float32', from: expected });
    expect(from.update(truth, asFloat64).count).toBe(
      2 * loss.accumulator().update(truth, float32).count,
    );
  });

  it('has a Float32Array count as float64, the other way round', () => {
    const loss = binaryCrossEntropy.with({ clip: 1e-7 });
    const accumulator = loss.accumulator({ predictions: 'float64' });
    accumulator.update(yTrue, float32).update([1], [0.1]);
    const expected = loss.accumulator().update(yTrue, asFloat64).update([1], [0.1]);
    expect(accumulator.toJSON()).toEqual(expected.toJSON());
  });

  it('takes NaN, infinities and −0, and no number that float32 does not hold', () => {
    const accumulator = squaredError.accumulator({ predictions: 'float32' });
    accumulator.update([1, 1, 1], [NaN, Infinity, -0]);
    const before = JSON.stringify(accumulator);
    for (const [values, shown] of [
      [[0.5, 0.1], '0.1'],
      [[0.5, 1e300], '1e+300'],
      [[0.5, 2 ** 24 + 1], '16777217'],
    ] as const) {
      expect(() => accumulator.update([1, 1], values)).toThrow(
        new RangeError(
          `squaredError.accumulator.update: yPred[1] is ${shown}, expected a number that float32 holds exactly, as predictions 'float32' are`,
        ),
      );
    }
    expect(JSON.stringify(accumulator)).toBe(before);
  });

  it.each([
    [
      'float16',
      'RangeError',
      /expected predictions to be 'float32' or 'float64', got the string "float16"/,
    ],
    [32, 'TypeError', /expected predictions to be 'float32' or 'float64', got 32/],
    [null, 'TypeError', /expected predictions to be 'float32' or 'float64', got null/],
  ])('is an error as %s', (predictions, name, message) => {
    expect(() => squaredError.accumulator({ predictions: predictions as never })).toThrow(
      expect.objectContaining({ name, message: expect.stringMatching(message) }),
    );
  });

  it('is an error for a state of others', () => {
    const from = squaredError.accumulator().update([1], [1]).toJSON();
    expect(() => squaredError.accumulator({ from, predictions: 'float32' })).toThrow(
      new RangeError(
        "squaredError.accumulator: expected from.predictions 'float32', got 'float64'",
      ),
    );
  });
});
