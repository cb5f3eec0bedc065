// Scaled exponentials of a row of logits: the twin of assembly/math/scaled.ts, which has the method.
const RATE_F64 = 46.16624130844683;
const STEP_HI_F64 = 0.02166084938653512;
const STEP_LO_F64 = 5.9631716539705866e-12;
const C2_F64 = 0.4999999999917885;
const C3_F64 = 0.16666666667044297;
const C4_F64 = 0.041666893309233906;
const C5_F64 = 0.008333318128471167;
const RATE_F32 = 1.4426950216293335;
const STEP_HI_F32 = 0.693359375;
const STEP_LO_F32 = -2.1219444170128554e-4;
const C2_F32 = 0.4999999403953552;
const C3_F32 = 0.1666652113199234;
const C4_F32 = 0.04166838899254799;
const C5_F32 = 0.008368716575205326;
const C6_F32 = 0.001381459878757596;
const LN2_F64 = 0.6931471805599453;
const LOG2_E_F64 = 1.4426950408889634;
const LN2_F32 = 0.6931471824645996;
const LOG2_E_F32 = 1.4426950216293335;
const FAR_F64 = 16384;
const FAR_F32 = 512;
const DEPTH_F64 = 900 + 500;
const DEPTH_F32 = 127 + 40;
const ROUND_F64 = 6755399441055744;
const ROUND_F32 = 12582912;

/** 2^(i/32). */
const FRACTIONS = /* @__PURE__ */ Float64Array.of(
  1,
  1.0218971486541166,
  1.0442737824274138,
  1.0671404006768237,
  1.0905077326652577,
  1.1143867425958924,
  1.1387886347566916,
  1.1637248587775775,
  1.189207115002721,
  1.215247359980469,
  1.241857812073484,
  1.2690509571917332,
  1.2968395546510096,
  1.3252366431597413,
  1.3542555469368927,
  1.383909881963832,
  1.4142135623730951,
  1.4451808069770467,
  1.4768261459394993,
  1.5091644275934228,
  1.5422108254079407,
  1.5759808451078865,
  1.6104903319492543,
  1.645755478153965,
  1.681792830507429,
  1.718619298122478,
  1.7562521603732995,
  1.7947090750031072,
  1.8340080864093424,
  1.8741676341103,
  1.9152065613971474,
  1.9571441241754002,
);

/** 2ⁿ for n from −900 to 500. */
const POWERS = /* @__PURE__ */ powers(1.1830521861667747e-271, 1401);
const LEAST_POWER = -900;
/** 2^(i − 127); 0 for i = 0. */
const FLOAT32_POWERS = /* @__PURE__ */ float32Powers();

function powers(first: number, count: number): Float64Array {
  const table = new Float64Array(count);
  let power = first;
  for (let i = 0; i < count; i++) {
    table[i] = power;
    power *= 2;
  }
  return table;
}

function float32Powers(): Float64Array {
  const table = powers(2 ** -127, 256);
  table[0] = 0;
  return table;
}

/** Whether z − max is exact where it is not far below 0, and has to be taken for z. */
export function isFar(isFloat32: boolean, max: number): boolean {
  const size = Math.abs(max);
  return size > (isFloat32 ? FAR_F32 : FAR_F64) && size < Infinity;
}

/** The integer k of a largest logit. */
export function baseOf(isFloat32: boolean, max: number): number {
  if (isFloat32)
    return Math.fround(Math.fround(Math.fround(max * LOG2_E_F32) + ROUND_F32) - ROUND_F32);
  return max * LOG2_E_F64 + ROUND_F64 - ROUND_F64;
}

/** What rounds to j. */
export function shiftOf(isFloat32: boolean, k: number): number {
  return isFloat32 ? ROUND_F32 + (DEPTH_F32 - k) : ROUND_F64 + 32 * (500 - k);
}

/** That of float64 for the scale of float32. */
export function shiftOfFloat32(k: number): number {
  return ROUND_F64 + 32 * (40 - k);
}

/** From here down, all are 0, or a number that is nothing to the others. */
export function leastOf(isFloat32: boolean, k: number): number {
  return isFloat32 ? Math.fround((k - DEPTH_F32) * LN2_F32) : (k - DEPTH_F64) * LN2_F64;
}

/** out[to + i] = the scaled exponential of z[from + i], of float64. */
export function scaledFloat64(
  z: Float64Array,
  from: number,
  n: number,
  shift: number,
  least: number,
  out: Float64Array,
  to: number,
): void {
  for (let i = 0; i < n; i++) {
    const given = z[from + i];
    const x = given < least ? least : given;
    const s = x * RATE_F64 + shift;
    const j = s - shift;
    const r = x - j * STEP_HI_F64 - j * STEP_LO_F64;
    const t = r * r;
    const q = t * (r * C5_F64 + C4_F64) + (r * C3_F64 + C2_F64);
    const p = t * q + r;
    // (NaN becomes the integer 0 here, and is NaN in p.)
    const steps = (s - ROUND_F64) | 0;
    const power = FRACTIONS[steps & 31] * POWERS[(steps >> 5) - LEAST_POWER];
    out[to + i] = power + power * p;
  }
}

