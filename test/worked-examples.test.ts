// The examples that the documentation works through, to the digits it gives.
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';

const sizes = [50, 80, 120];

function range(from: number, to: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** 4 digits after the point, as the examples are given. */
function rounded(values: ArrayLike<number>, digits = 4): number[] {
  return Array.from(values, (value) => Number(value.toFixed(digits)));
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
