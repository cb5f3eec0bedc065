// Rows of classes: whole rows in a block, or, where a row is longer, a row in pieces.

import { BLOCK, type Block, forEachBlock } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { Multipliers } from '../formula.js';
import * as kernels from '../kernels.js';
import { RunningSum } from '../running-sum.js';
import { lengthError } from '../validate.js';
import type { Workspace } from '../workspace.js';
import { areInUnit } from './domain.js';
import type { RowOptions } from './options.js';
import { clipRange } from './probabilities.js';
import type { RowLabels } from './row-labels.js';

/** Visits elements of rows a block at a time: whole rows, or one that is longer piece by piece. */
export function forEachPiece(
  call: Call,
  row: number,
  rows: number,
  visit: (from: number, n: number) => void,
): void {
  const { classes } = call;
  const first = row * classes;
  if (classes <= BLOCK) visit(first, rows * classes);
  else forEachBlock(classes, BLOCK, (at, n) => visit(first + at, n));
}

/** A factor for each row. */
export function multiplierOfEach(
  workspace: Workspace,
  rows: number,
  { scale, each }: Multipliers,
): Block {
  if (each !== undefined) return each;
  const { array, at } = workspace.multipliers;
  array.fill(scale, at, at + rows);
  return workspace.multipliers;
}

/**
 * Probabilities from element `from` on as a kernel may read them: `rows` whole rows, or, if a row
 * does not fit in a block, n elements of one whose sum is `rowSum`. `lookCloser` is called if one is
 * not in [0, 1], and throws unless it is NaN.
 */
export function rowProbabilities(
  call: Call,
  options: Readonly<RowOptions>,
  labels: RowLabels,
  from: number,
  n: number,
  rowSum: number | undefined,
  lookCloser: () => void,
): Block {
  const { workspace, classes } = call;
  const p = labels.mayIgnore
    ? maskedCopy(call, labels, from, n, 1)
    : workspace.copy(call.yPred, from, n, 'prepared');
  const isInside = areInUnit(workspace, 'f64', p, n, lookCloser);
  if (options.normalize === true) {
    if (rowSum !== undefined) {
      workspace.of(kernels.probabilities).f64.divide(p, n, rowSum);
    } else {
      checkRowSums(call, p, from, n, isInside);
      workspace.of(kernels.rows).f64.normalize(p, n / classes, classes);
    }
  }
  if (options.clip !== undefined) {
    const [low, high] = clipRange(call, options.clip);
    workspace.of(kernels.probabilities).f64.clip(p, n, low, high);
  }
  return p;
}

/** What a row that is longer than a block is divided by: its sum, or 1 if it counts for nothing. */
export function longRowSum(call: Call, labels: RowLabels, row: number): number {
  if (labels.isIgnored(call, row)) return 1;
  const { workspace, yPred, classes } = call;
  const running = new RunningSum();
  forEachBlock(classes, BLOCK, (at, n) => {
    const from = row * classes + at;
    yPred.readBlock(from, n);
    workspace.sum.f64.total(workspace.copy(yPred, from, n, 'prepared'), n, workspace.total);
    running.addTotal(call.workspace.total);
  });
  if (running.value === 0) throw zeroRow(call, row);
  return running.value;
}

/** What each row is divided by. */
export function writeRowSums(
  call: Call,
  labels: RowLabels,
  row: number,
  rows: number,
  sums: Block,
): void {
  const { workspace, classes } = call;
  if (classes > BLOCK) {
    sums.array[sums.at] = longRowSum(call, labels, row);
    return;
  }
  const from = row * classes;
  const n = rows * classes;
  const p = maskedCopy(call, labels, from, n, 1);
  const isInside = areInUnit(workspace, 'f64', p, n, () => labels.inspect(call, from, n));
  checkRowSums(call, p, from, n, isInside);
  workspace.of(kernels.rows).f64.total(p, rows, classes, sums);
}

/** Throws for the first row of a block whose sum is 0: in [0, 1] one that is all 0, which is soon seen. */
function checkRowSums(call: Call, p: Block, from: number, n: number, isInside: boolean): void {
  const { workspace, classes } = call;
  if (!isInside) {
    const { array, at } = workspace.max;
    workspace.of(kernels.rows).f64.total(p, n / classes, classes, workspace.max);
    for (let row = 0; row * classes < n; row++) {
      if (array[at + row] === 0) throw zeroRow(call, from / classes + row);
    }
    return;
  }
  const { array, at } = p;
  for (let start = 0; start < n; start += classes) {
    let k = 0;
    while (k < classes && array[at + start + k] === 0) k++;
    if (k === classes) throw zeroRow(call, (from + start) / classes);
  }
}

function zeroRow(call: Call, row: number): RangeError {
  const from = row * call.classes;
  return new RangeError(
    `${call.yPred.name}[${from}] to [${from + call.classes - 1}], row ${row}, sum to 0, expected a row that can be normalized`,
  );
}

/** A copy of some elements of yPred with another number in the rows that count for nothing. */
export function maskedCopy(
  call: Call,
  labels: RowLabels,
  from: number,
  n: number,
  filler: number,
): Block {
  const { workspace, classes } = call;
  const copy = workspace.copy(call.yPred, from, n, 'prepared');
  const first = Math.floor(from / classes);
  for (let row = first; row * classes < from + n; row++) {
    if (!labels.isIgnored(call, row)) continue;
    const start = Math.max(row * classes, from) - from;
    const end = Math.min((row + 1) * classes, from + n) - from;
    copy.array.fill(filler, copy.at + start, copy.at + end);
  }
  return copy;
}

/** Multiplies each element by the weight of its class; where that is 0, infinities are 0, too. */
export function weighClasses(
  { classes }: Call,
  values: Block,
  from: number,
  n: number,
  classWeight: ArrayLike<number>,
): void {
  const { array, at } = values;
  let k = from % classes;
  for (let i = at; i < at + n; i++) {
    const weight = classWeight[k];
    if (weight === 0 && !Number.isNaN(array[i])) array[i] = 0;
    else array[i] *= weight;
    k = k + 1 === classes ? 0 : k + 1;
  }
}

/** Throws unless there is a weight for each class. */
export function checkClassWeight(
  call: string,
  { n, classes }: Shape,
  options: Readonly<RowOptions>,
): void {
  const length = options.classWeight?.length ?? classes;
  if (n > 0 && length !== classes) {
    throw lengthError(call, 'classWeight', classes, 'one for each class', length);
  }
}

/** The largest logit of a piece that a kernel has left, and the sum over the others. */
export function pieceSoftmax(call: Call, from: number, n: number): readonly [number, number] {
  const { max, rest } = call.workspace;
  const most = max.array[max.at];
  if (most > -Infinity) return [most, rest.array[rest.at]];
  // Nothing but −∞ is nothing to a longer row; a NaN makes it NaN.
  let others = -1;
  for (let i = from; i < from + n; i++) if (Number.isNaN(call.yPred.at(i))) others = NaN;
  return [most, others];
}
