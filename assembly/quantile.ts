// Quantile loss (pinball loss): q·d for d = y − p ≥ 0, (q − 1)·d below, which is the larger of the two.
import { fastTotal, Term, totalAndWrite, weighted } from './lanes';
import { Constants, Half, Side, write, writeWeighted } from './pointwise';
import { Scratch } from './scratch';

/** 7 instructions of two units a pair of float32, 2 of them conversions (0.53 ns a term), 5 of float64. */
class Quantile extends Term {
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
}

class QuantileLoss {
  @inline
  of<T>(y: v128, p: v128, factor: v128, q: v128, less: v128): v128 {
    const d = Half.difference<T>(p, y, factor);
    return v128.abs<T>(v128.pmax<T>(v128.mul<T>(q, d), v128.mul<T>(less, d)));
  }
}

class QuantileSlope {
  @inline
  of<T>(y: v128, p: v128, above: v128, below: v128, _c: v128): v128 {
    return Side.choose<T>(y, p, above, below);
  }
}

/** −q below the truth, 1 − q above it, 0 at equality. */
function setSlope<T>(scale: f64, q: f64): void {
  Constants.set<T>((1 - q) * scale, -q * scale, 0);
}

export function quantile_total_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  fastTotal<f32, Quantile>(yTruePtr, yPredPtr, n, totalPtr);
}

export function quantile_total_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  fastTotal<f64, Quantile>(yTruePtr, yPredPtr, n, totalPtr);
}

export function quantile_weighted_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  weighted<f32, Quantile>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function quantile_weighted_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  weighted<f64, Quantile>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function quantile_each_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  q: f64,
): void {
  Constants.set<f32>(Half.factor<f32>(), q / Half.factor<f32>(), (q - 1) / Half.factor<f32>());
  write<f32, QuantileLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_each_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  outPtr: usize,
  q: f64,
): void {
  Constants.set<f64>(Half.factor<f64>(), q / Half.factor<f64>(), (q - 1) / Half.factor<f64>());
  write<f64, QuantileLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  q: f64,
): void {
  setSlope<f32>(scale, q);
  write<f32, QuantileSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
  q: f64,
): void {
  setSlope<f64>(scale, q);
  write<f64, QuantileSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function quantile_weightedGradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
  q: f64,
): void {
  setSlope<f64>(1, q);
  writeWeighted<f32, QuantileSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function quantile_weightedGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
  q: f64,
): void {
  setSlope<f64>(1, q);
  writeWeighted<f64, QuantileSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function quantile_valueAndGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  totalPtr: usize,
  outPtr: usize,
  q: f64,
): void {
  store<f64>(Scratch.constant, q);
  setSlope<f64>(scale, q);
  totalAndWrite<Quantile, QuantileSlope>(yTruePtr, yPredPtr, n, totalPtr, outPtr);
}