const last = /* @__PURE__ */ new Float64Array(4);
const lastExps = /* @__PURE__ */ new Float64Array(4);

/**
 * The same of float32. (Four at a time, which hides that V8 makes two conversions of each rounding: 15.6
 * instead of 26 ns.)
 */
export function scaledFloat32(
  z: Float64Array,
  from: number,
  n: number,
  shift: number,
  least: number,
  out: Float64Array,
  to: number,
): void {
  let i = from;
  for (const end = from + (n & ~3); i < end; i += 4, to += 4) {
    const x0 = z[i] < least ? least : z[i];
    const x1 = z[i + 1] < least ? least : z[i + 1];
    const x2 = z[i + 2] < least ? least : z[i + 2];
    const x3 = z[i + 3] < least ? least : z[i + 3];
    const s0 = Math.fround(Math.fround(x0 * RATE_F32) + shift);
    const s1 = Math.fround(Math.fround(x1 * RATE_F32) + shift);
    const s2 = Math.fround(Math.fround(x2 * RATE_F32) + shift);
    const s3 = Math.fround(Math.fround(x3 * RATE_F32) + shift);
    const j0 = s0 - shift;
    const j1 = s1 - shift;
    const j2 = s2 - shift;
    const j3 = s3 - shift;
    const r0 = Math.fround(x0 - j0 * STEP_HI_F32 - Math.fround(j0 * STEP_LO_F32));
    const r1 = Math.fround(x1 - j1 * STEP_HI_F32 - Math.fround(j1 * STEP_LO_F32));
    const r2 = Math.fround(x2 - j2 * STEP_HI_F32 - Math.fround(j2 * STEP_LO_F32));
    const r3 = Math.fround(x3 - j3 * STEP_HI_F32 - Math.fround(j3 * STEP_LO_F32));
    const t0 = Math.fround(r0 * r0);
    const t1 = Math.fround(r1 * r1);
    const t2 = Math.fround(r2 * r2);
    const t3 = Math.fround(r3 * r3);
    const a0 = Math.fround(Math.fround(r0 * C5_F32) + C4_F32);
    const a1 = Math.fround(Math.fround(r1 * C5_F32) + C4_F32);
    const a2 = Math.fround(Math.fround(r2 * C5_F32) + C4_F32);
    const a3 = Math.fround(Math.fround(r3 * C5_F32) + C4_F32);
    const b0 = Math.fround(Math.fround(t0 * C6_F32) + a0);
    const b1 = Math.fround(Math.fround(t1 * C6_F32) + a1);
    const b2 = Math.fround(Math.fround(t2 * C6_F32) + a2);
    const b3 = Math.fround(Math.fround(t3 * C6_F32) + a3);
    const c0 = Math.fround(Math.fround(r0 * C3_F32) + C2_F32);
    const c1 = Math.fround(Math.fround(r1 * C3_F32) + C2_F32);
    const c2 = Math.fround(Math.fround(r2 * C3_F32) + C2_F32);
    const c3 = Math.fround(Math.fround(r3 * C3_F32) + C2_F32);
    const q0 = Math.fround(Math.fround(t0 * b0) + c0);
    const q1 = Math.fround(Math.fround(t1 * b1) + c1);
    const q2 = Math.fround(Math.fround(t2 * b2) + c2);
    const q3 = Math.fround(Math.fround(t3 * b3) + c3);
    const p0 = Math.fround(Math.fround(t0 * q0) + r0);
    const p1 = Math.fround(Math.fround(t1 * q1) + r1);
    const p2 = Math.fround(Math.fround(t2 * q2) + r2);
    const p3 = Math.fround(Math.fround(t3 * q3) + r3);
    out[to] = Math.fround(Math.fround(p0 + 1) * FLOAT32_POWERS[(s0 - ROUND_F32) | 0]);
    out[to + 1] = Math.fround(Math.fround(p1 + 1) * FLOAT32_POWERS[(s1 - ROUND_F32) | 0]);
    out[to + 2] = Math.fround(Math.fround(p2 + 1) * FLOAT32_POWERS[(s2 - ROUND_F32) | 0]);
    out[to + 3] = Math.fround(Math.fround(p3 + 1) * FLOAT32_POWERS[(s3 - ROUND_F32) | 0]);
  }
  const left = n & 3;
  if (left === 0) return;
  last.fill(-Infinity);
  for (let k = 0; k < left; k++) last[k] = z[i + k];
  scaledFloat32(last, 0, 4, shift, least, lastExps, 0);
  for (let k = 0; k < left; k++) out[to + k] = lastExps[k];
}
