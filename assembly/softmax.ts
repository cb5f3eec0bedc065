// Softmax of rows of logits: with m the row's maximum, Σₖ e^(zₖ − m) = 1 + rest, where the rest leaves
// out the maximum itself, so that log1p(rest) keeps the digits of small losses.
import { GROUP_ROWS, LANES, Lane, Second, Term, total, totalValue, widen } from './lanes';
import { expLess, expRounded, expSum } from './math/exp';
import { logSum } from './math/log';
import { Scratch } from './scratch';

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);

/** From here on it costs a row no digit that counts to add up all and take off 1. */
const FAST_REST_F64: f64 = 0.0625;
const FAST_REST_F32: f64 = 9.313225746154785e-10;
/** Below it, the float32 exponential has no digits left, nor 0. */
const LEAST_REST: f64 = 1e-290;

/** The largest of n ≥ 1 numbers, NaN left out. */
function rowMax<T>(ptr: usize, n: i32): T {
  const width = 16 / <i32>sizeof<T>();
  let most: T = -Infinity;
  if (n < width) {
    for (let k = 0; k < n; ++k) {
      const z = load<T>(ptr + Lane.bytes<T>(k));
      if (z > most) most = z;
    }
    return most;
  }
  // The last vector may overlap the one before.
  const last = ptr + Lane.bytes<T>(n - width);
  let max0 = v128.load(last);
  max0 = v128.pmax<T>(v128.splat<T>(-Infinity), max0);
  let max1 = max0;
  for (; ptr + 16 < last; ptr += 32) {
    max0 = v128.pmax<T>(max0, v128.load(ptr));
    max1 = v128.pmax<T>(max1, v128.load(ptr, 16));
  }
  if (ptr < last) max0 = v128.pmax<T>(max0, v128.load(ptr));
  max0 = v128.pmax<T>(max0, max1);
  max0 = v128.pmax<T>(max0, i64x2.shuffle(max0, max0, 1, 0));
  if (sizeof<T>() == 8) return <T>f64x2.extract_lane(max0, 0);
  max0 = v128.pmax<T>(max0, i32x4.shuffle(max0, max0, 1, 0, 3, 2));
  return <T>f32x4.extract_lane(max0, 0);
}

/** The sum of a row, filled up with zeros. */
function rowSum(ptr: usize, padded: i32, totalPtr: usize): f64 {
  if (padded > LANES * GROUP_ROWS) {
    total<f64, Second>(ptr, ptr, padded, totalPtr);
    return totalValue(totalPtr);
  }
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (const end = ptr + Lane.bytes<f64>(padded); ptr < end; ptr += Lane.bytes<f64>(LANES)) {
    s0 = f64x2.add(s0, v128.load(ptr));
    s1 = f64x2.add(s1, v128.load(ptr, 16));
    s2 = f64x2.add(s2, v128.load(ptr, 32));
    s3 = f64x2.add(s3, v128.load(ptr, 48));
  }
  const sum = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}

/** A row's zeros, where it does not fill its last eight. */
function pad(scratchPtr: usize, n: i32): i32 {
  const padded = (n + LANES - 1) & ~(LANES - 1);
  const end = scratchPtr + Lane.bytes<f64>(padded);
  for (let at = end - Lane.bytes<f64>(LANES); at < end; at += 16) v128.store(at, i64x2.splat(0));
  return padded;
}

/** The rest as the sum over all, less 1. */
function fastRest<T>(ptr: usize, n: i32, max: T, scratchPtr: usize, totalPtr: usize): f64 {
  if (sizeof<T>() != 8) return expSum(ptr, n, <f64>max) - 1;
  const padded = pad(scratchPtr, n);
  expRounded(ptr, n, <f64>max, scratchPtr);
  return rowSum(scratchPtr, padded, totalPtr) - 1;
}

