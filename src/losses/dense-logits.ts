import { BLOCK, type Block } from '../block.js';
import type { Fold } from '../blocks.js';
import type { Formula, WriteShares } from '../formula.js';
import { addTotal, type Factors, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import type { ElementType } from '../workspace.js';
import type { RowLabels } from './row-labels.js';
import {
  type Checked,
  checkClassWeight,
  eachFactor,
  forEachPiece,
  maskedCopy,
  pieceSoftmax,
  type RowOptions,
  weighClasses,
} from './rows.js';
import { LongSoftmax } from './softmax.js';

/** −Σₖ wₖ·yₖ·log_softmax(z)ₖ = Σₖ wₖ·yₖ·(max − zₖ) + log1p(rest)·Σₖ wₖ·yₖ, for rows of labels. */
export class DenseLogits implements Formula {
  readonly rereads = true;
  readonly writeShares: WriteShares | undefined;
  private readonly options: Checked<RowOptions>;
  private readonly labels: RowLabels;

  constructor(options: Checked<RowOptions>, labels: RowLabels) {
    this.options = options;
    this.labels = labels;
    this.writeShares = labels.writeShares;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return { ...shape, type: yPred.kind === 'float32' ? 'f32' : 'f64' };
  }

  addTotal(pass: Pass, row: number, rows: number, fold: Fold): void {
    const { losses, f64, total } = pass.workspace;
    this.writeLosses(pass, row, rows, losses);
    f64.sumTotal(losses, rows, total);
    addTotal(pass, fold);
  }

  writeLosses(pass: Pass, row: number, rows: number, out: Block): void {
    const { log, line, mass } = pass.workspace;
    this.writeSoftmax(pass, row, rows, pass.type);
    for (let r = 0; r < rows; r++) {
      out.array[out.at + r] =
        line.array[line.at + r] + log.array[log.at + r] * mass.array[mass.at + r];
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
    const { workspace } = pass;
    const { f64, max, rest, mass } = workspace;
    if (fold !== undefined) this.addTotal(pass, row, rows, fold);
    this.writeSoftmax(pass, row, rows, 'f64');
    const each = eachFactor(workspace, rows, factors);
    // softmaxₖ·Σy − yₖ, times the factor: e^(z − max)·share − factor·yₖ.
    for (let r = 0; r < rows; r++) {
      const sum = mass.array[mass.at + r] * each.array[each.at + r];
      rest.array[rest.at + r] = sum / (1 + rest.array[rest.at + r]);
    }
    forEachPiece(pass, row, rows, (from, n) => {
      const classes = Math.min(pass.classes, n);
      const z = maskedCopy(pass, this.labels, from, n, 0);
      const y = this.targets(pass, from, n);
      const results = workspace.target(array, from, 'f64', true);
      f64.softmaxEach(z, n / classes, classes, max, rest, results);
      f64.rowsSubtract(results, n / classes, classes, each, y);
      if (this.labels.mayIgnore) this.clearIgnored(pass, results, from, n);
      workspace.store(results, array, from, n, 'f64');
    });
  }

  check(pass: Pass): boolean {
    this.labels.check(pass);
    return true;
  }

  /** max, rest, log1p(rest), Σ y·(max − z) and Σ y of rows; of whole rows, in that type. */
  private writeSoftmax(pass: Pass, row: number, rows: number, type: ElementType): void {
    const { workspace, classes } = pass;
    if (classes > BLOCK) {
      this.longSoftmax(pass, row).store(workspace);
    } else {
      this.softmaxRows(pass, row * classes, rows, classes, type);
      this.writeLines(pass, row * classes, rows, classes);
    }
  }

  private softmaxRows(
    pass: Pass,
    from: number,
    rows: number,
    classes: number,
    type: ElementType,
  ): void {
    const { workspace, yPred } = pass;
    const { max, rest, log } = workspace;
    const n = rows * classes;
    if (this.labels.mayIgnore) {
      const z = maskedCopy(pass, this.labels, from, n, 0);
      workspace.f64.softmaxRows(z, rows, classes, max, rest, log);
    } else {
      const z = workspace.yPred(yPred, from, n, type);
      workspace[type].softmaxRows(z, rows, classes, max, rest, log);
    }
  }

  /** Σ y·(max − z) and Σ y of each row, or of a piece of one. */
  private writeLines(pass: Pass, from: number, rows: number, classes: number): void {
    const { workspace } = pass;
    const { max, line, mass } = workspace;
    const n = rows * classes;
    const z = this.labels.mayIgnore
      ? maskedCopy(pass, this.labels, from, n, 0)
      : workspace.yPred(pass.yPred, from, n, 'f64');
    workspace.f64.softmaxLines(this.targets(pass, from, n), z, rows, classes, max, line, mass);
  }

  private longSoftmax(pass: Pass, row: number): LongSoftmax {
    const { line, mass } = pass.workspace;
    const softmax = new LongSoftmax();
    forEachPiece(pass, row, 1, (from, n) => {
      this.softmaxRows(pass, from, 1, n, pass.type);
      const [max, others] = pieceSoftmax(pass, from, n);
      this.writeLines(pass, from, 1, n);
      softmax.add(max, others, line.array[line.at], mass.array[mass.at]);
    });
    return softmax;
  }

  /** Labels, smoothed, times the weights of their classes. */
  private targets(pass: Pass, from: number, n: number): Block {
    const { classWeight } = this.options;
    if (classWeight === undefined) return this.labels.block(pass, from, n);
    const labels = this.labels.copy(pass, from, n);
    weighClasses(pass, labels, from, n, classWeight);
    return labels;
  }

  private clearIgnored(pass: Pass, { array, at }: Block, from: number, n: number): void {
    const { classes } = pass;
    for (let i = 0; i < n; i++) {
      if (this.labels.isIgnored(pass, Math.floor((from + i) / classes))) array[at + i] = 0;
    }
  }
}
