// Binary cross-entropy from probabilities, −(y·max(ln p, floor) + (1 − y)·max(ln(1 − p), floor)).
//
// A sum of logarithms is the logarithm of a product. A block's total is tried three ways, the first
// that is accurate wins, and the data of the block alone decide:
// 1. product: 0/1 labels, every factor multiplied up in float64, one logarithm at the end;
// 2. compounded: 0/1 labels and losses so small that rounding the factors near 1 would show; the
//    product of the factors from ½ up is carried as its distance from 1;
// 3. each: anything else, one or two logarithms per element.
import { GROUP_ROWS, LANES, Lane, lastRow, Second, total, widen } from './lanes';
import { Log, logScaled, logSum } from './math/log';
import { LogFloat32 } from './math/log-float32';
import { insideUnit } from './numbers';
import { Scratch } from './scratch';

/**
 * A lane's product of up to eight factors must stay above this, or the block goes the third way:
 * so no factor is below the floor's e⁻¹⁰⁰, and the product of a group's 32 is far from underflow.
 */
const LEAST_PRODUCT: f64 = 4.484155085839415e-44; // 2⁻¹⁴⁴
/** A compounded lane must stay above this: nearer to −1 its rounding errors count for too much. */
const LEAST_COMPOUND: f64 = -0.75;
/** Rows between the logarithms of compounded lanes. */
const COMPOUND_ROWS = 4 * GROUP_ROWS;

// Read into a local before a loop: V8 would build a v128.const anew at every use.
const ONE = memory.data<u64>([0x3ff0_0000_0000_0000, 0x3f80_0000]);
const MANTISSA = memory.data<u64>([0x000f_ffff_ffff_ffff]);
/** What logarithms want their arguments times. */
const SCALE = memory.data<f64>([18014398509481984]); // 2⁵⁴
const SCALE_FLOAT32 = memory.data<f32>([16777216]); // 2²⁴

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class Factors {
  /** For y = 0 or 1: ± the factor whose −ln is the loss. */
  @inline
  static factor(y: v128, p: v128, one: v128): v128 {
    return f64x2.add(p, f64x2.sub(y, one));
  }

  /** For y = 0 or 1: 1 − factor, without a rounding error where the factor is near 1. */
  @inline
  static miss(y: v128, p: v128): v128 {
    return f64x2.abs(f64x2.sub(y, p));
  }

  /** Whether products are large enough; false for NaN. */
  @inline
  static isLarge(q: v128): v128 {
    return f64x2.ge(f64x2.abs(q), f64x2.splat(LEAST_PRODUCT));
  }

  /** (1 + r)(1 − miss) − 1. */
  @inline
  static compound(r: v128, miss: v128): v128 {
    return f64x2.sub(r, f64x2.add(miss, f64x2.mul(r, miss)));
  }

  /** The factor where the miss is above ½, 1 elsewhere. */
  @inline
  static large(y: v128, p: v128, m: v128, one: v128): v128 {
    const q = f64x2.abs(Factors.factor(y, p, one));
    return v128.bitselect(q, one, f64x2.gt(m, f64x2.splat(0.5)));
  }

  /** Not zero, apart from the sign, once a label is neither 0 nor 1. */
  @inline
  static soft<T>(seen: v128, y: v128, one: v128): v128 {
    return v128.or(seen, v128.mul<T>(y, v128.sub<T>(y, one)));
  }
}

/** y · max(ln p, floor), and 0 where y is 0. */
export function weighted(y: v128, p: v128, floor: v128): v128 {
  const zero = f64x2.splat(0);
  const log = f64x2.pmax(floor, Log.fast(zero, f64x2.mul(p, v128.load64_splat(SCALE))));
  return v128.and(f64x2.mul(y, log), f64x2.ne(y, zero));
}

/** Both in [0, 1]. In this order a NaN in p fails; one in y comes out through the arithmetic. */
export function valid(y: v128, p: v128, one: v128): v128 {
  return v128.and(f64x2.ge(f64x2.pmin(p, y), f64x2.splat(0)), f64x2.le(f64x2.pmax(p, y), one));
}

// Watching, while the factors are multiplied, that p is in [0, 1] and y is 0 or 1. The highest 32
// bits of p do it: as unsigned integers those of [0, 1) are less than those of 1. Only where some
// are not (1 itself, −0, anything outside, NaN) the block is looked through a second time.

