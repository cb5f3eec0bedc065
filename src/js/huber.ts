// Huber loss: the twin of assembly/huber.ts, which has the formula.
import type { Block } from '../block.js';
import { type Group, LANES, total, weighted } from './lanes.js';

/** δ of the call: the group of rows has no place for it. (As a number that is never an integer to V8.) */
const bend = /* @__PURE__ */ Float64Array.of(1);

function huber(y: number, p: number, delta: number): number {
  const size = Math.abs(p - y);
  // (Infinity and NaN are what they are.)
  if (!(size < Infinity)) return size;
  const m = size * Number(size < delta) + delta * Number(size >= delta);
  return m * (size - 0.5 * m);
}

/** The smaller of a number ≥ 0 and a finite one: without a branch, see pointwise.ts. */
function atMost(size: number, bound: number): number {
  if (!(size < Infinity)) return Math.min(size, bound);
  return size * Number(size < bound) + bound * Number(size >= bound);
}

/** d from −bound to bound. */
function within(d: number, bound: number): number {
  if (!(Math.abs(d) < Infinity)) return Math.max(-bound, Math.min(d, bound));
  // (In this order −0 stays −0.)
  return d * Number(Math.abs(d) < bound) - bound * (Number(d <= -bound) - Number(d >= bound));
}

const group: Group = (yTrue, i, yPred, j, rows, halves) => {
  i |= 0;
  j |= 0;
  const delta = bend[0];
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    s0 += huber(yTrue[i], yPred[j], delta);
    s1 += huber(yTrue[i + 1], yPred[j + 1], delta);
    s2 += huber(yTrue[i + 2], yPred[j + 2], delta);
    s3 += huber(yTrue[i + 3], yPred[j + 3], delta);
    s4 += huber(yTrue[i + 4], yPred[j + 4], delta);
    s5 += huber(yTrue[i + 5], yPred[j + 5], delta);
    s6 += huber(yTrue[i + 6], yPred[j + 6], delta);
    s7 += huber(yTrue[i + 7], yPred[j + 7], delta);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

export function huberTotal(yTrue: Block, yPred: Block, n: number, out: Block, delta: number): void {
  bend[0] = delta;
  total(group, bentEach, yTrue, yPred, n, out);
}

export function huberWeighted(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  out: Block,
  delta: number,
): void {
  bend[0] = delta;
  weighted(bentEach, yTrue, yPred, weights, n, out);
}

function bentEach(yTrue: Block, yPred: Block, n: number, out: Block): void {
  huberEach(yTrue, yPred, n, out, bend[0]);
}

export function huberEach(yTrue: Block, yPred: Block, n: number, out: Block, delta: number): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  bend[0] = delta;
  const bound = bend[0];
  for (const end = i + n; i < end; i++, j++, k++) to[k] = huber(y[i], p[j], bound);
}

/** The same of float32: each step is rounded to it. */
export function huberEachFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  out: Block,
  delta: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  bend[0] = Math.fround(delta);
  const bound = bend[0];
  for (const end = i + n; i < end; i++, j++, k++) {
    const h = Math.abs(Math.fround(Math.fround(p[j] / 2) - Math.fround(y[i] / 2)));
    const l = atMost(Math.fround(h + h), bound);
    to[k] = Math.fround(Math.fround(l + l) * Math.fround(h - Math.fround(0.25 * l)));
  }
}

export function huberGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
  delta: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  bend[0] = delta;
  const bound = bend[0];
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = within(p[j] - y[i], bound) * scale;
  }
}

/** The same of float32. */
export function huberGradientFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
  delta: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  bend[0] = Math.fround(delta);
  const bound = bend[0];
  const factor = Math.fround(scale);
  for (const end = i + n; i < end; i++, j++, k++) {
    const d = Math.fround(p[j] - y[i]);
    to[k] = Math.fround(within(d, bound) * factor);
  }
}

export function huberWeightedGradient(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  divisor: number,
  out: Block,
  delta: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  bend[0] = delta;
  const bound = bend[0];
  const { array: w } = weights;
  let l = weights.at | 0;
  for (const end = i + n; i < end; i++, j++, k++, l++) {
    const weight = w[l];
    const slope = within(p[j] - y[i], bound);
    to[k] = weight === 0 ? 0 : slope * (weight / divisor);
  }
}

export function huberValueAndGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  sum: Block,
  out: Block,
  delta: number,
): void {
  huberTotal(yTrue, yPred, n, sum, delta);
  huberGradient(yTrue, yPred, n, scale, out, delta);
}
