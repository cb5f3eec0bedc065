// Samples of weight 0 are left out, whatever their values: not even their domain is looked at.
import { Call } from './call.js';
import { domainError } from './validate.js';

/** The samples of a block that count: from the first to the last of a weight other than 0. */
export interface Kept {
  /** Reads another sample, one that counts, in place of those that are left out among them. */
  readonly call: Call;
  readonly from: number;
  readonly n: number;
  /** 1 for each of the n samples that is left out; undefined if none is. */
  readonly leftOut: Uint8Array | undefined;
}

/** A call of copies of a block, or the call itself where its formula needs none. */
export interface StandIn {
  readonly call: Call;
  readonly leftOut: Uint8Array;
}

/**
 * How many samples of a block have a weight of 0; throws for the first weight that is not a finite
 * number ≥ 0.
 */
export function zeroWeights({ workspace, weights }: Call, from: number, n: number): number {
  if (weights === undefined) return 0;
  if (workspace.numbers.f64.positive(workspace.weights(weights, from, n), n) === 1) return 0;
  let zeros = 0;
  for (let i = from; i < from + n; i++) {
    const value = weights.at(i);
    if (value === 0) zeros++;
    else if (!(value > 0 && value < Infinity)) throw domainError(weights, i, 'a finite weight ≥ 0');
  }
  return zeros;
}

/**
 * Leaves out the samples of weight 0, as many as `zeros`. Only where there are any, the block is
 * copied: that its weights decide, and no other block, makes the bits the same however data are cut.
 */
export function keep(call: Call, from: number, n: number, zeros: number): Kept {
  const { weights } = call;
  if (call.reads === call.classes) checkPredictions(call, from, n);
  if (weights === undefined || zeros === 0) return { call, from, n, leftOut: undefined };
  if (zeros === n) return { call, from, n: 0, leftOut: undefined };
  let first = from;
  let end = from + n;
  while (weights.at(first) === 0) first++;
  while (weights.at(end - 1) === 0) end--;
  const count = end - first;
  if (count + zeros === n) return { call, from: first, n: count, leftOut: undefined };
  call.standIn ??= standInFor(call);
  const { standIn, yTrue, yPred } = call;
  const { leftOut } = standIn;
  for (let i = 0; i < count; i++) leftOut[i] = weights.at(first + i) === 0 ? 1 : 0;
  // (What reads a part of each sample leaves them out itself: copies would be of whole samples.)
  if (standIn.call === call) return { call, from: first, n: count, leftOut };
  const each = yTrue.length / call.n;
  standIn.call.yTrue.takeSamples(yTrue, each, first, count, leftOut);
  standIn.call.yPred.takeSamples(yPred, call.classes, first, count, leftOut);
  return { call: standIn.call, from: first, n: count, leftOut };
}

/** Throws for the first prediction that float64 does not hold, of samples whose weight is not 0. */
export function checkPredictions({ yPred, weights, classes }: Call, from: number, n: number): void {
  if (weights === undefined || !yPred.mayRound) return;
  for (let i = from; i < from + n; i++) {
    if (weights.at(i) !== 0) yPred.checkEach(i * classes, classes);
  }
}

/** Room for the samples of a block, of the same types. */
function standInFor(call: Call): StandIn {
  const { name, classes, weights, workspace, blockSize: size } = call;
  const leftOut = new Uint8Array(size);
  if (call.reads !== classes) return { call, leftOut };
  const yTrue = call.yTrue.room(size * (call.yTrue.length / call.n));
  const yPred = call.yPred.room(size * classes);
  const copies = new Call(name, yTrue, yPred, weights, call, workspace, false);
  return { call: copies, leftOut };
}
