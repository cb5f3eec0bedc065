// @ts-check
// Exact values, to some 30 digits: numbers are unevaluated sums of two float64 (double-double), and
// every rounding error is kept by error-free transformations (Knuth's TwoSum, Dekker's product).

/** @typedef {import('./data.mjs').Arrays} Arrays */

/**
 * A number as the sum of two: `[0]` the nearest float64, `[1]` the rest.
 *
 * @typedef {Float64Array} Double
 */

/**
 * Writes the exact loss of sample i to `to`.
 *
 * @typedef {(arrays: Arrays, i: number, to: Double) => void} Term
 */

const SPLITTER = 2 ** 27 + 1;

/** @param {number} high @param {number} low @returns {Double} */
function double(high = 0, low = 0) {
  return Float64Array.of(high, low);
}

/** to = a + b, exactly. @param {number} a @param {number} b @param {Double} to */
function sumOf(a, b, to) {
  const sum = a + b;
  const z = sum - a;
  to[1] = a - (sum - z) + (b - z);
  to[0] = sum;
}

/** to = a · b, exactly. @param {number} a @param {number} b @param {Double} to */
function productOf(a, b, to) {
  const high = a * b;
  const a1 = SPLITTER * a - (SPLITTER * a - a);
  const b1 = SPLITTER * b - (SPLITTER * b - b);
  const a2 = a - a1;
  const b2 = b - b1;
  to[1] = a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2);
  to[0] = high;
}

const scratch = double();

/** to += a. @param {Double} to @param {Double} a */
function add(to, a) {
  const low = to[1] + a[1];
  sumOf(to[0], a[0], scratch);
  sumOf(scratch[0], scratch[1] + low, to);
}

/** to *= a. @param {Double} to @param {Double} a */
function multiply(to, a) {
  productOf(to[0], a[0], scratch);
  sumOf(scratch[0], scratch[1] + (to[0] * a[1] + to[1] * a[0]), to);
}

const quotient = double();
const product = double();

/** to /= a. @param {Double} to @param {Double} a */
function divide(to, a) {
  quotient[0] = to[0] / a[0];
  quotient[1] = 0;
  product.set(quotient);
  multiply(product, a);
  const rest = to[0] - product[0] + (to[1] - product[1]);
  sumOf(quotient[0], rest / a[0], to);
}

/** ln(a / b) of two small integers, by its series in integers of 160 bits. */
function logOfRatio(/** @type {number} */ a, /** @type {number} */ b) {
  const bits = 160n;
  const numerator = BigInt(a - b);
  const denominator = BigInt(a + b);
  let power = ((2n * numerator) << bits) / denominator;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power = (power * numerator * numerator) / (denominator * denominator);
  }
  const high = Number(sum) / 2 ** 160;
  const rest = sum - BigInt(high * 2 ** 160);
  return double(high, Number(rest) / 2 ** 160);
}

const LN2 = logOfRatio(2, 1);
/** 1 / n. */
const INVERSES = Array.from({ length: 8 }, (_, n) => {
  const inverse = double(1);
  if (n > 1) divide(inverse, double(n));
  return inverse;
});
/** ln(c / 64) for every c near √½ · 64 … √2 · 64. */
const LOGS = Array.from({ length: 93 }, (_, c) => (c < 44 ? double() : logOfRatio(c, 64)));
const TWO = double(2);
const ONE = double(1);

const bits = new DataView(new ArrayBuffer(8));
const numerator = double();
const denominator = double();
const square = double();
const exponentTerm = double();

