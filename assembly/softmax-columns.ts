// Rows of few classes side by side, one in each lane of a vector; what is done with each is that of
// softmax-row.ts.
import { Lane } from './lanes';
import { exps, Scaled } from './math/scaled';
import { Scratch } from './scratch';
import {
  atLabel,
  canShare,
  correct,
  LEAST_REST,
  others,
  Room,
  RUN,
  second,
  settledRest,
  Top,
  Vector,
  writeRow,
} from './softmax-row';

/** Rows side by side. */
class Columns {
  /** The address of the row of a lane; beyond the last, the last row's. */
  @inline
  static row<T>(ptr: usize, row: i32, lane: i32, rows: i32, classes: i32): usize {
    return ptr + Lane.bytes<T>(min(row + lane, rows - 1) * classes);
  }

  /** Four vectors from four rows to four classes, or back. */
  @inline
  static turn(aPtr: usize, bPtr: usize, cPtr: usize, dPtr: usize, outPtr: usize): void {
    const a = v128.load(aPtr);
    const b = v128.load(bPtr);
    const c = v128.load(cPtr);
    const d = v128.load(dPtr);
    const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5);
    const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
    const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5);
    const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(outPtr, i64x2.shuffle(ab0, cd0, 0, 2));
    v128.store(outPtr, i64x2.shuffle(ab0, cd0, 1, 3), 16);
    v128.store(outPtr, i64x2.shuffle(ab1, cd1, 0, 2), 32);
    v128.store(outPtr, i64x2.shuffle(ab1, cd1, 1, 3), 48);
  }
}

/** The classes of rows row …, a vector each; of four rows (float32), or two. */
function columns<T>(zPtr: usize, row: i32, rows: i32, classes: i32): void {
  const outPtr = Room.moved<T>();
  const a = Columns.row<T>(zPtr, row, 0, rows, classes);
  const b = Columns.row<T>(zPtr, row, 1, rows, classes);
  if (sizeof<T>() == 8) {
    for (let k = 0; k + 1 < classes; k += 2) {
      const at = Lane.bytes<f64>(k);
      const x = v128.load(a + at);
      const y = v128.load(b + at);
      v128.store(outPtr + (at << 1), i64x2.shuffle(x, y, 0, 2));
      v128.store(outPtr + (at << 1), i64x2.shuffle(x, y, 1, 3), 16);
    }
    if (classes & 1) {
      const at = Lane.bytes<f64>(classes - 1);
      v128.store(outPtr + (at << 1), v128.load64_lane(b + at, v128.load64_zero(a + at), 1));
    }
    return;
  }
  const c = Columns.row<T>(zPtr, row, 2, rows, classes);
  const d = Columns.row<T>(zPtr, row, 3, rows, classes);
  if (classes >= 4) {
    for (let k = 0; k < classes; k += 4) {
      // The last four may overlap those before.
      const at = Lane.bytes<f32>(min(k, classes - 4));
      Columns.turn(a + at, b + at, c + at, d + at, outPtr + (at << 2));
    }
    return;
  }
  for (let at: usize = 0; at < Lane.bytes<f32>(classes); at += 4) {
    const ab = v128.load32_lane(b + at, v128.load32_zero(a + at), 1);
    const abc = v128.load32_lane(c + at, ab, 2);
    v128.store(outPtr + (at << 2), v128.load32_lane(d + at, abc, 3));
  }
}

