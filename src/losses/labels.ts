// Labels that are changed before they are used.
import type { Block } from '../block.js';
import type { Call } from '../call.js';
import { domainError, firstOutsideUnit } from '../validate.js';

/** Throws for the first label of a block outside [0, 1]; NaN is not outside. */
export function inspectLabels(call: Call, from: number, n: number): void {
  const i = firstOutsideUnit(call.yTrue, from, n);
  if (i >= 0) throw domainError(call.yTrue, i, 'a label in [0, 1]');
}

/** Looks through a block's labels before anything is written. */
export function checkLabels(call: Call, from: number, n: number): void {
  const { workspace, yTrue } = call;
  if (workspace.numbers.f64.unit(workspace.yTrue(yTrue, from, n, 'f64'), n) === 0) {
    inspectLabels(call, from, n);
  }
}

/** A copy of a block's labels, each y(1 − α) + rest; `inspect` throws if one is outside [0, 1]. */
export function smoothed(
  call: Call,
  from: number,
  n: number,
  alpha: number,
  rest: number,
  inspect = () => inspectLabels(call, from, n),
): Block {
  const { workspace, yTrue } = call;
  const labels = workspace.copy(yTrue, from, n, 'targets');
  if (workspace.numbers.f64.unit(labels, n) === 0) inspect();
  const { array, at } = labels;
  for (let i = at; i < at + n; i++) array[i] = array[i] * (1 - alpha) + rest;
  return labels;
}
