// The one table of losses and their options, which every test and the digest read: a loss is a row.
// (The digest runs in engines that know neither TypeScript nor the packages of Node.)
import * as formulas from './formulas.mjs';
import * as pairs from './pairs.mjs';
import * as rows from './rows.mjs';

/**
 * What the predictions are.
 *
 * @typedef {'reals' | 'probabilities' | 'logits'} Domain
 *
 * Whether a sample is a number, a row of labels, or a class index and a row of predictions.
 *
 * @typedef {'single' | 'dense' | 'sparse'} Shape
 *
 * Options of `with`; `classWeight: true` stands for as many weights as there are classes.
 *
 * @typedef {Readonly<Record<string, unknown>>} OptionSet
 *
 * Sets of options with which a loss takes the same data.
 *
 * @typedef {object} Family
 * @property {Domain} domain
 * @property {Readonly<Record<string, readonly unknown[]>>} choices of each option: every combination is
 *   a set, where undefined is for not given
 * @property {readonly OptionSet[]} sets a few telling ones, the first as plain as can be: what is too
 *   much to ask of every set is asked of these
 *
 * @typedef {object} Loss
 * @property {string} name
 * @property {Shape} shape
 * @property {import('./formulas.mjs').Formula} formula
 * @property {Readonly<Record<string, readonly string[]>>} right for each option, the names of those of
 *   test/support/wrong.ts that are not wrong for it
 * @property {readonly Family[]} families
 */

const CLIP = 1e-7;
const SMOOTHING = 0.1;
const fromLogits = true;
const classWeight = true;

/** Choices. */
const clip = [undefined, CLIP];
const labelSmoothing = [undefined, SMOOTHING];
const positiveWeight = [undefined, 2.5, 0];
const classWeights = [undefined, true];
/** (Among the sets is an index that is one of the classes.) */
const ignoreIndex = [undefined, -100];

const ofProbabilities = {
  labelSmoothing,
  classWeight: classWeights,
  clip,
  normalize: [undefined, true],
  check: [undefined, 'used'],
};
const ofLogits = { fromLogits: [true], labelSmoothing, classWeight: classWeights };

/** @type {readonly OptionSet[]} */
const weighted = [
  { labelSmoothing: SMOOTHING },
  { classWeight },
  { labelSmoothing: SMOOTHING, classWeight },
];

/** @type {readonly OptionSet[]} */
const setsOfProbabilities = [
  {},
  { clip: CLIP },
  { normalize: true },
  { clip: 1 / 1024, normalize: true },
  ...weighted,
  { check: 'used' },
  { check: 'used', clip: CLIP, classWeight },
  { clip: CLIP, normalize: true, labelSmoothing: SMOOTHING, classWeight, onEmpty: 'zero' },
];

/** @type {readonly OptionSet[]} */
const setsOfLogits = [{}, ...weighted].map((set) => ({ fromLogits, ...set }));

/**
 * @param {readonly OptionSet[]} sets
 * @returns {readonly OptionSet[]}
 */
function andIgnoring(sets) {
  const [first] = sets;
  const [last] = sets.slice(-1);
  return [...sets, { ...first, ignoreIndex: 0 }, { ...last, ignoreIndex: 0 }];
}

const POSITIVE = ['1', '0.25', String(2 ** 31), String(2 ** 53), '1e+300'];
const BOOLEAN = ['true', 'false'];
const right = {
  onEmpty: [],
  clip: ['0.25'],
  fromLogits: BOOLEAN,
  labelSmoothing: ['0', '-0', '1', '0.25'],
};
const rightForRows = {
  ...right,
  classes: ['1', String(2 ** 31)],
  classWeight: ['an empty array', 'a Float64Array that is too long'],
  normalize: BOOLEAN,
  check: [],
};

/** @type {readonly Loss[]} */
export const losses = [
  {
    name: 'squaredError',
    shape: 'single',
    formula: formulas.squaredError,
    right: { onEmpty: [] },
    families: [{ domain: 'reals', choices: {}, sets: [{}] }],
  },
  {
    name: 'absoluteError',
    shape: 'single',
    formula: formulas.absoluteError,
    right: { onEmpty: [] },
    families: [{ domain: 'reals', choices: {}, sets: [{}] }],
  },
  {
    name: 'huber',
    shape: 'single',
    formula: formulas.huber,
    right: { onEmpty: [], delta: POSITIVE },
    families: [
      {
        domain: 'reals',
        choices: { delta: [undefined, 0.5, 20] },
        sets: [{}, { delta: 0.3, onEmpty: 'zero' }],
      },
    ],
  },
  {
    name: 'quantile',
    shape: 'single',
    formula: formulas.quantile,
    right: { onEmpty: [], quantile: ['0.25'] },
    families: [
      {
        domain: 'reals',
        choices: { quantile: [undefined, 0.1, 0.9] },
        sets: [{}, { quantile: 0.9, onEmpty: 'zero' }],
      },
    ],
  },
  {
    name: 'binaryCrossEntropy',
    shape: 'single',
    formula: formulas.binaryCrossEntropy,
    right: { ...right, positiveWeight: ['0', '-0', ...POSITIVE] },
    families: [
      {
        domain: 'probabilities',
        choices: { positiveWeight, labelSmoothing, clip },
        sets: [
          {},
          { clip: CLIP },
          { labelSmoothing: SMOOTHING },
          { positiveWeight: 2.5 },
          { clip: CLIP, labelSmoothing: SMOOTHING, positiveWeight: 2.5 },
        ],
      },
      {
        domain: 'logits',
        choices: { fromLogits: [true], positiveWeight, labelSmoothing: [undefined, SMOOTHING, 1] },
        sets: [
          { fromLogits },
          { fromLogits, labelSmoothing: SMOOTHING },
          { fromLogits, positiveWeight: 2.5 },
          { fromLogits, labelSmoothing: SMOOTHING, positiveWeight: 2.5 },
        ],
      },
    ],
  },
  {
    name: 'categoricalCrossEntropy',
    shape: 'dense',
    formula: formulas.categoricalCrossEntropy,
    right: rightForRows,
    families: [
      { domain: 'probabilities', choices: ofProbabilities, sets: setsOfProbabilities },
      { domain: 'logits', choices: ofLogits, sets: setsOfLogits },
    ],
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    shape: 'sparse',
    formula: formulas.sparseCategoricalCrossEntropy,
    right: { ...rightForRows, ignoreIndex: ['0', '-0', '1', '-1', String(2 ** 31)] },
    families: [
      {
        domain: 'probabilities',
        choices: { ...ofProbabilities, ignoreIndex },
        sets: [...andIgnoring(setsOfProbabilities), { check: 'used', classWeight, ignoreIndex: 0 }],
      },
      {
        domain: 'logits',
        choices: { ...ofLogits, ignoreIndex },
        sets: andIgnoring(setsOfLogits),
      },
    ],
  },
];

/**
 * Kinds of data for losses whose samples are numbers.
 *
 * @type {Readonly<Record<Domain, Readonly<Record<string, pairs.MakePair>>>>}
 */
export const pairKinds = {
  reals: pairs.reals,
  probabilities: pairs.probabilities,
  logits: pairs.logits,
};

/**
 * Kinds of data for losses whose samples are rows.
 *
 * @type {Readonly<Record<Exclude<Domain, 'reals'>, Readonly<Record<string, rows.MakeRow>>>>}
 */
export const rowKinds = { probabilities: rows.probabilityRows, logits: rows.logitRows };
