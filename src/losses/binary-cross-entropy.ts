import type { Backends } from '../backends.js';
import type { Block } from '../block.js';
import { BLOCK } from '../block.js';
import { type Fold, forEachBlock } from '../blocks.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { addTotal, Loss, type Pass } from '../loss.js';
import type { Source } from '../source.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { checkOptions, clip, onEmpty } from './options.js';
import {
  checkPairs,
  clipped,
  floorOf,
  inspectPairs,
  LEAST_MEAN,
  leastMean,
  type ProbabilityOptions,
  typeOf,
} from './probabilities.js';

const CHECKS = { onEmpty, clip };

export class BinaryCrossEntropy extends Loss<ProbabilityOptions> {
  /** Soft labels and small losses take logarithms, where WebAssembly is faster sooner. */
  protected override readonly few = 16;

  constructor(backends: Backends, options: Readonly<ProbabilityOptions> = {}) {
    super('binaryCrossEntropy', backends, options);
  }

  override with(options: ProbabilityOptions): BinaryCrossEntropy {
    const checked = checkOptions(`${this.name}.with`, options, CHECKS);
    return new BinaryCrossEntropy(this.backends, { ...this.options, ...checked });
  }

  protected override shape(call: string, yTrue: Source, yPred: Source) {
    const n = yTrue.length;
    if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
    return { n, classes: 1, type: typeOf(yTrue, yPred) };
  }

  protected override smallTotal(n: number, type: ElementType): number {
    if (this.options.clip !== undefined) return 0;
    const { f64, total } = jsWorkspace;
    f64.binaryTotal(smallTrue, smallPred, n, -100, LEAST_MEAN[type], total);
    return n;
  }

  protected override smallEach(n: number): boolean {
    if (this.options.clip !== undefined) return false;
    return jsWorkspace.f64.binaryEach(smallTrue, smallPred, n, -100, jsWorkspace.losses) === 1;
  }

  protected override addAll(pass: Pass, fold: Fold): void {
    const { workspace, yTrue } = pass;
    const floor = floorOf(this.options);
    forEachBlock(pass.n, BLOCK, (from, n) => {
      const type = this.options.clip === undefined ? pass.type : 'f64';
      const p = this.probabilities(pass, from, n, type);
      const y = workspace.yTrue(yTrue, from, n, type);
      workspace[type].binaryTotal(y, p, n, floor, leastMean(pass.yPred), workspace.total);
      if (addTotal(pass, fold)) inspectPairs(pass, from, n);
    });
  }

  protected override writeBlock(pass: Pass, from: number, n: number, out: Block): void {
    const { workspace, yTrue } = pass;
    const p = this.probabilities(pass, from, n, 'f64');
    const y = workspace.yTrue(yTrue, from, n, 'f64');
    const numbers = workspace.f64.binaryEach(y, p, n, floorOf(this.options), out);
    if (numbers === 0) inspectPairs(pass, from, n);
  }

  protected override check(pass: Pass): boolean {
    checkPairs(pass);
    return true;
  }

  private probabilities(pass: Pass, from: number, n: number, type: ElementType): Block {
    pass.yTrue.fetch(from, n);
    pass.yPred.fetch(from, n);
    const { clip } = this.options;
    if (clip !== undefined) return clipped(pass, from, n, clip);
    return pass.workspace.yPred(pass.yPred, from, n, type);
  }
}
