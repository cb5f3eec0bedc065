// Binary cross-entropy from logits: the twin of assembly/logits.ts, which has the formulas.
import { BLOCK, type Block } from '../block.js';
import { EXACT_TERMS, type Group, LANES, sumTotal, totalOfMany } from './lanes.js';
import { expMinusAbs, margins } from './math/exp.js';
import { exponentOf, log1pUnits, logScaled, logSums, mantissaOf } from './math/log.js';
import { numbersUnit } from './numbers.js';

const ROWS = 64;
const MOST = 40;
const PRODUCT_ROWS = 4;
const LEAST_MEAN = 1.52587890625e-5;

/** |z| · (y where z < 0, else 1 − y). */
function line(y: number, z: number): number {
  return Math.abs(z * ((z >= 0 ? 1 : 0) - y));
}

const lines: Group = (yTrue, i, yPred, j, rows, halves) => {
  i |= 0;
  j |= 0;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    s0 += line(yTrue[i], yPred[j]);
    s1 += line(yTrue[i + 1], yPred[j + 1]);
    s2 += line(yTrue[i + 2], yPred[j + 2]);
    s3 += line(yTrue[i + 3], yPred[j + 3]);
    s4 += line(yTrue[i + 4], yPred[j + 4]);
    s5 += line(yTrue[i + 5], yPred[j + 5]);
    s6 += line(yTrue[i + 6], yPred[j + 6]);
    s7 += line(yTrue[i + 7], yPred[j + 7]);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

/** (1 + r)(1 + e) − 1. */
function compound(r: number, e: number): number {
  return r + (e + r * e);
}

/** Something of the even lanes, and of the odd ones. */
const ends = /* @__PURE__ */ new Float64Array(2);
const endLogs = /* @__PURE__ */ new Float64Array(2);
const ones = /* @__PURE__ */ Float64Array.of(1, 1);

/** Leaves Π (1 + e) − 1 of some rows in `ends`. */
function compoundRows(e: Float64Array, i: number, rows: number): void {
  let r0 = 0;
  let r1 = 0;
  let r2 = 0;
  let r3 = 0;
  let r4 = 0;
  let r5 = 0;
  let r6 = 0;
  let r7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES) {
    r0 = compound(r0, e[i]);
    r1 = compound(r1, e[i + 1]);
    r2 = compound(r2, e[i + 2]);
    r3 = compound(r3, e[i + 3]);
    r4 = compound(r4, e[i + 4]);
    r5 = compound(r5, e[i + 5]);
    r6 = compound(r6, e[i + 6]);
    r7 = compound(r7, e[i + 7]);
  }
  ends[0] = compound(compound(r0, r2), compound(r4, r6));
  ends[1] = compound(compound(r1, r3), compound(r5, r7));
}

/** Σ log1p(eᵢ); the last row is filled up with zeros. */
function curves(e: Float64Array, n: number): number {
  const rows = (n + LANES - 1) >> 3;
  e.fill(0, n, rows * LANES);
  let even = 0;
  let odd = 0;
  for (let row = 0; row < rows; row += ROWS) {
    compoundRows(e, row * LANES, Math.min(ROWS, rows - row));
    logSums(ones, ends, 2, endLogs);
    even += endLogs[0];
    odd += endLogs[1];
  }
  return even + odd;
}

const exps = /* @__PURE__ */ new Float64Array(BLOCK);
const logs = /* @__PURE__ */ new Float64Array(BLOCK);
const losses: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };

/** A block's total for c = 1 by its e^−|z|; not finite where an infinity or NaN makes it so. */
function logitsSum(yTrue: Block, z: Block, n: number, out: Block): number {
  const curve = curves(exps, n);
  totalOfMany(lines, yTrue, z, n, out);
  const { array, at } = out;
  const straight = array[at];
  const sum = straight + curve;
  const back = sum - straight;
  array[at] = sum;
  array[at + 1] += straight - (sum - back) + (curve - back);
  return sum;
}

export function logitsTotal(yTrue: Block, z: Block, n: number, out: Block): void {
  if (n > EXACT_TERMS && numbersUnit(yTrue, n) === 1) {
    expMinusAbs(z.array, z.at, n, exps);
    if (Number.isFinite(logitsSum(yTrue, z, n, out))) return;
  }
  logitsEach(yTrue, z, n, 1, losses);
  sumTotal(losses, n, out);
}

