// What threads do: runs of whole blocks, by the same functions as one thread alone.

import type { Call } from '../call.js';
import type { Core } from '../definition.js';
import type { Output } from '../formula.js';
import { zeroWeights } from '../kept.js';
import { Divisor } from '../means.js';
import { writeBlockGradient, writeBlockLosses } from '../results.js';
import { RunningSum } from '../running-sum.js';
import { addBlock, checkBlock } from '../sums.js';
import { RECORD } from './board.js';

export const VERBS = ['add', 'divide', 'check', 'writeLosses', 'writeGradient'] as const;

/** One of the loops over blocks: of sums.ts, means.ts and results.ts. */
export type Verb = (typeof VERBS)[number];

export interface Job {
  readonly verb: Verb;
  readonly core: Core;
  readonly call: Call;
  /** Samples from … to − 1 are cut into blocks of so many, */
  readonly from: number;
  readonly to: number;
  readonly size: number;
  /** and so many blocks are a run. */
  readonly blocks: number;
  /** Samples of weight 0 in all, as far as is known. */
  readonly zeros: number;
  /** What a gradient is divided by. */
  readonly divisor: number;
  /** Whether losses are added up, */
  readonly isSummed: boolean;
  /** and what they count for. */
  readonly isDivided: boolean;
  readonly output: Output | undefined;
}

/** Leaves the total that a block adds as its record. */
class BlockTotal extends RunningSum {
  records: Float64Array = new Float64Array(0);
  at = 0;

  override add(value: number, remainder: number): void {
    this.records[this.at] = value;
    this.records[this.at + 1] = remainder;
  }
}

const blockTotal = /* @__PURE__ */ new BlockTotal();

/**
 * Does n samples from `first` on, and leaves what each of their blocks comes to. False if one of them is
 * for the caller to look at.
 */
export function work(
  job: Job,
  first: number,
  n: number,
  records: Float64Array,
  at: number,
): boolean {
  blockTotal.records = records;
  for (let done = 0; done < n; done += job.size) {
    blockTotal.at = at;
    // (Where all samples are left out, nothing is added. By hand: `fill` of shared memory takes 100 ns, a block 600.)
    records[at] = 0;
    records[at + 1] = 0;
    const divisor = job.isDivided ? new Divisor('count') : undefined;
    const count = Math.min(job.size, n - done);
    if (!workBlock(job, first + done, count, job.isSummed ? blockTotal : undefined, divisor)) {
      return false;
    }
    if (divisor !== undefined) {
      records[at + 2] = divisor.count;
      records[at + 3] = divisor.nonzero;
      records[at + 4] = divisor.zeros;
      // Of one total there are two.
      const [weight, rest = 0] = divisor.weights.parts;
      records[at + 5] = weight;
      records[at + 6] = rest;
    }
    at += RECORD;
  }
  return true;
}

function workBlock(
  job: Job,
  from: number,
  n: number,
  running: RunningSum | undefined,
  divisor: Divisor | undefined,
): boolean {
  const { verb, core, call, zeros } = job;
  const output = job.output as Output;
  switch (verb) {
    case 'add':
      addBlock(core, call, from, n, running as RunningSum, divisor);
      return true;
    case 'divide':
      divisor?.addBlock(call, core.formula, from, n, zeroWeights(call, from, n));
      return true;
    case 'check':
      return checkBlock(core, call, from, n, zeros);
    case 'writeLosses':
      writeBlockLosses(core, call, from, n, output, output.array.length, zeros);
      return true;
    case 'writeGradient':
      writeBlockGradient(core, call, from, n, output, job.divisor, zeros, running);
      return true;
  }
}

/** Adds the records of so many blocks, in order. */
export function fold(
  records: Float64Array,
  at: number,
  blocks: number,
  running: RunningSum | undefined,
  divisor: Divisor | undefined,
): void {
  for (let end = at + blocks * RECORD; at < end; at += RECORD) {
    running?.add(records[at], records[at + 1]);
    if (divisor === undefined) continue;
    // (Before anything is counted: until now, it is the count.)
    divisor.weights.add(records[at + 5], records[at + 6]);
    divisor.count += records[at + 2];
    divisor.nonzero += records[at + 3];
    divisor.zeros += records[at + 4];
  }
}