/** −Σ ln of the factors by one product, left in totalPtr, or NaN where that would be wrong. */
function product<T>(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): f64 {
  const one = v128.load64_splat(ONE);
  const ones = sizeof<T>() == 8 ? one : v128.load32_splat(ONE, 8);
  const start = yPredPtr;
  let softBits = i64x2.splat(0);
  let high = i64x2.splat(0);
  let normal = i64x2.splat(-1);
  let mantissa = one;
  let exponents = i64x2.splat(0);
  let groups = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      // p = 0 with y = 0 has the factor 1.
      yTruePtr = lastRow<T>(yTruePtr, left, 0, Scratch.lastA);
      yPredPtr = lastRow<T>(yPredPtr, left, 0, Scratch.lastB);
      rows = 1;
      left = 0;
    }
    let q0 = one;
    let q1 = one;
    let q2 = one;
    let q3 = one;
    for (let row = min(rows, GROUP_ROWS); row > 0; --row) {
      q0 = f64x2.mul(
        q0,
        Factors.factor(Lane.load2<T>(yTruePtr, 0), Lane.load2<T>(yPredPtr, 0), one),
      );
      q1 = f64x2.mul(
        q1,
        Factors.factor(Lane.load2<T>(yTruePtr, 2), Lane.load2<T>(yPredPtr, 2), one),
      );
      q2 = f64x2.mul(
        q2,
        Factors.factor(Lane.load2<T>(yTruePtr, 4), Lane.load2<T>(yPredPtr, 4), one),
      );
      q3 = f64x2.mul(
        q3,
        Factors.factor(Lane.load2<T>(yTruePtr, 6), Lane.load2<T>(yPredPtr, 6), one),
      );
      high = i32x4.max_u(i32x4.max_u(high, v128.load(yPredPtr)), v128.load(yPredPtr, 16));
      softBits = Factors.soft<T>(
        Factors.soft<T>(softBits, v128.load(yTruePtr), ones),
        v128.load(yTruePtr, 16),
        ones,
      );
      if (sizeof<T>() == 8) {
        high = i32x4.max_u(i32x4.max_u(high, v128.load(yPredPtr, 32)), v128.load(yPredPtr, 48));
        softBits = Factors.soft<T>(
          Factors.soft<T>(softBits, v128.load(yTruePtr, 32), ones),
          v128.load(yTruePtr, 48),
          ones,
        );
      }
      yTruePtr += Lane.bytes<T>(LANES);
      yPredPtr += Lane.bytes<T>(LANES);
    }
    normal = v128.and(normal, v128.and(Factors.isLarge(q0), Factors.isLarge(q1)));
    normal = v128.and(normal, v128.and(Factors.isLarge(q2), Factors.isLarge(q3)));
    const group = f64x2.abs(f64x2.mul(f64x2.mul(q0, q1), f64x2.mul(q2, q3)));
    const m = f64x2.mul(mantissa, group);
    exponents = i64x2.add(exponents, i64x2.shr_u(m, 52));
    mantissa = v128.or(v128.and(m, v128.load64_splat(MANTISSA)), one);
    groups += 2;
    rows -= GROUP_ROWS;
  }
  if (
    v128.any_true(sizeof<T>() == 8 ? i64x2.shl(softBits, 1) : i32x4.shl(softBits, 1)) ||
    !insideUnit<T>(high, start, n) ||
    !i64x2.all_true(normal)
  )
    return NaN;
  const exponent =
    i64x2.extract_lane(exponents, 0) + i64x2.extract_lane(exponents, 1) - 1023 * groups;
  const m = f64x2.extract_lane(mantissa, 0) * f64x2.extract_lane(mantissa, 1);
  return logScaled(m, <f64>exponent, -1, totalPtr);
}

