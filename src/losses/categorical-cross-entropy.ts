import type { Backends } from '../backends.js';
import { BLOCK, type Block } from '../block.js';
import { Fold, forEachBlock } from '../blocks.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { addTotal, Loss, type Pass, samplesPerBlock } from '../loss.js';
import type { Source } from '../source.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { checkOptions, classes, clip, normalize, onEmpty } from './options.js';
import {
  checkPairs,
  floorOf,
  inspectPairs,
  LEAST_MEAN,
  leastMean,
  typeOf,
} from './probabilities.js';
import { longRowSum, type RowOptions, rowProbabilities } from './rows.js';

const CHECKS = { onEmpty, clip, normalize, classes };

export class CategoricalCrossEntropy extends Loss<RowOptions> {
  /** Soft labels and small losses take logarithms, where WebAssembly is faster sooner. */
  protected override readonly few = 16;

  constructor(backends: Backends, options: Readonly<RowOptions> = {}) {
    super('categoricalCrossEntropy', backends, options);
  }

  override with(options: RowOptions): CategoricalCrossEntropy {
    const checked = checkOptions(`${this.name}.with`, options, CHECKS);
    return new CategoricalCrossEntropy(this.backends, { ...this.options, ...checked });
  }

  protected override shape(call: string, yTrue: Source, yPred: Source) {
    const { classes } = this.options;
    if (classes === undefined) {
      throw new TypeError(
        `${call}: expected the option classes, as in ${this.name}.with({ classes: 3 })`,
      );
    }
    if (yPred.length !== yTrue.length) {
      throw lengthError(call, 'yPred', yTrue.length, 'as yTrue.length', yPred.length);
    }
    const n = yPred.length / classes;
    if (!Number.isInteger(n)) {
      throw new RangeError(
        `${call}: expected yPred.length to be a multiple of classes, ${classes}, got ${yPred.length}`,
      );
    }
    return { n, classes, type: typeOf(yTrue, yPred) };
  }

  protected override smallTotal(n: number, type: ElementType): number {
    const { classes, clip, normalize } = this.options;
    if (classes === undefined || n % classes !== 0 || clip !== undefined || normalize === true) {
      return 0;
    }
    jsWorkspace.f64.categoricalTotal(
      smallTrue,
      smallPred,
      n,
      -100,
      LEAST_MEAN[type],
      jsWorkspace.total,
    );
    return n / classes;
  }

  protected override addAll(pass: Pass, fold: Fold): void {
    if (this.options.normalize !== true) {
      // A sum over all elements: no need to know where rows end.
      forEachBlock(pass.yPred.length, BLOCK, (from, n) => this.addPiece(pass, fold, from, n));
    } else {
      forEachBlock(pass.n, samplesPerBlock(pass), (row, rows) =>
        this.addRows(pass, fold, row, rows),
      );
    }
  }

  protected override writeBlock(pass: Pass, row: number, rows: number, out: Block): void {
    const { workspace, classes } = pass;
    if (classes > BLOCK) {
      const fold = new Fold();
      this.addRows(pass, fold, row, rows);
      out.array[out.at] = fold.value;
      return;
    }
    const from = row * classes;
    const n = rows * classes;
    const p = this.probabilities(pass, from, n, 'f64', undefined);
    const y = workspace.yTrue(pass.yTrue, from, n, 'f64');
    // Over the probabilities' own scratch: they are not needed again.
    workspace.f64.categoricalEach(y, p, n, floorOf(this.options), workspace.prepared);
    workspace.f64.rowsTotal(workspace.prepared, rows, classes, out);
    for (let i = 0; i < rows; i++) {
      if (Number.isNaN(out.array[out.at + i])) {
        inspectPairs(pass, from, n);
        break;
      }
    }
  }

  protected override check(pass: Pass): boolean {
    if (this.options.normalize === true) return false;
    checkPairs(pass);
    return true;
  }

  private addRows(pass: Pass, fold: Fold, row: number, rows: number): void {
    const { classes } = pass;
    if (classes <= BLOCK) {
      this.addPiece(pass, fold, row * classes, rows * classes);
      return;
    }
    const rowSum = this.options.normalize === true ? longRowSum(pass, row) : undefined;
    forEachBlock(classes, BLOCK, (at, n) =>
      this.addPiece(pass, fold, row * classes + at, n, rowSum),
    );
  }

  private addPiece(pass: Pass, fold: Fold, from: number, n: number, rowSum?: number): void {
    const { workspace } = pass;
    const { clip, normalize } = this.options;
    const type = clip === undefined && normalize !== true ? pass.type : 'f64';
    const p = this.probabilities(pass, from, n, type, rowSum);
    const y = workspace.yTrue(pass.yTrue, from, n, type);
    const floor = floorOf(this.options);
    workspace[type].categoricalTotal(y, p, n, floor, leastMean(pass.yPred), workspace.total);
    if (addTotal(pass, fold)) inspectPairs(pass, from, n);
  }

  private probabilities(
    pass: Pass,
    from: number,
    n: number,
    type: ElementType,
    rowSum: number | undefined,
  ): Block {
    pass.yTrue.fetch(from, n);
    pass.yPred.fetch(from, n);
    const { clip, normalize } = this.options;
    if (clip === undefined && normalize !== true) {
      return pass.workspace.yPred(pass.yPred, from, n, type);
    }
    return rowProbabilities(pass, this.options, from, n, rowSum, () => inspectPairs(pass, from, n));
  }
}
