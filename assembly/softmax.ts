// Softmax of rows of logits: with m the row's maximum, Σₖ e^(zₖ − m) = 1 + rest, where the rest leaves
// out the maximum itself, so that log1p(rest) keeps the digits of small losses.
//
// Exponentials are added in vectors, four in a tree, these one after the other in runs of 32, and the runs in
// float64. The lanes of a vector are elements of a row, or, if its classes are few, of so many rows. Float32
// stays float32 within a run: at most a dozen roundings.
import { Lane, Second, Term, total, totalValue, widen } from './lanes';
import { logSum } from './math/log';
import { exps, Scaled } from './math/scaled';
import { Scratch } from './scratch';

const ONE = memory.data<u64>([0x3ff0_0000_0000_0000]);

/** Up to so many classes, rows are taken side by side. */
const FEW_CLASSES = 64;
/** The vectors that are added up before they are widened. */
const RUN = 32;
/** Below it, the float32 exponentials that make it may have been 0. */
const LEAST_REST: f64 = 1e-30;
/** Where the float32 exponentials times a share are normal, or too small for float32. */
const LEAST_SHARE: f64 = 8.271806125530277e-25;
const MOST_SHARE: f64 = 65536;

class Room {
  /** The elements of a vector. */
  @inline
  static width<T>(): i32 {
    return 16 / <i32>sizeof<T>();
  }

  /** The exponentials of a row, */
  @inline
  static exps<T>(): usize {
    return Scratch.blocks + (sizeof<T>() == 8 ? 16384 : 0);
  }

  /** its logits less the maximum, or those of rows side by side; */
  @inline
  static moved<T>(): usize {
    return Scratch.blocks + (sizeof<T>() == 8 ? 32768 : 8192);
  }

  /** a row as float64. */
  @inline
  static get widened(): usize {
    return Scratch.blocks + 49152;
  }
}

class Other {
  /** An exponential, 0 at the maximum. */
  @inline
  static of(ePtr: usize, isMax: v128): v128 {
    return v128.andnot(v128.load(ePtr), isMax);
  }
}

/** The sum of exponentials that are there, but for those of the maximum, which are counted. */
function others<T>(zPtr: usize, ePtr: usize, vectors: i32, max: v128): v128 {
  let sum = i64x2.splat(0);
  let ties = v128.load(Scratch.ties);
  for (; vectors >= 4; vectors -= 4) {
    const max0 = v128.eq<T>(v128.load(zPtr), max);
    const max1 = v128.eq<T>(v128.load(zPtr, 16), max);
    const max2 = v128.eq<T>(v128.load(zPtr, 32), max);
    const max3 = v128.eq<T>(v128.load(zPtr, 48), max);
    ties = i32x4.sub(ties, i32x4.add(i32x4.add(max0, max1), i32x4.add(max2, max3)));
    const e01 = v128.add<T>(Other.of(ePtr, max0), Other.of(ePtr + 16, max1));
    const e23 = v128.add<T>(Other.of(ePtr + 32, max2), Other.of(ePtr + 48, max3));
    sum = v128.add<T>(sum, v128.add<T>(e01, e23));
    zPtr += 64;
    ePtr += 64;
  }
  for (; vectors > 0; --vectors) {
    const isMax = v128.eq<T>(v128.load(zPtr), max);
    ties = i32x4.sub(ties, isMax);
    sum = v128.add<T>(sum, Other.of(ePtr, isMax));
    zPtr += 16;
    ePtr += 16;
  }
  v128.store(Scratch.ties, ties);
  return sum;
}

/** The largest number other than the maximum; NaN if there is one. By lanes. */
function second<T>(zPtr: usize, vectors: i32, max: v128, second: v128): v128 {
  const lowest = v128.splat<T>(-Infinity);
  let nan = i64x2.splat(0);
  for (; vectors > 0; --vectors) {
    const z = v128.load(zPtr);
    nan = v128.or(nan, v128.ne<T>(z, z));
    second = v128.pmax<T>(second, v128.bitselect(lowest, z, v128.eq<T>(z, max)));
    zPtr += 16;
  }
  return v128.or(second, nan);
}

