import type { Backends } from '../backends.js';
import type { Block } from '../block.js';
import { BLOCK } from '../block.js';
import { type Fold, forEachBlock } from '../blocks.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { addTotal, Loss, type LossOptions, type Pass } from '../loss.js';
import type { Source } from '../source.js';
import { lengthError } from '../validate.js';
import type { ElementType } from '../workspace.js';
import { checkOptions, onEmpty } from './options.js';

/** A loss of the difference of two numbers, for any two numbers. */
export interface PointwiseDefinition {
  readonly name: string;
  readonly total: 'squaredTotal' | 'absoluteTotal';
  readonly each: 'squaredEach' | 'absoluteEach';
}

const CHECKS = { onEmpty };

export class PointwiseLoss extends Loss {
  private readonly definition: PointwiseDefinition;

  constructor(definition: PointwiseDefinition, backends: Backends, options: LossOptions = {}) {
    super(definition.name, backends, options);
    this.definition = definition;
  }

  override with(options: LossOptions): PointwiseLoss {
    const checked = checkOptions(`${this.name}.with`, options, CHECKS);
    return new PointwiseLoss(this.definition, this.backends, { ...this.options, ...checked });
  }

  protected override shape(call: string, yTrue: Source, yPred: Source) {
    const n = yTrue.length;
    if (yPred.length !== n) throw lengthError(call, 'yPred', n, 'as yTrue.length', yPred.length);
    const narrow =
      yTrue.kind === 'float32' || yTrue.kind === 'uint8' || yTrue.kind === 'float32Safe';
    const type: ElementType = yPred.kind === 'float32' && narrow ? 'f32' : 'f64';
    return { n, classes: 1, type };
  }

  protected override smallTotal(n: number): number {
    jsWorkspace.f64[this.definition.total](smallTrue, smallPred, n, jsWorkspace.total);
    return n;
  }

  protected override smallEach(n: number): boolean {
    jsWorkspace.f64[this.definition.each](smallTrue, smallPred, n, jsWorkspace.losses);
    return true;
  }

  protected override addAll(pass: Pass, fold: Fold): void {
    const { workspace, type } = pass;
    const total = workspace[type][this.definition.total];
    forEachBlock(pass.n, BLOCK, (from, n) => {
      pass.yTrue.fetch(from, n);
      pass.yPred.fetch(from, n);
      total(
        workspace.yTrue(pass.yTrue, from, n, type),
        workspace.yPred(pass.yPred, from, n, type),
        n,
        workspace.total,
      );
      addTotal(pass, fold);
    });
  }

  protected override writeBlock(pass: Pass, from: number, n: number, out: Block): void {
    const { workspace, type } = pass;
    pass.yTrue.fetch(from, n);
    pass.yPred.fetch(from, n);
    workspace[type][this.definition.each](
      workspace.yTrue(pass.yTrue, from, n, type),
      workspace.yPred(pass.yPred, from, n, type),
      n,
      out,
    );
  }

  protected override check(): boolean {
    return true;
  }
}
