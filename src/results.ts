// Losses and gradients written out, block by block.

import type { Argument } from './argument.js';
import { type FloatArray, newArray } from './arrays.js';
import { type Call, checkLengths, isWeighted } from './call.js';
import type { Core } from './definition.js';
import { areApart, areSameMemory, checkRoom } from './exotic.js';
import type { Multipliers, Output } from './formula.js';
import type { Kept } from './kept.js';
import type { RunningSum } from './running-sum.js';
import { addWeighted, checkAhead, keepOf } from './sums.js';
import { checkOut, outType } from './validate.js';

/** Where results are written, and the array that they are for, if that is another. */
export interface Results extends Output {
  readonly out: FloatArray | undefined;
}

/**
 * Where results are written: in a new array, or in the one given, if nothing can fail any more. A single
 * block goes to scratch first, so that nothing is written if there is an error in it; more are checked
 * beforehand, or written elsewhere.
 */
export function openResults(
  core: Core,
  call: Call,
  given: unknown,
  length: number,
  isOneBlock: boolean,
  zeros: number,
): Results {
  const isFloat32 = call.yPred.kind === 'float32';
  // User code may run while an ordinary array is read, and use the workspace's other targets. And
  // weights may be where the results go.
  const inScratch = isOneBlock || call.mayRunCode || call.weights !== undefined;
  if (given === undefined) {
    const array = newArray(call.name, outType(isFloat32), length);
    return { array, inScratch, out: undefined };
  }
  const out = checkOut(call.name, given, isFloat32, length);
  if (isOneBlock) return { array: out, inScratch, out: undefined };
  if (canStream(call, out) && checkAhead(core, call, zeros)) {
    // A NaN among the losses has a block looked at once more: it must still be there.
    const isKept = inScratch || inputsOf(call).some(({ values }) => !areApart(values, out));
    return { array: out, inScratch: isKept, out: undefined };
  }
  return { array: newArray(call.name, outType(isFloat32), length), inScratch, out };
}

/** Brings results where they belong: now nothing can fail. */
export function closeResults(call: Call, { array, out }: Results): void {
  if (out === undefined) return;
  checkRoom(call.name, out, array.length);
  out.set(array);
}

/** Whether results can be written to `out` while the inputs are still being read. */
function canStream(call: Call, out: FloatArray): boolean {
  if (call.yPred.mayRound) return false;
  return inputsOf(call).every(
    ({ isStable, values }) => isStable && (areApart(values, out) || areSameMemory(values, out)),
  );
}

function inputsOf({ yTrue, yPred, weights }: Call): readonly Argument[] {
  return weights === undefined ? [yTrue, yPred] : [yTrue, yPred, weights];
}

/** Writes the loss of each sample, times its weight. */
export function writeLosses(core: Core, call: Call, output: Output, zeros: number): void {
  const { length } = output.array;
  try {
    const { threads } = core.backends;
    const isDone = threads?.run({ verb: 'writeLosses', core, call, output, zeros }) !== undefined;
    for (let from = isDone ? call.n : 0; from < call.n; from += call.blockSize) {
      const n = Math.min(call.blockSize, call.n - from);
      writeBlockLosses(core, call, from, n, output, length, zeros);
    }
  } finally {
    call.workspace.release();
  }
  checkLengths(call);
}

/** The same for samples start … start + size − 1, at most a block; `length` is the output's. */
export function writeBlockLosses(
  core: Core,
  call: Call,
  start: number,
  size: number,
  { array, inScratch }: Output,
  length: number,
  zeros: number,
): void {
  const { workspace, weights, losses } = call;
  const kept = keepOf(call, start, size, zeros);
  const { from, n } = kept;
  if (n > 0) {
    const target = workspace.target(array, from, losses, inScratch);
    core.formula.writeLosses(kept.call, from, n, target);
    if (weights !== undefined) {
      const factors = workspace.weights(weights, from, n);
      workspace.numbers[losses].multiply(target, n, factors);
    }
    if (inScratch) {
      checkLengths(call);
      checkRoom(call.name, array, length);
    }
    workspace.store(target, array, from, n, losses);
  }
  clearOthers(array, kept, start, size, 1);
}

/**
 * Writes the gradient of the sum of the losses over the divisor; if there is a running sum, adds the
 * losses, too.
 */
export function writeGradient(
  core: Core,
  call: Call,
  output: Output,
  divisor: number,
  zeros: number,
  running: RunningSum | undefined,
): void {
  try {
    const { threads } = core.backends;
    const task = { core, call, output, over: divisor, zeros, running };
    const isDone = threads?.run({ verb: 'writeGradient', ...task }) !== undefined;
    for (let from = isDone ? call.n : 0; from < call.n; from += call.blockSize) {
      const n = Math.min(call.blockSize, call.n - from);
      writeBlockGradient(core, call, from, n, output, divisor, zeros, running);
    }
  } finally {
    call.workspace.release();
  }
}

/** The same for samples start … start + size − 1, at most a block. */
export function writeBlockGradient(
  core: Core,
  call: Call,
  start: number,
  size: number,
  output: Output,
  divisor: number,
  zeros: number,
  running: RunningSum | undefined,
): void {
  const { formula } = core;
  const { weights, classes } = call;
  if (weights === undefined) {
    const factors = { scale: 1 / divisor, each: undefined };
    formula.writeGradient(call, start, size, factors, output, running);
    return;
  }
  if (formula.weighted !== undefined && isWeighted(call)) {
    if (running !== undefined) formula.weighted.addLosses(call, start, size, running, undefined);
    formula.weighted.writeGradient(call, start, size, divisor, output);
    return;
  }
  const kept = keepOf(call, start, size, zeros);
  const { from, n } = kept;
  if (n > 0) {
    if (running !== undefined) addWeighted(core, kept, weights, running);
    const factors = multipliersOf(call, weights, from, n, divisor);
    formula.writeGradient(kept.call, from, n, factors, output, undefined);
  }
  clearOthers(output.array, kept, start, size, classes);
}

/** Makes the losses or gradients 0 of those samples of a block that are left out. */
function clearOthers(
  array: FloatArray,
  { from, n, leftOut }: Kept,
  start: number,
  size: number,
  classes: number,
): void {
  if (n === size && leftOut === undefined) return;
  array.fill(0, start * classes, from * classes);
  array.fill(0, (from + n) * classes, (start + size) * classes);
  if (leftOut === undefined) return;
  for (let i = 0; i < n; i++) {
    if (leftOut[i] === 1) array.fill(0, (from + i) * classes, (from + i + 1) * classes);
  }
}

/** The weights of a block's samples, over what the mean is divided by. */
function multipliersOf(
  call: Call,
  weights: Argument,
  from: number,
  n: number,
  divisor: number,
): Multipliers {
  const { workspace } = call;
  const each = workspace.multipliers;
  const { array, at } = each;
  // (Copied first: numbers of one type are divided in 1 ns each, those of any in 6.)
  weights.copyTo(from, n, array, at);
  for (let i = at; i < at + n; i++) array[i] /= divisor;
  return { scale: 1, each };
}
