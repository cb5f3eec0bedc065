// Softmax of rows of logits: the twin of assembly/softmax.ts, which has the formulas and the order of sums.
import { BLOCK, type Block, filled } from '../block.js';
import { type Group, LANES, sumTotal, total, totalValue } from './lanes.js';
import { logSums } from './math/log.js';
import { COLUMNS, columnsExps, columnsRest, FEW_CLASSES, tops } from './softmax-columns.js';
import { canShare, maxAndRest, scale, top, writeRow } from './softmax-row.js';

const sum: Block = { array: /* @__PURE__ */ new Float64Array(2), at: 0, ptr: 0 };
const ones = /* @__PURE__ */ filled(1);
const rests = /* @__PURE__ */ new Float64Array(BLOCK);
const logs = /* @__PURE__ */ new Float64Array(BLOCK);

/** max, rest and log1p(rest) of each row. */
function eachRow(
  isFloat32: boolean,
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  rest: Block,
  log: Block,
): void {
  const step = rowsAtOnce(classes);
  for (let row = 0; row < rows; row += step) {
    const taken = Math.min(step, rows - row);
    restsOf(isFloat32, z.array, z.at + row * classes, taken, classes, max, rest, row, false);
  }
  softmaxLogs(rest, rows, log);
}

/** Rows of few classes are taken side by side. */
function rowsAtOnce(classes: number): number {
  return classes <= FEW_CLASSES ? COLUMNS : 1;
}

/** max and rest of one row, or some of few classes; leaves their exponentials, and those of the maxima. */
function restsOf(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  rows: number,
  classes: number,
  max: Block,
  rest: Block,
  row: number,
  areKept: boolean,
): void {
  if (classes <= FEW_CLASSES) {
    columnsRest(isFloat32, z, from, rows, classes, max, rest, row);
  } else {
    maxAndRest(isFloat32, z, from, classes, max, rest, row, areKept);
    tops[0] = top[0];
  }
}

/** log1p of each. */
export function softmaxLogs(rest: Block, rows: number, log: Block): void {
  for (let row = 0; row < rows; row++) rests[row] = rest.array[rest.at + row];
  logSums(ones, rests, rows, logs);
  for (let row = 0; row < rows; row++) log.array[log.at + row] = logs[row];
}

export function softmaxRows(
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  rest: Block,
  log: Block,
): void {
  eachRow(false, z, rows, classes, max, rest, log);
}

export function softmaxRowsFloat32(
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  rest: Block,
  log: Block,
): void {
  eachRow(true, z, rows, classes, max, rest, log);
}

/**
 * out[row] = (max − z) + log1p(rest), z the logit at its label; 1 if every label is in
 * 0 … classes − 1, else 0.
 */
export function softmaxLosses(
  labels: Block,
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  log: Block,
  out: Block,
): number {
  let found = 1;
  for (let row = 0; row < rows; row++) {
    const label = labels.array[labels.at + row];
    if (label >= 0 && label < classes) {
      const most = max.array[max.at + row];
      const x = z.array[z.at + row * classes + label];
      out.array[out.at + row] = (x === most ? 0 : most - x) + log.array[log.at + row];
    } else {
      out.array[out.at + row] = NaN;
      found = 0;
    }
  }
  return found;
}

/** Whether the exponentials of a row are what it is made of. */
function isPlain(isFloat32: boolean, max: number, share: number): boolean {
  return Math.abs(max) < Infinity && canShare(isFloat32, share);
}

function scaledRows(
  isFloat32: boolean,
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  shares: Block,
  out: Block,
): void {
  const isFew = classes <= FEW_CLASSES;
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const column = row % COLUMNS;
    if (isFew && column === 0) {
      const taken = Math.min(COLUMNS, rows - row);
      columnsExps(isFloat32, z.array, z.at + start, taken, classes, max, row);
    }
    const from = z.at + start;
    const at = out.at + start;
    const most = max.array[max.at + row];
    const share = shares.array[shares.at + row];
    if (isFew && isPlain(isFloat32, most, share)) {
      const first = column * classes;
      scale(isFloat32, z.array, from, classes, most, share, tops[column], first, out.array, at);
    } else {
      writeRow(isFloat32, z.array, from, classes, most, share, out.array, at);
    }
  }
}

/** out[i] = e^(zᵢ − max) · share, by row; `out` may be z. */
export function softmaxEach(
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  shares: Block,
  out: Block,
): void {
  scaledRows(false, z, rows, classes, max, shares, out);
}

