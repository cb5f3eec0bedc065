// @ts-check
// What the rounds amount to.
import { median, quantile } from './statistics.mjs';

/**
 * @typedef {object} PathResult
 * @property {number} nanoseconds of a call: the median of the rounds
 * @property {number[]} rounds
 * @property {number} p25
 * @property {number} p75
 * @property {number} toLoop the median of the rounds' ratios to the loop
 * @property {number} toLimit likewise to the limit
 * @property {number} [error] relative to the exact value; the largest one of an array
 */

/**
 * Another call of the library on the same resident arrays.
 *
 * @typedef {object} Beside
 * @property {string} name
 * @property {number} nanoseconds of a call: the median of the rounds
 * @property {number} ratio the median of the rounds' ratios of the case, resident, to it
 */

/**
 * @typedef {object} Result
 * @property {string} name of the case
 * @property {string} type
 * @property {number} size that was asked for
 * @property {number} elements of yPred: the size, in whole rows
 * @property {number} bytes read, and written
 * @property {number} cpuShare how much of the time the processes had a core, the least of them
 * @property {string[]} differing paths of the library whose bits are not those of JavaScript
 * @property {Record<import('./paths.mjs').Path, PathResult>} paths; `threads` only where it was asked for
 * @property {Beside} [beside]
 */

/**
 * @param {string} name
 * @param {string} type
 * @param {readonly import('./comparison.mjs').Measured[]} runs of one size, one for each process
 * @returns {Result}
 */
export function summarize(name, type, runs) {
  const [{ size, elements, bytes, errors, beside }] = runs;
  const times = Object.fromEntries(
    Object.keys(runs[0].nanoseconds).map((path) => [
      path,
      runs.flatMap(({ nanoseconds }) => nanoseconds[path]),
    ]),
  );
  /** @param {string} path @param {string} other */
  const ratio = (path, other) => median(times[path].map((time, k) => time / times[other][k]));
  const measured = Object.keys(times).filter((path) => path !== 'beside');
  const entries = measured.map((path) => [
    path,
    {
      nanoseconds: median(times[path]),
      rounds: times[path],
      p25: quantile(times[path], 0.25),
      p75: quantile(times[path], 0.75),
      toLoop: ratio(path, 'loop'),
      toLimit: ratio(path, 'limit'),
      ...(path in errors && { error: errors[path] }),
    },
  ]);
  return {
    name,
    type,
    size,
    elements,
    bytes,
    cpuShare: Math.min(...runs.map(({ cpuShare }) => cpuShare)),
    differing: [...new Set(runs.flatMap(({ differing }) => differing))],
    paths: Object.fromEntries(entries),
    ...(beside !== undefined && {
      beside: {
        name: beside,
        nanoseconds: median(times.beside),
        ratio: ratio('resident', 'beside'),
      },
    }),
  };
}
