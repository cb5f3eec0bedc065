import { createEngine } from './engine.js';

export type { FloatArray, IntegerArray, LossArray, Numbers, TypedArray } from './arrays.js';
export type { BackendChoice } from './backends.js';
export { createEngine, type Engine, type EngineOptions } from './engine.js';
export type { Loss, LossOptions, OnEmpty, PerSampleOptions } from './loss.js';
export type { BinaryCrossEntropy } from './losses/binary-cross-entropy.js';
export type { CategoricalCrossEntropy } from './losses/categorical-cross-entropy.js';
export type { PointwiseLoss } from './losses/pointwise.js';
export type { ProbabilityOptions } from './losses/probabilities.js';
export type { RowOptions } from './losses/rows.js';
export type { SparseCategoricalCrossEntropy } from './losses/sparse-categorical-cross-entropy.js';
export { type Arena, createArena } from './wasm/arena.js';

/** The engine of the losses exported here: the backend that is there and, for each call, faster. */
export const defaultEngine = createEngine();

/** (p − y)²: see {@link Engine.squaredError}. */
export const squaredError = defaultEngine.squaredError;
/** |p − y|: see {@link Engine.absoluteError}. */
export const absoluteError = defaultEngine.absoluteError;
/** −(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)): see {@link Engine.binaryCrossEntropy}. */
export const binaryCrossEntropy = defaultEngine.binaryCrossEntropy;
/** −Σₖ yₖ·max(ln pₖ, −100): see {@link Engine.categoricalCrossEntropy}. */
export const categoricalCrossEntropy = defaultEngine.categoricalCrossEntropy;
/** −max(ln p_y, −100): see {@link Engine.sparseCategoricalCrossEntropy}. */
export const sparseCategoricalCrossEntropy = defaultEngine.sparseCategoricalCrossEntropy;