/** −Σ ln of the factors for y = 0 or 1 and p in [0, 1]; NaN where the losses are too large. */
function compounded(yTruePtr: usize, yPredPtr: usize, n: i32): f64 {
  const one = v128.load64_splat(ONE);
  const half = f64x2.splat(0.5);
  let sum = f64x2.splat(0);
  let least = sum;
  let leastProduct = one;
  let end = yTruePtr + Lane.bytes<f64>(n & ~(LANES - 1));
  let left = n & (LANES - 1);
  while (yTruePtr < end || left > 0) {
    if (yTruePtr >= end) {
      yTruePtr = lastRow<f64>(yTruePtr, left, 0, Scratch.lastA);
      yPredPtr = lastRow<f64>(yPredPtr, left, 0, Scratch.lastB);
      end = yTruePtr + Lane.bytes<f64>(LANES);
      left = 0;
    }
    const stop = min(yTruePtr + Lane.bytes<f64>(LANES * COMPOUND_ROWS), end);
    let r0 = f64x2.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    let q = one;
    for (; yTruePtr < stop; yTruePtr += Lane.bytes<f64>(LANES)) {
      const m0 = Factors.miss(v128.load(yTruePtr), v128.load(yPredPtr));
      const m1 = Factors.miss(v128.load(yTruePtr, 16), v128.load(yPredPtr, 16));
      const m2 = Factors.miss(v128.load(yTruePtr, 32), v128.load(yPredPtr, 32));
      const m3 = Factors.miss(v128.load(yTruePtr, 48), v128.load(yPredPtr, 48));
      r0 = Factors.compound(r0, v128.and(m0, f64x2.le(m0, half)));
      r1 = Factors.compound(r1, v128.and(m1, f64x2.le(m1, half)));
      r2 = Factors.compound(r2, v128.and(m2, f64x2.le(m2, half)));
      r3 = Factors.compound(r3, v128.and(m3, f64x2.le(m3, half)));
      const most = f64x2.pmax(f64x2.pmax(m0, m1), f64x2.pmax(m2, m3));
      if (v128.any_true(f64x2.gt(most, half))) {
        q = f64x2.mul(q, Factors.large(v128.load(yTruePtr), v128.load(yPredPtr), m0, one));
        q = f64x2.mul(q, Factors.large(v128.load(yTruePtr, 16), v128.load(yPredPtr, 16), m1, one));
        q = f64x2.mul(q, Factors.large(v128.load(yTruePtr, 32), v128.load(yPredPtr, 32), m2, one));
        q = f64x2.mul(q, Factors.large(v128.load(yTruePtr, 48), v128.load(yPredPtr, 48), m3, one));
      }
      yPredPtr += Lane.bytes<f64>(LANES);
    }
    least = f64x2.pmin(least, f64x2.pmin(f64x2.pmin(r0, r1), f64x2.pmin(r2, r3)));
    leastProduct = f64x2.pmin(leastProduct, q);
    sum = f64x2.add(
      sum,
      f64x2.add(
        f64x2.add(logSum(one, r0), logSum(one, r1)),
        f64x2.add(logSum(one, r2), logSum(one, r3)),
      ),
    );
    sum = f64x2.add(sum, logSum(f64x2.splat(0), q));
  }
  const fits = v128.and(
    f64x2.ge(least, f64x2.splat(LEAST_COMPOUND)),
    f64x2.ge(leastProduct, f64x2.splat(LEAST_PRODUCT)),
  );
  if (!i64x2.all_true(fits)) return NaN;
  return -(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/**
 * A block's total. `factors` is how many of the block's factors may differ from 1; `least` is the
 * mean loss of a factor below which a product of rounded factors is not accurate enough for the
 * type.
 */
function binaryTotal<T>(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  factors: f64,
  floor: f64,
  least: f64,
  totalPtr: usize,
): void {
  let scratchPtr = Scratch.blocks;
  let sum = product<T>(yTruePtr, yPredPtr, n, totalPtr);
  if (sum >= least * factors) return;
  if (sizeof<T>() != 8) {
    widen<T>(yTruePtr, scratchPtr, n);
    yTruePtr = scratchPtr;
    scratchPtr += Lane.bytes<f64>(n);
    widen<T>(yPredPtr, scratchPtr, n);
    yPredPtr = scratchPtr;
    scratchPtr += Lane.bytes<f64>(n);
  }
  if (!isNaN(sum)) sum = compounded(yTruePtr, yPredPtr, n);
  if (isNaN(sum)) {
    binary_each_f64(yTruePtr, yPredPtr, n, 1, floor, scratchPtr);
    total<f64, Second>(scratchPtr, scratchPtr, n, totalPtr);
    return;
  }
  store<f64>(totalPtr, sum);
  store<f64>(totalPtr, 0, 8);
}

export function binary_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  factors: f64,
  floor: f64,
  least: f64,
  totalPtr: usize,
): void {
  binaryTotal<f32>(yTruePtr, yPredPtr, n, factors, floor, least, totalPtr);
}

export function binary_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  factors: f64,
  floor: f64,
  least: f64,
  totalPtr: usize,
): void {
  binaryTotal<f64>(yTruePtr, yPredPtr, n, factors, floor, least, totalPtr);
}

