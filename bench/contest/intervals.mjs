// @ts-check
// How sure a ratio of times is.
import { uniform } from '../data.mjs';
import { median, quantile } from '../statistics.mjs';

/**
 * @typedef {object} Interval
 * @property {number} ratio
 * @property {number} low
 * @property {number} high
 */

/**
 * Two processes of one program differ by up to some 5 %, each from the other in all rounds, by where their memory
 * lies (npm run bench:threats): no interval over rounds has that in it.
 */
const PLACEMENT = 0.05;

/** Whether a ratio is that of something faster, for certain. @param {Interval} ratio */
export function isFaster({ high }) {
  return high < 1 - PLACEMENT;
}

const RESAMPLES = 2000;
const CONFIDENCE = 0.95;

/**
 * The median of the rounds' ratios, and between what it lies in 95 % of what else these rounds could have been: the
 * percentile bootstrap over rounds. A round's two times are neighbours, so what slows the machine down for longer than
 * a round slows both.
 *
 * @param {readonly number[]} times
 * @param {readonly number[]} others of the same rounds
 * @returns {Interval}
 */
export function pairedRatio(times, others) {
  // A long call takes part in the first rounds alone.
  const rounds = Math.min(times.length, others.length);
  if (rounds === 0) throw new Error('expected pairs of times, got none');
  const ratios = times.slice(0, rounds).map((time, round) => time / others[round]);
  return interval(median(ratios), (resample) => median(resample(ratios)));
}

/**
 * The ratio of the medians of two runs' times, whose rounds have nothing to do with each other.
 *
 * @param {readonly number[]} times
 * @param {readonly number[]} others
 * @returns {Interval}
 */
export function unpairedRatio(times, others) {
  return interval(
    median(times) / median(others),
    (resample) => median(resample(times)) / median(resample(others)),
  );
}

/**
 * @param {number} ratio
 * @param {(resample: (values: readonly number[]) => number[]) => number} once what another draw would have given
 * @returns {Interval}
 */
function interval(ratio, once) {
  // The same every time: an interval belongs to its results.
  const random = uniform();
  /** @param {readonly number[]} values */
  const resample = (values) => values.map(() => values[Math.floor(values.length * random())]);
  const made = Array.from({ length: RESAMPLES }, () => once(resample));
  return {
    ratio,
    low: quantile(made, (1 - CONFIDENCE) / 2),
    high: quantile(made, (1 + CONFIDENCE) / 2),
  };
}
