import type { Backends } from '../backends.js';
import { jsWorkspace, smallPred, smallTrue } from '../js/workspace.js';
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
import { LEAST_MEAN, type ProbabilityOptions } from './probabilities.js';

/** Options of binary cross-entropy. */
export interface BinaryOptions extends ProbabilityOptions {
  /** Whether predictions are logits z, with p = 1/(1 + e⁻ᶻ), rather than probabilities. */
  fromLogits?: boolean;
  /** α in [0, 1]: y becomes y(1 − α) + α/2 first. */
  labelSmoothing?: number;
  /** The weight of the term of y = 1; 1 unless given. */
  positiveWeight?: number;
}

const CHECKS = { onEmpty, clip, fromLogits, labelSmoothing, positiveWeight };

/** Soft labels and small losses take logarithms, where WebAssembly is faster sooner. */
const FEW = 16;

/** Binary cross-entropy: {@link Engine.binaryCrossEntropy}. */
export class BinaryCrossEntropy extends Loss<BinaryOptions> {
  private readonly isPlain: boolean;

  constructor(backends: Backends, options: Readonly<BinaryOptions> = {}) {
    const { fromLogits, labelSmoothing, positiveWeight, clip } = options;
    const isFromLogits = fromLogits === true;
    const formula = isFromLogits ? new BinaryLogits(options) : new BinaryProbabilities(options);
    super('binaryCrossEntropy', backends, options, formula, FEW);
    this.isPlain =
      !isFromLogits &&
      clip === undefined &&
      (labelSmoothing ?? 0) === 0 &&
      (positiveWeight ?? 1) === 1;
  }

  override with(options: BinaryOptions): BinaryCrossEntropy {
    const call = `${this.name}.with`;
    const all = { ...this.options, ...checkOptions(call, options, CHECKS) };
    checkTogether(call, all);
    return new BinaryCrossEntropy(this.backends, all);
  }

  protected override smallTotal(n: number, type: ElementType): number {
    if (!this.isPlain) return 0;
    const { f64, total } = jsWorkspace;
    f64.binaryTotal(smallTrue, smallPred, n, -100, LEAST_MEAN[type], total);
    return n;
  }

  protected override smallEach(n: number): boolean {
    if (!this.isPlain) return false;
    const { f64, losses } = jsWorkspace;
    return f64.binaryEach(smallTrue, smallPred, n, 1, -100, losses) === 1;
  }
}
