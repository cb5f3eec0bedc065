// Arrays in memory that are not of the type a kernel wants, converted a block at a time. (The
// JavaScript path converts while it stages, so these have no twins.) What is read may end where what is
// written ends: it is read first.
import { Lane, widen } from './lanes';

/** Elements k … k + 3 as int32. */
function load4<S>(ptr: usize): v128 {
  if (sizeof<S>() == 4) return v128.load(ptr);
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(ptr)));
}

function toFloat64<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (let quads = n >> 2; quads > 0; --quads) {
    const x = load4<S>(srcPtr);
    v128.store(dstPtr, f64x2.convert_low_i32x4_s(x));
    v128.store(dstPtr, f64x2.convert_low_i32x4_s(i64x2.shuffle(x, x, 1, 1)), 16);
    srcPtr += Lane.bytes<S>(4);
    dstPtr += 32;
  }
  for (let left = n & 3; left > 0; --left) {
    store<f64>(dstPtr, <f64>load<S>(srcPtr));
    srcPtr += Lane.bytes<S>(1);
    dstPtr += 8;
  }
}

function toFloat32<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (let quads = n >> 2; quads > 0; --quads) {
    v128.store(dstPtr, f32x4.convert_i32x4_s(load4<S>(srcPtr)));
    srcPtr += Lane.bytes<S>(4);
    dstPtr += 16;
  }
  for (let left = n & 3; left > 0; --left) {
    store<f32>(dstPtr, <f32>load<S>(srcPtr));
    srcPtr += Lane.bytes<S>(1);
    dstPtr += 4;
  }
}

export function convert_f32_f64(srcPtr: usize, dstPtr: usize, n: i32): void {
  widen<f32>(srcPtr, dstPtr, n);
}

export function convert_u8_f64(srcPtr: usize, dstPtr: usize, n: i32): void {
  toFloat64<u8>(srcPtr, dstPtr, n);
}

export function convert_i32_f64(srcPtr: usize, dstPtr: usize, n: i32): void {
  toFloat64<i32>(srcPtr, dstPtr, n);
}

export function convert_u8_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  toFloat32<u8>(srcPtr, dstPtr, n);
}

export function convert_i32_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  toFloat32<i32>(srcPtr, dstPtr, n);
}

export function convert_u8_i32(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (; n > 0; --n) {
    store<i32>(dstPtr, <i32>load<u8>(srcPtr));
    srcPtr += 1;
    dstPtr += 4;
  }
}

export function convert_f64_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store64_lane(dstPtr, f32x4.demote_f64x2_zero(v128.load(srcPtr)), 0);
    srcPtr += 16;
    dstPtr += 8;
  }
  if (n & 1) store<f32>(dstPtr, <f32>load<f64>(srcPtr));
}

/** In place of an element type: bits of half floats. */
type Float16 = i16;
type Bfloat16 = u16;

class Half {
  /** Four half floats as float32, from the lower 16 bits of each lane. */
  @inline
  static widen4<S>(bits: v128): v128 {
    if (!isSigned<S>()) return i32x4.shl(bits, 16);
    const magnitude = v128.and(bits, i32x4.splat(0x7fff));
    const sign = i32x4.shl(v128.xor(bits, magnitude), 16);
    // Exponent and fraction at their new places; 112 more is what the exponent is there.
    const moved = i32x4.shl(magnitude, 13);
    const normal = i32x4.add(moved, i32x4.splat(112 << 23));
    // A fraction without a leading 1 is given one, which is taken away as a number: exact.
    const subnormal = f32x4.sub(
      i32x4.add(moved, i32x4.splat(113 << 23)),
      f32x4.splat(reinterpret<f32>(113 << 23)),
    );
    const isSubnormal = i32x4.lt_s(magnitude, i32x4.splat(0x400));
    // Infinities and NaN have the largest exponent, here as there.
    const largest = v128.and(i32x4.gt_s(magnitude, i32x4.splat(0x7bff)), i32x4.splat(0x7f800000));
    const finite = v128.bitselect(subnormal, normal, isSubnormal);
    return v128.or(v128.or(finite, largest), sign);
  }

  /** Half floats k … k + 3 as float32. */
  @inline
  static load4<S>(ptr: usize): v128 {
    return Half.widen4<S>(i32x4.extend_low_i16x8_u(v128.load64_zero(ptr)));
  }

