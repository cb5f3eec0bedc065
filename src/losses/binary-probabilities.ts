import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import { type ShortWay, samplesOfPairs } from '../brief.js';
import { type Call, readBlock, type Shape } from '../call.js';
import type { Formula, Multipliers, Output } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { checkLabels, checkPairs, inspectLabels, inspectPairs } from './domain.js';
import { narrowLabels, smoothed } from './labels.js';
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
  each: (workspace, type, y, p, n, out) =>
    type === 'f64' && workspace.of(kernels.binary).f64.each(y, p, n, 1, FLOOR, out) === 1,
};

/** A weight of y = 1 that is larger, or smaller than its reciprocal, may leave float32's range. */
const MOST_WEIGHT = 2 ** 64;

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
    const { clip, smoothing, positiveWeight } = this;
    const isMild = positiveWeight <= MOST_WEIGHT && positiveWeight >= 1 / MOST_WEIGHT;
    const isPlain = clip === undefined && smoothing === 0 && isMild;
    const losses = isPlain && yPred.kind === 'float32' ? 'f32' : 'f64';
    return { n, classes: 1, type: typeOf(yTrue, yPred), losses };
  }

  addLosses(call: Call, from: number, n: number, running: RunningSum): void {
    const { workspace } = call;
    const { total } = workspace;
    const isWeighted = this.positiveWeight !== 1;
    if ((isWeighted || this.smoothing !== 0) && this.totalParts(call, from, n)) {
      running.addTotal(total);
    } else if (isWeighted) {
      this.writeLosses(call, from, n, workspace.losses);
      workspace.sum[call.losses].total(workspace.losses, n, total);
      running.addTotal(call.workspace.total);
    } else {
      const type = this.smoothing === 0 ? this.typeOf(call) : 'f64';
      const p = this.probabilities(call, from, n, type);
      const y = this.labels(call, from, n, type);
      const least = leastMean(call.yPred);
      workspace.of(kernels.binary)[type].total(y, p, n, n, FLOOR, least, total);
      if (running.addTotal(call.workspace.total)) this.inspect(call, from, n);
    }
  }

  writeLosses(call: Call, from: number, n: number, out: Block): void {
    const { workspace } = call;
    const { f32, f64 } = workspace.of(kernels.binary);
    const c = this.positiveWeight;
    let numbers: number;
    const narrow = call.losses === 'f32' ? this.narrowLabels(call, from, n) : undefined;
    if (narrow !== undefined) {
      const p = workspace.yPred(call.yPred, from, n, 'f32');
      numbers = f32.each(narrow, p, n, c, FLOOR, out);
    } else {
      const p = this.probabilities(call, from, n, 'f64');
      const y = this.labels(call, from, n, 'f64');
      const losses = call.losses === 'f32' ? workspace.prepared : out;
      numbers = f64.each(y, p, n, c, FLOOR, losses);
      if (losses !== out) workspace.numbers.f64.narrow(losses, n, out);
    }
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
    const type = this.smoothing === 0 ? this.typeOf(call) : 'f64';
    const p = this.probabilities(call, from, n, type);
    const y = this.labels(call, from, n, type);
    // What clip moves is looked up in the predictions afterwards: they must still be there.
    const target = workspace.target(array, from, type, inScratch || this.clip !== undefined);
    const weights = each ?? workspace.ones;
    const { gradient } = workspace.of(kernels.binary)[type];
    if (gradient(y, p, n, this.positiveWeight, scale, weights, target) === 0) {
      this.inspect(call, from, n);
    }
    if (this.clip !== undefined) {
      const [low, high] = unmovedRange(call, this.clip);
      for (let i = 0; i < n; i++) {
        const given = yPred.at(from + i);
        if (given < low || given > high) target.array[target.at + i] = 0;
      }
    }
    workspace.store(target, array, from, n, type);
  }

  check(call: Call, from: number, n: number): boolean {
    if (this.clip === undefined) checkPairs(call, from, n);
    else checkLabels(call, from, n);
    return true;
  }

  /** Leaves a block's total by products for each label, if that is accurate. */
  private totalParts(call: Call, from: number, n: number): boolean {
    const { workspace } = call;
    const type = this.typeOf(call);
    const p = this.probabilities(call, from, n, type);
    const y = workspace.yTrue(call.yTrue, from, n, type);
    const { parts } = workspace.of(kernels.binary)[type];
    const least = leastMean(call.yPred);
    return parts(y, p, n, this.positiveWeight, this.smoothing, least, workspace.total) === 1;
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

  /** The same for the float32 kernel of losses, fetched. */
  private narrowLabels(call: Call, from: number, n: number): Block | undefined {
    readBlock(call, from, n);
    return narrowLabels(call, from, n);
  }

  /** Clipped probabilities are float64. */
  private typeOf(call: Call): ElementType {
    return this.clip === undefined ? call.type : 'f64';
  }
}
