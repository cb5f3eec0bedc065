// @ts-check
// What several libraries are asked for: a loss, a verb, and data of a length and a type.
import * as data from '../data.mjs';
import * as exact from '../exact.mjs';

/** @typedef {'squared' | 'absolute' | 'huber' | 'binary' | 'binaryLogits' | 'sparseLogits'} Task */
/** @typedef {'mean' | 'perSample' | 'valueAndGradient'} Verb */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {Task} task
 * @property {Verb} verb
 * @property {boolean} weighted
 * @property {number} classes elements of yPred for a sample
 * @property {boolean} constant whether every prediction is off by the same
 */

/** Where Huber loss becomes a line: about half of the prices' errors are larger. */
export const DELTA = 10;

/**
 * Longer data repeat the same elements, so that their exact means are those of this many: MPFR takes up to 20 µs
 * an element. No branch predictor remembers as many.
 */
const DISTINCT = 2 ** 17;

/** What is measured of data that have one number a sample. @type {Readonly<Record<Task, { loss: string, options: string }>>} */
export const tasks = {
  squared: { loss: 'squaredError', options: '' },
  absolute: { loss: 'absoluteError', options: '' },
  huber: { loss: 'huber', options: '' },
  binary: { loss: 'binaryCrossEntropy', options: '0/1 labels' },
  binaryLogits: { loss: 'binaryCrossEntropy', options: 'from logits' },
  sparseLogits: { loss: 'sparseCategoricalCrossEntropy', options: 'from logits' },
};

/**
 * @param {Task} task
 * @param {Verb} verb
 * @param {{ weighted?: boolean, classes?: number, constant?: boolean }} [how]
 * @returns {Row}
 */
export function row(task, verb, { weighted = false, classes = 1, constant = false } = {}) {
  const { loss, options } = tasks[task];
  const parts = [
    `${loss}.${verb}`,
    ...(options === '' ? [] : [options]),
    ...(weighted ? ['weighted'] : []),
    ...(constant ? ['one error everywhere'] : []),
    ...(classes === 1 ? [] : [`${classes} classes`]),
  ];
  return { name: parts.join(', '), task, verb, weighted, classes, constant };
}

/** @param {Row} row @returns {import('../data.mjs').Data} */
function dataOf({ task, weighted, classes, constant }) {
  if (constant) return data.sameErrors;
  switch (task) {
    case 'binary':
      return weighted ? data.weightedLabels : data.labels;
    case 'binaryLogits':
      return data.logits;
    case 'sparseLogits':
      return data.logitRows(classes);
    default:
      return weighted ? data.weightedPrices : data.prices;
  }
}

/**
 * The elements that are repeated: the first of them, if fewer are wanted.
 *
 * @param {Row} row
 * @param {number} n
 * @param {import('../data.mjs').Floats} Floats
 */
export function distinct(row, n, Floats) {
  const { classes } = row;
  const whole = Math.max(classes, Math.min(n, Math.floor(DISTINCT / classes) * classes));
  return dataOf(row)(whole, Floats);
}

/** @type {Readonly<Record<Task, import('../exact.mjs').Term>>} */
const terms = {
  squared: exact.squared,
  absolute: exact.absolute,
  huber: exact.huber(DELTA),
  binary: exact.binary,
  binaryLogits: exact.binaryLogits,
  sparseLogits: exact.sparseLogits,
};

/**
 * How far answers are from the exact ones.
 *
 * @param {Row} row
 * @param {import('../data.mjs').Arrays} arrays those of `distinct`
 * @returns {Record<'ofMean' | 'ofEach', (answer: import('../answers.mjs').Part) => number>}
 */
export function errors({ task }, arrays) {
  const term = terms[task];
  return { ofMean: once(exact.mean(term), arrays), ofEach: once(exact.each(term), arrays) };
}

/**
 * The exact answer is computed when it is first asked for.
 *
 * @param {import('../exact.mjs').ErrorOf} errorOf
 * @param {import('../data.mjs').Arrays} arrays
 * @returns {(answer: import('../answers.mjs').Part) => number}
 */
function once(errorOf, arrays) {
  /** @type {ReturnType<import('../exact.mjs').ErrorOf> | undefined} */
  let known;
  return (answer) => {
    known ??= errorOf(arrays);
    return known(answer);
  };
}
