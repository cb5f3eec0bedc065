import { isFloat32Array, isFloat64Array, isNumeric, kindOf, type TypedArray } from '../arrays.js';
import type { Backends } from '../backends.js';
import type { Formula } from '../formula.js';
import { setHidden } from '../hidden.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import { checkLoss, Loss, unlessNaN } from '../loss.js';
import { asLabel, copyIn, FEW } from '../workspace.js';
import { DenseLogits } from './dense-logits.js';
import { DenseProbabilities } from './dense-probabilities.js';
import { IndexLogits } from './index-logits.js';
import { IndexProbabilities } from './index-probabilities.js';
import {
  checkOptions,
  checkTogether,
  classes,
  classWeight,
  clip,
  fromLogits,
  ignoreIndex,
  labelSmoothing,
  normalize,
  onEmpty,
} from './options.js';
import { LEAST_MEAN } from './probabilities.js';
import { ClassIndices, type SparseOptions } from './row-labels.js';
import type { Checked } from './rows.js';

const CHECKS = {
  onEmpty,
  clip,
  normalize,
  classes,
  classWeight,
  fromLogits,
  labelSmoothing,
  ignoreIndex,
};

/** With smoothing, every class has a part in the loss: class indices are spelled out, then. */
function formulaOf(options: Checked<SparseOptions>): Formula {
  const labels = new ClassIndices(options);
  const isSmoothed = (options.labelSmoothing ?? 0) !== 0;
  if (options.fromLogits === true) {
    return isSmoothed ? new DenseLogits(options, labels) : new IndexLogits(options, labels);
  }
  return isSmoothed
    ? new DenseProbabilities(options, labels)
    : new IndexProbabilities(options, labels);
}

/** Categorical cross-entropy with class indices: {@link Engine.sparseCategoricalCrossEntropy}. */
export class SparseCategoricalCrossEntropy extends Loss<SparseOptions> {
  declare private readonly isPlain: boolean;

  /** @internal */
  constructor(backends: Backends, options: Readonly<SparseOptions> = {}) {
    super(
      'sparseCategoricalCrossEntropy',
      backends,
      options,
      formulaOf(options as Checked<SparseOptions>),
    );
    const others = Object.keys(options).filter((name) => name !== 'classes' && name !== 'onEmpty');
    setHidden(this, { isPlain: others.length === 0 });
  }

  override with(options: SparseOptions): SparseCategoricalCrossEntropy {
    checkLoss(this, 'with');
    const call = `${this.name}.with`;
    const all = { ...this.options, ...checkOptions(call, options, CHECKS) };
    checkTogether(call, all);
    return new SparseCategoricalCrossEntropy(this.backends, all);
  }

  /**
   * As for other losses, with few probabilities and any array of labels that is not a proxy.
   *
   * @internal
   */
  protected override small(yTrue: unknown, yPred: unknown): number {
    const isFloat64 = isFloat64Array(yPred);
    if (!(isFloat64 || isFloat32Array(yPred)) || !this.isPlain) return 0;
    if (!ArrayBuffer.isView(yTrue) || !isNumeric(kindOf(yTrue))) return 0;
    const labels = yTrue as TypedArray;
    const rows = labels.length;
    const n = yPred.length;
    const classes = n / rows;
    if (n === 0 || n > FEW || !Number.isInteger(classes) || !this.backends.mayUseJs) return 0;
    if (this.options.classes !== undefined && this.options.classes !== classes) return 0;
    copyIn(yPred, 0, n, smallPred.array);
    for (let row = 0; row < rows; row++) smallTrue.array[row] = asLabel(labels[row]);
    const { f64, losses, ones, total } = jsWorkspace;
    const found = f64.rowsGather(smallTrue, smallPred, rows, classes, losses);
    if ((found & f64.rowsUnit(smallPred, n)) === 0) return 0;
    const least = LEAST_MEAN[isFloat64 ? 'f64' : 'f32'];
    f64.binaryTotal(ones, losses, rows, -100, least, total);
    return unlessNaN(rows);
  }

  /** @internal */
  /* v8 ignore next -- `small` is overridden, which would call it */
  protected override smallTotal(): number {
    return 0;
  }
}
