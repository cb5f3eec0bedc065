// The examples that the documentation works through, to the digits it gives.
import { describe, expect, it } from 'vitest';
import { measure } from '../src/index.js';
import { engines } from './support/engines.js';

const sizes = [50, 80, 120];

function range(from: number, to: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** 4 digits after the point, as the examples are given. */
function rounded(values: ArrayLike<number>, digits = 4): number[] {
  return Array.from(values, (value) => Number(value.toFixed(digits)));
}

/** To the last digits but one: logarithms are within 1 ulp. */
function near(values: readonly number[]): unknown[] {
  return values.map((value) => expect.closeTo(value, 14));
}

describe.each(engines)('house prices, predicted as 2 × size, $backend', ({ engine }) => {
  const { squaredError, absoluteError } = engine;
  const predicted = sizes.map((size) => 2 * size);

  it('true prices 100, 160, 240: no loss', () => {
    const prices = [100, 160, 240];
    expect(squaredError.mean(prices, predicted)).toBe(0);
    expect(absoluteError.mean(prices, predicted)).toBe(0);
  });

  it('true prices 100, 160, 250: squared 0, 0, 100, absolute 0, 0, 10', () => {
    const prices = [100, 160, 250];
    expect(Array.from(squaredError.perSample(prices, predicted))).toEqual([0, 0, 100]);
    expect(squaredError.mean(prices, predicted)).toBe(100 / 3);
    expect(Array.from(absoluteError.perSample(prices, predicted))).toEqual([0, 0, 10]);
    expect(absoluteError.mean(prices, predicted)).toBe(10 / 3);
  });

  it('at 2.1 × size, the loss of w × size falls to its least at the w nearest 2.1 and rises again', () => {
    const prices = [105, 168, 252];
    const weights = range(1.5, 2.5, 100);
    const losses = weights.map((w) =>
      squaredError.mean(
        prices,
        sizes.map((size) => w * size),
      ),
    );
    const least = losses.indexOf(Math.min(...losses));
    expect(weights[least]).toBeCloseTo(2.09596, 5);
    for (let i = 0; i + 1 < losses.length; i++) {
      if (i < least) expect(losses[i]).toBeGreaterThan(losses[i + 1]);
      else expect(losses[i]).toBeLessThan(losses[i + 1]);
    }
  });
});

describe.each(engines)('binary cross-entropy, $backend', ({ engine }) => {
  const { binaryCrossEntropy } = engine;

  it.each([
    [0.95, 0.0513],
    [0.6, 0.5108],
    [0.05, 2.9957],
  ])('p = %d costs %d if y = 1, and 1 − p the same if y = 0', (p, loss) => {
    expect(rounded([binaryCrossEntropy.mean([1], [p])])).toEqual([loss]);
    expect(rounded([binaryCrossEntropy.mean([0], [1 - p])])).toEqual([loss]);
  });

  it('is −ln p for y = 1 and −ln(1 − p) for y = 0, for p from 0.01 to 0.99', () => {
    const p = range(0.01, 0.99, 99);
    const ones = binaryCrossEntropy.perSample(new Uint8Array(99).fill(1), p);
    const zeros = binaryCrossEntropy.perSample(new Uint8Array(99), p);
    for (let i = 0; i < p.length; i++) {
      expect(ones[i] / -Math.log(p[i])).toBeCloseTo(1, 14);
      expect(zeros[i] / -Math.log1p(-p[i])).toBeCloseTo(1, 14);
    }
  });
});

describe.each(engines)(
  'cross-entropy by one-hot labels and by class index, $backend',
  ({ engine }) => {
    it.each([
      {
        name: 'three classes, the first is true',
        predictions: [
          [0.9, 0.08, 0.02],
          [0.6, 0.25, 0.15],
          [0.4, 0.3, 0.3],
          [0.05, 0.25, 0.7],
        ],
        label: 0,
        losses: [0.1054, 0.5108, 0.9163, 2.9957],
        digits: 4,
      },
      {
        name: 'four drinks, the second is true',
        predictions: [
          [0.04, 0.9, 0.03, 0.03],
          [0.5, 0.3, 0.1, 0.1],
          [0.9, 0.02, 0.04, 0.04],
        ],
        label: 1,
        losses: [0.105, 1.204, 3.912],
        digits: 3,
      },
    ])('$name: $losses', ({ predictions, label, losses, digits }) => {
      const classes = predictions[0].length;
      const yPred = predictions.flat();
      const indices = predictions.map(() => label);
      const oneHot = predictions.flatMap((row) => row.map((_, k) => (k === label ? 1 : 0)));
      const categorical = engine.categoricalCrossEntropy.with({ classes }).perSample(oneHot, yPred);
      const sparse = engine.sparseCategoricalCrossEntropy.perSample(indices, yPred);
      expect(rounded(categorical, digits)).toEqual(losses);
      expect(Array.from(sparse)).toEqual(Array.from(categorical));
    });
  },
);

describe.each(engines)('Huber loss of differences of 0.5, −1 and 3, $backend', ({ engine }) => {
  const yTrue = [1, 1, 1];
  const yPred = [1.5, 0, 4];

  it('is ½d² up to δ = 1, and |d| − ½ beyond', () => {
    expect(Array.from(engine.huber.perSample(yTrue, yPred))).toEqual([0.125, 0.5, 2.5]);
    expect(engine.huber.sum(yTrue, yPred)).toBe(3.125);
  });

  it('with δ = 2, 2(|d| − 1) beyond', () => {
    const huber = engine.huber.with({ delta: 2 });
    expect(Array.from(huber.perSample(yTrue, yPred))).toEqual([0.125, 0.5, 4]);
  });

  it('has the difference as gradient, but no more than δ', () => {
    const gradient = engine.huber.gradient(yTrue, yPred, { reduction: 'sum' });
    expect(Array.from(gradient)).toEqual([0.5, -1, 1]);
  });
});

describe.each(engines)('quantile loss, $backend', ({ engine }) => {
  it.each([
    { yTrue: [1, 2, 3], yPred: [0, 2, 3], q: 0.1, mean: 0.1 / 3 },
    { yTrue: [1, 2, 3], yPred: [1, 2, 4], q: 0.1, mean: 0.3 },
    { yTrue: [1, 2, 3], yPred: [0, 2, 3], q: 0.9, mean: 0.3 },
    { yTrue: [1, 2, 3], yPred: [1, 2, 4], q: 0.9, mean: 0.1 / 3 },
    { yTrue: [1, 2, 3], yPred: [1, 2, 3], q: 0.1, mean: 0 },
  ])(
    'scikit-learn’s example: $yPred for $yTrue cost $mean at q = $q',
    ({ yTrue, yPred, q, mean }) => {
      expect(engine.quantile.with({ quantile: q }).mean(yTrue, yPred)).toBeCloseTo(mean, 15);
    },
  );

  it('with q = ¾, one too little costs three times as much as one too much', () => {
    const quantile = engine.quantile.with({ quantile: 0.75 });
    expect(Array.from(quantile.perSample([2, 2, 2, 2], [0, 1, 2, 3]))).toEqual([
      1.5, 0.75, 0, 0.25,
    ]);
    expect(quantile.sum([2, 2, 2, 2], [0, 1, 2, 3])).toBe(2.5);
  });

  it('has as gradient −q below the truth, 1 − q above, and 0 at it', () => {
    const quantile = engine.quantile.with({ quantile: 0.75 });
    const gradient = quantile.gradient([2, 2, 2], [0, 2, 5], { reduction: 'sum' });
    expect(Array.from(gradient)).toEqual([-0.75, 0, 0.25]);
  });

  it('is half the absolute error unless q is given', () => {
    expect(engine.quantile.mean([1, 2, 3], [0, 2, 7])).toBe(5 / 6);
  });

  it('is infinite for what is infinitely far, and NaN where both are infinite', () => {
    const [infinity, nan] = [Infinity, NaN];
    const yTrue = [infinity, -infinity, 0, 0, infinity, nan];
    const yPred = [0, 0, infinity, -infinity, infinity, 0];
    const quantile = engine.quantile.with({ quantile: 0.75 });
    expect(Array.from(quantile.perSample(yTrue, yPred))).toEqual([
      infinity,
      infinity,
      infinity,
      infinity,
      nan,
      nan,
    ]);
    const gradient = quantile.gradient(yTrue, yPred, { reduction: 'sum' });
    expect(Array.from(gradient)).toEqual([-0.75, 0.25, 0.25, -0.75, nan, nan]);
  });

  it('is never −0', () => {
    const least = Number.MIN_VALUE;
    const quantile = engine.quantile.with({ quantile: 0.5 });
    const losses = quantile.perSample([0, -0, 0, -0, least, 0], [0, 0, -0, -0, 0, least]);
    expect(Array.from(losses)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe.each(engines)('from logits, $backend', ({ engine }) => {
  const binary = engine.binaryCrossEntropy.with({ fromLogits: true });
  const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
  const categorical = engine.categoricalCrossEntropy.with({ classes: 3, fromLogits: true });
  /** A softmax of 1/8, 2/8, 5/8. */
  const logits = [Math.log(1), Math.log(2), Math.log(5)];

  it('binary: a logit of ln 3 stands for p = ¾', () => {
    const losses = binary.perSample([1, 0, 1], [Math.log(3), Math.log(3), 0]);
    expect(Array.from(losses)).toEqual(near([Math.log(4 / 3), Math.log(4), Math.log(2)]));
  });

  it('binary: a logit of ±1000 costs 0 if it is right, and 1000 if not', () => {
    const losses = binary.perSample([1, 0, 1, 0], [1000, -1000, -1000, 1000]);
    expect(Array.from(losses)).toEqual([0, 0, 1000, 1000]);
  });

  it.each([
    [0, 8],
    [1, 4],
    [2, 8 / 5],
  ])('class %i of logits ln 1, ln 2, ln 5 costs ln %d', (label, inverse) => {
    const oneHot = [0, 1, 2].map((k) => (k === label ? 1 : 0));
    expect(sparse.mean([label], logits)).toBeCloseTo(Math.log(inverse), 14);
    expect(categorical.mean(oneHot, logits)).toBeCloseTo(Math.log(inverse), 14);
  });

  it('a number added to all logits of a row changes nothing', () => {
    const [loss, raised] = sparse.perSample([1, 1], [1, 2, 3, 1001, 1002, 1003]);
    expect(raised).toBeCloseTo(loss, 14);
  });

  it('the gradient is the probability less the label', () => {
    expect(Array.from(binary.gradient([1, 0], [0, 0], { reduction: 'sum' }))).toEqual([-0.5, 0.5]);
    const expected = near([1 / 8, 2 / 8 - 1, 5 / 8]);
    expect(Array.from(sparse.gradient([1], logits))).toEqual(expected);
    expect(Array.from(categorical.gradient([0, 1, 0], logits))).toEqual(expected);
  });
});

describe.each(engines)('gradients, $backend', ({ engine }) => {
  const { squaredError, absoluteError, binaryCrossEntropy } = engine;

  it('squared 2(p − y) and absolute sign(p − y), of the sum or over n', () => {
    const yTrue = [1, 2, 3, 4];
    const yPred = [2, 4, 3, 1];
    const reduction = 'sum';
    expect(Array.from(squaredError.gradient(yTrue, yPred, { reduction }))).toEqual([2, 4, 0, -6]);
    expect(Array.from(squaredError.gradient(yTrue, yPred))).toEqual([0.5, 1, 0, -1.5]);
    expect(Array.from(absoluteError.gradient(yTrue, yPred))).toEqual([0.25, 0.25, 0, -0.25]);
    const { value, gradient } = squaredError.valueAndGradient(yTrue, yPred);
    expect(value).toBe(14 / 4);
    expect(Array.from(gradient)).toEqual([0.5, 1, 0, -1.5]);
  });

  it('binary (p − y) / (p(1 − p)): −1/p for y = 1, 1/(1 − p) for y = 0', () => {
    const gradient = binaryCrossEntropy.gradient([1, 0], [0.5, 0.75], { reduction: 'sum' });
    expect(Array.from(gradient)).toEqual([-2, 4]);
  });

  it('one-hot −y/p, and by index the same', () => {
    const expected = [-2, 0, 0, -4];
    const yPred = [0.5, 0.5, 0.75, 0.25];
    const reduction = 'sum';
    const categorical = engine.categoricalCrossEntropy.with({ classes: 2 });
    const sparse = engine.sparseCategoricalCrossEntropy;
    expect(Array.from(sparse.gradient([0, 1], yPred, { reduction }))).toEqual(expected);
    expect(Array.from(categorical.gradient([1, 0, 0, 1], yPred, { reduction }))).toEqual(expected);
  });

  it('lead the slope of house prices to 2.1', () => {
    const small = sizes.map((size) => size / 100);
    const prices = small.map((size) => 2.1 * size);
    let slope = 0;
    for (let step = 0; step < 100; step++) {
      const predicted = small.map((size) => slope * size);
      const gradient = squaredError.gradient(prices, predicted);
      slope -= 0.5 * small.reduce((sum, size, i) => sum + size * gradient[i], 0);
    }
    expect(slope).toBeCloseTo(2.1, 12);
  });
});

describe.each(engines)('squared losses 1, 4, 0 of weights 1, 3, 0, $backend', ({ engine }) => {
  const { squaredError } = engine;
  const yTrue = [1, 2, 3];
  const yPred = [2, 4, 3];
  const sampleWeight = [1, 3, 0];

  it('come to 1, 12, 0, in sum 13', () => {
    const losses = squaredError.perSample(yTrue, yPred, { sampleWeight });
    expect(Array.from(losses)).toEqual([1, 12, 0]);
    expect(squaredError.sum(yTrue, yPred, { sampleWeight })).toBe(13);
  });

  it.each([
    ['weight', 4],
    ['count', 3],
    ['nonzero', 2],
  ] as const)("denominator '%s' is %i, also of the gradient 2, 12, 0", (denominator, divisor) => {
    const options = { sampleWeight, denominator };
    expect(squaredError.mean(yTrue, yPred, options)).toBe(13 / divisor);
    expect(Array.from(squaredError.gradient(yTrue, yPred, options))).toEqual(
      near([2 / divisor, 12 / divisor, 0]),
    );
  });

  it('are by default divided by the sum of the weights', () => {
    expect(squaredError.mean(yTrue, yPred, { sampleWeight })).toBe(13 / 4);
  });
});

describe.each(engines)('weights in the loss itself, $backend', ({ engine }) => {
  const { binaryCrossEntropy, categoricalCrossEntropy, sparseCategoricalCrossEntropy } = engine;
  const ln2 = Math.log(2);
  /** Losses of ln 2 and ln 4 for the labels 0 and 1. */
  const yPred = [0.5, 0.5, 0.75, 0.25];

  it('a class of weight 3 costs three times as much; by index it also counts for 3 samples', () => {
    const classWeight = [1, 3];
    const sparse = sparseCategoricalCrossEntropy.with({ classWeight });
    expect(Array.from(sparse.perSample([0, 1], yPred))).toEqual(near([ln2, 3 * 2 * ln2]));
    expect(sparse.mean([0, 1], yPred)).toBeCloseTo((7 * ln2) / 4, 14);
    expect(sparse.mean([0, 1], yPred, { denominator: 'count' })).toBeCloseTo((7 * ln2) / 2, 14);
    const fromLogits = sparse.with({ fromLogits: true }).perSample([0, 1], [0, 0, Math.log(3), 0]);
    expect(Array.from(fromLogits)).toEqual(near([ln2, 3 * 2 * ln2]));
    const categorical = categoricalCrossEntropy.with({ classes: 2, classWeight });
    expect(categorical.mean([1, 0, 0, 1], yPred)).toBeCloseTo((7 * ln2) / 2, 14);
  });

  it('a positive label of weight 3 costs three times as much', () => {
    const positive = binaryCrossEntropy.with({ positiveWeight: 3 });
    const expected = near([3 * ln2, ln2]);
    expect(Array.from(positive.perSample([1, 0], [0.5, 0.5]))).toEqual(expected);
    const fromLogits = positive.with({ fromLogits: true });
    expect(Array.from(fromLogits.perSample([1, 0], [0, 0]))).toEqual(expected);
  });

  it('samples of the label to ignore are as if they were not there, whatever lies in their rows', () => {
    const sparse = sparseCategoricalCrossEntropy.with({ ignoreIndex: -1 });
    const padded = [0.5, 0.5, Number.NaN, 7, 0.75, 0.25];
    expect(Array.from(sparse.perSample([0, -1, 1], padded))).toEqual(near([ln2, 0, 2 * ln2]));
    expect(sparse.mean([0, -1, 1], padded)).toBe(sparse.mean([0, 1], yPred));
    expect(Array.from(sparse.gradient([0, -1, 1], padded))).toEqual([-1, 0, 0, 0, 0, -2]);
  });

  it('labels smoothed by ½ are ¾ and ¼ of two classes', () => {
    const loss = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
    const labelSmoothing = 0.5;
    const binary = binaryCrossEntropy.with({ labelSmoothing });
    expect(binary.mean([0], [0.25])).toBeCloseTo(loss, 14);
    const sparse = sparseCategoricalCrossEntropy.with({ labelSmoothing });
    expect(sparse.mean([0], [0.75, 0.25])).toBeCloseTo(loss, 14);
    const categorical = categoricalCrossEntropy.with({ classes: 2, labelSmoothing });
    expect(categorical.mean([1, 0], [0.75, 0.25])).toBeCloseTo(loss, 14);
  });
});

describe.each(engines)(
  'squared losses 1, 4, 0 on one day and 9 on another, $backend',
  ({ engine }) => {
    const { squaredError, absoluteError, huber } = engine;
    const first = () => squaredError.accumulator().update([1], [2]).update([2, 3], [4, 3]);
    const second = () => squaredError.accumulator().update([5], [8]);

    it('add up to the mean over all, 14/4, not to the mean of the means 5/3 and 9', () => {
      expect([first().mean, second().mean]).toEqual([5 / 3, 9]);
      const all = first().merge(second());
      expect([all.mean, all.sum, all.count, all.weight]).toEqual([3.5, 14, 4, 4]);
    });

    it('go on after a way through JSON', () => {
      const from = JSON.parse(JSON.stringify(first().merge(second())));
      const all = squaredError.accumulator({ from }).update([1], [1]);
      expect([all.mean, all.count]).toEqual([14 / 5, 5]);
    });

    it.each([
      ['weight', 6],
      ['count', 5],
      ['nonzero', 4],
    ] as const)(
      "weighing the 9 three times and one more not at all, denominator '%s' is %i",
      (denominator, divisor) => {
        const all = squaredError.accumulator({ denominator }).update([1, 2, 3], [2, 4, 3]);
        all.update([5, 6], [8, 8], { sampleWeight: [3, 0] });
        expect([all.mean, all.sum, all.count, all.weight]).toEqual([32 / divisor, 32, 5, 6]);
      },
    );

    it('and with absolute and Huber losses, in one pass', () => {
      const losses = [squaredError, absoluteError, huber];
      const yTrue = [1, 2, 3, 5];
      const yPred = [2, 4, 3, 8];
      expect(measure(losses, yTrue, yPred, { reduction: 'sum' })).toEqual([14, 6, 4.5]);
      expect(measure(losses, yTrue, yPred)).toEqual([3.5, 1.5, 1.125]);
    });
  },
);