class Vector {
  /** A sum by lanes as float64, folded to two. */
  @inline
  static widened<T>(sum: v128): v128 {
    return sizeof<T>() == 8 ? sum : f64x2.add(Vector.low(sum), Vector.high(sum));
  }

  @inline
  static low(x: v128): v128 {
    return f64x2.promote_low_f32x4(x);
  }

  @inline
  static high(x: v128): v128 {
    return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
  }

  /** The largest lane; NaN if one is. */
  @inline
  static largest<T>(x: v128): f64 {
    x = v128.max<T>(x, i64x2.shuffle(x, x, 1, 0));
    if (sizeof<T>() == 8) return f64x2.extract_lane(x, 0);
    return <f64>f32x4.extract_lane(f32x4.max(x, i32x4.shuffle(x, x, 1, 0, 3, 2)), 0);
  }
}

/** The last elements of a row, which do not fill a vector, filled up with −∞. */
function tail<T>(ptr: usize, n: i32): usize {
  v128.store(Scratch.tail, v128.splat<T>(-Infinity));
  for (let at: usize = 0; at < Lane.bytes<T>(n); at += sizeof<T>()) {
    store<T>(Scratch.tail + at, load<T>(ptr + at));
  }
  return Scratch.tail;
}

/** The largest of n ≥ 1 numbers, NaN left out; by lanes, that of each run. Bound by loads. */
function rowMax<T>(ptr: usize, n: i32): T {
  let most = v128.splat<T>(-Infinity);
  let runPtr = Scratch.runs;
  let vectors = n / Room.width<T>();
  while (vectors > 0) {
    let max0 = v128.splat<T>(-Infinity);
    let max1 = max0;
    let max2 = max0;
    let max3 = max0;
    let left = min(vectors, RUN);
    vectors -= left;
    for (; left >= 4; left -= 4) {
      max0 = v128.pmax<T>(max0, v128.load(ptr));
      max1 = v128.pmax<T>(max1, v128.load(ptr, 16));
      max2 = v128.pmax<T>(max2, v128.load(ptr, 32));
      max3 = v128.pmax<T>(max3, v128.load(ptr, 48));
      ptr += 64;
    }
    for (; left > 0; --left) {
      max0 = v128.pmax<T>(max0, v128.load(ptr));
      ptr += 16;
    }
    max0 = v128.pmax<T>(v128.pmax<T>(max0, max1), v128.pmax<T>(max2, max3));
    v128.store(runPtr, max0);
    runPtr += 16;
    most = v128.pmax<T>(most, max0);
  }
  const left = n & (Room.width<T>() - 1);
  if (left > 0) most = v128.pmax<T>(most, v128.load(tail<T>(ptr, left)));
  return <T>Vector.largest<T>(most);
}

/** The logits less their maximum, which is exact where that is large. */
function move<T>(zPtr: usize, n: i32, max: T): usize {
  const most = v128.splat<T>(max);
  let outPtr = Room.moved<T>();
  for (const end = zPtr + (Lane.bytes<T>(n) & ~15); zPtr < end; zPtr += 16) {
    v128.store(outPtr, v128.sub<T>(v128.load(zPtr), most));
    outPtr += 16;
  }
  for (let left = n & (Room.width<T>() - 1); left > 0; --left) {
    store<T>(outPtr, <T>(load<T>(zPtr) - max));
    zPtr += sizeof<T>();
    outPtr += sizeof<T>();
  }
  return Room.moved<T>();
}

class Top {
  /** The exponentials of two maxima, to the digits of float64. */
  @inline
  static of<T>(max: v128, k: v128): v128 {
    const shift = sizeof<T>() == 8 ? Scaled.shift<f64>(k) : Scaled.shiftOfFloat32(k);
    return Scaled.of<f64>(max, shift, max);
  }

