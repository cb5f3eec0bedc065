// Squared error, (p − y)².
import { each, fastTotal, gradient, Sloped } from './lanes';

class Squared extends Sloped {
  @inline
  constant(): v128 {
    return f64x2.splat(0);
  }

  @inline
  of(y: v128, p: v128, _constant: v128): v128 {
    const d = f64x2.sub(p, y);
    return f64x2.mul(d, d);
  }

  @inline
  slope(y: v128, p: v128, _constant: v128): v128 {
    const d = f64x2.sub(p, y);
    return f64x2.add(d, d);
  }
}

export function squared_total_f32(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  fastTotal<f32, Squared>(yTruePtr, yPredPtr, n, totalPtr);
}

export function squared_total_f64(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  fastTotal<f64, Squared>(yTruePtr, yPredPtr, n, totalPtr);
}

export function squared_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f32, Squared>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f64, Squared>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  gradient<f32, Squared>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}

export function squared_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
): void {
  gradient<f64, Squared>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}
