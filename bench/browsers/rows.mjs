// @ts-check
// What is measured in browsers: nothing here needs Node.
import { binary, binaryLogits, mean, sparseLogits, squared, valueAndGradient } from '../calls.mjs';
import * as data from '../data.mjs';
import * as loops from '../loops.mjs';

const MANY = 2 ** 18;
const FEW = 8;

// biome-ignore format: a table
export const rows = [
  { name: 'squaredError.mean, 8 elements', size: FEW, data: data.prices, loop: loops.squaredMean, call: mean(squared) },
  { name: 'squaredError.mean', size: MANY, data: data.prices, loop: loops.squaredMean, call: mean(squared) },
  { name: 'squaredError.valueAndGradient', size: MANY, data: data.prices, loop: loops.squaredValueAndGradient, call: valueAndGradient(squared) },
  { name: 'binaryCrossEntropy.mean, 0/1 labels', size: MANY, data: data.labels, loop: loops.binaryMean, call: mean(binary) },
  { name: 'binaryCrossEntropy.mean, from logits', size: MANY, data: data.logits, loop: loops.binaryLogitsMean, call: mean(binaryLogits) },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 10 classes', size: MANY, data: data.logitRows(10), loop: loops.sparseLogitsMean, call: mean(sparseLogits) },
];

/** @type {Readonly<Record<string, import('../data.mjs').Floats>>} */
export const types = { float32: Float32Array, float64: Float64Array };
