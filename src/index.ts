import { createEngine } from './engine.js';

export type { Accumulator, AccumulatorOptions, UpdateOptions } from './accumulator.js';
export type {
  Float16Elements,
  FloatArray,
  Int64Array,
  IntegerArray,
  LossArray,
  Numbers,
  OutArray,
  TypedArray,
} from './arrays.js';
export type { BackendChoice } from './backends.js';
export type { OnEmpty, Reduction } from './core.js';
export { createEngine, type Engine, type EngineOptions } from './engine.js';
export { bfloat16, float16 } from './float16.js';
export type { HalfFloats, HalfFormat } from './half.js';
export type {
  GradientOptions,
  Loss,
  LossOptions,
  MeanOptions,
  PerSampleOptions,
  SumOptions,
  ValueAndGradient,
} from './loss.js';
export type { BinaryCrossEntropy, BinaryOptions } from './losses/binary-cross-entropy.js';
export type { CategoricalCrossEntropy } from './losses/categorical-cross-entropy.js';
export type { HuberOptions } from './losses/huber.js';
export type { PointwiseLoss } from './losses/pointwise.js';
export type { ProbabilityOptions } from './losses/probabilities.js';
export type { SparseOptions } from './losses/row-labels.js';
export type { RowOptions } from './losses/rows.js';
export type { SparseCategoricalCrossEntropy } from './losses/sparse-categorical-cross-entropy.js';
export { type MeasureOptions, measure } from './measure.js';
export type { AccumulatorState, JsonNumber, StagedSamples } from './state.js';
export type { Denominator } from './tally.js';
export { type Arena, createArena } from './wasm/arena.js';

/** The engine of the losses exported here: the backend that is there and, for each call, faster. */
export const defaultEngine = createEngine();

/** (p − y)²: see {@link Engine.squaredError}. */
export const squaredError = defaultEngine.squaredError;
/** |p − y|: see {@link Engine.absoluteError}. */
export const absoluteError = defaultEngine.absoluteError;
/** ½d² where |d| ≤ δ, else δ(|d| − ½δ), d = p − y: see {@link Engine.huber}. */
export const huber = defaultEngine.huber;
/** −(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)): see {@link Engine.binaryCrossEntropy}. */
export const binaryCrossEntropy = defaultEngine.binaryCrossEntropy;
/** −Σₖ yₖ·max(ln pₖ, −100): see {@link Engine.categoricalCrossEntropy}. */
export const categoricalCrossEntropy = defaultEngine.categoricalCrossEntropy;
/** −max(ln p_y, −100): see {@link Engine.sparseCategoricalCrossEntropy}. */
export const sparseCategoricalCrossEntropy = defaultEngine.sparseCategoricalCrossEntropy;
