// Rows of classes: sums, the probability of the true class, and what is done to probabilities first.
import { insideUnit } from './binary';
import { Lane, Second, total, totalValue } from './lanes';

function rowTotal(ptr: usize, classes: i32, totalPtr: usize): f64 {
  total<f64, Second>(ptr, ptr, classes, totalPtr);
  return totalValue(totalPtr);
}

/** out[row] = the sum of the row. */
export function rows_total_f64(
  ptr: usize,
  rows: i32,
  classes: i32,
  outPtr: usize,
  totalPtr: usize,
): void {
  for (; rows > 0; --rows) {
    store<f64>(outPtr, rowTotal(ptr, classes, totalPtr));
    ptr += Lane.bytes<f64>(classes);
    outPtr += 8;
  }
}

/** Divides the numbers by the divisor, in place. */
export function rows_divide_f64(ptr: usize, n: i32, divisor: f64): void {
  const divisors = f64x2.splat(divisor);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(ptr, f64x2.div(v128.load(ptr), divisors));
    ptr += 16;
  }
  if (n & 1) store<f64>(ptr, load<f64>(ptr) / divisor);
}

/** Divides each row by its sum, in place. */
export function rows_normalize_f64(ptr: usize, rows: i32, classes: i32, totalPtr: usize): void {
  for (; rows > 0; --rows) {
    rows_divide_f64(ptr, classes, rowTotal(ptr, classes, totalPtr));
    ptr += Lane.bytes<f64>(classes);
  }
}

/** values[row] *= factors[row], in place. */
export function rows_scale_f64(ptr: usize, rows: i32, classes: i32, factorsPtr: usize): void {
  if (classes == 1) {
    for (; rows > 1; rows -= 2) {
      v128.store(ptr, f64x2.mul(v128.load(ptr), v128.load(factorsPtr)));
      ptr += 16;
      factorsPtr += 16;
    }
  }
  for (; rows > 0; --rows) {
    const factor = load<f64>(factorsPtr);
    const end = ptr + Lane.bytes<f64>(classes);
    for (; ptr + 16 <= end; ptr += 16) {
      v128.store(ptr, f64x2.mul(v128.load(ptr), f64x2.splat(factor)));
    }
    if (ptr < end) {
      store<f64>(ptr, load<f64>(ptr) * factor);
      ptr = end;
    }
    factorsPtr += 8;
  }
}

/** values[row] −= factors[row] · ys[row], in place. */
export function rows_subtract_f64(
  ptr: usize,
  rows: i32,
  classes: i32,
  factorsPtr: usize,
  yTruePtr: usize,
): void {
  for (; rows > 0; --rows) {
    const factor = load<f64>(factorsPtr);
    const end = ptr + Lane.bytes<f64>(classes);
    for (; ptr + 16 <= end; ptr += 16) {
      const y = f64x2.mul(v128.load(yTruePtr), f64x2.splat(factor));
      v128.store(ptr, f64x2.sub(v128.load(ptr), y));
      yTruePtr += 16;
    }
    if (ptr < end) {
      store<f64>(ptr, load<f64>(ptr) - load<f64>(yTruePtr) * factor);
      ptr = end;
      yTruePtr += 8;
    }
    factorsPtr += 8;
  }
}

/** Moves the numbers into [low, high], in place; NaN stays. */
export function rows_clip_f64(ptr: usize, n: i32, low: f64, high: f64): void {
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
export function rows_positive_f64(ptr: usize, n: i32): i32 {
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

export function rows_unit_f32(ptr: usize, n: i32): i32 {
  return unit<f32>(ptr, n);
}

export function rows_unit_f64(ptr: usize, n: i32): i32 {
  return unit<f64>(ptr, n);
}

/** Writes float64 as float32; 1 if that loses nothing, 0 if a number changes (or is NaN). */
export function rows_narrow_f64(ptr: usize, n: i32, outPtr: usize): i32 {
  let same = i64x2.splat(-1);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const x = v128.load(ptr);
    const narrow = f32x4.demote_f64x2_zero(x);
    same = v128.and(same, f64x2.eq(x, f64x2.promote_low_f32x4(narrow)));
    v128.store64_lane(outPtr, narrow, 0);
    ptr += 16;
    outPtr += 8;
  }
  let isSame = i64x2.all_true(same);
  if (n & 1) {
    const x = load<f64>(ptr);
    store<f32>(outPtr, <f32>x);
    if (<f64>(<f32>x) != x) isSame = false;
  }
  return i32(isSame);
}

/** out[row] = the row's element at its label; 1 if every label is in 0 … classes − 1, else 0. */
function gather<T>(labelsPtr: usize, yPredPtr: usize, rows: i32, classes: i32, outPtr: usize): i32 {
  let found = 1;
  for (; rows > 0; --rows) {
    const label = load<i32>(labelsPtr);
    if (<u32>label < <u32>classes) {
      store<f64>(outPtr, <f64>load<T>(yPredPtr + Lane.bytes<T>(label)));
    } else {
      store<f64>(outPtr, NaN);
      found = 0;
    }
    labelsPtr += 4;
    yPredPtr += Lane.bytes<T>(classes);
    outPtr += 8;
  }
  return found;
}

export function rows_gather_f32(
  labelsPtr: usize,
  yPredPtr: usize,
  rows: i32,
  classes: i32,
  outPtr: usize,
): i32 {
  return gather<f32>(labelsPtr, yPredPtr, rows, classes, outPtr);
}

export function rows_gather_f64(
  labelsPtr: usize,
  yPredPtr: usize,
  rows: i32,
  classes: i32,
  outPtr: usize,
): i32 {
  return gather<f64>(labelsPtr, yPredPtr, rows, classes, outPtr);
}