/** Whether the labels are 0 or 1 and the logits small enough for `product`. */
function isSmall({ array: ys, at: i }: Block, { array: zs, at: j }: Block, n: number): boolean {
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    if (y * (y - 1) !== 0 || !(Math.abs(zs[j + m]) <= MOST)) return false;
  }
  return true;
}

/** Leaves the products of the even lanes and of the odd lanes over some rows in `ends`. */
function multiplyRows(e: Float64Array, i: number, rows: number): void {
  let q0 = 1;
  let q1 = 1;
  let q2 = 1;
  let q3 = 1;
  let q4 = 1;
  let q5 = 1;
  let q6 = 1;
  let q7 = 1;
  for (const end = i + rows * LANES; i < end; i += LANES) {
    q0 *= 1 + e[i];
    q1 *= 1 + e[i + 1];
    q2 *= 1 + e[i + 2];
    q3 *= 1 + e[i + 3];
    q4 *= 1 + e[i + 4];
    q5 *= 1 + e[i + 5];
    q6 *= 1 + e[i + 6];
    q7 *= 1 + e[i + 7];
  }
  ends[0] = q0 * q2 * (q4 * q6);
  ends[1] = q1 * q3 * (q5 * q7);
}

/** Σ ln(1 + e^−s) by one product, left in `out`. */
function product(yTrue: Block, z: Block, n: number, out: Block): number {
  margins(yTrue.array, yTrue.at, z.array, z.at, n, exps);
  const whole = n >> 3;
  // (A factor of 1 has e = 0, or as little as makes no difference to 1.)
  exps.fill(0, n, (n + LANES - 1) & ~(LANES - 1));
  let even = 1;
  let odd = 1;
  let exponent = 0;
  for (let row = 0; row * LANES < n; ) {
    const rows = row < whole ? Math.min(PRODUCT_ROWS, whole - row) : 1;
    multiplyRows(exps, row * LANES, rows);
    even *= ends[0];
    odd *= ends[1];
    exponent += exponentOf(even) + exponentOf(odd);
    even = mantissaOf(even);
    odd = mantissaOf(odd);
    row += rows;
  }
  return logScaled(even * odd, exponent, 1, out);
}

/** The same for float32 logits. */
export function logitsTotalFloat32(yTrue: Block, z: Block, n: number, out: Block): void {
  if (n > EXACT_TERMS && isSmall(yTrue, z, n) && product(yTrue, z, n, out) >= LEAST_MEAN * n)
    return;
  logitsTotal(yTrue, z, n, out);
}

/** out[i] = the element's loss, NaN for a label outside [0, 1]; 0 if any is NaN, else 1. */
export function logitsEach(
  yTrue: Block,
  z: Block,
  n: number,
  positiveWeight: number,
  out: Block,
): number {
  const { array: ys, at: i } = yTrue;
  const { array: zs, at: j } = z;
  const { array: to, at: k } = out;
  expMinusAbs(zs, j, n, exps);
  log1pUnits(exps, n, logs);
  let numbers = 1;
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const v = zs[j + m];
    const positive = positiveWeight * y;
    const negative = 1 - y;
    const factor = v < 0 ? positive : negative;
    // 0 · ∞ is 0 here: the limit.
    const straight = factor === 0 ? 0 : Math.abs(v) * factor;
    const loss = (positive + negative) * logs[m] + straight;
    if (y >= 0 && y <= 1 && !Number.isNaN(loss)) {
      to[k + m] = loss;
    } else {
      to[k + m] = NaN;
      numbers = 0;
    }
  }
  return numbers;
}

/** out[i] = scale · ((1 − y)·σ(z) − c·y·σ(−z)); `out` may be an argument. */
export function logitsGradient(
  yTrue: Block,
  z: Block,
  n: number,
  positiveWeight: number,
  scale: number,
  out: Block,
): void {
  const { array: ys, at: i } = yTrue;
  const { array: zs, at: j } = z;
  const { array: to, at: k } = out;
  expMinusAbs(zs, j, n, exps);
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const e = exps[m];
    const large = 1 / (1 + e);
    const small = e * large;
    const isNegative = zs[j + m] < 0;
    const up = (1 - y) * (isNegative ? small : large);
    const down = positiveWeight * y * (isNegative ? large : small);
    to[k + m] = (up - down) * scale;
  }
}
