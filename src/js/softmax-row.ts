// One row of logits: the twin of assembly/softmax-row.ts.
import { BLOCK, type Block } from '../block.js';
import {
  baseOf,
  EightLanes,
  isFar,
  leastOf,
  scaledExp,
  scaledFloat32,
  scaledFloat64,
  shiftOf,
  shiftOfFloat32,
} from './math/scaled.js';

export const RUN = 32;
export const LEAST_REST = 1e-30;
const LEAST_SHARE = 8.271806125530277e-25;
const MOST_SHARE = 65536;

/** The exponentials of a row of each type, and its logits less their maximum. */
export const expsOf = {
  f64: /* @__PURE__ */ new Float64Array(BLOCK + 4),
  f32: /* @__PURE__ */ new Float64Array(BLOCK + 4),
};
const movedOf = {
  f64: /* @__PURE__ */ new Float64Array(BLOCK),
  f32: /* @__PURE__ */ new Float64Array(BLOCK),
};
/** The sums of the lanes of a run. */
const lanes = /* @__PURE__ */ new Float64Array(4);
/** The largest of each run of a row. */
const runs = /* @__PURE__ */ new Float64Array(BLOCK / (RUN * 2));
const tail = /* @__PURE__ */ new Float64Array(4);
/** The exponential of a row's maximum. */
export const top = /* @__PURE__ */ new Float64Array(1);
const topLogit = /* @__PURE__ */ new Float64Array(1);
/** How many elements of a row are its maximum. */
let ties = 0;

/** All lanes of one row, one behind the other. */
const pieces = /* @__PURE__ */ new EightLanes();

/** out[to + i] = the scaled exponential of z[from + i]. */
export function exps(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  shift: number,
  least: number,
  out: Float64Array,
  to: number,
): void {
  if (!isFloat32) {
    scaledFloat64(z, from, n, shift, least, out, to);
    return;
  }
  const { starts, shifts, leasts } = pieces;
  shifts.fill(shift);
  leasts.fill(least);
  const length = n >> 3;
  for (let k = 0; k < 8; k++) starts[k] = from + k * length;
  scaledFloat32(pieces, length, z, out, to - from);
  const left = n & 7;
  if (left === 0) return;
  // (What is left over does one twice.)
  for (let k = 0; k < 8; k++) starts[k] = from + n - Math.max(1, left - k);
  scaledFloat32(pieces, 1, z, out, to - from);
}

/** Leaves the sums of some vectors of four in the lanes. */
function addFours(e: Float64Array, at: number, vectors: number): void {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = at;
  for (const end = at + (vectors & ~3) * 4; i < end; i += 16) {
    const a0 = Math.fround(e[i] + e[i + 4]);
    const a1 = Math.fround(e[i + 1] + e[i + 5]);
    const a2 = Math.fround(e[i + 2] + e[i + 6]);
    const a3 = Math.fround(e[i + 3] + e[i + 7]);
    const b0 = Math.fround(e[i + 8] + e[i + 12]);
    const b1 = Math.fround(e[i + 9] + e[i + 13]);
    const b2 = Math.fround(e[i + 10] + e[i + 14]);
    const b3 = Math.fround(e[i + 11] + e[i + 15]);
    s0 = Math.fround(s0 + Math.fround(a0 + b0));
    s1 = Math.fround(s1 + Math.fround(a1 + b1));
    s2 = Math.fround(s2 + Math.fround(a2 + b2));
    s3 = Math.fround(s3 + Math.fround(a3 + b3));
  }
  for (const end = at + vectors * 4; i < end; i += 4) {
    s0 = Math.fround(s0 + e[i]);
    s1 = Math.fround(s1 + e[i + 1]);
    s2 = Math.fround(s2 + e[i + 2]);
    s3 = Math.fround(s3 + e[i + 3]);
  }
  lanes[0] = s0 + s2;
  lanes[1] = s1 + s3;
}

