// Squared error, (p − y)².
import { fastTotal, Term, totalAndWrite, weighted } from './lanes';
import { Constants, Half, write, writeWeighted } from './pointwise';

/** Of float32, 5 instructions of two units a pair, 2 of them conversions (0.39 ns a term); of float64, loads. */
class Squared extends Term {
  @inline
  constant(): v128 {
    return f64x2.splat(0);
  }

  @inline
  of(y: v128, p: v128, _constant: v128): v128 {
    const d = f64x2.sub(p, y);
    return f64x2.mul(d, d);
  }
}

class SquaredLoss {
  @inline
  of<T>(y: v128, p: v128, _a: v128, _b: v128, _c: v128): v128 {
    const d = v128.sub<T>(p, y);
    return v128.mul<T>(d, d);
  }
}

class SquaredSlope {
  @inline
  of<T>(y: v128, p: v128, factor: v128, scale: v128, _c: v128): v128 {
    return v128.mul<T>(Half.difference<T>(y, p, factor), scale);
  }
}

/** (Where the slope is not made smaller, it is infinite if the difference is, and subnormals keep their digits.) */
function setSlope<T>(scale: f64): void {
  const factor = scale > 0.5 ? 1 : Half.factor<T>();
  Constants.set<T>(factor, (2 * scale) / factor, 0);
}

export function squared_total_f32(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  fastTotal<f32, Squared>(yTruePtr, yPredPtr, n, totalPtr);
}

export function squared_total_f64(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  fastTotal<f64, Squared>(yTruePtr, yPredPtr, n, totalPtr);
}

export function squared_weighted_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  weighted<f32, Squared>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function squared_weighted_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  weighted<f64, Squared>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function squared_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  write<f32, SquaredLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  write<f64, SquaredLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
): void {
  setSlope<f32>(scale);
  write<f32, SquaredSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
): void {
  setSlope<f64>(scale);
  write<f64, SquaredSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function squared_weightedGradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
): void {
  setSlope<f64>(1);
  writeWeighted<f32, SquaredSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function squared_weightedGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
): void {
  setSlope<f64>(1);
  writeWeighted<f64, SquaredSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function squared_valueAndGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  totalPtr: usize,
  outPtr: usize,
): void {
  setSlope<f64>(scale);
  totalAndWrite<Squared, SquaredSlope>(yTruePtr, yPredPtr, n, totalPtr, outPtr);
}
