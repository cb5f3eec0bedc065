// Arrays of every kind that a kernel might treat in a way of its own, as float64.
import { seeded } from './random.js';

export interface Pair {
  readonly yTrue: Float64Array;
  readonly yPred: Float64Array;
}

type Make = (random: () => number, i: number, n: number) => readonly [y: number, p: number];

export function pair(n: number, seed: number, make: Make): Pair {
  const random = seeded(seed);
  const yTrue = new Float64Array(n);
  const yPred = new Float64Array(n);
  for (let i = 0; i < n; i++) [yTrue[i], yPred[i]] = make(random, i, n);
  return { yTrue, yPred };
}

const hard = (random: () => number): number => (random() < 0.5 ? 0 : 1);
const away = (y: number, miss: number): number => Math.abs(y - miss);

/** The one element that is special, in the last block of an array. */
const isOdd = (i: number, n: number): boolean => i === n - 1 - (n >> 3);

/** Any two numbers. */
export const reals: Readonly<Record<string, Make>> = {
  fractions: (random) => [4 * random() - 2, 4 * random() - 2],
  integers: (random) => [Math.floor(200 * random()) - 100, Math.floor(200 * random()) - 100],
  'large integers': (random) => [Math.floor(2 ** 32 * random()), Math.floor(2 ** 32 * random())],
  'nearly right': (random) => {
    const y = 100 * random();
    return [y, y * (1 + 1e-12 * random())];
  },
  'signed zeros': (random) => [hard(random) || -0, random() < 0.5 ? -0 : 0],
  subnormals: (random) => [
    2 ** -1074 * Math.floor(9 * random()),
    2 ** -149 * Math.floor(9 * random()),
  ],
  huge: (random) => [1e200 * random(), -1e200 * random()],
  'one infinity': (random, i, n) => [random(), isOdd(i, n) ? Infinity : random()],
  'infinities apart': (random, i, n) =>
    isOdd(i, n) ? [Infinity, -Infinity] : [random(), random()],
  'infinities together': (random, i, n) =>
    isOdd(i, n) ? [Infinity, Infinity] : [random(), random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : random(), random()],
  'one NaN in yPred': (random, i, n) => [random(), isOdd(i, n) ? NaN : random()],
};

/** Labels and probabilities. */
export const probabilities: Readonly<Record<string, Make>> = {
  'hard labels': (random) => [hard(random), random()],
  'soft labels': (random) => [random(), random()],
  'one soft label': (random, i, n) => [isOdd(i, n) ? 0.25 : hard(random), random()],
  'losses of 1e-12': (random) => {
    const y = hard(random);
    return [y, away(y, 1e-12)];
  },
  'losses of 1e-15 to 1': (random) => {
    const y = hard(random);
    return [y, away(y, 10 ** (-15 * random()))];
  },
  'mean loss about 2⁻⁶': (random) => {
    const y = hard(random);
    return [y, away(y, 2 ** -6 * (0.95 + 0.1 * random()))];
  },
  'mean loss about 2⁻¹⁶': (random) => {
    const y = hard(random);
    return [y, away(y, 2 ** -16 * (0.95 + 0.1 * random()))];
  },
  'a few misses among tiny losses': (random, i) => {
    const y = hard(random);
    return [y, away(y, i % 300 === 7 ? 0.9 + 0.1 * random() : 1e-9 * random())];
  },
  'exact 0 and 1, right': (random) => {
    const y = hard(random);
    return [y, y];
  },
  'exact 0 and 1, right or wrong': (random) => [hard(random), hard(random)],
  'signed zeros': (random) => [hard(random) || -0, random() < 0.5 ? -0 : random()],
  subnormals: (random) => [hard(random), 2 ** -149 * Math.floor(4 * random()) || 2 ** -1074],
  'under the floor': (random) => [hard(random), 10 ** -(42 + 3 * random())],
  'products near their smallest': (random) => [1, 10 ** (-37 * random())],
  'products too small': (random) => [1, 10 ** (-300 * random())],
  'one NaN in yPred': (random, i, n) => [hard(random), isOdd(i, n) ? NaN : random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : hard(random), random()],
  'NaN in both, soft labels': (random, i, n) => (isOdd(i, n) ? [NaN, NaN] : [random(), random()]),
  'a probability too large': (random, i, n) => [hard(random), isOdd(i, n) ? 1.25 : random()],
  'a probability too small': (random, i, n) => [hard(random), isOdd(i, n) ? -1e-300 : random()],
  'a label too large': (random, i, n) => [isOdd(i, n) ? 2 : hard(random), random()],
};