/** to = ln(x), for a normal x > 0. @param {Double} x @param {Double} to */
function log(x, to) {
  // x = 2ᵏ·m, c = m rounded to 1/64: ln x = k ln 2 + ln c + 2 artanh((m − c) / (m + c)).
  bits.setFloat64(0, x[0]);
  let k = (bits.getUint16(0) >>> 4) - 1023;
  if (x[0] / 2 ** k > Math.SQRT2) k++;
  const m = x[0] / 2 ** k;
  const low = x[1] / 2 ** k;
  const index = Math.round(64 * m);
  const c = index / 64;
  sumOf(m - c, low, numerator);
  sumOf(m, c, denominator);
  sumOf(denominator[0], denominator[1] + low, denominator);
  divide(numerator, denominator);
  square.set(numerator);
  multiply(square, numerator);
  const z = square[0];
  to[0] = z * (1 / 9 + z * (1 / 11 + z * (1 / 13 + z / 15)));
  to[1] = 0;
  add(to, INVERSES[7]);
  multiply(to, square);
  add(to, INVERSES[5]);
  multiply(to, square);
  add(to, INVERSES[3]);
  multiply(to, square);
  add(to, ONE);
  multiply(to, numerator);
  multiply(to, TWO);
  add(to, /** @type {Double} */ (LOGS[index]));
  exponentTerm[0] = k;
  exponentTerm[1] = 0;
  multiply(exponentTerm, LN2);
  add(to, exponentTerm);
}

const reduced = double();
const factor = double();

/** to = eˣ, for |x| up to some hundreds. @param {Double} x @param {Double} to */
function exp(x, to) {
  // x = k ln 2 + 256 r: eˣ = 2ᵏ·(1 + (eʳ − 1))²⁵⁶.
  const k = Math.round(x[0] / LN2[0]);
  reduced[0] = -k;
  reduced[1] = 0;
  multiply(reduced, LN2);
  add(reduced, x);
  reduced[0] /= 256;
  reduced[1] /= 256;
  const r = reduced[0];
  to[0] = (r / 6) * (1 + (r / 7) * (1 + r / 8));
  to[1] = 0;
  for (let n = 5; n > 0; n--) {
    add(to, ONE);
    multiply(to, reduced);
    multiply(to, INVERSES[n]);
  }
  // (1 + s)² − 1 = s·(s + 2), eight times.
  for (let i = 0; i < 8; i++) {
    factor.set(to);
    add(factor, TWO);
    multiply(to, factor);
  }
  add(to, ONE);
  to[0] *= 2 ** k;
  to[1] *= 2 ** k;
}

/** @type {Term} */
export function squared({ yTrue, yPred }, i, to) {
  sumOf(yPred[i], -yTrue[i], to);
  square.set(to);
  multiply(to, square);
}

/** The derivative of the squared error. @type {Term} */
export function squaredSlope({ yTrue, yPred }, i, to) {
  sumOf(yPred[i], -yTrue[i], to);
  multiply(to, TWO);
}

/** @type {Term} */
export function absolute({ yTrue, yPred }, i, to) {
  sumOf(yPred[i], -yTrue[i], to);
  if (to[0] < 0) {
    to[0] = -to[0];
    to[1] = -to[1];
  }
}

/** @param {number} delta @returns {Term} */
export function huber(delta) {
  return (arrays, i, to) => {
    absolute(arrays, i, to);
    // ½d² or δ·(|d| − ½δ): both are ½·a·(2|d| − a).
    square[0] = to[0] <= delta ? to[0] : delta;
    square[1] = to[0] <= delta ? to[1] : 0;
    multiply(to, TWO);
    factor[0] = -square[0];
    factor[1] = -square[1];
    add(to, factor);
    multiply(to, square);
    to[0] /= 2;
    to[1] /= 2;
  };
}

const weight = double();
const part = double();

/** to −= weight · ln x, where weight and x are a + b. */
function subtractWeighted(
  /** @type {Double} */ to,
  /** @type {number} */ weightA,
  /** @type {number} */ weightB,
  /** @type {number} */ xA,
  /** @type {number} */ xB,
) {
  sumOf(weightA, weightB, weight);
  if (weight[0] === 0) return;
  sumOf(xA, xB, part);
  log(part, part);
  multiply(part, weight);
  part[0] = -part[0];
  part[1] = -part[1];
  add(to, part);
}

/** For p in (0, 1). @type {Term} */
export function binary({ yTrue, yPred }, i, to) {
  to.fill(0);
  subtractWeighted(to, yTrue[i], 0, yPred[i], 0);
  subtractWeighted(to, 1, -yTrue[i], 1, -yPred[i]);
}

