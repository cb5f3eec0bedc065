// The natural logarithm, four float32 at a time, to 1.5 ulp of float32 (test/binary-float32.test.ts; over all
// float32 inputs 1.07 ulp, of ln(1 + x) 1.4).
//
// x = 2ᵏ(1 + f) with 1 + f in [√½, √2); ln(1 + f) = f − s(f − z·Q(z)), s = f/(2 + f), z = s². Q is of
// degree 2, through (ln((1 + s)/(1 − s))/s − 2)/z at the three Chebyshev nodes of its range, computed with
// 60 digits: relative error 2.5e-9. As k·ln 2 and ln(1 + f) cancel by half at most, ln 2 need not be in
// two parts: as float32 it is 1.9e-9 off.
//
// ln(1 + x) for x in [0, 1] takes a Q of degree 3 for f = x: 1.6e-8. That is fewer operations than a
// choice between x and (x − 1)/2.

const NUMBERS = memory.data<f32>([
  0.6666668653488159, 0.3998877704143524, 0.29580157995224, 0.6666663885116577, 0.40007564425468445,
  0.28236547112464905, 0.2685202658176422, 2, 0.6931471824645996, 1,
]);
const Q0 = 0;
const Q1 = 1;
const Q2 = 2;
const U0 = 3;
const U1 = 4;
const U2 = 5;
const U3 = 6;
const TWO = 7;
const LN2 = 8;
const ONE = 9;

const BITS = memory.data<u32>([
  0x004a_fb0d, // moves the exponent's step from 1 to √½
  0x7f80_0000, // the exponent
  0x7f00_0000, // minus an exponent: that of the reciprocal power of two
]);
const STEP = 0;
const EXPONENT = 1;
const RECIPROCAL = 2;

/** What the exponent of a number times 2²⁴ is too large. */
const BIAS_24 = 127 + 24;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class LogFloat32 {
  /** From memory: V8 would build a v128.const anew at every use. */
  @inline
  private static number(i: usize): v128 {
    return v128.load32_splat(NUMBERS + (i << 2));
  }

  @inline
  private static bits(i: usize): v128 {
    return v128.load32_splat(BITS + (i << 2));
  }

  /**
   * ln(a + x) for a = 0 or 1, x ≥ −a and a + x ≤ 1, both given times 2²⁴, so that nothing is subnormal:
   * f = (s·a − 1) + s·x with s = 2⁻ᵏ is exact. Below −100, or NaN, where a + x
   * is 0.
   */
  @inline
  static sum(a: v128, x: v128): v128 {
    const t = i32x4.add(f32x4.add(a, x), LogFloat32.bits(STEP));
    const exponent = v128.and(t, LogFloat32.bits(EXPONENT));
    const s = i32x4.sub(LogFloat32.bits(RECIPROCAL), exponent);
    const above = f32x4.sub(f32x4.mul(s, a), LogFloat32.number(ONE));
    const k = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(t, 23), i32x4.splat(BIAS_24)));
    const f = f32x4.add(above, f32x4.mul(s, x));
    const r = f32x4.div(f, f32x4.add(LogFloat32.number(TWO), f));
    const z = f32x4.mul(r, r);
    const q12 = f32x4.add(LogFloat32.number(Q1), f32x4.mul(z, LogFloat32.number(Q2)));
    const q = f32x4.add(LogFloat32.number(Q0), f32x4.mul(z, q12));
    const log = f32x4.sub(f, f32x4.mul(r, f32x4.sub(f, f32x4.mul(z, q))));
    return f32x4.add(f32x4.mul(k, LogFloat32.number(LN2)), log);
  }

  /** ln(1 + x) for x in [0, 1]. */
  @inline
  static onePlus(x: v128): v128 {
    const r = f32x4.div(x, f32x4.add(LogFloat32.number(TWO), x));
    const z = f32x4.mul(r, r);
    const q23 = f32x4.add(LogFloat32.number(U2), f32x4.mul(z, LogFloat32.number(U3)));
    const q123 = f32x4.add(LogFloat32.number(U1), f32x4.mul(z, q23));
    const q = f32x4.add(LogFloat32.number(U0), f32x4.mul(z, q123));
    return f32x4.sub(x, f32x4.mul(r, f32x4.sub(x, f32x4.mul(z, q))));
  }
}
