import type { Argument } from '../argument.js';
import { BLOCK, type Block } from '../block.js';
import type { ShortWay } from '../brief.js';
import { type Call, readBlock, type Shape } from '../call.js';
import type { Formula, Multipliers, Output, WriteShares } from '../formula.js';
import { gather } from '../gather.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import { areInUnit, inspect } from './domain.js';
import type { Checked, SparseOptions } from './options.js';
import {
  checksUsed,
  clipRange,
  FLOOR,
  LEAST_MEAN,
  leastMean,
  unmovedRange,
} from './probabilities.js';
import type { ClassIndices } from './row-labels.js';
import {
  checkClassWeight,
  forEachPiece,
  longRowSum,
  multiplierOfEach,
  rowProbabilities,
  writeRowSums,
} from './rows.js';

function shortWay(classes: number | undefined, isUsed: boolean): ShortWay {
  return {
    takesIndices: true,
    samples: (labels, n) =>
      Number.isInteger(n / labels) && n === labels * (classes ?? n / labels) ? labels : 0,
    total(workspace, type, y, p, n, rows) {
      const { losses, ones, total } = workspace;
      const found = workspace.of(kernels.rows)[type].gather(y, p, rows, n / rows, losses);
      const { f64, [type]: given } = workspace.of(kernels.probabilities);
      if ((found & (isUsed ? f64.unit(losses, rows) : given.unit(p, n))) === 0) {
        total.array[total.at] = NaN;
        return;
      }
      const least = LEAST_MEAN[type];
      workspace.of(kernels.binary).f64.total(ones, losses, rows, rows, FLOOR, least, total);
    },
  };
}

/** −w_y·max(ln p_y, −100), y a class index. */
export class IndexProbabilities implements Formula {
  readonly rereads: boolean;
  readonly writeShares: WriteShares | undefined;
  readonly short: ShortWay | undefined;
  private readonly options: Checked<SparseOptions>;
  private readonly labels: ClassIndices;
  /** Nothing is done to probabilities. */
  private readonly isPlain: boolean;
  /** Only those of the true classes are looked at. */
  private readonly isUsed: boolean;

  constructor(options: Checked<SparseOptions>, labels: ClassIndices) {
    this.options = options;
    this.labels = labels;
    this.isPlain = options.clip === undefined && options.normalize !== true;
    this.isUsed = checksUsed(options);
    this.rereads = labels.writeShares !== undefined || this.isUsed;
    this.writeShares = labels.writeShares;
    this.short =
      this.isPlain && this.writeShares === undefined
        ? shortWay(options.classes, this.isUsed)
        : undefined;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const shape = this.labels.shape(call, yTrue, yPred);
    checkClassWeight(call, shape, this.options);
    if (!this.isUsed) return shape;
    const { n, classes, type, losses } = shape;
    // (Spread, it would take 0.4 µs, and reading it as much.)
    return { n, classes, reads: 1, type, losses };
  }

  addLosses(call: Call, row: number, rows: number, running: RunningSum): void {
    const { workspace } = call;
    const { losses, ones, total } = workspace;
    if (this.options.classWeight === undefined) {
      const q = this.ofTrueClass(call, row, rows);
      workspace
        .of(kernels.binary)
        .f64.total(ones, q, rows, rows, FLOOR, leastMean(call.yPred), total);
    } else {
      this.writeLosses(call, row, rows, losses);
      workspace.sum.f64.total(losses, rows, total);
    }
    running.addTotal(call.workspace.total);
  }

  writeLosses(call: Call, row: number, rows: number, out: Block): void {
    const { workspace } = call;
    const { classWeight } = this.options;
    const q = this.ofTrueClass(call, row, rows);
    workspace.of(kernels.binary).f64.each(workspace.ones, q, rows, 1, FLOOR, out);
    if (classWeight === undefined) return;
    const { indices } = workspace;
    this.readLabels(call, row, rows, indices);
    this.labels.weigh(indices, rows, out);
  }

