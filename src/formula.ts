import type { Argument } from './argument.js';
import type { FloatArray } from './arrays.js';
import type { Block } from './block.js';
import type { ShortWay } from './brief.js';
import type { Call, Shape, WeightedCall } from './call.js';
import type { Divisor } from './means.js';
import type { RunningSum } from './running-sum.js';

/** What the shape of a call is made of. */
type Extent = Pick<Argument, 'length' | 'kind'>;

/** What the gradient of each sample's loss is multiplied by. */
export interface Multipliers {
  /** The same for all, */
  readonly scale: number;
  /** or one for each sample of the block. */
  readonly each: Block | undefined;
}

/** Where a gradient goes. */
export interface Output {
  readonly array: FloatArray;
  /** Whether it must stay as it is until the whole block is computed. */
  readonly inScratch: boolean;
}

/**
 * A loss's mathematics with its options: what is done with the samples from … from + n − 1, which
 * are a block, or part of one, or a single sample that is longer than a block.
 */
export interface Formula {
  /** The short way of sums over brief arrays, where there is one. */
  readonly short: ShortWay | undefined;
  /** Whether the data are read more than once: an ordinary array is copied first, then. */
  readonly rereads: boolean;
  /** Lengths and types of the two arrays, or an error. */
  shape(call: string, yTrue: Extent, yPred: Extent): Shape;
  /** Adds the sum of their losses, as one total. */
  addLosses(call: Call, from: number, n: number, running: RunningSum): void;
  /** Writes their losses. */
  writeLosses(call: Call, from: number, n: number, out: Block): void;
  /**
   * Writes their gradients to out[from · classes] and on; if there is a running sum, adds the sum of their
   * losses, too. Nothing is written if an element is outside the domain.
   */
  writeGradient(
    call: Call,
    from: number,
    n: number,
    multipliers: Multipliers,
    out: Output,
    running: RunningSum | undefined,
  ): void;
  /**
   * The same two with weights, where kernels leave out samples of weight 0 themselves, as those can that
   * take any numbers. The divisor gets the weights; that of the gradient is what it is divided by.
   */
  readonly weighted?: WeightedFormula;
  /**
   * Throws if an element is outside the domain. False if that takes the losses themselves to know.
   */
  check(call: Call, from: number, n: number): boolean;
  /**
   * Writes what each sample counts for in the mean, apart from its sampleWeight, or LEFT_OUT.
   * Without it, each counts for 1.
   */
  readonly writeShares: WriteShares | undefined;
}

/** What a {@link Formula} does with weights. */
export interface WeightedFormula {
  addLosses(
    call: WeightedCall,
    from: number,
    n: number,
    running: RunningSum,
    divisor: Divisor | undefined,
  ): void;
  writeGradient(call: WeightedCall, from: number, n: number, divisor: number, out: Output): void;
}

export type WriteShares = (call: Call, from: number, n: number, out: Block) => void;