  /** One as float32, in all lanes. */
  @inline
  static load1<S>(ptr: usize): f32 {
    return f32x4.extract_lane(Half.widen4<S>(i32x4.splat(<i32>load<u16>(ptr))), 0);
  }
}

/** The sign of a float16 and the rest, moved under it; and 2¹¹², which exponents are less there. */
const FLOAT16 = memory.data<u32>([0x8fff_ffff, 0x7780_0000]);
/** All but the sign; the least normal magnitude, and the largest finite one. */
const MAGNITUDES = memory.data<u16>([0x7fff, 0x400, 0x7bff]);

/** Whether whole vectors of float16 hold no other than 0 and normal ones. */
function arePlain(ptr: usize, n: i32): bool {
  const mask = v128.load16_splat(MAGNITUDES);
  const least = v128.load16_splat(MAGNITUDES, 2);
  const most = v128.load16_splat(MAGNITUDES, 4);
  const zero = i64x2.splat(0);
  let others = zero;
  for (const end = ptr + Lane.bytes<u16>(n & ~7); ptr < end; ptr += 16) {
    const magnitude = v128.and(v128.load(ptr), mask);
    const isSubnormal = v128.and(i16x8.gt_s(least, magnitude), i16x8.gt_s(magnitude, zero));
    others = v128.or(others, v128.or(isSubnormal, i16x8.gt_s(magnitude, most)));
  }
  return !v128.any_true(others);
}

/** The same as `halvesToFloat32` of whole vectors, of bfloat16 or of plain float16. */
function eightsToFloat32<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  const mask = v128.load32_splat(FLOAT16);
  const factor = v128.load32_splat(FLOAT16, 4);
  const zero = i64x2.splat(0);
  for (let eights = n >> 3; eights > 0; --eights) {
    const x = v128.load(srcPtr);
    let low = i16x8.shuffle(zero, x, 0, 8, 1, 9, 2, 10, 3, 11);
    let high = i16x8.shuffle(zero, x, 4, 12, 5, 13, 6, 14, 7, 15);
    if (isSigned<S>()) {
      low = f32x4.mul(v128.and(i32x4.shr_s(low, 3), mask), factor);
      high = f32x4.mul(v128.and(i32x4.shr_s(high, 3), mask), factor);
    }
    v128.store(dstPtr, low);
    v128.store(dstPtr, high, 16);
    srcPtr += 16;
    dstPtr += 32;
  }
}

function halvesToFloat32<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  // Plain float16 as if their bits were float32's, times 2¹¹²: 4 instructions for four instead of 14. (Subnormal
  // operands would take 150 cycles.)
  if (!isSigned<S>() || arePlain(srcPtr, n)) {
    eightsToFloat32<S>(srcPtr, dstPtr, n);
    const eights = n & ~7;
    srcPtr += Lane.bytes<u16>(eights);
    dstPtr += Lane.bytes<f32>(eights);
    n &= 7;
  }
  for (let quads = n >> 2; quads > 0; --quads) {
    v128.store(dstPtr, Half.load4<S>(srcPtr));
    srcPtr += 8;
    dstPtr += 16;
  }
  for (let left = n & 3; left > 0; --left) {
    store<f32>(dstPtr, Half.load1<S>(srcPtr));
    srcPtr += 2;
    dstPtr += 4;
  }
}

function halvesToFloat64<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (let quads = n >> 2; quads > 0; --quads) {
    const x = Half.load4<S>(srcPtr);
    v128.store(dstPtr, f64x2.promote_low_f32x4(x));
    v128.store(dstPtr, f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1)), 16);
    srcPtr += 8;
    dstPtr += 32;
  }
  for (let left = n & 3; left > 0; --left) {
    store<f64>(dstPtr, <f64>Half.load1<S>(srcPtr));
    srcPtr += 2;
    dstPtr += 8;
  }
}

export function convert_f16_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  halvesToFloat32<Float16>(srcPtr, dstPtr, n);
}

export function convert_f16_f64(srcPtr: usize, dstPtr: usize, n: i32): void {
  halvesToFloat64<Float16>(srcPtr, dstPtr, n);
}

