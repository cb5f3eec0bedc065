import type { Block } from './block.js';

/**
 * The kernels of one backend for one element type. A total is left in `out` as an unevaluated sum
 * of two float64; the formulas and the order of every operation are in assembly/ and src/js/.
 */
export interface Kernels {
  squaredTotal(yTrue: Block, yPred: Block, n: number, out: Block): void;
  squaredEach(yTrue: Block, yPred: Block, n: number, out: Block): void;
  absoluteTotal(yTrue: Block, yPred: Block, n: number, out: Block): void;
  absoluteEach(yTrue: Block, yPred: Block, n: number, out: Block): void;
  binaryTotal(
    yTrue: Block,
    yPred: Block,
    n: number,
    floor: number,
    least: number,
    out: Block,
  ): void;
  categoricalTotal(
    yTrue: Block,
    yPred: Block,
    n: number,
    floor: number,
    least: number,
    out: Block,
  ): void;
  rowsUnit(values: Block, n: number): number;
  rowsGather(labels: Block, yPred: Block, rows: number, classes: number, out: Block): number;
}

/** Kernels that see float64 only: what they cost is more than widening first. */
export interface Float64Kernels extends Kernels {
  binaryEach(yTrue: Block, yPred: Block, n: number, floor: number, out: Block): number;
  categoricalEach(yTrue: Block, yPred: Block, n: number, floor: number, out: Block): void;
  sumTotal(values: Block, n: number, out: Block): void;
  rowsTotal(values: Block, rows: number, classes: number, out: Block): void;
  rowsDivide(values: Block, n: number, divisor: number): void;
  rowsNormalize(values: Block, rows: number, classes: number): void;
  rowsClip(values: Block, n: number, low: number, high: number): void;
}
