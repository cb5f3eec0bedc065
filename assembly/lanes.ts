// Loads that widen to float64, and the fixed order in which every sum is made.
//
// Row r of a group holds elements 8r … 8r + 7; element i belongs to lane i mod 8. A group is eight
// rows: each lane adds its (up to) eight terms one after the other, the lanes are added in a fixed
// tree, and the tree's two halves go into compensated sums. So no term passes through more than a
// dozen rounded additions, whatever the length, at the speed of four plain accumulators.

import { Scratch } from './scratch';

/** BLOCK of src/block.ts. */
const BLOCK = 2048;
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

/** How a sum is made: in a fast loop, */
type Fast = bool;
/** in one half as long, where that is worth more; or with what a class of pointwise.ts writes beside it. */
type Short = u8;

class Terms {
  /** Terms k and k + 1. */
  @inline
  static two<T, L>(aPtr: usize, bPtr: usize, k: usize, constant: v128): v128 {
    return changetype<L>(0).of(Lane.load2<T>(aPtr, k), Lane.load2<T>(bPtr, k), constant);
  }

  /** The same; what S makes of float64 goes to elements k and k + 1 of outPtr, which may be one of the arrays. */
  @inline
  static both<T, L, S>(
    aPtr: usize,
    bPtr: usize,
    k: usize,
    constant: v128,
    outPtr: usize,
    k0: v128,
    k1: v128,
    k2: v128,
  ): v128 {
    if (!isReference<S>()) return Terms.two<T, L>(aPtr, bPtr, k, constant);
    const a = Lane.load2<T>(aPtr, k);
    const b = Lane.load2<T>(bPtr, k);
    Lane.store2<T>(outPtr, k, changetype<S>(0).of<f64>(a, b, k0, k1, k2));
    return changetype<L>(0).of(a, b, constant);
  }

  /** The same times their weights. */
  @inline
  static product<T, L>(aPtr: usize, bPtr: usize, k: usize, w: v128, constant: v128): v128 {
    return f64x2.mul(w, Terms.two<T, L>(aPtr, bPtr, k, constant));
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
 */
function walk<T, L, S>(
  aPtr: usize,
  bPtr: usize,
  n: i32,
  totalPtr: usize,
  outPtr: usize = 0,
  k0: v128 = i64x2.splat(0),
  k1: v128 = i64x2.splat(0),
  k2: v128 = i64x2.splat(0),
): void {
  if (n <= FEW) {
    each<T, L>(aPtr, bPtr, n, Scratch.few);
    exactTotal(Scratch.few, n, totalPtr);
    if (!isReference<S>()) return;
  }
  const c = changetype<L>(0).constant();
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
      if (isReference<S>()) {
        lastOut = outPtr;
        outPtr = Scratch.lastW;
      }
      end = aPtr + Lane.bytes<T>(LANES);
      left = 0;
    }
    const groupEnd = min(aPtr + Lane.bytes<T>(LANES * GROUP_ROWS), end);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    if (isBoolean<S>()) {
      // The first row by itself: V8 makes a loop of it that is a third faster than one that starts
      // at 0. (The sum is the same, as no term is −0.)
      s0 = Terms.two<T, L>(aPtr, bPtr, 0, c);
      s1 = Terms.two<T, L>(aPtr, bPtr, 2, c);
      s2 = Terms.two<T, L>(aPtr, bPtr, 4, c);
      s3 = Terms.two<T, L>(aPtr, bPtr, 6, c);
      aPtr += Lane.bytes<T>(LANES);
      bPtr += Lane.bytes<T>(LANES);
    }
    while (aPtr < groupEnd) {
      s0 = f64x2.add(s0, Terms.both<T, L, S>(aPtr, bPtr, 0, c, outPtr, k0, k1, k2));
      s1 = f64x2.add(s1, Terms.both<T, L, S>(aPtr, bPtr, 2, c, outPtr, k0, k1, k2));
      s2 = f64x2.add(s2, Terms.both<T, L, S>(aPtr, bPtr, 4, c, outPtr, k0, k1, k2));
      s3 = f64x2.add(s3, Terms.both<T, L, S>(aPtr, bPtr, 6, c, outPtr, k0, k1, k2));
      aPtr += Lane.bytes<T>(LANES);
      bPtr += Lane.bytes<T>(LANES);
      if (isReference<S>()) outPtr += Lane.bytes<T>(LANES);
    }
    const group = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    const next = f64x2.add(sum, group);
    rest = f64x2.add(rest, Lane.sumError(sum, group, next));
    sum = next;
  }
  if (isReference<S>()) memory.copy(lastOut, Scratch.lastW, Lane.bytes<T>(n & (LANES - 1)));
  if (n > FEW) storeTotal(sum, rest, totalPtr);
}

/**
 * Σ wᵢ·L.of(aᵢ, bᵢ) and, behind it, Σ wᵢ, each added up as in `walk`. Then how many weights are 0, whose
 * terms count as 0 whatever they are; and 1 if a weight may not be a finite number ≥ 0, else 0. The
 * weights are of T, too.
 */
export function weighted<T, L>(
  aPtr: usize,
  bPtr: usize,
  wPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  if (n <= FEW || !weightedFast<T, L>(aPtr, bPtr, wPtr, n, totalPtr)) {
    weightedCareful<T, L>(aPtr, bPtr, wPtr, n, totalPtr);
  }
}

/**
 * Of many, all of them > 0; false if one is not. (A loop that masks terms and counts zeros takes 0.87 ns an
 * element of float32, this one 0.6, of which nearly all is 11 instructions of two units for a pair.)
 */
