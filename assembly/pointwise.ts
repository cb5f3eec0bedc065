// What is written for each number and another, a loss or its derivative: in lanes of the arrays' own type,
// so float32 is rounded at every step, at most 4 ulp in all. (What is added up is widened first.)

import { Lane } from './lanes';
import { Scratch } from './scratch';

/**
 * Of what is written, which is `L.of(y, p, a, b, c)` of a class that is never instantiated (see Term of
 * lanes.ts), in lanes of T: read from memory before the loop, because V8 would build a v128.const anew at
 * every use.
 */
export class Constants {
  @inline
  static set<T>(a: f64, b: f64, c: f64): void {
    store<T>(Scratch.constants, <T>a);
    store<T>(Scratch.constants, <T>b, 8);
    store<T>(Scratch.constants, <T>c, 16);
  }

  @inline
  static get<T>(at: usize): v128 {
    const ptr = Scratch.constants + at;
    return sizeof<T>() == 8 ? v128.load64_splat(ptr) : v128.load32_splat(ptr);
  }
}

/** The difference of numbers that may be too far apart for float32. */
export class Half {
  /** What it is multiplied by. */
  @inline
  static factor<T>(): f64 {
    return sizeof<T>() == 8 ? 1 : 0.5;
  }

  /** (p − y)·factor. Halves of float32 are exact, but for those that are subnormal: half an ulp there. */
  @inline
  static difference<T>(y: v128, p: v128, factor: v128): v128 {
    if (sizeof<T>() == 8) return v128.sub<T>(p, y);
    return v128.sub<T>(v128.mul<T>(p, factor), v128.mul<T>(y, factor));
  }
}

export class Side {
  /** One number where p is above y, another below, 0 at equality, NaN where there is a NaN. */
  @inline
  static choose<T>(y: v128, p: v128, above: v128, below: v128): v128 {
    const isAbove = v128.and(v128.gt<T>(p, y), above);
    const isBelow = v128.and(v128.lt<T>(p, y), below);
    const d = v128.sub<T>(p, y);
    return v128.or(v128.or(isAbove, isBelow), v128.ne<T>(d, d));
  }
}

/** out[i] = L.of(yᵢ, pᵢ); `out` may be one of the arrays. Memory is what takes its time, of any loss. */
export function write<T, L>(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  const a = Constants.get<T>(0);
  const b = Constants.get<T>(8);
  const c = Constants.get<T>(16);
  const end = outPtr + Lane.bytes<T>(n);
  const last = outPtr + (Lane.bytes<T>(n) & ~15);
  for (; outPtr < last; outPtr += 16) {
    const y = v128.load(yTruePtr);
    v128.store(outPtr, changetype<L>(0).of<T>(y, v128.load(yPredPtr), a, b, c));
    yTruePtr += 16;
    yPredPtr += 16;
  }
  for (; outPtr < end; outPtr += Lane.bytes<T>(1)) {
    const y = v128.splat<T>(load<T>(yTruePtr));
    const p = v128.splat<T>(load<T>(yPredPtr));
    store<T>(outPtr, v128.extract_lane<T>(changetype<L>(0).of<T>(y, p, a, b, c), 0));
    yTruePtr += Lane.bytes<T>(1);
    yPredPtr += Lane.bytes<T>(1);
  }
}

/**
 * out[i] = L.of(yᵢ, pᵢ)·(wᵢ/divisor) in float64, rounded to T once; 0 where wᵢ is 0, whatever the rest.
 * The division is what takes its time.
 */
export function writeWeighted<T, L>(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
): void {
  const a = Constants.get<f64>(0);
  const b = Constants.get<f64>(8);
  const c = Constants.get<f64>(16);
  const divisors = f64x2.splat(divisor);
  const zero = f64x2.splat(0);
  for (; n > 1; n -= 2) {
    const w = Lane.load2<T>(weightsPtr, 0);
    const y = Lane.load2<T>(yTruePtr, 0);
    const x = changetype<L>(0).of<f64>(y, Lane.load2<T>(yPredPtr, 0), a, b, c);
    const product = f64x2.mul(x, f64x2.div(w, divisors));
    Lane.store2<T>(outPtr, 0, v128.andnot(product, f64x2.eq(w, zero)));
    yTruePtr += Lane.bytes<T>(2);
    yPredPtr += Lane.bytes<T>(2);
    weightsPtr += Lane.bytes<T>(2);
    outPtr += Lane.bytes<T>(2);
  }
  if (n > 0) {
    const w = <f64>load<T>(weightsPtr);
    const y = Lane.load1<T>(yTruePtr, 0);
    const x = changetype<L>(0).of<f64>(y, Lane.load1<T>(yPredPtr, 0), a, b, c);
    store<T>(outPtr, <T>(w == 0 ? 0 : f64x2.extract_lane(x, 0) * (w / divisor)));
  }
}
