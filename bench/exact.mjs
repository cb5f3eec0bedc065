// @ts-check
// How far the answers of calls are from the exact ones, by the reference of the tests.
import {
  binaryLogitTerm,
  Exact,
  huberTerm,
  listOf,
  quantileTerm,
  scale,
  setAbsolute,
  setBinary,
  setCategorical,
  setDifference,
  setSoftmaxLoss,
  setSquared,
  sumOf,
} from '../test/support/exact.mjs';

/** @typedef {import('./data.mjs').Arrays} Arrays */

/**
 * Sets a variable to the exact loss of sample i.
 *
 * @typedef {(to: import('../test/support/exact.mjs').Variable, arrays: Arrays, i: number) => void} Term
 *
 * How far an answer is from the exact one of these arrays: the largest relative error.
 *
 * @typedef {(arrays: Arrays) => (answer: import('./answers.mjs').Part) => number} ErrorOf
 */

/** @param {import('../test/support/exact.mjs').Term} set @returns {Term} */
const pointwise =
  (set) =>
  (to, { yTrue, yPred }, i) =>
    set(to, yTrue[i], yPred[i]);

export const squared = pointwise(setSquared);

/** Half the derivative of the squared error. */
const difference = pointwise(setDifference);

export const absolute = pointwise(setAbsolute);

/** @param {number} delta */
export const huber = (delta) => pointwise(huberTerm(delta));

/** @param {number} q */
export const quantile = (q) => pointwise(quantileTerm(q));

/** For p in (0, 1). */
export const binary = pointwise(setBinary);

export const binaryLogits = pointwise(binaryLogitTerm());

/** For p in (0, 1) and one label of 1. @type {Term} */
export function categorical(to, { yTrue, yPred, classes }, i) {
  const label = yTrue.subarray(i * classes, (i + 1) * classes).indexOf(1);
  setCategorical(to, 1, yPred[i * classes + label]);
}

/** For p in (0, 1). @type {Term} */
export function sparse(to, { yTrue, yPred, classes }, i) {
  setCategorical(to, 1, yPred[i * classes + yTrue[i]]);
}

/** @type {Term} */
export function sparseLogits(to, { yTrue, yPred, classes }, i) {
  setSoftmaxLoss(to, yPred.subarray(i * classes, (i + 1) * classes), yTrue[i]);
}

/** @param {Arrays} arrays */
const samplesOf = ({ yPred, classes }) => yPred.length / classes;

/** Of the mean, weighted if there are weights. @param {Term} term @returns {ErrorOf} */
export function mean(term) {
  return (arrays) => {
    const exact = exactMean(term, arrays);
    return (answer) => (typeof answer === 'number' ? exact.relativeError(answer) : NaN);
  };
}

/** @param {Term} term @param {Arrays} arrays */
function exactMean(term, arrays) {
  const n = samplesOf(arrays);
  const weights = arrays.sampleWeight;
  if (weights === undefined) return Exact.sum(n, (to, i) => term(to, arrays, i)).over(n);
  const sum = Exact.sum(n, (to, i) => {
    term(to, arrays, i);
    scale(to, weights[i]);
  });
  return sum.over(sumOf(weights));
}

/** Of each sample's loss. @param {Term} term @returns {ErrorOf} */
export function each(term) {
  return (arrays) => againstList(listOf(samplesOf(arrays), (to, i) => term(to, arrays, i)));
}

/** Of the gradient of the mean of squared errors: 2(p − y)/n. @type {ErrorOf} */
export function squaredGradient(arrays) {
  const n = samplesOf(arrays);
  return againstList(listOf(n, (to, i) => difference(to, arrays, i), n / 2));
}

/** @param {Float64Array} exact pairs of numbers whose sums are the exact ones */
function againstList(exact) {
  return (/** @type {import('./answers.mjs').Part} */ answer) => {
    if (typeof answer === 'number' || 2 * answer.length !== exact.length) return NaN;
    let largest = 0;
    for (let i = 0; i < answer.length; i++) {
      const high = exact[2 * i];
      const low = exact[2 * i + 1];
      const off = answer[i] - high - low;
      const error = off === 0 ? 0 : Math.abs(off / high);
      if (Number.isNaN(error)) return NaN;
      largest = Math.max(largest, error);
    }
    return largest;
  };
}

/**
 * How far a call's answer is from the exact one.
 *
 * @param {readonly ErrorOf[]} exact of each part of the answer
 * @param {Arrays} arrays
 * @returns {(parts: readonly import('./answers.mjs').Part[]) => number} the largest relative error
 */
export function errorAgainst(exact, arrays) {
  const errors = exact.map((errorOf) => errorOf(arrays));
  return (parts) => {
    if (parts.length !== errors.length) return NaN;
    return Math.max(...parts.map((part, k) => errors[k](part)));
  };
}
