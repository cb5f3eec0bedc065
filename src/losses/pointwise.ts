import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import { type ShortWay, samplesOfPairs } from '../brief.js';
import { type Call, readBlock, type Shape, type WeightedCall } from '../call.js';
import type { Formula, Multipliers, Output, WeightedFormula } from '../formula.js';
import { checkPredictions, zeroWeights } from '../kept.js';
import type { Pointwise } from '../kernels.js';
import type { Divisor } from '../means.js';
import type { RunningSum } from '../running-sum.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';

/** The least number of float32 that has all its digits. */
const LEAST = 2 ** -126;

/** A loss of one number and another, any two numbers. */
export class PointwiseFormula implements Formula {
  readonly rereads = false;
  readonly writeShares = undefined;
  readonly short: ShortWay | undefined;
  private readonly kernels: Pointwise;
  /** Of the kernels: what it means is theirs. */
  private readonly parameter: number;
  /** Whether float32 has it with all its digits, and twice as much, too. */
  private readonly isNarrow: boolean;
  readonly weighted: WeightedFormula;

  constructor(kernels: Pointwise, parameter = 0) {
    this.kernels = kernels;
    this.parameter = parameter;
    this.isNarrow = parameter === 0 || (parameter >= LEAST && parameter <= 1 / LEAST);
    this.weighted = new WeightedPointwise(kernels, parameter);
    const short: ShortWay = {
      takesIndices: false,
      samples: samplesOfPairs,
      total: (workspace, type, yTrue, yPred, n) =>
        workspace.of(kernels)[type].total(yTrue, yPred, n, workspace.total, parameter),
      weighted: (workspace, type, yTrue, yPred, weights, n) =>
        workspace.of(kernels)[type].weighted(yTrue, yPred, weights, n, workspace.total, parameter),
      each: (workspace, type, yTrue, yPred, n, out) => {
        workspace.of(kernels)[type].each(yTrue, yPred, n, out, parameter);
        return true;
      },
    };
    this.short = this.isNarrow ? short : undefined;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const n = yTrue.length;
    if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
    const losses = yPred.kind === 'float32' && this.isNarrow ? 'f32' : 'f64';
    const isTruthNarrow =
      yTrue.kind === 'float32' || yTrue.kind === 'uint8' || yTrue.kind === 'float32Safe';
    return { n, classes: 1, type: isTruthNarrow ? losses : 'f64', losses };
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
    const { workspace, losses } = call;
    const { prepared } = workspace;
    readBlock(call, from, n);
    const { type, yTrue, yPred } = lanes(call, from, n);
    const { each } = workspace.of(this.kernels)[type];
    each(yTrue, yPred, n, type === losses ? out : prepared, this.parameter);
    if (type !== losses) workspace.numbers.f64.narrow(prepared, n, out);
  }

  writeGradient(
    call: Call,
    from: number,
    n: number,
    { scale }: Multipliers,
    { array, inScratch }: Output,
    running: RunningSum | undefined,
  ): void {
    const { workspace } = call;
    const { type, yTrue, yPred } = lanes(call, from, n);
    const target = workspace.target(array, from, type, inScratch);
    const { f64, f32 } = workspace.of(this.kernels);
    if (running === undefined) {
      (type === 'f64' ? f64 : f32).gradient(yTrue, yPred, n, scale, target, this.parameter);
    } else if (type === 'f64') {
      f64.valueAndGradient(yTrue, yPred, n, scale, workspace.total, target, this.parameter);
      running.addTotal(call.workspace.total);
    } else {
      f32.total(yTrue, yPred, n, workspace.total, this.parameter);
      running.addTotal(call.workspace.total);
      f32.gradient(yTrue, yPred, n, scale, target, this.parameter);
    }
    workspace.store(target, array, from, n, type);
  }

  check({ yTrue }: Call): boolean {
    return !yTrue.mayRound;
  }
}

/** With weights. Kernels leave out what has a weight of 0: any number is in the domain. */
class WeightedPointwise implements WeightedFormula {
  private readonly kernels: Pointwise;
  private readonly parameter: number;

  constructor(kernels: Pointwise, parameter: number) {
    this.kernels = kernels;
    this.parameter = parameter;
  }

  addLosses(
    call: WeightedCall,
    from: number,
    n: number,
    running: RunningSum,
    divisor: Divisor | undefined,
  ): void {
    const { workspace } = call;
    const type = typeOf(call);
    workspace
      .of(this.kernels)
      [type].weighted(
        workspace.yTrue(call.yTrue, from, n, type),
        workspace.yPred(call.yPred, from, n, type),
        workspace.weights(call.weights, from, n, type),
        n,
        workspace.total,
        this.parameter,
      );
    const { array, at } = call.workspace.total;
    const zeros = array[at + 4];
    if (array[at + 5] !== 0) zeroWeights(call, from, n);
    checkCounted(call, from, n, zeros);
    running.addTotal(call.workspace.total);
    divisor?.addWeights(n, zeros, array[at + 2], array[at + 3]);
  }

  writeGradient(
    call: WeightedCall,
    from: number,
    n: number,
    divisor: number,
    { array, inScratch }: Output,
  ): void {
    const { workspace } = call;
    const type = typeOf(call);
    const target = workspace.target(array, from, type, inScratch);
    workspace
      .of(this.kernels)
      [type].weightedGradient(
        workspace.yTrue(call.yTrue, from, n, type),
        workspace.yPred(call.yPred, from, n, type),
        workspace.weights(call.weights, from, n, type),
        n,
        divisor,
        target,
        this.parameter,
      );
    checkCounted(call, from, n, n);
    workspace.store(target, array, from, n, type);
  }
}

/** The kernels take weights of the type of the arrays. */
function typeOf({ type, weights }: WeightedCall): ElementType {
  return type === 'f32' && weights.kind === 'float32' ? 'f32' : 'f64';
}

/**
 * Throws for the first label, or else prediction, that is rounded, of samples whose weight is not 0; so
 * many have one of 0.
 */
function checkCounted(call: WeightedCall, from: number, n: number, zeros: number): void {
  const { yTrue, weights } = call;
  if (zeros === 0) {
    yTrue.checkExact(from, n);
  } else if (yTrue.mayRound) {
    for (let i = from; i < from + n; i++) if (weights.at(i) !== 0) yTrue.checkExact(i, 1);
  }
  checkPredictions(call, from, n);
}

/**
 * A block's arrays, and in which type its losses or their gradient are computed: float32 where they are
 * written in it, and the labels lose nothing by it. That is for their values to say, not for the array.
 */
function lanes(
  call: Call,
  from: number,
  n: number,
): { type: ElementType; yTrue: Block; yPred: Block } {
  const { workspace, type, losses, yPred } = call;
  const yTrue = truth(call, from, n, losses === 'f64' ? losses : type);
  if (losses === 'f64' || type === 'f32') {
    return { type: losses, yTrue, yPred: workspace.yPred(yPred, from, n, losses) };
  }
  const { targets } = workspace;
  return workspace.numbers.f64.narrow(yTrue, n, targets) === 1
    ? { type: 'f32', yTrue: targets, yPred: workspace.yPred(yPred, from, n, 'f32') }
    : { type: 'f64', yTrue, yPred: workspace.yPred(yPred, from, n, 'f64') };
}

/** Labels, none of which may be rounded: there is no domain that would not have such a one. */
function truth(call: Call, from: number, n: number, type: ElementType): Block {
  const labels = call.workspace.yTrue(call.yTrue, from, n, type);
  call.yTrue.checkExact(from, n);
  return labels;
}
