// Quantile loss (pinball loss): q·d for d = y − p ≥ 0, (q − 1)·d below, which is the larger of the two.
import { each, gradient, Sloped, total } from './lanes';
import { Scratch } from './scratch';

class Quantile extends Sloped {
  @inline
  constant(): v128 {
    return v128.load64_splat(Scratch.constant);
  }

  /** (The larger by one comparison, which of 0 and −0 may take −0: none of them is negative.) */
  @inline
  of(y: v128, p: v128, q: v128): v128 {
    const d = f64x2.sub(y, p);
    const above = f64x2.mul(f64x2.sub(q, f64x2.splat(1)), d);
    return f64x2.abs(f64x2.pmax(f64x2.mul(q, d), above));
  }

  /** −q below the truth, 1 − q above it, 0 at equality, NaN where there is a NaN. */
  @inline
  slope(y: v128, p: v128, q: v128): v128 {
    const above = v128.and(f64x2.gt(p, y), f64x2.sub(f64x2.splat(1), q));
    const below = v128.and(f64x2.lt(p, y), q);
    const d = f64x2.sub(p, y);
    return v128.or(f64x2.sub(above, below), f64x2.ne(d, d));
  }
}

export function quantile_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  total<f32, Quantile>(yTruePtr, yPredPtr, n, totalPtr);
}

export function quantile_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  total<f64, Quantile>(yTruePtr, yPredPtr, n, totalPtr);
}

export function quantile_each_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  each<f32, Quantile>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  each<f64, Quantile>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  gradient<f32, Quantile>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}

export function quantile_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  gradient<f64, Quantile>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}
