import type { Argument } from '../argument.js';
import { BLOCK, type Block } from '../block.js';
import type { ShortWay } from '../brief.js';
import { type Call, readBlock, type Shape } from '../call.js';
import type { Formula, Multipliers, Output, WriteShares } from '../formula.js';
import * as kernels from '../kernels.js';
import { RunningSum } from '../running-sum.js';
import type { ElementType, Workspace } from '../workspace.js';
import { areInUnit } from './domain.js';
import type { Checked, RowOptions } from './options.js';
import {
  checksUsed,
  clipRange,
  FLOOR,
  LEAST_MEAN,
  leastMean,
  unmovedRange,
} from './probabilities.js';
import type { RowLabels } from './row-labels.js';
import {
  checkClassWeight,
  forEachPiece,
  longRowSum,
  maskedCopy,
  multiplierOfEach,
  rowProbabilities,
  weighClasses,
  writeRowSums,
} from './rows.js';

/**
 * Leaves the total of one-hot rows, or parts of them, in the workspace: −ln p of the true class is binary
 * cross-entropy with label 1. False for other labels.
 */
function addSelected(
  workspace: Workspace,
  type: ElementType,
  y: Block,
  p: Block,
  n: number,
  least: number,
): boolean {
  const { losses: selected, ones, total } = workspace;
  const count = workspace.of(kernels.categorical)[type].select(y, p, n, selected);
  if (count < 0) return false;
  workspace.of(kernels.binary).f64.total(ones, selected, n, count, FLOOR, least, total);
  return true;
}

/** The same where probabilities of labels 0 may be anything; leaves the others, and 1 for those, in `out`. */
function addUsed(
  workspace: Workspace,
  type: ElementType,
  y: Block,
  p: Block,
  n: number,
  least: number,
  out: Block,
): boolean {
  const { ones, total } = workspace;
  const count = workspace.of(kernels.categorical)[type].used(y, p, n, out);
  if (count < 0) return false;
  workspace.of(kernels.binary).f64.total(ones, out, n, count, FLOOR, least, total);
  return true;
}

/** The same for any labels. */
function addEach(workspace: Workspace, y: Block, p: Block, n: number): void {
  const { losses, sum, total } = workspace;
  workspace.of(kernels.categorical).f64.each(y, p, n, FLOOR, losses);
  sum.f64.total(losses, n, total);
}

function shortWay(classes: number | undefined, isUsed: boolean): ShortWay | undefined {
  if (classes === undefined) return undefined;
  return {
    takesIndices: false,
    samples: (labels, n) => (labels === n && n % classes === 0 ? n / classes : 0),
    total(workspace, type, y, p, n) {
      const { losses } = workspace;
      const least = LEAST_MEAN[type];
      const isAdded = isUsed
        ? addUsed(workspace, type, y, p, n, least, losses)
        : addSelected(workspace, type, y, p, n, least);
      if (isAdded) return;
      if (type === 'f64') addEach(workspace, y, isUsed ? losses : p, n);
      else workspace.total.array[workspace.total.at] = NaN;
    },
  };
}

/** −Σₖ wₖ·yₖ·max(ln pₖ, −100), for rows of labels. */
export class DenseProbabilities implements Formula {
  readonly rereads: boolean;
  readonly writeShares: WriteShares | undefined;
  readonly short: ShortWay | undefined;
  private readonly options: Checked<RowOptions>;
  private readonly labels: RowLabels;
  /** Nothing is done to labels: a sum over all elements will do. */
  private readonly isPlain: boolean;
  /** Only those of labels other than 0 are looked at. */
  private readonly isUsed: boolean;
  /** Something is done to probabilities. */
  private readonly isMoved: boolean;

  constructor(options: Checked<RowOptions>, labels: RowLabels) {
    this.options = options;
    this.labels = labels;
    this.isPlain = (options.labelSmoothing ?? 0) === 0 && options.classWeight === undefined;
    this.isUsed = checksUsed(options);
    this.isMoved = options.clip !== undefined || options.normalize === true || labels.mayIgnore;
    this.rereads = !this.isPlain;
    this.writeShares = labels.writeShares;
    this.short = this.isPlain && !this.isMoved ? shortWay(options.classes, this.isUsed) : undefined;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    return shape;
  }

