// eˣ, four float32 at a time, to 1.1 ulp of float32, also where it is tiny (test/binary-float32.test.ts;
// over all float32 inputs 1.05 ulp).
//
// x = n·ln 2 + r with |r| ≤ ½ ln 2; adding 1.5·2²³ rounds x/ln 2 to the integer n and leaves it in the
// lowest bits. ln 2 is in two parts, of which n times the upper is exact (FreeBSD msun e_expf.c), for a
// rounding error of x/ln 2 would be as many ulp of eˣ as x/ln 2 is large. eʳ = 1 + (r + r²·P(r)), P of
// degree 4 through ((eʳ − 1)/r − 1)/r at the five Chebyshev nodes, computed with 60 digits: relative
// error 1.0e-8. The power of two is applied in two steps, so that subnormal results are rounded once.

const NUMBERS = memory.data<f32>([
  1.4426950216293335, 12582912, 0.693145751953125, 1.428606765330187e-6, 0.5, 0.16666576266288757,
  0.041666556149721146, 0.008363178931176662, 0.0013926184037700295, 1, 5.421010862427522e-20,
  -104.5,
]);
const LOG2_E = 0;
const SHIFT = 1;
const LN2_HI = 2;
const LN2_LO = 3;
const P0 = 4;
const P1 = 5;
const P2 = 6;
const P3 = 7;
const P4 = 8;
const ONE = 9;
const DOWN = 10;
const LEAST = 11;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class ExpFloat32 {
  /** From memory: V8 would build a v128.const anew at every use. */
  @inline
  private static number(i: usize): v128 {
    return v128.load32_splat(NUMBERS + (i << 2));
  }

  /** eˣ for x from −104.5 to 43; NaN of NaN. */
  @inline
  static of(x: v128): v128 {
    const shift = ExpFloat32.number(SHIFT);
    const shifted = f32x4.add(f32x4.mul(x, ExpFloat32.number(LOG2_E)), shift);
    const n = f32x4.sub(shifted, shift);
    const hi = f32x4.sub(x, f32x4.mul(n, ExpFloat32.number(LN2_HI)));
    const r = f32x4.sub(hi, f32x4.mul(n, ExpFloat32.number(LN2_LO)));
    const p34 = f32x4.add(ExpFloat32.number(P3), f32x4.mul(r, ExpFloat32.number(P4)));
    const p234 = f32x4.add(ExpFloat32.number(P2), f32x4.mul(r, p34));
    const p1234 = f32x4.add(ExpFloat32.number(P1), f32x4.mul(r, p234));
    const p = f32x4.add(ExpFloat32.number(P0), f32x4.mul(r, p1234));
    const y = f32x4.add(ExpFloat32.number(ONE), f32x4.add(r, f32x4.mul(f32x4.mul(r, r), p)));
    const power = i32x4.shl(i32x4.add(shifted, i32x4.splat(127 + 64)), 23);
    return f32x4.mul(f32x4.mul(y, power), ExpFloat32.number(DOWN));
  }

  /** eˣ for any x ≤ 0. */
  @inline
  static low(x: v128): v128 {
    return ExpFloat32.of(f32x4.pmax(x, ExpFloat32.number(LEAST)));
  }
}
