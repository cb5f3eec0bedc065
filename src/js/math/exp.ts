// eˣ for x ≤ 0: the twin of assembly/math/exp.ts, which has the method and the sources.

const LOG2_E = 1.442695040888963387;
const SHIFT = 6755399441055744;
const LN2_HI = 6.9314718036912381649e-1;
const LN2_LO = 1.90821492927058770002e-10;
const P1 = 1.66666666666666019037e-1;
const P2 = -2.77777777770155933842e-3;
const P3 = 6.61375632143793436117e-5;
const P4 = -1.6533902205465251539e-6;
const P5 = 4.13813679705723846039e-8;
const LEAST = -746;
/** The second step of scaling, 2⁻⁷⁵. */
const DOWN = 2.6469779601696886e-23;

/** Powers of two from 2⁻¹⁰²² to 2⁷⁵, the first step of scaling by 2⁻¹⁰⁹⁷ to 2⁰. */
const FIRST_POWER = -1022;
const POWERS = /* @__PURE__ */ powers(1098);

function powers(count: number): Float64Array {
  const table = new Float64Array(count);
  let power = 2.2250738585072014e-308;
  for (let i = 0; i < count; i++) {
    table[i] = power;
    power *= 2;
  }
  return table;
}

function exp(x: number): number {
  const clamped = x < LEAST ? LEAST : x;
  const k = clamped * LOG2_E + SHIFT - SHIFT;
  const hi = clamped - k * LN2_HI;
  const lo = k * LN2_LO;
  const r = hi - lo;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const y = 1 - (lo - (r * c) / (2 - c) - hi);
  // (NaN becomes the integer 0 here, and is NaN in y.)
  return y * POWERS[(k + (75 - FIRST_POWER)) | 0] * DOWN;
}

/** out[at + i] = e^−|z[from + i]|. */
export function expMinusAbs(
  z: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
  at: number,
): void {
  for (let i = 0; i < n; i++) out[at + i] = exp(-Math.abs(z[from + i]));
}
