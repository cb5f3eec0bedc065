// A call: its arguments, checked, its shape, and where they will be read.

import type { Argument } from './argument.js';
import type { Core } from './definition.js';
import type { StandIn } from './kept.js';
import { asArgument, lengthError } from './validate.js';
import type { ElementType, Workspace } from './workspace.js';

/** How yTrue and yPred belong together. */
export interface Shape {
  /** Samples. */
  readonly n: number;
  /** Elements of yPred per sample. */
  readonly classes: number;
  /** What the kernels see: float32 only if that loses nothing. */
  readonly type: ElementType;
  /** What losses are written in: float32 only where that is within 4 ulp of it, and yPred is float32. */
  readonly losses: ElementType;
}

export interface Call extends Shape {
  /** The loss and the verb, as `squaredError.mean`. */
  readonly name: string;
  readonly yTrue: Argument;
  readonly yPred: Argument;
  /** One weight for each sample. */
  readonly weights: Argument | undefined;
  readonly workspace: Workspace;
  /** Made for the first block in which samples of weight 0 lie among others. */
  standIn: StandIn | undefined;
}

/** Checks the arguments of a call and says where they will be read. */
export function openCall(
  core: Core,
  callName: string,
  yTrue: unknown,
  yPred: unknown,
  sampleWeight?: unknown,
  rereads = core.formula.rereads,
): Call {
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asArgument(callName, 'yPred', yPred);
  const weights =
    sampleWeight === undefined ? undefined : asArgument(callName, 'sampleWeight', sampleWeight);
  return openArguments(core, callName, truth, predictions, weights, rereads);
}

export function openArguments(
  core: Core,
  callName: string,
  yTrue: Argument,
  yPred: Argument,
  weights: Argument | undefined,
  rereads: boolean,
): Call {
  const shape = core.formula.shape(callName, yTrue, yPred);
  if (weights !== undefined && weights.length !== shape.n) {
    throw lengthError(callName, 'sampleWeight', shape.n, 'one for each sample', weights.length);
  }
  if (rereads || weights !== undefined) {
    yTrue.settle();
    yPred.settle();
    weights?.settle();
  }
  const workspace = core.backends.workspace(yTrue, yPred, core.definition.few);
  const call = { name: callName, yTrue, yPred, weights, ...shape, workspace, standIn: undefined };
  // From here on, no user code runs.
  if (rereads || weights !== undefined) checkLengths(call);
  return call;
}

/**
 * Reads a block of ordinary arrays: elements of yTrue, and of yPred where that has others. That can
 * run user code, which must leave all arrays as long as they were.
 */
export function readBlock(call: Call, from: number, n: number, predFrom = from, predN = n): void {
  const { yTrue, yPred } = call;
  if (yTrue.isStable && yPred.isStable) return;
  yTrue.readBlock(from, n);
  yPred.readBlock(predFrom, predN);
  checkLengths(call);
}

export function checkLengths(call: Call): void {
  call.yTrue.checkLength();
  call.yPred.checkLength();
  call.weights?.checkLength();
}