/** What there is in a block: labels of 0 and 1 alone, */
const HARD = 1;
/** and numbers in [0, 1] alone. */
const VALID = 2;

/** HARD, VALID, both or none, by one look through the block. */
function contentOf<T>(yTruePtr: usize, yPredPtr: usize, n: i32): i32 {
  const ones = sizeof<T>() == 8 ? v128.load64_splat(ONE) : v128.load32_splat(ONE, 8);
  const labels = yTruePtr;
  const probabilities = yPredPtr;
  const last = yTruePtr + Lane.bytes<T>(n);
  const end = yTruePtr + (Lane.bytes<T>(n) & ~15);
  let softBits = i64x2.splat(0);
  let highTrue = softBits;
  let highPred = softBits;
  while (yTruePtr < end) {
    const y = v128.load(yTruePtr);
    softBits = Factors.soft<T>(softBits, y, ones);
    highTrue = i32x4.max_u(highTrue, y);
    highPred = i32x4.max_u(highPred, v128.load(yPredPtr));
    yTruePtr += 16;
    yPredPtr += 16;
  }
  while (yTruePtr < last) {
    const y = v128.splat<T>(load<T>(yTruePtr));
    softBits = Factors.soft<T>(softBits, y, ones);
    highTrue = i32x4.max_u(highTrue, y);
    highPred = i32x4.max_u(highPred, v128.splat<T>(load<T>(yPredPtr)));
    yTruePtr += Lane.bytes<T>(1);
    yPredPtr += Lane.bytes<T>(1);
  }
  const bits = sizeof<T>() == 8 ? i64x2.shl(softBits, 1) : i32x4.shl(softBits, 1);
  const isHard = !v128.any_true(bits);
  const isValid =
    insideUnit<T>(highPred, probabilities, n) && (isHard || insideUnit<T>(highTrue, labels, n));
  return (isHard ? HARD : 0) | (isValid ? VALID : 0);
}

/** The losses of a vector of elements of the domain: one logarithm for labels of 0 and 1, else two. */
class Each {
  @inline
  static log<T>(a: v128, x: v128, floor: v128): v128 {
    const log = sizeof<T>() == 8 ? Log.fast(a, x) : LogFloat32.sum(a, x);
    return v128.pmax<T>(floor, log);
  }

  @inline
  static scale<T>(): v128 {
    return sizeof<T>() == 8 ? v128.load64_splat(SCALE) : v128.load32_splat(SCALE_FLOAT32);
  }

  @inline
  static hard<T>(y: v128, p: v128, floor: v128): v128 {
    const scale = Each.scale<T>();
    const scaled = v128.mul<T>(y, scale);
    const a = v128.sub<T>(scale, scaled);
    const log = Each.log<T>(a, v128.mul<T>(v128.sub<T>(scaled, a), p), floor);
    return v128.sub<T>(v128.splat<T>(0), log);
  }

  @inline
  static soft<T>(y: v128, p: v128, floor: v128, c: v128): v128 {
    const zero = v128.splat<T>(0);
    const one = sizeof<T>() == 8 ? v128.load64_splat(ONE) : v128.load32_splat(ONE, 8);
    const scale = Each.scale<T>();
    const x = v128.mul<T>(p, scale);
    const positive = v128.mul<T>(v128.mul<T>(y, Each.log<T>(zero, x, floor)), c);
    const rest = Each.log<T>(scale, v128.neg<T>(x), floor);
    const negative = v128.mul<T>(v128.sub<T>(one, y), rest);
    return v128.sub<T>(zero, v128.add<T>(positive, negative));
  }

