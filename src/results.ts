// Losses and gradients written out, block by block.

import type { Argument } from './argument.js';
import type { FloatArray } from './arrays.js';
import { forEachBlock, samplesPerBlock } from './block.js';
import { type Call, checkLengths } from './call.js';
import type { Core } from './definition.js';
import { checkRoom } from './exotic.js';
import type { Multipliers, Output } from './formula.js';
import type { Kept } from './kept.js';
import type { RunningSum } from './running-sum.js';
import { addWeighted, keepOf } from './sums.js';

/** Writes the loss of each sample, times its weight. */
export function writeLosses(core: Core, call: Call, output: Output, zeros: number): void {
  const { length } = output.array;
  try {
    forEachBlock(call.n, samplesPerBlock(call.classes), (start, size) =>
      writeBlockLosses(core, call, start, size, output, length, zeros),
    );
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
    forEachBlock(call.n, samplesPerBlock(call.classes), (start, size) =>
      writeBlockGradient(core, call, start, size, output, divisor, zeros, running),
    );
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
  for (let i = 0; i < n; i++) each.array[each.at + i] = weights.at(from + i) / divisor;
  return { scale: 1, each };
}