/** Writes the exponentials of such vectors, times a share for each row, as rows. */
function writeColumns<T>(outPtr: usize, row: i32, rows: i32, classes: i32): void {
  const ePtr = Room.exps<T>();
  const zero = v128.load(Scratch.zero);
  const whole = v128.load(Scratch.whole);
  const share = v128.load(Scratch.shares);
  for (let at: usize = 0; at < (<usize>classes) << 4; at += 16) {
    const isMax = v128.eq<T>(v128.load(Room.moved<T>() + at), zero);
    const e = v128.mul<T>(v128.load(ePtr + at), share);
    v128.store(ePtr + at, v128.bitselect(whole, e, isMax));
  }
  const a = Columns.row<T>(outPtr, row, 0, rows, classes);
  const b = Columns.row<T>(outPtr, row, 1, rows, classes);
  if (sizeof<T>() == 8) {
    for (let at: usize = 0; at < Lane.bytes<f64>(classes); at += 8) {
      const e = v128.load(ePtr + (at << 1));
      v128.store64_lane(a + at, e, 0);
      v128.store64_lane(b + at, e, 1);
    }
    return;
  }
  const c = Columns.row<T>(outPtr, row, 2, rows, classes);
  const d = Columns.row<T>(outPtr, row, 3, rows, classes);
  if (classes < 4) {
    for (let at: usize = 0; at < Lane.bytes<f32>(classes); at += 4) {
      const e = v128.load(ePtr + (at << 2));
      v128.store32_lane(a + at, e, 0);
      v128.store32_lane(b + at, e, 1);
      v128.store32_lane(c + at, e, 2);
      v128.store32_lane(d + at, e, 3);
    }
    return;
  }
  for (let k = 0; k < classes; k += 4) {
    const at = Lane.bytes<f32>(min(k, classes - 4));
    const fourPtr = ePtr + (at << 2);
    Columns.turn(fourPtr, fourPtr + 16, fourPtr + 32, fourPtr + 48, Scratch.runs);
    v128.store(a + at, v128.load(Scratch.runs));
    v128.store(b + at, v128.load(Scratch.runs, 16));
    v128.store(c + at, v128.load(Scratch.runs, 32));
    v128.store(d + at, v128.load(Scratch.runs, 48));
  }
}

/** max and rest of rows side by side, and what `rowRest` leaves. */
export function columnsRest<T>(
  zPtr: usize,
  row: i32,
  rows: i32,
  classes: i32,
  maxPtr: usize,
  restPtr: usize,
): void {
  columns<T>(zPtr, row, rows, classes);
  const moved = Room.moved<T>();
  const end = moved + ((<usize>classes) << 4);
  let most = v128.splat<T>(-Infinity);
  for (let ptr = moved; ptr < end; ptr += 16) most = v128.pmax<T>(most, v128.load(ptr));
  let zero = most;
  const far = Scaled.areFar<T>(most);
  if (v128.any_true(far)) {
    const offset = v128.and(most, far);
    zero = v128.sub<T>(most, offset);
    for (let ptr = moved; ptr < end; ptr += 16) {
      v128.store(ptr, v128.sub<T>(v128.load(ptr), offset));
    }
  }
  v128.store(Scratch.zero, zero);
  const k = Scaled.base<T>(zero);
  const shift = Scaled.shift<T>(k);
  const least = Scaled.least<T>(k);
  v128.store(Scratch.ties, i64x2.splat(0));
  let low = f64x2.splat(0);
  let high = low;
  let ePtr = Room.exps<T>();
  let ptr = moved;
  for (let vectors = classes; vectors > 0; vectors -= RUN) {
    const run = min(vectors, RUN);
    exps<T>(ptr, run, shift, least, ePtr);
    const part = others<T>(ptr, ePtr, run, zero);
    low = f64x2.add(low, sizeof<T>() == 8 ? part : Vector.low(part));
    if (sizeof<T>() == 4) high = f64x2.add(high, Vector.high(part));
    ptr += run << 4;
    ePtr += run << 4;
  }
  const ties = i32x4.sub(v128.load(Scratch.ties), i32x4.splat(1));
  let small: bool;
  if (sizeof<T>() == 8) {
    const top = Top.of<f64>(zero, k);
    const others = f64x2.convert_low_i32x4_s(i32x4.shuffle(ties, ties, 0, 2, 0, 2));
    const rest = f64x2.add(f64x2.div(low, top), others);
    v128.store(maxPtr, most);
    v128.store(restPtr, rest);
    v128.store(Scratch.tops, top);
    small = !i64x2.all_true(f64x2.ge(rest, f64x2.splat(0)));
  } else {
    const top0 = Top.of<f32>(Vector.low(zero), Vector.low(k));
    const top1 = Top.of<f32>(Vector.high(zero), Vector.high(k));
    const rest0 = f64x2.add(f64x2.div(low, top0), f64x2.convert_low_i32x4_s(ties));
    const upper = i64x2.shuffle(ties, ties, 1, 1);
    const rest1 = f64x2.add(f64x2.div(high, top1), f64x2.convert_low_i32x4_s(upper));
    v128.store(maxPtr, Vector.low(most));
    v128.store(maxPtr, Vector.high(most), 16);
    v128.store(restPtr, rest0);
    v128.store(restPtr, rest1, 16);
    v128.store(Scratch.tops, top0);
    v128.store(Scratch.tops, top1, 16);
    const leastRest = f64x2.splat(LEAST_REST);
    small = !i64x2.all_true(v128.and(f64x2.ge(rest0, leastRest), f64x2.ge(rest1, leastRest)));
  }
  if (small) settleColumns<T>(zPtr, row, rows, classes, zero, maxPtr, restPtr);
}

