// Arrays in memory that are not of the type a kernel wants, converted a block at a time. (The
// JavaScript path converts while it stages, so these have no twins.)
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
