// Categorical cross-entropy from probabilities, −Σₖ yₖ·max(ln pₖ, floor), by labels or class index.
//
// −ln p of the true class is binary cross-entropy with label 1. So one-hot rows and class indices
// only pick the probabilities, and binary.ts does the rest.
import { Factors, valid, weighted } from './binary';
import { Lane } from './lanes';
import { insideUnit } from './numbers';

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000, 0x3f80_0000]);

/** out[i] = p where y is 1, 1 where y is 0; how many are 1, or −1 if a label or p is otherwise. */
function select<T>(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): f64 {
  const one = v128.load64_splat(ONE);
  const ones = sizeof<T>() == 8 ? one : v128.load32_splat(ONE, 8);
  const start = yPredPtr;
  let softBits = i64x2.splat(0);
  let high = softBits;
  let count = f64x2.splat(0);
  for (let quads = n >> 2; quads > 0; --quads) {
    const y0 = Lane.load2<T>(yTruePtr, 0);
    const y1 = Lane.load2<T>(yTruePtr, 2);
    v128.store(outPtr, Labels.pick(y0, Lane.load2<T>(yPredPtr, 0), one));
    v128.store(outPtr, Labels.pick(y1, Lane.load2<T>(yPredPtr, 2), one), 16);
    count = f64x2.add(count, f64x2.add(y0, y1));
    high = i32x4.max_u(high, v128.load(yPredPtr));
    softBits = Factors.soft<T>(softBits, v128.load(yTruePtr), ones);
    if (sizeof<T>() == 8) {
      high = i32x4.max_u(high, v128.load(yPredPtr, 16));
      softBits = Factors.soft<T>(softBits, v128.load(yTruePtr, 16), ones);
    }
    yTruePtr += Lane.bytes<T>(4);
    yPredPtr += Lane.bytes<T>(4);
    outPtr += Lane.bytes<f64>(4);
  }
  let picked = f64x2.extract_lane(count, 0) + f64x2.extract_lane(count, 1);
  for (let k = 0, left = n & 3; k < left; ++k) {
    const y = Lane.load1<T>(yTruePtr, k);
    const p = Lane.load1<T>(yPredPtr, k);
    store<f64>(outPtr + Lane.bytes<f64>(k), f64x2.extract_lane(Labels.pick(y, p, one), 0));
    picked += f64x2.extract_lane(y, 0);
    high = i32x4.max_u(high, sizeof<T>() == 8 ? p : f32x4.demote_f64x2_zero(p));
    softBits = Factors.soft<T>(softBits, sizeof<T>() == 8 ? y : f32x4.demote_f64x2_zero(y), ones);
  }
  const labels = sizeof<T>() == 8 ? i64x2.shl(softBits, 1) : i32x4.shl(softBits, 1);
  return !v128.any_true(labels) && insideUnit<T>(high, start, n) ? picked : -1;
}

export function categorical_select_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
): f64 {
  return select<f32>(yTruePtr, yPredPtr, n, outPtr);
}

export function categorical_select_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
): f64 {
  return select<f64>(yTruePtr, yPredPtr, n, outPtr);
}

/**
 * out[i] = p where y is not 0, 1 where it is; how many labels are 1, or −1 if one is neither 0 nor 1, or
 * one of out is outside [0, 1].
 */
function used<T>(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): f64 {
  const zero = f64x2.splat(0);
  const one = f64x2.splat(1);
  const start = outPtr;
  let soft = zero;
  let high = zero;
  let count = zero;
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const y = Lane.load2<T>(yTruePtr, 0);
    const picked = v128.bitselect(Lane.load2<T>(yPredPtr, 0), one, f64x2.ne(y, zero));
    v128.store(outPtr, picked);
    high = i32x4.max_u(high, picked);
    soft = v128.or(soft, f64x2.ne(f64x2.mul(y, f64x2.sub(y, one)), zero));
    count = f64x2.add(count, y);
    yTruePtr += Lane.bytes<T>(2);
    yPredPtr += Lane.bytes<T>(2);
    outPtr += Lane.bytes<f64>(2);
  }
  let ones = f64x2.extract_lane(count, 0) + f64x2.extract_lane(count, 1);
  if (n & 1) {
    const y = Lane.load1<T>(yTruePtr, 0);
    const picked = v128.bitselect(Lane.load1<T>(yPredPtr, 0), one, f64x2.ne(y, zero));
    store<f64>(outPtr, f64x2.extract_lane(picked, 0));
    high = i32x4.max_u(high, f64x2.splat(f64x2.extract_lane(picked, 0)));
    soft = v128.or(soft, f64x2.ne(f64x2.mul(y, f64x2.sub(y, one)), zero));
    ones += f64x2.extract_lane(y, 0);
  }
  return !v128.any_true(soft) && insideUnit<f64>(high, start, n) ? ones : -1;
}

export function categorical_used_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): f64 {
  return used<f32>(yTruePtr, yPredPtr, n, outPtr);
}

export function categorical_used_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): f64 {
  return used<f64>(yTruePtr, yPredPtr, n, outPtr);
}

class Labels {
  /** p where y is 1, 1 where y is 0. */
  @inline
  static pick(y: v128, p: v128, one: v128): v128 {
    return f64x2.add(f64x2.mul(y, p), f64x2.sub(one, y));
  }
}

function loss(y: v128, p: v128, floor: v128): v128 {
  const zero = f64x2.splat(0);
  // Most labels are 0.
  const log = v128.any_true(f64x2.ne(y, zero)) ? weighted(y, p, floor) : zero;
  return v128.or(f64x2.sub(zero, log), v128.not(valid(y, p, v128.load64_splat(ONE))));
}

/** out[i] = the element's part of its row's loss, NaN outside the domain. */
export function categorical_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  floor: f64,
  outPtr: usize,
): void {
  const floors = f64x2.splat(floor);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, loss(Lane.load2<f64>(yTruePtr, 0), Lane.load2<f64>(yPredPtr, 0), floors));
    yTruePtr += 16;
    yPredPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const x = loss(Lane.load1<f64>(yTruePtr, 0), Lane.load1<f64>(yPredPtr, 0), floors);
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}

function slope(y: v128, p: v128): v128 {
  return v128.and(f64x2.neg(f64x2.div(y, p)), f64x2.ne(y, f64x2.splat(0)));
}

/** out[i] = −y/p, 0 where y is 0; `out` may be an argument. */
export function categorical_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
): void {
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, slope(v128.load(yTruePtr), v128.load(yPredPtr)));
    yTruePtr += 16;
    yPredPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const x = slope(Lane.load1<f64>(yTruePtr, 0), Lane.load1<f64>(yPredPtr, 0));
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}
