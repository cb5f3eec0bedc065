// Binary cross-entropy from logits: the twin of assembly/logits.ts, which has the formulas.
import { BLOCK, type Block } from '../block.js';
import { EXACT_TERMS, type Group, LANES, lastRow, sumTotal, total } from './lanes.js';
import { expMinusAbs } from './math/exp.js';
import { expsFloat32, LEAST_FLOAT32 } from './math/exp-float32.js';
import { exponentOf, log1pUnits, logScaled, logSums, mantissaOf } from './math/log.js';
import { log1pUnitsFloat32 } from './math/log-float32.js';
import { numbersUnit } from './numbers.js';

const ROWS = 64;
const VALID = 1;
const HARD = 2;
const SMALL = 4;
const MOST = 40;
const PRODUCT_ROWS = 4;
const LEAST_MEAN = 1.52587890625e-5;
const LEAST_TOTAL = 2 ** -100;

/** |z| · (y where z < 0, else 1 − y). */
function line(y: number, z: number): number {
  const factor = (z >= 0 ? 1 : 0) - y;
  // 0 · ∞ is 0 here: the limit.
  return factor === 0 ? 0 : Math.abs(z * factor);
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

function lineEach(yTrue: Block, z: Block, n: number, out: Block): void {
  for (let m = 0; m < n; m++) {
    out.array[out.at + m] = line(yTrue.array[yTrue.at + m], z.array[z.at + m]);
  }
}

/** −s for labels of 0 and 1. */
function miss(y: number, z: number): number {
  return z * (1 - (y + y));
}

const misses: Group = (yTrue, i, yPred, j, rows, halves) => {
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
    s0 += miss(yTrue[i], yPred[j]);
    s1 += miss(yTrue[i + 1], yPred[j + 1]);
    s2 += miss(yTrue[i + 2], yPred[j + 2]);
    s3 += miss(yTrue[i + 3], yPred[j + 3]);
    s4 += miss(yTrue[i + 4], yPred[j + 4]);
    s5 += miss(yTrue[i + 5], yPred[j + 5]);
    s6 += miss(yTrue[i + 6], yPred[j + 6]);
    s7 += miss(yTrue[i + 7], yPred[j + 7]);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

function missEach(yTrue: Block, z: Block, n: number, out: Block): void {
  for (let m = 0; m < n; m++) {
    out.array[out.at + m] = miss(yTrue.array[yTrue.at + m], z.array[z.at + m]);
  }
}

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

const lastExps = /* @__PURE__ */ new Float64Array(LANES);

/** Σ log1p(eᵢ). */
function curves({ array, at }: Block, n: number): number {
  let es = array;
  let i = at;
  let even = 0;
  let odd = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      es = lastRow(es, i, left, lastExps);
      i = 0;
      rows = 1;
      left = 0;
    }
    const taken = Math.min(rows, ROWS);
    compoundRows(es, i, taken);
    i += taken * LANES;
    rows -= ROWS;
    logSums(ones, ends, 2, endLogs);
    even += endLogs[0];
    odd += endLogs[1];
  }
  return even + odd;
}

/** Adds a number to a total. */
function addTo({ array, at }: Block, x: number): void {
  const given = array[at];
  const sum = given + x;
  const back = sum - given;
  array[at] = sum;
  array[at + 1] += given - (sum - back) + (x - back);
}

/** A block's total for c = 1 by its e^−|z|. */
function sumOf(yTrue: Block, z: Block, e: Block, n: number, out: Block): void {
  const curve = curves(e, n);
  total(lines, lineEach, yTrue, z, n, out);
  addTo(out, curve);
}

/** out[i] = e^−|zᵢ|; VALID, or 0 if a label is outside [0, 1]. */
export function logitsExps(yTrue: Block, z: Block, n: number, out: Block): number {
  expMinusAbs(z.array, z.at, n, out.array, out.at);
  return numbersUnit(yTrue, n) === 1 ? VALID : 0;
}

/** What there is in a block of float32. */
function contentOf({ array: ys, at: i }: Block, { array: zs, at: j }: Block, n: number): number {
  let isHard = true;
  let isSmall = true;
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    if (y * (y - 1) !== 0) isHard = false;
    if (!(Math.abs(zs[j + m]) <= MOST)) isSmall = false;
  }
  return isHard ? VALID | HARD | (isSmall ? SMALL : 0) : 0;
}

