// The fixed order in which every sum is made, as in assembly/lanes.ts. The kernels here see float64
// only: float32 is widened while it is staged, which changes no bit of any result.

import { BLOCK, type Block } from '../block.js';

export const LANES = 8;
export const GROUP_ROWS = 8;

/**
 * The terms of up to eight rows of eight, added lane by lane; the sum of the even lanes goes to
 * halves[0], that of the odd ones to halves[1]. Each loss writes this loop out, because V8 does not
 * inline a term that is passed in. The indices are made int32 at entry: without that V8 checks every
 * sum of an index for overflow, a fifth of the time. (js/workspace.ts sees to it that they are.)
 */
export type Group = (
  a: Float64Array,
  i: number,
  b: Float64Array,
  j: number,
  rows: number,
  halves: Float64Array,
) => void;

/** The rounding error of u = a + b (Knuth's TwoSum: exact whichever is larger). */
function sumError(a: number, b: number, u: number): number {
  const z = u - a;
  return a - (u - z) + (b - z);
}

const halves = /* @__PURE__ */ new Float64Array(2);

const lastA = /* @__PURE__ */ new Float64Array(LANES);
const lastB = /* @__PURE__ */ new Float64Array(LANES);

/** Copies n < 8 elements to `to`, filled up with zeros to a row of eight. */
export function lastRow(from: Float64Array, at: number, n: number, to: Float64Array): Float64Array {
  for (let k = 0; k < LANES; k++) to[k] = k < n ? from[at + k] : 0;
  return to;
}

export const EXACT_TERMS = 128;
const few: Block = { array: /* @__PURE__ */ new Float64Array(EXACT_TERMS), at: 0, ptr: 0 };

/** Each term by itself. */
type Each = (a: Block, b: Block, n: number, out: Block) => void;

/** Σ of terms, left in `out` as an unevaluated sum of two float64: value, remainder. */
export function total(group: Group, each: Each, a: Block, b: Block, n: number, out: Block): void {
  if (n > EXACT_TERMS) {
    totalOfMany(group, a, b, n, out);
    return;
  }
  each(a, b, n, few);
  exactTotal(few, n, out);
}

/** The same for more than FEW terms. */
function totalOfMany(group: Group, a: Block, b: Block, n: number, out: Block): void {
  let even = 0;
  let odd = 0;
  let evenRest = 0;
  let oddRest = 0;
  let { array: as, at: i } = a;
  let { array: bs, at: j } = b;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      as = lastRow(as, i, left, lastA);
      bs = lastRow(bs, j, left, lastB);
      i = 0;
      j = 0;
      rows = 1;
      left = 0;
    }
    const taken = Math.min(rows, GROUP_ROWS);
    group(as, i, bs, j, taken, halves);
    i += taken * LANES;
    j += taken * LANES;
    rows -= GROUP_ROWS;
    const nextEven = even + halves[0];
    const nextOdd = odd + halves[1];
    evenRest += sumError(even, halves[0], nextEven);
    oddRest += sumError(odd, halves[1], nextOdd);
    even = nextEven;
    odd = nextOdd;
  }
  storeTotal(even, odd, evenRest, oddRest, out);
}

/** The same for terms that are there, with every addition compensated. */
function exactTotal({ array, at }: Block, n: number, out: Block): void {
  let even = 0;
  let odd = 0;
  let evenRest = 0;
  let oddRest = 0;
  for (let i = 0; i < n; i += 2) {
    const x = array[at + i];
    const y = i + 1 < n ? array[at + i + 1] : 0;
    const nextEven = even + x;
    const nextOdd = odd + y;
    evenRest += sumError(even, x, nextEven);
    oddRest += sumError(odd, y, nextOdd);
    even = nextEven;
    odd = nextOdd;
  }
  storeTotal(even, odd, evenRest, oddRest, out);
}

function storeTotal(
  even: number,
  odd: number,
  evenRest: number,
  oddRest: number,
  out: Block,
): void {
  const sum = even + odd;
  out.array[out.at] = sum;
  out.array[out.at + 1] = evenRest + oddRest + sumError(even, odd, sum);
}

/** A total as one number. (The remainder of an infinite sum is NaN.) */
export function totalValue({ array, at }: Block): number {
  const rest = array[at + 1];
  return array[at] + (Number.isNaN(rest) ? 0 : rest);
}

/** Terms of a block, before their weights. */
const terms: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };
/** Where the sum of the weights is left: behind that of the products. */
const behind: Block = { array: terms.array, at: 0, ptr: 0 };

/**
 * Σ of weighted terms and, behind it, Σ of the weights, each added up as in `total`. Then how many weights
 * are 0, whose terms count as 0 whatever they are; and 1 if a weight may not be a finite number ≥ 0, else 0.
 */
export function weighted(
  each: Each,
  a: Block,
  b: Block,
  weights: Block,
  n: number,
  out: Block,
): void {
  each(a, b, n, terms);
  behind.array = out.array;
  behind.at = out.at + 2;
  if (n <= EXACT_TERMS || !weightedFast(weights, n, out)) weightedCareful(weights, n, out);
}

