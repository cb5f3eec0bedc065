// Which losses, with which options, on what data.
import { logits, probabilities, reals } from './pairs.mjs';
import { logitRows, probabilityRows } from './rows.mjs';

/**
 * @typedef {Readonly<Record<string, unknown>>} Options of `with`; `classWeight: true` stands for as
 *   many weights as there are classes
 * @typedef {readonly [name: string, options: Options]} LossWithOptions
 *
 * @typedef {object} Family losses that take the same arrays
 * @property {string} name
 * @property {readonly LossWithOptions[]} losses
 * @property {Readonly<Record<string, import('./pairs.mjs').MakePair>>} [pairs]
 * @property {Readonly<Record<string, import('./rows.mjs').MakeRow>>} [rows]
 */

const clip = 1e-7;
const labelSmoothing = 0.1;
const fromLogits = true;
const classWeight = true;
const positiveWeight = 2.5;
const ignoreIndex = 0;
const normalize = true;

/** @type {readonly Options[]} */
const weighted = [{ labelSmoothing }, { classWeight }, { labelSmoothing, classWeight }];

/** @type {readonly Options[]} */
const ofProbabilities = [
  {},
  { clip },
  { normalize },
  { clip: 1 / 1024, normalize },
  ...weighted,
  { clip, normalize, labelSmoothing, classWeight, onEmpty: 'zero' },
];

/** @type {readonly Options[]} */
const ofLogits = [{}, ...weighted].map((options) => ({ fromLogits, ...options }));

/**
 * @param {readonly Options[]} options
 * @returns {readonly Options[]}
 */
function andIgnoring(options) {
  const [plain] = options;
  const [all] = options.slice(-1);
  return [...options, { ...plain, ignoreIndex }, { ...all, ignoreIndex }];
}

/**
 * @param {string} loss
 * @param {readonly Options[]} variants
 * @returns {LossWithOptions[]}
 */
const withEach = (loss, variants) => variants.map((options) => [loss, options]);

const SPARSE = 'sparseCategoricalCrossEntropy';

/** @type {readonly Family[]} */
export const families = [
  {
    name: 'losses of numbers',
    pairs: reals,
    losses: [
      ['squaredError', {}],
      ['absoluteError', {}],
      ['huber', {}],
      ['huber', { delta: 0.3, onEmpty: 'zero' }],
    ],
  },
  {
    name: 'binary losses of probabilities',
    pairs: probabilities,
    losses: withEach('binaryCrossEntropy', [
      {},
      { clip },
      { labelSmoothing },
      { positiveWeight },
      { clip, labelSmoothing, positiveWeight },
    ]),
  },
  {
    name: 'binary losses of logits',
    pairs: logits,
    losses: withEach('binaryCrossEntropy', [
      { fromLogits },
      { fromLogits, labelSmoothing },
      { fromLogits, positiveWeight },
      { fromLogits, labelSmoothing, positiveWeight },
    ]),
  },
  {
    name: 'categorical losses of probabilities',
    rows: probabilityRows,
    losses: withEach('categoricalCrossEntropy', ofProbabilities),
  },
  {
    name: 'categorical losses of logits',
    rows: logitRows,
    losses: withEach('categoricalCrossEntropy', ofLogits),
  },
  {
    name: 'sparse categorical losses of probabilities',
    rows: probabilityRows,
    losses: withEach(SPARSE, andIgnoring(ofProbabilities)),
  },
  {
    name: 'sparse categorical losses of logits',
    rows: logitRows,
    losses: withEach(SPARSE, andIgnoring(ofLogits)),
  },
];

/**
 * Whether the truth is a class index for each row.
 *
 * @param {Family} family
 */
export function isSparse(family) {
  return family.losses[0][0] === SPARSE;
}

/** @param {LossWithOptions} lossWithOptions */
export function nameOf([loss, options]) {
  return [loss, ...Object.keys(options)].join(' ');
}

/**
 * Makes an engine's losses, each once for a number of classes: checking the weights of a thousand
 * classes takes longer than a call.
 *
 * @param {Record<string, any>} engine
 * @returns {(loss: LossWithOptions, classes: number | undefined) => any} classes is undefined for losses
 *   of pairs
 */
export function lossesOf(engine) {
  /** @type {Map<string, any>} */
  const made = new Map();
  return (loss, classes) => {
    const key = JSON.stringify([loss, classes]);
    if (!made.has(key)) made.set(key, make(engine, loss, classes));
    return made.get(key);
  };
}

/**
 * @param {Record<string, any>} engine
 * @param {LossWithOptions} lossWithOptions
 * @param {number | undefined} classes
 */
function make(engine, [name, options], classes) {
  if (classes === undefined) return engine[name].with(options);
  const { classWeight, ...others } = options;
  // Eighths from 0 to 2.
  const weights = Array.from({ length: classes }, (_, k) => ((5 * k + 3) % 17) / 8);
  return engine[name].with({
    ...others,
    classes,
    ...(classWeight === undefined ? {} : { classWeight: weights }),
  });
}
