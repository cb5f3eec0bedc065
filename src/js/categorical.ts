// Categorical cross-entropy from probabilities: the twin of assembly/categorical.ts.
import type { Block } from '../block.js';
import { isValid, weighted } from './binary.js';

/** y is 0 or 1 and p in [0, 1]: two comparisons instead of three. */
function isHard(y: number, p: number): boolean {
  return y * (y - 1) === 0 && p * (1 - p) >= 0;
}

/** out[i] = p where y is 1, 1 where y is 0; how many are 1, or −1 if a label or p is otherwise. */
export function categoricalSelect(yTrue: Block, yPred: Block, n: number, out: Block): number {
  const { array: ys } = yTrue;
  const { array: ps } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  let count = 0;
  for (const end = i + n; i < end; i++, j++, k++) {
    const y = ys[i];
    const p = ps[j];
    if (!isHard(y, p)) return -1;
    to[k] = y * p + (1 - y);
    count += y;
  }
  return count;
}

/**
 * out[i] = p where y is not 0, 1 where it is; how many labels are 1, or −1 if one is neither 0 nor 1, or
 * one of out is outside [0, 1].
 */
export function categoricalUsed(yTrue: Block, yPred: Block, n: number, out: Block): number {
  let count = 0;
  let isHardAll = true;
  for (let i = 0; i < n; i++) {
    const y = yTrue.array[yTrue.at + i];
    out.array[out.at + i] = y === 0 ? 1 : yPred.array[yPred.at + i];
    if (!isHard(y, out.array[out.at + i])) isHardAll = false;
    count += y;
  }
  return isHardAll ? count : -1;
}

/** The floor as a number that is never an integer: see binaryEach. */
const given = /* @__PURE__ */ new Float64Array(1);

/** out[i] = the element's part of its row's loss, NaN outside the domain. */
export function categoricalEach(
  yTrue: Block,
  yPred: Block,
  n: number,
  floor: number,
  out: Block,
): void {
  given[0] = floor;
  const least = given[0];
  for (let i = 0; i < n; i++) {
    const y = yTrue.array[yTrue.at + i];
    const p = yPred.array[yPred.at + i];
    const valid = isValid(y, p);
    out.array[out.at + i] = 0 - weighted(y, p, least);
    if (!valid) out.array[out.at + i] = NaN;
  }
}

/** out[i] = −y/p, 0 where y is 0; `out` may be an argument. */
export function categoricalGradient(yTrue: Block, yPred: Block, n: number, out: Block): void {
  const { array: ys } = yTrue;
  const { array: ps } = yPred;
  const { array: to } = out;
  let i = yTrue.at | 0;
  let j = yPred.at | 0;
  let k = out.at | 0;
  for (const end = i + n; i < end; i++, j++, k++) to[k] = ys[i] === 0 ? 0 : -(ys[i] / ps[j]);
}
