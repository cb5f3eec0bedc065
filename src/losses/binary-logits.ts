import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { Formula, Multipliers, Output } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import { pairs } from './binary-probabilities.js';
import { areInUnit, checkLabels, inspectLabels } from './domain.js';
import { smoothed } from './labels.js';
import type { BinaryOptions } from './options.js';

/** (1 − y)·z + (1 + (c − 1)·y)·log1p(e^−z), c the weight of y = 1. */
export class BinaryLogits implements Formula {
  readonly rereads = true;
  readonly writeShares = undefined;
  readonly short = undefined;
  private readonly smoothing: number;
  private readonly positiveWeight: number;

  constructor(options: Readonly<BinaryOptions>) {
    this.smoothing = options.labelSmoothing ?? 0;
    this.positiveWeight = options.positiveWeight ?? 1;
  }

  /** The type of the logits decides: equal labels give equal bits whatever their type. */
  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const n = pairs(call, yTrue, yPred);
    return { n, classes: 1, type: yPred.kind === 'float32' ? 'f32' : 'f64', losses: 'f64' };
  }

  addLosses(call: Call, from: number, n: number, running: RunningSum): void {
    const { workspace, yPred } = call;
    const { total } = workspace;
    if (this.positiveWeight !== 1) {
      this.writeLosses(call, from, n, workspace.losses);
      workspace.sum.f64.total(workspace.losses, n, total);
      running.addTotal(call.workspace.total);
      return;
    }
    const narrow = this.narrowLabels(call, from, n);
    if (narrow !== undefined) {
      workspace
        .of(kernels.logits)
        .f32.total(narrow, workspace.yPred(yPred, from, n, 'f32'), n, total);
    } else {
      const y = this.labels(call, from, n);
      workspace.of(kernels.logits).f64.total(y, workspace.yPred(yPred, from, n, 'f64'), n, total);
    }
    if (running.addTotal(call.workspace.total)) inspectLabels(call, from, n);
  }

  writeLosses(call: Call, from: number, n: number, out: Block): void {
    const { workspace } = call;
    const z = workspace.yPred(call.yPred, from, n, 'f64');
    const y = this.labels(call, from, n);
    if (workspace.of(kernels.logits).f64.each(y, z, n, this.positiveWeight, out) === 0) {
      inspectLabels(call, from, n);
    }
  }

  writeGradient(
    call: Call,
    from: number,
    n: number,
    { scale, each }: Multipliers,
    { array, inScratch }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace } = call;
    if (running !== undefined) this.addLosses(call, from, n, running);
    const z = workspace.yPred(call.yPred, from, n, 'f64');
    const y = this.labels(call, from, n);
    areInUnit(workspace, 'f64', y, n, () => inspectLabels(call, from, n));
    const target = workspace.target(array, from, 'f64', inScratch);
    workspace.of(kernels.logits).f64.gradient(y, z, n, this.positiveWeight, scale, target);
    if (each !== undefined) workspace.numbers.f64.multiply(target, n, each);
    workspace.store(target, array, from, n, 'f64');
  }

  check(call: Call, from: number, n: number): boolean {
    checkLabels(call, from, n);
    return true;
  }

  private labels(call: Call, from: number, n: number): Block {
    if (this.smoothing === 0) return call.workspace.yTrue(call.yTrue, from, n, 'f64');
    return smoothed(call, from, n, this.smoothing, this.smoothing / 2);
  }

  /** Labels for the float32 kernel: if they are float32 themselves, whatever holds them. */
  private narrowLabels(call: Call, from: number, n: number): Block | undefined {
    const { workspace, yTrue } = call;
    if (call.type !== 'f32' || this.smoothing !== 0) return undefined;
    if (yTrue.kind !== 'float64') return workspace.yTrue(yTrue, from, n, 'f32');
    const labels = workspace.yTrue(yTrue, from, n, 'f64');
    const { targets } = workspace;
    return workspace.numbers.f64.narrow(labels, n, targets) === 1 ? targets : undefined;
  }
}
