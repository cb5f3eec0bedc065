// Binary cross-entropy from probabilities: the twin of assembly/binary.ts, which explains the
// three ways to a block's total.
import { BLOCK, type Block } from '../block.js';
import { GROUP_ROWS, type Group, LANES, lastRow, sumTotal } from './lanes.js';
import { exponentOf, fastLogSum, logScaled, logSums, mantissaOf } from './math/log.js';
import { logSumsFloat32 } from './math/log-float32.js';

const LEAST_PRODUCT = 4.484155085839415e-44; // 2⁻¹⁴⁴
/** Anything between 2⁻⁴⁰⁰ and 1: a product above it times a group's cannot underflow. */
const RENORMALIZE = 1e-30;
const LEAST_COMPOUND = -0.75;
const COMPOUND_ROWS = 4 * GROUP_ROWS;

/** For y = 0 or 1: ± the factor whose −ln is the loss. */
function factor(y: number, p: number): number {
  return p + (y - 1);
}

/** For y = 0 or 1: 1 − factor, without a rounding error where the factor is near 1. */
function miss(y: number, p: number): number {
  return Math.abs(y - p);
}

/** (1 + r)(1 − miss) − 1. */
function compound(r: number, miss: number): number {
  return r - (miss + r * miss);
}

/** Whether a product is large enough; false for NaN. */
function isLarge(q: number): boolean {
  return Math.abs(q) >= LEAST_PRODUCT;
}

const lastTrue = /* @__PURE__ */ new Float64Array(LANES);
const lastPred = /* @__PURE__ */ new Float64Array(LANES);

/** −Σ ln of the factors by one product, left in `out`, or NaN where that would be wrong. */
function byProduct(yTrue: Block, yPred: Block, n: number, out: Block): number {
  let ys = yTrue.array;
  let ps = yPred.array;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let even = 1;
  let odd = 1;
  let exponent = 0;
  let y = 0;
  let p = 0;
  let f = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      ys = lastRow(ys, i, left, lastTrue);
      ps = lastRow(ps, j, left, lastPred);
      i = 0;
      j = 0;
      rows = 1;
      left = 0;
    }
    // Written out, and each factor checked right before it is multiplied: with functions, or with
    // the eight checks first, V8 takes 2.0 to 2.3 ns instead of 1.5.
    let q0 = 1;
    let q1 = 1;
    let q2 = 1;
    let q3 = 1;
    let q4 = 1;
    let q5 = 1;
    let q6 = 1;
    let q7 = 1;
    const groupEnd = i + Math.min(rows, GROUP_ROWS) * LANES;
    for (; i < groupEnd; i += LANES, j += LANES) {
      y = ys[i];
      p = ps[j];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q0 *= p + f;
      y = ys[i + 1];
      p = ps[j + 1];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q1 *= p + f;
      y = ys[i + 2];
      p = ps[j + 2];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q2 *= p + f;
      y = ys[i + 3];
      p = ps[j + 3];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q3 *= p + f;
      y = ys[i + 4];
      p = ps[j + 4];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q4 *= p + f;
      y = ys[i + 5];
      p = ps[j + 5];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q5 *= p + f;
      y = ys[i + 6];
      p = ps[j + 6];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q6 *= p + f;
      y = ys[i + 7];
      p = ps[j + 7];
      f = y - 1;
      if (y * f !== 0 || !(p * (1 - p) >= 0)) return NaN;
      q7 *= p + f;
    }
    const evenGroup = Math.abs(q0 * q2 * (q4 * q6));
    const oddGroup = Math.abs(q1 * q3 * (q5 * q7));
    // No lane is below its group's product: only where that is small they are looked at.
    if (!(evenGroup >= LEAST_PRODUCT && oddGroup >= LEAST_PRODUCT)) {
      if (!(isLarge(q0) && isLarge(q1) && isLarge(q2) && isLarge(q3))) return NaN;
      if (!(isLarge(q4) && isLarge(q5) && isLarge(q6) && isLarge(q7))) return NaN;
    }
    even *= evenGroup;
    odd *= oddGroup;
    // Only before it could underflow: a power of two more or less changes no digit.
    if (even < RENORMALIZE) {
      exponent += exponentOf(even);
      even = mantissaOf(even);
    }
    if (odd < RENORMALIZE) {
      exponent += exponentOf(odd);
      odd = mantissaOf(odd);
    }
    rows -= GROUP_ROWS;
  }
  exponent += exponentOf(even) + exponentOf(odd);
  return logScaled(mantissaOf(even) * mantissaOf(odd), exponent, -1, out);
}

