// @ts-check
// Which results are wrong.

/** A result that is further off than this is marked. */
const WRONG = 1e-3;

/** NaN is wrong, too. @param {number} error */
export function isWrong(error) {
  return !(error <= WRONG);
}

/** How far off, for readers: percent where it is much. @param {number} error */
export function errorText(error) {
  if (Number.isNaN(error)) return 'not a number';
  if (error === 0) return '0';
  return isWrong(error) ? `${(100 * error).toPrecision(2)} %` : error.toExponential(0);
}
