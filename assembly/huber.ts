// Huber loss: ½d² for |d| ≤ δ, δ(|d| − ½δ) beyond, which is m(|d| − ½m) for m = min(|d|, δ).
import { each, gradient, Sloped, total } from './lanes';
import { Scratch } from './scratch';

class Huber extends Sloped {
  @inline
  constant(): v128 {
    return v128.load64_splat(Scratch.constant);
  }

  @inline
  of(y: v128, p: v128, delta: v128): v128 {
    const size = f64x2.abs(f64x2.sub(p, y));
    const m = f64x2.pmin(size, delta);
    return f64x2.mul(m, f64x2.sub(size, f64x2.mul(f64x2.splat(0.5), m)));
  }

  @inline
  slope(y: v128, p: v128, delta: v128): v128 {
    return f64x2.pmin(f64x2.pmax(f64x2.sub(p, y), f64x2.neg(delta)), delta);
  }
}

export function huber_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  total<f32, Huber>(yTruePtr, yPredPtr, n, totalPtr);
}

export function huber_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  total<f64, Huber>(yTruePtr, yPredPtr, n, totalPtr);
}

export function huber_each_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  each<f32, Huber>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  each<f64, Huber>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  gradient<f32, Huber>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}

export function huber_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  gradient<f64, Huber>(yTruePtr, yPredPtr, n, scale, outPtr, totalPtr);
}
