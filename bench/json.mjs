// @ts-check
// Results as JSON, with no more digits than a measurement has.

/** @param {string} _key @param {unknown} value */
const rounded = (_key, value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

/** @param {unknown} results */
export function json(results) {
  return `${JSON.stringify(results, rounded)}\n`;
}
