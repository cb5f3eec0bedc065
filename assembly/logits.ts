// Binary cross-entropy from logits: with e = e^−|z|,
//   (c·y + 1 − y)·log1p(e) + |z|·(c·y where z < 0, 1 − y where z ≥ 0),
// c the weight of y = 1. Every term is ≥ 0, so small losses keep their digits.
//
// Exponentials come first, by a kernel that leaves them in a block: total and gradient start from them.
//
// Of a block's total with c = 1 the first part is Σ log1p(eᵢ), the log1p of r in 1 + r = Π (1 + eᵢ),
// carried as r: nothing cancels, and a logarithm is needed for every 512 elements only.
//
// For float32 logits that are not large, and labels of 0 and 1, the loss is ln(1 + e^−s), s = ±z: a
// block's total is the logarithm of one product, as from probabilities.
import { Factors } from './binary';
import { FEW, fastTotal, LANES, Lane, lastRow, Second, Term, total } from './lanes';
import { Exp } from './math/exp';
import { ExpFloat32 } from './math/exp-float32';
import { Log, logScaled, logSum } from './math/log';
import { LogFloat32 } from './math/log-float32';
import { insideUnit } from './numbers';
import { Scratch } from './scratch';

/** Rows between two logarithms: 1 + r stays below 2²⁵⁶. */
const ROWS = 64;

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000, 0x3f80_0000]);
const MANTISSA = memory.data<u64>([0x000f_ffff_ffff_ffff]);
const MAGNITUDE = memory.data<u64>([0x7fff_ffff_ffff_ffff, 0x7fff_ffff]);
const SIGN = memory.data<u32>([0x8000_0000]);

/** |z| · (y where z < 0, else 1 − y). */
class Line extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(MAGNITUDE);
  }

  @inline
  of(y: v128, z: v128, magnitude: v128): v128 {
    const zero = f64x2.splat(0);
    const side = v128.and(v128.load64_splat(ONE), f64x2.ge(z, zero));
    const factor = f64x2.sub(side, y);
    // 0 · ∞ is 0 here: the limit.
    const line = v128.and(f64x2.mul(z, factor), f64x2.ne(factor, zero));
    return v128.and(line, magnitude);
  }
}

/** −s for labels of 0 and 1: z·(1 − 2y). */
class Miss extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(ONE);
  }

  @inline
  of(y: v128, z: v128, one: v128): v128 {
    return f64x2.mul(z, f64x2.sub(one, f64x2.add(y, y)));
  }
}

// What there is in a block, as the kernel of the exponentials finds it: labels in [0, 1] alone,
const VALID = 1;
/** labels of 0 and 1 alone, */
const HARD = 2;
/** and logits that are not large besides. */
const SMALL = 4;

/**
 * The largest |z| of these: a product of 32 factors 1 + e^|z| is far from overflow, and 1 + e^−|z| is 1
 * for it.
 */
const MOST: f32 = 40;
/** Rows between two looks at the exponent. */
const PRODUCT_ROWS = 4;
/** The mean loss from which on rounding the factors does not show: 2⁻¹⁶. */
const LEAST_MEAN: f64 = 1.52587890625e-5;
/** A total from which on it does not show that float32 has no digits left below 2⁻¹²⁶: 2⁻¹⁰⁰. */
const LEAST_TOTAL: f64 = 7.888609052210118e-31;

class Logits {
  /** q · (1 + e). */
  @inline
  static times(q: v128, ePtr: usize, k: usize, one: v128): v128 {
    return f64x2.mul(q, f64x2.add(one, Lane.load2<f32>(ePtr, k)));
  }

  /** (1 + r)(1 + e) − 1. */
  @inline
  static compound<T>(r: v128, ePtr: usize, k: usize): v128 {
    return Logits.both(r, Lane.load2<T>(ePtr, k));
  }

  @inline
  static both(r: v128, e: v128): v128 {
    return f64x2.add(r, f64x2.add(e, f64x2.mul(r, e)));
  }
}

