// @ts-check
// What is measured: one line for each loss, verb and kind of data.
import * as data from './data.mjs';
import * as exact from './exact.mjs';
import * as loops from './loops.mjs';

/** @typedef {import('lossmeter').Engine} Engine */
/** @typedef {import('./loops.mjs').ArraysAndOut} ArraysAndOut */
/** @typedef {(arrays: ArraysAndOut) => number | Float32Array | Float64Array} Call */

/**
 * @typedef {object} Case
 * @property {string} name the loss, the verb and what sets the case apart
 * @property {import('./data.mjs').Data} data
 * @property {Call} loop the loop people write
 * @property {(engine: Engine) => Call} call the same by the library
 * @property {import('./exact.mjs').Term} exact the exact loss of one sample
 * @property {boolean} [sizes] whether --sizes measures it, too
 */

/** @typedef {(engine: Engine) => Pick<Engine['squaredError'], 'mean' | 'perSample'>} PickLoss */

/** @param {PickLoss} pick @returns {Case['call']} */
const mean = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred }) => loss.mean(yTrue, yPred);
};

/** @param {PickLoss} pick @returns {Case['call']} */
const perSample = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred, out }) => loss.perSample(yTrue, yPred, { out });
};

/** @type {PickLoss} */
const squared = (engine) => engine.squaredError;
/** @type {PickLoss} */
const absolute = (engine) => engine.absoluteError;
/** @type {PickLoss} */
const binary = (engine) => engine.binaryCrossEntropy;
/** @type {PickLoss} */
const categorical10 = (engine) => engine.categoricalCrossEntropy.with({ classes: 10 });
/** @type {PickLoss} */
const sparse = (engine) => engine.sparseCategoricalCrossEntropy;

// biome-ignore format: a table
/** @type {readonly Case[]} */
export const cases = [
  { name: 'squaredError.mean', data: data.prices, loop: loops.squaredMean, call: mean(squared), exact: exact.squared, sizes: true },
  { name: 'absoluteError.mean', data: data.prices, loop: loops.absoluteMean, call: mean(absolute), exact: exact.absolute, sizes: true },
  { name: 'binaryCrossEntropy.mean, 0/1 labels', data: data.labels, loop: loops.binaryMean, call: mean(binary), exact: exact.binary, sizes: true },
  { name: 'binaryCrossEntropy.mean, small losses', data: data.smallLosses, loop: loops.binaryMean, call: mean(binary), exact: exact.binary },
  { name: 'binaryCrossEntropy.mean, soft labels', data: data.softLabels, loop: loops.binaryMean, call: mean(binary), exact: exact.binary, sizes: true },
  { name: 'categoricalCrossEntropy.mean, 10 classes', data: data.oneHotRows(10), loop: loops.categoricalMean, call: mean(categorical10), exact: exact.categorical, sizes: true },
  { name: 'sparseCategoricalCrossEntropy.mean, 10 classes', data: data.rows(10), loop: loops.sparseMean, call: mean(sparse), exact: exact.sparse, sizes: true },
  { name: 'sparseCategoricalCrossEntropy.mean, 1000 classes', data: data.rows(1000), loop: loops.sparseMean, call: mean(sparse), exact: exact.sparse },
  { name: 'squaredError.perSample', data: data.prices, loop: loops.squaredPerSample, call: perSample(squared), exact: exact.squared },
  { name: 'binaryCrossEntropy.perSample, 0/1 labels', data: data.labels, loop: loops.binaryPerSample, call: perSample(binary), exact: exact.binary },
];

/** @type {Readonly<Record<string, import('./data.mjs').Floats>>} */
export const types = { float32: Float32Array, float64: Float64Array };
