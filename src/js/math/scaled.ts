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

/** A scaled exponential, of float64. */
export function scaledExp(x: number, shift: number): number {
  const s = x * RATE_F64 + shift;
  const j = s - shift;
  const r = x - j * STEP_HI_F64 - j * STEP_LO_F64;
  const t = r * r;
  const q = t * (r * C5_F64 + C4_F64) + (r * C3_F64 + C2_F64);
  const p = t * q + r;
  // (NaN becomes the integer 0 here, and is NaN in p.)
  const steps = (s - ROUND_F64) | 0;
  const power = FRACTIONS[steps & 31] * POWERS[(steps >> 5) - LEAST_POWER];
  return power + power * p;
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
    const x = z[from + i];
    out[to + i] = scaledExp(x < least ? least : x, shift);
  }
}

/** What floats from 1/32 to 1/16 are rounded by, as float32 would: their last bit is 2⁻²⁸. */
const TO_2_28 = 1.5 * 2 ** 24;

/** What eight lanes of `scaledFloat32` read from, and how they scale: each may be of a row of its own. */
export class EightLanes {
  readonly starts = new Int32Array(8);
  readonly shifts = new Float64Array(8);
  readonly leasts = new Float64Array(8);
}

/**
 * The same of float32, n elements of each lane: out[offset + i] = that of zᵢ. V8 makes two conversions of each
 * Math.fround; eight elements side by side hide the waiting for them (13 ns each; four: 15, one: 26), and what
 * is known to lie between two powers of two is rounded by adding and taking away what has that last bit.
 */
