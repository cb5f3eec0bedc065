// Softmax of rows of logits: with m the row's maximum, Σₖ e^(zₖ − m) = 1 + rest, where the rest leaves
// out the maximum itself, so that log1p(rest) keeps the digits of small losses.
import { Lane, Second, Term, total, totalValue } from './lanes';
import { logSum } from './math/log';
import { Scratch } from './scratch';
import { columnsGradient, columnsRest } from './softmax-columns';
import { atLabel, canShare, correct, Room, rowMax, rowRest, scale, writeRow } from './softmax-row';

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);
/** Up to so many classes, rows are taken side by side. */
const FEW_CLASSES = 64;

/**
 * max, rest and log1p(rest) of each row; the last two are NaN where there is no limit: a NaN, two
 * logits of +∞, nothing but −∞.
 */
function softmaxRows<T>(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  if (classes <= FEW_CLASSES) {
    for (let row = 0; row < rows; row += Room.width<T>()) {
      const at = Lane.bytes<f64>(row);
      columnsRest<T>(zPtr, row, rows, classes, maxPtr + at, restPtr + at);
    }
  } else {
    for (let row = 0; row < rows; ++row) {
      const at = Lane.bytes<f64>(row);
      const max = rowMax<T>(zPtr, classes);
      store<f64>(maxPtr + at, <f64>max);
      store<f64>(restPtr + at, rowRest<T>(zPtr, classes, max));
      zPtr += Lane.bytes<T>(classes);
    }
  }
  softmax_logs_f64(restPtr, rows, logPtr);
}

/** log1p of each. */
export function softmax_logs_f64(restPtr: usize, rows: i32, logPtr: usize): void {
  const one = v128.load64_splat(ONE);
  for (const end = restPtr + Lane.bytes<f64>(rows); restPtr < end; restPtr += 16) {
    // One more than there are rows, if their number is odd: there is room.
    v128.store(logPtr, logSum(one, v128.load(restPtr)));
    logPtr += 16;
  }
}

export function softmax_rows_f32(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f32>(zPtr, rows, classes, maxPtr, restPtr, logPtr);
}

export function softmax_rows_f64(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
  logPtr: usize,
): void {
  softmaxRows<f64>(zPtr, rows, classes, maxPtr, restPtr, logPtr);
}

/**
 * out[row] = (max − z) + log1p(rest), z the logit at its label; 1 if every label is in
 * 0 … classes − 1, else 0.
 */
function losses<T>(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  logPtr: usize,
  outPtr: usize,
): i32 {
  let found = 1;
  for (; rows > 0; --rows) {
    const label = load<i32>(labelsPtr);
    if (<u32>label < <u32>classes) {
      const max = load<f64>(maxPtr);
      const z = <f64>load<T>(zPtr + Lane.bytes<T>(label));
      // Also where both are +∞.
      store<f64>(outPtr, (z == max ? 0 : max - z) + load<f64>(logPtr));
    } else {
      store<f64>(outPtr, NaN);
      found = 0;
    }
    labelsPtr += 4;
    zPtr += Lane.bytes<T>(classes);
    maxPtr += 8;
    logPtr += 8;
    outPtr += 8;
  }
  return found;
}

export function softmax_losses_f32(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  logPtr: usize,
  outPtr: usize,
): i32 {
  return losses<f32>(labelsPtr, zPtr, rows, classes, maxPtr, logPtr, outPtr);
}

export function softmax_losses_f64(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  logPtr: usize,
  outPtr: usize,
): i32 {
  return losses<f64>(labelsPtr, zPtr, rows, classes, maxPtr, logPtr, outPtr);
}

function softmaxEach<T>(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  for (; rows > 0; --rows) {
    writeRow<T>(zPtr, classes, load<f64>(maxPtr), load<f64>(sharePtr), outPtr);
    zPtr += Lane.bytes<T>(classes);
    outPtr += Lane.bytes<T>(classes);
    maxPtr += 8;
    sharePtr += 8;
  }
}