const lanes = /* @__PURE__ */ new Float64Array(LANES + 2);
const logs = /* @__PURE__ */ new Float64Array(LANES + 2);
const zeroEach = /* @__PURE__ */ new Float64Array(BLOCK);
/** What the lanes are added to before the logarithm: 1 + r, and the two products alone. */
const laneAugends = /* @__PURE__ */ Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);

/** Leaves the compounded lanes in lanes[0…7], the products of factors below ½ in lanes[8] and [9]. */
const compoundRows: Group = (ys, i, ps, j, rows, lanes) => {
  i |= 0;
  j |= 0;
  let r0 = 0;
  let r1 = 0;
  let r2 = 0;
  let r3 = 0;
  let r4 = 0;
  let r5 = 0;
  let r6 = 0;
  let r7 = 0;
  let even = 1;
  let odd = 1;
  let m = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    m = miss(ys[i], ps[j]);
    if (m > 0.5) even *= Math.abs(factor(ys[i], ps[j]));
    else r0 = compound(r0, m);
    m = miss(ys[i + 1], ps[j + 1]);
    if (m > 0.5) odd *= Math.abs(factor(ys[i + 1], ps[j + 1]));
    else r1 = compound(r1, m);
    m = miss(ys[i + 2], ps[j + 2]);
    if (m > 0.5) even *= Math.abs(factor(ys[i + 2], ps[j + 2]));
    else r2 = compound(r2, m);
    m = miss(ys[i + 3], ps[j + 3]);
    if (m > 0.5) odd *= Math.abs(factor(ys[i + 3], ps[j + 3]));
    else r3 = compound(r3, m);
    m = miss(ys[i + 4], ps[j + 4]);
    if (m > 0.5) even *= Math.abs(factor(ys[i + 4], ps[j + 4]));
    else r4 = compound(r4, m);
    m = miss(ys[i + 5], ps[j + 5]);
    if (m > 0.5) odd *= Math.abs(factor(ys[i + 5], ps[j + 5]));
    else r5 = compound(r5, m);
    m = miss(ys[i + 6], ps[j + 6]);
    if (m > 0.5) even *= Math.abs(factor(ys[i + 6], ps[j + 6]));
    else r6 = compound(r6, m);
    m = miss(ys[i + 7], ps[j + 7]);
    if (m > 0.5) odd *= Math.abs(factor(ys[i + 7], ps[j + 7]));
    else r7 = compound(r7, m);
  }
  lanes[0] = r0;
  lanes[1] = r1;
  lanes[2] = r2;
  lanes[3] = r3;
  lanes[4] = r4;
  lanes[5] = r5;
  lanes[6] = r6;
  lanes[7] = r7;
  lanes[8] = even;
  lanes[9] = odd;
};

/** −Σ ln of the factors for y = 0 or 1 and p in [0, 1]; NaN where the losses are too large. */
function byCompounding(yTrue: Block, yPred: Block, n: number): number {
  let even = 0;
  let odd = 0;
  let { array: ys, at: i } = yTrue;
  let { array: ps, at: j } = yPred;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      ys = lastRow(ys, i, left, lastTrue);
      ps = lastRow(ps, j, left, lastPred);
      i = 0;
      j = 0;
      rows = 1;
      left = 0;
    }
    const taken = Math.min(rows, COMPOUND_ROWS);
    compoundRows(ys, i, ps, j, taken, lanes);
    if (!lanesFit()) return NaN;
    logSums(laneAugends, lanes, LANES + 2, logs);
    i += taken * LANES;
    j += taken * LANES;
    rows -= COMPOUND_ROWS;
    even += logs[0] + logs[2] + (logs[4] + logs[6]);
    odd += logs[1] + logs[3] + (logs[5] + logs[7]);
    even += logs[8];
    odd += logs[9];
  }
  return -(even + odd);
}

function lanesFit(): boolean {
  for (let lane = 0; lane < LANES; lane++) {
    if (!(lanes[lane] >= LEAST_COMPOUND)) return false;
  }
  return lanes[8] >= LEAST_PRODUCT && lanes[9] >= LEAST_PRODUCT;
}

const losses: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };

/**
 * A block's total. `factors` is how many of the block's factors may differ from 1; `least` is the
 * mean loss of a factor below which a product of rounded factors is not accurate enough.
 */
