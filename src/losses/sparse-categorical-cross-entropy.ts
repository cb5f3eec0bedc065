import { isFloat32Array, isFloat64Array, kindOf, type TypedArray } from '../arrays.js';
import type { Backends } from '../backends.js';
import { BLOCK, type Block } from '../block.js';
import { type Fold, forEachBlock } from '../blocks.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { addTotal, Loss, type Pass, samplesPerBlock, sumOfFew } from '../loss.js';
import type { Source } from '../source.js';
import { domainError, lengthError } from '../validate.js';
import { asLabel, copyIn, FEW } from '../workspace.js';
import { checkOptions, classes, clip, normalize, onEmpty } from './options.js';
import { floorOf, inspect, LEAST_MEAN, leastMean } from './probabilities.js';
import { longRowSum, type RowOptions, rowProbabilities } from './rows.js';

const CHECKS = { onEmpty, clip, normalize, classes };

export class SparseCategoricalCrossEntropy extends Loss<RowOptions> {
  constructor(backends: Backends, options: Readonly<RowOptions> = {}) {
    super('sparseCategoricalCrossEntropy', backends, options);
  }

  override with(options: RowOptions): SparseCategoricalCrossEntropy {
    const checked = checkOptions(`${this.name}.with`, options, CHECKS);
    return new SparseCategoricalCrossEntropy(this.backends, { ...this.options, ...checked });
  }

  protected override shape(call: string, yTrue: Source, yPred: Source) {
    const n = yTrue.length;
    const classes = this.options.classes ?? (n === 0 ? 1 : yPred.length / n);
    if (yPred.length !== n * classes) {
      throw lengthError(call, 'yPred', n * classes, 'yTrue.length · classes', yPred.length);
    }
    if (!(Number.isInteger(classes) && classes >= 1)) {
      throw new RangeError(
        `${call}: expected yPred.length to be a multiple of yTrue.length, ${n}, got ${yPred.length}`,
      );
    }
    return { n, classes, type: yPred.kind === 'float32' ? 'f32' : 'f64' } as const;
  }

  /** As for other losses, with few probabilities and any array of labels that is not a proxy. */
  protected override small(yTrue: unknown, yPred: unknown): number {
    const isFloat64 = isFloat64Array(yPred);
    if (!(isFloat64 || isFloat32Array(yPred)) || !this.isPlain) return 0;
    if (!ArrayBuffer.isView(yTrue) || kindOf(yTrue) === undefined) return 0;
    const labels = yTrue as TypedArray;
    const rows = labels.length;
    const n = yPred.length;
    const classes = n / rows;
    if (n === 0 || n > FEW || !Number.isInteger(classes) || !this.backends.mayUseJs) return 0;
    if (this.options.classes !== undefined && this.options.classes !== classes) return 0;
    copyIn(yPred, 0, n, smallPred.array);
    for (let row = 0; row < rows; row++) smallTrue.array[row] = asLabel(labels[row]);
    const { f64, losses, ones, total } = jsWorkspace;
    const found = f64.rowsGather(smallTrue, smallPred, rows, classes, losses);
    if ((found & f64.rowsUnit(smallPred, n)) === 0) return 0;
    const least = LEAST_MEAN[isFloat64 ? 'f64' : 'f32'];
    f64.binaryTotal(ones, losses, rows, -100, least, total);
    return sumOfFew(rows);
  }

  protected override smallTotal(): number {
    return 0;
  }

  protected override addAll(pass: Pass, fold: Fold): void {
    const { workspace } = pass;
    const floor = floorOf(this.options);
    const least = leastMean(pass.yPred);
    forEachBlock(pass.n, samplesPerBlock(pass), (row, rows) => {
      const q = this.ofTrueClass(pass, row, rows);
      workspace.f64.binaryTotal(workspace.ones, q, rows, floor, least, workspace.total);
      addTotal(pass, fold);
    });
  }

  protected override writeBlock(pass: Pass, row: number, rows: number, out: Block): void {
    const { workspace } = pass;
    const q = this.ofTrueClass(pass, row, rows);
    workspace.f64.binaryEach(workspace.ones, q, rows, floorOf(this.options), out);
  }

