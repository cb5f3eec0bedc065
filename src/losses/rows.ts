// Rows of class probabilities: whole rows in a block, or, where a row is longer, a row in pieces.
import { BLOCK, type Block } from '../block.js';
import { Fold, forEachBlock } from '../blocks.js';
import { addTotal, type LossOptions, type Pass } from '../loss.js';
import { clipRange, type ProbabilityOptions } from './probabilities.js';

/** Options of the categorical losses of probabilities. */
export interface RowOptions extends LossOptions, ProbabilityOptions {
  /** The number of classes. */
  classes?: number;
  /** Divides each row by its sum first (Keras; scikit-learn before 1.5). */
  normalize?: boolean;
}

/**
 * Probabilities from element `from` on as a kernel may read them: `rows` whole rows, or, if a row
 * does not fit in a block, n elements of one whose sum is `rowSum`. `lookCloser` is called if one is
 * not in [0, 1], and throws unless it is NaN.
 */
export function rowProbabilities(
  pass: Pass,
  options: Readonly<RowOptions>,
  from: number,
  n: number,
  rowSum: number | undefined,
  lookCloser: () => void,
): Block {
  const { workspace, yPred, classes } = pass;
  const p = workspace.copy(yPred, from, n);
  if (workspace.f64.rowsUnit(p, n) === 0) lookCloser();
  if (options.normalize === true) {
    if (rowSum !== undefined) {
      workspace.f64.rowsDivide(p, n, rowSum);
    } else {
      checkRowSums(pass, from, n);
      workspace.f64.rowsNormalize(p, n / classes, classes);
    }
  }
  if (options.clip !== undefined) {
    const [low, high] = clipRange(pass, options.clip);
    workspace.f64.rowsClip(p, n, low, high);
  }
  return p;
}

/** The sum of one row that is longer than a block. */
export function longRowSum(pass: Pass, row: number): number {
  const { workspace, yPred, classes } = pass;
  const fold = new Fold();
  forEachBlock(classes, BLOCK, (at, n) => {
    const from = row * classes + at;
    yPred.fetch(from, n);
    workspace.f64.sumTotal(workspace.copy(yPred, from, n), n, workspace.total);
    addTotal(pass, fold);
  });
  if (fold.value === 0) throw zeroRow(pass, row);
  return fold.value;
}

function checkRowSums(pass: Pass, from: number, n: number): void {
  const { yPred, classes } = pass;
  for (let start = from; start < from + n; start += classes) {
    let i = start;
    while (i < start + classes && yPred.at(i) === 0) i++;
    if (i === start + classes) throw zeroRow(pass, start / classes);
  }
}

function zeroRow(pass: Pass, row: number): RangeError {
  const from = row * pass.classes;
  return new RangeError(
    `${pass.yPred.name}[${from}] to [${from + pass.classes - 1}], row ${row}, sum to 0, expected a row that can be normalized`,
  );
}