/**
 * out[i] = e^−|zᵢ|; VALID, or 0 if a label is outside [0, 1]. (Labels are read here so that they come from
 * memory while there is something to compute.) Bound by arithmetic: 34 operations for two elements, of
 * which one is a division.
 */
export function logits_exps_f64(yTruePtr: usize, zPtr: usize, n: i32, outPtr: usize): i32 {
  const labels = yTruePtr;
  let high = i64x2.splat(0);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, Exp.minusAbs(v128.load(zPtr)));
    high = i32x4.max_u(high, v128.load(yTruePtr));
    yTruePtr += 16;
    zPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    store<f64>(outPtr, f64x2.extract_lane(Exp.minusAbs(Lane.load1<f64>(zPtr, 0)), 0));
    high = i32x4.max_u(high, v128.load64_splat(yTruePtr));
  }
  return insideUnit<f64>(high, labels, n) ? VALID : 0;
}

/** What there is in a block of float32. */
function contentOf(yTruePtr: usize, zPtr: usize, n: i32): i32 {
  const ones = v128.load32_splat(ONE, 8);
  const labels = yTruePtr;
  const left = n & (LANES - 1);
  let softBits = i64x2.splat(0);
  let high = i64x2.splat(0);
  let largest = i64x2.splat(0);
  for (let rows = (n + LANES - 1) >> 3; rows > 0; --rows) {
    if (rows == 1 && left > 0) {
      yTruePtr = lastRow<f32>(yTruePtr, left, 0, Scratch.lastA);
      zPtr = lastRow<f32>(zPtr, left, 0, Scratch.lastB);
    }
    const y0 = v128.load(yTruePtr);
    const y1 = v128.load(yTruePtr, 16);
    softBits = Factors.soft<f32>(Factors.soft<f32>(softBits, y0, ones), y1, ones);
    high = i32x4.max_u(i32x4.max_u(high, y0), y1);
    // Twice the bits of a float32, as unsigned integers, are in the order of its size; NaN is last.
    const larger = i32x4.max_u(i32x4.shl(v128.load(zPtr), 1), i32x4.shl(v128.load(zPtr, 16), 1));
    largest = i32x4.max_u(largest, larger);
    yTruePtr += Lane.bytes<f32>(LANES);
    zPtr += Lane.bytes<f32>(LANES);
  }
  if (v128.any_true(i32x4.shl(softBits, 1))) return insideUnit<f32>(high, labels, n) ? VALID : 0;
  const small = i32x4.le_u(largest, i32x4.splat(<i32>(reinterpret<u32>(MOST) << 1)));
  return VALID | HARD | (i32x4.all_true(small) ? SMALL : 0);
}

/** Exponentials of float32. */
class Exps {
  /** e^−|z|. */
  @inline
  static low(zPtr: usize): v128 {
    return ExpFloat32.low(v128.or(v128.load(zPtr), v128.load32_splat(SIGN)));
  }

  /** e^−s for labels of 0 and 1. */
  @inline
  static margins(yTruePtr: usize, zPtr: usize): v128 {
    // The exponent of 1 has the bit that becomes the sign.
    const flip = v128.and(i32x4.shl(v128.load(yTruePtr), 2), v128.load32_splat(SIGN));
    return ExpFloat32.of(v128.xor(v128.load(zPtr), flip));
  }

  /** The margins if M is bool. */
  @inline
  static vector<M>(yTruePtr: usize, zPtr: usize): v128 {
    return isBoolean<M>() ? Exps.margins(yTruePtr, zPtr) : Exps.low(zPtr);
  }
}