  protected override check(pass: Pass): boolean {
    const { workspace, type, yTrue, yPred, classes } = pass;
    if (this.options.normalize === true) return false;
    forEachBlock(pass.n, samplesPerBlock(pass), (row, rows) => {
      let inside = 1;
      for (let r = row; r < row + rows; r++) {
        if (!isLabel(yTrue.at(r), classes)) inside = 0;
      }
      forEachBlock(rows * classes, BLOCK, (at, n) => {
        const p = workspace.yPred(yPred, row * classes + at, n, type);
        inside &= workspace[type].rowsUnit(p, n);
      });
      if (inside === 0) lookCloser(pass, row, rows, workspace.losses);
    });
    return true;
  }

  /** The probabilities of the true classes of rows that start at `row`. */
  private ofTrueClass(pass: Pass, row: number, rows: number): Block {
    const { workspace, yTrue, yPred, classes } = pass;
    const q = workspace.losses;
    yTrue.fetch(row, rows);
    if (classes > BLOCK) {
      q.array[q.at] = this.ofLongRow(pass, row);
      return q;
    }
    const from = row * classes;
    const n = rows * classes;
    yPred.fetch(from, n);
    const labels = workspace.labels(yTrue, row, rows);
    if (this.isPlain) {
      const p = workspace.yPred(yPred, from, n, pass.type);
      const found = workspace[pass.type].rowsGather(labels, p, rows, classes, q);
      if ((found & workspace[pass.type].rowsUnit(p, n)) === 0) lookCloser(pass, row, rows, q);
    } else {
      const p = rowProbabilities(pass, this.options, from, n, undefined, () =>
        lookCloser(pass, row, rows, q),
      );
      const found = workspace.f64.rowsGather(labels, p, rows, classes, q);
      if ((found & workspace.f64.rowsUnit(p, n)) === 0) lookCloser(pass, row, rows, q);
    }
    return q;
  }

  /** The same for one row that is longer than a block. */
  private ofLongRow(pass: Pass, row: number): number {
    const { workspace, yTrue, yPred, classes, type } = pass;
    const label = checkLabel(yTrue, row, classes);
    const rowSum = this.options.normalize === true ? longRowSum(pass, row) : undefined;
    let q = NaN;
    let hasNaN = false;
    forEachBlock(classes, BLOCK, (at, n) => {
      const from = row * classes + at;
      yPred.fetch(from, n);
      if (workspace[type].rowsUnit(workspace.yPred(yPred, from, n, type), n) === 0) {
        inspect(yPred, from, n);
        for (let i = from; i < from + n; i++) hasNaN ||= Number.isNaN(yPred.at(i));
      }
      if (label < at || label >= at + n) return;
      if (this.isPlain) {
        q = yPred.at(from + label - at);
      } else {
        const p = rowProbabilities(pass, this.options, from, n, rowSum, () =>
          inspect(yPred, from, n),
        );
        q = p.array[p.at + label - at];
      }
    });
    return hasNaN ? NaN : q;
  }

  private get isPlain(): boolean {
    return this.options.clip === undefined && this.options.normalize !== true;
  }
}

function isLabel(value: number, classes: number): boolean {
  const label = asLabel(value);
  return label >= 0 && label < classes;
}

function checkLabel(yTrue: Source, i: number, classes: number): number {
  const label = yTrue.at(i);
  if (isLabel(label, classes)) return label;
  throw domainError(yTrue, i, `a class index, an integer from 0 to ${classes - 1}`);
}

/** A label or a probability is out of its domain: throws. Or one is NaN: so is its row. */
function lookCloser(pass: Pass, row: number, rows: number, q: Block): void {
  const { yTrue, yPred, classes } = pass;
  for (let r = 0; r < rows; r++) {
    checkLabel(yTrue, row + r, classes);
    const from = (row + r) * classes;
    inspect(yPred, from, classes);
    for (let i = from; i < from + classes; i++) {
      if (Number.isNaN(yPred.at(i))) q.array[q.at + r] = NaN;
    }
  }
}