  addLosses(call: Call, row: number, rows: number, running: RunningSum): void {
    const { workspace } = call;
    if (!this.isPlain) {
      this.writeLosses(call, row, rows, workspace.losses);
      workspace.sum.f64.total(workspace.losses, rows, workspace.total);
      running.addTotal(call.workspace.total);
      return;
    }
    const rowSum = this.longSum(call, row);
    const type = this.isMoved ? 'f64' : call.type;
    const least = leastMean(call.yPred);
    const isLong = call.classes > BLOCK;
    // What is longer than a block is added as one, too.
    const sum = isLong ? new RunningSum() : running;
    forEachPiece(call, row, rows, (from, n) => {
      if (this.isUsed && !this.isMoved) {
        readBlock(call, from, n);
        const y = workspace.yTrue(call.yTrue, from, n, type);
        const p = workspace.yPred(call.yPred, from, n, type);
        const { prepared } = workspace;
        if (!addUsed(workspace, type, y, p, n, least, prepared)) {
          addEach(workspace, workspace.yTrue(call.yTrue, from, n, 'f64'), prepared, n);
        }
        if (sum.addTotal(call.workspace.total)) this.labels.inspect(call, from, n);
        return;
      }
      const p = this.probabilities(call, from, n, type, rowSum);
      const y = workspace.yTrue(call.yTrue, from, n, type);
      if (!addSelected(workspace, type, y, p, n, least)) {
        const wide = type === 'f64' ? p : workspace.yPred(call.yPred, from, n, 'f64');
        addEach(workspace, workspace.yTrue(call.yTrue, from, n, 'f64'), wide, n);
      }
      if (sum.addTotal(call.workspace.total)) this.labels.inspect(call, from, n);
    });
    if (isLong) {
      const [value, remainder = 0] = sum.parts;
      running.add(value, remainder);
    }
  }

  writeLosses(call: Call, row: number, rows: number, out: Block): void {
    const { workspace, classes } = call;
    if (classes > BLOCK) {
      const running = new RunningSum();
      const rowSum = this.longSum(call, row);
      forEachPiece(call, row, 1, (from, n) => {
        workspace.sum.f64.total(this.terms(call, from, n, rowSum), n, workspace.total);
        if (running.addTotal(call.workspace.total)) this.labels.inspect(call, from, n);
      });
      out.array[out.at] = running.value;
      return;
    }
    const from = row * classes;
    const n = rows * classes;
    workspace.of(kernels.rows).f64.total(this.terms(call, from, n, undefined), rows, classes, out);
    for (let i = out.at; i < out.at + rows; i++) {
      if (Number.isNaN(out.array[i])) {
        this.labels.inspect(call, from, n);
        break;
      }
    }
  }

  writeGradient(
    call: Call,
    row: number,
    rows: number,
    multipliers: Multipliers,
    output: Output,
    running: RunningSum | undefined,
  ): void {
    if (running !== undefined) this.addLosses(call, row, rows, running);
    if (this.isMoved) {
      this.writeMovedGradient(call, row, rows, multipliers, output);
      return;
    }
    const { workspace } = call;
    const { classWeight } = this.options;
    forEachPiece(call, row, rows, (from, n) => {
      // (First: it may have the labels read as float32.)
      const p = this.isUsed
        ? this.used(call, from, n)
        : workspace.yPred(call.yPred, from, n, 'f64');
      const y = this.labels.block(call, from, n);
      areInUnit(workspace, 'f64', p, n, () => this.labels.inspect(call, from, n));
      const results = workspace.target(output.array, from, 'f64', output.inScratch);
      workspace.of(kernels.categorical).f64.gradient(y, p, n, results);
      if (classWeight !== undefined) weighClasses(call, results, from, n, classWeight);
      const classes = Math.min(call.classes, n);
      workspace
        .of(kernels.rows)
        .f64.scale(results, n / classes, classes, multiplierOfEach(workspace, rows, multipliers));
      workspace.store(results, output.array, from, n, 'f64');
    });
  }

  check(call: Call, row: number, rows: number): boolean {
    if (this.options.normalize === true) return false;
    const { workspace, yPred } = call;
    this.labels.check(call, row, rows);
    forEachPiece(call, row, rows, (from, n) => {
      const p = this.isUsed ? this.used(call, from, n) : workspace.yPred(yPred, from, n, 'f64');
      areInUnit(workspace, 'f64', p, n, () => this.labels.inspect(call, from, n));
    });
    return true;
  }

