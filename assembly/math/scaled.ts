// Exponentials of a row of logits z, all times one power of two: e^z · 2^(lift − k), where k·ln 2 is about the
// largest logit. So nothing is taken from z before it is reduced, which would round it, and e^(z − max) is a
// quotient of two of them.
//
// z = j·ln 2/steps + r, where adding 1.5·2^(digits − 1) rounds to the integer j and leaves j + (lift − k)·steps
// in the lowest bits. eʳ = 1 + r + r²·(C2 + C3·r + r²·(C4 + C5·r + C6·r²)), minimax polynomials of relative error
// for |r| ≤ ½ ln 2/steps, by Remez' algorithm with 60 digits (mpmath 1.3): of float32, with one step for each
// power of two, 3.1e-9; of float64, with 32, whose powers 2^(i/32) are in a table, 8.7e-17 without C6.
//
// Bound by additions and multiplications: 23 for four float32 (0.85 ns an element); for two float64 20, and two
// loads from the table (1.9 ns), which cost less than a division (3.3) or a polynomial that needs neither (3.5).

const FLOAT32 = memory.data<f32>([
  1.4426950216293335,
  0.693359375,
  -2.1219444170128554e-4,
  0.4999999403953552,
  0.1666652113199234,
  0.04166838899254799,
  0.008368716575205326,
  0.001381459878757596,
  1,
  12582912 + 127 + 40,
  127 + 40,
  1,
  0.6931471824645996,
  1.4426950216293335,
  512,
]);

const FLOAT64 = memory.data<f64>([
  46.16624130844683,
  0.02166084938653512,
  5.9631716539705866e-12,
  0.4999999999917885,
  0.16666666667044297,
  0.041666893309233906,
  0.008333318128471167,
  0,
  1,
  6755399441055744 + 32 * 500,
  900 + 500,
  32,
  0.6931471805599453,
  1.4426950408889634,
  16384,
]);

/** 2^(i/32), less what i adds to its bits where the power of two is added. */
const POWERS = memory.data<u64>([
  0x3ff0000000000000, 0x3fefd9b0d3158574, 0x3fefb5586cf9890f, 0x3fef9301d0125b51,
  0x3fef72b83c7d517b, 0x3fef54873168b9aa, 0x3fef387a6e756238, 0x3fef1e9df51fdee1,
  0x3fef06fe0a31b715, 0x3feef1a7373aa9cb, 0x3feedea64c123422, 0x3feece086061892d,
  0x3feebfdad5362a27, 0x3feeb42b569d4f82, 0x3feeab07dd485429, 0x3feea47eb03a5585,
  0x3feea09e667f3bcd, 0x3fee9f75e8ec5f74, 0x3feea11473eb0187, 0x3feea589994cce13,
  0x3feeace5422aa0db, 0x3feeb737b0cdc5e5, 0x3feec49182a3f090, 0x3feed503b23e255d,
  0x3feee89f995ad3ad, 0x3feeff76f2fb5e47, 0x3fef199bdd85529c, 0x3fef3720dcef9069,
  0x3fef5818dcfba487, 0x3fef7c97337b9b5f, 0x3fefa4afa2a490da, 0x3fefd0765b6e4540,
]);

const RATE = 0;
const STEP_HI = 1;
const STEP_LO = 2;
const C2 = 3;
const C3 = 4;
const C4 = 5;
const C5 = 6;
const C6 = 7;
const ONE = 8;
const SHIFT = 9;
const DEPTH = 10;
const STEPS = 11;
const LN2 = 12;
const LOG2_E = 13;
const FAR = 14;

/** Methods, because only those can be marked for inlining in valid TypeScript. */
export class Scaled {
  /** From memory: V8 would build a v128.const anew at every use. */
  @inline
  static number<T>(i: usize): v128 {
    return sizeof<T>() == 8
      ? v128.load64_splat(FLOAT64 + (i << 3))
      : v128.load32_splat(FLOAT32 + (i << 2));
  }

  /** Whether z − max is exact where it is not far below 0, and has to be taken for z. */
  @inline
  static areFar<T>(max: v128): v128 {
    const size = v128.abs<T>(max);
    return v128.and(
      v128.gt<T>(size, Scaled.number<T>(FAR)),
      v128.ne<T>(size, v128.splat<T>(Infinity)),
    );
  }

  /** The integer k of a largest logit. */
  @inline
  static base<T>(max: v128): v128 {
    return v128.nearest<T>(v128.mul<T>(max, Scaled.number<T>(LOG2_E)));
  }

  /** What rounds to j. */
  @inline
  static shift<T>(k: v128): v128 {
    return v128.sub<T>(Scaled.number<T>(SHIFT), v128.mul<T>(k, Scaled.number<T>(STEPS)));
  }

  /** That of float64 for the scale of float32. */
  @inline
  static shiftOfFloat32(k: v128): v128 {
    return Scaled.shift<f64>(f64x2.add(k, f64x2.splat(500 - 40)));
  }

