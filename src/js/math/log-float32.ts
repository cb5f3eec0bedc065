// The natural logarithm of float32: the twin of assembly/math/log-float32.ts, which has the method. Every
// step that may round is rounded to float32. As V8 makes two conversions of each, four elements are
// interleaved: 15 ns each instead of 25, as nearly all of that is waiting for one's own last step.
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
    const pa = fround(Q1 + fround(za * Q2));
    const pb = fround(Q1 + fround(zb * Q2));
    const pc = fround(Q1 + fround(zc * Q2));
    const pd = fround(Q1 + fround(zd * Q2));
    const qa = fround(za * fround(Q0 + fround(za * pa)));
    const qb = fround(zb * fround(Q0 + fround(zb * pb)));
    const qc = fround(zc * fround(Q0 + fround(zc * pc)));
    const qd = fround(zd * fround(Q0 + fround(zd * pd)));
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
    const ra = fround(fa / fround(2 + fa));
    const rb = fround(fb / fround(2 + fb));
    const rc = fround(fc / fround(2 + fc));
    const rd = fround(fd / fround(2 + fd));
    const za = fround(ra * ra);
    const zb = fround(rb * rb);
    const zc = fround(rc * rc);
    const zd = fround(rd * rd);
    const oa = fround(U2 + fround(za * U3));
    const ob = fround(U2 + fround(zb * U3));
    const oc = fround(U2 + fround(zc * U3));
    const od = fround(U2 + fround(zd * U3));
    const pa = fround(U1 + fround(za * oa));
    const pb = fround(U1 + fround(zb * ob));
    const pc = fround(U1 + fround(zc * oc));
    const pd = fround(U1 + fround(zd * od));
    const qa = fround(za * fround(U0 + fround(za * pa)));
    const qb = fround(zb * fround(U0 + fround(zb * pb)));
    const qc = fround(zc * fround(U0 + fround(zc * pc)));
    const qd = fround(zd * fround(U0 + fround(zd * pd)));
    out[i] = fround(fa - fround(ra * fround(fa - qa)));
    out[i + 1] = fround(fb - fround(rb * fround(fb - qb)));
    out[i + 2] = fround(fc - fround(rc * fround(fc - qc)));
    out[i + 3] = fround(fd - fround(rd * fround(fd - qd)));
  }
}
