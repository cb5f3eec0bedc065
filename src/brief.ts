// The short way of sums and losses of brief arrays, for which preparing a call would take longer than the
// kernel (of eight elements, by 150 ns). It gives up where anything is not as plain, errors and NaN
// included: then the way of all calls decides.

import { type FloatArray, newArray, plainKindOf, type TypedArray } from './arrays.js';
import type { Block } from './block.js';
import type { Core } from './definition.js';
import { quotient } from './running-sum.js';
import { checkOut, outType } from './validate.js';
import { BRIEF, type ElementType, type Workspace } from './workspace.js';

/** What a formula knows of it. */
export interface ShortWay {
  /** Whether yTrue are class indices. */
  readonly takesIndices: boolean;
  /** How many samples so many elements of yTrue and yPred are; 0 if they do not go together. */
  samples(labels: number, n: number): number;
  /** Leaves the sum of their losses in the workspace's total; NaN if the data ask for more. */
  total(
    workspace: Workspace,
    type: ElementType,
    yTrue: Block,
    yPred: Block,
    n: number,
    samples: number,
  ): void;
  /**
   * Leaves the sum of their losses times weights of that type in the workspace's total, as `weighted` of
   * PointwiseKernels does. Without it, each loss is written and multiplied.
   */
  weighted?(
    workspace: Workspace,
    type: ElementType,
    yTrue: Block,
    yPred: Block,
    weights: Block,
    n: number,
  ): void;
  /** Writes their losses in that type; false if the data ask for more. */
  each?(
    workspace: Workspace,
    type: ElementType,
    yTrue: Block,
    yPred: Block,
    n: number,
    out: Block,
  ): boolean;
}

/** How many samples two arrays are that can go this way; 0 if they cannot. */
function samplesOf(short: ShortWay, yTrue: unknown, yPred: unknown): number {
  const kind = plainKindOf(yPred);
  if (kind !== 'float64' && kind !== 'float32') return 0;
  const ofTrue = plainKindOf(yTrue);
  if (ofTrue !== 'uint8' && ofTrue !== (short.takesIndices ? 'int32' : kind)) return 0;
  const labels = yTrue as TypedArray;
  const predictions = yPred as TypedArray;
  if (predictions.length > BRIEF) return 0;
  const samples = short.samples(labels.length, predictions.length);
  // Detached, whatever their length: see checkAttached.
  return samples === 0 || labels[0] === undefined || predictions[0] === undefined ? 0 : samples;
}

/** The mean of the losses, or their sum; NaN if that takes a call. */
export function reduceBrief(core: Core, yTrue: unknown, yPred: unknown, isMean: boolean): number {
  const { short } = core.formula;
  const samples = short === undefined ? 0 : samplesOf(short, yTrue, yPred);
  if (short === undefined || samples === 0) return NaN;
  const predictions = yPred as TypedArray;
  const n = predictions.length;
  const workspace = core.backends.briefWorkspace(n, core.definition.few);
  const type = predictions instanceof Float32Array ? 'f32' : 'f64';
  const y = workspace.stage('yTrue', yTrue as TypedArray, short.takesIndices ? 'i32' : type);
  const p = workspace.stage('yPred', predictions, type);
  const { total } = workspace;
  short.total(workspace, type, y, p, n, samples);
  return quotient(total.array[total.at], total.array[total.at + 1], isMean ? samples : 1);
}

/** Sums of weights from here on may overflow. */
const HUGE = 2 ** 1000;

/** The weighted mean of the losses, or their weighted sum; NaN if that takes a call. */
export function reduceBriefWeighted(
  core: Core,
  yTrue: unknown,
  yPred: unknown,
  sampleWeight: unknown,
  isMean: boolean,
): number {
  const { short } = core.formula;
  const samples = short === undefined ? 0 : samplesOf(short, yTrue, yPred);
  const kind = plainKindOf(sampleWeight);
  if (short === undefined || samples === 0) return NaN;
  if (kind !== 'float64' && kind !== 'float32') return NaN;
  const weights = sampleWeight as FloatArray;
  if (weights.length !== samples || weights[0] === undefined) return NaN;
  const n = (yPred as TypedArray).length;
  const workspace = core.backends.briefWorkspace(n, core.definition.few);
  const isFloat32 = yPred instanceof Float32Array;
  const isNarrow = isFloat32 && (kind === 'float32' || short.weighted === undefined);
  const type = isNarrow ? 'f32' : 'f64';
  const y = workspace.stage('yTrue', yTrue as TypedArray, short.takesIndices ? 'i32' : type);
  const p = workspace.stage('yPred', yPred as TypedArray, type);
  const { total } = workspace;
  let sum: number;
  if (short.weighted !== undefined) {
    const w = workspace.stage('weights', weights, type);
    short.weighted(workspace, type, y, p, w, n);
    const { array, at } = total;
    // A weight that is none.
    if (array[at + 5] !== 0) return NaN;
    sum = array[at + 2] + array[at + 3];
  } else {
    const { losses } = workspace;
    if (short.each?.(workspace, type, y, p, n, losses) !== true) return NaN;
    const w = workspace.stage('weights', weights, 'f64');
    if (workspace.numbers.f64.positive(w, samples) === 0) return NaN;
    workspace.sum.f64.total(w, samples, total);
    sum = workspace.total.array[total.at] + workspace.total.array[total.at + 1];
    workspace.dot[type].total(losses, w, samples, total);
  }
  const { array, at } = workspace.total;
  return sum < HUGE ? quotient(array[at], array[at + 1], isMean ? sum : 1) : NaN;
}

/** The losses in `given`, or a new array; undefined if that takes a call. */
export function writeBrief(
  core: Core,
  callName: string,
  yTrue: unknown,
  yPred: unknown,
  given: unknown,
): FloatArray | undefined {
  const { short } = core.formula;
  if (short?.each === undefined) return undefined;
  const n = samplesOf(short, yTrue, yPred);
  if (n === 0) return undefined;
  const isFloat32 = yPred instanceof Float32Array;
  const out =
    given === undefined
      ? newArray(callName, outType(isFloat32), n)
      : checkOut(callName, given, isFloat32, n);
  const type = isFloat32 ? 'f32' : 'f64';
  const workspace = core.backends.briefWorkspace(n, core.definition.few);
  const y = workspace.stage('yTrue', yTrue as TypedArray, type);
  const p = workspace.stage('yPred', yPred as TypedArray, type);
  const losses = workspace.target(out, 0, type, true);
  if (!short.each(workspace, type, y, p, n, losses)) return undefined;
  workspace.store(losses, out, 0, n, type);
  return out;
}

/** As many numbers as others. */
export function samplesOfPairs(labels: number, n: number): number {
  return labels === n ? n : 0;
}