/** Labels and logits. */
export const logits: Readonly<Record<string, Make>> = {
  'hard labels, in ±5': (random) => [hard(random), 10 * random() - 5],
  'soft labels, in ±5': (random) => [random(), 10 * random() - 5],
  'one soft label': (random, i, n) => [isOdd(i, n) ? 0.25 : hard(random), 10 * random() - 5],
  'one label that is not quite 1': (random, i, n) => [
    isOdd(i, n) ? 1 - 2 ** -40 : hard(random),
    10 * random() - 5,
  ],
  'in ±600': (random) => [hard(random), 1200 * random() - 600],
  'around ±1e4': (random) => [hard(random), (random() < 0.5 ? -1 : 1) * (1e4 + random())],
  'losses of 1e-6': (random) => sure(hard(random), 13 + random()),
  'losses about 2⁻⁸⁰': (random) => sure(hard(random), 80 * Math.LN2 + 0.1 * random() - 0.05),
  'losses that float32 does not have': (random) => sure(hard(random), 100 + 100 * random()),
  'losses that float64 hardly has': (random) => sure(hard(random), 700 + 60 * random()),
  'signed zeros': (random) => [hard(random) || -0, random() < 0.5 ? -0 : 0],
  subnormals: (random) => [hard(random), 2 ** -149 * Math.floor(9 * random()) - 2 ** -147],
  huge: (random) => [hard(random), 3e38 * (2 * random() - 1)],
  'one +∞, right': (random, i, n) =>
    isOdd(i, n) ? [1, Infinity] : [hard(random), 10 * random() - 5],
  'one +∞, wrong': (random, i, n) =>
    isOdd(i, n) ? [0, Infinity] : [hard(random), 10 * random() - 5],
  'one −∞, soft label': (random, i, n) =>
    isOdd(i, n) ? [0.5, -Infinity] : [hard(random), 10 * random() - 5],
  'all of them infinite, right': (random) => sure(hard(random), Infinity),
  'one NaN in yPred': (random, i, n) => [hard(random), isOdd(i, n) ? NaN : random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : hard(random), random()],
  'a label too large': (random, i, n) => [isOdd(i, n) ? 2 : hard(random), random()],
};

/** A label, and a logit that far on its side. */
function sure(y: number, margin: number): readonly [y: number, z: number] {
  return [y, y === 1 ? margin : -margin];
}

export interface Rows extends Pair {
  /** Class indices. */
  readonly labels: Float64Array;
}

type MakeRow = (random: () => number, classes: number, row: number, rows: number) => MadeRow;

interface MadeRow {
  readonly label: number;
  readonly y: (k: number) => number;
  readonly p: (k: number) => number;
}

export function rowsOf(samples: number, classes: number, seed: number, make: MakeRow): Rows {
  const random = seeded(seed);
  const labels = new Float64Array(samples);
  const yTrue = new Float64Array(samples * classes);
  const yPred = new Float64Array(samples * classes);
  for (let row = 0; row < samples; row++) {
    const { label, y, p } = make(random, classes, row, samples);
    labels[row] = label;
    for (let k = 0; k < classes; k++) {
      yTrue[row * classes + k] = y(k);
      yPred[row * classes + k] = p(k);
    }
  }
  return { labels, yTrue, yPred };
}

function oneHot(random: () => number, classes: number, p: MadeRow['p']): MadeRow {
  const label = Math.floor(classes * random());
  return { label, y: (k) => (k === label ? 1 : 0), p };
}

function withOwn(row: MadeRow, own: number): MadeRow {
  return { ...row, p: (k) => (k === row.label ? own : row.p(k)) };
}