export function scaledFloat32(
  { starts, shifts, leasts }: EightLanes,
  n: number,
  z: Float64Array,
  out: Float64Array,
  offset: number,
): void {
  const { fround } = Math;
  const at0 = starts[0];
  const at1 = starts[1];
  const at2 = starts[2];
  const at3 = starts[3];
  const at4 = starts[4];
  const at5 = starts[5];
  const at6 = starts[6];
  const at7 = starts[7];
  const least0 = leasts[0];
  const least1 = leasts[1];
  const least2 = leasts[2];
  const least3 = leasts[3];
  const least4 = leasts[4];
  const least5 = leasts[5];
  const least6 = leasts[6];
  const least7 = leasts[7];
  // What rounds to an integer in float64 what is rounded to one in float32.
  const big0 = shifts[0] + ROUND_F64;
  const big1 = shifts[1] + ROUND_F64;
  const big2 = shifts[2] + ROUND_F64;
  const big3 = shifts[3] + ROUND_F64;
  const big4 = shifts[4] + ROUND_F64;
  const big5 = shifts[5] + ROUND_F64;
  const big6 = shifts[6] + ROUND_F64;
  const big7 = shifts[7] + ROUND_F64;
  const base0 = shifts[0] - ROUND_F32;
  const base1 = shifts[1] - ROUND_F32;
  const base2 = shifts[2] - ROUND_F32;
  const base3 = shifts[3] - ROUND_F32;
  const base4 = shifts[4] - ROUND_F32;
  const base5 = shifts[5] - ROUND_F32;
  const base6 = shifts[6] - ROUND_F32;
  const base7 = shifts[7] - ROUND_F32;
  for (let i = 0; i < n; i++) {
    const z0 = z[at0 + i];
    const z1 = z[at1 + i];
    const z2 = z[at2 + i];
    const z3 = z[at3 + i];
    const z4 = z[at4 + i];
    const z5 = z[at5 + i];
    const z6 = z[at6 + i];
    const z7 = z[at7 + i];
    const x0 = z0 < least0 ? least0 : z0;
    const x1 = z1 < least1 ? least1 : z1;
    const x2 = z2 < least2 ? least2 : z2;
    const x3 = z3 < least3 ? least3 : z3;
    const x4 = z4 < least4 ? least4 : z4;
    const x5 = z5 < least5 ? least5 : z5;
    const x6 = z6 < least6 ? least6 : z6;
    const x7 = z7 < least7 ? least7 : z7;
    const j0 = fround(x0 * RATE_F32) + big0 - big0;
    const j1 = fround(x1 * RATE_F32) + big1 - big1;
    const j2 = fround(x2 * RATE_F32) + big2 - big2;
    const j3 = fround(x3 * RATE_F32) + big3 - big3;
    const j4 = fround(x4 * RATE_F32) + big4 - big4;
    const j5 = fround(x5 * RATE_F32) + big5 - big5;
    const j6 = fround(x6 * RATE_F32) + big6 - big6;
    const j7 = fround(x7 * RATE_F32) + big7 - big7;
    const r0 = fround(x0 - j0 * STEP_HI_F32 - fround(j0 * STEP_LO_F32));
    const r1 = fround(x1 - j1 * STEP_HI_F32 - fround(j1 * STEP_LO_F32));
    const r2 = fround(x2 - j2 * STEP_HI_F32 - fround(j2 * STEP_LO_F32));
    const r3 = fround(x3 - j3 * STEP_HI_F32 - fround(j3 * STEP_LO_F32));
    const r4 = fround(x4 - j4 * STEP_HI_F32 - fround(j4 * STEP_LO_F32));
    const r5 = fround(x5 - j5 * STEP_HI_F32 - fround(j5 * STEP_LO_F32));
    const r6 = fround(x6 - j6 * STEP_HI_F32 - fround(j6 * STEP_LO_F32));
    const r7 = fround(x7 - j7 * STEP_HI_F32 - fround(j7 * STEP_LO_F32));
    const t0 = fround(r0 * r0);
    const t1 = fround(r1 * r1);
    const t2 = fround(r2 * r2);
    const t3 = fround(r3 * r3);
    const t4 = fround(r4 * r4);
    const t5 = fround(r5 * r5);
    const t6 = fround(r6 * r6);
    const t7 = fround(r7 * r7);
    const a0 = fround(r0 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a1 = fround(r1 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a2 = fround(r2 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a3 = fround(r3 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a4 = fround(r4 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a5 = fround(r5 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a6 = fround(r6 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const a7 = fround(r7 * C5_F32) + C4_F32 + TO_2_28 - TO_2_28;
    const b0 = fround(t0 * C6_F32) + a0 + TO_2_28 - TO_2_28;
    const b1 = fround(t1 * C6_F32) + a1 + TO_2_28 - TO_2_28;
    const b2 = fround(t2 * C6_F32) + a2 + TO_2_28 - TO_2_28;
    const b3 = fround(t3 * C6_F32) + a3 + TO_2_28 - TO_2_28;
    const b4 = fround(t4 * C6_F32) + a4 + TO_2_28 - TO_2_28;
    const b5 = fround(t5 * C6_F32) + a5 + TO_2_28 - TO_2_28;
    const b6 = fround(t6 * C6_F32) + a6 + TO_2_28 - TO_2_28;
    const b7 = fround(t7 * C6_F32) + a7 + TO_2_28 - TO_2_28;
    const c0 = fround(fround(r0 * C3_F32) + C2_F32);
    const c1 = fround(fround(r1 * C3_F32) + C2_F32);
    const c2 = fround(fround(r2 * C3_F32) + C2_F32);
    const c3 = fround(fround(r3 * C3_F32) + C2_F32);
    const c4 = fround(fround(r4 * C3_F32) + C2_F32);
    const c5 = fround(fround(r5 * C3_F32) + C2_F32);
    const c6 = fround(fround(r6 * C3_F32) + C2_F32);
    const c7 = fround(fround(r7 * C3_F32) + C2_F32);
    const q0 = fround(fround(t0 * b0) + c0);
    const q1 = fround(fround(t1 * b1) + c1);
    const q2 = fround(fround(t2 * b2) + c2);
    const q3 = fround(fround(t3 * b3) + c3);
    const q4 = fround(fround(t4 * b4) + c4);
    const q5 = fround(fround(t5 * b5) + c5);
    const q6 = fround(fround(t6 * b6) + c6);
    const q7 = fround(fround(t7 * b7) + c7);
    const p0 = fround(fround(fround(t0 * q0) + r0) + 1);
    const p1 = fround(fround(fround(t1 * q1) + r1) + 1);
    const p2 = fround(fround(fround(t2 * q2) + r2) + 1);
    const p3 = fround(fround(fround(t3 * q3) + r3) + 1);
    const p4 = fround(fround(fround(t4 * q4) + r4) + 1);
    const p5 = fround(fround(fround(t5 * q5) + r5) + 1);
    const p6 = fround(fround(fround(t6 * q6) + r6) + 1);
    const p7 = fround(fround(fround(t7 * q7) + r7) + 1);
    // (NaN becomes the integer 0 here, and is NaN in p.)
    out[offset + at0 + i] = fround(p0 * FLOAT32_POWERS[(j0 + base0) | 0]);
    out[offset + at1 + i] = fround(p1 * FLOAT32_POWERS[(j1 + base1) | 0]);
    out[offset + at2 + i] = fround(p2 * FLOAT32_POWERS[(j2 + base2) | 0]);
    out[offset + at3 + i] = fround(p3 * FLOAT32_POWERS[(j3 + base3) | 0]);
    out[offset + at4 + i] = fround(p4 * FLOAT32_POWERS[(j4 + base4) | 0]);
    out[offset + at5 + i] = fround(p5 * FLOAT32_POWERS[(j5 + base5) | 0]);
    out[offset + at6 + i] = fround(p6 * FLOAT32_POWERS[(j6 + base6) | 0]);
    out[offset + at7 + i] = fround(p7 * FLOAT32_POWERS[(j7 + base7) | 0]);
  }
}
