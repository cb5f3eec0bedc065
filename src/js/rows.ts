// Rows of classes: the twin of assembly/rows.ts.
import type { Block } from '../block.js';
import { sumTotal, totalValue } from './lanes.js';

const row: Block = { array: new Float64Array(0), at: 0, ptr: 0 };
const rowSum: Block = { array: new Float64Array(2), at: 0, ptr: 0 };

function rowTotal(values: Block, from: number, classes: number): number {
  row.array = values.array;
  row.at = from;
  sumTotal(row, classes, rowSum);
  return totalValue(rowSum);
}

/** out[row] = the sum of the row. */
export function rowsTotal(values: Block, rows: number, classes: number, out: Block): void {
  for (let r = 0; r < rows; r++) {
    out.array[out.at + r] = rowTotal(values, values.at + r * classes, classes);
  }
}

/** Divides the numbers by the divisor, in place. */
export function rowsDivide(values: Block, n: number, divisor: number): void {
  for (let i = values.at; i < values.at + n; i++) values.array[i] /= divisor;
}

/** Divides each row by its sum, in place. */
export function rowsNormalize(values: Block, rows: number, classes: number): void {
  for (let r = 0; r < rows; r++) {
    const from = values.at + r * classes;
    const sum = rowTotal(values, from, classes);
    for (let i = from; i < from + classes; i++) values.array[i] /= sum;
  }
}

/** values[row] *= factors[row], in place. */
export function rowsScale(values: Block, rows: number, classes: number, factors: Block): void {
  for (let r = 0; r < rows; r++) {
    const factor = factors.array[factors.at + r];
    const from = values.at + r * classes;
    for (let i = from; i < from + classes; i++) values.array[i] *= factor;
  }
}

/** values[row] −= factors[row] · ys[row], in place. */
export function rowsSubtract(
  values: Block,
  rows: number,
  classes: number,
  factors: Block,
  yTrue: Block,
): void {
  for (let r = 0; r < rows; r++) {
    const factor = factors.array[factors.at + r];
    const from = values.at + r * classes;
    const start = yTrue.at + r * classes;
    for (let k = 0; k < classes; k++) values.array[from + k] -= yTrue.array[start + k] * factor;
  }
}

/** Moves the numbers into [low, high], in place; NaN stays. */
export function rowsClip(values: Block, n: number, low: number, high: number): void {
  const { array, at } = values;
  for (let i = at; i < at + n; i++) {
    const x = array[i];
    // Not one expression of three numbers: V8 would allocate each result.
    if (x < low) array[i] = low;
    else if (x > high) array[i] = high;
  }
}

/** 1 if all numbers are in [0, 1], 0 if one is outside or NaN. */
export function rowsUnit(values: Block, n: number): number {
  for (let i = values.at; i < values.at + n; i++) {
    const x = values.array[i];
    if (!(x >= 0 && x <= 1)) return 0;
  }
  return 1;
}

/** Numbers below it have none of their highest 32 bits, as 0 has none. */
const LEAST = 2 ** -1042;

/** 1 if all numbers are > 0 and finite, 0 if one is not; or is as small as wants a closer look only. */
export function rowsPositive(values: Block, n: number): number {
  for (let i = values.at; i < values.at + n; i++) {
    const x = values.array[i];
    if (!(x >= LEAST && x < Infinity)) return 0;
  }
  return 1;
}

/** Writes numbers as float32; 1 if that loses nothing, 0 if one changes (or is NaN). */
export function rowsNarrow(values: Block, n: number, out: Block): number {
  let isSame = 1;
  for (let i = 0; i < n; i++) {
    const x = values.array[values.at + i];
    const narrow = Math.fround(x);
    out.array[out.at + i] = narrow;
    if (narrow !== x) isSame = 0;
  }
  return isSame;
}

/** out[row] = the row's element at its label; 1 if every label is in 0 … classes − 1, else 0. */
export function rowsGather(
  labels: Block,
  yPred: Block,
  rows: number,
  classes: number,
  out: Block,
): number {
  let found = 1;
  for (let r = 0; r < rows; r++) {
    const label = labels.array[labels.at + r];
    if (label >= 0 && label < classes) {
      out.array[out.at + r] = yPred.array[yPred.at + r * classes + label];
    } else {
      out.array[out.at + r] = NaN;
      found = 0;
    }
  }
  return found;
}