  /** The same of one. */
  @inline
  static one<T>(max: T, k: v128): f64 {
    const base = sizeof<T>() == 8 ? k : Vector.low(k);
    return f64x2.extract_lane(Top.of<T>(f64x2.splat(<f64>max), base), 0);
  }
}

/** The rest of a row, of lanes that its elements fill; leaves its exponentials, and the maximum's. */
function rowRest<T>(zPtr: usize, n: i32, max: T): f64 {
  const givenPtr = zPtr;
  const most = v128.splat<T>(max);
  let zero = most;
  if (v128.any_true(Scaled.areFar<T>(most))) {
    zPtr = move<T>(zPtr, n, max);
    zero = i64x2.splat(0);
  }
  const k = Scaled.base<T>(zero);
  const shift = Scaled.shift<T>(k);
  const least = Scaled.least<T>(k);
  v128.store(Scratch.ties, i64x2.splat(0));
  let sum = f64x2.splat(0);
  let ptr = zPtr;
  let ePtr = Room.exps<T>();
  let runPtr = Scratch.runs;
  let vectors = n / Room.width<T>();
  while (vectors > 0) {
    const run = min(vectors, RUN);
    let part = exps<T>(ptr, run, shift, least, ePtr);
    if (v128.any_true(v128.eq<T>(v128.load(runPtr), most))) part = others<T>(ptr, ePtr, run, zero);
    sum = f64x2.add(sum, Vector.widened<T>(part));
    ptr += run << 4;
    ePtr += run << 4;
    runPtr += 16;
    vectors -= run;
  }
  const left = n & (Room.width<T>() - 1);
  if (left > 0) {
    const lastPtr = tail<T>(ptr, left);
    exps<T>(lastPtr, 1, shift, least, ePtr);
    sum = f64x2.add(sum, Vector.widened<T>(others<T>(lastPtr, ePtr, 1, zero)));
  }
  const top = Top.one<T>(<T>v128.extract_lane<T>(zero, 0), k);
  store<f64>(Scratch.tops, top);
  const ties = rowTies<T>();
  const rest = (f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)) / top + <f64>(ties - 1);
  if (rest >= (sizeof<T>() == 8 ? 0 : LEAST_REST)) return rest;
  let next = second<T>(givenPtr, n / Room.width<T>(), most, v128.splat<T>(-Infinity));
  if (left > 0) {
    const lastPtr = tail<T>(givenPtr + Lane.bytes<T>(n - left), left);
    next = v128.max<T>(next, second<T>(lastPtr, 1, most, v128.splat<T>(-Infinity)));
  }
  return settledRest<T>(givenPtr, n, max, Vector.largest<T>(next), ties);
}

/** How many elements of a row are its maximum. */
function rowTies<T>(): i32 {
  let ties = v128.load(Scratch.ties);
  if (sizeof<T>() == 4) ties = i32x4.add(ties, i32x4.shuffle(ties, ties, 1, 0, 3, 2));
  return i32x4.extract_lane(ties, 0) + i32x4.extract_lane(ties, 2);
}

