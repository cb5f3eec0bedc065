// The one element of each row that a loss by class index is made of.

import type { FloatArray } from './arrays.js';
import type { Call } from './call.js';
import { asLabel } from './workspace.js';

/**
 * Writes of n rows the element at the label to to[at] and on, for a label that is ignored any number;
 * false if one is no class index. Nothing else is read.
 */
export function gather(
  { yTrue, yPred, classes, isGathered }: Call,
  from: number,
  n: number,
  ignored: number | undefined,
  to: FloatArray,
  at: number,
): boolean {
  const stride = isGathered ? 1 : classes;
  const isPlain = yTrue.format === 'plain' && yPred.format === 'plain';
  const { values: labels } = yTrue;
  const { values } = yPred;
  const first = from - yTrue.base;
  const start = from * stride - yPred.base;
  let isFound = true;
  for (let i = 0; i < n; i++) {
    // (Not by `at`, where it need not be: that takes 16 ns a row instead of 10.)
    const value = isPlain ? labels[first + i] : yTrue.at(from + i);
    const label = value === ignored ? 0 : asLabel(value);
    if (label >= 0 && label < classes) {
      const k = i * stride + (isGathered ? 0 : label);
      to[at + i] = isPlain ? values[start + k] : yPred.at(from * stride + k);
    } else {
      to[at + i] = NaN;
      isFound = false;
    }
  }
  return isFound;
}
