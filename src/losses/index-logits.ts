import type { Argument } from '../argument.js';
import { BLOCK, type Block } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { Formula, Multipliers, Output, WriteShares } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import type { Checked, SparseOptions } from './options.js';
import type { ClassIndices } from './row-labels.js';
import { checkClassWeight, forEachPiece, multiplierOfEach, pieceSoftmax } from './rows.js';
import { LongSoftmax } from './softmax.js';

/** w_y·(logsumexp(z) − z_y) = w_y·((max − z_y) + log1p(rest)), y a class index. */
export class IndexLogits implements Formula {
  readonly rereads = true;
  readonly short = undefined;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<SparseOptions>;
  private readonly labels: ClassIndices;

  constructor(options: Checked<SparseOptions>, labels: ClassIndices) {
    this.options = options;
    this.labels = labels;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return shape;
  }

  addLosses(call: Call, row: number, rows: number, running: RunningSum): void {
    const { losses, sum, total } = call.workspace;
    this.writeLosses(call, row, rows, losses);
    sum.f64.total(losses, rows, total);
    running.addTotal(call.workspace.total);
  }

  writeLosses(call: Call, row: number, rows: number, out: Block): void {
    const { max, log } = call.workspace;
    this.writeSoftmax(call, row, rows);
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(call, row + r);
      if (label < 0) {
        out.array[out.at + r] = 0;
        continue;
      }
      const most = max.array[max.at + r];
      const z = call.yPred.at((row + r) * call.classes + label);
      const weight = this.options.classWeight?.[label] ?? 1;
      // Also where both are +∞; and 0·∞ is 0, as with rows of labels.
      const distance = z === most || weight === 0 ? 0 : most - z;
      out.array[out.at + r] = weight * (distance + log.array[log.at + r]);
    }
  }

  writeGradient(
    call: Call,
    row: number,
    rows: number,
    multipliers: Multipliers,
    { array, inScratch }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace, classes, type, yPred } = call;
    const { max, rest, shares, atLabel, indices } = workspace;
    if (running !== undefined) this.addLosses(call, row, rows, running);
    this.writeSoftmax(call, row, rows);
    const each = multiplierOfEach(workspace, rows, multipliers);
    // What is needed of labels and logits, before the gradient is written, perhaps over them.
    for (let r = 0; r < rows; r++) {
      const label = this.labels.read(call, row + r);
      const weight = label < 0 ? 0 : (this.options.classWeight?.[label] ?? 1);
      const factor = weight * each.array[each.at + r];
      const others = rest.array[rest.at + r];
      const share = factor / (1 + others);
      const i = (row + r) * classes + label;
      const isMax = label >= 0 && yPred.at(i) === max.array[max.at + r];
      indices.array[indices.at + r] = label;
      shares.array[shares.at + r] = share;
      // (softmax − 1)·factor at the label: as −rest/(1 + rest), where 1 would cancel.
      atLabel.array[atLabel.at + r] = isMax ? 0 - others * share : NaN;
      each.array[each.at + r] = factor;
    }
    forEachPiece(call, row, rows, (from, n) => {
      const z = workspace.yPred(yPred, from, n, type);
      const results = workspace.target(array, from, type, inScratch);
      const inRow = Math.min(classes, n);
      workspace.of(kernels.softmax)[type].each(z, n / inRow, inRow, max, shares, results);
      workspace.store(results, array, from, n, type);
    });
    for (let r = 0; r < rows; r++) {
      const label = indices.array[indices.at + r];
      const start = (row + r) * classes;
      if (label < 0) {
        array.fill(0, start, start + classes);
      } else {
        const correct = atLabel.array[atLabel.at + r];
        const i = start + label;
        array[i] = Number.isNaN(correct) ? array[i] - each.array[each.at + r] : correct;
      }
    }
  }

  check(call: Call, row: number, rows: number): boolean {
    this.labels.check(call, row, rows);
    return true;
  }

  /** max, rest and log1p(rest) of rows. */
  private writeSoftmax(call: Call, row: number, rows: number): void {
    const { workspace, classes, type } = call;
    const { max, rest, log } = workspace;
    if (classes <= BLOCK) {
      const z = workspace.yPred(call.yPred, row * classes, rows * classes, type);
      workspace.of(kernels.softmax)[type].rows(z, rows, classes, max, rest, log);
      return;
    }
    const softmax = new LongSoftmax();
    forEachPiece(call, row, 1, (from, n) => {
      const z = workspace.yPred(call.yPred, from, n, type);
      workspace.of(kernels.softmax)[type].rows(z, 1, n, max, rest, log);
      const [most, others] = pieceSoftmax(call, from, n);
      softmax.add(most, others, 0, 0);
    });
    softmax.store(workspace);
  }
}
