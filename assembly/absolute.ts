// Absolute error, |p − y|.
import { each, fastTotal, gradient, Sloped } from './lanes';

/** All bits but the sign: V8 fetches that of f64x2.abs anew each time. */
const MAGNITUDE = memory.data<u64>([0x7fff_ffff_ffff_ffff]);

class Absolute extends Sloped {
  @inline
  constant(): v128 {
    return v128.load64_splat(MAGNITUDE);
  }

  @inline
  of(y: v128, p: v128, magnitude: v128): v128 {
    return v128.and(f64x2.sub(p, y), magnitude);
  }

  /** The sign, 0 at equality, NaN where there is a NaN. */
  @inline
  slope(y: v128, p: v128, _magnitude: v128): v128 {
    const one = f64x2.splat(1);
    const above = v128.and(f64x2.gt(p, y), one);
    const below = v128.and(f64x2.lt(p, y), one);
    const d = f64x2.sub(p, y);
    return v128.or(f64x2.sub(above, below), f64x2.ne(d, d));
  }
}

export function absolute_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  fastTotal<f32, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  fastTotal<f64, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f32, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f64, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  gradient<f32, Absolute>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}

export function absolute_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  gradient<f64, Absolute>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}
