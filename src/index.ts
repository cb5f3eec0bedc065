import { createEngine } from './engine.js';

export type { BackendChoice } from './backends.js';
export { createEngine, type Engine } from './engine.js';
export { type Arena, createArena } from './wasm/arena.js';

/** The engine of the losses exported here: the backend that is there and, for each call, faster. */
export const defaultEngine = createEngine();

export const squaredError = defaultEngine.squaredError;
export const absoluteError = defaultEngine.absoluteError;
export const binaryCrossEntropy = defaultEngine.binaryCrossEntropy;
export const categoricalCrossEntropy = defaultEngine.categoricalCrossEntropy;
export const sparseCategoricalCrossEntropy = defaultEngine.sparseCategoricalCrossEntropy;
