import type { Backends } from '../backends.js';
import type { Block } from '../block.js';
import type { Fold } from '../blocks.js';
import type { Formula } from '../formula.js';
import { setHidden } from '../hidden.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import type { Kernels } from '../kernels.js';
import { checkLoss, Loss, type LossOptions } from '../loss.js';
import { addTotal, type Factors, fetch, type Output, type Pass, type Shape } from '../pass.js';
import type { Source } from '../source.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { type Checks, checkOptions } from './options.js';

/** The kernels of a loss of the difference of two numbers, with its options. */
export interface PointwiseKernels {
  total(kernels: Kernels, yTrue: Block, yPred: Block, n: number, out: Block): void;
  each(kernels: Kernels, yTrue: Block, yPred: Block, n: number, out: Block): void;
  gradient(
    kernels: Kernels,
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    out: Block,
    total: Block,
  ): void;
}

/** A loss of the difference of two numbers, for any two numbers. */
export interface PointwiseDefinition<Options extends LossOptions> {
  readonly name: string;
  readonly checks: Checks;
  kernels(options: Readonly<Options>): PointwiseKernels;
}

class PointwiseFormula implements Formula {
  readonly rereads = false;
  readonly writeShares = undefined;
  private readonly kernels: PointwiseKernels;

  constructor(kernels: PointwiseKernels) {
    this.kernels = kernels;
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
    this.kernels.total(workspace[type], yTrue, yPred, n, workspace.total);
    addTotal(pass, fold);
  }

  writeLosses(pass: Pass, from: number, n: number, out: Block): void {
    const { workspace, type } = pass;
    fetch(pass, from, n);
    const yTrue = truth(pass, from, n, type);
    const yPred = workspace.yPred(pass.yPred, from, n, type);
    this.kernels.each(workspace[type], yTrue, yPred, n, out);
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
    this.kernels.gradient(
      workspace[type],
      truth(pass, from, n, type),
      workspace.yPred(pass.yPred, from, n, type),
      n,
      scale,
      target,
      workspace.total,
    );
    if (fold !== undefined) addTotal(pass, fold);
    if (each !== undefined) workspace.f64.rowsScale(target, n, 1, each);
    workspace.store(target, array, from, n, type);
  }

  check({ yTrue }: Pass): boolean {
    return !yTrue.mayRound;
  }
}

/** Labels, none of which may be rounded: there is no domain that would not have such a one. */
function truth(pass: Pass, from: number, n: number, type: ElementType): Block {
  const labels = pass.workspace.yTrue(pass.yTrue, from, n, type);
  pass.yTrue.checkExact(from, n);
  return labels;
}

/** A loss of one number and another: {@link Engine.squaredError}, `absoluteError`, `huber`. */
export class PointwiseLoss<Options extends LossOptions = LossOptions> extends Loss<Options> {
  declare private readonly definition: PointwiseDefinition<Options>;
  declare private readonly kernels: PointwiseKernels;

  /** @internal */
  constructor(
    definition: PointwiseDefinition<Options>,
    backends: Backends,
    options: Readonly<Options>,
  ) {
    const kernels = definition.kernels(options);
    super(definition.name, backends, options, new PointwiseFormula(kernels));
    setHidden(this, { definition, kernels });
  }

  override with(options: Options): PointwiseLoss<Options> {
    checkLoss(this, 'with');
    const checked = checkOptions(`${this.name}.with`, options, this.definition.checks);
    return new PointwiseLoss(this.definition, this.backends, { ...this.options, ...checked });
  }

  /** @internal */
  protected override smallTotal(n: number, _type: ElementType): number {
    this.kernels.total(jsWorkspace.f64, smallTrue, smallPred, n, jsWorkspace.total);
    return n;
  }

  /** @internal */
  protected override smallEach(n: number): boolean {
    this.kernels.each(jsWorkspace.f64, smallTrue, smallPred, n, jsWorkspace.losses);
    return true;
  }
}
