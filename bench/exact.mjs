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
/** ln(c / 64) for every c near √½ · 64 … √2 · 64. */
const LOGS = Array.from({ length: 93 }, (_, c) => (c < 44 ? double() : logOfRatio(c, 64)));
const THIRD = double(1);
divide(THIRD, double(3));
const FIFTH = double(1);
divide(FIFTH, double(5));
const SEVENTH = double(1);
divide(SEVENTH, double(7));
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
  add(to, SEVENTH);
  multiply(to, square);
  add(to, FIFTH);
  multiply(to, square);
  add(to, THIRD);
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

/** @type {Term} */
export function squared({ yTrue, yPred }, i, to) {
  sumOf(yPred[i], -yTrue[i], to);
  square.set(to);
  multiply(to, square);
}

/** @type {Term} */
export function absolute({ yTrue, yPred }, i, to) {
  sumOf(yPred[i], -yTrue[i], to);
  if (to[0] < 0) {
    to[0] = -to[0];
    to[1] = -to[1];
  }
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

/**
 * How far results are from the exact mean, or from the exact losses of samples.
 *
 * @param {Term} term
 * @param {Arrays} arrays
 * @returns {(result: number | Float32Array | Float64Array) => number} the relative error, the
 *   largest one of an array
 */
export function errorAgainst(term, arrays) {
  const samples = arrays.yPred.length / arrays.classes;
  const each = new Float64Array(2 * samples);
  const sum = double();
  for (let i = 0; i < samples; i++) {
    const one = each.subarray(2 * i, 2 * i + 2);
    term(arrays, i, one);
    add(sum, one);
  }
  const count = double(samples);
  return (result) => {
    if (typeof result === 'number') {
      const value = double(result);
      multiply(value, count);
      return relativeError(value, sum);
    }
    let largest = 0;
    for (const [i, x] of result.entries()) {
      largest = Math.max(largest, relativeError(double(x), each.subarray(2 * i, 2 * i + 2)));
    }
    return largest;
  };
}

/** @param {Double} value @param {Double} exact */
function relativeError(value, exact) {
  if (value[0] === exact[0] && value[1] === exact[1]) return 0;
  return Math.abs((value[0] - exact[0] + (value[1] - exact[1])) / exact[0]);
}