function exps<M>(yTruePtr: usize, zPtr: usize, n: i32, outPtr: usize): void {
  // Four vectors at a time (1.1 instead of 1.5 ns), because each waits for itself most of the time.
  for (let steps = n >> 4; steps > 0; --steps) {
    const e0 = Exps.vector<M>(yTruePtr, zPtr);
    const e1 = Exps.vector<M>(yTruePtr + 16, zPtr + 16);
    const e2 = Exps.vector<M>(yTruePtr + 32, zPtr + 32);
    const e3 = Exps.vector<M>(yTruePtr + 48, zPtr + 48);
    v128.store(outPtr, e0);
    v128.store(outPtr, e1, 16);
    v128.store(outPtr, e2, 32);
    v128.store(outPtr, e3, 48);
    yTruePtr += 64;
    zPtr += 64;
    outPtr += 64;
  }
  for (let left = n & 15; left > 0; left -= 4) {
    if (left < 4) {
      yTruePtr = lastRow<f32>(yTruePtr, left, 0, Scratch.lastA);
      zPtr = lastRow<f32>(zPtr, left, 0, Scratch.lastB);
      v128.store(Scratch.lastW, Exps.vector<M>(yTruePtr, zPtr));
      memory.copy(outPtr, Scratch.lastW, Lane.bytes<f32>(left));
      return;
    }
    v128.store(outPtr, Exps.vector<M>(yTruePtr, zPtr));
    yTruePtr += 16;
    zPtr += 16;
    outPtr += 16;
  }
}

/**
 * What there is in a block; out[i] = e^−s if it is SMALL, so that the loss is ln(1 + e^−s), else e^−|z|.
 * Bound by arithmetic: 28 operations for four elements.
 */
export function logits_exps_f32(yTruePtr: usize, zPtr: usize, n: i32, outPtr: usize): i32 {
  const content = contentOf(yTruePtr, zPtr, n);
  if (content & SMALL) exps<bool>(yTruePtr, zPtr, n, outPtr);
  else exps<u8>(yTruePtr, zPtr, n, outPtr);
  return content;
}

/** Σ log1p(eᵢ). */
function curves<T>(ePtr: usize, n: i32): f64 {
  const one = v128.load64_splat(ONE);
  let end = ePtr + Lane.bytes<T>(n & ~(LANES - 1));
  let left = n & (LANES - 1);
  let logs = f64x2.splat(0);
  while (ePtr < end || left > 0) {
    if (ePtr >= end) {
      ePtr = lastRow<T>(ePtr, left, 0, Scratch.lastA);
      end = ePtr + Lane.bytes<T>(LANES);
      left = 0;
    }
    const stop = min(ePtr + Lane.bytes<T>(LANES * ROWS), end);
    let r0 = f64x2.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    for (; ePtr < stop; ePtr += Lane.bytes<T>(LANES)) {
      r0 = Logits.compound<T>(r0, ePtr, 0);
      r1 = Logits.compound<T>(r1, ePtr, 2);
      r2 = Logits.compound<T>(r2, ePtr, 4);
      r3 = Logits.compound<T>(r3, ePtr, 6);
    }
    logs = f64x2.add(logs, logSum(one, Logits.both(Logits.both(r0, r1), Logits.both(r2, r3))));
  }
  return f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
}

/** Adds a number to a total. */
function addTo(totalPtr: usize, x: f64): void {
  const total = load<f64>(totalPtr);
  const sum = total + x;
  const z = sum - total;
  store<f64>(totalPtr, sum);
  store<f64>(totalPtr, load<f64>(totalPtr, 8) + (total - (sum - z) + (x - z)), 8);
}

/** A block's total for c = 1 by its e^−|z|. */
function sumOf<T>(yTruePtr: usize, zPtr: usize, ePtr: usize, n: i32, totalPtr: usize): void {
  const curve = curves<T>(ePtr, n);
  fastTotal<T, Line>(yTruePtr, zPtr, n, totalPtr);
  addTo(totalPtr, curve);
}

/** A block's total by its exponentials: 1. (Labels are smoothed already.) */
export function logits_total_f64(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  _content: i32,
  positiveWeight: f64,
  _smoothing: f64,
  totalPtr: usize,
): i32 {
  // Few are added up one by one, with no error left, as everywhere.
  if (n > FEW && positiveWeight == 1) {
    sumOf<f64>(yTruePtr, zPtr, ePtr, n, totalPtr);
  } else {
    logits_each_f64(yTruePtr, zPtr, ePtr, n, positiveWeight, Scratch.blocks);
    total<f64, Second>(Scratch.blocks, Scratch.blocks, n, totalPtr);
  }
  return 1;
}