const exponents = /* @__PURE__ */ new Float64Array(BLOCK);
const exps = /* @__PURE__ */ new Float64Array(BLOCK);

/** Leaves e^−|z| in `exps`. */
function lowExps({ array: zs, at: j }: Block, n: number): void {
  for (let m = 0; m < n; m++) {
    const x = -Math.abs(zs[j + m]);
    exponents[m] = x < LEAST_FLOAT32 ? LEAST_FLOAT32 : x;
  }
  exponents.fill(0, n, (n + 7) & ~7);
  expsFloat32(exponents, n, exps);
}

/** What there is in a block; out[i] = e^−s if it is SMALL, so that the loss is ln(1 + e^−s), else e^−|z|. */
export function logitsExpsFloat32(yTrue: Block, z: Block, n: number, out: Block): number {
  const content = contentOf(yTrue, z, n);
  if ((content & SMALL) !== 0) {
    const { array: ys, at: i } = yTrue;
    const { array: zs, at: j } = z;
    for (let m = 0; m < n; m++) exponents[m] = ys[i + m] === 1 ? -zs[j + m] : zs[j + m];
    exponents.fill(0, n, (n + 7) & ~7);
    expsFloat32(exponents, n, exps);
  } else {
    lowExps(z, n);
  }
  for (let m = 0; m < n; m++) out.array[out.at + m] = exps[m];
  return content === 0 && numbersUnit(yTrue, n) === 1 ? VALID : content;
}

const losses: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };

/** A block's total by its exponentials: 1. (Labels are smoothed already.) */
export function logitsTotal(
  yTrue: Block,
  z: Block,
  e: Block,
  n: number,
  _content: number,
  positiveWeight: number,
  _smoothing: number,
  out: Block,
): number {
  if (n > EXACT_TERMS && positiveWeight === 1) {
    sumOf(yTrue, z, e, n, out);
  } else {
    logitsEach(yTrue, z, e, n, positiveWeight, losses);
    sumTotal(losses, n, out);
  }
  return 1;
}

/** Leaves the products of the even lanes and of the odd lanes over some rows in `ends`. */
function multiplyRows(e: Float64Array, i: number, rows: number): void {
  i |= 0;
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
function product({ array, at }: Block, n: number, out: Block): number {
  let es = array;
  let i = at;
  let even = 1;
  let odd = 1;
  let exponent = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      es = lastRow(es, i, left, lastExps);
      i = 0;
      rows = 1;
      left = 0;
    }
    const taken = Math.min(rows, PRODUCT_ROWS);
    multiplyRows(es, i, taken);
    i += taken * LANES;
    rows -= PRODUCT_ROWS;
    even *= ends[0];
    odd *= ends[1];
    exponent += exponentOf(even) + exponentOf(odd);
    even = mantissaOf(even);
    odd = mantissaOf(odd);
  }
  return logScaled(even * odd, exponent, 1, out);
}

/** Σ ln(1 + e^−s), left in `out`. */
function marginTotal(e: Block, n: number, out: Block): void {
  if (product(e, n, out) >= LEAST_MEAN * n) return;
  out.array[out.at] = curves(e, n);
  out.array[out.at + 1] = 0;
}

const missed: Block = { array: /* @__PURE__ */ new Float64Array(2), at: 0, ptr: 0 };

/** Takes `share` of Σ −s from the total. */
function addMargins(yTrue: Block, z: Block, n: number, share: number, out: Block): void {
  total(misses, missEach, yTrue, z, n, missed);
  addTo(out, -share * missed.array[0]);
}

const selected: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };

/** Leaves e where y is `label`, 0 elsewhere, in `selected`. */
function select(yTrue: Block, e: Block, n: number, label: number): void {
  for (let m = 0; m < n; m++) {
    selected.array[m] = yTrue.array[yTrue.at + m] === label ? e.array[e.at + m] : 0;
  }
}