  /** The derivative through clip and normalize: with q = p/S, (dL/dq_j − Σₖ qₖ·dL/dqₖ)/S. */
  private writeMovedGradient(
    call: Call,
    row: number,
    rows: number,
    multipliers: Multipliers,
    { array }: Output,
  ): void {
    const { workspace, classes } = call;
    const { sums, dots, slopes } = workspace;
    const { array: each, at: first } = multiplierOfEach(workspace, rows, multipliers);
    dots.array.fill(0, dots.at, dots.at + rows);
    if (this.options.normalize !== true) {
      sums.array.fill(1, sums.at, sums.at + rows);
    } else {
      writeRowSums(call, this.labels, row, rows, sums);
      forEachPiece(call, row, rows, (from, n) => this.writeSlopes(call, row, from, n, dots));
    }
    forEachPiece(call, row, rows, (from, n) => {
      this.writeSlopes(call, row, from, n, undefined);
      const results = workspace.target(array, from, 'f64', true);
      for (let i = 0; i < n; i++) {
        const r = Math.floor((from + i) / classes) - row;
        const slope = slopes.array[slopes.at + i] - dots.array[dots.at + r];
        const value = (slope / sums.array[sums.at + r]) * each[first + r];
        results.array[results.at + i] = this.labels.isIgnored(call, row + r) ? 0 : value;
      }
      workspace.store(results, array, from, n, 'f64');
    });
  }

  /** Leaves dL/dq in the workspace's slopes; adds Σ q·dL/dq to the rows' dots, if there are any. */
  private writeSlopes(
    call: Call,
    row: number,
    from: number,
    n: number,
    dots: Block | undefined,
  ): void {
    const { workspace, classes } = call;
    const { sums, slopes } = workspace;
    const { clip, classWeight } = this.options;
    const [low, high] = clip === undefined ? [-Infinity, Infinity] : unmovedRange(call, clip);
    const y = this.labels.copy(call, from, n);
    const p = maskedCopy(call, this.labels, from, n, 1);
    areInUnit(workspace, 'f64', p, n, () => this.labels.inspect(call, from, n));
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
  private terms(call: Call, from: number, n: number, rowSum: number | undefined): Block {
    const { workspace } = call;
    const { classWeight } = this.options;
    const p = this.probabilities(call, from, n, 'f64', rowSum);
    const y = this.labels.block(call, from, n);
    // Over the probabilities' own scratch: they are not needed again.
    workspace.of(kernels.categorical).f64.each(y, p, n, FLOOR, workspace.prepared);
    if (classWeight !== undefined) weighClasses(call, workspace.prepared, from, n, classWeight);
    return workspace.prepared;
  }

  private probabilities(
    call: Call,
    from: number,
    n: number,
    type: ElementType,
    rowSum: number | undefined,
  ): Block {
    readBlock(call, from, n);
    if (this.isUsed) {
      const p = this.used(call, from, n);
      if (this.options.clip === undefined) return p;
      const [low, high] = clipRange(call, this.options.clip);
      call.workspace.of(kernels.probabilities).f64.clip(p, n, low, high);
      return p;
    }
    if (!this.isMoved) return call.workspace.yPred(call.yPred, from, n, type);
    return rowProbabilities(call, this.options, this.labels, from, n, rowSum, () =>
      this.labels.inspect(call, from, n),
    );
  }

  /** The probabilities of labels other than 0, and 1 for the others. */
  private used(call: Call, from: number, n: number): Block {
    const { workspace, type, yTrue, yPred } = call;
    const { prepared } = workspace;
    const y = workspace.yTrue(yTrue, from, n, type);
    const p = workspace.yPred(yPred, from, n, type);
    workspace.of(kernels.categorical)[type].used(y, p, n, prepared);
    return prepared;
  }

  /** What a row that is longer than a block is divided by. */
  private longSum(call: Call, row: number): number | undefined {
    const isDivided = this.options.normalize === true && call.classes > BLOCK;
    return isDivided ? longRowSum(call, this.labels, row) : undefined;
  }
}
