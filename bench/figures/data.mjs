// @ts-check
// What the figures show: the worked examples, with every loss computed by the library.

/** @typedef {{ mean(yTrue: readonly number[], yPred: readonly number[]): number, perSample(yTrue: readonly number[], yPred: readonly number[]): ArrayLike<number> }} Loss */
/** @typedef {{ squaredError: Loss, absoluteError: Loss, binaryCrossEntropy: Loss, categoricalCrossEntropy: { with(options: { classes: number }): Loss } }} Library the losses of an engine */
/** @typedef {{ x: number, loss: number }} Point */

const sizes = [50, 80, 120];

/** @param {number} from @param {number} to @param {number} n */
function range(from, to, n) {
  return Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** From 0.01 to 0.99, in hundredths. */
const probabilities = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** @param {readonly number[]} xs @param {ArrayLike<number>} losses @returns {Point[]} */
function points(xs, losses) {
  return xs.map((x, i) => ({ x, loss: losses[i] }));
}

/** The mean squared loss of w × size for 100 weights, where prices are 2.1 × size. @param {Library} library */
export function slopes({ squaredError }) {
  const trueSlope = 2.1;
  const prices = sizes.map((size) => trueSlope * size);
  /** @param {number} w */
  const at = (w) => ({
    x: w,
    loss: squaredError.mean(
      prices,
      sizes.map((size) => w * size),
    ),
  });
  const curve = range(1.5, 2.5, 100).map(at);
  const least = curve.reduce((best, point) => (point.loss < best.loss ? point : best));
  const near = range(trueSlope - 0.025, trueSlope + 0.025, 51).map(at);
  return { trueSlope, curve, least, near };
}

/** Squared and absolute loss of the houses at 2 × size, and of errors from −150 to 150. @param {Library} library */
export function errors({ squaredError, absoluteError }) {
  const prices = [100, 160, 250];
  const predicted = sizes.map((size) => 2 * size);
  const differences = range(-150, 150, 101);
  const zeros = differences.map(() => 0);
  /** @param {Loss} loss */
  const by = (loss) => {
    const losses = loss.perSample(prices, predicted);
    return {
      houses: prices.map((price, i) => ({
        price,
        predicted: predicted[i],
        error: predicted[i] - price,
        loss: losses[i],
      })),
      mean: loss.mean(prices, predicted),
      curve: points(differences, loss.perSample(zeros, differences)),
    };
  };
  return { squared: by(squaredError), absolute: by(absoluteError) };
}

/** Binary cross-entropy of both labels, all along and at given probabilities. @param {Library} library @param {readonly number[]} marks */
export function binary({ binaryCrossEntropy }, marks) {
  /** @param {0 | 1} label */
  const by = (label) => {
    /** @param {readonly number[]} p */
    const at = (p) =>
      points(
        p,
        binaryCrossEntropy.perSample(
          p.map(() => label),
          p,
        ),
      );
    return { curve: at(probabilities), marks: at(marks) };
  };
  return { one: by(1), zero: by(0) };
}

const animals = /** @type {const} */ (['cat', 'dog', 'rabbit']);

/** What four models say of a picture of a cat. */
const distributions = {
  A: [0.9, 0.08, 0.02],
  B: [0.6, 0.25, 0.15],
  C: [0.4, 0.3, 0.3],
  D: [0.05, 0.25, 0.7],
};

/** The losses of rows whose first class is the true one. @param {Library} library @param {readonly (readonly number[])[]} rows */
function firstIsTrue({ categoricalCrossEntropy }, rows) {
  const oneHot = rows.flatMap((row) => row.map((_, k) => (k === 0 ? 1 : 0)));
  const loss = categoricalCrossEntropy.with({ classes: rows[0].length });
  return points(
    rows.map(([p]) => p),
    loss.perSample(oneHot, rows.flat()),
  );
}

/** Categorical cross-entropy by the probability of the true class; the others share the rest. @param {Library} library @param {readonly number[]} p */
function ofTrueClass(library, p) {
  return firstIsTrue(
    library,
    p.map((x) => [x, (1 - x) / 2, (1 - x) / 2]),
  );
}

/** Four models of cat, dog and rabbit, and the curve that their losses lie on. @param {Library} library */
export function models(library) {
  const names = Object.keys(distributions);
  const rows = Object.values(distributions);
  const losses = firstIsTrue(library, rows);
  return {
    models: names.map((name, i) => ({ name, ...losses[i] })),
    shares: names.flatMap((name, i) =>
      animals.map((animal, k) => ({ name, animal, p: rows[i][k] })),
    ),
    curve: ofTrueClass(library, probabilities),
  };
}

/** The curves of both cross-entropies, with a spam filter and a model that say 0.6. @param {Library} library */
export function both(library) {
  const p = 0.6;
  return {
    binary: binary(library, [p]),
    categorical: { curve: ofTrueClass(library, probabilities), marks: ofTrueClass(library, [p]) },
  };
}
