import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { Formula, Multipliers, Output } from '../formula.js';
import * as kernels from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import type { ElementType } from '../workspace.js';
import { pairs } from './binary-probabilities.js';
import { checkLabels, inspectLabels } from './domain.js';
import { narrowLabels, smoothed } from './labels.js';
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
    const type = yPred.kind === 'float32' ? 'f32' : 'f64';
    // Float32 has few digits for losses below 2⁻¹²⁶: a weight of y = 1 must not be what makes them larger.
    const isPlain = this.smoothing === 0 && this.positiveWeight === 1;
    return { n, classes: 1, type, losses: isPlain ? type : 'f64' };
  }

  addLosses(call: Call, from: number, n: number, running: RunningSum): void {
    // Labels of 0 and 1 that are smoothed share a logarithm with what they were: the kernel smooths them.
    const narrow =
      this.positiveWeight === 1 ? labelsOf(call, from, n) : this.narrowLabels(call, from, n);
    const type = narrow === undefined ? 'f64' : 'f32';
    const y = narrow ?? this.labels(call, from, n);
    const content = this.exps(call, from, n, type, y);
    this.addTotal(call, from, n, type, y, content, running);
  }

  writeLosses(call: Call, from: number, n: number, out: Block): void {
    const { workspace, yPred } = call;
    const { f32, f64 } = workspace.of(kernels.logits);
    const narrow = call.losses === 'f32' ? narrowLabels(call, from, n) : undefined;
    if (narrow !== undefined) {
      const z = workspace.yPred(yPred, from, n, 'f32');
      if (f32.each(narrow, z, n, this.positiveWeight, out) === 0) inspectLabels(call, from, n);
      return;
    }
    const { prepared } = workspace;
    const y = this.labels(call, from, n);
    this.exps(call, from, n, 'f64', y);
    const z = workspace.yPred(yPred, from, n, 'f64');
    const losses = call.losses === 'f32' ? prepared : out;
    f64.each(y, z, prepared, n, this.positiveWeight, losses);
    if (losses !== out) workspace.numbers.f64.narrow(losses, n, out);
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
    const { prepared } = workspace;
    const weights = each ?? workspace.ones;
    const { f32, f64 } = workspace.of(kernels.logits);
    const narrow = this.narrowLabels(call, from, n);
    // (What the sum has in float32 where the gradient takes float64.)
    if (narrow === undefined && running !== undefined && call.type === 'f32') {
      this.addLosses(call, from, n, running);
      running = undefined;
    }
    if (narrow !== undefined) {
      const content = this.exps(call, from, n, 'f32', narrow);
      const z = workspace.yPred(yPred, from, n, 'f32');
      const target = workspace.target(array, from, 'f32', inScratch);
      const c = this.positiveWeight;
      const isWritten =
        f32.gradient(narrow, z, prepared, n, content, c, scale, weights, target) === 1;
      if (running !== undefined) this.addTotal(call, from, n, 'f32', narrow, content, running);
      if (isWritten) {
        workspace.store(target, array, from, n, 'f32');
        return;
      }
    }
    const y = this.labels(call, from, n);
    const content = this.exps(call, from, n, 'f64', y);
    const z = workspace.yPred(yPred, from, n, 'f64');
    const target = workspace.target(array, from, 'f64', inScratch);
    f64.gradient(y, z, prepared, n, content, this.positiveWeight, scale, weights, target);
    if (running !== undefined && narrow === undefined) {
      this.addTotal(call, from, n, 'f64', y, content, running);
    }
    workspace.store(target, array, from, n, 'f64');
  }

  check(call: Call, from: number, n: number): boolean {
    checkLabels(call, from, n);
    return true;
  }

  /** Leaves a block's exponentials in `prepared`; throws for a label outside [0, 1]. */
  private exps(call: Call, from: number, n: number, type: ElementType, y: Block): number {
    const { workspace } = call;
    const z = workspace.yPred(call.yPred, from, n, type);
    const content = workspace.of(kernels.logits)[type].exps(y, z, n, workspace.prepared);
    if (content === 0) inspectLabels(call, from, n);
    return content;
  }

  /** Adds a block's total, from its exponentials. */
  private addTotal(
    call: Call,
    from: number,
    n: number,
    type: ElementType,
    y: Block,
    content: number,
    running: RunningSum,
  ): void {
    const { workspace } = call;
    const { prepared, total } = workspace;
    const z = workspace.yPred(call.yPred, from, n, type);
    const c = this.positiveWeight;
    if (
      workspace
        .of(kernels.logits)
        [type].total(y, z, prepared, n, content, c, this.smoothing, total) === 0
    ) {
      const labels = this.labels(call, from, n);
      const valid = this.exps(call, from, n, 'f64', labels);
      this.addTotal(call, from, n, 'f64', labels, valid, running);
      return;
    }
    running.addTotal(call.workspace.total);
  }

  private labels(call: Call, from: number, n: number): Block {
    if (this.smoothing === 0) return call.workspace.yTrue(call.yTrue, from, n, 'f64');
    return smoothed(call, from, n, this.smoothing, this.smoothing / 2);
  }

  /** Labels for the float32 kernels, if those do. */
  private narrowLabels(call: Call, from: number, n: number): Block | undefined {
    return this.smoothing === 0 ? labelsOf(call, from, n) : undefined;
  }
}

/** A block's labels as they are, for the kernels of float32 logits. */
function labelsOf(call: Call, from: number, n: number): Block | undefined {
  return call.type === 'f32' ? narrowLabels(call, from, n) : undefined;
}
