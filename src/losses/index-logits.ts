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
    const { workspace, classes, type, yPred } = call;
    const { max, rest, log } = workspace;
    if (classes > BLOCK) {
      this.longSoftmax(call, row).store(workspace);
      const label = this.labels.read(call, row);
      const z = label < 0 ? 0 : yPred.at(row * classes + label);
      const most = max.array[max.at];
      out.array[out.at] = (z === most ? 0 : most - z) + log.array[log.at];
    } else {
      const z = workspace.yPred(yPred, row * classes, rows * classes, type);
      workspace.of(kernels.softmax)[type].rows(z, rows, classes, max, rest, log);
      const labels = workspace.labels(call.yTrue, row, rows, this.options.ignoreIndex);
      const kernel = workspace.of(kernels.softmax)[type];
      const found = kernel.losses(labels, z, rows, classes, max, log, out);
      if (found === 0) this.labels.check(call, row, rows);
    }
    this.weigh(call, row, rows, out);
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
    const { max, rest, log, losses, sum, total } = workspace;
    if (classes > BLOCK) {
      if (running !== undefined) this.addLosses(call, row, rows, running);
      this.writeLongGradient(call, row, multipliers, { array, inScratch });
      return;
    }
    const factors = this.factors(call, row, rows, multipliers);
    const from = row * classes;
    const n = rows * classes;
    const labels = workspace.labels(call.yTrue, row, rows, this.options.ignoreIndex);
    const z = workspace.yPred(yPred, from, n, type);
    const results = workspace.target(array, from, type, inScratch);
    const { f64, [type]: kernel } = workspace.of(kernels.softmax);
    const found = kernel.gradient(labels, z, rows, classes, factors, max, rest, results);
    if (found === 0) this.labels.check(call, row, rows);
    if (running !== undefined) {
      // (The logits are still there: results that go over them are in scratch.)
      f64.logs(rest, rows, log);
      kernel.losses(labels, z, rows, classes, max, log, losses);
      this.weigh(call, row, rows, losses);
      sum.f64.total(losses, rows, total);
      running.addTotal(call.workspace.total);
    }
    const ignored = this.ignored(call, row, rows);
    workspace.store(results, array, from, n, type);
    for (const r of ignored) array.fill(0, r * classes, (r + 1) * classes);
  }

  check(call: Call, row: number, rows: number): boolean {
    this.labels.check(call, row, rows);
    return true;
  }

  /** Multiplies losses by the weights of their classes. */
  private weigh(call: Call, row: number, rows: number, losses: Block): void {
    if (this.writeShares === undefined) return;
    const { indices } = call.workspace;
    this.labels.readAll(call, row, rows, indices);
    this.labels.weigh(indices, rows, losses);
  }

  /** What the gradients of rows are multiplied by. */
  private factors(call: Call, row: number, rows: number, multipliers: Multipliers): Block {
    const each = multiplierOfEach(call.workspace, rows, multipliers);
    if (this.writeShares === undefined) return each;
    const { indices } = call.workspace;
    this.labels.readAll(call, row, rows, indices);
    this.labels.scale(indices, rows, each);
    return each;
  }

  /** The rows that are ignored, before their gradients are written, perhaps over their labels. */
  private ignored(call: Call, row: number, rows: number): readonly number[] {
    const ignored: number[] = [];
    if (!this.labels.mayIgnore) return ignored;
    for (let r = row; r < row + rows; r++) if (this.labels.isIgnored(call, r)) ignored.push(r);
    return ignored;
  }

  private longSoftmax(call: Call, row: number): LongSoftmax {
    const { workspace, type } = call;
    const { max, rest, log } = workspace;
    const softmax = new LongSoftmax();
    forEachPiece(call, row, 1, (from, n) => {
      const z = workspace.yPred(call.yPred, from, n, type);
      workspace.of(kernels.softmax)[type].rows(z, 1, n, max, rest, log);
      const [most, others] = pieceSoftmax(call, from, n);
      softmax.add(most, others, 0, 0);
    });
    return softmax;
  }

  private writeLongGradient(
    call: Call,
    row: number,
    multipliers: Multipliers,
    { array, inScratch }: Output,
  ): void {
    const { workspace, classes, type, yPred } = call;
    const { max, rest, shares } = workspace;
    this.longSoftmax(call, row).store(workspace);
    const factors = this.factors(call, row, 1, multipliers);
    const factor = factors.array[factors.at];
    const label = this.labels.read(call, row);
    const start = row * classes;
    const others = rest.array[rest.at];
    const share = factor / (1 + others);
    const isMax = label >= 0 && yPred.at(start + label) === max.array[max.at];
    shares.array[shares.at] = share;
    forEachPiece(call, row, 1, (from, n) => {
      const z = workspace.yPred(yPred, from, n, type);
      const results = workspace.target(array, from, type, inScratch);
      workspace.of(kernels.softmax)[type].each(z, 1, n, max, shares, results);
      workspace.store(results, array, from, n, type);
    });
    // (softmax − 1)·factor at the label: as −rest/(1 + rest) times it, where 1 would cancel.
    if (label < 0) array.fill(0, start, start + classes);
    else if (isMax) array[start + label] = 0 - others * share;
    else array[start + label] -= factor;
  }
}