/** Rows of labels and class probabilities. */
export const rowKinds: Readonly<Record<string, MakeRow>> = {
  'one-hot': (random, classes) => oneHot(random, classes, () => random()),
  'that sum to 1': (random, classes) => {
    const p = Array.from({ length: classes }, () => random() + 1e-3);
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
  'no label at all': (random, classes) => ({
    ...oneHot(random, classes, () => random()),
    y: () => 0,
  }),
  'losses of 1e-12': (random, classes) =>
    withOwn(
      oneHot(random, classes, () => 1e-12 / classes),
      1 - 1e-12,
    ),
  'exact 0 and 1': (random, classes) => oneHot(random, classes, () => (random() < 0.5 ? 0 : 1)),
  'signed zeros': (random, classes) => ({
    ...oneHot(random, classes, () => (random() < 0.4 ? -0 : random())),
    y: () => (random() < 0.4 ? 1 : -0),
  }),
  subnormals: (random, classes) =>
    withOwn(
      oneHot(random, classes, () => random()),
      2 ** -149 * Math.floor(4 * random()) || 2 ** -1074,
    ),
  'products too small': (random, classes) =>
    withOwn(
      oneHot(random, classes, () => random()),
      10 ** (-300 * random()),
    ),
  'one NaN in yPred': (random, classes, row, rows) => {
    const at = isOdd(row, rows) ? classes - 1 : -1;
    return oneHot(random, classes, (k) => (k === at ? NaN : random()));
  },
  'one NaN in yTrue': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    return isOdd(row, rows) ? { ...made, y: (k) => (k === 0 ? NaN : made.y(k)) } : made;
  },
  'a row of zeros': (random, classes, row, rows) =>
    oneHot(random, classes, () => (isOdd(row, rows) ? 0 : random())),
  'a probability too large': (random, classes, row, rows) => {
    const at = isOdd(row, rows) ? classes - 1 : -1;
    return oneHot(random, classes, (k) => (k === at ? 1.25 : random()));
  },
  'a label too large': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    return isOdd(row, rows)
      ? { ...made, label: classes, y: (k) => (k === 0 ? 2 : made.y(k)) }
      : made;
  },
};

/** Rows of labels and logits. */
export const logitRows: Readonly<Record<string, MakeRow>> = {
  'in ±5': (random, classes) => oneHot(random, classes, () => 10 * random() - 5),
  'in ±600': (random, classes) => oneHot(random, classes, () => 1200 * random() - 600),
  'around 1e4': (random, classes) => oneHot(random, classes, () => 1e4 + random()),
  'soft labels': (random, classes) => ({
    ...oneHot(random, classes, () => 10 * random()),
    y: () => random(),
  }),
  'no label at all': (random, classes) => ({
    ...oneHot(random, classes, () => random()),
    y: () => 0,
  }),
  ties: (random, classes) => oneHot(random, classes, () => Math.floor(3 * random())),
  'losses about 2⁻⁸⁰': (random, classes) =>
    withOwn(
      oneHot(random, classes, () => 0),
      80 * Math.LN2 + Math.log(Math.max(1, classes - 1)) + 0.1 * random() - 0.05,
    ),
  'losses that float32 does not have': (random, classes) =>
    withOwn(
      oneHot(random, classes, () => random()),
      100 + 100 * random(),
    ),
  'signed zeros': (random, classes) => oneHot(random, classes, () => (random() < 0.5 ? -0 : 0)),
  subnormals: (random, classes) =>
    oneHot(random, classes, () => 2 ** -149 * Math.floor(9 * random())),
  huge: (random, classes) => oneHot(random, classes, () => 3e38 * (2 * random() - 1)),
  'of all sizes': (random, classes) =>
    oneHot(random, classes, () => (random() - 0.5) * 10 ** (38 * random())),
  'one +∞': (random, classes, row, rows) => {
    const at = isOdd(row, rows) ? classes >> 1 : -1;
    return oneHot(random, classes, (k) => (k === at ? Infinity : random()));
  },
  'two of +∞': (random, classes, row, rows) =>
    oneHot(random, classes, (k) =>
      isOdd(row, rows) && (k === 0 || k === classes - 1) ? Infinity : random(),
    ),
  'mostly −∞': (random, classes) =>
    oneHot(random, classes, () => (random() < 0.8 ? -Infinity : random())),
  'one NaN in yPred': (random, classes, row, rows) => {
    const at = isOdd(row, rows) ? classes - 1 : -1;
    return oneHot(random, classes, (k) => (k === at ? NaN : random()));
  },
  'one NaN in yTrue': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    return isOdd(row, rows) ? { ...made, y: (k) => (k === 0 ? NaN : made.y(k)) } : made;
  },
  'a label too large': (random, classes, row, rows) => {
    const made = oneHot(random, classes, () => random());
    return isOdd(row, rows)
      ? { ...made, label: classes, y: (k) => (k === 0 ? 2 : made.y(k)) }
      : made;
  },
};
