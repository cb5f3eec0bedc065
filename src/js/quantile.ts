// Quantile loss: the twin of assembly/quantile.ts, which has the formula.
import type { Block } from '../block.js';
import { type Group, LANES, total, weighted } from './lanes.js';
import { sideOf } from './pointwise.js';

/** q of the call: the group of rows has no place for it. */
let level = 0.5;

function quantile(y: number, p: number, q: number): number {
  const d = y - p;
  // (The last 0 makes of −0 what the larger of the two products is.)
  return (q - Number(d < 0)) * d + 0;
}

const group: Group = (yTrue, i, yPred, j, rows, halves) => {
  i |= 0;
  j |= 0;
  const q = level;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    s0 += quantile(yTrue[i], yPred[j], q);
    s1 += quantile(yTrue[i + 1], yPred[j + 1], q);
    s2 += quantile(yTrue[i + 2], yPred[j + 2], q);
    s3 += quantile(yTrue[i + 3], yPred[j + 3], q);
    s4 += quantile(yTrue[i + 4], yPred[j + 4], q);
    s5 += quantile(yTrue[i + 5], yPred[j + 5], q);
    s6 += quantile(yTrue[i + 6], yPred[j + 6], q);
    s7 += quantile(yTrue[i + 7], yPred[j + 7], q);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

export function quantileTotal(yTrue: Block, yPred: Block, n: number, out: Block, q: number): void {
  level = q;
  total(group, levelEach, yTrue, yPred, n, out);
}

export function quantileWeighted(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  out: Block,
  q: number,
): void {
  level = q;
  weighted(levelEach, yTrue, yPred, weights, n, out);
}

function levelEach(yTrue: Block, yPred: Block, n: number, out: Block): void {
  quantileEach(yTrue, yPred, n, out, level);
}

export function quantileEach(yTrue: Block, yPred: Block, n: number, out: Block, q: number): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) to[k] = quantile(y[i], p[j], q);
}

/** The same of float32: each step is rounded to it. */
export function quantileEachFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  out: Block,
  q: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  const twice = Math.fround(2 * q);
  const less = Math.fround(2 * (q - 1));
  for (const end = i + n; i < end; i++, j++, k++) {
    const h = Math.fround(Math.fround(y[i] / 2) - Math.fround(p[j] / 2));
    const factor = twice * Number(h >= 0) + less * Number(h < 0);
    to[k] = Math.abs(Math.fround(factor * h));
  }
}

export function quantileGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
  q: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  const above = (1 - q) * scale;
  const below = -q * scale;
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = sideOf(y[i], p[j], above, below);
  }
}

/** The same of float32. */
export function quantileGradientFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
  q: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  const above = Math.fround((1 - q) * scale);
  const below = Math.fround(-q * scale);
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = sideOf(y[i], p[j], above, below);
  }
}

export function quantileWeightedGradient(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  divisor: number,
  out: Block,
  q: number,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  const { array: w } = weights;
  let l = weights.at | 0;
  for (const end = i + n; i < end; i++, j++, k++, l++) {
    const weight = w[l];
    const slope = sideOf(y[i], p[j], 1 - q, -q);
    to[k] = weight === 0 ? 0 : slope * (weight / divisor);
  }
}

export function quantileValueAndGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  sum: Block,
  out: Block,
  q: number,
): void {
  quantileTotal(yTrue, yPred, n, sum, q);
  quantileGradient(yTrue, yPred, n, scale, out, q);
}
