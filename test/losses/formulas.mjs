// Every loss with its options as its formula says, one sample at a time, in float64, by Math.log and
// Math.exp. Slow, and as plain as can be: this file is to be read as the specification.

/**
 * Options of `with`.
 *
 * @typedef {object} Options
 * @property {'nan' | 'zero' | 'throw'} [onEmpty]
 * @property {number} [delta]
 * @property {number} [quantile]
 * @property {boolean} [fromLogits]
 * @property {number} [positiveWeight]
 * @property {number} [labelSmoothing]
 * @property {number} [clip]
 * @property {boolean} [normalize]
 * @property {'all' | 'used'} [check]
 * @property {number} [classes]
 * @property {readonly number[]} [classWeight]
 * @property {number} [ignoreIndex]
 *
 * What one sample comes to before it is weighted.
 *
 * @typedef {object} Sample
 * @property {number} loss
 * @property {Row} gradient the derivative with respect to the sample's predictions, as many as it has
 * @property {number} weight what it counts for in the denominator 'weight': 1, or the weight of its class
 * @property {boolean} kept false for a row that is ignored: its loss and gradient are 0
 *
 * @typedef {readonly number[]} Row
 * @typedef {(y: Row, p: Row, options: Options, isFloat32: boolean) => Sample} Formula
 * @typedef {readonly [loss: number, derivative: number]} Pointwise
 */

/**
 * @param {Pointwise} pointwise
 * @returns {Sample}
 */
function single([loss, derivative]) {
  return { loss, gradient: [derivative], weight: 1, kept: true };
}

/**
 * (p − y)²
 *
 * @type {Formula}
 */
export const squaredError = ([y], [p]) => single([(p - y) * (p - y), 2 * (p - y)]);

/**
 * |p − y|; the derivative is 0 at equality.
 *
 * @type {Formula}
 */
export const absoluteError = ([y], [p]) => single([Math.abs(p - y), Math.sign(p - y)]);

/**
 * ½d² if |d| ≤ δ, else δ(|d| − ½δ).
 *
 * @type {Formula}
 */
export const huber = ([y], [p], { delta = 1 }) => {
  const d = p - y;
  const loss = Math.abs(d) <= delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta);
  return single([loss, Math.min(Math.max(d, -delta), delta)]);
};

/**
 * q·d if d ≥ 0, else (q − 1)·d, d = y − p; the derivative is 0 at equality.
 *
 * @type {Formula}
 */
export const quantile = ([y], [p], { quantile: q = 0.5 }) => {
  const d = y - p;
  if (d === 0) return single([0, 0]);
  return single([(d < 0 ? q - 1 : q) * d, d > 0 ? -q : d < 0 ? 1 - q : NaN]);
};

/** Under a logarithm. */
const FLOOR = -100;

/** @type {Formula} */
export const binaryCrossEntropy = ([label], [p], options, isFloat32) => {
  const { labelSmoothing: alpha = 0, positiveWeight: c = 1 } = options;
  const y = label * (1 - alpha) + alpha / 2;
  if (options.fromLogits === true) return single(binaryFromLogit(y, p, c));
  const range = clipRange(options, isFloat32);
  if (range === undefined) return single(binaryFromProbability(y, p, c));
  const [loss, derivative] = binaryFromProbability(y, clamp(p, range), c);
  return single([loss, isMoved(p, range) ? 0 : derivative]);
};

/**
 * −(c·y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100))
 *
 * @param {number} y
 * @param {number} p
 * @param {number} c
 * @returns {Pointwise}
 */
function binaryFromProbability(y, p, c) {
  const ofOne = Math.max(Math.log(p), FLOOR);
  const ofZero = Math.max(Math.log1p(-p), FLOOR);
  const slope = p - y + (1 - c) * y * (1 - p);
  return [-(times(c * y, ofOne) + times(1 - y, ofZero)), slope / Math.max(p * (1 - p), 1e-12)];
}

/**
 * c·y·softplus(−z) + (1 − y)·softplus(z), which is (1 − y)z + (1 + (c − 1)y)·softplus(−z) without
 * its cancellation.
 *
 * @param {number} y
 * @param {number} z
 * @param {number} c
 * @returns {Pointwise}
 */
function binaryFromLogit(y, z, c) {
  const loss = times(c * y, softplus(-z)) + times(1 - y, softplus(z));
  return [loss, (1 - y) * sigmoid(z) - c * y * sigmoid(-z)];
}

/**
 * ln(1 + eᶻ)
 *
 * @param {number} z
 */