/** The same of two. */
function addTwos(e: Float64Array, at: number, vectors: number): void {
  let s0 = 0;
  let s1 = 0;
  let i = at;
  for (const end = at + (vectors & ~3) * 2; i < end; i += 8) {
    s0 += e[i] + e[i + 2] + (e[i + 4] + e[i + 6]);
    s1 += e[i + 1] + e[i + 3] + (e[i + 5] + e[i + 7]);
  }
  for (const end = at + vectors * 2; i < end; i += 2) {
    s0 += e[i];
    s1 += e[i + 1];
  }
  lanes[0] = s0;
  lanes[1] = s1;
}

/** Makes the exponentials of the maximum 0, and counts them. */
function hide(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  e: Float64Array,
  at: number,
): void {
  for (let i = 0; i < n; i++) {
    if (z[from + i] !== max) continue;
    topLogit[0] = e[at + i];
    e[at + i] = 0;
    ties++;
  }
}

/** Brings them back. */
function show(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  e: Float64Array,
  at: number,
): void {
  for (let i = 0; i < n; i++) if (z[from + i] === max) e[at + i] = topLogit[0];
}

/** The largest number other than the maximum; NaN if there is one. */
export function second(z: Float64Array, from: number, n: number, max: number): number {
  let most = -Infinity;
  for (let i = from; i < from + n; i++) {
    const x = z[i];
    if (Number.isNaN(x)) return NaN;
    if (x !== max && x > most) most = x;
  }
  return most;
}

/** The largest of n ≥ 1 numbers, NaN left out, and that of each run. */
function rowMax(z: Float64Array, from: number, n: number, length: number): number {
  let most = -Infinity;
  let run = 0;
  for (let i = from; i < from + n; i += length) {
    let max = -Infinity;
    const end = Math.min(i + length, from + n);
    for (let k = i; k < end; k++) if (z[k] > max) max = z[k];
    runs[run++] = max;
    if (max > most) most = max;
  }
  return most;
}

/** The logits less their maximum, which is exact where that is large. */
function move(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
): Float64Array {
  const moved = isFloat32 ? movedOf.f32 : movedOf.f64;
  for (let i = 0; i < n; i++) {
    const less = z[from + i] - max;
    moved[i] = isFloat32 ? Math.fround(less) : less;
  }
  return moved;
}

/** The exponential of a maximum, to the digits of float64. */
export function topOf(isFloat32: boolean, max: number, k: number): number {
  return scaledExp(max, isFloat32 ? shiftOfFloat32(k) : shiftOf(false, k));
}

/** The rest of a row; leaves the maximum's exponential, and the others'. */
function rowRest(
  isFloat32: boolean,
  givenZ: Float64Array,
  givenFrom: number,
  n: number,
  max: number,
  isKept: boolean,
): number {
  const out = isFloat32 ? expsOf.f32 : expsOf.f64;
  const width = isFloat32 ? 4 : 2;
  let z = givenZ;
  let from = givenFrom;
  let zero = max;
  if (isFar(isFloat32, max)) {
    z = move(isFloat32, z, from, n, max);
    from = 0;
    zero = 0;
  }
  const k = baseOf(isFloat32, zero);
  const shift = shiftOf(isFloat32, k);
  const least = leastOf(isFloat32, k);
  ties = 0;
  let even = 0;
  let odd = 0;
  const whole = n - (n % width);
  for (let at = 0; at < whole; at += RUN * width) {
    const length = Math.min(RUN * width, whole - at);
    exps(isFloat32, z, from + at, length, shift, least, out, at);
    const hasMax = runs[at / (RUN * width)] === max;
    if (hasMax) hide(z, from + at, length, zero, out, at);
    if (isFloat32) addFours(out, at, length >> 2);
    else addTwos(out, at, length >> 1);
    if (hasMax && isKept) show(z, from + at, length, zero, out, at);
    even += lanes[0];
    odd += lanes[1];
  }
  const left = n - whole;
  if (left > 0) {
    tail.fill(-Infinity);
    for (let i = 0; i < left; i++) tail[i] = z[from + whole + i];
    exps(isFloat32, tail, 0, width, shift, least, out, whole);
    hide(tail, 0, width, zero, out, whole);
    if (isFloat32) addFours(out, whole, 1);
    else addTwos(out, whole, 1);
    if (isKept) show(tail, 0, width, zero, out, whole);
    even += lanes[0];
    odd += lanes[1];
  }
  top[0] = topOf(isFloat32, zero, k);
  const count = ties;
  const rest = (even + odd) / top[0] + (count - 1);
  if (rest >= (isFloat32 ? LEAST_REST : 0)) return rest;
  return settledRest(givenZ, givenFrom, n, max, second(givenZ, givenFrom, n, max), count);
}