export function convert_bf16_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  halvesToFloat32<Bfloat16>(srcPtr, dstPtr, n);
}

export function convert_bf16_f64(srcPtr: usize, dstPtr: usize, n: i32): void {
  halvesToFloat64<Bfloat16>(srcPtr, dstPtr, n);
}

/** 64-bit integers, by their 32-bit halves: no SIMD instruction converts them. */
class Int64 {
  /** The upper halves times 2³², as float64: their bits under 2⁸⁴'s. */
  @inline
  static upper<S>(x: v128): v128 {
    const upper = i64x2.shr_u(x, 32);
    // 2⁸⁴, or 2⁸⁴ + 2⁶³, which the sign bit turned round is 2⁶³ from.
    const over: u64 = isSigned<S>() ? 0x4530000080000000 : 0x4530000000000000;
    return f64x2.sub(v128.xor(upper, i64x2.splat(over)), f64x2.splat(reinterpret<f64>(over)));
  }

  /** The lower halves as float64: their bits under 2⁵²'s. */
  @inline
  static lower(x: v128): v128 {
    const over: u64 = 0x4330000000000000;
    return f64x2.sub(
      v128.or(v128.and(x, i64x2.splat(0xffffffff)), i64x2.splat(over)),
      f64x2.splat(reinterpret<f64>(over)),
    );
  }
}

/** 1 if float64 holds all of them, 0 if one was rounded. */
function int64ToFloat64<S>(srcPtr: usize, dstPtr: usize, n: i32): i32 {
  let rounded = i64x2.splat(0);
  for (; n > 0; n -= 2) {
    const x = n == 1 ? v128.load64_zero(srcPtr) : v128.load(srcPtr);
    const upper = Int64.upper<S>(x);
    const lower = Int64.lower(x);
    const sum = f64x2.add(upper, lower);
    // The upper part is 0 or the larger one: what is left of the sum is exact.
    rounded = v128.or(rounded, f64x2.ne(f64x2.sub(sum, upper), lower));
    if (n == 1) v128.store64_lane(dstPtr, sum, 0);
    else v128.store(dstPtr, sum);
    srcPtr += 16;
    dstPtr += 16;
  }
  return i32(!v128.any_true(rounded));
}

/** Rounded to float32 by way of float64: for labels in [0, 1], which lose nothing. */
function int64ToFloat32<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (; n > 0; n -= 2) {
    const x = n == 1 ? v128.load64_zero(srcPtr) : v128.load(srcPtr);
    const sum = f32x4.demote_f64x2_zero(f64x2.add(Int64.upper<S>(x), Int64.lower(x)));
    if (n == 1) v128.store32_lane(dstPtr, sum, 0);
    else v128.store64_lane(dstPtr, sum, 0);
    srcPtr += 16;
    dstPtr += 8;
  }
}

/** Class indices: −1 for those that an int32 does not hold. */
function int64ToInt32<S>(srcPtr: usize, dstPtr: usize, n: i32): void {
  for (; n > 0; --n) {
    const x = load<i64>(srcPtr);
    const isHeld = isSigned<S>() ? x == <i64>(<i32>x) : <u64>x <= 0x7fffffff;
    store<i32>(dstPtr, isHeld ? <i32>x : -1);
    srcPtr += 8;
    dstPtr += 4;
  }
}

export function convert_i64_f64(srcPtr: usize, dstPtr: usize, n: i32): i32 {
  return int64ToFloat64<i64>(srcPtr, dstPtr, n);
}

export function convert_u64_f64(srcPtr: usize, dstPtr: usize, n: i32): i32 {
  return int64ToFloat64<u64>(srcPtr, dstPtr, n);
}

export function convert_i64_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  int64ToFloat32<i64>(srcPtr, dstPtr, n);
}

export function convert_u64_f32(srcPtr: usize, dstPtr: usize, n: i32): void {
  int64ToFloat32<u64>(srcPtr, dstPtr, n);
}

export function convert_i64_i32(srcPtr: usize, dstPtr: usize, n: i32): void {
  int64ToInt32<i64>(srcPtr, dstPtr, n);
}

export function convert_u64_i32(srcPtr: usize, dstPtr: usize, n: i32): void {
  int64ToInt32<u64>(srcPtr, dstPtr, n);
}