function weightedFast<T, L>(aPtr: usize, bPtr: usize, wPtr: usize, n: i32, totalPtr: usize): bool {
  const c = changetype<L>(0).constant();
  let sum = f64x2.splat(0);
  let rest = sum;
  let weight = sum;
  let weightRest = sum;
  let least = f64x2.splat(Infinity);
  let seen = least;
  let end = aPtr + Lane.bytes<T>(n & ~(LANES - 1));
  let left = n & (LANES - 1);
  while (true) {
    if (aPtr >= end) {
      if (left < 0) break;
      // (Before the zeros that fill up the last row.)
      seen = least;
      if (left == 0) break;
      for (let k = 0; k < left; ++k) seen = f64x2.pmin(seen, Lane.load1<T>(wPtr, k));
      aPtr = lastRow<T>(aPtr, left, 0, Scratch.lastA);
      bPtr = lastRow<T>(bPtr, left, 0, Scratch.lastB);
      wPtr = lastRow<T>(wPtr, left, 0, Scratch.lastW);
      end = aPtr + Lane.bytes<T>(LANES);
      left = -1;
    }
    const groupEnd = min(aPtr + Lane.bytes<T>(LANES * GROUP_ROWS), end);
    let s0 = f64x2.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let v0 = s0;
    let v1 = s0;
    let v2 = s0;
    let v3 = s0;
    while (aPtr < groupEnd) {
      const w0 = Lane.load2<T>(wPtr, 0);
      const w1 = Lane.load2<T>(wPtr, 2);
      const w2 = Lane.load2<T>(wPtr, 4);
      const w3 = Lane.load2<T>(wPtr, 6);
      s0 = f64x2.add(s0, Terms.product<T, L>(aPtr, bPtr, 0, w0, c));
      s1 = f64x2.add(s1, Terms.product<T, L>(aPtr, bPtr, 2, w1, c));
      s2 = f64x2.add(s2, Terms.product<T, L>(aPtr, bPtr, 4, w2, c));
      s3 = f64x2.add(s3, Terms.product<T, L>(aPtr, bPtr, 6, w3, c));
      v0 = f64x2.add(v0, w0);
      v1 = f64x2.add(v1, w1);
      v2 = f64x2.add(v2, w2);
      v3 = f64x2.add(v3, w3);
      least = f64x2.pmin(f64x2.pmin(least, f64x2.pmin(w0, w1)), f64x2.pmin(w2, w3));
      aPtr += Lane.bytes<T>(LANES);
      bPtr += Lane.bytes<T>(LANES);
      wPtr += Lane.bytes<T>(LANES);
    }
    const group = f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3));
    const next = f64x2.add(sum, group);
    rest = f64x2.add(rest, Lane.sumError(sum, group, next));
    sum = next;
    const weights = f64x2.add(f64x2.add(v0, v1), f64x2.add(v2, v3));
    const nextWeight = f64x2.add(weight, weights);
    weightRest = f64x2.add(weightRest, Lane.sumError(weight, weights, nextWeight));
    weight = nextWeight;
  }
  storeTotal(sum, rest, totalPtr);
  storeTotal(weight, weightRest, totalPtr + 16);
  const isSound = load<f64>(totalPtr, 16) < Infinity;
  store<f64>(totalPtr, 0, 32);
  store<f64>(totalPtr, isSound ? 0 : 1, 40);
  return i64x2.all_true(f64x2.gt(seen, f64x2.splat(0)));
}

/** Of any. */
function weightedCareful<T, L>(
  aPtr: usize,
  bPtr: usize,
  wPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  const weights = Scratch.blocks;
  const products = weights + Lane.bytes<f64>(BLOCK);
  widen<T>(wPtr, weights, n);
  each<T, L>(aPtr, bPtr, n, products);
  let zeros = 0;
  let isSound = true;
  for (let k = 0; k < n; ++k) {
    const at = Lane.bytes<f64>(k);
    const w = load<f64>(weights + at);
    store<f64>(products + at, w == 0 ? 0 : w * load<f64>(products + at));
    if (w == 0) ++zeros;
    else if (!(w > 0 && w < Infinity)) isSound = false;
  }
  sum_total_f64(products, n, totalPtr);
  sum_total_f64(weights, n, totalPtr + 16);
  store<f64>(totalPtr, <f64>zeros, 32);
  store<f64>(totalPtr, isSound ? 0 : 1, 40);
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
  walk<T, L, Short>(aPtr, bPtr, n, totalPtr);
}

/** The same, faster. */
export function fastTotal<T, L>(aPtr: usize, bPtr: usize, n: i32, totalPtr: usize): void {
  walk<T, L, Fast>(aPtr, bPtr, n, totalPtr);
}

/** The same, and out[i] = S.of(aᵢ, bᵢ) in the type of the arrays, by constants of Scratch. */
export function totalAndWrite<L, S>(
  aPtr: usize,
  bPtr: usize,
  n: i32,
  totalPtr: usize,
  outPtr: usize,
): void {
  const k0 = v128.load64_splat(Scratch.constants);
  const k1 = v128.load64_splat(Scratch.constants, 8);
  const k2 = v128.load64_splat(Scratch.constants, 16);
  walk<f64, L, S>(aPtr, bPtr, n, totalPtr, outPtr, k0, k1, k2);
}

/** out[i] = L.of(aᵢ, bᵢ) as float64. */
function each<T, L>(aPtr: usize, bPtr: usize, n: i32, outPtr: usize): void {
  const c = changetype<L>(0).constant();
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, Terms.two<T, L>(aPtr, bPtr, 0, c));
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
