import type { Backends } from '../backends.js';
import { setHidden } from '../hidden.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { checkLoss, Loss } from '../loss.js';
import type { ElementType } from '../workspace.js';
import { DenseLogits } from './dense-logits.js';
import { DenseProbabilities } from './dense-probabilities.js';
import {
  checkOptions,
  checkTogether,
  classes,
  classWeight,
  clip,
  fromLogits,
  labelSmoothing,
  normalize,
  onEmpty,
} from './options.js';
import { LEAST_MEAN } from './probabilities.js';
import { DenseLabels } from './row-labels.js';
import type { Checked, RowOptions } from './rows.js';

const NAME = 'categoricalCrossEntropy';
const CHECKS = { onEmpty, clip, normalize, classes, classWeight, fromLogits, labelSmoothing };

/** Soft labels and small losses take logarithms, where WebAssembly is faster sooner. */
const FEW = 16;

/** Categorical cross-entropy with rows of labels: {@link Engine.categoricalCrossEntropy}. */
export class CategoricalCrossEntropy extends Loss<RowOptions> {
  declare private readonly isPlain: boolean;

  /** @internal */
  constructor(backends: Backends, options: Readonly<RowOptions> = {}) {
    const labels = new DenseLabels(NAME, options);
    const isFromLogits = options.fromLogits === true;
    const formula = isFromLogits
      ? new DenseLogits(options as Checked<RowOptions>, labels)
      : new DenseProbabilities(options as Checked<RowOptions>, labels);
    super(NAME, backends, options, formula, FEW);
    const isPlain =
      !isFromLogits &&
      options.clip === undefined &&
      options.normalize !== true &&
      options.classWeight === undefined &&
      (options.labelSmoothing ?? 0) === 0;
    setHidden(this, { isPlain });
  }

  override with(options: RowOptions): CategoricalCrossEntropy {
    checkLoss(this, 'with');
    const call = `${this.name}.with`;
    const all = { ...this.options, ...checkOptions(call, options, CHECKS) };
    checkTogether(call, all);
    return new CategoricalCrossEntropy(this.backends, all);
  }

  /** @internal */
  protected override smallTotal(n: number, type: ElementType): number {
    const { classes } = this.options;
    if (classes === undefined || n % classes !== 0 || !this.isPlain) return 0;
    const { f64, total } = jsWorkspace;
    f64.categoricalTotal(smallTrue, smallPred, n, -100, LEAST_MEAN[type], total);
    return n / classes;
  }
}
