import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import { type ShortWay, samplesOfPairs } from '../brief.js';
import { type Call, readBlock, type Shape } from '../call.js';
import type { Formula, Multipliers, Output } from '../formula.js';
import type { Pointwise } from '../kernels.js';
import type { RunningSum } from '../running-sum.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';

/** A loss of one number and another, any two numbers. */
export class PointwiseFormula implements Formula {
  readonly rereads = false;
  readonly writeShares = undefined;
  readonly short: ShortWay;
  private readonly kernels: Pointwise;
  /** Of the kernels: what it means is theirs. */
  private readonly parameter: number;

  constructor(kernels: Pointwise, parameter = 0) {
    this.kernels = kernels;
    this.parameter = parameter;
    this.short = {
      takesIndices: false,
      samples: samplesOfPairs,
      total: (workspace, type, yTrue, yPred, n) =>
        workspace.of(kernels)[type].total(yTrue, yPred, n, workspace.total, parameter),
    };
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const n = yTrue.length;
    if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
    const narrow =
      yTrue.kind === 'float32' || yTrue.kind === 'uint8' || yTrue.kind === 'float32Safe';
    const type = yPred.kind === 'float32' && narrow ? 'f32' : 'f64';
    return { n, classes: 1, type, losses: 'f64' };
  }

  addLosses(call: Call, from: number, n: number, running: RunningSum): void {
    const { workspace, type } = call;
    readBlock(call, from, n);
    const yTrue = truth(call, from, n, type);
    const yPred = workspace.yPred(call.yPred, from, n, type);
    workspace.of(this.kernels)[type].total(yTrue, yPred, n, workspace.total, this.parameter);
    running.addTotal(call.workspace.total);
  }

  writeLosses(call: Call, from: number, n: number, out: Block): void {
    const { workspace, type } = call;
    readBlock(call, from, n);
    const yTrue = truth(call, from, n, type);
    const yPred = workspace.yPred(call.yPred, from, n, type);
    workspace.of(this.kernels)[type].each(yTrue, yPred, n, out, this.parameter);
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
    // Weights are multiplied in float64.
    const type = each === undefined ? call.type : 'f64';
    const target = workspace.target(array, from, type, inScratch);
    workspace
      .of(this.kernels)
      [type].gradient(
        truth(call, from, n, type),
        workspace.yPred(call.yPred, from, n, type),
        n,
        scale,
        target,
        workspace.total,
        this.parameter,
      );
    if (running !== undefined) running.addTotal(call.workspace.total);
    if (each !== undefined) workspace.numbers.f64.multiply(target, n, each);
    workspace.store(target, array, from, n, type);
  }

  check({ yTrue }: Call, from: number, n: number): boolean {
    if (yTrue.mayRound) return false;
    yTrue.checkExact(from, n);
    return true;
  }
}

/** Labels, none of which may be rounded: there is no domain that would not have such a one. */
function truth(call: Call, from: number, n: number, type: ElementType): Block {
  const labels = call.workspace.yTrue(call.yTrue, from, n, type);
  call.yTrue.checkExact(from, n);
  return labels;
}
