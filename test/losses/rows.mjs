// What the categorical losses are fed: a row of labels, a class index, and a row of predictions. The
// first kind of each table has a truth that integers hold, as in pairs.mjs.
import { bit, integer, magnitude, powerOfTwo, seeded, sign } from './numbers.mjs';

/**
 * @typedef {object} Row
 * @property {number} label the class index
 * @property {(k: number) => number} y the label of class k
 * @property {(k: number) => number} p the prediction for class k
 *
 * @typedef {(random: () => number, classes: number, row: number, rows: number) => Row} MakeRow
 */

/**
 * A row whose truth is one class, class 0 (that the option ignoreIndex leaves out) more often than
 * others.
 *
 * @param {() => number} random
 * @param {number} classes
 * @param {(k: number, isTrue: boolean) => number} p
 * @returns {Row}
 */
export function oneHot(random, classes, p) {
  const label = random() < 0.2 ? 0 : integer(random, 0, classes - 1);
  return { label, y: (k) => (k === label ? 1 : 0), p: (k) => p(k, k === label) };
}

/**
 * The one row that is special.
 *
 * @param {number} row
 * @param {number} rows
 */
export const isOdd = (row, rows) => row === rows - 1 - (rows >> 3);

/** @type {Readonly<Record<string, MakeRow>>} */
export const probabilityRows = {
  'one-hot': (random, classes) => oneHot(random, classes, () => random()),
  'that sum to 1': (random, classes) => {
    const p = Array.from({ length: classes }, () => random() + 1 / 1024);
    const sum = p.reduce((a, b) => a + b, 0);
    return oneHot(random, classes, (k) => p[k] / sum);
  },
  'soft labels': (random, classes) => ({
    ...oneHot(random, classes, () => random()),
    y: () => random(),
  }),
  'several labels of 1, or none': (random, classes) => ({
    ...oneHot(random, classes, () => random()),
    y: () => (random() < 0.4 ? 1 : 0),
  }),
  'tiny losses': (random, classes) =>
    oneHot(random, classes, (_, isTrue) => {
      const miss = magnitude(random, -53, -20);
      return isTrue ? 1 - miss : miss;
    }),
  'a few misses among tiny losses': (random, classes, row) => {
    const isMiss = row % 11 === 7;
    return oneHot(random, classes, (_, isTrue) => {
      const miss = isMiss ? random() / 16 : magnitude(random, -53, -20);
      return isTrue ? 1 - miss : miss;
    });
  },
  // The last class keeps rows from summing to 0, which the option normalize calls an error.
  'exactly 0 and 1': (random, classes) =>
    oneHot(random, classes, (k) => (k === classes - 1 ? 1 : bit(random))),
  'signed zeros': (random, classes) => ({
    ...oneHot(random, classes, (k) => (k < classes - 1 && random() < 0.4 ? -0 : random())),
    y: () => (random() < 0.4 ? 1 : -0),
  }),
  'all magnitudes': (random, classes) =>
    oneHot(random, classes, (k) => magnitude(random, k === classes - 1 ? -1 : -1074, 0)),
  'one NaN in yPred': (random, classes, row, rows) =>
    oneHot(random, classes, (k) => (k === classes - 1 && isOdd(row, rows) ? NaN : random())),
  'one NaN in yTrue': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    return isOdd(row, rows) ? { ...made, y: (k) => (k === 0 ? NaN : made.y(k)) } : made;
  },
  'outside: a row of zeros': (random, classes, row, rows) =>
    oneHot(random, classes, () => (isOdd(row, rows) ? 0 : random())),
  'outside: a probability too large': (random, classes, row, rows) =>
    oneHot(random, classes, (k) => (k === classes - 1 && isOdd(row, rows) ? 1.25 : random())),
  'outside: a label too large': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    if (!isOdd(row, rows)) return made;
    return { ...made, label: classes, y: (k) => (k === 0 ? 2 : made.y(k)) };
  },
};

/** @type {Readonly<Record<string, MakeRow>>} */
export const logitRows = {
  'one-hot': (random, classes) => oneHot(random, classes, () => 16 * random() - 8),
  'soft labels': (random, classes) => ({
    ...oneHot(random, classes, () => 16 * random() - 8),
    y: () => random(),
  }),
  'several labels of 1, or none': (random, classes) => ({
    ...oneHot(random, classes, () => 16 * random() - 8),
    y: () => (random() < 0.4 ? 1 : -0),
  }),
  'tiny losses': (random, classes) =>
    oneHot(random, classes, (_, isTrue) => (isTrue ? 40 : -40) * random()),
  'far from 0': (random, classes) => {
    const all = sign(random) * 1000 * random();
    return oneHot(random, classes, () => all + random());
  },
  'far apart': (random, classes) => oneHot(random, classes, () => 1600 * random() - 800),
  'all the same': (random, classes) => {
    const all = sign(random) * magnitude(random, -20, 20);
    return oneHot(random, classes, () => all);
  },
  'all magnitudes': (random, classes) =>
    oneHot(random, classes, () => sign(random) * magnitude(random, -1074, 100)),
  'signed zeros and subnormals': (random, classes) =>
    oneHot(random, classes, () => sign(random) * powerOfTwo(-149) * integer(random, 0, 2)),
  '−∞ on wrong classes': (random, classes) =>
    oneHot(random, classes, (_, isTrue) => (isTrue || random() < 0.5 ? random() : -Infinity)),
  'one −∞ on a true class': (random, classes, row, rows) =>
    oneHot(random, classes, (_, isTrue) => (isTrue && isOdd(row, rows) ? -Infinity : random())),
  'one ∞': (random, classes, row, rows) =>
    oneHot(random, classes, (k) => (k === classes - 1 && isOdd(row, rows) ? Infinity : random())),
  'a row of −∞': (random, classes, row, rows) =>
    oneHot(random, classes, () => (isOdd(row, rows) ? -Infinity : random())),
  'one NaN in yPred': (random, classes, row, rows) =>
    oneHot(random, classes, (k) => (k === classes - 1 && isOdd(row, rows) ? NaN : random())),
  'outside: a label too large': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    if (!isOdd(row, rows)) return made;
    return { ...made, label: classes, y: (k) => (k === 0 ? 2 : made.y(k)) };
  },
};

/**
 * The truth as labels of every class, and as class indices.
 *
 * @param {MakeRow} make
 * @param {number} samples
 * @param {number} classes
 * @param {number} seed
 */
export function rowsOf(make, samples, classes, seed) {
  const random = seeded(seed);
  const indices = new Float64Array(samples);
  const labels = new Float64Array(samples * classes);
  const yPred = new Float64Array(samples * classes);
  for (let row = 0; row < samples; row++) {
    const { label, y, p } = make(random, classes, row, samples);
    indices[row] = label;
    for (let k = 0; k < classes; k++) {
      labels[row * classes + k] = y(k);
      yPred[row * classes + k] = p(k);
    }
  }
  return { indices, labels, yPred };
}