  /** From here down, all are 0, or a number that is nothing to the others. */
  @inline
  static least<T>(k: v128): v128 {
    return v128.mul<T>(v128.sub<T>(k, Scaled.number<T>(DEPTH)), Scaled.number<T>(LN2));
  }

  /** The scaled exponentials. NaN stays NaN. */
  @inline
  static of<T>(z: v128, shift: v128, least: v128): v128 {
    return Scaled.by<T>(
      z,
      shift,
      least,
      Scaled.number<T>(RATE),
      Scaled.number<T>(STEP_HI),
      Scaled.number<T>(STEP_LO),
      Scaled.number<T>(C2),
      Scaled.number<T>(C3),
      Scaled.number<T>(C4),
      Scaled.number<T>(C5),
      Scaled.number<T>(C6),
      Scaled.number<T>(ONE),
    );
  }

  @inline
  static by<T>(
    z: v128,
    shift: v128,
    least: v128,
    rate: v128,
    stepHi: v128,
    stepLo: v128,
    c2: v128,
    c3: v128,
    c4: v128,
    c5: v128,
    c6: v128,
    one: v128,
  ): v128 {
    const x = v128.pmax<T>(z, least);
    const s = v128.add<T>(v128.mul<T>(x, rate), shift);
    const j = v128.sub<T>(s, shift);
    const r = v128.sub<T>(v128.sub<T>(x, v128.mul<T>(j, stepHi)), v128.mul<T>(j, stepLo));
    const t = v128.mul<T>(r, r);
    const q23 = v128.add<T>(v128.mul<T>(r, c3), c2);
    let q45 = v128.add<T>(v128.mul<T>(r, c5), c4);
    if (sizeof<T>() == 4) q45 = f32x4.add(f32x4.mul(t, c6), q45);
    const q = v128.add<T>(v128.mul<T>(t, q45), q23);
    const p = v128.add<T>(v128.mul<T>(t, q), r);
    if (sizeof<T>() == 4) return f32x4.mul(f32x4.add(p, one), i32x4.shl(s, 23));
    const even = POWERS + ((<usize>i64x2.extract_lane(s, 0) & 31) << 3);
    const odd = POWERS + ((<usize>i64x2.extract_lane(s, 1) & 31) << 3);
    const fractions = v128.load64_lane(odd, v128.load64_zero(even), 1);
    const power = i64x2.add(fractions, i64x2.shl(s, 47));
    return f64x2.add(power, f64x2.mul(power, p));
  }
}

/** Exponentials of vectors, written to outPtr; their sum: four in a tree, these one after the other. */
export function exps<T>(zPtr: usize, vectors: i32, shift: v128, least: v128, outPtr: usize): v128 {
  const rate = Scaled.number<T>(RATE);
  const stepHi = Scaled.number<T>(STEP_HI);
  const stepLo = Scaled.number<T>(STEP_LO);
  const c2 = Scaled.number<T>(C2);
  const c3 = Scaled.number<T>(C3);
  const c4 = Scaled.number<T>(C4);
  const c5 = Scaled.number<T>(C5);
  const c6 = Scaled.number<T>(C6);
  const one = Scaled.number<T>(ONE);
  let sum = i64x2.splat(0);
  for (; vectors >= 4; vectors -= 4) {
    const e0 = Scaled.by<T>(
      v128.load(zPtr),
      shift,
      least,
      rate,
      stepHi,
      stepLo,
      c2,
      c3,
      c4,
      c5,
      c6,
      one,
    );
    v128.store(outPtr, e0);
    const e1 = Scaled.by<T>(
      v128.load(zPtr, 16),
      shift,
      least,
      rate,
      stepHi,
      stepLo,
      c2,
      c3,
      c4,
      c5,
      c6,
      one,
    );
    v128.store(outPtr, e1, 16);
    const e01 = v128.add<T>(e0, e1);
    const e2 = Scaled.by<T>(
      v128.load(zPtr, 32),
      shift,
      least,
      rate,
      stepHi,
      stepLo,
      c2,
      c3,
      c4,
      c5,
      c6,
      one,
    );
    v128.store(outPtr, e2, 32);
    const e3 = Scaled.by<T>(
      v128.load(zPtr, 48),
      shift,
      least,
      rate,
      stepHi,
      stepLo,
      c2,
      c3,
      c4,
      c5,
      c6,
      one,
    );
    v128.store(outPtr, e3, 48);
    sum = v128.add<T>(sum, v128.add<T>(e01, v128.add<T>(e2, e3)));
    zPtr += 64;
    outPtr += 64;
  }
  for (; vectors > 0; --vectors) {
    const e = Scaled.by<T>(
      v128.load(zPtr),
      shift,
      least,
      rate,
      stepHi,
      stepLo,
      c2,
      c3,
      c4,
      c5,
      c6,
      one,
    );
    v128.store(outPtr, e);
    sum = v128.add<T>(sum, e);
    zPtr += 16;
    outPtr += 16;
  }
  return sum;
}
