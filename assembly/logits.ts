// Binary cross-entropy from logits: with e = e^−|z|,
//   (c·y + 1 − y)·log1p(e) + |z|·(c·y where z < 0, 1 − y where z ≥ 0),
// c the weight of y = 1. Every term is ≥ 0, so small losses keep their digits.
//
// Of a block's total with c = 1 the first part is Σ log1p(eᵢ), the log1p of r in 1 + r = Π (1 + eᵢ),
// carried as r: nothing cancels, and a logarithm is needed for every 512 elements only.
//
// For float32 logits and labels of 0 and 1, the loss is ln(1 + e^−s), s = ±z: a block's total is the
// logarithm of one product, as from probabilities, unless a logit is too large for that, or the losses
// are so small that rounding 1 + e^−s would show.
import { Factors } from './binary';
import { FEW, fastTotal, LANES, Lane, lastRow, Second, Term, total, widen } from './lanes';
import { Exp, expMinusAbs } from './math/exp';
import { log1pUnit, logScaled, logSum } from './math/log';
import { insideUnit } from './numbers';
import { Scratch } from './scratch';

/** Rows between two logarithms: 1 + r stays below 2²⁵⁶. */
const ROWS = 64;

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);
const MANTISSA = memory.data<u64>([0x000f_ffff_ffff_ffff]);
const MAGNITUDE = memory.data<u64>([0x7fff_ffff_ffff_ffff]);

/** |z| · (y where z < 0, else 1 − y) = |z·((z ≥ 0) − y)|. */
class Line extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(MAGNITUDE);
  }

  @inline
  of(y: v128, z: v128, magnitude: v128): v128 {
    const side = v128.and(v128.load64_splat(ONE), f64x2.ge(z, f64x2.splat(0)));
    return v128.and(f64x2.mul(z, f64x2.sub(side, y)), magnitude);
  }
}

/**
 * The largest |z| for which a product of 32 factors 1 + e^|z| is far from overflow; 1 + e^−|z| is 1 for
 * it.
 */
const MOST: f32 = 40;
/** Rows between two looks at the exponent. */
const PRODUCT_ROWS = 4;
/** The mean loss from which on rounding the factors does not show: 2⁻¹⁶. */
const LEAST_MEAN: f64 = 1.52587890625e-5;

class Logits {
  /** q · (1 + e^−s). */
  @inline
  static times(q: v128, y: v128, z: v128, one: v128): v128 {
    return f64x2.mul(q, f64x2.add(one, Exp.margin(y, z)));
  }

  /** (1 + r)(1 + e) − 1. */
  @inline
  static compound(r: v128, e: v128): v128 {
    return f64x2.add(r, f64x2.add(e, f64x2.mul(r, e)));
  }
}

/** Σ log1p(eᵢ); the last row is filled up with zeros. */
function curves(ePtr: usize, n: i32): f64 {
  const one = v128.load64_splat(ONE);
  const end = ePtr + Lane.bytes<f64>((n + LANES - 1) & ~(LANES - 1));
  for (let k = n; k & (LANES - 1); ++k) store<f64>(ePtr + Lane.bytes<f64>(k), 0);
  let logs = f64x2.splat(0);
  while (ePtr < end) {
    const stop = min(ePtr + Lane.bytes<f64>(LANES * ROWS), end);
    let r0 = f64x2.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    for (; ePtr < stop; ePtr += Lane.bytes<f64>(LANES)) {
      r0 = Logits.compound(r0, v128.load(ePtr));
      r1 = Logits.compound(r1, v128.load(ePtr, 16));
      r2 = Logits.compound(r2, v128.load(ePtr, 32));
      r3 = Logits.compound(r3, v128.load(ePtr, 48));
    }
    const even = Logits.compound(r0, r1);
    logs = f64x2.add(logs, logSum(one, Logits.compound(even, Logits.compound(r2, r3))));
  }
  return f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
}

