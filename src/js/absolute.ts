// Absolute error, |p − y|: the twin of assembly/absolute.ts.
import type { Block } from '../block.js';
import { type Group, LANES, total, weighted } from './lanes.js';
import { sideOf } from './pointwise.js';

function absolute(y: number, p: number): number {
  return Math.abs(p - y);
}

const group: Group = (yTrue, i, yPred, j, rows, halves) => {
  i |= 0;
  j |= 0;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  for (const end = i + rows * LANES; i < end; i += LANES, j += LANES) {
    s0 += absolute(yTrue[i], yPred[j]);
    s1 += absolute(yTrue[i + 1], yPred[j + 1]);
    s2 += absolute(yTrue[i + 2], yPred[j + 2]);
    s3 += absolute(yTrue[i + 3], yPred[j + 3]);
    s4 += absolute(yTrue[i + 4], yPred[j + 4]);
    s5 += absolute(yTrue[i + 5], yPred[j + 5]);
    s6 += absolute(yTrue[i + 6], yPred[j + 6]);
    s7 += absolute(yTrue[i + 7], yPred[j + 7]);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

export function absoluteTotal(yTrue: Block, yPred: Block, n: number, out: Block): void {
  total(group, absoluteEach, yTrue, yPred, n, out);
}

export function absoluteWeighted(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  out: Block,
): void {
  weighted(absoluteEach, yTrue, yPred, weights, n, out);
}

export function absoluteEach(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) to[k] = absolute(y[i], p[j]);
}

/** The same of float32: each step is rounded to it. */
export function absoluteEachFloat32(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = Math.fround(Math.abs(p[j] - y[i]));
  }
}

export function absoluteGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = sideOf(y[i], p[j], scale, -scale);
  }
}

/** The same of float32. */
export function absoluteGradientFloat32(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  const above = Math.fround(scale);
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = sideOf(y[i], p[j], above, -above);
  }
}

export function absoluteWeightedGradient(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  divisor: number,
  out: Block,
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
    const slope = sideOf(y[i], p[j], 1, -1);
    to[k] = weight === 0 ? 0 : slope * (weight / divisor);
  }
}

export function absoluteValueAndGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  sum: Block,
  out: Block,
): void {
  absoluteTotal(yTrue, yPred, n, sum);
  absoluteGradient(yTrue, yPred, n, scale, out);
}