/** out[i] = e^(zᵢ − max) · share, by row; `out` may be z. */
export function softmax_each_f32(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  softmaxEach<f32>(zPtr, rows, classes, maxPtr, sharePtr, outPtr);
}

export function softmax_each_f64(
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  sharePtr: usize,
  outPtr: usize,
): void {
  softmaxEach<f64>(zPtr, rows, classes, maxPtr, sharePtr, outPtr);
}

/**
 * max and rest as `rows`, and out = (softmax − [label]) · factor; 1 if every label is in 0 … classes − 1,
 * else 0. `out` may be z.
 */
function gradient<T>(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  factorPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  outPtr: usize,
): i32 {
  let found = 1;
  for (let row = 0; row < rows; ++row) {
    if (<u32>load<i32>(labelsPtr + ((<usize>row) << 2)) >= <u32>classes) found = 0;
  }
  if (classes <= FEW_CLASSES) {
    for (let row = 0; row < rows; row += Room.width<T>()) {
      const at = Lane.bytes<f64>(row);
      columnsRest<T>(zPtr, row, rows, classes, maxPtr + at, restPtr + at);
      columnsGradient<T>(labelsPtr, zPtr, row, rows, classes, factorPtr, maxPtr, restPtr, outPtr);
    }
    return found;
  }
  for (; rows > 0; --rows) {
    const max = rowMax<T>(zPtr, classes);
    const rest = rowRest<T>(zPtr, classes, max);
    store<f64>(maxPtr, <f64>max);
    store<f64>(restPtr, rest);
    const factor = load<f64>(factorPtr);
    const share = factor / (1 + rest);
    const label = load<i32>(labelsPtr);
    const corrected = atLabel<T>(zPtr, label, classes, <f64>max, rest, share);
    if (abs(<f64>max) < Infinity && canShare<T>(share)) {
      scale<T>(zPtr, classes, <f64>max, share, load<f64>(Scratch.tops), outPtr);
    } else {
      writeRow<T>(zPtr, classes, <f64>max, share, outPtr);
    }
    correct<T>(outPtr, label, classes, factor, corrected);
    labelsPtr += 4;
    zPtr += Lane.bytes<T>(classes);
    outPtr += Lane.bytes<T>(classes);
    factorPtr += 8;
    maxPtr += 8;
    restPtr += 8;
  }
  return found;
}

export function softmax_gradient_f32(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  factorPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  outPtr: usize,
): i32 {
  return gradient<f32>(labelsPtr, zPtr, rows, classes, factorPtr, maxPtr, restPtr, outPtr);
}

export function softmax_gradient_f64(
  labelsPtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  factorPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  outPtr: usize,
): i32 {
  return gradient<f64>(labelsPtr, zPtr, rows, classes, factorPtr, maxPtr, restPtr, outPtr);
}

/** y·(max − z); 0 where y is 0, or z the maximum, even if they are infinite. */
class Distance extends Term {
  @inline
  constant(): v128 {
    return v128.load64_splat(Scratch.constant);
  }

  @inline
  of(y: v128, z: v128, max: v128): v128 {
    const counts = v128.and(f64x2.ne(y, f64x2.splat(0)), f64x2.ne(z, max));
    return v128.and(f64x2.mul(y, f64x2.sub(max, z)), counts);
  }
}

/** lines[row] = Σ y·(max − z), masses[row] = Σ y. */
export function softmax_lines_f64(
  yTruePtr: usize,
  zPtr: usize,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  linePtr: usize,
  massPtr: usize,
): void {
  const totalPtr = Scratch.total;
  for (; rows > 0; --rows) {
    store<f64>(Scratch.constant, load<f64>(maxPtr));
    total<f64, Distance>(yTruePtr, zPtr, classes, totalPtr);
    store<f64>(linePtr, totalValue(totalPtr));
    total<f64, Second>(yTruePtr, yTruePtr, classes, totalPtr);
    store<f64>(massPtr, totalValue(totalPtr));
    yTruePtr += Lane.bytes<f64>(classes);
    zPtr += Lane.bytes<f64>(classes);
    maxPtr += 8;
    linePtr += 8;
    massPtr += 8;
  }
}