function settleColumns<T>(
  zPtr: usize,
  row: i32,
  rows: i32,
  classes: i32,
  zero: v128,
  maxPtr: usize,
  restPtr: usize,
): void {
  const counts = v128.load(Scratch.ties);
  const next = second<T>(Room.moved<T>(), classes, zero, v128.splat<T>(-Infinity));
  v128.store(Scratch.tail, next);
  v128.store(Scratch.ties, counts);
  const tops0 = v128.load(Scratch.tops);
  const tops1 = v128.load(Scratch.tops, 16);
  for (let lane = 0; lane < Room.width<T>() && row + lane < rows; ++lane) {
    const at = Lane.bytes<f64>(lane);
    if (load<f64>(restPtr + at) >= (sizeof<T>() == 8 ? 0 : LEAST_REST)) continue;
    const others = <f64>load<T>(Scratch.tail + Lane.bytes<T>(lane));
    const ties = load<i32>(Scratch.ties + Lane.bytes<T>(lane));
    const max = <T>load<f64>(maxPtr + at);
    const rowPtr = Columns.row<T>(zPtr, row, lane, rows, classes);
    store<f64>(restPtr + at, settledRest<T>(rowPtr, classes, max, others, ties));
    v128.store(Scratch.tail, next);
    v128.store(Scratch.ties, counts);
  }
  v128.store(Scratch.tops, tops0);
  v128.store(Scratch.tops, tops1, 16);
}

export function columnsGradient<T>(
  labelsPtr: usize,
  zPtr: usize,
  row: i32,
  rows: i32,
  classes: i32,
  factorPtr: usize,
  maxPtr: usize,
  restPtr: usize,
  outPtr: usize,
): void {
  // What is needed of the logits, before the gradient is written, perhaps over them.
  const correctedPtr = Room.widened;
  let isOrdinary = true;
  for (let lane = 0; lane < Room.width<T>(); ++lane) {
    const r = min(row + lane, rows - 1);
    const at = Lane.bytes<f64>(r);
    const max = load<f64>(maxPtr + at);
    const rest = load<f64>(restPtr + at);
    const share = load<f64>(factorPtr + at) / (1 + rest);
    const label = load<i32>(labelsPtr + ((<usize>r) << 2));
    const rowPtr = zPtr + Lane.bytes<T>(r * classes);
    const corrected = atLabel<T>(rowPtr, label, classes, max, rest, share);
    store<f64>(correctedPtr + Lane.bytes<f64>(lane), corrected);
    isOrdinary = isOrdinary && abs(max) < Infinity && canShare<T>(share);
    const top = load<f64>(Scratch.tops + Lane.bytes<f64>(r - row));
    store<T>(Scratch.shares + Lane.bytes<T>(lane), <T>(share / top));
    store<T>(Scratch.whole + Lane.bytes<T>(lane), <T>share);
  }
  if (isOrdinary) {
    writeColumns<T>(outPtr, row, rows, classes);
  }
  for (let lane = 0; lane < Room.width<T>() && row + lane < rows; ++lane) {
    const at = Lane.bytes<f64>(row + lane);
    const toPtr = Columns.row<T>(outPtr, row, lane, rows, classes);
    const factor = load<f64>(factorPtr + at);
    const corrected = load<f64>(correctedPtr + Lane.bytes<f64>(lane));
    if (!isOrdinary) {
      const share = factor / (1 + load<f64>(restPtr + at));
      const rowPtr = Columns.row<T>(zPtr, row, lane, rows, classes);
      writeRow<T>(rowPtr, classes, load<f64>(maxPtr + at), share, toPtr);
    }
    const label = load<i32>(labelsPtr + ((<usize>(row + lane)) << 2));
    correct<T>(toPtr, label, classes, factor, corrected);
  }
}