/** The same of float32, but 0 if that takes float64. */
export function logitsTotalFloat32(
  yTrue: Block,
  z: Block,
  e: Block,
  n: number,
  content: number,
  positiveWeight: number,
  smoothing: number,
  out: Block,
): number {
  const isSmall = (content & SMALL) !== 0;
  if (smoothing !== 0 && !(isSmall && positiveWeight === 1)) return 0;
  if (positiveWeight === 1) {
    if (isSmall) marginTotal(e, n, out);
    else sumOf(yTrue, z, e, n, out);
    if (smoothing !== 0) addMargins(yTrue, z, n, smoothing / 2, out);
    return out.array[out.at] < LEAST_TOTAL ? 0 : 1;
  }
  if (!isSmall) return 0;
  select(yTrue, e, n, 1);
  marginTotal(selected, n, out);
  const ofOnes = positiveWeight * out.array[out.at];
  select(yTrue, e, n, 0);
  marginTotal(selected, n, out);
  out.array[out.at] += ofOnes;
  out.array[out.at + 1] = 0;
  return 1;
}

const logs = /* @__PURE__ */ new Float64Array(BLOCK);

/** out[i] = the element's loss by its e^−|z|. */
export function logitsEach(
  yTrue: Block,
  z: Block,
  e: Block,
  n: number,
  positiveWeight: number,
  out: Block,
): void {
  const { array: ys, at: i } = yTrue;
  const { array: zs, at: j } = z;
  const { array: to, at: k } = out;
  log1pUnits(e.array, e.at, n, logs);
  for (let m = 0; m < n; m++) {
    const v = zs[j + m];
    const positive = positiveWeight * ys[i + m];
    const negative = 1 - ys[i + m];
    const factor = v < 0 ? positive : negative;
    const straight = factor === 0 ? 0 : Math.abs(v) * factor;
    to[k + m] = (positive + negative) * logs[m] + straight;
  }
}

/** out[i] = the element's loss as float32; 1 if all labels are in [0, 1], else 0. */
export function logitsEachFloat32(
  yTrue: Block,
  z: Block,
  n: number,
  positiveWeight: number,
  out: Block,
): number {
  const { fround } = Math;
  const { array: ys, at: i } = yTrue;
  const { array: zs, at: j } = z;
  const { array: to, at: k } = out;
  const c = fround(positiveWeight);
  lowExps(z, n);
  log1pUnitsFloat32(exps, n, logs);
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const v = zs[j + m];
    // Of 0/1 labels the same without a branch on one, or on a sign: half of them are mispredicted.
    if (c === 1 && y * y === y && Math.abs(v) < Infinity) {
      to[k + m] = fround(logs[m] + 0.5 * (Math.abs(v) + v * (1 - (y + y))));
      continue;
    }
    const positive = fround(c * y);
    const negative = fround(1 - y);
    const factor = v < 0 ? positive : negative;
    const straight = factor === 0 ? 0 : fround(Math.abs(v) * factor);
    to[k + m] = fround(fround(fround(positive + negative) * logs[m]) + straight);
  }
  return numbersUnit(yTrue, n);
}

/** out[i] = the element's gradient by its e^−|z|, times scale and weights[i]; `out` may be an argument. */
export function logitsGradient(
  yTrue: Block,
  z: Block,
  e: Block,
  n: number,
  _content: number,
  positiveWeight: number,
  scale: number,
  weights: Block,
  out: Block,
): void {
  const { array: ys, at: i } = yTrue;
  const { array: zs, at: j } = z;
  const { array: es, at: l } = e;
  const { array: ws, at: h } = weights;
  const { array: to, at: k } = out;
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const large = 1 / (1 + es[l + m]);
    const small = es[l + m] * large;
    const isNegative = zs[j + m] < 0;
    const up = (1 - y) * (isNegative ? small : large);
    const down = positiveWeight * y * (isNegative ? large : small);
    to[k + m] = (up - down) * scale * ws[h + m];
  }
}

/** The same of float32: 1, but 0 and nothing written unless the labels are 0 and 1. */
export function logitsGradientFloat32(
  yTrue: Block,
  z: Block,
  e: Block,
  n: number,
  content: number,
  positiveWeight: number,
  scale: number,
  weights: Block,
  out: Block,
): number {
  if ((content & HARD) === 0) return 0;
  if ((content & SMALL) === 0) {
    logitsGradient(yTrue, z, e, n, content, positiveWeight, scale, weights, out);
    return 1;
  }
  const { array: ys, at: i } = yTrue;
  const { array: es, at: l } = e;
  const { array: ws, at: h } = weights;
  const { array: to, at: k } = out;
  const down = -(positiveWeight * scale);
  for (let m = 0; m < n; m++) {
    const x = es[l + m];
    to[k + m] = (x / (1 + x)) * (ys[i + m] === 1 ? down : scale) * ws[h + m];
  }
  return 1;
}
