// Rows of classes: whole rows in a block, or, where a row is longer, a row in pieces.
import type { Numbers } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import { Fold, forEachBlock } from '../blocks.js';
import { addTotal, type Factors, type Pass, type Shape } from '../pass.js';
import { lengthError } from '../validate.js';
import type { Workspace } from '../workspace.js';
import { clipRange, type ProbabilityOptions } from './probabilities.js';
import type { RowLabels } from './row-labels.js';

/**
 * Options of the categorical losses. Rows of probabilities are normalized first, then clipped; labels
 * are smoothed first, then weighted.
 */
export interface RowOptions extends ProbabilityOptions {
  /** K, an integer ≥ 1. With class indices it is yPred.length / yTrue.length unless given. */
  classes?: number;
  /** Whether predictions are logits z, with p = softmax(z), rather than probabilities. */
  fromLogits?: boolean;
  /**
   * Divides each row by its sum S first, q = p/S (Keras; scikit-learn before 1.5); a RangeError names
   * a row whose sum is 0. With gₖ the gradient with respect to qₖ, that of pⱼ is
   * (gⱼ − Σₖ gₖ·qₖ)/S. Not with `fromLogits`.
   */
  normalize?: boolean;
  /** α in [0, 1], 0 unless given: each label yₖ becomes (1 − α)yₖ + α/K first (PyTorch, Keras). */
  labelSmoothing?: number;
  /**
   * K weights cₖ, finite and ≥ 0, 1 unless given (PyTorch's `weight`): the loss is −Σₖ tₖ·ln pₖ with
   * tₖ = cₖ·((1 − α)yₖ + α/K), its gradient from logits softmax(z)ₖ·Σt − tₖ. With class indices the
   * mean is divided by Σᵢ wᵢ·c_yᵢ, as by PyTorch, unless another {@link Denominator} is asked for;
   * with rows of labels the classes' weights are not in it.
   */
  classWeight?: Numbers;
}

/** Options as they are once they are checked. */
export type Checked<Options extends RowOptions> = Readonly<Omit<Options, 'classWeight'>> & {
  readonly classWeight?: readonly number[];
};

/** Visits elements of rows a block at a time: whole rows, or one that is longer piece by piece. */
export function forEachPiece(
  pass: Pass,
  row: number,
  rows: number,
  visit: (from: number, n: number) => void,
): void {
  const { classes } = pass;
  const first = row * classes;
  if (classes <= BLOCK) visit(first, rows * classes);
  else forEachBlock(classes, BLOCK, (at, n) => visit(first + at, n));
}

/** A factor for each row. */
export function eachFactor(workspace: Workspace, rows: number, { scale, each }: Factors): Block {
  if (each !== undefined) return each;
  const { array, at } = workspace.factors;
  array.fill(scale, at, at + rows);
  return workspace.factors;
}

/**
 * Probabilities from element `from` on as a kernel may read them: `rows` whole rows, or, if a row
 * does not fit in a block, n elements of one whose sum is `rowSum`. `lookCloser` is called if one is
 * not in [0, 1], and throws unless it is NaN.
 */
export function rowProbabilities(
  pass: Pass,
  options: Readonly<RowOptions>,
  labels: RowLabels,
  from: number,
  n: number,
  rowSum: number | undefined,
  lookCloser: () => void,
): Block {
  const { workspace, classes } = pass;
  const p = labels.mayIgnore
    ? maskedCopy(pass, labels, from, n, 1)
    : workspace.copy(pass.yPred, from, n, 'prepared');
  if (workspace.f64.rowsUnit(p, n) === 0) lookCloser();
  if (options.normalize === true) {
    if (rowSum !== undefined) {
      workspace.f64.rowsDivide(p, n, rowSum);
    } else {
      checkRowSums(pass, p, from, n);
      workspace.f64.rowsNormalize(p, n / classes, classes);
    }
  }
  if (options.clip !== undefined) {
    const [low, high] = clipRange(pass, options.clip);
    workspace.f64.rowsClip(p, n, low, high);
  }
  return p;
}

/** What a row that is longer than a block is divided by: its sum, or 1 if it counts for nothing. */
export function longRowSum(pass: Pass, labels: RowLabels, row: number): number {
  if (labels.isIgnored(pass, row)) return 1;
  const { workspace, yPred, classes } = pass;
  const fold = new Fold();
  forEachBlock(classes, BLOCK, (at, n) => {
    const from = row * classes + at;
    yPred.fetch(from, n);
    workspace.f64.sumTotal(workspace.copy(yPred, from, n, 'prepared'), n, workspace.total);
    addTotal(pass, fold);
  });
  if (fold.value === 0) throw zeroRow(pass, row);
  return fold.value;
}

/** What each row is divided by. */
export function writeRowSums(
  pass: Pass,
  labels: RowLabels,
  row: number,
  rows: number,
  sums: Block,
): void {
  const { workspace, classes } = pass;
  if (classes > BLOCK) {
    sums.array[sums.at] = longRowSum(pass, labels, row);
    return;
  }
  const from = row * classes;
  const n = rows * classes;
  const p = maskedCopy(pass, labels, from, n, 1);
  if (workspace.f64.rowsUnit(p, n) === 0) labels.inspect(pass, from, n);
  checkRowSums(pass, p, from, n);
  workspace.f64.rowsTotal(p, rows, classes, sums);
}

/** Throws for the first row of a block that is all 0. */
function checkRowSums(pass: Pass, { array, at }: Block, from: number, n: number): void {
  const { classes } = pass;
  for (let start = 0; start < n; start += classes) {
    let k = 0;
    while (k < classes && array[at + start + k] === 0) k++;
    if (k === classes) throw zeroRow(pass, (from + start) / classes);
  }
}

function zeroRow(pass: Pass, row: number): RangeError {
  const from = row * pass.classes;
  return new RangeError(
    `${pass.yPred.name}[${from}] to [${from + pass.classes - 1}], row ${row}, sum to 0, expected a row that can be normalized`,
  );
}

/** A copy of some elements of yPred with another number in the rows that count for nothing. */
export function maskedCopy(
  pass: Pass,
  labels: RowLabels,
  from: number,
  n: number,
  filler: number,
): Block {
  const { workspace, classes } = pass;
  const copy = workspace.copy(pass.yPred, from, n, 'prepared');
  const first = Math.floor(from / classes);
  for (let row = first; row * classes < from + n; row++) {
    if (!labels.isIgnored(pass, row)) continue;
    const start = Math.max(row * classes, from) - from;
    const end = Math.min((row + 1) * classes, from + n) - from;
    copy.array.fill(filler, copy.at + start, copy.at + end);
  }
  return copy;
}

/** Multiplies each element by the weight of its class; where that is 0, infinities are 0, too. */
export function weighClasses(
  { classes }: Pass,
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
export function pieceSoftmax(pass: Pass, from: number, n: number): readonly [number, number] {
  const { max, rest } = pass.workspace;
  const most = max.array[max.at];
  if (most > -Infinity) return [most, rest.array[rest.at]];
  // Nothing but −∞ is nothing to a longer row; a NaN makes it NaN.
  let others = -1;
  for (let i = from; i < from + n; i++) if (Number.isNaN(pass.yPred.at(i))) others = NaN;
  return [most, others];
}
