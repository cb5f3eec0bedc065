// Labels that are changed before they are used.
import type { Block } from '../block.js';
import type { Pass } from '../pass.js';
import { domainError, firstOutsideUnit } from '../validate.js';

/** Throws for the first label of a block outside [0, 1]; NaN is not outside. */
export function inspectLabels(pass: Pass, from: number, n: number): void {
  const i = firstOutsideUnit(pass.yTrue, from, n);
  if (i >= 0) throw domainError(pass.yTrue, i, 'a label in [0, 1]');
}

/** Looks through a block's labels before anything is written. */
export function checkLabels(pass: Pass, from: number, n: number): void {
  const { workspace, yTrue } = pass;
  if (workspace.numbers.f64.unit(workspace.yTrue(yTrue, from, n, 'f64'), n) === 0) {
    inspectLabels(pass, from, n);
  }
}

/** A copy of a block's labels, each y(1 − α) + rest; `inspect` throws if one is outside [0, 1]. */
export function smoothed(
  pass: Pass,
  from: number,
  n: number,
  alpha: number,
  rest: number,
  inspect = () => inspectLabels(pass, from, n),
): Block {
  const { workspace, yTrue } = pass;
  const labels = workspace.copy(yTrue, from, n, 'targets');
  if (workspace.numbers.f64.unit(labels, n) === 0) inspect();
  const { array, at } = labels;
  for (let i = at; i < at + n; i++) array[i] = array[i] * (1 - alpha) + rest;
  return labels;
}