  @inline
  static loss<T, H>(yTruePtr: usize, yPredPtr: usize, floor: v128, c: v128): v128 {
    const y = v128.load(yTruePtr);
    const p = v128.load(yPredPtr);
    return isBoolean<H>() ? Each.hard<T>(y, p, floor) : Each.soft<T>(y, p, floor, c);
  }
}

/** With c the weight of y = 1; but if H is bool, for labels of 0 and 1, without. */
function losses<T, H>(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  least: T,
  positiveWeight: T,
  outPtr: usize,
): void {
  const floor = v128.splat<T>(least);
  const c = v128.splat<T>(positiveWeight);
  const left = Lane.bytes<T>(n) & 15;
  for (let vectors = Lane.bytes<T>(n) >> 4; vectors > 0; --vectors) {
    v128.store(outPtr, Each.loss<T, H>(yTruePtr, yPredPtr, floor, c));
    yTruePtr += 16;
    yPredPtr += 16;
    outPtr += 16;
  }
  if (left == 0) return;
  yTruePtr = lastRow<T>(yTruePtr, left >> alignof<T>(), 0, Scratch.lastA);
  yPredPtr = lastRow<T>(yPredPtr, left >> alignof<T>(), 0, Scratch.lastB);
  v128.store(Scratch.lastW, Each.loss<T, H>(yTruePtr, yPredPtr, floor, c));
  memory.copy(outPtr, Scratch.lastW, left);
}

/** Multiplies the losses of y = 1. */
function weigh<T>(yTruePtr: usize, n: i32, positiveWeight: T, outPtr: usize): void {
  for (; n > 0; --n) {
    if (load<T>(yTruePtr) == 1) store<T>(outPtr, load<T>(outPtr) * positiveWeight);
    yTruePtr += Lane.bytes<T>(1);
    outPtr += Lane.bytes<T>(1);
  }
}

/** Makes the losses NaN where something is outside the domain. */
function mark<T>(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  for (; n > 0; --n) {
    const y = load<T>(yTruePtr);
    const p = load<T>(yPredPtr);
    if (!(y >= 0 && y <= 1 && p >= 0 && p <= 1)) store<T>(outPtr, NaN);
    yTruePtr += Lane.bytes<T>(1);
    yPredPtr += Lane.bytes<T>(1);
    outPtr += Lane.bytes<T>(1);
  }
}

function binaryEach<T>(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: T,
  floor: T,
  outPtr: usize,
): i32 {
  const content = contentOf<T>(yTruePtr, yPredPtr, n);
  if (content & HARD) {
    losses<T, bool>(yTruePtr, yPredPtr, n, floor, positiveWeight, outPtr);
    if (positiveWeight != 1) weigh<T>(yTruePtr, n, positiveWeight, outPtr);
  } else {
    losses<T, u8>(yTruePtr, yPredPtr, n, floor, positiveWeight, outPtr);
  }
  if (content & VALID) return 1;
  mark<T>(yTruePtr, yPredPtr, n, outPtr);
  return 0;
}

/**
 * out[i] = the element's loss as float32, NaN outside the domain; 0 if any is NaN, else 1. Bound by
 * arithmetic: 36 operations for four elements, of which one is a division.
 */
export function binary_each_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  floor: f64,
  outPtr: usize,
): i32 {
  return binaryEach<f32>(yTruePtr, yPredPtr, n, <f32>positiveWeight, <f32>floor, outPtr);
}

/** The same as float64. Bound by arithmetic: 45 operations for two elements. */
export function binary_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  floor: f64,
  outPtr: usize,
): i32 {
  return binaryEach<f64>(yTruePtr, yPredPtr, n, positiveWeight, floor, outPtr);
}

/** The least p(1 − p) that is divided by: PyTorch's. */
const LEAST_VARIANCE = memory.data<f64>([1e-12]);

class Slope {
  /** ((p − y) + (1 − c)·y·(1 − p)) / max(p(1 − p), 1e-12) · scale, times the weight. */
  @inline
  static two<T>(
    yTruePtr: usize,
    yPredPtr: usize,
    weightsPtr: usize,
    k: usize,
    less: v128,
    scale: v128,
  ): v128 {
    const y = Lane.load2<T>(yTruePtr, k);
    const p = Lane.load2<T>(yPredPtr, k);
    const miss = f64x2.sub(v128.load64_splat(ONE), p);
    const more = f64x2.mul(f64x2.mul(less, y), miss);
    const variance = f64x2.pmax(v128.load64_splat(LEAST_VARIANCE), f64x2.mul(p, miss));
    const slope = f64x2.div(f64x2.add(f64x2.sub(p, y), more), variance);
    return f64x2.mul(f64x2.mul(slope, scale), v128.load(weightsPtr + (k << 3)));
  }
}