/** The rest by itself, with all its digits; NaN where there is no limit. */
function exactRest<T>(ptr: usize, n: i32, max: T, scratchPtr: usize, totalPtr: usize): f64 {
  const padded = pad(scratchPtr, n);
  const ties = expLess<T, f64>(ptr, n, <f64>max, 0, 1, scratchPtr);
  if (max == -Infinity || (max == Infinity && ties > 1)) return NaN;
  const rest = rowSum(scratchPtr, padded, totalPtr) + <f64>(ties - 1);
  if (sizeof<T>() == 8 || !(rest < LEAST_REST)) return rest;
  const widePtr = scratchPtr + Lane.bytes<f64>(padded);
  widen<T>(ptr, widePtr, n);
  return exactRest<f64>(widePtr, n, <f64>max, scratchPtr, totalPtr);
}

/**
 * max, rest and log1p(rest) of each row; the last two are NaN where there is no limit: a NaN, two
 * logits of +∞, nothing but −∞.
 */
function softmaxRows<T>(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  // Takes two rows and seven more.
  const scratchPtr = Scratch.blocks;
  for (let row = 0; row < rows; ++row) {
    const max = rowMax<T>(zPtr, classes);
    const at = Lane.bytes<f64>(row);
    let rest = fastRest<T>(zPtr, classes, max, scratchPtr, logPtr + at);
    if (!(rest >= (sizeof<T>() == 8 ? FAST_REST_F64 : FAST_REST_F32))) {
      rest = exactRest<T>(zPtr, classes, max, scratchPtr, logPtr + at);
    }
    store<f64>(maxPtr + at, <f64>max);
    store<f64>(restPtr + at, rest);
    zPtr += Lane.bytes<T>(classes);
  }
  const one = v128.load64_splat(ONE);
  for (const end = restPtr + Lane.bytes<f64>(rows); restPtr < end; restPtr += 16) {
    // One more than there are rows, if their number is odd: there is room.
    v128.store(logPtr, logSum(one, v128.load(restPtr)));
    logPtr += 16;
  }
}

export function softmax_rows_f32(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f32>(zPtr, rows, classes, maxPtr, restPtr, logPtr);
}

export function softmax_rows_f64(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f64>(zPtr, rows, classes, maxPtr, restPtr, logPtr);
}

/** out[i] = e^(zᵢ − max) · share, by row; `out` may be z. */
function softmaxEach<T>(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  for (; rows > 0; --rows) {
    expLess<T, T>(zPtr, classes, load<f64>(maxPtr), 1, load<f64>(sharePtr), outPtr);
    zPtr += Lane.bytes<T>(classes);
    outPtr += Lane.bytes<T>(classes);
    maxPtr += 8;
    sharePtr += 8;
  }
}

export function softmax_each_f32(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  softmaxEach<f32>(zPtr, rows, classes, maxPtr, sharePtr, outPtr);
}

export function softmax_each_f64(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  softmaxEach<f64>(zPtr, rows, classes, maxPtr, sharePtr, outPtr);
}

/** y·(max − z); 0 where y is 0, or z the maximum, even if they are infinite. */
class Distance extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(Scratch.constant);
  }

  @inline
  of(y: v128, z: v128, max: v128): v128 {
    const counts = v128.and(f64x2.ne(y, f64x2.splat(0)), f64x2.ne(z, max));
    return v128.and(f64x2.mul(y, f64x2.sub(max, z)), counts);
  }
}

/** lines[row] = Σ y·(max − z), masses[row] = Σ y. */
export function softmax_lines_f64(
  yTruePtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  linePtr: usize,
  massPtr: usize,
): void {
  const totalPtr = Scratch.total;
  for (; rows > 0; --rows) {
    store<f64>(Scratch.constant, load<f64>(maxPtr));
    total<f64, Distance>(yTruePtr, zPtr, classes, totalPtr);
    store<f64>(linePtr, totalValue(totalPtr));
    total<f64, Second>(yTruePtr, yTruePtr, classes, totalPtr);
    store<f64>(massPtr, totalValue(totalPtr));
    yTruePtr += Lane.bytes<f64>(classes);
    zPtr += Lane.bytes<f64>(classes);
    maxPtr += 8;
    linePtr += 8;
    massPtr += 8;
  }
}
