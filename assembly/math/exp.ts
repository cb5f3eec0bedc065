// eˣ for x ≤ 0, two float64 or four float32 at a time.
//
// x = n·ln 2 + r with |r| ≤ ½ ln 2; eʳ = 1 + r + r·c/(2 − c), c = r − r²·P(r²); then times 2ⁿ.
// Method and coefficients: FreeBSD msun e_exp.c and e_expf.c. Adding 1.5·2⁵² (1.5·2²³) rounds x/ln 2
// to the integer n and leaves it in the lowest bits. The power of two is applied in two steps, so
// that subnormal results are rounded once. At most 0.9 ulp (test/exp.test.ts).
import { Lane } from '../lanes';

const F64 = memory.data<f64>([
  1.442695040888963387, 6755399441055744, 6.9314718036912381649e-1, 1.90821492927058770002e-10,
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5,
  -1.6533902205465251539e-6, 4.13813679705723846039e-8, 1, 2, -746, 2.6469779601696886e-23,
  0.0009765625, -0.0009765625,
]);
const BIAS_F64 = memory.data<u64>([(1023 + 75) << 52]);
const SIGN_F64 = memory.data<u64>([0x8000_0000_0000_0000]);

const F32 = memory.data<f32>([
  1.4426950216, 12582912, 6.9314575195e-1, 1.4286067653e-6, 1.666662544e-1, -2.7667332906e-3, 1, 2,
  -104, 5.9604644775390625e-8, 0.0009765625, -0.0009765625,
]);
const BIAS_F32 = memory.data<u32>([(127 + 24) << 23]);
const SIGN_F32 = memory.data<u32>([0x8000_0000]);

const LOG2_E = 0;
const SHIFT = 1;
const LN2_HI = 2;
const LN2_LO = 3;
const P1 = 4;
const P2 = 5;
const P3 = 6;
const P4 = 7;
const P5 = 8;

/** Sums of exponentials in float32 have their digits from 2⁻⁸⁰ on. */
export const LEAST_FLOAT32: f64 = 8.271806125530277e-25;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
class Exp {
  /** A constant, from memory: V8 would build a v128.const anew at every use. */
  @inline
  static c64(i: usize): v128 {
    return v128.load64_splat(F64 + (i << 3));
  }

  @inline
  static c32(i: usize): v128 {
    return v128.load32_splat(F32 + (i << 2));
  }

  @inline
  static float64(x: v128, low: v128): v128 {
    const clamped = f64x2.pmax(x, Exp.c64(11));
    const shifted = f64x2.add(f64x2.mul(clamped, Exp.c64(LOG2_E)), Exp.c64(SHIFT));
    const n = f64x2.sub(shifted, Exp.c64(SHIFT));
    const hi = f64x2.sub(clamped, f64x2.mul(n, Exp.c64(LN2_HI)));
    const lo = f64x2.sub(f64x2.mul(n, Exp.c64(LN2_LO)), low);
    const r = f64x2.sub(hi, lo);
    const t = f64x2.mul(r, r);
    const p45 = f64x2.add(Exp.c64(P4), f64x2.mul(t, Exp.c64(P5)));
    const p345 = f64x2.add(Exp.c64(P3), f64x2.mul(t, p45));
    const p2345 = f64x2.add(Exp.c64(P2), f64x2.mul(t, p345));
    const c = f64x2.sub(r, f64x2.mul(t, f64x2.add(Exp.c64(P1), f64x2.mul(t, p2345))));
    const q = f64x2.div(f64x2.mul(r, c), f64x2.sub(Exp.c64(10), c));
    const y = f64x2.sub(Exp.c64(9), f64x2.sub(f64x2.sub(lo, q), hi));
    const power = i64x2.add(i64x2.shl(shifted, 52), v128.load64_splat(BIAS_F64));
    return f64x2.mul(f64x2.mul(y, power), Exp.c64(12));
  }

  @inline
  static float32(x: v128, low: v128): v128 {
    const clamped = f32x4.pmax(x, Exp.c32(8));
    const shifted = f32x4.add(f32x4.mul(clamped, Exp.c32(LOG2_E)), Exp.c32(SHIFT));
    const n = f32x4.sub(shifted, Exp.c32(SHIFT));
    const hi = f32x4.sub(clamped, f32x4.mul(n, Exp.c32(LN2_HI)));
    const lo = f32x4.sub(f32x4.mul(n, Exp.c32(LN2_LO)), low);
    const r = f32x4.sub(hi, lo);
    const t = f32x4.mul(r, r);
    const c = f32x4.sub(r, f32x4.mul(t, f32x4.add(Exp.c32(P1), f32x4.mul(t, Exp.c32(P2)))));
    const q = f32x4.div(f32x4.mul(r, c), f32x4.sub(Exp.c32(7), c));
    const y = f32x4.sub(Exp.c32(6), f32x4.sub(f32x4.sub(lo, q), hi));
    const power = i32x4.add(i32x4.shl(shifted, 23), v128.load32_splat(BIAS_F32));
    return f32x4.mul(f32x4.mul(y, power), Exp.c32(9));
  }

