// Every loss: its name, its options with their checks, and its mathematics.
import type { Definition } from '../definition.js';
import * as kernels from '../kernels.js';
import { BinaryLogits } from './binary-logits.js';
import { BinaryProbabilities } from './binary-probabilities.js';
import { DenseLogits } from './dense-logits.js';
import { DenseProbabilities } from './dense-probabilities.js';
import { IndexLogits } from './index-logits.js';
import { IndexProbabilities } from './index-probabilities.js';
import {
  type BinaryOptions,
  type Checked,
  checkScope,
  classes,
  classWeight,
  clip,
  delta,
  fromLogits,
  type HuberOptions,
  ignoreIndex,
  type LossOptions,
  labelSmoothing,
  level,
  normalize,
  onEmpty,
  positiveWeight,
  type QuantileOptions,
  type RowOptions,
  type SparseOptions,
} from './options.js';
import { PointwiseFormula } from './pointwise.js';
import { ClassIndices, DenseLabels } from './row-labels.js';

/** Under this many elements JavaScript is the faster; */
const FEW = 16;
/** where there are logarithms, under this many. */
const FEW_LOGARITHMS = 8;

export const squaredError: Definition<LossOptions> = {
  name: 'squaredError',
  options: { onEmpty },
  few: FEW,
  formula: () => new PointwiseFormula(kernels.squared),
};

export const absoluteError: Definition<LossOptions> = {
  name: 'absoluteError',
  options: { onEmpty },
  few: FEW,
  formula: () => new PointwiseFormula(kernels.absolute),
};

export const huber: Definition<HuberOptions> = {
  name: 'huber',
  options: { onEmpty, delta },
  few: FEW,
  formula: ({ delta = 1 }) => new PointwiseFormula(kernels.huber, delta),
};

export const quantile: Definition<QuantileOptions> = {
  name: 'quantile',
  options: { onEmpty, quantile: level },
  few: FEW,
  formula: ({ quantile: q = 0.5 }) => new PointwiseFormula(kernels.quantile, q),
};

export const binaryCrossEntropy: Definition<BinaryOptions> = {
  name: 'binaryCrossEntropy',
  options: { onEmpty, clip, fromLogits, labelSmoothing, positiveWeight },
  few: FEW_LOGARITHMS,
  formula: (options) =>
    options.fromLogits === true ? new BinaryLogits(options) : new BinaryProbabilities(options),
};

export const categoricalCrossEntropy: Definition<RowOptions> = {
  name: 'categoricalCrossEntropy',
  options: {
    onEmpty,
    clip,
    normalize,
    check: checkScope,
    classes,
    classWeight,
    fromLogits,
    labelSmoothing,
  },
  few: FEW_LOGARITHMS,
  formula(options) {
    const checked = options as Checked<RowOptions>;
    const labels = new DenseLabels(this.name, options);
    return options.fromLogits === true
      ? new DenseLogits(checked, labels)
      : new DenseProbabilities(checked, labels);
  },
};

export const sparseCategoricalCrossEntropy: Definition<SparseOptions> = {
  name: 'sparseCategoricalCrossEntropy',
  options: {
    onEmpty,
    clip,
    normalize,
    check: checkScope,
    classes,
    classWeight,
    fromLogits,
    labelSmoothing,
    ignoreIndex,
  },
  few: FEW_LOGARITHMS,
  formula(options) {
    const checked = options as Checked<SparseOptions>;
    const labels = new ClassIndices(checked);
    // With smoothing, every class has a part in the loss: class indices are spelled out, then.
    const isSmoothed = (options.labelSmoothing ?? 0) !== 0;
    if (options.fromLogits === true) {
      return isSmoothed ? new DenseLogits(checked, labels) : new IndexLogits(checked, labels);
    }
    return isSmoothed
      ? new DenseProbabilities(checked, labels)
      : new IndexProbabilities(checked, labels);
  },
};
