// Absolute error, |p − y|.
import { fastTotal, Term, totalAndWrite, weighted } from './lanes';
import { Constants, Side, write, writeWeighted } from './pointwise';

/** All bits but the sign: V8 fetches that of f64x2.abs anew each time. */
const MAGNITUDE = memory.data<u64>([0x7fff_ffff_ffff_ffff]);

/** Of float32, 4 instructions of two units a pair, 2 of them conversions (0.37 ns a term); of float64, loads. */
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

class AbsoluteLoss {
  @inline
  of<T>(y: v128, p: v128, _a: v128, _b: v128, _c: v128): v128 {
    return v128.abs<T>(v128.sub<T>(p, y));
  }
}

class AbsoluteSlope {
  @inline
  of<T>(y: v128, p: v128, above: v128, below: v128, _c: v128): v128 {
    return Side.choose<T>(y, p, above, below);
  }
}

/** The sign of p − y, 0 at equality. */
function setSlope<T>(scale: f64): void {
  Constants.set<T>(scale, -scale, 0);
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

export function absolute_weighted_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  weighted<f32, Absolute>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function absolute_weighted_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  totalPtr: usize,
): void {
  weighted<f64, Absolute>(yTruePtr, yPredPtr, weightsPtr, n, totalPtr);
}

export function absolute_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  write<f32, AbsoluteLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  write<f64, AbsoluteLoss>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_gradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
): void {
  setSlope<f32>(scale);
  write<f32, AbsoluteSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_gradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  outPtr: usize,
): void {
  setSlope<f64>(scale);
  write<f64, AbsoluteSlope>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_weightedGradient_f32(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
): void {
  setSlope<f64>(1);
  writeWeighted<f32, AbsoluteSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function absolute_weightedGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  weightsPtr: usize,
  n: i32,
  divisor: f64,
  outPtr: usize,
): void {
  setSlope<f64>(1);
  writeWeighted<f64, AbsoluteSlope>(yTruePtr, yPredPtr, weightsPtr, n, divisor, outPtr);
}

export function absolute_valueAndGradient_f64(
  yTruePtr: usize,
  yPredPtr: usize,
  n: i32,
  scale: f64,
  totalPtr: usize,
  outPtr: usize,
): void {
  setSlope<f64>(scale);
  totalAndWrite<Absolute, AbsoluteSlope>(yTruePtr, yPredPtr, n, totalPtr, outPtr);
}
