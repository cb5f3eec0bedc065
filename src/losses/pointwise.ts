import type { Block } from '../block.js';
import type { Fold } from '../blocks.js';
import { fewPred, fewTrue, type ShortWay, stagePairs } from '../few.js';
import type { Formula } from '../formula.js';
import { jsWorkspace } from '../js/workspace.js';
import type { Pointwise } from '../kernels.js';
import { addTotal, type Factors, fetch, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
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
    const { total, each } = kernels.f64;
    this.short = {
      stage: stagePairs,
      total: (n) => {
        total(fewTrue, fewPred, n, jsWorkspace.total, parameter);
        return n;
      },
      each: (n) => {
        each(fewTrue, fewPred, n, jsWorkspace.losses, parameter);
        return true;
      },
    };
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
    const n = yTrue.length;
    if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
    const narrow =
      yTrue.kind === 'float32' || yTrue.kind === 'uint8' || yTrue.kind === 'float32Safe';
    return { n, classes: 1, type: yPred.kind === 'float32' && narrow ? 'f32' : 'f64' };
  }

  addTotal(pass: Pass, from: number, n: number, fold: Fold): void {
    const { workspace, type } = pass;
    fetch(pass, from, n);
    const yTrue = truth(pass, from, n, type);
    const yPred = workspace.yPred(pass.yPred, from, n, type);
    workspace.of(this.kernels)[type].total(yTrue, yPred, n, workspace.total, this.parameter);
    addTotal(pass, fold);
  }

  writeLosses(pass: Pass, from: number, n: number, out: Block): void {
    const { workspace, type } = pass;
    fetch(pass, from, n);
    const yTrue = truth(pass, from, n, type);
    const yPred = workspace.yPred(pass.yPred, from, n, type);
    workspace.of(this.kernels)[type].each(yTrue, yPred, n, out, this.parameter);
  }

  writeGradient(
    pass: Pass,
    from: number,
    n: number,
    { scale, each }: Factors,
    { array, inScratch }: Output,
    fold: Fold | undefined,
  ): void {
    const { workspace } = pass;
    // Weights are multiplied in float64.
    const type = each === undefined ? pass.type : 'f64';
    const target = workspace.target(array, from, type, inScratch);
    workspace
      .of(this.kernels)
      [type].gradient(
        truth(pass, from, n, type),
        workspace.yPred(pass.yPred, from, n, type),
        n,
        scale,
        target,
        workspace.total,
        this.parameter,
      );
    if (fold !== undefined) addTotal(pass, fold);
    if (each !== undefined) workspace.numbers.f64.multiply(target, n, each);
    workspace.store(target, array, from, n, type);
  }

  check({ yTrue }: Pass, from: number, n: number): boolean {
    if (yTrue.mayRound) return false;
    yTrue.checkExact(from, n);
    return true;
  }
}

/** Labels, none of which may be rounded: there is no domain that would not have such a one. */
function truth(pass: Pass, from: number, n: number, type: ElementType): Block {
  const labels = pass.workspace.yTrue(pass.yTrue, from, n, type);
  pass.yTrue.checkExact(from, n);
  return labels;
}
