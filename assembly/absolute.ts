// Absolute error, |p − y|.
import { each, Term, total } from './lanes';

class Absolute extends Term {
  of(y: v128, p: v128): v128 {
    return f64x2.abs(f64x2.sub(p, y));
  }
}

export function absolute_total_f32(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  total<f32, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_total_f64(yTruePtr: usize, yPredPtr: usize, n: i32, totalPtr: usize): void {
  total<f64, Absolute>(yTruePtr, yPredPtr, n, totalPtr);
}

export function absolute_each_f32(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f32, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}

export function absolute_each_f64(yTruePtr: usize, yPredPtr: usize, n: i32, outPtr: usize): void {
  each<f64, Absolute>(yTruePtr, yPredPtr, n, outPtr);
}
