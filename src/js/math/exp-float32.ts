// eˣ of float32: the twin of assembly/math/exp-float32.ts, which has the method and the sources. Eight
// elements are interleaved, and sums rounded, as in scaled.ts.

const LOG2_E = 1.4426950216293335;
/** What rounds to an integer in float64 what is rounded to one in float32. */
const SHIFT = 6755399441055744;
const LN2_HI = 0.693145751953125;
const LN2_LO = 1.428606765330187e-6;
const P0 = 0.5;
const P1 = 0.16666576266288757;
const P2 = 0.041666556149721146;
const P3 = 0.008363178931176662;
const P4 = 0.0013926184037700295;
export const LEAST_FLOAT32 = -104.5;

const FIRST_POWER = -152;
const POWERS = /* @__PURE__ */ Float64Array.from({ length: 216 }, (_, i) => 2 ** (i + FIRST_POWER));

/** What is known to be from 1/128 to 1/64, 1/32 to 1/16, 1/8 to 1/4 is rounded to float32 by these. */
const TO_2_30 = 1.5 * 2 ** 22;
const TO_2_28 = 1.5 * 2 ** 24;
const TO_2_26 = 1.5 * 2 ** 26;

/** out[i] = eˣ for x from −104.5 to 43; both have a multiple of eight elements, and may be the same. */
export function expsFloat32(x: Float64Array, n: number, out: Float64Array): void {
  const { fround } = Math;
  for (let i = 0; i < n; i += 8) {
    const xa = x[i];
    const xb = x[i + 1];
    const xc = x[i + 2];
    const xd = x[i + 3];
    const xe = x[i + 4];
    const xf = x[i + 5];
    const xg = x[i + 6];
    const xh = x[i + 7];
    const ka = fround(xa * LOG2_E) + SHIFT - SHIFT;
    const kb = fround(xb * LOG2_E) + SHIFT - SHIFT;
    const kc = fround(xc * LOG2_E) + SHIFT - SHIFT;
    const kd = fround(xd * LOG2_E) + SHIFT - SHIFT;
    const ke = fround(xe * LOG2_E) + SHIFT - SHIFT;
    const kf = fround(xf * LOG2_E) + SHIFT - SHIFT;
    const kg = fround(xg * LOG2_E) + SHIFT - SHIFT;
    const kh = fround(xh * LOG2_E) + SHIFT - SHIFT;
    // (The first difference is exact in float32, and so in float64.)
    const ra = fround(xa - ka * LN2_HI - fround(ka * LN2_LO));
    const rb = fround(xb - kb * LN2_HI - fround(kb * LN2_LO));
    const rc = fround(xc - kc * LN2_HI - fround(kc * LN2_LO));
    const rd = fround(xd - kd * LN2_HI - fround(kd * LN2_LO));
    const re = fround(xe - ke * LN2_HI - fround(ke * LN2_LO));
    const rf = fround(xf - kf * LN2_HI - fround(kf * LN2_LO));
    const rg = fround(xg - kg * LN2_HI - fround(kg * LN2_LO));
    const rh = fround(xh - kh * LN2_HI - fround(kh * LN2_LO));
    const ma = fround(ra * P4) + P3 + TO_2_30 - TO_2_30;
    const mb = fround(rb * P4) + P3 + TO_2_30 - TO_2_30;
    const mc = fround(rc * P4) + P3 + TO_2_30 - TO_2_30;
    const md = fround(rd * P4) + P3 + TO_2_30 - TO_2_30;
    const me = fround(re * P4) + P3 + TO_2_30 - TO_2_30;
    const mf = fround(rf * P4) + P3 + TO_2_30 - TO_2_30;
    const mg = fround(rg * P4) + P3 + TO_2_30 - TO_2_30;
    const mh = fround(rh * P4) + P3 + TO_2_30 - TO_2_30;
    const oa = fround(ra * ma) + P2 + TO_2_28 - TO_2_28;
    const ob = fround(rb * mb) + P2 + TO_2_28 - TO_2_28;
    const oc = fround(rc * mc) + P2 + TO_2_28 - TO_2_28;
    const od = fround(rd * md) + P2 + TO_2_28 - TO_2_28;
    const oe = fround(re * me) + P2 + TO_2_28 - TO_2_28;
    const of = fround(rf * mf) + P2 + TO_2_28 - TO_2_28;
    const og = fround(rg * mg) + P2 + TO_2_28 - TO_2_28;
    const oh = fround(rh * mh) + P2 + TO_2_28 - TO_2_28;
    const pa = fround(ra * oa) + P1 + TO_2_26 - TO_2_26;
    const pb = fround(rb * ob) + P1 + TO_2_26 - TO_2_26;
    const pc = fround(rc * oc) + P1 + TO_2_26 - TO_2_26;
    const pd = fround(rd * od) + P1 + TO_2_26 - TO_2_26;
    const pe = fround(re * oe) + P1 + TO_2_26 - TO_2_26;
    const pf = fround(rf * of) + P1 + TO_2_26 - TO_2_26;
    const pg = fround(rg * og) + P1 + TO_2_26 - TO_2_26;
    const ph = fround(rh * oh) + P1 + TO_2_26 - TO_2_26;
    const qa = fround(fround(ra * ra) * fround(P0 + fround(ra * pa)));
    const qb = fround(fround(rb * rb) * fround(P0 + fround(rb * pb)));
    const qc = fround(fround(rc * rc) * fround(P0 + fround(rc * pc)));
    const qd = fround(fround(rd * rd) * fround(P0 + fround(rd * pd)));
    const qe = fround(fround(re * re) * fround(P0 + fround(re * pe)));
    const qf = fround(fround(rf * rf) * fround(P0 + fround(rf * pf)));
    const qg = fround(fround(rg * rg) * fround(P0 + fround(rg * pg)));
    const qh = fround(fround(rh * rh) * fround(P0 + fround(rh * ph)));
    const sa = fround(1 + fround(ra + qa));
    const sb = fround(1 + fround(rb + qb));
    const sc = fround(1 + fround(rc + qc));
    const sd = fround(1 + fround(rd + qd));
    const se = fround(1 + fround(re + qe));
    const sf = fround(1 + fround(rf + qf));
    const sg = fround(1 + fround(rg + qg));
    const sh = fround(1 + fround(rh + qh));
    // (NaN becomes the integer 0 here, and is NaN in the polynomial.)
    out[i] = fround(sa * POWERS[(ka - FIRST_POWER) | 0]);
    out[i + 1] = fround(sb * POWERS[(kb - FIRST_POWER) | 0]);
    out[i + 2] = fround(sc * POWERS[(kc - FIRST_POWER) | 0]);
    out[i + 3] = fround(sd * POWERS[(kd - FIRST_POWER) | 0]);
    out[i + 4] = fround(se * POWERS[(ke - FIRST_POWER) | 0]);
    out[i + 5] = fround(sf * POWERS[(kf - FIRST_POWER) | 0]);
    out[i + 6] = fround(sg * POWERS[(kg - FIRST_POWER) | 0]);
    out[i + 7] = fround(sh * POWERS[(kh - FIRST_POWER) | 0]);
  }
}
