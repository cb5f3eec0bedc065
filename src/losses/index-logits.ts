import { BLOCK, type Block } from '../block.js';
import type { Fold } from '../blocks.js';
import type { Formula, WriteShares } from '../formula.js';
import { addTotal, type Factors, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import type { ClassIndices, SparseOptions } from './row-labels.js';
import { type Checked, checkClassWeight, eachFactor, forEachPiece, pieceSoftmax } from './rows.js';
import { LongSoftmax } from './softmax.js';

/** w_y·(logsumexp(z) − z_y) = w_y·((max − z_y) + log1p(rest)), y a class index. */
export class IndexLogits implements Formula {
  readonly rereads = true;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<SparseOptions>;
  private readonly labels: ClassIndices;

  constructor(options: Checked<SparseOptions>, labels: ClassIndices) {
    this.options = options;
    this.labels = labels;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return shape;
  }

  addTotal(pass: Pass, row: number, rows: number, fold: Fold): void {
    const { losses, f64, total } = pass.workspace;
    this.writeLosses(pass, row, rows, losses);
    f64.sumTotal(losses, rows, total);
    addTotal(pass, fold);
  }

  writeLosses(pass: Pass, row: number, rows: number, out: Block): void {
    const { max, log } = pass.workspace;
    this.writeSoftmax(pass, row, rows);
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(pass, row + r);
      if (label < 0) {
        out.array[out.at + r] = 0;
        continue;
      }
      const most = max.array[max.at + r];
      const z = pass.yPred.at((row + r) * pass.classes + label);
      const weight = this.options.classWeight?.[label] ?? 1;
      // Also where both are +∞; and 0·∞ is 0, as with rows of labels.
      const distance = z === most || weight === 0 ? 0 : most - z;
      out.array[out.at + r] = weight * (distance + log.array[log.at + r]);
    }
  }

  writeGradient(
    pass: Pass,
    row: number,
    rows: number,
    factors: Factors,
    { array, inScratch }: Output,
    fold: Fold | undefined,
  ): void {
    const { workspace, classes, type, yPred } = pass;
    const { max, rest, line: shares, mass: wrong, log: labels } = workspace;
    if (fold !== undefined) this.addTotal(pass, row, rows, fold);
    this.writeSoftmax(pass, row, rows);
    const each = eachFactor(workspace, rows, factors);
    // What is needed of labels and logits, before the gradient is written, perhaps over them.
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(pass, row + r);
      const weight = label < 0 ? 0 : (this.options.classWeight?.[label] ?? 1);
      const factor = weight * each.array[each.at + r];
      const others = rest.array[rest.at + r];
      const share = factor / (1 + others);
      const i = (row + r) * classes + label;
      const isMax = label >= 0 && yPred.at(i) === max.array[max.at + r];
      labels.array[labels.at + r] = label;
      shares.array[shares.at + r] = share;
      // (softmax − 1)·factor at the label: as −rest/(1 + rest), where 1 would cancel.
      wrong.array[wrong.at + r] = isMax ? 0 - others * share : NaN;
      each.array[each.at + r] = factor;
    }
    forEachPiece(pass, row, rows, (from, n) => {
      const z = workspace.yPred(yPred, from, n, type);
      const results = workspace.target(array, from, type, inScratch);
      const inRow = Math.min(classes, n);
      workspace[type].softmaxEach(z, n / inRow, inRow, max, shares, results);
      workspace.store(results, array, from, n, type);
    });
    for (let r = 0; r < rows; r++) {
      const label = labels.array[labels.at + r];
      const start = (row + r) * classes;
      if (label < 0) {
        array.fill(0, start, start + classes);
      } else {
        const correct = wrong.array[wrong.at + r];
        const i = start + label;
        array[i] = Number.isNaN(correct) ? array[i] - each.array[each.at + r] : correct;
      }
    }
  }

  check(pass: Pass): boolean {
    this.labels.check(pass);
    return true;
  }

  /** max, rest and log1p(rest) of rows. */
  private writeSoftmax(pass: Pass, row: number, rows: number): void {
    const { workspace, classes, type } = pass;
    const { max, rest, log } = workspace;
    if (classes <= BLOCK) {
      const z = workspace.yPred(pass.yPred, row * classes, rows * classes, type);
      workspace[type].softmaxRows(z, rows, classes, max, rest, log);
      return;
    }
    const softmax = new LongSoftmax();
    forEachPiece(pass, row, 1, (from, n) => {
      const z = workspace.yPred(pass.yPred, from, n, type);
      workspace[type].softmaxRows(z, 1, n, max, rest, log);
      const [most, others] = pieceSoftmax(pass, from, n);
      softmax.add(most, others, 0, 0);
    });
    softmax.store(workspace);
  }
}
