// The natural logarithm of float32: the twin of assembly/math/log-float32.ts, which has the method. Every
// step that may round is rounded to float32, as in scaled.ts; four elements side by side (eight: a tenth faster, and
// 0.3 KB more).
import { BLOCK } from '../../block.js';

const Q0 = 0.6666668653488159;
const Q1 = 0.3998877704143524;
const Q2 = 0.29580157995224;
const U0 = 0.6666663885116577;
const U1 = 0.40007564425468445;
const U2 = 0.28236547112464905;
const U3 = 0.2685202658176422;
const LN2 = 0.6931471824645996;
const STEP = 0x004a_fb0d;
const BIAS_24 = 127 + 24;

const float = /* @__PURE__ */ new Float32Array(1);
const word = /* @__PURE__ */ new Int32Array(float.buffer);

/** What is known to be from 1/4 to 1/2, 1/2 to 1, 2 to 4 is rounded to float32 by these. */
const TO_2_25 = 1.5 * 2 ** 27;
const TO_2_24 = 1.5 * 2 ** 28;
const TO_2_22 = 1.5 * 2 ** 30;

/** 2⁻ᵏ by the biased exponent of 2ᵏ. */
const RECIPROCALS = /* @__PURE__ */ Float64Array.from({ length: 256 }, (_, i) => 2 ** (127 - i));

/** A block and up to three more, so that the last four elements are as all others. */
const fractions = /* @__PURE__ */ new Float64Array(BLOCK);
const exponents = /* @__PURE__ */ new Float64Array(BLOCK);

/** out[i] = ln(aᵢ + xᵢ), both given times 2²⁴; out has a multiple of four elements. */
export function logSumsFloat32(
  a: Float64Array,
  x: Float64Array,
  n: number,
  out: Float64Array,
): void {
  const { fround } = Math;
  for (let i = 0; i < n; i++) {
    float[0] = a[i] + x[i];
    const biased = ((word[0] + STEP) >>> 23) & 0xff;
    const s = RECIPROCALS[biased];
    // (Exact in float32, and so in float64.)
    fractions[i] = s * a[i] - 1 + s * x[i];
    exponents[i] = biased - BIAS_24;
  }
  for (let i = 0; i < n; i += 4) {
    const fa = fractions[i];
    const fb = fractions[i + 1];
    const fc = fractions[i + 2];
    const fd = fractions[i + 3];
    const ra = fround(fa / fround(2 + fa));
    const rb = fround(fb / fround(2 + fb));
    const rc = fround(fc / fround(2 + fc));
    const rd = fround(fd / fround(2 + fd));
    const za = fround(ra * ra);
    const zb = fround(rb * rb);
    const zc = fround(rc * rc);
    const zd = fround(rd * rd);
    // (The logarithm of 0 is no matter: it is below every floor.)
    const pa = fround(za * Q2) + Q1 + TO_2_25 - TO_2_25;
    const pb = fround(zb * Q2) + Q1 + TO_2_25 - TO_2_25;
    const pc = fround(zc * Q2) + Q1 + TO_2_25 - TO_2_25;
    const pd = fround(zd * Q2) + Q1 + TO_2_25 - TO_2_25;
    const qa = fround(za * (fround(za * pa) + Q0 + TO_2_24 - TO_2_24));
    const qb = fround(zb * (fround(zb * pb) + Q0 + TO_2_24 - TO_2_24));
    const qc = fround(zc * (fround(zc * pc) + Q0 + TO_2_24 - TO_2_24));
    const qd = fround(zd * (fround(zd * pd) + Q0 + TO_2_24 - TO_2_24));
    const la = fround(fa - fround(ra * fround(fa - qa)));
    const lb = fround(fb - fround(rb * fround(fb - qb)));
    const lc = fround(fc - fround(rc * fround(fc - qc)));
    const ld = fround(fd - fround(rd * fround(fd - qd)));
    out[i] = fround(fround(exponents[i] * LN2) + la);
    out[i + 1] = fround(fround(exponents[i + 1] * LN2) + lb);
    out[i + 2] = fround(fround(exponents[i + 2] * LN2) + lc);
    out[i + 3] = fround(fround(exponents[i + 3] * LN2) + ld);
  }
}

/** out[i] = ln(1 + xᵢ) for x in [0, 1]; both have a multiple of four elements. */
export function log1pUnitsFloat32(x: Float64Array, n: number, out: Float64Array): void {
  const { fround } = Math;
  for (let i = 0; i < n; i += 4) {
    const fa = x[i];
    const fb = x[i + 1];
    const fc = x[i + 2];
    const fd = x[i + 3];
    const ra = fround(fa / (fa + 2 + TO_2_22 - TO_2_22));
    const rb = fround(fb / (fb + 2 + TO_2_22 - TO_2_22));
    const rc = fround(fc / (fc + 2 + TO_2_22 - TO_2_22));
    const rd = fround(fd / (fd + 2 + TO_2_22 - TO_2_22));
    const za = fround(ra * ra);
    const zb = fround(rb * rb);
    const zc = fround(rc * rc);
    const zd = fround(rd * rd);
    const oa = fround(za * U3) + U2 + TO_2_25 - TO_2_25;
    const ob = fround(zb * U3) + U2 + TO_2_25 - TO_2_25;
    const oc = fround(zc * U3) + U2 + TO_2_25 - TO_2_25;
    const od = fround(zd * U3) + U2 + TO_2_25 - TO_2_25;
    const pa = fround(za * oa) + U1 + TO_2_25 - TO_2_25;
    const pb = fround(zb * ob) + U1 + TO_2_25 - TO_2_25;
    const pc = fround(zc * oc) + U1 + TO_2_25 - TO_2_25;
    const pd = fround(zd * od) + U1 + TO_2_25 - TO_2_25;
    const qa = fround(za * (fround(za * pa) + U0 + TO_2_24 - TO_2_24));
    const qb = fround(zb * (fround(zb * pb) + U0 + TO_2_24 - TO_2_24));
    const qc = fround(zc * (fround(zc * pc) + U0 + TO_2_24 - TO_2_24));
    const qd = fround(zd * (fround(zd * pd) + U0 + TO_2_24 - TO_2_24));
    out[i] = fround(fa - fround(ra * fround(fa - qa)));
    out[i + 1] = fround(fb - fround(rb * fround(fb - qb)));
    out[i + 2] = fround(fc - fround(rc * fround(fc - qc)));
    out[i + 3] = fround(fd - fround(rd * fround(fd - qd)));
  }
}