function softplus(z) {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

/** @param {number} z */
function sigmoid(z) {
  return 1 / (1 + Math.exp(-z));
}

/** @type {Formula} */
export const categoricalCrossEntropy = (y, p, options, isFloat32) => ({
  ...row(targets(y, options), used(y, p, options), options, isFloat32),
  weight: 1,
  kept: true,
});

/**
 * As a one-hot row; but a sample counts for the weight of its class, or not at all.
 *
 * @type {Formula}
 */
export const sparseCategoricalCrossEntropy = ([label], p, options, isFloat32) => {
  if (label === options.ignoreIndex) {
    return { loss: 0, gradient: p.map(() => 0), weight: 0, kept: false };
  }
  const oneHot = p.map((_, k) => (k === label ? 1 : 0));
  const weight = options.classWeight?.[label] ?? 1;
  return {
    ...row(targets(oneHot, options), used(oneHot, p, options), options, isFloat32),
    weight,
    kept: true,
  };
};

/**
 * tₖ = wₖ·((1 − α)yₖ + α/K)
 *
 * @param {Row} y
 * @param {Options} options
 * @returns {Row}
 */
function targets(y, { labelSmoothing: alpha = 0, classWeight }) {
  return y.map((label, k) => (classWeight?.[k] ?? 1) * ((1 - alpha) * label + alpha / y.length));
}

/**
 * Probabilities of which those are looked at that are to be: any other will do for those that are not.
 *
 * @param {Row} y
 * @param {Row} p
 * @param {Options} options
 * @returns {Row}
 */
function used(y, p, { check, normalize, labelSmoothing = 0 }) {
  if (check !== 'used' || normalize === true || labelSmoothing !== 0) return p;
  return p.map((value, k) => (y[k] === 0 ? 1 : value));
}

/**
 * −Σₖ tₖ·ln pₖ
 *
 * @param {Row} t
 * @param {Row} p
 * @param {Options} options
 * @param {boolean} isFloat32
 */
function row(t, p, options, isFloat32) {
  return options.fromLogits === true
    ? rowFromLogits(t, p)
    : rowFromProbabilities(t, p, options, isFloat32);
}

/**
 * @param {Row} t
 * @param {Row} p
 * @param {Options} options
 * @param {boolean} isFloat32
 */
function rowFromProbabilities(t, p, options, isFloat32) {
  const isNormalized = options.normalize === true;
  const sum = isNormalized ? sumOf(p) : 1;
  const q = p.map((value) => value / sum);
  const range = clipRange(options, isFloat32);
  const clipped = range === undefined ? q : q.map((value) => clamp(value, range));
  const loss = -sumOf(t.map((value, k) => times(value, Math.max(Math.log(clipped[k]), FLOOR))));
  // dL/dqₖ is −tₖ/qₖ, and 0 where clip has moved q. (times: −∞ at q = 0, unless t is 0, too.)
  const counts = t.map((value, k) => (range !== undefined && isMoved(q[k], range) ? 0 : value));
  const slope = counts.map((value, k) => times(-value, 1 / q[k]));
  if (!isNormalized) return { loss, gradient: slope };
  // (gⱼ − Σₖ gₖ·qₖ) / S, where gₖ·qₖ is −tₖ.
  const mean = -sumOf(counts);
  return { loss, gradient: slope.map((value) => (value - mean) / sum) };
}

/**
 * @param {Row} t
 * @param {Row} z
 */
function rowFromLogits(t, z) {
  const logs = logSoftmax(z);
  const total = sumOf(t);
  return {
    loss: -sumOf(t.map((value, k) => times(value, logs[k]))),
    gradient: t.map((value, k) => Math.exp(logs[k]) * total - value),
  };
}

/**
 * zₖ − ln Σ eᶻ; the limit where a logit is infinite, NaN where there is none.
 *
 * @param {Row} z
 * @returns {Row}
 */
function logSoftmax(z) {
  const max = z.reduce((a, b) => Math.max(a, b));
  const largest = z.indexOf(max);
  if (max === Infinity) {
    const isAlone = z.indexOf(Infinity, largest + 1) < 0;
    return z.map((value) => (isAlone ? (value === Infinity ? 0 : -Infinity) : NaN));
  }
  const others = sumOf(z.map((value, k) => (k === largest ? 0 : Math.exp(value - max))));
  return z.map((value) => value - max - Math.log1p(others));
}

/**
 * [clip, 1 − clip], in float32 for predictions of float32.
 *
 * @param {Options} options
 * @param {boolean} isFloat32
 * @returns {readonly [number, number] | undefined}
 */
function clipRange({ clip }, isFloat32) {
  if (clip === undefined) return undefined;
  if (!isFloat32) return [clip, 1 - clip];
  return [Math.fround(clip), Math.fround(1 - Math.fround(clip))];
}

/**
 * @param {number} value
 * @param {readonly [number, number]} range
 */
function clamp(value, [low, high]) {
  return Math.min(Math.max(value, low), high);
}

/**
 * Whether p is outside; 0 and 1 are, also where the type is too coarse for the bounds to say so.
 *
 * @param {number} value
 * @param {readonly [number, number]} range
 */
function isMoved(value, [low, high]) {
  return value < low || value > high || value === 0 || value === 1;
}

/**
 * A product where 0·∞ is 0; NaN stays NaN.
 *
 * @param {number} weight
 * @param {number} value
 */
function times(weight, value) {
  return weight === 0 && !Number.isNaN(value) ? 0 : weight * value;
}

/**
 * Σ, with the rounding errors added up, too (Neumaier).
 *
 * @param {readonly number[]} values
 */
export function sumOf(values) {
  let total = 0;
  let rest = 0;
  for (const value of values) {
    const next = total + value;
    rest += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + rest : total;
}