export function binaryTotal(
  yTrue: Block,
  yPred: Block,
  n: number,
  factors: number,
  floor: number,
  least: number,
  out: Block,
): void {
  let sum = byProduct(yTrue, yPred, n, out);
  if (sum >= least * factors) return;
  if (!Number.isNaN(sum)) sum = byCompounding(yTrue, yPred, n);
  if (Number.isNaN(sum)) {
    binaryEach(yTrue, yPred, n, 1, floor, losses);
    sumTotal(losses, n, out);
  } else {
    out.array[out.at] = sum;
    out.array[out.at + 1] = 0;
  }
}

const HARD = 1;
const VALID = 2;

/** What there is in a block: labels of 0 and 1 alone, numbers in [0, 1] alone, both or none. */
function contentOf({ array: ys, at: i }: Block, { array: ps, at: j }: Block, n: number): number {
  let isHard = true;
  let isValid = true;
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    if (y * (y - 1) !== 0) isHard = false;
    if (!isUnit(y) || !isUnit(ps[j + m])) isValid = false;
  }
  return (isHard ? HARD : 0) | (isValid ? VALID : 0);
}

function isUnit(x: number): boolean {
  return x >= 0 && x <= 1;
}

const SCALE = 18014398509481984; // 2⁵⁴
const SCALE_FLOAT32 = 16777216; // 2²⁴

/** Arguments as numbers that are never integers: V8 would allocate every result of a choice with one. */
const given = /* @__PURE__ */ new Float64Array(2);

/** One logarithm for labels of 0 and 1. */
function hardLosses(yTrue: Block, yPred: Block, n: number, floor: number, out: Block): void {
  const { array: ys, at: i } = yTrue;
  const { array: ps, at: j } = yPred;
  const { array: to, at: k } = out;
  given[0] = floor;
  const least = given[0];
  for (let m = 0; m < n; m++) {
    const scaled = ys[i + m] * SCALE;
    const a = SCALE - scaled;
    const log = fastLogSum(a, (scaled - a) * ps[j + m]);
    to[k + m] = 0 - (least < log ? log : least);
  }
}

/** Two for others, c the weight of y = 1. */
function softLosses(
  yTrue: Block,
  yPred: Block,
  n: number,
  floor: number,
  positiveWeight: number,
  out: Block,
): void {
  const { array: ys, at: i } = yTrue;
  const { array: ps, at: j } = yPred;
  const { array: to, at: k } = out;
  given[0] = floor;
  given[1] = positiveWeight;
  const least = given[0];
  const c = given[1];
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const x = ps[j + m] * SCALE;
    const log = fastLogSum(0, x);
    const rest = fastLogSum(SCALE, -x);
    const positive = y * (least < log ? log : least) * c;
    to[k + m] = 0 - (positive + (1 - y) * (least < rest ? rest : least));
  }
}

const augends = /* @__PURE__ */ new Float64Array(BLOCK);
const addends = /* @__PURE__ */ new Float64Array(BLOCK);
const logsOfP = /* @__PURE__ */ new Float64Array(BLOCK);
const logsOfRest = /* @__PURE__ */ new Float64Array(BLOCK);

function hardLossesFloat32(yTrue: Block, yPred: Block, n: number, floor: number, out: Block): void {
  const { array: ys, at: i } = yTrue;
  const { array: ps, at: j } = yPred;
  const { array: to, at: k } = out;
  given[0] = floor;
  const least = given[0];
  for (let m = 0; m < n; m++) {
    const scaled = ys[i + m] * SCALE_FLOAT32;
    const a = SCALE_FLOAT32 - scaled;
    augends[m] = a;
    addends[m] = (scaled - a) * ps[j + m];
  }
  logSumsFloat32(augends, addends, n, logsOfP);
  for (let m = 0; m < n; m++) to[k + m] = 0 - (least < logsOfP[m] ? logsOfP[m] : least);
}

function softLossesFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  floor: number,
  positiveWeight: number,
  out: Block,
): void {
  const { fround } = Math;
  const { array: ys, at: i } = yTrue;
  const { array: ps, at: j } = yPred;
  const { array: to, at: k } = out;
  given[0] = floor;
  given[1] = positiveWeight;
  const least = given[0];
  const c = given[1];
  for (let m = 0; m < n; m++) addends[m] = ps[j + m] * SCALE_FLOAT32;
  logSumsFloat32(zeroEach, addends, n, logsOfP);
  for (let m = 0; m < n; m++) {
    augends[m] = SCALE_FLOAT32;
    addends[m] = -addends[m];
  }
  logSumsFloat32(augends, addends, n, logsOfRest);
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const positive = fround(fround(y * (least < logsOfP[m] ? logsOfP[m] : least)) * c);
    const rest = least < logsOfRest[m] ? logsOfRest[m] : least;
    to[k + m] = 0 - fround(positive + fround(fround(1 - y) * rest));
  }
}

