// Labels that are changed before they are used.

import type { Block } from '../block.js';
import type { Call } from '../call.js';
import { areInUnit, inspectLabels } from './domain.js';

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
  areInUnit(workspace, 'f64', labels, n, inspect);
  const { array, at } = labels;
  for (let i = at; i < at + n; i++) array[i] = array[i] * (1 - alpha) + rest;
  return labels;
}

/** A block's labels for a float32 kernel: undefined unless they are float32, whatever holds them. */
export function narrowLabels(call: Call, from: number, n: number): Block | undefined {
  const { workspace, yTrue } = call;
  if (yTrue.kind !== 'float64') return workspace.yTrue(yTrue, from, n, 'f32');
  const labels = workspace.yTrue(yTrue, from, n, 'f64');
  const { targets } = workspace;
  const isSame = workspace.numbers.f64.narrow(labels, n, targets) === 1;
  return isSame ? targets : undefined;
}
