// One row of logits: its maximum, the sum of the others' exponentials, and what is written of them.
//
// Exponentials are added in vectors, four in a tree, these one after the other in runs of 32, and the runs in
// float64. Float32 stays float32 within a run: at most a dozen roundings.
import { Lane, widen } from './lanes';
import { exps, Scaled } from './math/scaled';
import { Scratch } from './scratch';

/** The vectors that are added up before they are widened. */
export const RUN = 32;
/** Below it, the float32 exponentials that make it may have been 0. */
export const LEAST_REST: f64 = 1e-30;
/** Where the float32 exponentials times a share are normal, or too small for float32. */
const LEAST_SHARE: f64 = 8.271806125530277e-25;
const MOST_SHARE: f64 = 65536;

export class Room {
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
export function others<T>(zPtr: usize, ePtr: usize, vectors: i32, max: v128): v128 {
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
export function second<T>(zPtr: usize, vectors: i32, max: v128, second: v128): v128 {
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

export class Vector {
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
export function rowMax<T>(ptr: usize, n: i32): T {
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

export class Top {
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
export function rowRest<T>(zPtr: usize, n: i32, max: T): f64 {
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
export function settledRest<T>(zPtr: usize, n: i32, max: T, next: f64, ties: i32): f64 {
  if (isNaN(next) || max == -Infinity || (max == Infinity && ties > 1)) return NaN;
  if (max == Infinity || next == -Infinity) return 0;
  const top = load<f64>(Scratch.tops);
  widen<T>(zPtr, Room.widened, n);
  rowMax<f64>(Room.widened, n);
  const rest = rowRest<f64>(Room.widened, n, <f64>max);
  store<f64>(Scratch.tops, top);
  return rest;
}

/** Whether exponentials in the type may be multiplied by a share; NaN and 0 are no trouble. */
export function canShare<T>(share: f64): bool {
  if (sizeof<T>() == 8) return true;
  return !(share > MOST_SHARE || (share < LEAST_SHARE && share > 0));
}

/** out[i] = e^(zᵢ − max) · share of a row; `out` may be z. */
export function writeRow<T>(zPtr: usize, n: i32, max: f64, share: f64, outPtr: usize): void {
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
export function scale<T>(zPtr: usize, n: i32, max: f64, share: f64, top: f64, outPtr: usize): void {
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

/** What is taken from the gradient of one row, before it is written: NaN for the factor. */
export function atLabel<T>(
  zPtr: usize,
  label: i32,
  classes: i32,
  max: f64,
  rest: f64,
  share: f64,
): f64 {
  if (<u32>label >= <u32>classes) return NaN;
  return <f64>load<T>(zPtr + Lane.bytes<T>(label)) == max ? 0 - rest * share : NaN;
}

/** (softmax − 1)·factor at the label: where 1 would cancel, −rest/(1 + rest) times it. */
export function correct<T>(
  outPtr: usize,
  label: i32,
  classes: i32,
  factor: f64,
  atLabel: f64,
): void {
  if (<u32>label >= <u32>classes) return;
  const ptr = outPtr + Lane.bytes<T>(label);
  store<T>(ptr, <T>(isNaN(atLabel) ? <f64>load<T>(ptr) - factor : atLabel));
}
