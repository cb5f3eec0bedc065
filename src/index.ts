import { Backends, choiceFromEnvironment } from './backends.js';
import { Engine } from './engine.js';
import { type Loss, lossOf } from './loss.js';
import * as losses from './losses/definitions.js';
import type {
  BinaryOptions,
  HuberOptions,
  QuantileOptions,
  RowOptions,
  SparseOptions,
} from './losses/options.js';

export type { Accumulator, AccumulatorOptions, UpdateOptions } from './accumulator.js';
export type {
  Float16Elements,
  Float32Predictions,
  FloatArray,
  Int64Array,
  IntegerArray,
  LossArray,
  Numbers,
  OutArray,
  TypedArray,
} from './arrays.js';
export type { BackendChoice } from './backends.js';

export { createEngine, type Engine, type EngineOptions } from './engine.js';
export { bfloat16, float16 } from './float16.js';
export {
  type Group,
  type GroupedAccumulator,
  groupedAccumulator,
  type KeyedSamples,
} from './grouped-accumulator.js';
export type { GroupedState, GroupState, JsonKey, StagedKeys } from './grouped-state.js';
export type { HalfFloats, HalfFormat } from './half.js';
export { accumulator, type JointAccumulator, type JointState } from './joint-accumulator.js';
export type { Key, KeyKind, Keys } from './keys.js';
export type {
  GradientOptions,
  Loss,
  MeanOptions,
  PerSampleOptions,
  SumOptions,
  ValueAndGradient,
} from './loss.js';
export type {
  BinaryOptions,
  CheckScope,
  HuberOptions,
  LossOptions,
  OnEmpty,
  ProbabilityOptions,
  QuantileOptions,
  RowOptions,
  SparseOptions,
} from './losses/options.js';
export type { Denominator, Reduction } from './means.js';
export { type MeasureOptions, measure } from './measure.js';
export type { AccumulatorState, JsonNumber, StagedSamples } from './state.js';
export type { Abortable, Progress, Samples, StreamOptions } from './stream.js';
export { type Arena, type ArenaOptions, createArena } from './wasm/arena.js';

const backends = /* @__PURE__ */ new Backends(choiceFromEnvironment);

/** The engine of the losses exported here: the backend that is there and, for each call, faster. */
export const defaultEngine: Engine = /* @__PURE__ */ new Engine(backends);

// Not the engine's members: whoever imports one loss shall get one.
/** (p − y)²: see {@link Engine.squaredError}. */
export const squaredError: Loss = /* @__PURE__ */ lossOf(losses.squaredError, backends);
/** |p − y|: see {@link Engine.absoluteError}. */
export const absoluteError: Loss = /* @__PURE__ */ lossOf(losses.absoluteError, backends);
/** ½d² where |d| ≤ δ, else δ(|d| − ½δ), d = p − y: see {@link Engine.huber}. */
export const huber: Loss<HuberOptions> = /* @__PURE__ */ lossOf(losses.huber, backends);
/** q·d where d = y − p ≥ 0, else (q − 1)·d: see {@link Engine.quantile}. */
export const quantile: Loss<QuantileOptions> = /* @__PURE__ */ lossOf(losses.quantile, backends);
/** −(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)): see {@link Engine.binaryCrossEntropy}. */
export const binaryCrossEntropy: Loss<BinaryOptions> = /* @__PURE__ */ lossOf(
  losses.binaryCrossEntropy,
  backends,
);
/** −Σₖ yₖ·max(ln pₖ, −100): see {@link Engine.categoricalCrossEntropy}. */
export const categoricalCrossEntropy: Loss<RowOptions> = /* @__PURE__ */ lossOf(
  losses.categoricalCrossEntropy,
  backends,
);
/** −max(ln p_y, −100): see {@link Engine.sparseCategoricalCrossEntropy}. */
export const sparseCategoricalCrossEntropy: Loss<SparseOptions> = /* @__PURE__ */ lossOf(
  losses.sparseCategoricalCrossEntropy,
  backends,
);