/** Makes the losses NaN where something is outside the domain. */
function mark(yTrue: Block, yPred: Block, n: number, out: Block): void {
  for (let m = 0; m < n; m++) {
    const valid = isUnit(yTrue.array[yTrue.at + m]) && isUnit(yPred.array[yPred.at + m]);
    if (!valid) out.array[out.at + m] = NaN;
  }
}

/** out[i] = the element's loss, NaN outside the domain; 0 if any is NaN, else 1. */
export function binaryEach(
  yTrue: Block,
  yPred: Block,
  n: number,
  positiveWeight: number,
  floor: number,
  out: Block,
): number {
  const content = contentOf(yTrue, yPred, n);
  if ((content & HARD) !== 0) {
    hardLosses(yTrue, yPred, n, floor, out);
    if (positiveWeight !== 1) {
      for (let m = 0; m < n; m++) {
        if (yTrue.array[yTrue.at + m] === 1) out.array[out.at + m] *= positiveWeight;
      }
    }
  } else {
    softLosses(yTrue, yPred, n, floor, positiveWeight, out);
  }
  if ((content & VALID) !== 0) return 1;
  mark(yTrue, yPred, n, out);
  return 0;
}

/** The same of float32, as float32. */
export function binaryEachFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  positiveWeight: number,
  floor: number,
  out: Block,
): number {
  const { fround } = Math;
  const c = fround(positiveWeight);
  const content = contentOf(yTrue, yPred, n);
  if ((content & HARD) !== 0) {
    hardLossesFloat32(yTrue, yPred, n, floor, out);
    if (c !== 1) {
      for (let m = 0; m < n; m++) {
        const at = out.at + m;
        if (yTrue.array[yTrue.at + m] === 1) out.array[at] = fround(out.array[at] * c);
      }
    }
  } else {
    softLossesFloat32(yTrue, yPred, n, floor, c, out);
  }
  if ((content & VALID) !== 0) return 1;
  mark(yTrue, yPred, n, out);
  return 0;
}

/** y · max(ln p, floor), and 0 where y is 0; the floor not as an integer. */
export function weighted(y: number, p: number, floor: number): number {
  if (y === 0) return 0;
  const log = fastLogSum(0, p * SCALE);
  return y * (floor < log ? log : floor);
}

export function isValid(y: number, p: number): boolean {
  return p >= 0 && p <= 1 && y >= 0 && y <= 1;
}

const LEAST_VARIANCE = 1e-12;

/**
 * out[i] = the element's gradient · scale · weights[i]; 1 if all numbers are in [0, 1], else 0. `out` may
 * be an argument.
 */
export function binaryGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  positiveWeight: number,
  scale: number,
  weights: Block,
  out: Block,
): number {
  const { array: ys, at: i } = yTrue;
  const { array: ps, at: j } = yPred;
  const { array: ws, at: l } = weights;
  const { array: to, at: k } = out;
  const less = 1 - positiveWeight;
  let isValid = 1;
  for (let m = 0; m < n; m++) {
    const y = ys[i + m];
    const p = ps[j + m];
    const miss = 1 - p;
    const more = less * y * miss;
    const product = p * miss;
    const variance = LEAST_VARIANCE < product ? product : LEAST_VARIANCE;
    if (!isUnit(y) || !isUnit(p)) isValid = 0;
    to[k + m] = ((p - y + more) / variance) * scale * ws[l + m];
  }
  return isValid;
}

const ONES = 1;
const ZEROS = 2;
const OTHER = 4;