/** The rest where it is NaN, or too small for float32. */
export function settledRest(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  next: number,
  count: number,
): number {
  if (Number.isNaN(next) || max === -Infinity || (max === Infinity && count > 1)) return NaN;
  if (max === Infinity || next === -Infinity) return 0;
  const kept = top[0];
  rowMax(z, from, n, RUN * 2);
  const rest = rowRest(false, z, from, n, max, false);
  top[0] = kept;
  return rest;
}

/** max and rest of a row, and what `rowRest` leaves. */
export function maxAndRest(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: Block,
  rest: Block,
  row: number,
  isKept: boolean,
): void {
  const most = rowMax(z, from, n, isFloat32 ? RUN * 4 : RUN * 2);
  max.array[max.at + row] = most;
  rest.array[rest.at + row] = rowRest(isFloat32, z, from, n, most, isKept);
}

/** Whether exponentials in the type may be multiplied by a share; NaN and 0 are no trouble. */
export function canShare(isFloat32: boolean, share: number): boolean {
  return !isFloat32 || !(share > MOST_SHARE || (share < LEAST_SHARE && share > 0));
}

/** out[at + i] = e^(zᵢ − max) · share of a row; `out` may be z. */
export function writeRow(
  isFloat32: boolean,
  givenZ: Float64Array,
  givenFrom: number,
  n: number,
  max: number,
  share: number,
  out: Float64Array,
  at: number,
): void {
  if (Math.abs(max) === Infinity) {
    for (let i = 0; i < n; i++) out[at + i] = givenZ[givenFrom + i] === max ? share : share * 0;
    return;
  }
  if (!canShare(isFloat32, share)) {
    writeRow(false, givenZ, givenFrom, n, max, share, out, at);
    for (let i = at; i < at + n; i++) out[i] = Math.fround(out[i]);
    return;
  }
  let z = givenZ;
  let from = givenFrom;
  let zero = max;
  if (isFar(isFloat32, max)) {
    z = move(isFloat32, z, from, n, max);
    from = 0;
    zero = 0;
  }
  const k = baseOf(isFloat32, zero);
  const e = isFloat32 ? expsOf.f32 : expsOf.f64;
  exps(isFloat32, z, from, n, shiftOf(isFloat32, k), leastOf(isFloat32, k), e, 0);
  top[0] = topOf(isFloat32, zero, k);
  scale(isFloat32, givenZ, givenFrom, n, max, share, top[0], 0, out, at);
}

/** out[at + i] = e[first + i] · share/topExp, where the maximum is share itself; `out` may be z. */
export function scale(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  share: number,
  topExp: number,
  first: number,
  out: Float64Array,
  at: number,
): void {
  const e = isFloat32 ? expsOf.f32 : expsOf.f64;
  const whole = isFloat32 ? Math.fround(share) : share;
  const factor = isFloat32 ? Math.fround(share / topExp) : share / topExp;
  for (let i = 0; i < n; i++) {
    if (z[from + i] === max) out[at + i] = whole;
    else if (isFloat32) out[at + i] = Math.fround(e[first + i] * factor);
    else out[at + i] = e[first + i] * factor;
  }
}