/** For p in (0, 1). @type {Term} */
export function categorical({ yTrue, yPred, classes }, i, to) {
  to.fill(0);
  for (let k = i * classes; k < (i + 1) * classes; k++) {
    subtractWeighted(to, yTrue[k], 0, yPred[k], 0);
  }
}

/** For p in (0, 1). @type {Term} */
export function sparse({ yTrue, yPred, classes }, i, to) {
  to.fill(0);
  subtractWeighted(to, 1, 0, yPred[i * classes + yTrue[i]], 0);
}

/** @type {Term} */
export function binaryLogits({ yTrue, yPred }, i, to) {
  const z = yPred[i];
  // What may cancel comes first.
  productOf(-z, yTrue[i], to);
  part[0] = Math.max(z, 0);
  part[1] = 0;
  add(to, part);
  part[0] = -Math.abs(z);
  exp(part, part);
  add(part, ONE);
  log(part, part);
  add(to, part);
}

/** @type {Term} */
export function sparseLogits({ yTrue, yPred, classes }, i, to) {
  const from = i * classes;
  let most = -Infinity;
  for (let k = from; k < from + classes; k++) most = Math.max(most, yPred[k]);
  to.fill(0);
  for (let k = from; k < from + classes; k++) {
    sumOf(yPred[k], -most, part);
    exp(part, part);
    add(to, part);
  }
  log(to, to);
  sumOf(most, -yPred[from + yTrue[i]], part);
  add(to, part);
}

/**
 * Exact results of a call, one {@link Double} after the other.
 *
 * @typedef {(arrays: Arrays) => Float64Array} Exact
 */

/** @param {Arrays} arrays */
const samplesOf = ({ yPred, classes }) => yPred.length / classes;

/** The mean, weighted if there are weights. @param {Term} term @returns {Exact} */
export function mean(term) {
  return (arrays) => {
    const sum = double();
    const weights = double();
    const one = double();
    const share = double();
    for (let i = 0; i < samplesOf(arrays); i++) {
      share[0] = arrays.sampleWeight?.[i] ?? 1;
      term(arrays, i, one);
      multiply(one, share);
      add(sum, one);
      add(weights, share);
    }
    divide(sum, weights);
    return sum;
  };
}

/** Each sample's. @param {Term} term @returns {Exact} */
export function each(term) {
  return (arrays) => {
    const samples = samplesOf(arrays);
    const all = new Float64Array(2 * samples);
    for (let i = 0; i < samples; i++) term(arrays, i, all.subarray(2 * i, 2 * i + 2));
    return all;
  };
}

/** Of the mean, for one number a sample. @param {Term} slope @returns {Exact} */
export function gradient(slope) {
  return (arrays) => {
    const all = each(slope)(arrays);
    const count = double(samplesOf(arrays));
    for (let i = 0; i < all.length; i += 2) divide(all.subarray(i, i + 2), count);
    return all;
  };
}

/**
 * How far a call's answer is from the exact one.
 *
 * @param {readonly Exact[]} exact of each part of the answer
 * @param {Arrays} arrays
 * @returns {(parts: readonly import('./answers.mjs').Part[]) => number} the largest relative error
 */
export function errorAgainst(exact, arrays) {
  const values = exact.map((compute) => compute(arrays));
  return (parts) => {
    if (parts.length !== values.length) return NaN;
    let largest = 0;
    for (const [k, part] of parts.entries()) {
      const numbers = typeof part === 'number' ? [part] : part;
      if (2 * numbers.length !== values[k].length) return NaN;
      for (let i = 0; i < numbers.length; i++) {
        const error = relativeError(numbers[i], values[k][2 * i], values[k][2 * i + 1]);
        if (Number.isNaN(error)) return NaN;
        largest = Math.max(largest, error);
      }
    }
    return largest;
  };
}

/** Against high + low. */
function relativeError(
  /** @type {number} */ value,
  /** @type {number} */ high,
  /** @type {number} */ low,
) {
  if (value === high && low === 0) return 0;
  return Math.abs((value - high - low) / high);
}
