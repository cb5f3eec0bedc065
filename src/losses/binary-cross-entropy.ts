import type { Backends } from '../backends.js';
import { setHidden } from '../hidden.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
import * as kernels from '../kernels.js';
import { Loss } from '../loss.js';
import type { ElementType } from '../workspace.js';
import { BinaryLogits } from './binary-logits.js';
import { BinaryProbabilities } from './binary-probabilities.js';
import {
  checkOptions,
  checkTogether,
  clip,
  fromLogits,
  labelSmoothing,
  onEmpty,
  positiveWeight,
} from './options.js';
import { FLOOR, LEAST_MEAN, type ProbabilityOptions } from './probabilities.js';

/** Options of binary cross-entropy. Labels are smoothed first, then weighted. */
export interface BinaryOptions extends ProbabilityOptions {
  /** Whether predictions are logits z, with p = σ(z) = 1/(1 + e⁻ᶻ), rather than probabilities. */
  fromLogits?: boolean;
  /** α in [0, 1], 0 unless given: y becomes y(1 − α) + α/2 first (Keras's `label_smoothing`). */
  labelSmoothing?: number;
  /**
   * c, finite and ≥ 0, 1 unless given: the weight of the term of y (PyTorch's `pos_weight`).
   *
   * - Probabilities: −(c·y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)), gradient
   *   ((p − y) + (1 − c)·y·(1 − p)) / max(p(1 − p), 1e-12).
   * - Logits: (1 − y)z + (1 + (c − 1)y)·(log1p(e^−|z|) + max(−z, 0)), gradient
   *   σ(z)·(1 + (c − 1)y) − c·y.
   */
  positiveWeight?: number;
}

const CHECKS = { onEmpty, clip, fromLogits, labelSmoothing, positiveWeight };

/** Soft labels and small losses take logarithms, where WebAssembly is faster sooner. */
const FEW = 16;

/** Binary cross-entropy: {@link Engine.binaryCrossEntropy}. */
export class BinaryCrossEntropy extends Loss<BinaryOptions> {
  declare private readonly isFromLogits: boolean;
  /** Nothing is done to labels or predictions that a kernel does not do. */
  declare private readonly isPlain: boolean;

  /** @internal */
  constructor(backends: Backends, options: Readonly<BinaryOptions> = {}) {
    const { fromLogits, labelSmoothing, positiveWeight, clip } = options;
    const isFromLogits = fromLogits === true;
    const formula = isFromLogits ? new BinaryLogits(options) : new BinaryProbabilities(options);
    super('binaryCrossEntropy', backends, options, formula, FEW);
    const isPlain =
      clip === undefined && (labelSmoothing ?? 0) === 0 && (positiveWeight ?? 1) === 1;
    setHidden(this, { isFromLogits, isPlain });
  }

  override with(options: BinaryOptions): BinaryCrossEntropy {
    checkLoss(this, 'with');
    const call = `${this.name}.with`;
    const all = { ...this.options, ...checkOptions(call, options, CHECKS) };
    checkTogether(call, all);
    return new BinaryCrossEntropy(this.backends, all);
  }

  /** @internal */
  protected override smallTotal(n: number, type: ElementType): number {
    if (!this.isPlain) return 0;
    const { f64, total } = jsWorkspace;
    if (this.isFromLogits) jsWorkspace[type].logitsTotal(smallTrue, smallPred, n, total);
    else
      workspace
        .of(kernels.binary)
        .f64.total(smallTrue, smallPred, n, FLOOR, LEAST_MEAN[type], total);
    return n;
  }

  /** @internal */
  protected override smallEach(n: number): boolean {
    if (!this.isPlain) return false;
    const { f64, losses } = jsWorkspace;
    const numbers = this.isFromLogits
      ? workspace.of(kernels.logits).f64.each(smallTrue, smallPred, n, 1, losses)
      : workspace.of(kernels.binary).f64.each(smallTrue, smallPred, n, 1, FLOOR, losses);
    return numbers === 1;
  }
}
