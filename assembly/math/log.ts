// The natural logarithm, two float64 at a time: one subroutine for log, log1p and products.
//
// x = 2ᵏ(1 + f) with 1 + f in [√½, √2); ln(1 + f) = f − (f²/2 − s(f²/2 + R(s²))), s = f/(2 + f).
// Method and coefficients: FreeBSD msun e_log.c. At most 0.9 ulp on every range that test/log.test.ts
// measures.

const NUMBERS = memory.data<f64>([
  6.66666666666673513e-1,
  3.999999999940941908e-1,
  2.857142874366239149e-1,
  2.222219843214978396e-1,
  1.818357216161805012e-1,
  1.531383769920937332e-1,
  1.479819860511658591e-1,
  6.9314718036912381649e-1,
  1.90821492927058770002e-10,
  0.5,
  1,
  2,
  4503599627370496 + 1023,
  4503599627370496 + 1023 + 54,
  18014398509481984,
  -Infinity,
  0.41421356237309503,
  0.685,
  0.6931471805599453,
]);
const LN2_HI = 7;
const LN2_LO = 8;
const HALF = 9;
const ONE = 10;
const TWO = 11;
const BIAS = 12;
const BIAS_54 = 13;
const TWO_54 = 14;
const MINUS_INFINITY = 15;
const SQRT2_LESS_1 = 16;
const HALF_OF_1_37 = 17;
const LN2 = 18;

const BITS = memory.data<u64>([
  0x0009_5f62_0000_0000, // moves the exponent's step from 1 to √½
  0x7ff0_0000_0000_0000, // the exponent
  0x7fe0_0000_0000_0000, // minus an exponent: that of the reciprocal power of two
  0x4330_0000_0000_0000, // 2⁵²: or-ed with an integer below it, their sum as float64
]);
const STEP = 0;
const EXPONENT = 1;
const RECIPROCAL = 2;
const TWO_52 = 3;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
class LogPart {
  /** From memory: V8 would build a v128.const anew at every use, with up to four instructions. */
  @inline
  static number(i: usize): v128 {
    return v128.load64_splat(NUMBERS + (i << 3));
  }

  @inline
  static bits(i: usize): v128 {
    return v128.load64_splat(BITS + (i << 3));
  }

  /** The bits of u = 2ᵏ(1 + f) with k, biased, as the exponent. */
  @inline
  static stepped(u: v128): v128 {
    return i64x2.add(u, LogPart.bits(STEP));
  }

  /** k as float64, less what the bias is too large. */
  @inline
  static exponent(stepped: v128, bias: usize): v128 {
    return f64x2.sub(v128.or(i64x2.shr_u(stepped, 52), LogPart.bits(TWO_52)), LogPart.number(bias));
  }

  /** 2⁻ᵏ. */
  @inline
  static reciprocal(stepped: v128): v128 {
    return i64x2.sub(LogPart.bits(RECIPROCAL), v128.and(stepped, LogPart.bits(EXPONENT)));
  }

  /** f. */
  @inline
  static fraction(a: v128, x: v128, stepped: v128): v128 {
    const s = LogPart.reciprocal(stepped);
    return f64x2.add(f64x2.sub(f64x2.mul(s, a), LogPart.number(ONE)), f64x2.mul(s, x));
  }

  /** R(s²). */
  @inline
  static series(s: v128): v128 {
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const even35 = f64x2.add(LogPart.number(3), f64x2.mul(w, LogPart.number(5)));
    const even = f64x2.mul(w, f64x2.add(LogPart.number(1), f64x2.mul(w, even35)));
    const odd46 = f64x2.add(LogPart.number(4), f64x2.mul(w, LogPart.number(6)));
    const odd246 = f64x2.add(LogPart.number(2), f64x2.mul(w, odd46));
    return f64x2.add(even, f64x2.mul(z, f64x2.add(LogPart.number(0), f64x2.mul(w, odd246))));
  }
}