/** Σ ln(1 + e^−s) by one product, left in totalPtr. Bound by the conversions to float64. */
function product(ePtr: usize, n: i32, totalPtr: usize): f64 {
  const one = v128.load64_splat(ONE);
  let mantissa = one;
  let exponents = i64x2.splat(0);
  let groups = 0;
  let rows = n >> 3;
  let left = n & (LANES - 1);
  while (rows > 0 || left > 0) {
    if (rows <= 0) {
      ePtr = lastRow<f32>(ePtr, left, 0, Scratch.lastA);
      rows = 1;
      left = 0;
    }
    let q0 = one;
    let q1 = one;
    let q2 = one;
    let q3 = one;
    for (let row = min(rows, PRODUCT_ROWS); row > 0; --row) {
      q0 = Logits.times(q0, ePtr, 0, one);
      q1 = Logits.times(q1, ePtr, 2, one);
      q2 = Logits.times(q2, ePtr, 4, one);
      q3 = Logits.times(q3, ePtr, 6, one);
      ePtr += Lane.bytes<f32>(LANES);
    }
    const m = f64x2.mul(mantissa, f64x2.mul(f64x2.mul(q0, q1), f64x2.mul(q2, q3)));
    exponents = i64x2.add(exponents, i64x2.shr_u(m, 52));
    mantissa = v128.or(v128.and(m, v128.load64_splat(MANTISSA)), one);
    groups += 2;
    rows -= PRODUCT_ROWS;
  }
  const exponent =
    i64x2.extract_lane(exponents, 0) + i64x2.extract_lane(exponents, 1) - 1023 * groups;
  const m = f64x2.extract_lane(mantissa, 0) * f64x2.extract_lane(mantissa, 1);
  return logScaled(m, <f64>exponent, 1, totalPtr);
}

/** Σ ln(1 + e^−s), left in totalPtr. */
function marginTotal(ePtr: usize, n: i32, totalPtr: usize): void {
  if (product(ePtr, n, totalPtr) >= LEAST_MEAN * <f64>n) return;
  // So small that rounding 1 + e^−s would show; and then no s is below 0, and e^−s is e^−|z|.
  store<f64>(totalPtr, curves<f32>(ePtr, n));
  store<f64>(totalPtr, 0, 8);
}

/** Takes `share` of Σ −s from the total. */
function addMargins(yTruePtr: usize, zPtr: usize, n: i32, share: f64, totalPtr: usize): void {
  fastTotal<f32, Miss>(yTruePtr, zPtr, n, Scratch.blocks);
  addTo(totalPtr, -share * load<f64>(Scratch.blocks));
}

/** out[i] = e where y is `label`, 0 elsewhere: a factor of 1. */
function select(yTruePtr: usize, ePtr: usize, n: i32, label: f32, outPtr: usize): void {
  const labels = f32x4.splat(label);
  for (let left = n; left > 0; left -= 4) {
    if (left < 4) {
      yTruePtr = lastRow<f32>(yTruePtr, left, 0, Scratch.lastA);
      ePtr = lastRow<f32>(ePtr, left, 0, Scratch.lastB);
    }
    // (What is written beyond n is not read.)
    v128.store(outPtr, v128.and(v128.load(ePtr), f32x4.eq(v128.load(yTruePtr), labels)));
    yTruePtr += 16;
    ePtr += 16;
    outPtr += 16;
  }
}

/**
 * The same of float32, but 0 if that takes float64. A label that is smoothed by α makes ln(1 + e^−s) larger
 * by s·α/2, so all of them share the logarithm, too.
 */