export function softmaxEachFloat32(
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  shares: Block,
  out: Block,
): void {
  scaledRows(true, z, rows, classes, max, shares, out);
}

function gradient(
  isFloat32: boolean,
  labels: Block,
  z: Block,
  rows: number,
  classes: number,
  factors: Block,
  max: Block,
  rest: Block,
  out: Block,
): number {
  const step = rowsAtOnce(classes);
  let found = 1;
  for (let row = 0; row < rows; row++) {
    const from = z.at + row * classes;
    const at = out.at + row * classes;
    const column = row % step;
    if (column === 0) {
      const taken = Math.min(step, rows - row);
      restsOf(isFloat32, z.array, from, taken, classes, max, rest, row, true);
    }
    const others = rest.array[rest.at + row];
    const most = max.array[max.at + row];
    const factor = factors.array[factors.at + row];
    const share = factor / (1 + others);
    const label = labels.array[labels.at + row];
    const isLabel = label >= 0 && label < classes;
    const isMax = isLabel && z.array[from + label] === most;
    if (isPlain(isFloat32, most, share)) {
      const first = column * classes;
      scale(isFloat32, z.array, from, classes, most, share, tops[column], first, out.array, at);
    } else {
      writeRow(isFloat32, z.array, from, classes, most, share, out.array, at);
    }
    if (isLabel) {
      const corrected = isMax ? 0 - others * share : NaN;
      const value = Number.isNaN(corrected) ? out.array[at + label] - factor : corrected;
      out.array[at + label] = isFloat32 ? Math.fround(value) : value;
    } else {
      found = 0;
    }
  }
  return found;
}

/**
 * max and rest as `rows`, and out = (softmax − [label]) · factor; 1 if every label is in 0 … classes − 1,
 * else 0. `out` may be z.
 */
export function softmaxGradient(
  labels: Block,
  z: Block,
  rows: number,
  classes: number,
  factors: Block,
  max: Block,
  rest: Block,
  out: Block,
): number {
  return gradient(false, labels, z, rows, classes, factors, max, rest, out);
}

export function softmaxGradientFloat32(
  labels: Block,
  z: Block,
  rows: number,
  classes: number,
  factors: Block,
  max: Block,
  rest: Block,
  out: Block,
): number {
  return gradient(true, labels, z, rows, classes, factors, max, rest, out);
}
/** The maximum of the row: the group of lanes has no place for it. */
let rowMaximum = 0;

/** y·(max − z); 0 where y is 0, or z the maximum, even if they are infinite. */
function distance(y: number, z: number, max: number): number {
  return y === 0 || z === max ? 0 : y * (max - z);
}

const distances: Group = (yTrue, i, z, j, rows, halves) => {
  i |= 0;
  j |= 0;
  const max = rowMaximum;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    s0 += distance(yTrue[i], z[j], max);
    s1 += distance(yTrue[i + 1], z[j + 1], max);
    s2 += distance(yTrue[i + 2], z[j + 2], max);
    s3 += distance(yTrue[i + 3], z[j + 3], max);
    s4 += distance(yTrue[i + 4], z[j + 4], max);
    s5 += distance(yTrue[i + 5], z[j + 5], max);
    s6 += distance(yTrue[i + 6], z[j + 6], max);
    s7 += distance(yTrue[i + 7], z[j + 7], max);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

function distanceEach(yTrue: Block, z: Block, n: number, out: Block): void {
  for (let i = 0; i < n; i++) {
    const y = yTrue.array[yTrue.at + i];
    out.array[out.at + i] = distance(y, z.array[z.at + i], rowMaximum);
  }
}

const row: Block = { array: /* @__PURE__ */ new Float64Array(0), at: 0, ptr: 0 };
const rowLogits: Block = { array: /* @__PURE__ */ new Float64Array(0), at: 0, ptr: 0 };

/** lines[row] = Σ y·(max − z), masses[row] = Σ y. */
export function softmaxLines(
  yTrue: Block,
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  lines: Block,
  masses: Block,
): void {
  row.array = yTrue.array;
  rowLogits.array = z.array;
  for (let r = 0; r < rows; r++) {
    row.at = yTrue.at + r * classes;
    rowLogits.at = z.at + r * classes;
    rowMaximum = max.array[max.at + r];
    total(distances, distanceEach, row, rowLogits, classes, sum);
    lines.array[lines.at + r] = totalValue(sum);
    sumTotal(row, classes, sum);
    masses.array[masses.at + r] = totalValue(sum);
  }
}
