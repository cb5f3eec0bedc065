// What the loops over blocks know of threads.

import type { Call } from '../call.js';
import type { Core } from '../definition.js';
import type { Output } from '../formula.js';
import type { Divisor } from '../means.js';
import type { RunningSum } from '../running-sum.js';
import type { Verb } from './job.js';

/** One of these loops. */
export interface Task {
  readonly verb: Verb;
  readonly core: Core;
  readonly call: Call;
  /** Samples from … to − 1, in blocks that are counted from the first of them; all of the call. */
  readonly from?: number;
  readonly to?: number;
  /** What the losses are added to, */
  readonly running?: RunningSum | undefined;
  /** and what they count for. */
  readonly divisor?: Divisor | undefined;
  readonly output?: Output;
  /** What a gradient is divided by. */
  readonly over?: number;
  /** Samples of weight 0 in all. */
  readonly zeros?: number;
}

/** What an engine has of them. */
export interface Threads {
  /** How many take part now, the caller included, */
  readonly count: number;
  /** and why these are fewer than were asked for. */
  readonly reason: string | undefined;
  /**
   * Does a task, with the same bits and the same errors. Undefined if it is for one thread; false where
   * `checkBlock` has said it.
   */
  run(task: Task): boolean | undefined;
  /** Stops them, for a reason. */
  end(reason: string): void;
}