/** 1 if all numbers are in [0, 1], 0 if one is outside, or NaN. */
function binaryGradient<T>(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): i32 {
  const isValid = contentOf<T>(yTruePtr, yPredPtr, n) >> 1;
  const less = f64x2.splat(1 - positiveWeight);
  const scales = f64x2.splat(scale);
  for (let steps = n >> 2; steps > 0; --steps) {
    const g0 = Slope.two<T>(yTruePtr, yPredPtr, weightsPtr, 0, less, scales);
    const g1 = Slope.two<T>(yTruePtr, yPredPtr, weightsPtr, 2, less, scales);
    Lane.store2<T>(outPtr, 0, g0);
    Lane.store2<T>(outPtr, 2, g1);
    yTruePtr += Lane.bytes<T>(4);
    yPredPtr += Lane.bytes<T>(4);
    weightsPtr += 32;
    outPtr += Lane.bytes<T>(4);
  }
  const left = n & 3;
  if (left == 0) return isValid;
  yTruePtr = lastRow<T>(yTruePtr, left, 0, Scratch.lastA);
  yPredPtr = lastRow<T>(yPredPtr, left, 0, Scratch.lastB);
  weightsPtr = lastRow<f64>(weightsPtr, left, 0, Scratch.few);
  const lastPtr = Scratch.lastW;
  Lane.store2<T>(lastPtr, 0, Slope.two<T>(yTruePtr, yPredPtr, weightsPtr, 0, less, scales));
  Lane.store2<T>(lastPtr, 2, Slope.two<T>(yTruePtr, yPredPtr, weightsPtr, 2, less, scales));
  memory.copy(outPtr, lastPtr, Lane.bytes<T>(left));
  return isValid;
}

/**
 * out[i] = the element's gradient · scale · weights[i], the weights float64; 1 if all numbers are in
 * [0, 1], else 0. `out` may be an argument. Bound by the division.
 */
export function binary_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): i32 {
  return binaryGradient<f32>(yTruePtr, yPredPtr, n, positiveWeight, scale, weightsPtr, outPtr);
}

export function binary_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): i32 {
  return binaryGradient<f64>(yTruePtr, yPredPtr, n, positiveWeight, scale, weightsPtr, outPtr);
}

// Which factors are multiplied: only those of labels of 1, or of 0,
const ONES = 1;
const ZEROS = 2;
/** and instead of a label's own factor that of the label that it is not. */
const OTHER = 4;

/** Two factors, or 1 where they are not of the part. */
class PartFactors {
  @inline
  static times<T>(
    q: v128,
    yTruePtr: usize,
    yPredPtr: usize,
    k: usize,
    sign: v128,
    shift: v128,
    left: v128,
    one: v128,
  ): v128 {
    const y = Lane.load2<T>(yTruePtr, k);
    const factor = f64x2.add(Lane.load2<T>(yPredPtr, k), f64x2.add(f64x2.mul(y, sign), shift));
    return f64x2.mul(q, v128.bitselect(one, factor, f64x2.eq(y, left)));
  }
}

