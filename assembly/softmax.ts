// Softmax of rows of logits: with m the row's maximum, Σₖ e^(zₖ − m) = 1 + rest, where the rest leaves
// out the maximum itself, so that log1p(rest) keeps the digits of small losses.
import { LANES, Lane, Second, Term, total, totalValue, widen } from './lanes';
import { expLess, LEAST_FLOAT32 } from './math/exp';
import { logSum } from './math/log';

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);

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
  for (let k = 0; k < width; ++k) {
    const z = sizeof<T>() == 8 ? f64x2.extract_lane(max0, 0) : f32x4.extract_lane(max0, 0);
    if (<T>z > most) most = <T>z;
    max0 =
      sizeof<T>() == 8 ? i64x2.shuffle(max0, max0, 1, 0) : i32x4.shuffle(max0, max0, 1, 2, 3, 0);
  }
  return most;
}

/** Σ e^(z − max) less 1. `scratchPtr` takes a row and seven more, `totalPtr` a total. */
function rowRest<T>(zPtr: usize, classes: i32, max: T, scratchPtr: usize, totalPtr: usize): f64 {
  const padded = (classes + LANES - 1) & ~(LANES - 1);
  const ties = expLess<T>(zPtr, classes, max, 0, scratchPtr);
  for (let k = classes; k < padded; ++k) store<T>(scratchPtr + Lane.bytes<T>(k), 0);
  total<T, Second>(scratchPtr, scratchPtr, padded, totalPtr);
  // Two logits of +∞ have no limit.
  if (max == Infinity && ties > 1) return NaN;
  return totalValue(totalPtr) + <f64>(ties - 1);
}

/**
 * max, rest and log1p(rest) of each row; the last two are NaN where there is no limit: a NaN, two
 * logits of +∞, nothing but −∞. `scratchPtr` takes a row of float64 and seven more.
 */
function softmaxRows<T>(
  zPtr: usize,
  rows: i32,
  classes: i32,
  scratchPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  for (let row = 0; row < rows; ++row) {
    const max = rowMax<T>(zPtr, classes);
    const at = Lane.bytes<f64>(row);
    // The total goes into the row's place: log1p(rest) is written over it.
    let rest = rowRest<T>(zPtr, classes, max, scratchPtr, logPtr + at);
    if (sizeof<T>() == 4 && rest < LEAST_FLOAT32) {
      widen<T>(zPtr, scratchPtr, classes);
      rest = rowRest<f64>(scratchPtr, classes, <f64>max, scratchPtr, logPtr + at);
    }
    if (max == -Infinity) rest = NaN;
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
  scratchPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f32>(zPtr, rows, classes, scratchPtr, maxPtr, restPtr, logPtr);
}

export function softmax_rows_f64(
  zPtr: usize,
  rows: i32,
  classes: i32,
  scratchPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f64>(zPtr, rows, classes, scratchPtr, maxPtr, restPtr, logPtr);
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
    expLess<T>(zPtr, classes, <T>load<f64>(maxPtr), 1, outPtr);
    const share = <T>load<f64>(sharePtr);
    const end = outPtr + Lane.bytes<T>(classes);
    for (; outPtr + 16 <= end; outPtr += 16) {
      v128.store(outPtr, v128.mul<T>(v128.load(outPtr), v128.splat<T>(share)));
    }
    for (; outPtr < end; outPtr += Lane.bytes<T>(1)) store<T>(outPtr, load<T>(outPtr) * share);
    zPtr += Lane.bytes<T>(classes);
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

/** The maximum of the row, where the terms read it. */
const ROW_MAX = memory.data<f64>([0]);

/** y·(max − z); 0 where y is 0, or z the maximum, even if they are infinite. */
class Distance extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(ROW_MAX);
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
  totalPtr: usize,
): void {
  for (; rows > 0; --rows) {
    store<f64>(ROW_MAX, load<f64>(maxPtr));
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