export function logits_total_f32(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  content: i32,
  positiveWeight: f64,
  smoothing: f64,
  totalPtr: usize,
): i32 {
  const isSmall = (content & SMALL) != 0;
  // (Smoothed, other labels and weights take float64.)
  if (smoothing != 0 && !(isSmall && positiveWeight == 1)) return 0;
  if (positiveWeight == 1) {
    if (isSmall) marginTotal(ePtr, n, totalPtr);
    else sumOf<f32>(yTruePtr, zPtr, ePtr, n, totalPtr);
    if (smoothing != 0) addMargins(yTruePtr, zPtr, n, smoothing / 2, totalPtr);
    return i32(!(load<f64>(totalPtr) < LEAST_TOTAL));
  }
  if (!isSmall) return 0;
  select(yTruePtr, ePtr, n, 1, Scratch.blocks);
  marginTotal(Scratch.blocks, n, totalPtr);
  const ofOnes = positiveWeight * load<f64>(totalPtr);
  select(yTruePtr, ePtr, n, 0, Scratch.blocks);
  marginTotal(Scratch.blocks, n, totalPtr);
  store<f64>(totalPtr, load<f64>(totalPtr) + ofOnes);
  store<f64>(totalPtr, 0, 8);
  return 1;
}

class Losses {
  @inline
  static vector<T>(y: v128, z: v128, e: v128, c: v128): v128 {
    const one = sizeof<T>() == 8 ? v128.load64_splat(ONE) : v128.load32_splat(ONE, 8);
    const magnitude =
      sizeof<T>() == 8 ? v128.load64_splat(MAGNITUDE) : v128.load32_splat(MAGNITUDE, 8);
    const zero = v128.splat<T>(0);
    const positive = v128.mul<T>(c, y);
    const negative = v128.sub<T>(one, y);
    const factor = v128.bitselect(positive, negative, v128.lt<T>(z, zero));
    // 0 · ∞ is 0 here: the limit.
    const line = v128.and(v128.mul<T>(v128.and(z, magnitude), factor), v128.ne<T>(factor, zero));
    const log = sizeof<T>() == 8 ? Log.onePlus(e) : LogFloat32.onePlus(e);
    return v128.add<T>(v128.mul<T>(v128.add<T>(positive, negative), log), line);
  }

  @inline
  static float32(yTruePtr: usize, zPtr: usize, c: v128): v128 {
    const z = v128.load(zPtr);
    const e = ExpFloat32.low(v128.or(z, v128.load32_splat(SIGN)));
    return Losses.vector<f32>(v128.load(yTruePtr), z, e, c);
  }
}

/**
 * out[i] = the element's loss as float32; 1 if all labels are in [0, 1], else 0. Bound by arithmetic: 50
 * operations for four elements, of which one is a division.
 */
export function logits_each_f32(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  outPtr: usize,
): i32 {
  const c = f32x4.splat(<f32>positiveWeight);
  const labels = yTruePtr;
  const left = n & 3;
  let high = i64x2.splat(0);
  for (let vectors = n >> 2; vectors > 0; --vectors) {
    high = i32x4.max_u(high, v128.load(yTruePtr));
    v128.store(outPtr, Losses.float32(yTruePtr, zPtr, c));
    yTruePtr += 16;
    zPtr += 16;
    outPtr += 16;
  }
  if (left > 0) {
    yTruePtr = lastRow<f32>(yTruePtr, left, 0, Scratch.lastA);
    zPtr = lastRow<f32>(zPtr, left, 0, Scratch.lastB);
    high = i32x4.max_u(high, v128.load(yTruePtr));
    v128.store(Scratch.lastW, Losses.float32(yTruePtr, zPtr, c));
    memory.copy(outPtr, Scratch.lastW, Lane.bytes<f32>(left));
  }
  return i32(insideUnit<f32>(high, labels, n));
}

/**
 * out[i] = the element's loss by its e^−|z|. Bound by arithmetic: 44 operations for two elements, of
 * which one is a division.
 */
export function logits_each_f64(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  positiveWeight: f64,
  outPtr: usize,
): void {
  const c = f64x2.splat(positiveWeight);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const e = v128.load(ePtr);
    v128.store(outPtr, Losses.vector<f64>(v128.load(yTruePtr), v128.load(zPtr), e, c));
    yTruePtr += 16;
    zPtr += 16;
    ePtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const y = Lane.load1<f64>(yTruePtr, 0);
    const z = Lane.load1<f64>(zPtr, 0);
    const x = Losses.vector<f64>(y, z, Lane.load1<f64>(ePtr, 0), c);
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}

