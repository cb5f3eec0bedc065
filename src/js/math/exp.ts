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

const Q0 = 0.6931471880262288;
const Q1 = 0.24022650760568126;
const Q2 = 0.05550357114219078;
const Q3 = 0.009618082557277852;
const Q4 = 0.0013390863364671234;
const Q5 = 0.0001545316294512069;
const LEAST_FLOAT32 = -1021;
const MOST_LOW = 0.0009765625;

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

/** Outside, or NaN, only where e^(x + low) is 0 whatever low is. */
function bounded(low: number): number {
  const least = low > -MOST_LOW ? low : -MOST_LOW;
  return least < MOST_LOW ? least : MOST_LOW;
}

/** 2ᵗ for t from −1021 to 1021, to the precision of float32. */
function power(t: number): number {
  const k = t + SHIFT - SHIFT;
  const f = t - k;
  const y = 1 + f * (Q0 + f * (Q1 + f * (Q2 + f * (Q3 + f * (Q4 + f * Q5)))));
  return y * POWERS[(k - FIRST_POWER) | 0];
}

/** out[at + i] = e^−|z[from + i]|. */
export function expMinusAbs(
  z: Float64Array,
  from: number,
  n: number,
  out: Float64Array,
  at: number,
): void {
  for (let i = 0; i < n; i++) out[at + i] = exp(-Math.abs(z[from + i]), 0);
}

/** out[i] = e^(z[from + i] − max), of z − max as it is rounded. */
export function expRounded(
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) out[i] = exp(z[from + i] - max, 0);
}

/** Σ e^(z[from + i] − max) of float32, the even elements and the odd ones each in their order. */
export function expSum(z: Float64Array, from: number, n: number, max: number): number {
  let even = 0;
  let odd = 0;
  const pairs = n & ~1;
  for (let i = 0; i < pairs; i += 2) {
    const t = (z[from + i] - max) * LOG2_E;
    const u = (z[from + i + 1] - max) * LOG2_E;
    even += power(t < LEAST_FLOAT32 ? LEAST_FLOAT32 : t);
    odd += power(u < LEAST_FLOAT32 ? LEAST_FLOAT32 : u);
  }
  const sum = even + odd;
  if (n === pairs) return sum;
  const t = (z[from + pairs] - max) * LOG2_E;
  return sum + power(t < LEAST_FLOAT32 ? LEAST_FLOAT32 : t);
}

/**
 * out[at + i] = e^(z[from + i] − max) · share, where share · `atMax` stands for z = max; how many are.
 * `out` may be z.
 */
export function expLess(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  atMax: number,
  share: number,
  out: Float64Array,
  at: number,
): number {
  let ties = 0;
  for (let i = 0; i < n; i++) {
    const x = z[from + i];
    if (x === max) {
      out[at + i] = atMax * share;
      ties++;
      continue;
    }
    const d = x - max;
    if (isFloat32) {
      const t = d * LOG2_E;
      out[at + i] = power(t < LEAST_FLOAT32 ? LEAST_FLOAT32 : t) * share;
    } else {
      const back = d + max;
      const low = x - back - (max + (d - back));
      out[at + i] = exp(d, bounded(low)) * share;
    }
  }
  return ties;
}
