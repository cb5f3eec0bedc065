// What the losses of pairs of numbers are fed. The first kind of each table has a truth that every
// integer type holds. With a kind called `outside` a loss may throw.
import { bit, integer, magnitude, powerOfTwo, seeded, sign } from './numbers.mjs';

/**
 * @typedef {(random: () => number, i: number, n: number) => readonly [yTrue: number, yPred: number]} MakePair
 */

/**
 * The one element that is special, in the last block of an array.
 *
 * @param {number} i
 * @param {number} n
 */
export const isOdd = (i, n) => i === n - 1 - (n >> 3);

/**
 * A probability that misses a label of 0 or 1 by so much.
 *
 * @param {number} y
 * @param {number} miss
 */
export const away = (y, miss) => Math.abs(y - miss);

/** @type {Readonly<Record<string, MakePair>>} */
export const reals = {
  'whole numbers': (random) => [integer(random, 0, 100), 200 * random() - 100],
  fractions: (random) => [4 * random() - 2, 4 * random() - 2],
  'nearly right': (random) => {
    const y = 100 * random();
    return [y, y * (1 + powerOfTwo(-40) * random())];
  },
  'equal, or not at all': (random) => {
    const y = sign(random) * random();
    return [y, random() < 0.5 ? y : -y];
  },
  // float32 holds them, or rounds them to its subnormals and to 0.
  'all magnitudes': (random) => [
    sign(random) * magnitude(random, -1074, 100),
    sign(random) * magnitude(random, -1074, 100),
  ],
  'squares too large': (random) => [random() * powerOfTwo(600), -random() * powerOfTwo(600)],
  'signed zeros': (random) => [sign(random) * 0, sign(random) * bit(random)],
  subnormals: (random) => [
    powerOfTwo(-1074) * integer(random, 0, 8),
    powerOfTwo(-149) * integer(random, 0, 8),
  ],
  'one infinity': (random, i, n) => [random(), isOdd(i, n) ? -Infinity : random()],
  'infinities apart': (random, i, n) =>
    isOdd(i, n) ? [Infinity, -Infinity] : [random(), random()],
  'infinities together': (random, i, n) =>
    isOdd(i, n) ? [Infinity, Infinity] : [random(), random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : random(), random()],
  'one NaN in yPred': (random, i, n) => [random(), isOdd(i, n) ? NaN : random()],
};

/** @type {Readonly<Record<string, MakePair>>} */
export const probabilities = {
  'labels of 0 and 1': (random) => [bit(random), random()],
  'soft labels': (random) => [random(), random()],
  'one soft label': (random, i, n) => [isOdd(i, n) ? 0.25 : bit(random), random()],
  'tiny losses': (random) => {
    const y = bit(random);
    return [y, away(y, magnitude(random, -53, -20))];
  },
  // In every lane, and few enough for a mean loss under 2⁻⁶.
  'a few misses among tiny losses': (random, i) => {
    const y = bit(random);
    return [y, away(y, i % 199 === 7 ? 1 - random() / 2 : magnitude(random, -53, -20))];
  },
  'losses of all sizes': (random) => {
    const y = bit(random);
    return [y, away(y, magnitude(random, -53, 0))];
  },
  'mean loss about 2⁻⁶': (random) => {
    const y = bit(random);
    return [y, away(y, powerOfTwo(-6) * (0.95 + 0.1 * random()))];
  },
  'mean loss about 2⁻¹⁶': (random) => {
    const y = bit(random);
    return [y, away(y, powerOfTwo(-16) * (0.95 + 0.1 * random()))];
  },
  'exactly 0 and 1, right': (random) => {
    const y = bit(random);
    return [y, y];
  },
  'exactly 0 and 1, right or wrong': (random) => [bit(random), bit(random)],
  'signed zeros': (random) => [bit(random) || -0, random() < 0.5 ? -0 : random()],
  'all magnitudes': (random) => [bit(random), magnitude(random, -1074, 0)],
  'about the floor': (random) => [bit(random), magnitude(random, -148, -141)],
  'soft labels, exactly 0 and 1': (random) => [random(), bit(random)],
  'one NaN in yPred': (random, i, n) => [bit(random), isOdd(i, n) ? NaN : random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : bit(random), random()],
  'outside: a probability too large': (random, i, n) => [
    bit(random),
    isOdd(i, n) ? 1.25 : random(),
  ],
  'outside: a label too small': (random, i, n) => [isOdd(i, n) ? -1 : bit(random), random()],
};

/** @type {Readonly<Record<string, MakePair>>} */
export const logits = {
  'labels of 0 and 1': (random) => [bit(random), 16 * random() - 8],
  'soft labels': (random) => [random(), 16 * random() - 8],
  'one soft label': (random, i, n) => [isOdd(i, n) ? 0.25 : bit(random), 16 * random() - 8],
  'tiny losses': (random) => {
    const y = bit(random);
    return [y, (2 * y - 1) * (15 + 60 * random())];
  },
  'all magnitudes': (random) => [bit(random), sign(random) * magnitude(random, -1074, 100)],
  'where e^−|z| is subnormal or 0': (random) => [bit(random), sign(random) * (700 + 60 * random())],
  'where e^−|z| is so in float32': (random) => [bit(random), sign(random) * (80 + 30 * random())],
  'signed zeros': (random) => [bit(random) || -0, sign(random) * 0],
  'infinities, right': (random) => {
    const y = bit(random);
    return [y, random() < 0.5 ? (2 * y - 1) * Infinity : random()];
  },
  'one infinity, wrong': (random, i, n) => {
    const y = bit(random);
    return [y, isOdd(i, n) ? (1 - 2 * y) * Infinity : random()];
  },
  'an infinity, soft label': (random, i, n) =>
    isOdd(i, n) ? [0.25, Infinity] : [random(), random()],
  'one NaN in yPred': (random, i, n) => [bit(random), isOdd(i, n) ? NaN : random()],
  'one NaN in yTrue': (random, i, n) => [isOdd(i, n) ? NaN : bit(random), random()],
  'outside: a label too large': (random, i, n) => [isOdd(i, n) ? 2 : bit(random), random()],
};

/**
 * @param {MakePair} make
 * @param {number} n
 * @param {number} seed
 */
export function pairsOf(make, n, seed) {
  const random = seeded(seed);
  const yTrue = new Float64Array(n);
  const yPred = new Float64Array(n);
  for (let i = 0; i < n; i++) [yTrue[i], yPred[i]] = make(random, i, n);
  return { yTrue, yPred };
}
