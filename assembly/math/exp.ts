// eˣ for x ≤ 0, two float64 at a time: to 0.9 ulp of float64, or of float32 for numbers that are
// (test/exp.test.ts).
//
// x = n·ln 2 + r with |r| ≤ ½ ln 2. Adding 1.5·2⁵² rounds x/ln 2 to the integer n and leaves it in the
// lowest bits.
//
// For float64, eʳ = 1 + r + r·c/(2 − c), c = r − r²·P(r²): method and coefficients of FreeBSD msun
// e_exp.c. The power of two is applied in two steps, so that subnormal results are rounded once.
//
// For float32, 2ᶠ = 1 + f·Q(f) with x/ln 2 = n + f, Q of degree 5 through (2ᶠ − 1)/f at the six
// Chebyshev nodes of [−½, ½], computed with 60 digits: relative error 5.0e-9. Arithmetic in float64
// costs less than it seems (no division, z − max is exact, nothing is widened afterwards), and its
// twin a quarter of what rounding every step to float32 costs in JavaScript.
import { Lane } from '../lanes';

const NUMBERS = memory.data<f64>([
  1.442695040888963387, 6755399441055744, 6.9314718036912381649e-1, 1.90821492927058770002e-10,
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5,
  -1.6533902205465251539e-6, 4.13813679705723846039e-8, 1, 2, -746, 2.6469779601696886e-23,
  0.6931471880262288, 0.24022650760568126, 0.05550357114219078, 0.009618082557277852,
  0.0013390863364671234, 0.0001545316294512069, -1021, 0.0009765625,
]);
const LOG2_E = 0;
const SHIFT = 1;
const LN2_HI = 2;
const LN2_LO = 3;
const P1 = 4;
const P2 = 5;
const P3 = 6;
const P4 = 7;
const P5 = 8;
const ONE = 9;
const TWO = 10;
const LEAST = 11;
const DOWN = 12;
const Q0 = 13;
const Q1 = 14;
const Q2 = 15;
const Q3 = 16;
const Q4 = 17;
const Q5 = 18;
const LEAST_FLOAT32 = 19;
const MOST_LOW = 20;

const BIAS_UP = memory.data<u64>([(1023 + 75) << 52]);
const SIGN = memory.data<u64>([0x8000_0000_0000_0000]);

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class Exp {
  /** From memory: V8 would build a v128.const anew at every use. */
  @inline
  static number(i: usize): v128 {
    return v128.load64_splat(NUMBERS + (i << 3));
  }

  /** exp(x + low), where low is the rounding error of x; exp(x) if it is exact. */
  @inline
  static float64(x: v128, low: v128, isExact: bool): v128 {
    const clamped = f64x2.pmax(x, Exp.number(LEAST));
    const shifted = f64x2.add(f64x2.mul(clamped, Exp.number(LOG2_E)), Exp.number(SHIFT));
    const n = f64x2.sub(shifted, Exp.number(SHIFT));
    const hi = f64x2.sub(clamped, f64x2.mul(n, Exp.number(LN2_HI)));
    const tail = f64x2.mul(n, Exp.number(LN2_LO));
    const lo = isExact ? tail : f64x2.sub(tail, low);
    const r = f64x2.sub(hi, lo);
    const t = f64x2.mul(r, r);
    const p45 = f64x2.add(Exp.number(P4), f64x2.mul(t, Exp.number(P5)));
    const p345 = f64x2.add(Exp.number(P3), f64x2.mul(t, p45));
    const p2345 = f64x2.add(Exp.number(P2), f64x2.mul(t, p345));
    const c = f64x2.sub(r, f64x2.mul(t, f64x2.add(Exp.number(P1), f64x2.mul(t, p2345))));
    const q = f64x2.div(f64x2.mul(r, c), f64x2.sub(Exp.number(TWO), c));
    const y = f64x2.sub(Exp.number(ONE), f64x2.sub(f64x2.sub(lo, q), hi));
    const power = i64x2.add(i64x2.shl(shifted, 52), v128.load64_splat(BIAS_UP));
    return f64x2.mul(f64x2.mul(y, power), Exp.number(DOWN));
  }

  /** exp(x) to the precision of float32, for |x| < 700. */
  @inline
  static float32(x: v128): v128 {
    return Exp.power(f64x2.mul(x, Exp.number(LOG2_E)));
  }

  /** The same for any x ≤ 0; about 2⁻¹⁰²¹ where the result would be less. */
  @inline
  static lowFloat32(x: v128): v128 {
    return Exp.power(f64x2.pmax(f64x2.mul(x, Exp.number(LOG2_E)), Exp.number(LEAST_FLOAT32)));
  }

  @inline
  private static power(t: v128): v128 {
    const shifted = f64x2.add(t, Exp.number(SHIFT));
    const f = f64x2.sub(t, f64x2.sub(shifted, Exp.number(SHIFT)));
    const q45 = f64x2.add(Exp.number(Q4), f64x2.mul(f, Exp.number(Q5)));
    const q345 = f64x2.add(Exp.number(Q3), f64x2.mul(f, q45));
    const q2345 = f64x2.add(Exp.number(Q2), f64x2.mul(f, q345));
    const q12345 = f64x2.add(Exp.number(Q1), f64x2.mul(f, q2345));
    const q = f64x2.add(Exp.number(Q0), f64x2.mul(f, q12345));
    const y = f64x2.add(Exp.number(ONE), f64x2.mul(f, q));
    return i64x2.add(y, i64x2.shl(shifted, 52));
  }

  /** e^−|z|. */
  @inline
  static minusAbs(z: v128): v128 {
    return Exp.rounded(v128.or(z, v128.load64_splat(SIGN)));
  }

  /** exp(x) for x ≤ 0. */
  @inline
  static rounded(x: v128): v128 {
    return Exp.float64(x, x, true);
  }

  /** e^(z − max), also where z − max is rounded. */
  @inline
  static less<T>(z: v128, max: v128): v128 {
    const d = f64x2.sub(z, max);
    if (sizeof<T>() != 8) return Exp.lowFloat32(d);
    const back = f64x2.add(d, max);
    const low = f64x2.sub(f64x2.sub(z, back), f64x2.add(max, f64x2.sub(d, back)));
    // Outside, or NaN, only where d is so far below zero that e^d is 0 whatever low is; but the
    // polynomial would be NaN of a large one.
    const most = Exp.number(MOST_LOW);
    return Exp.float64(d, f64x2.pmin(most, f64x2.pmax(f64x2.neg(most), low)), false);
  }
}