/** −Σ ln of a part's factors, for labels of 0 and 1 and p in [0, 1]; NaN if one is too small. */
function partOf<T>(yTruePtr: usize, yPredPtr: usize, n: i32, part: i32): f64 {
  const one = v128.load64_splat(ONE);
  // ± the factor is p + (y − 1), that of the other label p − y.
  const sign = f64x2.splat(part & OTHER ? -1 : 1);
  const shift = f64x2.splat(part & OTHER ? 0 : -1);
  /** The label whose factors are left out. */
  const left = f64x2.splat(part & ONES ? 0 : part & ZEROS ? 1 : 2);
  let normal = i64x2.splat(-1);
  let mantissa = one;
  let exponents = i64x2.splat(0);
  let groups = 0;
  let rows = n >> 3;
  let rest = n & (LANES - 1);
  while (rows > 0 || rest > 0) {
    if (rows <= 0) {
      // y = 0 with p = 0 and y = 1 with p = 0 have the factors 1 wanted of the one and of the other.
      const fill: T = part & OTHER ? 1 : 0;
      yTruePtr = lastRow<T>(yTruePtr, rest, fill, Scratch.lastA);
      yPredPtr = lastRow<T>(yPredPtr, rest, 0, Scratch.lastB);
      rows = 1;
      rest = 0;
    }
    let q0 = one;
    let q1 = one;
    let q2 = one;
    let q3 = one;
    for (let row = min(rows, GROUP_ROWS); row > 0; --row) {
      q0 = PartFactors.times<T>(q0, yTruePtr, yPredPtr, 0, sign, shift, left, one);
      q1 = PartFactors.times<T>(q1, yTruePtr, yPredPtr, 2, sign, shift, left, one);
      q2 = PartFactors.times<T>(q2, yTruePtr, yPredPtr, 4, sign, shift, left, one);
      q3 = PartFactors.times<T>(q3, yTruePtr, yPredPtr, 6, sign, shift, left, one);
      yTruePtr += Lane.bytes<T>(LANES);
      yPredPtr += Lane.bytes<T>(LANES);
    }
    normal = v128.and(normal, v128.and(Factors.isLarge(q0), Factors.isLarge(q1)));
    normal = v128.and(normal, v128.and(Factors.isLarge(q2), Factors.isLarge(q3)));
    const group = f64x2.abs(f64x2.mul(f64x2.mul(q0, q1), f64x2.mul(q2, q3)));
    const m = f64x2.mul(mantissa, group);
    exponents = i64x2.add(exponents, i64x2.shr_u(m, 52));
    mantissa = v128.or(v128.and(m, v128.load64_splat(MANTISSA)), one);
    groups += 2;
    rows -= GROUP_ROWS;
  }
  if (!i64x2.all_true(normal)) return NaN;
  const exponent =
    i64x2.extract_lane(exponents, 0) + i64x2.extract_lane(exponents, 1) - 1023 * groups;
  const m = f64x2.extract_lane(mantissa, 0) * f64x2.extract_lane(mantissa, 1);
  return logScaled(m, <f64>exponent, -1, Scratch.total);
}

/**
 * A block's total with smoothed labels and a weight of y = 1, by a product for each of the logarithms
 * that have the same weight: 1, or 0 with nothing written where that would be wrong, as in
 * `binary_total`: labels other than 0 and 1, something outside the domain, factors near 0, losses too
 * small.
 */
function binaryParts<T>(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  smoothing: f64,
  least: f64,
  totalPtr: usize,
): i32 {
  if (contentOf<T>(yTruePtr, yPredPtr, n) != (HARD | VALID)) return 0;
  const other = 0.5 * smoothing;
  const own = 1 - other;
  let sum: f64;
  if (positiveWeight == 1) {
    sum = own * partOf<T>(yTruePtr, yPredPtr, n, 0);
    if (other != 0) sum += other * partOf<T>(yTruePtr, yPredPtr, n, OTHER);
  } else {
    sum = own * positiveWeight * partOf<T>(yTruePtr, yPredPtr, n, ONES);
    sum += own * partOf<T>(yTruePtr, yPredPtr, n, ZEROS);
    if (other != 0) {
      sum += other * partOf<T>(yTruePtr, yPredPtr, n, ONES | OTHER);
      sum += other * positiveWeight * partOf<T>(yTruePtr, yPredPtr, n, ZEROS | OTHER);
    }
  }
  if (!(sum >= least * max(positiveWeight, 1) * <f64>n)) return 0;
  store<f64>(totalPtr, sum);
  store<f64>(totalPtr, 0, 8);
  return 1;
}

export function binary_parts_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  smoothing: f64,
  least: f64,
  totalPtr: usize,
): i32 {
  return binaryParts<f32>(yTruePtr, yPredPtr, n, positiveWeight, smoothing, least, totalPtr);
}

export function binary_parts_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  smoothing: f64,
  least: f64,
  totalPtr: usize,
): i32 {
  return binaryParts<f64>(yTruePtr, yPredPtr, n, positiveWeight, smoothing, least, totalPtr);
}
