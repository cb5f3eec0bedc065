// @ts-check
// What is measured: one line for each loss, verb and kind of data.
import { measure } from 'lossmeter';
import {
  absolute,
  binary,
  binaryLogits,
  categorical10,
  DELTA,
  huber,
  mean,
  perSample,
  QUANTILE,
  quantile,
  sparse,
  sparseLogits,
  squared,
  valueAndGradient,
  weightedMean,
} from './calls.mjs';
import * as data from './data.mjs';
import { details } from './details.mjs';
import * as exact from './exact.mjs';
import * as loops from './loops.mjs';

/** @typedef {import('lossmeter').Engine} Engine */
/** @typedef {import('./loops.mjs').ArraysAndOut} ArraysAndOut */
/** @typedef {(arrays: ArraysAndOut) => import('./answers.mjs').Answer} Call */

/**
 * @typedef {object} Case
 * @property {string} name the loss, the verb and what sets the case apart
 * @property {import('./data.mjs').Data} data
 * @property {Call} loop the loop people write
 * @property {(engine: Engine) => Call} call the same by the library
 * @property {readonly import('./exact.mjs').ErrorOf[]} exact against the exact answer, part by part
 * @property {boolean} [writes] whether it writes `out`, and so the limit does
 * @property {{ name: string, call: (engine: Engine) => Call }} [beside] another call of the library,
 *   measured in the same rounds on the same resident arrays
 * @property {readonly string[]} [losses] where the name does not begin with the loss
 * @property {boolean} [chart] false: it is in the tables alone
 * @property {readonly string[]} [types] if not all: those it is measured for
 * @property {boolean} [isDetail] of options, types and places, measured in one process, without its error and
 *   not shown in the README
 */

/** @param {readonly import('./calls.mjs').PickLoss[]} picks @returns {Case['call']} */
const together = (picks) => (engine) => {
  const losses = picks.map((pick) => pick(engine));
  return ({ yTrue, yPred }) => measure(losses, yTrue, yPred);
};

const besideMean = { name: 'squaredError.mean', call: mean(squared) };
const besidePerSample = { name: 'squaredError.perSample', call: perSample(squared) };

// biome-ignore format: a table
/** @type {readonly Case[]} */
export const cases = [
  { name: 'squaredError.mean', data: data.prices, loop: loops.squaredMean, call: mean(squared), exact: [exact.mean(exact.squared)] },
  { name: 'absoluteError.mean', data: data.prices, loop: loops.absoluteMean, call: mean(absolute), exact: [exact.mean(exact.absolute)] },
  { name: 'huber.mean', data: data.prices, loop: loops.huberMean(DELTA), call: mean(huber), exact: [exact.mean(exact.huber(DELTA))] },
  { name: 'quantile.mean', data: data.prices, loop: loops.quantileMean(QUANTILE), call: mean(quantile), exact: [exact.mean(exact.quantile(QUANTILE))] },
  { name: 'measure, squared and absolute error', data: data.prices, loop: loops.squaredAndAbsoluteMean, call: together([squared, absolute]), exact: [exact.mean(exact.squared), exact.mean(exact.absolute)], beside: besideMean, losses: ['squaredError', 'absoluteError'], chart: false },
  { name: 'squaredError.mean, weighted', data: data.weightedPrices, loop: loops.squaredWeightedMean, call: weightedMean(squared), exact: [exact.mean(exact.squared)], beside: besidePerSample },
  { name: 'squaredError.perSample', data: data.prices, loop: loops.squaredPerSample, call: perSample(squared), exact: [exact.each(exact.squared)], writes: true },
  { name: 'squaredError.valueAndGradient', data: data.prices, loop: loops.squaredValueAndGradient, call: valueAndGradient(squared), exact: [exact.mean(exact.squared), exact.squaredGradient], writes: true },
  { name: 'binaryCrossEntropy.mean, 0/1 labels', data: data.labels, loop: loops.binaryMean, call: mean(binary), exact: [exact.mean(exact.binary)] },
  { name: 'binaryCrossEntropy.mean, small losses', data: data.smallLosses, loop: loops.binaryMean, call: mean(binary), exact: [exact.mean(exact.binary)], chart: false },
  { name: 'binaryCrossEntropy.mean, soft labels', data: data.softLabels, loop: loops.binaryMean, call: mean(binary), exact: [exact.mean(exact.binary)] },
  { name: 'binaryCrossEntropy.perSample, 0/1 labels', data: data.labels, loop: loops.binaryPerSample, call: perSample(binary), exact: [exact.each(exact.binary)], writes: true, chart: false },
  { name: 'binaryCrossEntropy.mean, from logits', data: data.logits, loop: loops.binaryLogitsMean, call: mean(binaryLogits), exact: [exact.mean(exact.binaryLogits)] },
  { name: 'categoricalCrossEntropy.mean, 10 classes', data: data.oneHotRows(10), loop: loops.categoricalMean, call: mean(categorical10), exact: [exact.mean(exact.categorical)] },
  { name: 'sparseCategoricalCrossEntropy.mean, 10 classes', data: data.rows(10), loop: loops.sparseMean, call: mean(sparse), exact: [exact.mean(exact.sparse)] },
  { name: 'sparseCategoricalCrossEntropy.mean, 1000 classes', data: data.rows(1000), loop: loops.sparseMean, call: mean(sparse), exact: [exact.mean(exact.sparse)], chart: false },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 10 classes', data: data.logitRows(10), loop: loops.sparseLogitsMean, call: mean(sparseLogits), exact: [exact.mean(exact.sparseLogits)] },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 1024 classes', data: data.logitRows(1024), loop: loops.sparseLogitsMean, call: mean(sparseLogits), exact: [exact.mean(exact.sparseLogits)] },
  ...details,
];

/** @type {Readonly<Record<string, import('./data.mjs').Floats>>} */
export const types = { float32: Float32Array, float64: Float64Array };

/** @param {Case} one */
export function lossesOf({ name, losses = [name.split('.')[0]] }) {
  return losses;
}

/** @param {Case} one @returns {(arrays: import('./data.mjs').Arrays) => number} how many results it writes */
export const outLengthOf =
  ({ name }) =>
  ({ yPred, classes }) =>
    name.includes('.valueAndGradient') ? yPred.length : yPred.length / classes;
