// Squared error, (p − y)²: the twin of assembly/squared.ts.
import type { Block } from '../block.js';
import { type Group, LANES, total } from './lanes.js';

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

export function squaredEach(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: y, at: i } = yTrue;
  const { array: p, at: j } = yPred;
  const { array: to, at: k } = out;
  for (let m = 0; m < n; m++) to[k + m] = squared(y[i + m], p[j + m]);
}

export function squaredGradient(
  yTrue: Block,
  yPred: Block,
  n: number,
  scale: number,
  out: Block,
  sum: Block,
): void {
  squaredTotal(yTrue, yPred, n, sum);
  const { array: y, at: i } = yTrue;
  const { array: p, at: j } = yPred;
  const { array: to, at: k } = out;
  for (let m = 0; m < n; m++) {
    const d = p[j + m] - y[i + m];
    to[k + m] = (d + d) * scale;
  }
}
