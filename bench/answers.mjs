// @ts-check
// What a call of a loss answers: a number, an array, several numbers, or a value with its gradient.

/** @typedef {number | Float32Array | Float64Array} Part */
/** @typedef {{ readonly value: number, readonly gradient: Float32Array | Float64Array }} ValueAndGradient */
/** @typedef {Part | readonly number[] | ValueAndGradient} Answer */

/**
 * @param {Answer} answer
 * @returns {readonly Part[]} its parts, safe from the next call's writing to the same `out`
 */
export function partsOf(answer) {
  if (typeof answer === 'number') return [answer];
  if (Array.isArray(answer)) return answer;
  if ('gradient' in answer) return [answer.value, answer.gradient.slice()];
  return [/** @type {Float32Array | Float64Array} */ (answer).slice()];
}

/** @param {readonly Part[]} a @param {readonly Part[]} b */
export function sameBits(a, b) {
  return a.length === b.length && a.every((part, k) => samePart(part, b[k]));
}

/** @param {Part} a @param {Part} b */
function samePart(a, b) {
  if (typeof a === 'number' || typeof b === 'number') return Object.is(a, b);
  return a.length === b.length && a.every((x, i) => Object.is(x, b[i]));
}
