import type { Argument } from '../argument.js';
import { BLOCK, type Block } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { Formula, Multipliers, Output, WriteShares } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import type { ElementType } from '../workspace.js';
import type { Checked, RowOptions } from './options.js';
import type { RowLabels } from './row-labels.js';
import {
  checkClassWeight,
  forEachPiece,
  maskedCopy,
  multiplierOfEach,
  pieceSoftmax,
  weighClasses,
} from './rows.js';
import { LongSoftmax } from './softmax.js';

/** −Σₖ wₖ·yₖ·log_softmax(z)ₖ = Σₖ wₖ·yₖ·(max − zₖ) + log1p(rest)·Σₖ wₖ·yₖ, for rows of labels. */
export class DenseLogits implements Formula {
  readonly rereads = true;
  readonly short = undefined;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<RowOptions>;
  private readonly labels: RowLabels;

  constructor(options: Checked<RowOptions>, labels: RowLabels) {
    this.options = options;
    this.labels = labels;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    const { n, classes, losses } = shape;
    return { n, classes, type: yPred.kind === 'float32' ? 'f32' : 'f64', losses };
  }

  addLosses(call: Call, row: number, rows: number, running: RunningSum): void {
    const { losses, sum, total } = call.workspace;
    this.writeLosses(call, row, rows, losses);
    sum.f64.total(losses, rows, total);
    running.addTotal(call.workspace.total);
  }

  writeLosses(call: Call, row: number, rows: number, out: Block): void {
    const { log, line, mass } = call.workspace;
    this.writeSoftmax(call, row, rows, call.type);
    for (let r = 0; r < rows; r++) {
      out.array[out.at + r] =
        line.array[line.at + r] + log.array[log.at + r] * mass.array[mass.at + r];
    }
  }

  writeGradient(
    call: Call,
    row: number,
    rows: number,
    multipliers: Multipliers,
    { array }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace } = call;
    const { max, rest, mass, shares } = workspace;
    if (running !== undefined) this.addLosses(call, row, rows, running);
    this.writeSoftmax(call, row, rows, 'f64');
    const each = multiplierOfEach(workspace, rows, multipliers);
    // softmaxₖ·Σy − yₖ, times the factor: e^(z − max)·share − factor·yₖ.
    for (let r = 0; r < rows; r++) {
      const sum = mass.array[mass.at + r] * each.array[each.at + r];
      shares.array[shares.at + r] = sum / (1 + rest.array[rest.at + r]);
    }
    forEachPiece(call, row, rows, (from, n) => {
      const classes = Math.min(call.classes, n);
      const z = maskedCopy(call, this.labels, from, n, 0);
      const y = this.targets(call, from, n);
      const results = workspace.target(array, from, 'f64', true);
      workspace.of(kernels.softmax).f64.each(z, n / classes, classes, max, shares, results);
      workspace.of(kernels.rows).f64.subtract(results, n / classes, classes, each, y);
      if (this.labels.mayIgnore) this.clearIgnored(call, results, from, n);
      workspace.store(results, array, from, n, 'f64');
    });
  }

  check(call: Call, row: number, rows: number): boolean {
    this.labels.check(call, row, rows);
    return true;
  }

  /** max, rest, log1p(rest), Σ y·(max − z) and Σ y of rows; of whole rows, in that type. */
  private writeSoftmax(call: Call, row: number, rows: number, type: ElementType): void {
    const { workspace, classes } = call;
    if (classes > BLOCK) {
      this.longSoftmax(call, row).store(workspace);
    } else {
      this.softmaxRows(call, row * classes, rows, classes, type);
      this.writeLines(call, row * classes, rows, classes);
    }
  }

  private softmaxRows(
    call: Call,
    from: number,
    rows: number,
    classes: number,
    type: ElementType,
  ): void {
    const { workspace, yPred } = call;
    const { max, rest, log } = workspace;
    const n = rows * classes;
    if (this.labels.mayIgnore) {
      const z = maskedCopy(call, this.labels, from, n, 0);
      workspace.of(kernels.softmax).f64.rows(z, rows, classes, max, rest, log);
    } else {
      const z = workspace.yPred(yPred, from, n, type);
      workspace.of(kernels.softmax)[type].rows(z, rows, classes, max, rest, log);
    }
  }

  /** Σ y·(max − z) and Σ y of each row, or of a piece of one. */
  private writeLines(call: Call, from: number, rows: number, classes: number): void {
    const { workspace } = call;
    const { max, line, mass } = workspace;
    const n = rows * classes;
    const z = this.labels.mayIgnore
      ? maskedCopy(call, this.labels, from, n, 0)
      : workspace.yPred(call.yPred, from, n, 'f64');
    workspace
      .of(kernels.softmax)
      .f64.lines(this.targets(call, from, n), z, rows, classes, max, line, mass);
  }

  private longSoftmax(call: Call, row: number): LongSoftmax {
    const { line, mass } = call.workspace;
    const softmax = new LongSoftmax();
    forEachPiece(call, row, 1, (from, n) => {
      this.softmaxRows(call, from, 1, n, call.type);
      const [max, others] = pieceSoftmax(call, from, n);
      this.writeLines(call, from, 1, n);
      softmax.add(max, others, line.array[line.at], mass.array[mass.at]);
    });
    return softmax;
  }

  /** Labels, smoothed, times the weights of their classes. */
  private targets(call: Call, from: number, n: number): Block {
    const { classWeight } = this.options;
    if (classWeight === undefined) return this.labels.block(call, from, n);
    const labels = this.labels.copy(call, from, n);
    weighClasses(call, labels, from, n, classWeight);
    return labels;
  }

  private clearIgnored(call: Call, { array, at }: Block, from: number, n: number): void {
    const { classes } = call;
    for (let i = 0; i < n; i++) {
      if (this.labels.isIgnored(call, Math.floor((from + i) / classes))) array[at + i] = 0;
    }
  }
}
