import type { Block } from './block.js';
import type { Fold } from './blocks.js';
import type { ShortWay } from './few.js';
import type { Factors, Output, Pass, Shape } from './pass.js';
import type { Source } from './source.js';

/** What the shape of a call is made of. */
export type Extent = Pick<Source, 'length' | 'kind'>;

/**
 * A loss's mathematics with its options: what is done with the samples from … from + n − 1, which
 * are a block, or part of one, or a single sample that is longer than a block.
 */
export interface Formula {
  /** The short way of calls with few elements, where there is one. */
  readonly short: ShortWay | undefined;
  /** Whether the data are read more than once: an ordinary array is copied first, then. */
  readonly rereads: boolean;
  /** Lengths and types of the two arrays, or an error. */
  shape(call: string, yTrue: Extent, yPred: Extent): Shape;
  /** Adds the sum of their losses. */
  addTotal(pass: Pass, from: number, n: number, fold: Fold): void;
  /** Writes their losses. */
  writeLosses(pass: Pass, from: number, n: number, out: Block): void;
  /**
   * Writes their gradients to out[from · classes] and on; if there is a fold, adds the sum of their
   * losses, too. Nothing is written if an element is outside the domain.
   */
  writeGradient(
    pass: Pass,
    from: number,
    n: number,
    factors: Factors,
    out: Output,
    fold: Fold | undefined,
  ): void;
  /**
   * Throws if an element is outside the domain. False if that takes the losses themselves to know.
   */
  check(pass: Pass, from: number, n: number): boolean;
  /**
   * Writes what each sample counts for in the mean, apart from its sampleWeight, or LEFT_OUT.
   * Without it, each counts for 1.
   */
  readonly writeShares: WriteShares | undefined;
}

export type WriteShares = (pass: Pass, from: number, n: number, out: Block) => void;