/** The rest where it is NaN, or too small for float32. */
function settledRest<T>(zPtr: usize, n: i32, max: T, next: f64, ties: i32): f64 {
  if (isNaN(next) || max == -Infinity || (max == Infinity && ties > 1)) return NaN;
  if (max == Infinity || next == -Infinity) return 0;
  const top = load<f64>(Scratch.tops);
  widen<T>(zPtr, Room.widened, n);
  rowMax<f64>(Room.widened, n);
  const rest = rowRest<f64>(Room.widened, n, <f64>max);
  store<f64>(Scratch.tops, top);
  return rest;
}

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
function columnsRest<T>(
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

/** Whether exponentials in the type may be multiplied by a share; NaN and 0 are no trouble. */
function canShare<T>(share: f64): bool {
  if (sizeof<T>() == 8) return true;
  return !(share > MOST_SHARE || (share < LEAST_SHARE && share > 0));
}

/** out[i] = e^(zᵢ − max) · share of a row; `out` may be z. */
function writeRow<T>(zPtr: usize, n: i32, max: f64, share: f64, outPtr: usize): void {
  if (!(abs(max) < Infinity)) {
    for (const end = zPtr + Lane.bytes<T>(n); zPtr < end; zPtr += sizeof<T>()) {
      store<T>(outPtr, <T>(<f64>load<T>(zPtr) == max ? share : share * 0));
      outPtr += sizeof<T>();
    }
    return;
  }
  if (!canShare<T>(share)) {
    widen<T>(zPtr, Room.widened, n);
    writeRow<f64>(Room.widened, n, max, share, Room.widened);
    for (let at = 0; at < n; ++at) {
      store<T>(outPtr + Lane.bytes<T>(at), <T>load<f64>(Room.widened + Lane.bytes<f64>(at)));
    }
    return;
  }
  let ptr = zPtr;
  let most = v128.splat<T>(<T>max);
  if (v128.any_true(Scaled.areFar<T>(most))) {
    ptr = move<T>(zPtr, n, <T>max);
    most = i64x2.splat(0);
  }
  const k = Scaled.base<T>(most);
  const shift = Scaled.shift<T>(k);
  const least = Scaled.least<T>(k);
  const bytes = Lane.bytes<T>(n) & ~15;
  const left = n & (Room.width<T>() - 1);
  exps<T>(ptr, n / Room.width<T>(), shift, least, Room.exps<T>());
  if (left > 0) exps<T>(tail<T>(ptr + bytes, left), 1, shift, least, Room.exps<T>() + bytes);
  scale<T>(zPtr, n, max, share, Top.one<T>(<T>v128.extract_lane<T>(most, 0), k), outPtr);
}

/** out[i] = eᵢ · share/top, where the maximum is share itself; `out` may be z. Bound by loads and stores. */
function scale<T>(zPtr: usize, n: i32, max: f64, share: f64, top: f64, outPtr: usize): void {
  const most = v128.splat<T>(<T>max);
  const whole = v128.splat<T>(<T>share);
  const shares = v128.splat<T>(<T>(share / top));
  let ePtr = Room.exps<T>();
  for (let vectors = n / Room.width<T>(); vectors > 0; --vectors) {
    const isMax = v128.eq<T>(v128.load(zPtr), most);
    v128.store(outPtr, v128.bitselect(whole, v128.mul<T>(v128.load(ePtr), shares), isMax));
    zPtr += 16;
    ePtr += 16;
    outPtr += 16;
  }
  for (let left = n & (Room.width<T>() - 1); left > 0; --left) {
    const isMax = load<T>(zPtr) == <T>max;
    store<T>(outPtr, isMax ? <T>share : <T>(load<T>(ePtr) * <T>(share / top)));
    zPtr += sizeof<T>();
    ePtr += sizeof<T>();
    outPtr += sizeof<T>();
  }
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

/** What is taken from the gradient of one row, before it is written: NaN for the factor. */
function atLabel<T>(zPtr: usize, label: i32, classes: i32, max: f64, rest: f64, share: f64): f64 {
  if (<u32>label >= <u32>classes) return NaN;
  return <f64>load<T>(zPtr + Lane.bytes<T>(label)) == max ? 0 - rest * share : NaN;
}

/** (softmax − 1)·factor at the label: where 1 would cancel, −rest/(1 + rest) times it. */
function correct<T>(outPtr: usize, label: i32, classes: i32, factor: f64, atLabel: f64): void {
  if (<u32>label >= <u32>classes) return;
  const ptr = outPtr + Lane.bytes<T>(label);
  store<T>(ptr, <T>(isNaN(atLabel) ? <f64>load<T>(ptr) - factor : atLabel));
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

function columnsGradient<T>(
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