  writeGradient(
    call: Call,
    row: number,
    rows: number,
    multipliers: Multipliers,
    { array }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace, classes } = call;
    const { slopes, indices, sums } = workspace;
    if (running !== undefined) this.addLosses(call, row, rows, running);
    const q = this.ofTrueClass(call, row, rows);
    const each = multiplierOfEach(workspace, rows, multipliers);
    const isNormalized = this.options.normalize === true;
    if (isNormalized) writeRowSums(call, this.labels, row, rows, sums);
    const { clip } = this.options;
    this.readLabels(call, row, rows, indices);
    this.labels.scale(indices, rows, each);
    for (let r = 0; r < rows; r++) {
      const label = indices.array[indices.at + r];
      let isFlat = each.array[each.at + r] === 0;
      if (clip !== undefined && !isFlat) {
        const sum = isNormalized ? sums.array[sums.at + r] : 1;
        isFlat = isMoved(call, clip, call.yPred.at((row + r) * classes + label) / sum);
      }
      slopes.array[slopes.at + r] = isFlat ? 0 : -1 / q.array[q.at + r];
    }
    // (At once: a fill for each row of 3 takes 26 times the loop people write.)
    array.fill(0, row * classes, (row + rows) * classes);
    for (let r = 0; r < rows; r++) {
      const label = indices.array[indices.at + r];
      const start = (row + r) * classes;
      const factor = each.array[each.at + r];
      const slope = slopes.array[slopes.at + r];
      if (label >= 0 && !isNormalized) {
        array[start + label] = slope * factor;
      } else if (label >= 0) {
        // (dL/dq_j − Σₖ qₖ·dL/dqₖ)/S, where the sum is −1, or 0 for a p that clip has moved.
        const sum = sums.array[sums.at + r];
        const back = slope === 0 ? 0 : factor / sum;
        array.fill(back, start, start + classes);
        array[start + label] = ((slope === 0 ? 0 : slope + 1) / sum) * factor;
      }
    }
  }

  check(call: Call, row: number, rows: number): boolean {
    const { workspace, type, yPred } = call;
    if (this.options.normalize === true) return false;
    if (this.isUsed) {
      this.ofTrueClass(call, row, rows);
      return true;
    }
    this.labels.check(call, row, rows);
    forEachPiece(call, row, rows, (from, n) => {
      const p = workspace.yPred(yPred, from, n, type);
      areInUnit(workspace, type, p, n, () => this.labels.inspect(call, from, n));
    });
    return true;
  }

  /** The probabilities of the true classes of rows; 1 for those that count for nothing. */
  private ofTrueClass(call: Call, row: number, rows: number): Block {
    const { workspace, yTrue, yPred, classes, type } = call;
    const q = workspace.losses;
    if (this.isUsed) {
      this.writeUsed(call, row, rows, q);
      return q;
    }
    if (classes > BLOCK) {
      yTrue.readBlock(row, rows);
      q.array[q.at] = this.ofLongRow(call, row);
      return q;
    }
    const from = row * classes;
    const n = rows * classes;
    readBlock(call, row, rows, from, n);
    const labels = workspace.labels(yTrue, row, rows, this.options.ignoreIndex);
    if (this.isPlain) {
      const p = workspace.yPred(yPred, from, n, type);
      const found = workspace.of(kernels.rows)[type].gather(labels, p, rows, classes, q);
      if ((found & workspace.of(kernels.probabilities)[type].unit(p, n)) === 0)
        this.lookCloser(call, row, rows, q);
    } else {
      const p = rowProbabilities(call, this.options, this.labels, from, n, undefined, () =>
        this.lookCloser(call, row, rows, q),
      );
      const found = workspace.of(kernels.rows).f64.gather(labels, p, rows, classes, q);
      if ((found & workspace.of(kernels.probabilities).f64.unit(p, n)) === 0) {
        this.lookCloser(call, row, rows, q);
        // Not every NaN has been one before: ∞ over a sum of ∞ is one, too.
        for (let i = 0; i < n; i++) {
          if (Number.isNaN(p.array[p.at + i])) q.array[q.at + Math.floor(i / classes)] = NaN;
        }
      }
    }
    if (this.labels.mayIgnore) {
      for (let r = 0; r < rows; r++) {
        if (this.labels.isIgnored(call, row + r)) q.array[q.at + r] = 1;
      }
    }
    return q;
  }

  /** The same where no others are looked at. */
  private writeUsed(call: Call, row: number, rows: number, q: Block): void {
    const { workspace } = call;
    const { clip } = this.options;
    const isFound = this.gather(call, row, rows, q);
    const { unit, clip: move } = workspace.of(kernels.probabilities).f64;
    if (!isFound || unit(q, rows) === 0) this.inspectUsed(call, row, rows);
    if (clip !== undefined) move(q, rows, ...clipRange(call, clip));
    if (!this.labels.mayIgnore && call.weights === undefined) return;
    for (let r = 0; r < rows; r++) if (!this.counts(call, row + r)) q.array[q.at + r] = 1;
  }

  /** Leaves them as they are; false if a label is no class index. */
  private gather(call: Call, row: number, rows: number, q: Block): boolean {
    const { workspace, yTrue, yPred, classes, type } = call;
    const { ignoreIndex } = this.options;
    const p = call.isGathered ? undefined : workspace.inPlace(yPred, row * classes, type);
    if (p === undefined) return gather(call, row, rows, ignoreIndex, q.array, q.at);
    const labels = workspace.labels(yTrue, row, rows, ignoreIndex);
    return workspace.of(kernels.rows)[type].gather(labels, p, rows, classes, q) === 1;
  }

  /** Throws for the first label, or probability of one, that is out of its domain. */
  private inspectUsed(call: Call, row: number, rows: number): void {
    const { yPred, classes } = call;
    for (let r = row; r < row + rows; r++) {
      const label = this.label(call, r);
      if (label < 0) continue;
      const i = call.isGathered ? r : r * classes + label;
      this.inspect(call, i, 1);
      // (Where clip takes any number.)
      if (yPred.mayRound) yPred.checkEach(i, 1);
    }
  }

  /** The label of a row, −1 if it counts for nothing; throws if it is not a class index. */
  private label(call: Call, row: number): number {
    return this.isUsed && call.weights?.at(row) === 0 ? -1 : this.labels.read(call, row);
  }

  /** The same for rows. */
  private readLabels(call: Call, row: number, rows: number, to: Block): void {
    if (!this.isUsed || call.weights === undefined) {
      this.labels.readAll(call, row, rows, to);
      return;
    }
    for (let r = 0; r < rows; r++) to.array[to.at + r] = this.label(call, row + r);
  }

  private counts(call: Call, row: number): boolean {
    return !this.labels.isIgnored(call, row) && call.weights?.at(row) !== 0;
  }

  /** The same for one row that is longer than a block. */
  private ofLongRow(call: Call, row: number): number {
    const { workspace, yPred, classes, type } = call;
    const label = this.labels.read(call, row);
    if (label < 0) return 1;
    const rowSum = this.options.normalize === true ? longRowSum(call, this.labels, row) : undefined;
    let q = NaN;
    let hasNaN = false;
    forEachPiece(call, row, 1, (from, n) => {
      const at = from - row * classes;
      yPred.readBlock(from, n);
      if (
        workspace.of(kernels.probabilities)[type].unit(workspace.yPred(yPred, from, n, type), n) ===
        0
      ) {
        this.inspect(call, from, n);
        for (let i = from; i < from + n; i++) hasNaN ||= Number.isNaN(yPred.at(i) / (rowSum ?? 1));
      }
      if (label < at || label >= at + n) return;
      if (this.isPlain) {
        q = yPred.at(from + label - at);
      } else {
        const p = rowProbabilities(call, this.options, this.labels, from, n, rowSum, () =>
          this.inspect(call, from, n),
        );
        q = p.array[p.at + label - at];
      }
    });
    return hasNaN ? NaN : q;
  }

  /** A label or a probability is out of its domain: throws. Or one is NaN: so is its row. */
  private lookCloser(call: Call, row: number, rows: number, q: Block): void {
    const { yPred, classes } = call;
    for (let r = 0; r < rows; r++) {
      if (this.labels.read(call, row + r) < 0) continue;
      const from = (row + r) * classes;
      this.inspect(call, from, classes);
      for (let i = from; i < from + classes; i++) {
        if (Number.isNaN(yPred.at(i))) q.array[q.at + r] = NaN;
      }
    }
  }

  /** Throws for the first probability outside [0, 1], unless clip moves it. */
  private inspect({ yPred }: Call, from: number, n: number): void {
    if (this.options.clip === undefined) inspect(yPred, from, n);
  }
}

/** Whether clip moves a probability. */
function isMoved(call: Call, clip: number, p: number): boolean {
  const [low, high] = unmovedRange(call, clip);
  return p < low || p > high;
}
