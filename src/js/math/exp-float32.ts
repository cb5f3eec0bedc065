// eˣ of float32: the twin of assembly/math/exp-float32.ts, which has the method and the sources. Four
// elements are interleaved, as in log-float32.ts.

const LOG2_E = 1.4426950216293335;
const SHIFT = 12582912;
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

/** out[i] = eˣ for x from −104.5 to 43; both have a multiple of four elements, and may be the same. */
export function expsFloat32(x: Float64Array, n: number, out: Float64Array): void {
  const { fround } = Math;
  for (let i = 0; i < n; i += 4) {
    const xa = x[i];
    const xb = x[i + 1];
    const xc = x[i + 2];
    const xd = x[i + 3];
    const ka = fround(fround(xa * LOG2_E) + SHIFT) - SHIFT;
    const kb = fround(fround(xb * LOG2_E) + SHIFT) - SHIFT;
    const kc = fround(fround(xc * LOG2_E) + SHIFT) - SHIFT;
    const kd = fround(fround(xd * LOG2_E) + SHIFT) - SHIFT;
    // (The first difference is exact in float32, and so in float64.)
    const ra = fround(xa - ka * LN2_HI - fround(ka * LN2_LO));
    const rb = fround(xb - kb * LN2_HI - fround(kb * LN2_LO));
    const rc = fround(xc - kc * LN2_HI - fround(kc * LN2_LO));
    const rd = fround(xd - kd * LN2_HI - fround(kd * LN2_LO));
    const oa = fround(P3 + fround(ra * P4));
    const ob = fround(P3 + fround(rb * P4));
    const oc = fround(P3 + fround(rc * P4));
    const od = fround(P3 + fround(rd * P4));
    const pa = fround(P1 + fround(ra * fround(P2 + fround(ra * oa))));
    const pb = fround(P1 + fround(rb * fround(P2 + fround(rb * ob))));
    const pc = fround(P1 + fround(rc * fround(P2 + fround(rc * oc))));
    const pd = fround(P1 + fround(rd * fround(P2 + fround(rd * od))));
    const qa = fround(fround(ra * ra) * fround(P0 + fround(ra * pa)));
    const qb = fround(fround(rb * rb) * fround(P0 + fround(rb * pb)));
    const qc = fround(fround(rc * rc) * fround(P0 + fround(rc * pc)));
    const qd = fround(fround(rd * rd) * fround(P0 + fround(rd * pd)));
    // (NaN becomes the integer 0 here, and is NaN in the polynomial.)
    out[i] = fround(fround(1 + fround(ra + qa)) * POWERS[(ka - FIRST_POWER) | 0]);
    out[i + 1] = fround(fround(1 + fround(rb + qb)) * POWERS[(kb - FIRST_POWER) | 0]);
    out[i + 2] = fround(fround(1 + fround(rc + qc)) * POWERS[(kc - FIRST_POWER) | 0]);
    out[i + 3] = fround(fround(1 + fround(rd + qd)) * POWERS[(kd - FIRST_POWER) | 0]);
  }
}
