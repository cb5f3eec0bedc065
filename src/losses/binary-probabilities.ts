import type { Block } from '../block.js';
import type { Fold } from '../blocks.js';
import { fewPred, fewTrue, type ShortWay, stagePairs } from '../few.js';
import type { Formula } from '../formula.js';
import { jsWorkspace } from '../js/workspace.js';
import * as kernels from '../kernels.js';
import { addTotal, type Factors, fetch, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { checkLabels, inspectLabels, smoothed } from './labels.js';
import type { BinaryOptions } from './options.js';
import {
  checkPairs,
  clipped,
  FLOOR,
  inspectPairs,
  LEAST_MEAN,
  leastMean,
  typeOf,
  unmovedRange,
} from './probabilities.js';

/** The same number of labels and predictions. */
export function pairs(call: string, yTrue: Source, yPred: Source): { n: number; classes: number } {
  const n = yTrue.length;
  if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
  return { n, classes: 1 };
}

const SHORT: ShortWay = {
  stage: stagePairs,
  total(n, type) {
    const { total } = jsWorkspace;
    kernels.binary.f64.total(fewTrue, fewPred, n, n, FLOOR, LEAST_MEAN[type], total);
    return n;
  },
  each: (n) => kernels.binary.f64.each(fewTrue, fewPred, n, 1, FLOOR, jsWorkspace.losses) === 1,
};

/** −(c·y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)), c the weight of y = 1. */
export class BinaryProbabilities implements Formula {
  readonly rereads = false;
  readonly writeShares = undefined;
  readonly short: ShortWay | undefined;
  private readonly clip: number | undefined;
  private readonly smoothing: number;
  private readonly positiveWeight: number;

  constructor(options: Readonly<BinaryOptions>) {
    this.clip = options.clip;
    this.smoothing = options.labelSmoothing ?? 0;
    this.positiveWeight = options.positiveWeight ?? 1;
    const isPlain = this.clip === undefined && this.smoothing === 0 && this.positiveWeight === 1;
    this.short = isPlain ? SHORT : undefined;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    return { ...pairs(call, yTrue, yPred), type: typeOf(yTrue, yPred) };
  }

  addTotal(pass: Pass, from: number, n: number, fold: Fold): void {
    const { workspace } = pass;
    if (this.positiveWeight !== 1) {
      this.writeLosses(pass, from, n, workspace.losses);
      workspace.sum.f64.total(workspace.losses, n, workspace.total);
      addTotal(pass, fold);
      return;
    }
    const type = this.clip === undefined && this.smoothing === 0 ? pass.type : 'f64';
    const p = this.probabilities(pass, from, n, type);
    const y = this.labels(pass, from, n, type);
    const least = leastMean(pass.yPred);
    workspace.of(kernels.binary)[type].total(y, p, n, n, FLOOR, least, workspace.total);
    if (addTotal(pass, fold)) this.inspect(pass, from, n);
  }

  writeLosses(pass: Pass, from: number, n: number, out: Block): void {
    const p = this.probabilities(pass, from, n, 'f64');
    const y = this.labels(pass, from, n, 'f64');
    const { workspace } = pass;
    const numbers = workspace.of(kernels.binary).f64.each(y, p, n, this.positiveWeight, FLOOR, out);
    if (numbers === 0) this.inspect(pass, from, n);
  }

  writeGradient(
    pass: Pass,
    from: number,
    n: number,
    { scale, each }: Factors,
    { array, inScratch }: Output,
    fold: Fold | undefined,
  ): void {
    const { workspace, yPred } = pass;
    if (fold !== undefined) this.addTotal(pass, from, n, fold);
    const p = this.probabilities(pass, from, n, 'f64');
    const y = this.labels(pass, from, n, 'f64');
    if ((workspace.numbers.f64.unit(p, n) & workspace.numbers.f64.unit(y, n)) === 0)
      this.inspect(pass, from, n);
    // What clip moves is looked up in the predictions afterwards: they must still be there.
    const target = workspace.target(array, from, 'f64', inScratch || this.clip !== undefined);
    workspace.of(kernels.binary).f64.gradient(y, p, n, this.positiveWeight, scale, target);
    if (this.clip !== undefined) {
      const [low, high] = unmovedRange(pass, this.clip);
      for (let i = 0; i < n; i++) {
        const given = yPred.at(from + i);
        if (given < low || given > high) target.array[target.at + i] = 0;
      }
    }
    if (each !== undefined) workspace.numbers.f64.multiply(target, n, each);
    workspace.store(target, array, from, n, 'f64');
  }

  check(pass: Pass, from: number, n: number): boolean {
    if (this.clip === undefined) checkPairs(pass, from, n);
    else checkLabels(pass, from, n);
    return true;
  }

  /** Throws for the first label or probability of a fetched block that is outside its domain. */
  private inspect(pass: Pass, from: number, n: number): void {
    if (this.clip === undefined) inspectPairs(pass, from, n);
    else inspectLabels(pass, from, n);
  }

  private probabilities(pass: Pass, from: number, n: number, type: ElementType): Block {
    fetch(pass, from, n);
    if (this.clip !== undefined) return clipped(pass, from, n, this.clip);
    return pass.workspace.yPred(pass.yPred, from, n, type);
  }

  private labels(pass: Pass, from: number, n: number, type: ElementType): Block {
    if (this.smoothing === 0) return pass.workspace.yTrue(pass.yTrue, from, n, type);
    return smoothed(pass, from, n, this.smoothing, this.smoothing / 2);
  }
}
