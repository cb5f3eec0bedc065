// Loads that widen to float64, and the fixed order in which every sum is made.
//
// Row r of a group holds elements 8r … 8r + 7; element i belongs to lane i mod 8. A group is eight
// rows: each lane adds its (up to) eight terms one after the other, the lanes are added in a fixed
// tree, and the tree's two halves go into compensated sums. So no term passes through more than a
// dozen rounded additions, whatever the length, at the speed of four plain accumulators.

import { Scratch } from './scratch';

export const LANES = 8;
export const GROUP_ROWS = 8;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class Lane {
  /** The bytes of n elements of T. */
  @inline
  static bytes<T>(n: usize): usize {
    return n << alignof<T>();
  }

  /** Elements k and k + 1 from ptr on, as float64. */
  @inline
  static load2<T>(ptr: usize, k: usize): v128 {
    // V8 folds load64_zero + promote_low into one instruction: 0.31 instead of 0.45 ns per element.
    return sizeof<T>() == 8
      ? v128.load(ptr + Lane.bytes<T>(k))
      : f64x2.promote_low_f32x4(v128.load64_zero(ptr + Lane.bytes<T>(k)));
  }

  /** Element k from ptr on, as float64, in both lanes. */
  @inline
  static load1<T>(ptr: usize, k: usize): v128 {
    return f64x2.splat(<f64>load<T>(ptr + Lane.bytes<T>(k)));
  }

  /** Two float64 as elements k and k + 1 from ptr on. */
  @inline
  static store2<T>(ptr: usize, k: usize, x: v128): void {
    const at = ptr + Lane.bytes<T>(k);
    if (sizeof<T>() == 8) v128.store(at, x);
    else v128.store64_lane(at, f32x4.demote_f64x2_zero(x), 0);
  }

  /** The rounding error of u = a + b (Knuth's TwoSum: exact whichever is larger). */
  @inline
  static sumError(a: v128, b: v128, u: v128): v128 {
    const z = f64x2.sub(u, a);
    return f64x2.add(f64x2.sub(a, f64x2.sub(u, z)), f64x2.sub(b, z));
  }
}

/**
 * A term of a sum over two arrays: `of(a, b, constant)`, with one constant that is read from memory
 * before the loop (V8 would build a v128.const anew at every use). The classes that extend it are
 * never instantiated: `changetype<L>(0)` names one at compile time.
 */
export abstract class Term {
  abstract constant(): v128;
  abstract of(a: v128, b: v128, constant: v128): v128;
}

/** A term with a derivative with respect to b. */
export abstract class Sloped extends Term {
  abstract slope(a: v128, b: v128, constant: v128): v128;
}

/** In place of an element type: nothing is written. */
type Nowhere = bool;
/** The same, where a loop half as long is worth more than its speed. */
type NowhereShort = u8;

class Terms {
  /** Terms k and k + 1; their slopes, times the scale, go to elements k and k + 1 of outPtr. */
  @inline
  static two<T, L, O>(
    aPtr: usize,
    bPtr: usize,
    k: usize,
    constant: v128,
    outPtr: usize,
    scale: v128,
  ): v128 {
    const a = Lane.load2<T>(aPtr, k);
    const b = Lane.load2<T>(bPtr, k);
    if (isFloat<O>()) {
      Lane.store2<O>(outPtr, k, f64x2.mul(changetype<L>(0).slope(a, b, constant), scale));
    }
    return changetype<L>(0).of(a, b, constant);
  }

  /** Term k. */
  @inline
  static one<T, L>(aPtr: usize, bPtr: usize, k: usize, constant: v128): v128 {
    return changetype<L>(0).of(Lane.load1<T>(aPtr, k), Lane.load1<T>(bPtr, k), constant);
  }
}

/**
 * Up to this many terms are added one by one, with no error left: the fewer there are, the less
 * rounding errors average out.
 */
export const FEW = 128;

/** Copies n < 8 elements to `to`, filled up to a row of eight. */
export function lastRow<T>(from: usize, n: i32, fill: T, to: usize): usize {
  for (let k = 0; k < LANES; ++k) {
    const at = Lane.bytes<T>(k);
    store<T>(to + at, k < n ? load<T>(from + at) : fill);
  }
  return to;
}

