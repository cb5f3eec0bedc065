// The losses of a call added up, block by block.

import type { Argument } from './argument.js';
import { type Call, checkLengths, isWeighted } from './call.js';
import type { Core } from './definition.js';
import { type Kept, keep, zeroWeights } from './kept.js';
import { type Divisor, openDivisor } from './means.js';
import { RunningSum } from './running-sum.js';

/** Adds the losses of all samples, and to the divisor what they count for. */
export function addAll(core: Core, call: Call, divisor: Divisor): RunningSum {
  const running = new RunningSum();
  const opened = openDivisor(core, call, divisor);
  try {
    const isDone = addByThreads(core, call, 0, call.n, running, opened);
    for (let from = isDone ? call.n : 0; from < call.n; from += call.blockSize) {
      const n = Math.min(call.blockSize, call.n - from);
      addBlock(core, call, from, n, running, opened);
    }
  } finally {
    call.workspace.release();
  }
  checkLengths(call);
  return running;
}

/** Has threads add the losses of samples from … to − 1, whose blocks begin at `from`; false if one shall. */
export function addByThreads(
  core: Core,
  call: Call,
  from: number,
  to: number,
  running: RunningSum,
  divisor: Divisor | undefined,
): boolean {
  const { threads } = core.backends;
  return threads?.run({ verb: 'add', core, call, from, to, running, divisor }) !== undefined;
}

/**
 * Adds the losses of samples from … from + n − 1, at most a block, each times its weight; and what
 * they count for, if there is a divisor.
 */
export function addBlock(
  core: Core,
  call: Call,
  from: number,
  n: number,
  running: RunningSum,
  divisor: Divisor | undefined,
): void {
  const { weighted } = core.formula;
  if (weighted !== undefined && isWeighted(call)) {
    weighted.addLosses(call, from, n, running, divisor);
    return;
  }
  const zeros = zeroWeights(call, from, n);
  divisor?.addBlock(call, core.formula, from, n, zeros);
  if (call.weights === undefined) core.formula.addLosses(call, from, n, running);
  else addWeighted(core, keep(call, from, n, zeros), call.weights, running);
}

/** Adds the losses of the samples of a block that count, each times its weight. */
export function addWeighted(core: Core, kept: Kept, weights: Argument, running: RunningSum): void {
  const { call, from, n } = kept;
  if (n === 0) return;
  const { workspace } = call;
  const { losses, total } = workspace;
  core.formula.writeLosses(call, from, n, losses);
  workspace.dot[call.losses].total(losses, workspace.weights(weights, from, n), n, total);
  running.addTotal(call.workspace.total);
}

/**
 * Throws if an element of a sample that counts is outside the domain. False if that takes the losses
 * themselves to know.
 */
export function checkAhead(core: Core, call: Call, zeros: number): boolean {
  const checked = core.backends.threads?.run({ verb: 'check', core, call, zeros });
  if (checked !== undefined) return checked;
  for (let from = 0; from < call.n; from += call.blockSize) {
    const n = Math.min(call.blockSize, call.n - from);
    if (!checkBlock(core, call, from, n, zeros)) return false;
  }
  return true;
}

/** The same for samples from … from + n − 1, at most a block. */
export function checkBlock(
  { formula }: Core,
  call: Call,
  from: number,
  n: number,
  zeros: number,
): boolean {
  const kept = keepOf(call, from, n, zeros);
  return kept.n === 0 || formula.check(kept.call, kept.from, kept.n);
}

/** What counts of a block of a call that has so many samples of weight 0 in all. */
export function keepOf(call: Call, from: number, n: number, zeros: number): Kept {
  return keep(call, from, n, zeros === 0 ? 0 : zeroWeights(call, from, n));
}
