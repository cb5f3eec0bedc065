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
/** The rounding error of z − max is taken to be within ± this. */
const MOST_LOW = 0.0009765625;
/** The second step of scaling: 2⁻⁷⁵, and 2⁻²⁴ for float32. */
const DOWN = 2.6469779601696886e-23;

/** Powers of two from 2⁻¹⁰²² to 2⁷⁵, the first step of scaling by 2⁻¹⁰⁹⁷ to 2⁰. */
const FIRST_POWER = -1022;
const POWERS = powers(1098);

function powers(count: number): Float64Array {
  const table = new Float64Array(count);
  let power = 2.2250738585072014e-308;
  for (let i = 0; i < count; i++) {
    table[i] = power;
    power *= 2;
  }
  return table;
}

function bounded(low: number): number {
  const least = low > -MOST_LOW ? low : -MOST_LOW;
  return least < MOST_LOW ? least : MOST_LOW;
}

/** exp(x + low), where low is the rounding error of x. */
function exp(x: number, low: number): number {
  const clamped = x < LEAST ? LEAST : x;
  const k = clamped * LOG2_E + SHIFT - SHIFT;
  const hi = clamped - k * LN2_HI;
  const lo = k * LN2_LO - low;
  const r = hi - lo;
  const t = r * r;
  const c = r - t * (P1 + t * (P2 + t * (P3 + t * (P4 + t * P5))));
  const y = 1 - (lo - (r * c) / (2 - c) - hi);
  // (NaN becomes the integer 0 here, and is NaN in y.)
  return y * POWERS[(k + (75 - FIRST_POWER)) | 0] * DOWN;
}

export const LEAST_FLOAT32 = 8.271806125530277e-25;

const f = Math.fround;
const LOG2_E_32 = f(1.4426950216);
const SHIFT_32 = 12582912;
const LN2_HI_32 = f(6.9314575195e-1);
const LN2_LO_32 = f(1.4286067653e-6);
const P1_32 = f(1.666662544e-1);
const P2_32 = f(-2.7667332906e-3);
const LEAST_32 = -104;
const DOWN_32 = 5.9604644775390625e-8;

/** The same in float32 arithmetic, for float32 numbers. */
function exp32(x: number, low: number): number {
  const clamped = f(x < LEAST_32 ? LEAST_32 : x);
  const k = f(f(f(clamped * LOG2_E_32) + SHIFT_32) - SHIFT_32);
  const hi = f(clamped - f(k * LN2_HI_32));
  const lo = f(f(k * LN2_LO_32) - low);
  const r = f(hi - lo);
  const t = f(r * r);
  const c = f(r - f(t * f(P1_32 + f(t * P2_32))));
  const y = f(1 - f(f(lo - f(f(r * c) / f(2 - c))) - hi));
  // The power of two times y is exact, also in float64.
  return f(y * POWERS[(k + (24 - FIRST_POWER)) | 0] * DOWN_32);
}

/** out[i] = e^−|z[from + i]|. */
export function expMinusAbs(z: Float64Array, from: number, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) out[i] = exp(-Math.abs(z[from + i]), 0);
}

export function expMinusAbsFloat32(
  z: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] = exp32(-Math.abs(z[from + i]), 0);
}

/**
 * out[at + i] = e^(z[from + i] − max), `atMax` where z is max; how many are. `out` may be z.
 */
export function expLess(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  atMax: number,
  out: Float64Array,
  at: number,
): number {
  let ties = 0;
  for (let i = 0; i < n; i++) {
    const x = z[from + i];
    const d = x - max;
    const back = d + max;
    const low = x - back - (max + (d - back));
    const e = exp(d, bounded(low));
    if (x === max) {
      out[at + i] = atMax;
      ties++;
    } else {
      out[at + i] = e;
    }
  }
  return ties;
}

export function expLessFloat32(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  atMax: number,
  out: Float64Array,
  at: number,
): number {
  let ties = 0;
  for (let i = 0; i < n; i++) {
    const x = f(z[from + i]);
    const d = f(x - max);
    const back = f(d + max);
    const low = f(f(x - back) - f(max + f(d - back)));
    const e = exp32(d, bounded(low));
    if (x === max) {
      out[at + i] = atMax;
      ties++;
    } else {
      out[at + i] = e;
    }
  }
  return ties;
}
