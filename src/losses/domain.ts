// The domain of labels and probabilities, [0, 1], and the search for the first element outside it.
import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import type { Call } from '../call.js';
import * as kernels from '../kernels.js';
import { domainError } from '../validate.js';
import type { ElementType, Workspace } from '../workspace.js';

/**
 * Whether all numbers of a block are in [0, 1]. If not, `search` is called: it throws for the first that
 * is outside, and comes back where they are NaN.
 */
export function areInUnit(
  workspace: Workspace,
  type: ElementType,
  block: Block,
  n: number,
  search: () => void,
): boolean {
  if (workspace.of(kernels.probabilities)[type].unit(block, n) === 1) return true;
  search();
  return false;
}

/** The first of elements from … from + n − 1 that is outside [0, 1], or −1. NaN is not outside. */
function firstOutsideUnit(argument: Argument, from: number, n: number): number {
  for (let i = from; i < from + n; i++) {
    const value = argument.at(i);
    if (value < 0 || value > 1) return i;
  }
  return -1;
}

/** Throws for the first element of a fetched block that is outside [0, 1]. */
export function inspect(
  argument: Argument,
  from: number,
  n: number,
  expected = 'a probability in [0, 1]',
): void {
  const i = firstOutsideUnit(argument, from, n);
  if (i >= 0) throw domainError(argument, i, expected);
}

/** Throws for the first label or probability of a fetched block of pairs outside [0, 1]. */
export function inspectPairs(call: Call, from: number, n: number): void {
  const label = firstOutsideUnit(call.yTrue, from, n);
  const end = label < 0 ? from + n : label;
  inspect(call.yPred, from, end - from);
  if (label >= 0) throw domainError(call.yTrue, label, 'a label in [0, 1]');
}

/** The same where only the probabilities of labels other than 0 have a domain. */
export function inspectUsedPairs({ yTrue, yPred }: Call, from: number, n: number): void {
  for (let i = from; i < from + n; i++) {
    const label = yTrue.at(i);
    if (label < 0 || label > 1) throw domainError(yTrue, i, 'a label in [0, 1]');
    if (label !== 0) inspect(yPred, i, 1);
  }
}

/** Looks through a block's pairs before anything is written. */
export function checkPairs(call: Call, from: number, n: number): void {
  const { workspace, type, yTrue, yPred } = call;
  const search = () => inspectPairs(call, from, n);
  areInUnit(workspace, type, workspace.yTrue(yTrue, from, n, type), n, search);
  areInUnit(workspace, type, workspace.yPred(yPred, from, n, type), n, search);
}

/** Throws for the first label of a block outside [0, 1]; NaN is not outside. */
export function inspectLabels(call: Call, from: number, n: number): void {
  const i = firstOutsideUnit(call.yTrue, from, n);
  if (i >= 0) throw domainError(call.yTrue, i, 'a label in [0, 1]');
}

/** Looks through a block's labels before anything is written. */
export function checkLabels(call: Call, from: number, n: number): void {
  const { workspace, yTrue } = call;
  const labels = workspace.yTrue(yTrue, from, n, 'f64');
  areInUnit(workspace, 'f64', labels, n, () => inspectLabels(call, from, n));
}