/** To be inlined where it is in a loop: a call costs as much as half a logarithm. */
export class Log {
  /**
   * ln(a + x) for a = 0 or a = 1 and 0 ≤ a + x < 2⁹⁰⁰, both given times 2⁵⁴, so that nothing is
   * subnormal; ln 0 = −∞. With s = 2⁻ᵏ, f = (s·a − 1) + s·x has no rounding error worth a correction
   * term, also where 1 + x rounds.
   */
  @inline
  static sum(a: v128, x: v128): v128 {
    const sum = f64x2.add(a, x);
    const t = LogPart.stepped(sum);
    const log = Log.reduced(LogPart.fraction(a, x, t), LogPart.exponent(t, BIAS_54));
    return v128.bitselect(LogPart.number(MINUS_INFINITY), log, f64x2.eq(sum, f64x2.splat(0)));
  }

  /**
   * The same, as fast as it can be: to 2 ulp, with ln 2 in one part; less than −700, or NaN, where a + x
   * is 0.
   */
  @inline
  static fast(a: v128, x: v128): v128 {
    const t = LogPart.stepped(f64x2.add(a, x));
    const f = LogPart.fraction(a, x, t);
    const s = f64x2.div(f, f64x2.add(LogPart.number(TWO), f));
    const log = f64x2.sub(f, f64x2.mul(s, f64x2.sub(f, LogPart.series(s))));
    return f64x2.add(f64x2.mul(LogPart.exponent(t, BIAS_54), LogPart.number(LN2)), log);
  }

  /**
   * ln(1 + x) for x in [0, 1]. Above √2 − 1 it is ln 2 + ln(1 + f) with f = (x − 1)/2, and x − 1 may
   * round; 1/(1 + f) is between 1.33 and 1.41 where it does.
   */
  @inline
  static onePlus(x: v128): v128 {
    const one = LogPart.number(ONE);
    const above = f64x2.gt(x, LogPart.number(SQRT2_LESS_1));
    const less = f64x2.sub(x, one);
    const f = v128.bitselect(f64x2.mul(less, LogPart.number(HALF)), x, above);
    const error = f64x2.sub(x, f64x2.add(less, one));
    const log = Log.reduced(f, v128.and(above, one));
    return f64x2.add(log, f64x2.mul(v128.and(above, error), LogPart.number(HALF_OF_1_37)));
  }

  /** ln((1 + f) · 2ᵏ) for 1 + f in [√½, √2). */
  @inline
  static reduced(f: v128, k: v128): v128 {
    return f64x2.sub(f64x2.mul(k, LogPart.number(LN2_HI)), Log.less(f, k));
  }

  /** What it is less than k times the upper part of ln 2. */
  @inline
  static less(f: v128, k: v128): v128 {
    const s = f64x2.div(f, f64x2.add(LogPart.number(TWO), f));
    const half = f64x2.mul(f64x2.mul(LogPart.number(HALF), f), f);
    const tail = f64x2.add(
      f64x2.mul(s, f64x2.add(half, LogPart.series(s))),
      f64x2.mul(k, LogPart.number(LN2_LO)),
    );
    return f64x2.sub(f64x2.sub(half, tail), f);
  }
}

/** ln(a + x) for a = 0 (log) or a = 1 (log1p) and 0 ≤ a + x < 2⁹⁰⁰; ln 0 = −∞. */
export function logSum(a: v128, x: v128): v128 {
  const scale = LogPart.number(TWO_54);
  return Log.sum(f64x2.mul(a, scale), f64x2.mul(x, scale));
}

/**
 * factor · ln(m · 2ᵉ) for a normal m > 0 and an integer e, factor 1 or −1: written to totalPtr as value
 * and remainder.
 */
export function logScaled(m: f64, e: f64, factor: f64, totalPtr: usize): f64 {
  const u = f64x2.splat(m);
  const t = LogPart.stepped(u);
  const f = f64x2.sub(f64x2.mul(LogPart.reciprocal(t), u), LogPart.number(ONE));
  const k = f64x2.add(LogPart.exponent(t, BIAS), f64x2.splat(e));
  const whole = f64x2.extract_lane(f64x2.mul(k, LogPart.number(LN2_HI)), 0);
  const less = f64x2.extract_lane(Log.less(f, k), 0);
  const log = whole - less;
  const z = log - whole;
  // Not −0.
  store<f64>(totalPtr, factor * log + 0);
  store<f64>(totalPtr, factor * (whole - (log - z) - (less + z)), 8);
  return factor * log;
}