/**
 * Σ L.of(aᵢ, bᵢ), written to totalPtr as an unevaluated sum of two float64: value, remainder. The
 * last, partial row is filled up with zeros, of which L.of makes 0, and is a group of its own.
 * Unless O is Nowhere, out[i] = scale · L.slope(aᵢ, bᵢ); `out` may be one of the arrays.
 */
function walk<T, L, O>(
  aPtr: usize,
  bPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  if (n <= FEW) {
    each<T, L>(aPtr, bPtr, n, Scratch.few);
    exactTotal(Scratch.few, n, totalPtr);
    if (!isFloat<O>()) return;
  }
  const c = changetype<L>(0).constant();
  const scales = f64x2.splat(scale);
  const bytes = isFloat<O>() ? Lane.bytes<O>(LANES) : 0;
  let lastOut = outPtr;
  let sum = f64x2.splat(0);
  let rest = f64x2.splat(0);
  let end = aPtr + Lane.bytes<T>(n & ~(LANES - 1));
  let left = n & (LANES - 1);
  while (true) {
    if (aPtr >= end) {
      if (left == 0) break;
      aPtr = lastRow<T>(aPtr, left, 0, Scratch.lastA);
      bPtr = lastRow<T>(bPtr, left, 0, Scratch.lastB);
      if (isFloat<O>()) {
        lastOut = outPtr;
        outPtr = Scratch.lastOut;
      }
      end = aPtr + Lane.bytes<T>(LANES);
      left = 0;
    }
    const groupEnd = min(aPtr + Lane.bytes<T>(LANES * GROUP_ROWS), end);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (isBoolean<O>()) {
      // The first row by itself: V8 makes a loop of it that is a third faster than one that starts
      // at 0. (The sum is the same, as no term is −0.)
      s0 = Terms.two<T, L, O>(aPtr, bPtr, 0, c, outPtr, scales);
      s1 = Terms.two<T, L, O>(aPtr, bPtr, 2, c, outPtr, scales);
      s2 = Terms.two<T, L, O>(aPtr, bPtr, 4, c, outPtr, scales);
      s3 = Terms.two<T, L, O>(aPtr, bPtr, 6, c, outPtr, scales);
      aPtr += Lane.bytes<T>(LANES);
      bPtr += Lane.bytes<T>(LANES);
    }
    while (aPtr < groupEnd) {
      s0 = f64x2.add(s0, Terms.two<T, L, O>(aPtr, bPtr, 0, c, outPtr, scales));
      s1 = f64x2.add(s1, Terms.two<T, L, O>(aPtr, bPtr, 2, c, outPtr, scales));
      s2 = f64x2.add(s2, Terms.two<T, L, O>(aPtr, bPtr, 4, c, outPtr, scales));
      s3 = f64x2.add(s3, Terms.two<T, L, O>(aPtr, bPtr, 6, c, outPtr, scales));
      aPtr += Lane.bytes<T>(LANES);
      bPtr += Lane.bytes<T>(LANES);
      outPtr += bytes;
    }
    const group = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    const next = f64x2.add(sum, group);
    rest = f64x2.add(rest, Lane.sumError(sum, group, next));
    sum = next;
  }
  if (isFloat<O>()) memory.copy(lastOut, Scratch.lastOut, Lane.bytes<O>(n & (LANES - 1)));
  if (n > FEW) storeTotal(sum, rest, totalPtr);
}

/** The same for terms that are there, with every addition compensated. */
function exactTotal(ptr: usize, n: i32, totalPtr: usize): void {
  let sum = f64x2.splat(0);
  let rest = f64x2.splat(0);
  for (; n > 0; n -= 2) {
    const x = n == 1 ? v128.load64_zero(ptr) : v128.load(ptr);
    const next = f64x2.add(sum, x);
    rest = f64x2.add(rest, Lane.sumError(sum, x, next));
    sum = next;
    ptr += 16;
  }
  storeTotal(sum, rest, totalPtr);
}

