// Kinds of data beyond those that the digest is fed: these are rounded as the engine likes.
import type { Domain } from '../losses/losses.mjs';
import { pairKinds, rowKinds } from '../losses/losses.mjs';
import { bit } from '../losses/numbers.mjs';
import { away, isOdd as isOddElement, type MakePair } from '../losses/pairs.mjs';
import { isOdd as isOddRow, type MakeRow, oneHot } from '../losses/rows.mjs';

/** A label, and a logit that far on its side. */
function sure(y: number, margin: number): readonly [y: number, z: number] {
  return [y, y === 1 ? margin : -margin];
}

const morePairs: Readonly<Record<Domain, Readonly<Record<string, MakePair>>>> = {
  reals: {
    'large integers': (random) => [Math.floor(2 ** 32 * random()), Math.floor(2 ** 32 * random())],
    'negative integers': (random) => [
      Math.floor(-100 * random()),
      Math.floor(200 * random()) - 100,
    ],
  },
  probabilities: {
    'losses of 1e-15 to 1': (random) => {
      const y = bit(random);
      return [y, away(y, 10 ** (-15 * random()))];
    },
    'products near their smallest': (random) => [1, 10 ** (-37 * random())],
    'products too small': (random) => [1, 10 ** (-300 * random())],
    subnormals: (random) => [bit(random), 2 ** -149 * Math.floor(4 * random()) || 2 ** -1074],
    'NaN in both, soft labels': (random, i, n) =>
      isOddElement(i, n) ? [NaN, NaN] : [random(), random()],
    'a probability too small': (random, i, n) => [
      bit(random),
      isOddElement(i, n) ? -1e-300 : random(),
    ],
    'a label too large': (random, i, n) => [isOddElement(i, n) ? 2 : bit(random), random()],
  },
  logits: {
    'one label that is not quite 1': (random, i, n) => [
      isOddElement(i, n) ? 1 - 2 ** -40 : bit(random),
      10 * random() - 5,
    ],
    'in ±600': (random) => [bit(random), 1200 * random() - 600],
    'around ±1e4': (random) => [bit(random), (random() < 0.5 ? -1 : 1) * (1e4 + random())],
    'losses of 1e-6': (random) => sure(bit(random), 13 + random()),
    'losses about 2⁻⁸⁰': (random) => sure(bit(random), 80 * Math.LN2 + 0.1 * random() - 0.05),
    'losses that float32 does not have': (random) => sure(bit(random), 100 + 100 * random()),
    'losses that float64 hardly has': (random) => sure(bit(random), 700 + 60 * random()),
    subnormals: (random) => [bit(random), 2 ** -149 * Math.floor(9 * random()) - 2 ** -147],
    huge: (random) => [bit(random), 3e38 * (2 * random() - 1)],
    'one +∞, right': (random, i, n) =>
      isOddElement(i, n) ? [1, Infinity] : [bit(random), 10 * random() - 5],
    'one −∞, soft label': (random, i, n) =>
      isOddElement(i, n) ? [0.5, -Infinity] : [bit(random), 10 * random() - 5],
    'all of them infinite, right': (random) => sure(bit(random), Infinity),
  },
};

const moreRows: Readonly<Record<keyof typeof rowKinds, Readonly<Record<string, MakeRow>>>> = {
  probabilities: {
    'no label at all': (random, classes) => ({
      ...oneHot(random, classes, () => random()),
      y: () => 0,
    }),
    subnormals: (random, classes) =>
      oneHot(random, classes, (_, isTrue) =>
        isTrue ? 2 ** -149 * Math.floor(4 * random()) || 2 ** -1074 : random(),
      ),
    'products too small': (random, classes) =>
      oneHot(random, classes, (_, isTrue) => (isTrue ? 10 ** (-300 * random()) : random())),
  },
  logits: {
    'in ±600': (random, classes) => oneHot(random, classes, () => 1200 * random() - 600),
    'around 1e4': (random, classes) => oneHot(random, classes, () => 1e4 + random()),
    'no label at all': (random, classes) => ({
      ...oneHot(random, classes, () => random()),
      y: () => 0,
    }),
    ties: (random, classes) => oneHot(random, classes, () => Math.floor(3 * random())),
    'losses about 2⁻⁸⁰': (random, classes) => {
      const others = Math.log(Math.max(1, classes - 1));
      return oneHot(random, classes, (_, isTrue) =>
        isTrue ? 80 * Math.LN2 + others + 0.1 * random() - 0.05 : 0,
      );
    },
    'losses that float32 does not have': (random, classes) =>
      oneHot(random, classes, (_, isTrue) => (isTrue ? 100 : 0) + 100 * random()),
    huge: (random, classes) => oneHot(random, classes, () => 3e38 * (2 * random() - 1)),
    'of all sizes': (random, classes) =>
      oneHot(random, classes, () => (random() - 0.5) * 10 ** (38 * random())),
    'two of +∞': (random, classes, row, rows) =>
      oneHot(random, classes, (k) =>
        isOddRow(row, rows) && (k === 0 || k === classes - 1) ? Infinity : random(),
      ),
    'mostly −∞': (random, classes) =>
      oneHot(random, classes, () => (random() < 0.8 ? -Infinity : random())),
  },
};

/** All kinds of data for losses whose samples are numbers. */
export function allPairs(domain: Domain): [name: string, make: MakePair][] {
  return Object.entries({ ...pairKinds[domain], ...morePairs[domain] });
}

/** All kinds of data for losses whose samples are rows. */
export function allRows(domain: keyof typeof rowKinds): [name: string, make: MakeRow][] {
  return Object.entries({ ...rowKinds[domain], ...moreRows[domain] });
}
