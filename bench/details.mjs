// @ts-check
// What is measured beside the losses themselves: every gradient, every option, arrays of other types, batches.
import { float16 } from 'lossmeter';
import * as calls from './calls.mjs';
import * as data from './data.mjs';
import * as gradients from './gradient-loops.mjs';
import * as loops from './loops.mjs';
import * as options from './option-loops.mjs';

const { DELTA, mean, QUANTILE, valueAndGradient, weightedMean } = calls;
const {
  absolute,
  binary,
  binaryLogits,
  categorical10,
  huber,
  quantile,
  sparse,
  sparseLogits,
  squared,
} = calls;

/** @param {import('./calls.mjs').PickLoss} pick @param {object} options @returns {import('./calls.mjs').PickLoss} */
const by = (pick, options) => (engine) => /** @type {any} */ (pick(engine)).with(options);

/** Class k of ten weighs 1 + k/10. */
const classWeight = Array.from({ length: 10 }, (_, k) => 1 + k / 10);
const IGNORED = -100;

/** @type {import('./cases.mjs').Case['call']} */
const halfLogits = (engine) => {
  const loss = sparseLogits(engine);
  return ({ yTrue, yPred }) => loss.mean(yTrue, float16(/** @type {any} */ (yPred)));
};

/**
 * The arrays of batches, which a program has anyway.
 *
 * @type {WeakMap<object, import('./loops.mjs').ArraysAndOut[]>}
 */
const batches = new WeakMap();

/**
 * The mean of the batches' means.
 *
 * @param {number} length
 * @param {import('./cases.mjs').Call} call
 * @returns {import('./cases.mjs').Call}
 */
const inBatches = (length, call) => (arrays) => {
  const { yTrue, yPred } = /** @type {any} */ (arrays);
  let parts = batches.get(yPred);
  if (parts === undefined) {
    parts = [];
    for (let from = 0; from < yPred.length; from += length) {
      const to = from + length;
      parts.push({ ...arrays, yTrue: yTrue.subarray(from, to), yPred: yPred.subarray(from, to) });
    }
    batches.set(yPred, parts);
  }
  let sum = 0;
  for (let k = 0; k < parts.length; k++) sum += /** @type {number} */ (call(parts[k]));
  return sum / parts.length;
};

/** @param {number} length @param {import('./calls.mjs').PickLoss} pick @returns {import('./cases.mjs').Case['call']} */
const batchedMean = (length, pick) => (engine) => inBatches(length, mean(pick)(engine));