/** Adds the two lanes, each a value and its remainder. */
function storeTotal(sum: v128, rest: v128, totalPtr: usize): void {
  const odd = i64x2.shuffle(sum, sum, 1, 0);
  const both = f64x2.add(sum, odd);
  rest = f64x2.add(rest, i64x2.shuffle(rest, rest, 1, 0));
  rest = f64x2.add(rest, Lane.sumError(sum, odd, both));
  store<f64>(totalPtr, f64x2.extract_lane(both, 0));
  store<f64>(totalPtr, f64x2.extract_lane(rest, 0), 8);
}

/** A total as one number. (The remainder of an infinite sum is NaN.) */
export function totalValue(totalPtr: usize): f64 {
  const rest = load<f64>(totalPtr, 8);
  return load<f64>(totalPtr) + (isNaN(rest) ? 0 : rest);
}

/** Σ L.of(aᵢ, bᵢ). */
export function total<T, L>(aPtr: usize, bPtr: usize, n: i32, totalPtr: usize): void {
  walk<T, L, NowhereShort>(aPtr, bPtr, n, 0, 0, totalPtr);
}

/** The same, faster. */
export function fastTotal<T, L>(aPtr: usize, bPtr: usize, n: i32, totalPtr: usize): void {
  walk<T, L, Nowhere>(aPtr, bPtr, n, 0, 0, totalPtr);
}

/** The same, and out[i] = scale · L.slope(aᵢ, bᵢ) in the type of the arrays. */
export function gradient<T, L>(
  aPtr: usize,
  bPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  walk<T, L, T>(aPtr, bPtr, n, scale, outPtr, totalPtr);
}

/** out[i] = L.of(aᵢ, bᵢ) as float64. */
export function each<T, L>(aPtr: usize, bPtr: usize, n: i32, outPtr: usize): void {
  const c = changetype<L>(0).constant();
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, Terms.two<T, L, Nowhere>(aPtr, bPtr, 0, c, 0, c));
    aPtr += Lane.bytes<T>(2);
    bPtr += Lane.bytes<T>(2);
    outPtr += 16;
  }
  if (n & 1) store<f64>(outPtr, f64x2.extract_lane(Terms.one<T, L>(aPtr, bPtr, 0, c), 0));
}

/** The second array alone: the sum of numbers that are there already. */
export class Second extends Term {
  @inline
  constant(): v128 {
    return f64x2.splat(0);
  }

  @inline
  of(_a: v128, b: v128, _constant: v128): v128 {
    return b;
  }
}

class Product extends Term {
  @inline
  constant(): v128 {
    return f64x2.splat(0);
  }

  /** Of weight 0 is nothing: 0, also where 0 · a would be NaN. */
  @inline
  of(a: v128, b: v128, zero: v128): v128 {
    return v128.and(f64x2.mul(a, b), f64x2.ne(b, zero));
  }
}

/** Σ aᵢ·bᵢ, b weights. */
export function dot_total_f64(aPtr: usize, bPtr: usize, n: i32, totalPtr: usize): void {
  total<f64, Product>(aPtr, bPtr, n, totalPtr);
}

/** The same of float32 and float64. */
export function dot_total_f32(aPtr: usize, bPtr: usize, n: i32, totalPtr: usize): void {
  widen<f32>(aPtr, Scratch.blocks, n);
  dot_total_f64(Scratch.blocks, bPtr, n, totalPtr);
}

/** dst[i] = src[i] as float64. */
export function widen<T>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(dstPtr, Lane.load2<T>(srcPtr, 0));
    srcPtr += Lane.bytes<T>(2);
    dstPtr += 16;
  }
  if (n & 1) store<f64>(dstPtr, <f64>load<T>(srcPtr));
}

export function sum_total_f64(ptr: usize, n: i32, totalPtr: usize): void {
  total<f64, Second>(ptr, ptr, n, totalPtr);
}

export function sum_total_f32(ptr: usize, n: i32, totalPtr: usize): void {
  widen<f32>(ptr, Scratch.blocks, n);
  sum_total_f64(Scratch.blocks, n, totalPtr);
}
