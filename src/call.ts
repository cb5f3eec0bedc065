// A call: its arguments, checked, its shape, and where they will be read.

import type { Argument } from './argument.js';
import { samplesPerBlock } from './block.js';
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
  /** How many of them are read, if not all: a block has as many samples as it holds of those. */
  readonly reads?: number | undefined;
  /** What the kernels see: float32 only if that loses nothing. */
  readonly type: ElementType;
  /** What losses are written in: float32 only where that is within 4 ulp of it, and yPred is float32. */
  readonly losses: ElementType;
}

export class Call implements Shape {
  /** The loss and the verb, as `squaredError.mean`. */
  name: string;
  readonly yTrue: Argument;
  readonly yPred: Argument;
  /** One weight for each sample. */
  readonly weights: Argument | undefined;
  readonly n: number;
  readonly classes: number;
  readonly reads: number;
  /** Whether yPred holds only what is read of each sample. */
  readonly isGathered: boolean;
  readonly type: ElementType;
  readonly losses: ElementType;
  /** As many samples as a block holds; one, if it holds none. */
  readonly blockSize: number;
  readonly workspace: Workspace;
  /** Whether reading the arguments runs user code. */
  readonly mayRunCode: boolean;
  /** Made for the first block in which samples of weight 0 lie among others. */
  standIn: StandIn | undefined;

  // (One way to make it, so that all calls have the same members at the same places.)
  constructor(
    name: string,
    yTrue: Argument,
    yPred: Argument,
    weights: Argument | undefined,
    { n, classes, reads = classes, type, losses }: Shape,
    workspace: Workspace,
    mayRunCode: boolean,
    isGathered = false,
  ) {
    this.name = name;
    this.yTrue = yTrue;
    this.yPred = yPred;
    this.weights = weights;
    this.n = n;
    this.classes = classes;
    this.reads = reads;
    this.isGathered = isGathered;
    this.type = type;
    this.losses = losses;
    this.blockSize = samplesPerBlock(reads);
    this.workspace = workspace;
    this.mayRunCode = mayRunCode;
    this.standIn = undefined;
  }
}

export interface WeightedCall extends Call {
  readonly weights: Argument;
}

export function isWeighted(call: Call): call is WeightedCall {
  return call.weights !== undefined;
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
  const { idle } = core;
  if (idle !== undefined && reopen(idle, callName, yTrue, yPred, sampleWeight)) {
    core.idle = undefined;
    return idle;
  }
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asArgument(callName, 'yPred', yPred);
  const weights =
    sampleWeight === undefined ? undefined : asArgument(callName, 'sampleWeight', sampleWeight);
  return openArguments(core, callName, truth, predictions, weights, rereads);
}

/**
 * Makes a call that is over one of other arrays, if they are of the same types and lengths, and brief: to
 * make another would take 100 ns. False if they are not.
 */
function reopen(
  call: Call,
  callName: string,
  yTrue: unknown,
  yPred: unknown,
  sampleWeight: unknown,
): boolean {
  const { yTrue: truth, yPred: predictions, weights } = call;
  if (!truth.isLike(yTrue) || !predictions.isLike(yPred)) return false;
  if (weights === undefined) {
    if (sampleWeight !== undefined) return false;
  } else {
    if (!weights.isLike(sampleWeight)) return false;
    weights.take(sampleWeight, callName);
  }
  truth.take(yTrue, callName);
  predictions.take(yPred, callName);
  call.name = callName;
  return true;
}

/** Keeps what a call that has succeeded was made of for the next one, without the caller's arrays. */
export function closeCall(core: Core, call: Call): void {
  const { yTrue, yPred, weights } = call;
  if (call.mayRunCode) {
    yTrue.giveBack();
    yPred.giveBack();
    weights?.giveBack();
    return;
  }
  if (!yPred.isBrief || !yTrue.isBrief || call.standIn !== undefined) return;
  yTrue.take(NOTHING, '');
  yPred.take(NOTHING, '');
  weights?.take(NOTHING, '');
  core.idle = call;
}

const NOTHING = /* @__PURE__ */ new Float64Array();

/** `gathered`: how many classes there are, where yPred holds only what is read of each sample. */
export function openArguments(
  core: Core,
  callName: string,
  yTrue: Argument,
  yPred: Argument,
  weights: Argument | undefined,
  rereads: boolean,
  gathered?: number,
): Call {
  const extent =
    gathered === undefined ? yPred : { length: yPred.length * gathered, kind: yPred.kind };
  const shape = core.formula.shape(callName, yTrue, extent);
  if (weights !== undefined && weights.length !== shape.n) {
    throw lengthError(callName, 'sampleWeight', shape.n, 'one for each sample', weights.length);
  }
  if (weights !== undefined) yPred.leaveRounded();
  const mayRunCode = !(yTrue.isStable && yPred.isStable && (weights?.isStable ?? true));
  const isSettled = mayRunCode && (rereads || weights !== undefined);
  if (isSettled) {
    yTrue.settle();
    yPred.settle();
    weights?.settle();
  }
  const workspace = core.backends.workspace(yTrue, yPred, core.definition.few);
  // (What is rounded is the loss times its weight: one that float32 hardly holds may have a large one.)
  const isWide = weights !== undefined && core.formula.weighted !== undefined;
  const { n, classes, reads, type, losses } = shape;
  const written: Shape = { n, classes, reads, type, losses: isWide ? 'f64' : losses };
  const isGathered = gathered !== undefined;
  const call = new Call(
    callName,
    yTrue,
    yPred,
    weights,
    written,
    workspace,
    mayRunCode,
    isGathered,
  );
  // From here on, no user code runs.
  if (isSettled) checkLengths(call);
  return call;
}

/**
 * Reads a block of ordinary arrays: elements of yTrue, and of yPred where that has others. That can
 * run user code, which must leave all arrays as long as they were.
 */
export function readBlock(call: Call, from: number, n: number, predFrom = from, predN = n): void {
  if (!call.mayRunCode) return;
  const { yTrue, yPred } = call;
  if (yTrue.isStable && yPred.isStable) return;
  yTrue.readBlock(from, n);
  yPred.readBlock(predFrom, predN);
  checkLengths(call);
}

export function checkLengths(call: Call): void {
  if (!call.mayRunCode) return;
  call.yTrue.checkLength();
  call.yPred.checkLength();
  call.weights?.checkLength();
}
