// Squared error, (p − y)²: the twin of assembly/squared.ts.
import type { Block } from '../block.js';
import { type Group, LANES, total, weighted } from './lanes.js';

function squared(y: number, p: number): number {
  const d = p - y;
  return d * d;
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
    s0 += squared(yTrue[i], yPred[j]);
    s1 += squared(yTrue[i + 1], yPred[j + 1]);
    s2 += squared(yTrue[i + 2], yPred[j + 2]);
    s3 += squared(yTrue[i + 3], yPred[j + 3]);
    s4 += squared(yTrue[i + 4], yPred[j + 4]);
    s5 += squared(yTrue[i + 5], yPred[j + 5]);
    s6 += squared(yTrue[i + 6], yPred[j + 6]);
    s7 += squared(yTrue[i + 7], yPred[j + 7]);
  }
  halves[0] = s0 + s2 + (s4 + s6);
  halves[1] = s1 + s3 + (s5 + s7);
};

export function squaredTotal(yTrue: Block, yPred: Block, n: number, out: Block): void {
  total(group, squaredEach, yTrue, yPred, n, out);
}

export function squaredWeighted(
  yTrue: Block,
  yPred: Block,
  weights: Block,
  n: number,
  out: Block,
): void {
  weighted(squaredEach, yTrue, yPred, weights, n, out);
}

export function squaredEach(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) to[k] = squared(y[i], p[j]);
}

/** The same of float32: each step is rounded to it. */
export function squaredEachFloat32(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: y } = yTrue;
  const { array: p } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) {
    const d = Math.fround(p[j] - y[i]);
    to[k] = Math.fround(d * d);
  }
}

export function squaredGradient(
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
  const factor = 2 * scale;
  for (const end = i + n; i < end; i++, j++, k++) {
    to[k] = (p[j] - y[i]) * factor;
  }
}

/** The same of float32. */
export function squaredGradientFloat32(
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
  const half = scale > 0.5 ? 1 : 0.5;
  const factor = Math.fround((2 * scale) / half);
  for (const end = i + n; i < end; i++, j++, k++) {
    const h = Math.fround(Math.fround(p[j] * half) - Math.fround(y[i] * half));
    to[k] = Math.fround(h * factor);
  }
}

export function squaredWeightedGradient(
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
    const slope = (p[j] - y[i]) * 2;
    to[k] = weight === 0 ? 0 : slope * (weight / divisor);
  }
}

export function squaredValueAndGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  sum: Block,
  out: Block,
): void {
  squaredTotal(yTrue, yPred, n, sum);
  squaredGradient(yTrue, yPred, n, scale, out);
}
