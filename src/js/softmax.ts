// Softmax of rows of logits: the twin of assembly/softmax.ts, which has the formulas.
import { BLOCK, type Block, filled } from '../block.js';
import { GROUP_ROWS, type Group, groupSum, LANES, sumTotal, total, totalValue } from './lanes.js';
import { expLess, expRounded, expSum } from './math/exp.js';
import { logSums } from './math/log.js';

/** The largest of n ≥ 1 numbers, NaN left out. */
function rowMax(z: Float64Array, from: number, n: number): number {
  let most = -Infinity;
  for (let i = from; i < from + n; i++) {
    const x = z[i];
    if (x > most) most = x;
  }
  return most;
}

const exps: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK + LANES), at: 0, ptr: 0 };
const sum: Block = { array: /* @__PURE__ */ new Float64Array(2), at: 0, ptr: 0 };
const ones = /* @__PURE__ */ filled(1);
const rests = /* @__PURE__ */ new Float64Array(BLOCK);
const logs = /* @__PURE__ */ new Float64Array(BLOCK);

const FAST_REST_F64 = 0.0625;
const FAST_REST_F32 = 9.313225746154785e-10;
const LEAST_REST = 1e-290;

/** The sum of a row of exponentials. */
function rowSum(n: number): number {
  const padded = (n + LANES - 1) & ~(LANES - 1);
  for (let k = n; k < padded; k++) exps.array[k] = 0;
  if (padded <= LANES * GROUP_ROWS) return groupSum(exps.array, padded >> 3);
  sumTotal(exps, padded, sum);
  return totalValue(sum);
}

/** The rest as the sum over all, less 1. */
function fastRest(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
): number {
  if (isFloat32) return expSum(z, from, n, max) - 1;
  expRounded(z, from, n, max, exps.array);
  return rowSum(n) - 1;
}

/** The rest by itself, with all its digits; NaN where there is no limit. */
function exactRest(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
): number {
  const ties = expLess(isFloat32, z, from, n, max, 0, 1, exps.array, 0);
  if (max === -Infinity || (max === Infinity && ties > 1)) return NaN;
  const rest = rowSum(n) + (ties - 1);
  return isFloat32 && rest < LEAST_REST ? exactRest(false, z, from, n, max) : rest;
}

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
  for (let row = 0; row < rows; row++) {
    const from = z.at + row * classes;
    const most = rowMax(z.array, from, classes);
    let others = fastRest(isFloat32, z.array, from, classes, most);
    if (!(others >= (isFloat32 ? FAST_REST_F32 : FAST_REST_F64))) {
      others = exactRest(isFloat32, z.array, from, classes, most);
    }
    max.array[max.at + row] = most;
    rests[row] = others;
  }
  logSums(ones, rests, rows, logs);
  for (let row = 0; row < rows; row++) {
    rest.array[rest.at + row] = rests[row];
    log.array[log.at + row] = logs[row];
  }
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

function scaledRows(
  isFloat32: boolean,
  z: Block,
  rows: number,
  classes: number,
  max: Block,
  shares: Block,
  out: Block,
): void {
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    const most = max.array[max.at + row];
    const share = shares.array[shares.at + row];
    const at = out.at + start;
    expLess(isFloat32, z.array, z.at + start, classes, most, 1, share, out.array, at);
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