// biome-ignore format: a table
/** @type {readonly Omit<import('./cases.mjs').Case, 'exact' | 'isDetail'>[]} */
const rows = [
  { name: 'absoluteError.valueAndGradient', data: data.prices, loop: gradients.absoluteGradient, call: valueAndGradient(absolute), writes: true },
  { name: 'huber.valueAndGradient', data: data.prices, loop: gradients.huberGradient(DELTA), call: valueAndGradient(huber), writes: true },
  { name: 'quantile.valueAndGradient', data: data.prices, loop: gradients.quantileGradient(QUANTILE), call: valueAndGradient(quantile), writes: true },
  { name: 'binaryCrossEntropy.valueAndGradient, 0/1 labels', data: data.labels, loop: gradients.binaryGradient, call: valueAndGradient(binary), writes: true },
  { name: 'binaryCrossEntropy.valueAndGradient, from logits', data: data.logits, loop: gradients.binaryLogitsGradient, call: valueAndGradient(binaryLogits), writes: true },
  { name: 'categoricalCrossEntropy.valueAndGradient, 10 classes', data: data.oneHotRows(10), loop: gradients.categoricalGradient, call: valueAndGradient(categorical10), writes: true },
  { name: 'sparseCategoricalCrossEntropy.valueAndGradient, 10 classes', data: data.rows(10), loop: gradients.sparseGradient, call: valueAndGradient(sparse), writes: true },
  { name: 'sparseCategoricalCrossEntropy.valueAndGradient, from logits, 10 classes', data: data.logitRows(10), loop: gradients.sparseLogitsGradient, call: valueAndGradient(sparseLogits), writes: true },
  { name: 'sparseCategoricalCrossEntropy.valueAndGradient, from logits, 1024 classes', data: data.logitRows(1024), loop: gradients.sparseLogitsGradient, call: valueAndGradient(sparseLogits), writes: true },

  { name: 'binaryCrossEntropy.mean, weighted', data: data.weightedLabels, loop: options.binaryWeighted, call: weightedMean(binary) },
  { name: 'binaryCrossEntropy.mean, positiveWeight', data: data.labels, loop: options.positivelyWeighted(2), call: mean(by(binary, { positiveWeight: 2 })) },
  { name: 'binaryCrossEntropy.mean, positiveWeight, from logits', data: data.logits, loop: options.positivelyWeightedLogits(2), call: mean(by(binaryLogits, { positiveWeight: 2 })) },
  { name: 'binaryCrossEntropy.mean, labelSmoothing', data: data.labels, loop: options.smoothed(0.1), call: mean(by(binary, { labelSmoothing: 0.1 })) },
  { name: 'binaryCrossEntropy.mean, labelSmoothing, from logits', data: data.logits, loop: options.smoothedLogits(0.1), call: mean(by(binaryLogits, { labelSmoothing: 0.1 })) },
  { name: 'binaryCrossEntropy.mean, clip', data: data.labels, loop: options.clipped(1e-7), call: mean(by(binary, { clip: 1e-7 })) },
  { name: 'sparseCategoricalCrossEntropy.mean, normalize, 10 classes', data: data.rows(10), loop: options.normalized, call: mean(by(sparse, { normalize: true })) },
  { name: 'sparseCategoricalCrossEntropy.mean, check used, 1000 classes', data: data.rows(1000), loop: loops.sparseMean, call: mean(by(sparse, { check: 'used' })) },
  { name: 'sparseCategoricalCrossEntropy.mean, classWeight, 10 classes', data: data.rows(10), loop: options.classWeighted(classWeight), call: mean(by(sparse, { classWeight })) },
  { name: 'sparseCategoricalCrossEntropy.mean, classWeight, from logits, 10 classes', data: data.logitRows(10), loop: options.classWeightedLogits(classWeight), call: mean(by(sparseLogits, { classWeight })) },
  { name: 'sparseCategoricalCrossEntropy.mean, ignoreIndex, from logits, 10 classes', data: data.ignoringRows(10, IGNORED), loop: options.ignoring(IGNORED), call: mean(by(sparseLogits, { ignoreIndex: IGNORED })) },

  { name: 'squaredError.mean, number[]', data: data.asNumbers(data.prices), loop: loops.squaredMean, call: mean(squared), types: ['float64'] },
  { name: 'binaryCrossEntropy.mean, number[]', data: data.asNumbers(data.labels), loop: loops.binaryMean, call: mean(binary), types: ['float64'] },
  { name: 'binaryCrossEntropy.mean, uint8 labels', data: data.byteLabels, loop: loops.binaryMean, call: mean(binary) },
  { name: 'squaredError.mean, labels of the other float type', data: data.otherFloats(data.prices), loop: loops.squaredMean, call: mean(squared) },
  { name: 'sparseCategoricalCrossEntropy.mean, int64 labels, from logits, 10 classes', data: data.bigintLabels(data.logitRows(10)), loop: options.bigintLabels, call: mean(sparseLogits) },
  { name: 'sparseCategoricalCrossEntropy.mean, float16, from logits, 1024 classes', data: data.halfLogitRows(1024), loop: options.halfLogits, call: halfLogits, types: ['float32'] },
  { name: 'sparseCategoricalCrossEntropy.mean, float16, from logits, 50257 classes', data: data.halfLogitRows(50_257), loop: options.halfLogits, call: halfLogits, types: ['float32'] },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 50257 classes', data: data.logitRows(50_257), loop: loops.sparseLogitsMean, call: mean(sparseLogits) },

  { name: 'squaredError.mean, batches of 32', data: data.prices, loop: inBatches(32, loops.squaredMean), call: batchedMean(32, squared) },
  { name: 'squaredError.mean, batches of 128', data: data.prices, loop: inBatches(128, loops.squaredMean), call: batchedMean(128, squared) },
  { name: 'binaryCrossEntropy.mean, batches of 32', data: data.labels, loop: inBatches(32, loops.binaryMean), call: batchedMean(32, binary) },
  { name: 'binaryCrossEntropy.mean, batches of 128', data: data.labels, loop: inBatches(128, loops.binaryMean), call: batchedMean(128, binary) },
];

/** @type {readonly import('./cases.mjs').Case[]} */
export const details = rows.map((one) => ({ ...one, exact: [], isDetail: true }));