class Slopes {
  /** ((1 − y)·σ(z) − c·y·σ(−z)) · scale, times the weight. */
  @inline
  static two<T>(
    yTruePtr: usize,
    zPtr: usize,
    ePtr: usize,
    weightsPtr: usize,
    c: v128,
    scale: v128,
  ): v128 {
    const one = v128.load64_splat(ONE);
    const y = Lane.load2<T>(yTruePtr, 0);
    const e = Lane.load2<T>(ePtr, 0);
    const large = f64x2.div(one, f64x2.add(one, e));
    const small = f64x2.mul(e, large);
    const isNegative = f64x2.lt(Lane.load2<T>(zPtr, 0), f64x2.splat(0));
    const up = f64x2.mul(f64x2.sub(one, y), v128.bitselect(small, large, isNegative));
    const down = f64x2.mul(f64x2.mul(c, y), v128.bitselect(large, small, isNegative));
    return f64x2.mul(f64x2.mul(f64x2.sub(up, down), scale), v128.load(weightsPtr));
  }

  /** For e = e^−s: e/(1 + e), times `down` where y is 1, `up` where it is 0, and the weight. */
  @inline
  static margins(yTruePtr: usize, ePtr: usize, weightsPtr: usize, down: v128, up: v128): v128 {
    const one = v128.load64_splat(ONE);
    const e = Lane.load2<f32>(ePtr, 0);
    const scale = v128.bitselect(down, up, f64x2.eq(Lane.load2<f32>(yTruePtr, 0), one));
    const sigmoid = f64x2.div(e, f64x2.add(one, e));
    return f64x2.mul(f64x2.mul(sigmoid, scale), v128.load(weightsPtr));
  }
}

/** If M is bool, `factor` is the slope's where y is 1, else c. */
function gradient<T, M>(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  factor: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): void {
  const factors = f64x2.splat(factor);
  const scales = f64x2.splat(scale);
  for (let left = n; left > 0; left -= 2) {
    if (left == 1) {
      yTruePtr = lastRow<T>(yTruePtr, 1, 0, Scratch.lastA);
      zPtr = lastRow<T>(zPtr, 1, 0, Scratch.lastB);
      ePtr = lastRow<T>(ePtr, 1, 0, Scratch.few);
      weightsPtr = lastRow<f64>(weightsPtr, 1, 0, Scratch.few + 64);
    }
    const g = isBoolean<M>()
      ? Slopes.margins(yTruePtr, ePtr, weightsPtr, factors, scales)
      : Slopes.two<T>(yTruePtr, zPtr, ePtr, weightsPtr, factors, scales);
    if (left == 1) store<T>(outPtr, <T>f64x2.extract_lane(g, 0));
    else Lane.store2<T>(outPtr, 0, g);
    yTruePtr += Lane.bytes<T>(2);
    zPtr += Lane.bytes<T>(2);
    ePtr += Lane.bytes<T>(2);
    weightsPtr += 16;
    outPtr += Lane.bytes<T>(2);
  }
}

/**
 * By the exponentials: out[i] = the element's gradient · scale · weights[i], the weights float64; `out` may
 * be an argument. Of float32 1, but 0 and nothing written unless the labels are 0 and 1: σ(z) − y cancels
 * where y is another. Bound by the division.
 */
export function logits_gradient_f32(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  content: i32,
  positiveWeight: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): i32 {
  if (content & SMALL) {
    const down = -(positiveWeight * scale);
    gradient<f32, bool>(yTruePtr, zPtr, ePtr, n, down, scale, weightsPtr, outPtr);
    return 1;
  }
  if ((content & HARD) == 0) return 0;
  gradient<f32, u8>(yTruePtr, zPtr, ePtr, n, positiveWeight, scale, weightsPtr, outPtr);
  return 1;
}

/** The same of float64, whatever the labels. */
export function logits_gradient_f64(
  yTruePtr: usize,
  zPtr: usize,
  ePtr: usize,
  n: i32,
  _content: i32,
  positiveWeight: f64,
  scale: f64,
  weightsPtr: usize,
  outPtr: usize,
): void {
  gradient<f64, u8>(yTruePtr, zPtr, ePtr, n, positiveWeight, scale, weightsPtr, outPtr);
}
