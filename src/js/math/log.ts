// The natural logarithm: the twin of assembly/math/log.ts, which has the method and the sources.
import type { Block } from '../../block.js';

const LG0 = 6.66666666666673513e-1;
const LG1 = 3.999999999940941908e-1;
const LG2 = 2.857142874366239149e-1;
const LG3 = 2.222219843214978396e-1;
const LG4 = 1.818357216161805012e-1;
const LG5 = 1.531383769920937332e-1;
const LG6 = 1.479819860511658591e-1;
const LN2_HI = 6.9314718036912381649e-1;
const LN2_LO = 1.90821492927058770002e-10;
const LN2 = 0.6931471805599453;
const TWO_54 = 18014398509481984;

const float = /* @__PURE__ */ new Float64Array(1);
const words = /* @__PURE__ */ new Int32Array(float.buffer);
/** The word with the exponent: the second where bytes are little-endian. */
const HIGH = /* @__PURE__ */ highWord();
const STEP = 0x0009_5f62;

/** 2⁻ᵏ by the biased exponent of 2ᵏ. */
const RECIPROCALS = /* @__PURE__ */ Float64Array.from({ length: 2047 }, (_, biased) => {
  float[0] = 0;
  words[HIGH] = (2046 - biased) << 20;
  return float[0];
});

function highWord(): number {
  float[0] = -1;
  /* v8 ignore next -- no engine of today runs on a big-endian machine that the tests have */
  return words[1] < 0 ? 1 : 0;
}

/** ln((1 + f) · 2ᵏ) for 1 + f in [√½, √2). */
function logReduced(f: number, k: number): number {
  return k * LN2_HI - logLess(f, k);
}

/** R(s²). */
function series(s: number): number {
  const z = s * s;
  const w = z * z;
  const even = w * (LG1 + w * (LG3 + w * LG5));
  return even + z * (LG0 + w * (LG2 + w * (LG4 + w * LG6)));
}

/** What it is less than k times the upper part of ln 2. */
function logLess(f: number, k: number): number {
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  const tail = s * (half + series(s)) + k * LN2_LO;
  return half - tail - f;
}

/**
 * out[i] = ln(aᵢ + xᵢ) for a = 0 (log) or a = 1 (log1p) and 0 ≤ a + x < 2⁹⁰⁰; ln 0 = −∞. A
 * whole array at a time: a number returned from a function that V8 does not inline costs an allocation.
 */
export function logSums(a: Float64Array, x: Float64Array, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const a54 = a[i] * TWO_54;
    const x54 = x[i] * TWO_54;
    const sum = a54 + x54;
    float[0] = sum;
    const biased = ((words[HIGH] + STEP) >>> 20) & 0x7ff;
    const s = RECIPROCALS[biased];
    const log = logReduced(s * a54 - 1 + s * x54, biased - (1023 + 54));
    out[i] = sum === 0 ? -Infinity : log;
  }
}

/**
 * The same as fast as it can be: of a and x times 2⁵⁴, to 2 ulp, and less than −700, or NaN, where a + x
 * is 0. (Inlined, it returns nothing that would be allocated.)
 */
export function fastLogSum(a: number, x: number): number {
  float[0] = a + x;
  const biased = ((words[HIGH] + STEP) >>> 20) & 0x7ff;
  const r = RECIPROCALS[biased];
  const f = r * a - 1 + r * x;
  const s = f / (2 + f);
  return (biased - (1023 + 54)) * LN2 + (f - s * (f - series(s)));
}

/** out[i] = ln(1 + x[from + i]) for x in [0, 1]. */
export function log1pUnits(x: Float64Array, from: number, n: number, out: Float64Array): void {
  for (let i = 0; i < n; i++) {
    const v = x[from + i];
    if (v > 0.41421356237309503) {
      const less = v - 1;
      out[i] = logReduced(less * 0.5, 1) + (v - (less + 1)) * 0.685;
    } else {
      out[i] = logReduced(v, 0);
    }
  }
}

/**
 * factor · ln(m · 2ᵉ) for a normal m > 0 and an integer e, factor 1 or −1: written to out as value and
 * remainder.
 */
export function logScaled(m: number, e: number, factor: number, out: Block): number {
  float[0] = m;
  const biased = (words[HIGH] + STEP) >>> 20;
  const f = RECIPROCALS[biased] * m - 1;
  const k = biased - 1023 + e;
  const whole = k * LN2_HI;
  const less = logLess(f, k);
  const log = whole - less;
  const z = log - whole;
  // Not −0.
  out.array[out.at] = factor * log + 0;
  out.array[out.at + 1] = factor * (whole - (log - z) - (less + z));
  return factor * log;
}

/** The exponent e of a normal m · 2ᵉ > 0 with m in [1, 2). */
export function exponentOf(value: number): number {
  float[0] = value;
  return (words[HIGH] >>> 20) - 1023;
}

/** The m in [1, 2) of a normal m · 2ᵉ > 0. */
export function mantissaOf(value: number): number {
  float[0] = value;
  words[HIGH] = (words[HIGH] & 0x000f_ffff) | 0x3ff0_0000;
  return float[0];
}