/** out[i] = e^(zᵢ − max), of zᵢ − max as it is rounded. */
export function expRounded(zPtr: usize, n: i32, max: f64, outPtr: usize): void {
  const most = f64x2.splat(max);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    v128.store(outPtr, Exp.rounded(f64x2.sub(v128.load(zPtr), most)));
    zPtr += 16;
    outPtr += 16;
  }
  if (n & 1) {
    const last = Exp.rounded(f64x2.sub(Lane.load1<f64>(zPtr, 0), most));
    store<f64>(outPtr, f64x2.extract_lane(last, 0));
  }
}

/** Σ e^(zᵢ − max) of float32, the even elements and the odd ones each in their order. */
export function expSum(zPtr: usize, n: i32, max: f64): f64 {
  const most = f64x2.splat(max);
  let sum = f64x2.splat(0);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    sum = f64x2.add(sum, Exp.lowFloat32(f64x2.sub(Lane.load2<f32>(zPtr, 0), most)));
    zPtr += Lane.bytes<f32>(2);
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if ((n & 1) == 0) return total;
  const last = Exp.lowFloat32(f64x2.sub(Lane.load1<f32>(zPtr, 0), most));
  return total + f64x2.extract_lane(last, 0);
}

/**
 * out[i] = e^(zᵢ − max) · share as numbers of type O, where share · `atMax` stands for zᵢ = max; how
 * many are. `out` may be z.
 */
export function expLess<T, O>(
  zPtr: usize,
  n: i32,
  max: f64,
  atMax: f64,
  share: f64,
  outPtr: usize,
): i64 {
  const most = f64x2.splat(max);
  const top = f64x2.splat(atMax);
  const shares = f64x2.splat(share);
  let ties = i64x2.splat(0);
  for (let pairs = n >> 1; pairs > 0; --pairs) {
    const z = Lane.load2<T>(zPtr, 0);
    const isMax = f64x2.eq(z, most);
    ties = i64x2.sub(ties, isMax);
    const e = v128.bitselect(top, Exp.less<T>(z, most), isMax);
    Lane.store2<O>(outPtr, 0, f64x2.mul(e, shares));
    zPtr += Lane.bytes<T>(2);
    outPtr += Lane.bytes<O>(2);
  }
  let count = i64x2.extract_lane(ties, 0) + i64x2.extract_lane(ties, 1);
  if (n & 1) {
    const z = Lane.load1<T>(zPtr, 0);
    const isMax = f64x2.eq(z, most);
    count -= i64x2.extract_lane(isMax, 0);
    const e = v128.bitselect(top, Exp.less<T>(z, most), isMax);
    store<O>(outPtr, <O>f64x2.extract_lane(f64x2.mul(e, shares), 0));
  }
  return count;
}
