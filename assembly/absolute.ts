// Absolute error, |p − y|.
import { each, Term, total } from './lanes';

/** All bits but the sign: V8 fetches that of f64x2.abs anew each time. */
const MAGNITUDE = memory.data<u64>([0x7fff_ffff_ffff_ffff]);

class Absolute extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(MAGNITUDE);
  }

  @inline
  of(y: v128, p: v128, magnitude: v128): v128 {
    return v128.and(f64x2.sub(p, y), magnitude);
  }
}

export function absolute_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  total<f32, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  total<f64, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f32, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f64, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}
