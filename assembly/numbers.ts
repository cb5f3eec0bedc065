// Numbers of one block, whatever they stand for: whether they are in a range, and what is done to them.
import { Lane } from './lanes';

export function insideUnit<T>(high: v128, ptr: usize, n: i32): bool {
  const mask = sizeof<T>() == 8 ? i64x2.splat(0xffff_ffff_0000_0000) : i64x2.splat(-1);
  const one = i32x4.splat(sizeof<T>() == 8 ? 0x3ff0_0000 : 0x3f80_0000);
  if (!v128.any_true(i32x4.ge_u(v128.and(high, mask), one))) return true;
  const zeros = v128.splat<T>(0);
  const ones = v128.splat<T>(1);
  let inside = i64x2.splat(-1);
  const last = ptr + Lane.bytes<T>(n);
  for (; ptr + 16 <= last; ptr += 16) {
    const x = v128.load(ptr);
    inside = v128.and(inside, v128.and(v128.ge<T>(x, zeros), v128.le<T>(x, ones)));
  }
  for (; ptr < last; ptr += Lane.bytes<T>(1)) {
    const x = v128.splat<T>(load<T>(ptr));
    inside = v128.and(inside, v128.and(v128.ge<T>(x, zeros), v128.le<T>(x, ones)));
  }
  return i32x4.all_true(inside);
}

/** The largest of the numbers as unsigned integers of their highest 32 bits (and of others). */
function highest<T>(ptr: usize, n: i32): v128 {
  let high = i64x2.splat(0);
  const last = ptr + Lane.bytes<T>(n);
  const end = ptr + (Lane.bytes<T>(n) & ~15);
  for (; ptr < end; ptr += 16) high = i32x4.max_u(high, v128.load(ptr));
  for (; ptr < last; ptr += Lane.bytes<T>(1)) {
    const one = sizeof<T>() == 8 ? v128.load64_splat(ptr) : v128.load32_splat(ptr);
    high = i32x4.max_u(high, one);
  }
  return high;
}

/** 1 if all numbers are in [0, 1], 0 if one is outside or NaN. */
function unit<T>(ptr: usize, n: i32): i32 {
  return i32(insideUnit<T>(highest<T>(ptr, n), ptr, n));
}

/** 1 if all numbers are > 0 and finite, 0 if one is not; or is as small as wants a closer look only. */
export function numbers_positive_f64(ptr: usize, n: i32): i32 {
  let high = i64x2.splat(0);
  let low = i64x2.splat(-1);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const x = v128.load(ptr);
    high = i32x4.max_u(high, x);
    low = i32x4.min_u(low, x);
    ptr += 16;
  }
  if (n & 1) {
    const x = v128.load64_splat(ptr);
    high = i32x4.max_u(high, x);
    low = i32x4.min_u(low, x);
  }
  // The highest 32 bits as unsigned integers: those of 0 are 0, those of −0 more than those of ∞.
  const belowInfinity = i32x4.lt_u(i64x2.shr_u(high, 32), i32x4.splat(0x7ff0_0000));
  return i32(i32x4.all_true(belowInfinity) && i64x2.all_true(i64x2.shr_u(low, 32)));
}

export function numbers_unit_f32(ptr: usize, n: i32): i32 {
  return unit<f32>(ptr, n);
}

export function numbers_unit_f64(ptr: usize, n: i32): i32 {
  return unit<f64>(ptr, n);
}

/** Moves the numbers into [low, high], in place; NaN stays. */
export function numbers_clip_f64(ptr: usize, n: i32, low: f64, high: f64): void {
  const lows = f64x2.splat(low);
  const highs = f64x2.splat(high);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(ptr, f64x2.pmin(f64x2.pmax(v128.load(ptr), lows), highs));
    ptr += 16;
  }
  if (n & 1) {
    const x = f64x2.splat(load<f64>(ptr));
    store<f64>(ptr, f64x2.extract_lane(f64x2.pmin(f64x2.pmax(x, lows), highs), 0));
  }
}

/** Divides the numbers by the divisor, in place. */
export function numbers_divide_f64(ptr: usize, n: i32, divisor: f64): void {
  const divisors = f64x2.splat(divisor);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(ptr, f64x2.div(v128.load(ptr), divisors));
    ptr += 16;
  }
  if (n & 1) store<f64>(ptr, load<f64>(ptr) / divisor);
}

function multiply<T>(ptr: usize, n: i32, factorsPtr: usize): void {
  for (; n > 1; n -= 2) {
    Lane.store2<T>(ptr, 0, f64x2.mul(Lane.load2<T>(ptr, 0), v128.load(factorsPtr)));
    ptr += Lane.bytes<T>(2);
    factorsPtr += 16;
  }
  if (n > 0) store<T>(ptr, <T>(<f64>load<T>(ptr) * load<f64>(factorsPtr)));
}

/** values[i] *= factors[i], in place; the factors are float64. */
export function numbers_multiply_f64(ptr: usize, n: i32, factorsPtr: usize): void {
  multiply<f64>(ptr, n, factorsPtr);
}

export function numbers_multiply_f32(ptr: usize, n: i32, factorsPtr: usize): void {
  multiply<f32>(ptr, n, factorsPtr);
}

/** Writes float64 as float32; 1 if that loses nothing, 0 if a number changes. (NaN is any NaN.) */
export function numbers_narrow_f64(ptr: usize, n: i32, outPtr: usize): i32 {
  let other = i64x2.splat(0);
  for (; n > 0; n -= 2) {
    const x = n == 1 ? v128.load64_splat(ptr) : v128.load(ptr);
    const narrow = f32x4.demote_f64x2_zero(x);
    const wide = f64x2.promote_low_f32x4(narrow);
    other = v128.or(other, v128.and(f64x2.ne(x, wide), f64x2.eq(x, x)));
    if (n == 1) v128.store32_lane(outPtr, narrow, 0);
    else v128.store64_lane(outPtr, narrow, 0);
    ptr += 16;
    outPtr += 8;
  }
  return i32(!v128.any_true(other));
}
