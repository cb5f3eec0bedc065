import type { Block } from './block.js';

/**
 * The kernels of one backend for one element type. A total is left in `out` as an unevaluated sum
 * of two float64; the formulas and the order of every operation are in assembly/ and src/js/.
 */
export interface Kernels {
  squaredTotal(yTrue: Block, yPred: Block, n: number, out: Block): void;
  squaredEach(yTrue: Block, yPred: Block, n: number, out: Block): void;
  squaredGradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    out: Block,
    total: Block,
  ): void;
  absoluteTotal(yTrue: Block, yPred: Block, n: number, out: Block): void;
  absoluteEach(yTrue: Block, yPred: Block, n: number, out: Block): void;
  absoluteGradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    out: Block,
    total: Block,
  ): void;
  huberTotal(yTrue: Block, yPred: Block, n: number, delta: number, out: Block): void;
  huberEach(yTrue: Block, yPred: Block, n: number, delta: number, out: Block): void;
  huberGradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    delta: number,
    scale: number,
    out: Block,
    total: Block,
  ): void;
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
  logitsTotal(yTrue: Block, z: Block, n: number, out: Block): void;
  rowsUnit(values: Block, n: number): number;
  rowsGather(labels: Block, yPred: Block, rows: number, classes: number, out: Block): number;
  softmaxRows(z: Block, rows: number, classes: number, max: Block, rest: Block, log: Block): void;
  softmaxEach(z: Block, rows: number, classes: number, max: Block, shares: Block, out: Block): void;
}

/** Kernels that see float64 only: what they cost is more than widening first. */
export interface Float64Kernels extends Kernels {
  binaryEach(
    yTrue: Block,
    yPred: Block,
    n: number,
    positiveWeight: number,
    floor: number,
    out: Block,
  ): number;
  binaryGradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    positiveWeight: number,
    scale: number,
    out: Block,
  ): void;
  categoricalEach(yTrue: Block, yPred: Block, n: number, floor: number, out: Block): void;
  categoricalGradient(yTrue: Block, yPred: Block, n: number, out: Block): void;
  dotTotal(a: Block, b: Block, n: number, out: Block): void;
  logitsEach(yTrue: Block, z: Block, n: number, positiveWeight: number, out: Block): number;
  logitsGradient(
    yTrue: Block,
    z: Block,
    n: number,
    positiveWeight: number,
    scale: number,
    out: Block,
  ): void;
  sumTotal(values: Block, n: number, out: Block): void;
  rowsTotal(values: Block, rows: number, classes: number, out: Block): void;
  rowsDivide(values: Block, n: number, divisor: number): void;
  rowsNormalize(values: Block, rows: number, classes: number): void;
  rowsScale(values: Block, rows: number, classes: number, factors: Block): void;
  rowsSubtract(values: Block, rows: number, classes: number, factors: Block, yTrue: Block): void;
  rowsClip(values: Block, n: number, low: number, high: number): void;
  rowsPositive(values: Block, n: number): number;
  rowsNarrow(values: Block, n: number, out: Block): number;
  softmaxLines(
    yTrue: Block,
    z: Block,
    rows: number,
    classes: number,
    max: Block,
    lines: Block,
    masses: Block,
  ): void;
}
