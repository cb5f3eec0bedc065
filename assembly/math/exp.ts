// eˣ for x ≤ 0, two float64 at a time, to 0.9 ulp (test/exp.test.ts).
//
// x = n·ln 2 + r with |r| ≤ ½ ln 2. Adding 1.5·2⁵² rounds x/ln 2 to the integer n and leaves it in the
// lowest bits. eʳ = 1 + r + r·c/(2 − c), c = r − r²·P(r²): method and coefficients of FreeBSD msun
// e_exp.c. The power of two is applied in two steps, so that subnormal results are rounded once.

const NUMBERS = memory.data<f64>([
  1.442695040888963387, 6755399441055744, 6.9314718036912381649e-1, 1.90821492927058770002e-10,
  1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5,
  -1.6533902205465251539e-6, 4.13813679705723846039e-8, 1, 2, -746, 2.6469779601696886e-23,
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

const BIAS_UP = memory.data<u64>([(1023 + 75) << 52]);
const SIGN = memory.data<u64>([0x8000_0000_0000_0000]);

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class Exp {
  /** From memory: V8 would build a v128.const anew at every use. */
  @inline
  static number(i: usize): v128 {
    return v128.load64_splat(NUMBERS + (i << 3));
  }

  /** exp(x) for x ≤ 0. */
  @inline
  static float64(x: v128): v128 {
    const clamped = f64x2.pmax(x, Exp.number(LEAST));
    const shifted = f64x2.add(f64x2.mul(clamped, Exp.number(LOG2_E)), Exp.number(SHIFT));
    const n = f64x2.sub(shifted, Exp.number(SHIFT));
    const hi = f64x2.sub(clamped, f64x2.mul(n, Exp.number(LN2_HI)));
    const lo = f64x2.mul(n, Exp.number(LN2_LO));
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

  /** e^−|z|. */
  @inline
  static minusAbs(z: v128): v128 {
    return Exp.float64(v128.or(z, v128.load64_splat(SIGN)));
  }
}