/** A block's total for c = 1; not finite where a label, an infinity or NaN makes it so. */
function logitsSum(yTruePtr: usize, zPtr: usize, n: i32, ePtr: usize, totalPtr: usize): f64 {
  if (!insideUnit<f64>(expMinusAbs(yTruePtr, zPtr, n, ePtr), yTruePtr, n)) return NaN;
  const curve = curves(ePtr, n);
  fastTotal<f64, Line>(yTruePtr, zPtr, n, totalPtr);
  const line = load<f64>(totalPtr);
  const sum = line + curve;
  const z = sum - line;
  store<f64>(totalPtr, sum);
  store<f64>(totalPtr, load<f64>(totalPtr, 8) + (line - (sum - z) + (curve - z)), 8);
  return sum;
}

/** `scratchPtr` takes 2n float64. */
function logitsTotal(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  scratchPtr: usize,
  totalPtr: usize,
): void {
  // (Few are added up one by one, with no error left, as everywhere.)
  if (n > FEW && abs(logitsSum(yTruePtr, zPtr, n, scratchPtr, totalPtr)) < Infinity) return;
  const lossesPtr = scratchPtr + Lane.bytes<f64>(n);
  logitsEach(yTruePtr, zPtr, n, 1, scratchPtr, lossesPtr);
  total<f64, Second>(lossesPtr, lossesPtr, n, totalPtr);
}

export function logits_total_f64(yTruePtr: usize, zPtr: usize, n: i32, totalPtr: usize): void {
  logitsTotal(yTruePtr, zPtr, n, Scratch.blocks, totalPtr);
}

/**
 * Σ ln(1 + e^−s) by one product, left in totalPtr; NaN unless the labels are 0 or 1 and the logits small
 * enough.
 */
function product(yTruePtr: usize, zPtr: usize, n: i32, totalPtr: usize): f64 {
  const one = v128.load64_splat(ONE);
  const ones = f32x4.splat(1);
  let softBits = i64x2.splat(0);
  let largest = i64x2.splat(0);
  let mantissa = one;
  let exponents = i64x2.splat(0);
  let groups = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      yTruePtr = lastRow<f32>(yTruePtr, left, 0, Scratch.lastA);
      zPtr = lastRow<f32>(zPtr, left, -MOST, Scratch.lastB);
      rows = 1;
      left = 0;
    }
    let q0 = one;
    let q1 = one;
    let q2 = one;
    let q3 = one;
    for (let row = min(rows, PRODUCT_ROWS); row > 0; --row) {
      q0 = Logits.times(q0, Lane.load2<f32>(yTruePtr, 0), Lane.load2<f32>(zPtr, 0), one);
      q1 = Logits.times(q1, Lane.load2<f32>(yTruePtr, 2), Lane.load2<f32>(zPtr, 2), one);
      q2 = Logits.times(q2, Lane.load2<f32>(yTruePtr, 4), Lane.load2<f32>(zPtr, 4), one);
      q3 = Logits.times(q3, Lane.load2<f32>(yTruePtr, 6), Lane.load2<f32>(zPtr, 6), one);
      softBits = Factors.soft<f32>(softBits, v128.load(yTruePtr), ones);
      softBits = Factors.soft<f32>(softBits, v128.load(yTruePtr, 16), ones);
      // Twice the bits of a float32, as unsigned integers, are in the order of its size; NaN is last.
      largest = i32x4.max_u(largest, i32x4.shl(v128.load(zPtr), 1));
      largest = i32x4.max_u(largest, i32x4.shl(v128.load(zPtr, 16), 1));
      yTruePtr += Lane.bytes<f32>(LANES);
      zPtr += Lane.bytes<f32>(LANES);
    }
    const m = f64x2.mul(mantissa, f64x2.mul(f64x2.mul(q0, q1), f64x2.mul(q2, q3)));
    exponents = i64x2.add(exponents, i64x2.shr_u(m, 52));
    mantissa = v128.or(v128.and(m, v128.load64_splat(MANTISSA)), one);
    groups += 2;
    rows -= PRODUCT_ROWS;
  }
  const small = i32x4.le_u(largest, i32x4.splat(<i32>(reinterpret<u32>(MOST) << 1)));
  if (!i32x4.all_true(small) || v128.any_true(i32x4.shl(softBits, 1))) return NaN;
  const exponent =
    i64x2.extract_lane(exponents, 0) + i64x2.extract_lane(exponents, 1) - 1023 * groups;
  const m = f64x2.extract_lane(mantissa, 0) * f64x2.extract_lane(mantissa, 1);
  return logScaled(m, <f64>exponent, 1, totalPtr);
}

