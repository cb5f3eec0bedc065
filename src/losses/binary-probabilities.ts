import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import { type ShortWay, samplesOfPairs } from '../brief.js';
import { type Call, readBlock, type Shape } from '../call.js';
import type { Formula, Multipliers, Output } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { areInUnit, checkLabels, checkPairs, inspectLabels, inspectPairs } from './domain.js';
import { smoothed } from './labels.js';
import type { BinaryOptions } from './options.js';
import { clipped, FLOOR, LEAST_MEAN, leastMean, typeOf, unmovedRange } from './probabilities.js';

/** The same number of labels and predictions. */
export function pairs(call: string, yTrue: Argument, yPred: Argument): number {
  const n = yTrue.length;
  if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
  return n;
}

const SHORT: ShortWay = {
  takesIndices: false,
  samples: samplesOfPairs,
  total(workspace, type, y, p, n) {
    const least = LEAST_MEAN[type];
    workspace.of(kernels.binary)[type].total(y, p, n, n, FLOOR, least, workspace.total);
  },
  each: (workspace, y, p, n, out) =>
    workspace.of(kernels.binary).f64.each(y, p, n, 1, FLOOR, out) === 1,
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

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const n = pairs(call, yTrue, yPred);
    return { n, classes: 1, type: typeOf(yTrue, yPred), losses: 'f64' };
  }

  addLosses(call: Call, from: number, n: number, running: RunningSum): void {
    const { workspace } = call;
    if (this.positiveWeight !== 1) {
      this.writeLosses(call, from, n, workspace.losses);
      workspace.sum.f64.total(workspace.losses, n, workspace.total);
      running.addTotal(call.workspace.total);
      return;
    }
    const type = this.clip === undefined && this.smoothing === 0 ? call.type : 'f64';
    const p = this.probabilities(call, from, n, type);
    const y = this.labels(call, from, n, type);
    const least = leastMean(call.yPred);
    workspace.of(kernels.binary)[type].total(y, p, n, n, FLOOR, least, workspace.total);
    if (running.addTotal(call.workspace.total)) this.inspect(call, from, n);
  }

  writeLosses(call: Call, from: number, n: number, out: Block): void {
    const p = this.probabilities(call, from, n, 'f64');
    const y = this.labels(call, from, n, 'f64');
    const { workspace } = call;
    const numbers = workspace.of(kernels.binary).f64.each(y, p, n, this.positiveWeight, FLOOR, out);
    if (numbers === 0) this.inspect(call, from, n);
  }

  writeGradient(
    call: Call,
    from: number,
    n: number,
    { scale, each }: Multipliers,
    { array, inScratch }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace, yPred } = call;
    if (running !== undefined) this.addLosses(call, from, n, running);
    const p = this.probabilities(call, from, n, 'f64');
    const y = this.labels(call, from, n, 'f64');
    const search = () => this.inspect(call, from, n);
    areInUnit(workspace, 'f64', p, n, search);
    areInUnit(workspace, 'f64', y, n, search);
    // What clip moves is looked up in the predictions afterwards: they must still be there.
    const target = workspace.target(array, from, 'f64', inScratch || this.clip !== undefined);
    workspace.of(kernels.binary).f64.gradient(y, p, n, this.positiveWeight, scale, target);
    if (this.clip !== undefined) {
      const [low, high] = unmovedRange(call, this.clip);
      for (let i = 0; i < n; i++) {
        const given = yPred.at(from + i);
        if (given < low || given > high) target.array[target.at + i] = 0;
      }
    }
    if (each !== undefined) workspace.numbers.f64.multiply(target, n, each);
    workspace.store(target, array, from, n, 'f64');
  }

  check(call: Call, from: number, n: number): boolean {
    if (this.clip === undefined) checkPairs(call, from, n);
    else checkLabels(call, from, n);
    return true;
  }

  /** Throws for the first label or probability of a fetched block that is outside its domain. */
  private inspect(call: Call, from: number, n: number): void {
    if (this.clip === undefined) inspectPairs(call, from, n);
    else inspectLabels(call, from, n);
  }

  private probabilities(call: Call, from: number, n: number, type: ElementType): Block {
    readBlock(call, from, n);
    if (this.clip !== undefined) return clipped(call, from, n, this.clip);
    return call.workspace.yPred(call.yPred, from, n, type);
  }

  private labels(call: Call, from: number, n: number, type: ElementType): Block {
    if (this.smoothing === 0) return call.workspace.yTrue(call.yTrue, from, n, type);
    return smoothed(call, from, n, this.smoothing, this.smoothing / 2);
  }
}
