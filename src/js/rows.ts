// Rows of classes: the twin of assembly/rows.ts.
import type { Block } from '../block.js';
import { sumTotal, totalValue } from './lanes.js';

const row: Block = { array: /* @__PURE__ */ new Float64Array(0), at: 0, ptr: 0 };
const rowSum: Block = { array: /* @__PURE__ */ new Float64Array(2), at: 0, ptr: 0 };

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
  const { array } = values;
  let i = values.at | 0;
  for (let r = 0; r < rows; r++) {
    const factor = factors.array[factors.at + r];
    for (const end = i + classes; i < end; i++) array[i] *= factor;
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
