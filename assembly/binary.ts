// Binary cross-entropy from probabilities, −(y·max(ln p, floor) + (1 − y)·max(ln(1 − p), floor)).
//
// A sum of logarithms is the logarithm of a product. A block's total is tried three ways, the first
// that is accurate wins, and the data of the block alone decide:
// 1. product: 0/1 labels, every factor multiplied up in float64, one logarithm at the end;
// 2. compounded: 0/1 labels and losses so small that rounding the factors near 1 would show; the
//    product of the factors from ½ up is carried as its distance from 1;
// 3. each: anything else, one or two logarithms per element.
import { GROUP_ROWS, LANES, Lane, lastRow, Second, total, widen } from './lanes';
import { logScaled, logSum } from './math/log';
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

/** y · max(ln(a + x), floor), and 0 where y is 0 even if the logarithm is −∞. */
export function weighted(y: v128, a: v128, x: v128, floor: v128): v128 {
  const log = f64x2.pmax(floor, logSum(a, x));
  return v128.and(f64x2.mul(y, log), f64x2.ne(y, f64x2.splat(0)));
}

/** Both in [0, 1]. In this order a NaN in p fails; one in y comes out through the arithmetic. */
export function valid(y: v128, p: v128, one: v128): v128 {
  return v128.and(f64x2.ge(f64x2.pmin(p, y), f64x2.splat(0)), f64x2.le(f64x2.pmax(p, y), one));
}

/** The loss for any y and p of the domain, and NaN outside it. */
function loss(y: v128, p: v128, positiveWeight: v128, floor: v128): v128 {
  const one = v128.load64_splat(ONE);
  const zero = f64x2.splat(0);
  const isOne = f64x2.eq(y, one);
  const rest = f64x2.sub(one, y);
  const log = i64x2.all_true(v128.or(isOne, f64x2.eq(y, zero)))
    ? f64x2.mul(
        f64x2.pmax(floor, logSum(rest, v128.bitselect(p, f64x2.neg(p), isOne))),
        v128.bitselect(positiveWeight, one, isOne),
      )
    : f64x2.add(
        f64x2.mul(weighted(y, zero, p, floor), positiveWeight),
        weighted(rest, one, f64x2.neg(p), floor),
      );
  return v128.or(f64x2.sub(zero, log), v128.not(valid(y, p, one)));
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

/** out[i] = the element's loss, NaN outside the domain; 0 if any is NaN, else 1. */
export function binary_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  floor: f64,
  outPtr: usize,
): i32 {
  const c = f64x2.splat(positiveWeight);
  const floors = f64x2.splat(floor);
  let numbers = i64x2.splat(-1);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const x = loss(Lane.load2<f64>(yTruePtr, 0), Lane.load2<f64>(yPredPtr, 0), c, floors);
    numbers = v128.and(numbers, f64x2.eq(x, x));
    v128.store(outPtr, x);
    yTruePtr += 16;
    yPredPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const x = loss(Lane.load1<f64>(yTruePtr, 0), Lane.load1<f64>(yPredPtr, 0), c, floors);
    numbers = v128.and(numbers, f64x2.eq(x, x));
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
  return i32(i64x2.all_true(numbers));
}

/** The least p(1 − p) that is divided by: PyTorch's. */
const LEAST_VARIANCE: f64 = 1e-12;

/** scale · ((p − y) + (1 − c)·y·(1 − p)) / max(p(1 − p), 1e-12). */
function slope(y: v128, p: v128, c: v128, scale: v128): v128 {
  const one = v128.load64_splat(ONE);
  const miss = f64x2.sub(one, p);
  const more = f64x2.mul(f64x2.mul(f64x2.sub(one, c), y), miss);
  const variance = f64x2.pmax(f64x2.splat(LEAST_VARIANCE), f64x2.mul(p, miss));
  return f64x2.mul(f64x2.div(f64x2.add(f64x2.sub(p, y), more), variance), scale);
}

/** out[i] = the element's gradient · scale; `out` may be an argument. */
export function binary_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  outPtr: usize,
): void {
  const c = f64x2.splat(positiveWeight);
  const scales = f64x2.splat(scale);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, slope(v128.load(yTruePtr), v128.load(yPredPtr), c, scales));
    yTruePtr += 16;
    yPredPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const x = slope(Lane.load1<f64>(yTruePtr, 0), Lane.load1<f64>(yPredPtr, 0), c, scales);
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}
