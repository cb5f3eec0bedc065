// Binary cross-entropy from logits: with e = e^−|z|,
//   (c·y + 1 − y)·log1p(e) + |z|·(c·y where z < 0, 1 − y where z ≥ 0),
// c the weight of y = 1. Every term is ≥ 0, so small losses keep their digits.
//
// Of a block's total with c = 1 the first part is Σ log1p(eᵢ), the log1p of r in 1 + r = Π (1 + eᵢ),
// carried as r: nothing cancels, and a logarithm is needed for every 512 elements only.
import { isHard } from './binary';
import { LANES, Lane, Second, Term, total, widen } from './lanes';
import { expMinusAbs, LEAST_FLOAT32 } from './math/exp';
import { log1pUnit, logSum } from './math/log';
import { unit } from './rows';

/** Rows between two logarithms: 1 + r stays below 2²⁵⁶. */
const ROWS = 64;

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);
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

class Logits {
  /** (1 + r)(1 + e) − 1. */
  @inline
  static compound(r: v128, e: v128): v128 {
    return f64x2.add(r, f64x2.add(e, f64x2.mul(r, e)));
  }
}

/** Σ log1p(eᵢ); the last row is filled up with zeros. */
function curves<T>(ePtr: usize, n: i32): f64 {
  const one = v128.load64_splat(ONE);
  const end = ePtr + Lane.bytes<T>((n + LANES - 1) & ~(LANES - 1));
  for (let k = n; k & (LANES - 1); ++k) store<T>(ePtr + Lane.bytes<T>(k), 0);
  let logs = f64x2.splat(0);
  while (ePtr < end) {
    const stop = min(ePtr + Lane.bytes<T>(LANES * ROWS), end);
    let r0 = f64x2.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    for (; ePtr < stop; ePtr += Lane.bytes<T>(LANES)) {
      r0 = Logits.compound(r0, Lane.load2<T>(ePtr, 0));
      r1 = Logits.compound(r1, Lane.load2<T>(ePtr, 2));
      r2 = Logits.compound(r2, Lane.load2<T>(ePtr, 4));
      r3 = Logits.compound(r3, Lane.load2<T>(ePtr, 6));
    }
    const even = Logits.compound(r0, r1);
    logs = f64x2.add(logs, logSum(one, Logits.compound(even, Logits.compound(r2, r3))));
  }
  return f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
}

/** A block's total for c = 1; not finite where an infinity or NaN in the data makes it so. */
function logitsSum<T>(yTruePtr: usize, zPtr: usize, n: i32, ePtr: usize, totalPtr: usize): f64 {
  expMinusAbs<T>(zPtr, n, ePtr);
  const curve = curves<T>(ePtr, n);
  total<T, Line>(yTruePtr, zPtr, n, totalPtr);
  const line = load<f64>(totalPtr);
  const sum = line + curve;
  const z = sum - line;
  store<f64>(totalPtr, sum);
  store<f64>(totalPtr, load<f64>(totalPtr, 8) + (line - (sum - z) + (curve - z)), 8);
  return sum;
}

export function logits_total_f64(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  scratchPtr: usize,
  totalPtr: usize,
): void {
  if (unit<f64>(yTruePtr, n)) {
    if (abs(logitsSum<f64>(yTruePtr, zPtr, n, scratchPtr, totalPtr)) < Infinity) return;
  }
  const lossesPtr = scratchPtr + Lane.bytes<f64>(n);
  logits_each_f64(yTruePtr, zPtr, n, 1, scratchPtr, lossesPtr);
  total<f64, Second>(lossesPtr, lossesPtr, n, totalPtr);
}

/** The same with e^−|z| in float32, where labels are 0 or 1 and losses not tiny. */
export function logits_total_f32(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  scratchPtr: usize,
  totalPtr: usize,
): void {
  if (isHard<f32>(yTruePtr, n)) {
    const sum = logitsSum<f32>(yTruePtr, zPtr, n, scratchPtr, totalPtr);
    if (sum >= LEAST_FLOAT32 * <f64>n && sum < Infinity) return;
  }
  const bytes = Lane.bytes<f64>(n);
  widen<f32>(yTruePtr, scratchPtr, n);
  widen<f32>(zPtr, scratchPtr + bytes, n);
  logits_total_f64(scratchPtr, scratchPtr + bytes, n, scratchPtr + 2 * bytes, totalPtr);
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
export function logits_each_f64(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  scratchPtr: usize,
  outPtr: usize,
): i32 {
  const c = f64x2.splat(positiveWeight);
  let numbers = i64x2.splat(-1);
  expMinusAbs<f64>(zPtr, n, scratchPtr);
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

/** out[i] = the element's gradient · scale; `out` may be an argument, `scratchPtr` takes n float64. */
export function logits_gradient_f64(
  yTruePtr: usize,
  zPtr: usize,
  n: i32,
  positiveWeight: f64,
  scale: f64,
  scratchPtr: usize,
  outPtr: usize,
): void {
  const c = f64x2.splat(positiveWeight);
  const scales = f64x2.splat(scale);
  expMinusAbs<f64>(zPtr, n, scratchPtr);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const y = v128.load(yTruePtr);
    v128.store(outPtr, slope(y, v128.load(zPtr), v128.load(scratchPtr), c, scales));
    yTruePtr += 16;
    zPtr += 16;
    scratchPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const y = Lane.load1<f64>(yTruePtr, 0);
    const e = Lane.load1<f64>(scratchPtr, 0);
    const x = slope(y, Lane.load1<f64>(zPtr, 0), e, c, scales);
    store<f64>(outPtr, f64x2.extract_lane(x, 0));
  }
}
