import { BLOCK, type Block } from '../block.js';
import { type Fold, forEachBlock } from '../blocks.js';
import type { Formula, WriteShares } from '../formula.js';
import { addTotal, type Factors, fetch, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import { clipRange, floorOf, inspect, leastMean } from './probabilities.js';
import type { ClassIndices, SparseOptions } from './row-labels.js';
import {
  type Checked,
  checkClassWeight,
  eachFactor,
  forEachPiece,
  longRowSum,
  rowProbabilities,
  writeRowSums,
} from './rows.js';

/** −w_y·max(ln p_y, floor), y a class index. */
export class IndexProbabilities implements Formula {
  readonly rereads: boolean;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<SparseOptions>;
  private readonly labels: ClassIndices;
  private readonly floor: number;
  /** Nothing is done to probabilities. */
  private readonly isPlain: boolean;

  constructor(options: Checked<SparseOptions>, labels: ClassIndices) {
    this.options = options;
    this.labels = labels;
    this.floor = floorOf(options);
    this.isPlain = options.clip === undefined && options.normalize !== true;
    this.rereads = labels.writeShares !== undefined;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return shape;
  }

  addTotal(pass: Pass, row: number, rows: number, fold: Fold): void {
    const { workspace } = pass;
    const { f64, losses, ones, total } = workspace;
    if (this.options.classWeight === undefined) {
      const q = this.ofTrueClass(pass, row, rows);
      f64.binaryTotal(ones, q, rows, this.floor, leastMean(pass.yPred), total);
    } else {
      this.writeLosses(pass, row, rows, losses);
      f64.sumTotal(losses, rows, total);
    }
    addTotal(pass, fold);
  }

  writeLosses(pass: Pass, row: number, rows: number, out: Block): void {
    const { workspace } = pass;
    const { classWeight } = this.options;
    const q = this.ofTrueClass(pass, row, rows);
    workspace.f64.binaryEach(workspace.ones, q, rows, 1, this.floor, out);
    if (classWeight === undefined) return;
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(pass, row + r);
      const weight = label < 0 ? 1 : classWeight[label];
      // A class of weight 0 counts for nothing, even where its loss is infinite.
      const isNothing = weight === 0 && !Number.isNaN(out.array[out.at + r]);
      out.array[out.at + r] = isNothing ? 0 : out.array[out.at + r] * weight;
    }
  }

  writeGradient(
    pass: Pass,
    row: number,
    rows: number,
    factors: Factors,
    { array }: Output,
    fold: Fold | undefined,
  ): void {
    const { workspace, classes } = pass;
    const { line: slopes, log: labels, rest: sums } = workspace;
    if (fold !== undefined) this.addTotal(pass, row, rows, fold);
    const q = this.ofTrueClass(pass, row, rows);
    const each = eachFactor(workspace, rows, factors);
    const isNormalized = this.options.normalize === true;
    if (isNormalized) writeRowSums(pass, this.labels, row, rows, sums);
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(pass, row + r);
      const weight = label < 0 ? 0 : (this.options.classWeight?.[label] ?? 1);
      labels.array[labels.at + r] = label;
      each.array[each.at + r] *= weight;
      const given = label < 0 ? 1 : pass.yPred.at((row + r) * classes + label);
      const probability = q.array[q.at + r];
      const sum = isNormalized ? sums.array[sums.at + r] : 1;
      slopes.array[slopes.at + r] =
        weight === 0 || this.isMoved(pass, given / sum) ? 0 : -1 / probability;
    }
    for (let r = 0; r < rows; r++) {
      const label = labels.array[labels.at + r];
      const start = (row + r) * classes;
      const factor = each.array[each.at + r];
      const slope = slopes.array[slopes.at + r];
      if (label < 0 || !isNormalized) {
        array.fill(0, start, start + classes);
        if (label >= 0) array[start + label] = slope * factor;
      } else {
        // (dL/dq_j − Σₖ qₖ·dL/dqₖ)/S, where the sum is −1, or 0 for a p that clip has moved.
        const sum = sums.array[sums.at + r];
        const back = slope === 0 ? 0 : factor / sum;
        array.fill(back, start, start + classes);
        array[start + label] = ((slope === 0 ? 0 : slope + 1) / sum) * factor;
      }
    }
  }

  check(pass: Pass): boolean {
    const { workspace, type, yPred } = pass;
    if (this.options.normalize === true) return false;
    this.labels.check(pass);
    forEachBlock(yPred.length, BLOCK, (from, n) => {
      const p = workspace.yPred(yPred, from, n, type);
      if (workspace[type].rowsUnit(p, n) === 0) this.labels.inspect(pass, from, n);
    });
    return true;
  }

  /** The probabilities of the true classes of rows; 1 for those that count for nothing. */
  private ofTrueClass(pass: Pass, row: number, rows: number): Block {
    const { workspace, yTrue, yPred, classes, type } = pass;
    const q = workspace.losses;
    if (classes > BLOCK) {
      yTrue.fetch(row, rows);
      q.array[q.at] = this.ofLongRow(pass, row);
      return q;
    }
    const from = row * classes;
    const n = rows * classes;
    fetch(pass, row, rows, from, n);
    const labels = workspace.labels(yTrue, row, rows, this.options.ignoreIndex);
    if (this.isPlain) {
      const p = workspace.yPred(yPred, from, n, type);
      const found = workspace[type].rowsGather(labels, p, rows, classes, q);
      if ((found & workspace[type].rowsUnit(p, n)) === 0) this.lookCloser(pass, row, rows, q);
    } else {
      const p = rowProbabilities(pass, this.options, this.labels, from, n, undefined, () =>
        this.lookCloser(pass, row, rows, q),
      );
      const found = workspace.f64.rowsGather(labels, p, rows, classes, q);
      if ((found & workspace.f64.rowsUnit(p, n)) === 0) this.lookCloser(pass, row, rows, q);
    }
    if (this.labels.mayIgnore) {
      for (let r = 0; r < rows; r++) {
        if (this.labels.isIgnored(pass, row + r)) q.array[q.at + r] = 1;
      }
    }
    return q;
  }

  /** The same for one row that is longer than a block. */
  private ofLongRow(pass: Pass, row: number): number {
    const { workspace, yPred, classes, type } = pass;
    const label = this.labels.read(pass, row);
    if (label < 0) return 1;
    const rowSum = this.options.normalize === true ? longRowSum(pass, this.labels, row) : undefined;
    let q = NaN;
    let hasNaN = false;
    forEachPiece(pass, row, 1, (from, n) => {
      const at = from - row * classes;
      yPred.fetch(from, n);
      if (workspace[type].rowsUnit(workspace.yPred(yPred, from, n, type), n) === 0) {
        inspect(yPred, from, n);
        for (let i = from; i < from + n; i++) hasNaN ||= Number.isNaN(yPred.at(i));
      }
      if (label < at || label >= at + n) return;
      if (this.isPlain) {
        q = yPred.at(from + label - at);
      } else {
        const p = rowProbabilities(pass, this.options, this.labels, from, n, rowSum, () =>
          inspect(yPred, from, n),
        );
        q = p.array[p.at + label - at];
      }
    });
    return hasNaN ? NaN : q;
  }

  /** A label or a probability is out of its domain: throws. Or one is NaN: so is its row. */
  private lookCloser(pass: Pass, row: number, rows: number, q: Block): void {
    const { yPred, classes } = pass;
    for (let r = 0; r < rows; r++) {
      if (this.labels.read(pass, row + r) < 0) continue;
      const from = (row + r) * classes;
      inspect(yPred, from, classes);
      for (let i = from; i < from + classes; i++) {
        if (Number.isNaN(yPred.at(i))) q.array[q.at + r] = NaN;
      }
    }
  }

  /** Whether clip moves a probability. */
  private isMoved(pass: Pass, p: number): boolean {
    if (this.options.clip === undefined) return false;
    const [low, high] = clipRange(pass, this.options.clip);
    return p < low || p > high;
  }
}
