// One call: its arguments, checked, and where they will be read.
import type { FloatArray } from './arrays.js';
import { BLOCK, type Block } from './block.js';
import type { Fold } from './blocks.js';
import type { StandIn } from './kept.js';
import type { Source } from './source.js';
import type { ElementType, Workspace } from './workspace.js';

/** How yTrue and yPred belong together. */
export interface Shape {
  /** Samples. */
  readonly n: number;
  /** Elements of yPred per sample. */
  readonly classes: number;
  /** What the kernels see: float32 only if that loses nothing. */
  readonly type: ElementType;
}

export interface Pass extends Shape {
  /** The loss and the verb, as `squaredError.mean`. */
  readonly call: string;
  readonly yTrue: Source;
  readonly yPred: Source;
  /** One weight for each sample. */
  readonly weights: Source | undefined;
  readonly workspace: Workspace;
  /** Made for the first block in which samples of weight 0 lie among others. */
  standIn: StandIn | undefined;
}

/** What the gradient of each sample's loss is multiplied by. */
export interface Factors {
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

/** As many whole samples as a block holds; one, if it holds none. */
export function samplesPerBlock(classes: number): number {
  return Math.max(1, Math.floor(BLOCK / classes));
}

/** Adds the total that a kernel has just left; true if it is NaN and wants a closer look. */
export function addTotal(pass: Pass, fold: Fold): boolean {
  const { array, at } = pass.workspace.total;
  fold.add(array[at], array[at + 1]);
  return Number.isNaN(array[at]);
}

/**
 * Reads a block of ordinary arrays: elements of yTrue, and of yPred where that has others. That can
 * run user code, which must leave all arrays as long as they were.
 */
export function fetch(pass: Pass, from: number, n: number, predFrom = from, predN = n): void {
  const { yTrue, yPred } = pass;
  if (yTrue.isStable && yPred.isStable) return;
  yTrue.fetch(from, n);
  yPred.fetch(predFrom, predN);
  checkLengths(pass);
}

export function checkLengths(pass: Pass): void {
  pass.yTrue.checkLength();
  pass.yPred.checkLength();
  pass.weights?.checkLength();
}
