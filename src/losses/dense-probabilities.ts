import { BLOCK, type Block } from '../block.js';
import { Fold, forEachBlock } from '../blocks.js';
import type { Formula, WriteShares } from '../formula.js';
import { addTotal, type Factors, fetch, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import type { ElementType } from '../workspace.js';
import { clipRange, floorOf, leastMean } from './probabilities.js';
import type { RowLabels } from './row-labels.js';
import {
  type Checked,
  checkClassWeight,
  eachFactor,
  forEachPiece,
  longRowSum,
  maskedCopy,
  type RowOptions,
  rowProbabilities,
  weighClasses,
  writeRowSums,
} from './rows.js';

/** −Σₖ wₖ·yₖ·max(ln pₖ, floor), for rows of labels. */
export class DenseProbabilities implements Formula {
  readonly rereads: boolean;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<RowOptions>;
  private readonly labels: RowLabels;
  private readonly floor: number;
  /** Nothing is done to labels: a sum over all elements will do. */
  private readonly isPlain: boolean;
  /** Something is done to probabilities. */
  private readonly isMoved: boolean;

  constructor(options: Checked<RowOptions>, labels: RowLabels) {
    this.options = options;
    this.labels = labels;
    this.floor = floorOf(options);
    this.isPlain = (options.labelSmoothing ?? 0) === 0 && options.classWeight === undefined;
    this.isMoved = options.clip !== undefined || options.normalize === true || labels.mayIgnore;
    this.rereads = !this.isPlain;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return shape;
  }

  addTotal(pass: Pass, row: number, rows: number, fold: Fold): void {
    const { workspace } = pass;
    if (!this.isPlain) {
      this.writeLosses(pass, row, rows, workspace.losses);
      workspace.f64.sumTotal(workspace.losses, rows, workspace.total);
      addTotal(pass, fold);
      return;
    }
    const rowSum = this.longSum(pass, row);
    const type = this.isMoved ? 'f64' : pass.type;
    const least = leastMean(pass.yPred);
    forEachPiece(pass, row, rows, (from, n) => {
      const p = this.probabilities(pass, from, n, type, rowSum);
      const y = workspace.yTrue(pass.yTrue, from, n, type);
      workspace[type].categoricalTotal(y, p, n, this.floor, least, workspace.total);
      if (addTotal(pass, fold)) this.labels.inspect(pass, from, n);
    });
  }

  writeLosses(pass: Pass, row: number, rows: number, out: Block): void {
    const { workspace, classes } = pass;
    if (classes > BLOCK) {
      const fold = new Fold();
      const rowSum = this.longSum(pass, row);
      forEachPiece(pass, row, 1, (from, n) => {
        workspace.f64.sumTotal(this.terms(pass, from, n, rowSum), n, workspace.total);
        if (addTotal(pass, fold)) this.labels.inspect(pass, from, n);
      });
      out.array[out.at] = fold.value;
      return;
    }
    const from = row * classes;
    const n = rows * classes;
    workspace.f64.rowsTotal(this.terms(pass, from, n, undefined), rows, classes, out);
    for (let i = out.at; i < out.at + rows; i++) {
      if (Number.isNaN(out.array[i])) {
        this.labels.inspect(pass, from, n);
        break;
      }
    }
  }

  writeGradient(
    pass: Pass,
    row: number,
    rows: number,
    factors: Factors,
    output: Output,
    fold: Fold | undefined,
  ): void {
    if (fold !== undefined) this.addTotal(pass, row, rows, fold);
    if (this.isMoved) {
      this.writeMovedGradient(pass, row, rows, factors, output);
      return;
    }
    const { workspace } = pass;
    const { f64 } = workspace;
    const { classWeight } = this.options;
    forEachPiece(pass, row, rows, (from, n) => {
      const y = this.labels.block(pass, from, n);
      const p = workspace.yPred(pass.yPred, from, n, 'f64');
      if (f64.rowsUnit(p, n) === 0) this.labels.inspect(pass, from, n);
      const results = workspace.target(output.array, from, 'f64', output.inScratch);
      f64.categoricalGradient(y, p, n, results);
      if (classWeight !== undefined) weighClasses(pass, results, from, n, classWeight);
      const classes = Math.min(pass.classes, n);
      f64.rowsScale(results, n / classes, classes, eachFactor(workspace, rows, factors));
      workspace.store(results, output.array, from, n, 'f64');
    });
  }

  check(pass: Pass): boolean {
    if (this.options.normalize === true) return false;
    const { workspace, yPred } = pass;
    this.labels.check(pass);
    forEachBlock(yPred.length, BLOCK, (from, n) => {
      const p = workspace.yPred(yPred, from, n, 'f64');
      if (workspace.f64.rowsUnit(p, n) === 0) this.labels.inspect(pass, from, n);
    });
    return true;
  }

  /** The derivative through clip and normalize: with q = p/S, (dL/dq_j − Σₖ qₖ·dL/dqₖ)/S. */
  private writeMovedGradient(
    pass: Pass,
    row: number,
    rows: number,
    factors: Factors,
    { array }: Output,
  ): void {
    const { workspace, classes } = pass;
    const { rest: sums, line: dots, losses: slopes } = workspace;
    const { array: each, at: first } = eachFactor(workspace, rows, factors);
    dots.array.fill(0, dots.at, dots.at + rows);
    if (this.options.normalize !== true) {
      sums.array.fill(1, sums.at, sums.at + rows);
    } else {
      writeRowSums(pass, this.labels, row, rows, sums);
      forEachPiece(pass, row, rows, (from, n) => this.writeSlopes(pass, row, from, n, dots));
    }
    forEachPiece(pass, row, rows, (from, n) => {
      this.writeSlopes(pass, row, from, n, undefined);
      const results = workspace.target(array, from, 'f64', true);
      for (let i = 0; i < n; i++) {
        const r = Math.floor((from + i) / classes) - row;
        const slope = slopes.array[slopes.at + i] - dots.array[dots.at + r];
        const value = (slope / sums.array[sums.at + r]) * each[first + r];
        results.array[results.at + i] = this.labels.isIgnored(pass, row + r) ? 0 : value;
      }
      workspace.store(results, array, from, n, 'f64');
    });
  }

  /** Leaves dL/dq in the workspace's losses; adds Σ q·dL/dq to the rows' dots, if there are any. */
  private writeSlopes(
    pass: Pass,
    row: number,
    from: number,
    n: number,
    dots: Block | undefined,
  ): void {
    const { workspace, classes } = pass;
    const { rest: sums, losses: slopes } = workspace;
    const { clip, classWeight } = this.options;
    const [low, high] = clip === undefined ? [-Infinity, Infinity] : clipRange(pass, clip);
    const y = this.labels.copy(pass, from, n);
    const p = maskedCopy(pass, this.labels, from, n, 1);
    if (workspace.f64.rowsUnit(p, n) === 0) this.labels.inspect(pass, from, n);
    for (let i = 0; i < n; i++) {
      const r = Math.floor((from + i) / classes) - row;
      const weight = y.array[y.at + i] * (classWeight?.[(from + i) % classes] ?? 1);
      const q = p.array[p.at + i] / sums.array[sums.at + r];
      const isFixed = weight === 0 || q < low || q > high;
      slopes.array[slopes.at + i] = isFixed ? 0 : -(weight / q);
      if (dots !== undefined && !isFixed) dots.array[dots.at + r] -= weight;
    }
  }

  /** Each element's part of its row's loss. */
  private terms(pass: Pass, from: number, n: number, rowSum: number | undefined): Block {
    const { workspace } = pass;
    const { classWeight } = this.options;
    const p = this.probabilities(pass, from, n, 'f64', rowSum);
    const y = this.labels.block(pass, from, n);
    // Over the probabilities' own scratch: they are not needed again.
    workspace.f64.categoricalEach(y, p, n, this.floor, workspace.prepared);
    if (classWeight !== undefined) weighClasses(pass, workspace.prepared, from, n, classWeight);
    return workspace.prepared;
  }

  private probabilities(
    pass: Pass,
    from: number,
    n: number,
    type: ElementType,
    rowSum: number | undefined,
  ): Block {
    fetch(pass, from, n);
    if (!this.isMoved) return pass.workspace.yPred(pass.yPred, from, n, type);
    return rowProbabilities(pass, this.options, this.labels, from, n, rowSum, () =>
      this.labels.inspect(pass, from, n),
    );
  }

  /** What a row that is longer than a block is divided by. */
  private longSum(pass: Pass, row: number): number | undefined {
    const isDivided = this.options.normalize === true && pass.classes > BLOCK;
    return isDivided ? longRowSum(pass, this.labels, row) : undefined;
  }
}
