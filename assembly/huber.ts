// Huber loss: ½d² for |d| ≤ δ, δ(|d| − ½δ) beyond, which is m(|d| − ½m) for m = min(|d|, δ).
import { fastTotal, Term, totalAndWrite, weighted } from './lanes';
import { Constants, Half, write, writeWeighted } from './pointwise';
import { Scratch } from './scratch';

/** 8 instructions of two units a pair of float32, 2 of them conversions (0.61 ns a term), 6 of float64. */
class Huber extends Term {
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
}

class HuberLoss {
  /** The same; of float32 with h = ½|d|: 2m(h − ¼m). (2h may be infinite, m is not.) */
  @inline
  of<T>(y: v128, p: v128, factor: v128, delta: v128, quarter: v128): v128 {
    const h = v128.abs<T>(Half.difference<T>(y, p, factor));
    if (sizeof<T>() == 8) {
      const m = v128.pmin<T>(h, delta);
      return v128.mul<T>(m, v128.sub<T>(h, v128.mul<T>(v128.add<T>(quarter, quarter), m)));
    }
    const m = v128.pmin<T>(v128.add<T>(h, h), delta);
    return v128.mul<T>(v128.add<T>(m, m), v128.sub<T>(h, v128.mul<T>(quarter, m)));
  }
}

class HuberSlope {
  @inline
  of<T>(y: v128, p: v128, low: v128, high: v128, scale: v128): v128 {
    return v128.mul<T>(v128.pmin<T>(v128.pmax<T>(v128.sub<T>(p, y), low), high), scale);
  }
}

function setSlope<T>(scale: f64, delta: f64): void {
  Constants.set<T>(-delta, delta, scale);
}

export function huber_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  fastTotal<f32, Huber>(yTruePtr, yPredPtr, n, totalPtr);
}

export function huber_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  fastTotal<f64, Huber>(yTruePtr, yPredPtr, n, totalPtr);
}

export function huber_weighted_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  weighted<f32, Huber>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function huber_weighted_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  weighted<f64, Huber>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function huber_each_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  delta: f64,
): void {
  Constants.set<f32>(Half.factor<f32>(), delta, 0.25);
  write<f32, HuberLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  delta: f64,
): void {
  Constants.set<f64>(Half.factor<f64>(), delta, 0.25);
  write<f64, HuberLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  delta: f64,
): void {
  setSlope<f32>(scale, delta);
  write<f32, HuberSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  delta: f64,
): void {
  setSlope<f64>(scale, delta);
  write<f64, HuberSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function huber_weightedGradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
  delta: f64,
): void {
  setSlope<f64>(1, delta);
  writeWeighted<f32, HuberSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function huber_weightedGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
  delta: f64,
): void {
  setSlope<f64>(1, delta);
  writeWeighted<f64, HuberSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function huber_valueAndGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  totalPtr: usize,
  outPtr: usize,
  delta: f64,
): void {
  store<f64>(Scratch.constant, delta);
  setSlope<f64>(scale, delta);
  totalAndWrite<Huber, HuberSlope>(yTruePtr, yPredPtr, n, totalPtr, outPtr);
}
