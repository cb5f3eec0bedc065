// @ts-check
// What the library must reach, and whether it did in this run.
import { libraryPathsIn } from './paths.mjs';

/** @typedef {import('./results.mjs').Result} Result */

/** The length at which ratios are judged. */
export const MILLION = 2 ** 20;
/** The length at which a call's own cost is judged: 8 elements, or one row of not many more. */
export const FEW = 8;

/** Up to here the loop can win; from some hundred elements on it should not. */
const SOME = 1100;

/** @param {Result} result */
export const isFew = ({ elements }) => elements < 2 * FEW;

/**
 * @typedef {object} Target
 * @property {string} what
 * @property {(result: Result) => boolean} applies
 * @property {(result: Result) => number} measure
 * @property {Readonly<Record<string, number>>} most the bound, by type
 * @property {boolean} [strict] whether the bound itself is too much
 */

/** @param {string} start */
const million =
  (start) =>
  (/** @type {Result} */ { name, size }) =>
    size === MILLION && name.startsWith(start);

/** @param {Result} result */
const isPointwise = ({ name }) => /^(squared|absolute|huber|quantile|measure)/.test(name);

/** @param {Result} result */
const isFromLogits = ({ name }) => name.includes('from logits');

/** @param {Result} result */
const worstError = ({ paths }) =>
  libraryPathsIn(paths).reduce((worst, path) => {
    const error = paths[path].error ?? NaN;
    return error <= worst ? worst : error;
  }, 0);

/** @param {number} most */
const both = (most) => ({ float32: most, float64: most });

/** @type {readonly Target[]} */
export const speedTargets = [
  {
    what: 'squared and absolute error, resident ÷ limit',
    applies: (result) => million('')(result) && /^(squared|absolute)Error\.mean$/.test(result.name),
    measure: ({ paths }) => paths.resident.toLimit,
    most: { float32: 1.3, float64: 1.15 },
  },
  {
    what: 'log loss of 0/1 labels, resident ÷ limit',
    applies: million('binaryCrossEntropy.mean, 0/1'),
    measure: ({ paths }) => paths.resident.toLimit,
    most: { float32: 3, float64: 1.5 },
  },
  {
    what: 'log loss of 0/1 labels, resident ÷ loop',
    applies: million('binaryCrossEntropy.mean, 0/1'),
    measure: ({ paths }) => paths.resident.toLoop,
    most: both(1 / 20),
  },
  {
    what: 'log loss of 0/1 labels, JavaScript ÷ loop',
    applies: million('binaryCrossEntropy.mean, 0/1'),
    measure: ({ paths }) => paths.js.toLoop,
    most: both(1 / 10),
  },
  {
    what: 'log loss from logits, resident ÷ loop',
    applies: million('binaryCrossEntropy.mean, from logits'),
    measure: ({ paths }) => paths.resident.toLoop,
    most: { float32: 1 / 20, float64: 1 / 6 },
  },
  {
    what: 'sparse cross-entropy from logits, 1024 × 1024, resident ÷ loop',
    applies: million('sparseCategoricalCrossEntropy.mean, from logits, 1024'),
    measure: ({ paths }) => paths.resident.toLoop,
    most: { float32: 1 / 8, float64: 1 / 3 },
  },
  {
    what: 'losses from logits, JavaScript ÷ loop',
    applies: (result) => million('')(result) && isFromLogits(result),
    measure: ({ paths }) => paths.js.toLoop,
    most: both(1),
  },
  {
    what: 'valueAndGradient of squared error, resident ÷ limit',
    applies: million('squaredError.valueAndGradient'),
    measure: ({ paths }) => paths.resident.toLimit,
    most: both(1.3),
  },
  {
    what: 'weighted mean of squared error ÷ its perSample, resident',
    applies: million('squaredError.mean, weighted'),
    measure: ({ beside }) => beside?.ratio ?? NaN,
    most: both(1.5),
  },
  {
    what: 'any loss, outside an arena ÷ loop',
    applies: million(''),
    measure: ({ paths }) => paths.auto.toLoop,
    most: both(1),
    strict: true,
  },
  {
    what: `a call on ${FEW} elements − the loop, ns`,
    applies: isFew,
    measure: ({ paths }) => paths.auto.nanoseconds - paths.loop.nanoseconds,
    most: both(100),
  },
  {
    what: 'a call on some more elements − the loop, ns',
    applies: (result) => !isFew(result) && result.elements <= SOME,
    measure: ({ paths }) => paths.auto.nanoseconds - paths.loop.nanoseconds,
    most: both(100),
  },
];

/** @type {readonly Target[]} */
export const accuracyTargets = [
  {
    what: 'squared, absolute, Huber and quantile error, relative error',
    applies: (result) => isPointwise(result) && result.paths.js.error !== undefined,
    measure: worstError,
    most: { float64: 4e-16 },
  },
  {
    what: 'log losses, relative error',
    applies: (result) => !isPointwise(result) && result.paths.js.error !== undefined,
    measure: worstError,
    most: { float32: 1e-6, float64: 1e-14 },
  },
  {
    what: 'paths with other bits than JavaScript',
    applies: () => true,
    measure: ({ differing }) => differing.length,
    most: both(0),
  },
];

/**
 * @typedef {object} Judgement
 * @property {string} what
 * @property {string} type
 * @property {number} most
 * @property {boolean} strict
 * @property {number} measured the worst of the results that the target applies to
 * @property {string} by the case and the length that it comes from
 * @property {boolean} met
 */

/**
 * @param {readonly Target[]} targets
 * @param {readonly Result[]} results
 * @returns {Judgement[]} those that the results can judge
 */
export function judge(targets, results) {
  return targets.flatMap(({ what, applies, measure, most, strict = false }) =>
    Object.entries(most).flatMap(([type, bound]) => {
      const [worst] = results
        .filter((result) => result.type === type && applies(result))
        .map((result) => ({
          measured: measure(result),
          by: `${result.name}, n = ${result.elements}`,
        }))
        // NaN counts as the worst.
        .sort((a, b) => (a.measured > b.measured || Number.isNaN(a.measured) ? -1 : 1));
      if (worst === undefined) return [];
      const met = strict ? worst.measured < bound : worst.measured <= bound;
      return [{ what, type, most: bound, strict, ...worst, met }];
    }),
  );
}