/** Leaves the products of the even lanes and of the odd lanes over some rows in `ends`; NaN if one is too small. */
function partRows(
  ys: Float64Array,
  i: number,
  ps: Float64Array,
  j: number,
  rows: number,
  part: number,
): void {
  const sign = (part & OTHER) !== 0 ? -1 : 1;
  const shift = (part & OTHER) !== 0 ? 0 : -1;
  const left = (part & ONES) !== 0 ? 0 : (part & ZEROS) !== 0 ? 1 : 2;
  i |= 0;
  j |= 0;
  let q0 = 1;
  let q1 = 1;
  let q2 = 1;
  let q3 = 1;
  let q4 = 1;
  let q5 = 1;
  let q6 = 1;
  let q7 = 1;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    if (ys[i] !== left) q0 *= ps[j] + (ys[i] * sign + shift);
    if (ys[i + 1] !== left) q1 *= ps[j + 1] + (ys[i + 1] * sign + shift);
    if (ys[i + 2] !== left) q2 *= ps[j + 2] + (ys[i + 2] * sign + shift);
    if (ys[i + 3] !== left) q3 *= ps[j + 3] + (ys[i + 3] * sign + shift);
    if (ys[i + 4] !== left) q4 *= ps[j + 4] + (ys[i + 4] * sign + shift);
    if (ys[i + 5] !== left) q5 *= ps[j + 5] + (ys[i + 5] * sign + shift);
    if (ys[i + 6] !== left) q6 *= ps[j + 6] + (ys[i + 6] * sign + shift);
    if (ys[i + 7] !== left) q7 *= ps[j + 7] + (ys[i + 7] * sign + shift);
  }
  const evenAreLarge = isLarge(q0) && isLarge(q2) && isLarge(q4) && isLarge(q6);
  const oddAreLarge = isLarge(q1) && isLarge(q3) && isLarge(q5) && isLarge(q7);
  ends[0] = evenAreLarge ? Math.abs(q0 * q2 * (q4 * q6)) : NaN;
  ends[1] = oddAreLarge ? Math.abs(q1 * q3 * (q5 * q7)) : NaN;
}

/** Something of the even lanes, and of the odd ones. */
const ends = /* @__PURE__ */ new Float64Array(2);
const logOfPart: Block = { array: /* @__PURE__ */ new Float64Array(2), at: 0, ptr: 0 };

/** −Σ ln of a part's factors, for labels of 0 and 1 and p in [0, 1]; NaN if one is too small. */
function partOf(yTrue: Block, yPred: Block, n: number, part: number): number {
  let { array: ys, at: i } = yTrue;
  let { array: ps, at: j } = yPred;
  let even = 1;
  let odd = 1;
  let exponent = 0;
  let rows = n >> 3;
  let rest = n & (LANES - 1);
  while (rows > 0 || rest > 0) {
    if (rows <= 0) {
      // y = 0 with p = 0 has the factor 1, y = 1 with p = 0 that of the other label.
      ys = lastRow(ys, i, rest, lastTrue);
      ps = lastRow(ps, j, rest, lastPred);
      if ((part & OTHER) !== 0) ys.fill(1, rest);
      i = 0;
      j = 0;
      rows = 1;
      rest = 0;
    }
    const taken = Math.min(rows, GROUP_ROWS);
    partRows(ys, i, ps, j, taken, part);
    i += taken * LANES;
    j += taken * LANES;
    rows -= GROUP_ROWS;
    even *= ends[0];
    odd *= ends[1];
    if (!(even > 0 && odd > 0)) return NaN;
    exponent += exponentOf(even) + exponentOf(odd);
    even = mantissaOf(even);
    odd = mantissaOf(odd);
  }
  return logScaled(even * odd, exponent, -1, logOfPart);
}

/**
 * A block's total with smoothed labels and a weight of y = 1, by a product for each of the logarithms
 * that have the same weight: 1, or 0 with nothing written where that would be wrong.
 */
export function binaryParts(
  yTrue: Block,
  yPred: Block,
  n: number,
  positiveWeight: number,
  smoothing: number,
  least: number,
  out: Block,
): number {
  if (contentOf(yTrue, yPred, n) !== (HARD | VALID)) return 0;
  const other = 0.5 * smoothing;
  const own = 1 - other;
  let sum = 0;
  if (positiveWeight === 1) {
    sum = own * partOf(yTrue, yPred, n, 0);
    if (other !== 0) sum += other * partOf(yTrue, yPred, n, OTHER);
  } else {
    sum = own * positiveWeight * partOf(yTrue, yPred, n, ONES);
    sum += own * partOf(yTrue, yPred, n, ZEROS);
    if (other !== 0) {
      sum += other * partOf(yTrue, yPred, n, ONES | OTHER);
      sum += other * positiveWeight * partOf(yTrue, yPred, n, ZEROS | OTHER);
    }
  }
  if (!(sum >= least * Math.max(positiveWeight, 1) * n)) return 0;
  out.array[out.at] = sum;
  out.array[out.at + 1] = 0;
  return 1;
}