/** Of many terms with weights > 0; false if they are not. */
function weightedFast(weights: Block, n: number, out: Block): boolean {
  let even = 0;
  let odd = 0;
  let evenRest = 0;
  let oddRest = 0;
  let evenWeight = 0;
  let oddWeight = 0;
  let evenWeightRest = 0;
  let oddWeightRest = 0;
  let { array: ts } = terms;
  let { array: ws, at: i } = weights;
  let k = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    const isLast = rows <= 0;
    if (isLast) {
      for (let m = i; m < i + left; m++) if (!(ws[m] > 0)) return false;
      ts = lastRow(ts, k, left, lastA);
      ws = lastRow(ws, i, left, lastB);
      k = 0;
      i = 0;
      rows = 1;
      left = 0;
    }
    const taken = Math.min(rows, GROUP_ROWS);
    if (!weightedGroup(ts, k, ws, i, taken, quarters) && !isLast) return false;
    k += taken * LANES;
    i += taken * LANES;
    rows -= GROUP_ROWS;
    const nextEven = even + quarters[0];
    const nextOdd = odd + quarters[1];
    evenRest += sumError(even, quarters[0], nextEven);
    oddRest += sumError(odd, quarters[1], nextOdd);
    even = nextEven;
    odd = nextOdd;
    const nextEvenWeight = evenWeight + quarters[2];
    const nextOddWeight = oddWeight + quarters[3];
    evenWeightRest += sumError(evenWeight, quarters[2], nextEvenWeight);
    oddWeightRest += sumError(oddWeight, quarters[3], nextOddWeight);
    evenWeight = nextEvenWeight;
    oddWeight = nextOddWeight;
  }
  storeTotal(even, odd, evenRest, oddRest, out);
  storeTotal(evenWeight, oddWeight, evenWeightRest, oddWeightRest, behind);
  out.array[out.at + 4] = 0;
  out.array[out.at + 5] = out.array[out.at + 2] < Infinity ? 0 : 1;
  return true;
}

const quarters = /* @__PURE__ */ new Float64Array(4);

/** Products and weights of up to eight rows, as in Group; false if a weight is not > 0. */
function weightedGroup(
  a: Float64Array,
  i: number,
  w: Float64Array,
  j: number,
  rows: number,
  sums: Float64Array,
): boolean {
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
  let v0 = 0;
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;
  let v4 = 0;
  let v5 = 0;
  let v6 = 0;
  let v7 = 0;
  let isSound = true;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    const w0 = w[j];
    const w1 = w[j + 1];
    const w2 = w[j + 2];
    const w3 = w[j + 3];
    s0 += a[i] * w0;
    s1 += a[i + 1] * w1;
    s2 += a[i + 2] * w2;
    s3 += a[i + 3] * w3;
    v0 += w0;
    v1 += w1;
    v2 += w2;
    v3 += w3;
    if (!(w0 > 0 && w1 > 0 && w2 > 0 && w3 > 0)) isSound = false;
    const w4 = w[j + 4];
    const w5 = w[j + 5];
    const w6 = w[j + 6];
    const w7 = w[j + 7];
    s4 += a[i + 4] * w4;
    s5 += a[i + 5] * w5;
    s6 += a[i + 6] * w6;
    s7 += a[i + 7] * w7;
    v4 += w4;
    v5 += w5;
    v6 += w6;
    v7 += w7;
    if (!(w4 > 0 && w5 > 0 && w6 > 0 && w7 > 0)) isSound = false;
  }
  sums[0] = s0 + s2 + (s4 + s6);
  sums[1] = s1 + s3 + (s5 + s7);
  sums[2] = v0 + v2 + (v4 + v6);
  sums[3] = v1 + v3 + (v5 + v7);
  return isSound;
}

/** Of any. */
function weightedCareful(weights: Block, n: number, out: Block): void {
  dotTotal(terms, weights, n, out);
  sumTotal(weights, n, behind);
  const { array, at } = weights;
  let zeros = 0;
  let isSound = true;
  for (let i = at; i < at + n; i++) {
    const w = array[i];
    if (w === 0) zeros++;
    else if (!(w > 0 && w < Infinity)) isSound = false;
  }
  out.array[out.at + 4] = zeros;
  out.array[out.at + 5] = isSound ? 0 : 1;
}

const secondGroup: Group = (_a, _i, b, j, rows, halves) => {
  _i |= 0;
  j |= 0;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = j + rows * LANES; j < end; j += LANES) {
    s0 += b[j];
    s1 += b[j + 1];
    s2 += b[j + 2];
    s3 += b[j + 3];
    s4 += b[j + 4];
    s5 += b[j + 5];
    s6 += b[j + 6];
    s7 += b[j + 7];
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

/** Of weight 0 is nothing: 0, also where 0 · a would be NaN. */
function product(a: number, b: number): number {
  return b === 0 ? 0 : a * b;
}

const productGroup: Group = (a, i, b, j, rows, halves) => {
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
    s0 += product(a[i], b[j]);
    s1 += product(a[i + 1], b[j + 1]);
    s2 += product(a[i + 2], b[j + 2]);
    s3 += product(a[i + 3], b[j + 3]);
    s4 += product(a[i + 4], b[j + 4]);
    s5 += product(a[i + 5], b[j + 5]);
    s6 += product(a[i + 6], b[j + 6]);
    s7 += product(a[i + 7], b[j + 7]);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

function productEach(a: Block, b: Block, n: number, out: Block): void {
  for (let i = 0; i < n; i++) out.array[out.at + i] = product(a.array[a.at + i], b.array[b.at + i]);
}

/** Σ aᵢ·bᵢ, b weights. */
export function dotTotal(a: Block, b: Block, n: number, out: Block): void {
  total(productGroup, productEach, a, b, n, out);
}

function secondEach(_a: Block, b: Block, n: number, out: Block): void {
  for (let i = 0; i < n; i++) out.array[out.at + i] = b.array[b.at + i];
}

/** The sum of numbers that are there already. */
export function sumTotal(values: Block, n: number, out: Block): void {
  total(secondGroup, secondEach, values, values, n, out);
}