  /** exp(x + low), where low is the rounding error of x. */
  @inline
  static of<T>(x: v128, low: v128): v128 {
    return sizeof<T>() == 8 ? Exp.float64(x, low) : Exp.float32(x, low);
  }

  /** −|z|. */
  @inline
  static minusAbs<T>(z: v128): v128 {
    return v128.or(z, sizeof<T>() == 8 ? v128.load64_splat(SIGN_F64) : v128.load32_splat(SIGN_F32));
  }

  /**
   * low within ±2⁻¹⁰. It is outside, or NaN, only where d is so far below zero that e^d is 0 whatever
   * low is; but the polynomial would be NaN of a large one.
   */
  @inline
  static bounded<T>(low: v128): v128 {
    if (sizeof<T>() == 8) return f64x2.pmin(Exp.c64(13), f64x2.pmax(Exp.c64(14), low));
    return f32x4.pmin(Exp.c32(10), f32x4.pmax(Exp.c32(11), low));
  }

  /** e^(z − max), also where z − max is rounded. */
  @inline
  static less<T>(z: v128, max: v128): v128 {
    const d = v128.sub<T>(z, max);
    const back = v128.add<T>(d, max);
    const low = v128.sub<T>(v128.sub<T>(z, back), v128.add<T>(max, v128.sub<T>(d, back)));
    return Exp.of<T>(d, Exp.bounded<T>(low));
  }
}

/** A vector for what is left at the end of an array. */
const LAST = memory.data(16, 16);

/** Copies the last elements, with NaN in the other lanes. */
function loadLast<T>(ptr: usize, n: i32): v128 {
  v128.store(LAST, v128.splat<T>(NaN));
  for (let k = 0; k < n; ++k) store<T>(LAST + Lane.bytes<T>(k), load<T>(ptr + Lane.bytes<T>(k)));
  return v128.load(LAST);
}

function storeLast<T>(ptr: usize, n: i32, x: v128): void {
  v128.store(LAST, x);
  for (let k = 0; k < n; ++k) store<T>(ptr + Lane.bytes<T>(k), load<T>(LAST + Lane.bytes<T>(k)));
}

/** out[i] = e^−|zᵢ|. */
export function expMinusAbs<T>(zPtr: usize, n: i32, outPtr: usize): void {
  const zero = v128.splat<T>(0);
  const last = zPtr + (Lane.bytes<T>(n) & ~15);
  for (; zPtr < last; zPtr += 16) {
    v128.store(outPtr, Exp.of<T>(Exp.minusAbs<T>(v128.load(zPtr)), zero));
    outPtr += 16;
  }
  const left = n & (16 / <i32>sizeof<T>() - 1);
  if (left > 0) {
    storeLast<T>(outPtr, left, Exp.of<T>(Exp.minusAbs<T>(loadLast<T>(zPtr, left)), zero));
  }
}

/** out[i] = e^(zᵢ − max), `atMax` where zᵢ is max; how many are. `out` may be z. */
export function expLess<T>(zPtr: usize, n: i32, max: T, atMax: T, outPtr: usize): i32 {
  const most = v128.splat<T>(max);
  const top = v128.splat<T>(atMax);
  let ties = i32x4.splat(0);
  const last = zPtr + (Lane.bytes<T>(n) & ~15);
  for (; zPtr < last; zPtr += 16) {
    const z = v128.load(zPtr);
    const isMax = v128.eq<T>(z, most);
    ties = i32x4.sub(ties, isMax);
    v128.store(outPtr, v128.bitselect(top, Exp.less<T>(z, most), isMax));
    outPtr += 16;
  }
  const left = n & (16 / <i32>sizeof<T>() - 1);
  if (left > 0) {
    const z = loadLast<T>(zPtr, left);
    const isMax = v128.eq<T>(z, most);
    ties = i32x4.sub(ties, isMax);
    storeLast<T>(outPtr, left, v128.bitselect(top, Exp.less<T>(z, most), isMax));
  }
  // A float64 counts in two lanes.
  const even = i32x4.extract_lane(ties, 0) + i32x4.extract_lane(ties, 2);
  if (sizeof<T>() == 8) return even;
  return even + i32x4.extract_lane(ties, 1) + i32x4.extract_lane(ties, 3);
}