export function logits_total_f32(yTruePtr: usize, zPtr: usize, n: i32, totalPtr: usize): void {
  if (n > FEW && product(yTruePtr, zPtr, n, totalPtr) >= LEAST_MEAN * <f64>n) return;
  const scratchPtr = Scratch.blocks;
  const bytes = Lane.bytes<f64>(n);
  widen<f32>(yTruePtr, scratchPtr, n);
  widen<f32>(zPtr, scratchPtr + bytes, n);
  logitsTotal(scratchPtr, scratchPtr + bytes, n, scratchPtr + 2 * bytes, totalPtr);
}

/** The loss, NaN for a label outside [0, 1]. */
function loss(y: v128, z: v128, e: v128, c: v128): v128 {
  const one = v128.load64_splat(ONE);
  const zero = f64x2.splat(0);
  const positive = f64x2.mul(c, y);
  const negative = f64x2.sub(one, y);
  const factor = v128.bitselect(positive, negative, f64x2.lt(z, zero));
  const size = v128.and(z, v128.load64_splat(MAGNITUDE));
  // 0 · ∞ is 0 here: the limit.
  const line = v128.and(f64x2.mul(size, factor), f64x2.ne(factor, zero));
  const curve = f64x2.mul(f64x2.add(positive, negative), log1pUnit(e));
  const valid = v128.and(f64x2.ge(y, zero), f64x2.le(y, one));
  return v128.or(f64x2.add(curve, line), v128.not(valid));
}

/**
 * out[i] = the element's loss, NaN for a label outside [0, 1]; 0 if any is NaN, else 1. `scratchPtr`
 * takes n float64.
 */
function logitsEach(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  scratchPtr: usize,
  outPtr: usize,
): i32 {
  const c = f64x2.splat(positiveWeight);
  let numbers = i64x2.splat(-1);
  expMinusAbs(yTruePtr, zPtr, n, scratchPtr);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const x = loss(v128.load(yTruePtr), v128.load(zPtr), v128.load(scratchPtr), c);
    numbers = v128.and(numbers, f64x2.eq(x, x));
    v128.store(outPtr, x);
    yTruePtr += 16;
    zPtr += 16;
    scratchPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const y = Lane.load1<f64>(yTruePtr, 0);
    const x = loss(y, Lane.load1<f64>(zPtr, 0), Lane.load1<f64>(scratchPtr, 0), c);
    numbers = v128.and(numbers, f64x2.eq(x, x));
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
  return i32(i64x2.all_true(numbers));
}

export function logits_each_f64(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  outPtr: usize,
): i32 {
  return logitsEach(yTruePtr, zPtr, n, positiveWeight, Scratch.blocks, outPtr);
}

/** scale · ((1 − y)·σ(z) − c·y·σ(−z)). */
function slope(y: v128, z: v128, e: v128, c: v128, scale: v128): v128 {
  const one = v128.load64_splat(ONE);
  const large = f64x2.div(one, f64x2.add(one, e));
  const small = f64x2.mul(e, large);
  const isNegative = f64x2.lt(z, f64x2.splat(0));
  const up = f64x2.mul(f64x2.sub(one, y), v128.bitselect(small, large, isNegative));
  const down = f64x2.mul(f64x2.mul(c, y), v128.bitselect(large, small, isNegative));
  return f64x2.mul(f64x2.sub(up, down), scale);
}

/** out[i] = the element's gradient · scale; `out` may be an argument. */
export function logits_gradient_f64(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  outPtr: usize,
): void {
  let expPtr = Scratch.blocks;
  const c = f64x2.splat(positiveWeight);
  const scales = f64x2.splat(scale);
  expMinusAbs(yTruePtr, zPtr, n, expPtr);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const y = v128.load(yTruePtr);
    v128.store(outPtr, slope(y, v128.load(zPtr), v128.load(expPtr), c, scales));
    yTruePtr += 16;
    zPtr += 16;
    expPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const y = Lane.load1<f64>(yTruePtr, 0);
    const e = Lane.load1<f64>(expPtr, 0);
    const x = slope(y, Lane.load1<f64>(zPtr, 0), e, c, scales);
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}
