// Rows of classes: sums, the probability of the true class, a factor for each row.
import { Lane, Second, total, totalValue } from './lanes';
import { numbers_divide_f64 } from './numbers';
import { Scratch } from './scratch';

function rowTotal(ptr: usize, classes: i32): f64 {
  total<f64, Second>(ptr, ptr, classes, Scratch.total);
  return totalValue(Scratch.total);
}

/** out[row] = the sum of the row. */
export function rows_total_f64(ptr: usize, rows: i32, classes: i32, outPtr: usize): void {
  for (; rows > 0; --rows) {
    store<f64>(outPtr, rowTotal(ptr, classes));
    ptr += Lane.bytes<f64>(classes);
    outPtr += 8;
  }
}

/** Divides each row by its sum, in place. */
export function rows_normalize_f64(ptr: usize, rows: i32, classes: i32): void {
  for (; rows > 0; --rows) {
    numbers_divide_f64(ptr, classes, rowTotal(ptr, classes));
    ptr += Lane.bytes<f64>(classes);
  }
}

/** values[row] *= factors[row], in place. */
export function rows_scale_f64(ptr: usize, rows: i32, classes: i32, factorsPtr: usize): void {
  for (; rows > 0; --rows) {
    const factor = load<f64>(factorsPtr);
    const end = ptr + Lane.bytes<f64>(classes);
    for (; ptr + 16 <= end; ptr += 16) {
      v128.store(ptr, f64x2.mul(v128.load(ptr), f64x2.splat(factor)));
    }
    if (ptr < end) {
      store<f64>(ptr, load<f64>(ptr) * factor);
      ptr = end;
    }
    factorsPtr += 8;
  }
}

/** values[row] −= factors[row] · ys[row], in place. */
export function rows_subtract_f64(
  ptr: usize,
  rows: i32,
  classes: i32,
  factorsPtr: usize,
  yTruePtr: usize,
): void {
  for (; rows > 0; --rows) {
    const factor = load<f64>(factorsPtr);
    const end = ptr + Lane.bytes<f64>(classes);
    for (; ptr + 16 <= end; ptr += 16) {
      const y = f64x2.mul(v128.load(yTruePtr), f64x2.splat(factor));
      v128.store(ptr, f64x2.sub(v128.load(ptr), y));
      yTruePtr += 16;
    }
    if (ptr < end) {
      store<f64>(ptr, load<f64>(ptr) - load<f64>(yTruePtr) * factor);
      ptr = end;
      yTruePtr += 8;
    }
    factorsPtr += 8;
  }
}

/** out[row] = the row's element at its label; 1 if every label is in 0 … classes − 1, else 0. */
function gather<T>(labelsPtr: usize, yPredPtr: usize, rows: i32, classes: i32, outPtr: usize): i32 {
  let found = 1;
  for (; rows > 0; --rows) {
    const label = load<i32>(labelsPtr);
    if (<u32>label < <u32>classes) {
      store<f64>(outPtr, <f64>load<T>(yPredPtr + Lane.bytes<T>(label)));
    } else {
      store<f64>(outPtr, NaN);
      found = 0;
    }
    labelsPtr += 4;
    yPredPtr += Lane.bytes<T>(classes);
    outPtr += 8;
  }
  return found;
}

export function rows_gather_f32(
  labelsPtr: usize,
  yPredPtr: usize,
  rows: i32,
  classes: i32,
  outPtr: usize,
): i32 {
  return gather<f32>(labelsPtr, yPredPtr, rows, classes, outPtr);
}

export function rows_gather_f64(
  labelsPtr: usize,
  yPredPtr: usize,
  rows: i32,
  classes: i32,
  outPtr: usize,
): i32 {
  return gather<f64>(labelsPtr, yPredPtr, rows, classes, outPtr);
}
