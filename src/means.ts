// What the sum of the losses is divided by, and the mean that it makes.

import type { Argument } from './argument.js';
import type { Block } from './block.js';
import type { Call } from './call.js';
import type { Core } from './definition.js';
import type { Formula } from './formula.js';
import { zeroWeights } from './kept.js';
import { RunningSum } from './running-sum.js';
import { checkChoice } from './validate.js';

/** Whether it is the mean of the samples' losses, or their sum. */
export type Reduction = 'mean' | 'sum';

/**
 * What the sum of weighted losses is divided by to make their mean. Samples that `ignoreIndex` leaves
 * out count for nothing; where no other has a weight, it is the mean of nothing, whatever is asked for.
 * A mean over 0 is NaN.
 *
 * - `'weight'`: Σᵢ wᵢ, w the sampleWeight (scikit-learn; PyTorch's `mse_loss` and `l1_loss`); with
 *   class indices Σᵢ wᵢ·c_yᵢ, c the classWeight (PyTorch's `cross_entropy`).
 * - `'count'`: the number of samples (Keras).
 * - `'nonzero'`: the number of samples with wᵢ ≠ 0 (TensorFlow).
 */
export type Denominator = 'weight' | 'count' | 'nonzero';

/** The share of a sample that `ignoreIndex` leaves out. */
export const LEFT_OUT = -1;

/** What a mean is divided by: sums over samples, apart from their losses. */
export class Divisor {
  /** Samples, whatever their weights, but for those that `ignoreIndex` leaves out. */
  count = 0;
  /** Those of them whose sampleWeight is not 0: without any, it is the mean of nothing. */
  nonzero = 0;
  /** Samples of the blocks added whose sampleWeight is 0, ignored or not. */
  zeros = 0;
  readonly denominator: Denominator;
  /** Σ of what they count for, unless each has counted for 1. */
  private sum: RunningSum | undefined;

  constructor(denominator: Denominator) {
    this.denominator = denominator;
  }

  /** What the sum of the losses is divided by. */
  get value(): number {
    return this[this.denominator];
  }

  get weight(): number {
    return this.sum === undefined ? this.count : this.sum.value;
  }

  /** Σ of what they count for. */
  get weights(): RunningSum {
    if (this.sum === undefined) {
      this.sum = new RunningSum();
      this.sum.add(this.count, 0);
    }
    return this.sum;
  }

  /** Adds what another one has counted. */
  add(other: Divisor): void {
    if (other.sum !== undefined) this.weights.addSum(other.sum);
    else this.sum?.add(other.count, 0);
    this.count += other.count;
    this.nonzero += other.nonzero;
  }

  /** Adds samples from … from + n − 1, at most a block, so many of them of weight 0. */
  addBlock(call: Call, formula: Formula, from: number, n: number, zeros: number): void {
    const { workspace, weights } = call;
    const { shares, total } = workspace;
    this.zeros += zeros;
    if (formula.writeShares !== undefined) {
      formula.writeShares(call, from, n, shares);
      const sum = this.weights;
      this.addShares(shares, from, n, weights);
      workspace.sum.f64.total(shares, n, total);
      sum.addTotal(call.workspace.total);
    } else if (weights !== undefined) {
      const sum = this.weights;
      workspace.sum.f64.total(workspace.weights(weights, from, n), n, total);
      sum.addTotal(call.workspace.total);
      this.count += n;
      this.nonzero += n - zeros;
    } else {
      this.addPlain(n);
    }
  }

  /** Adds n samples, so many of them of weight 0, and the sum of all weights. */
  addWeights(n: number, zeros: number, sum: number, rest: number): void {
    this.weights.add(sum, rest);
    this.count += n;
    this.nonzero += n - zeros;
    this.zeros += zeros;
  }

  /** Adds samples that each count for 1. */
  addPlain(n: number): void {
    this.count += n;
    this.nonzero += n;
    this.sum?.add(n, 0);
  }

  /** Makes weights of shares. */
  private addShares(shares: Block, from: number, n: number, weights: Argument | undefined): void {
    const { array, at } = shares;
    // (Counted here: members of `this` take 10 ns a sample.)
    let count = 0;
    let nonzero = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights === undefined ? 1 : weights.at(from + i);
      if (array[at + i] === LEFT_OUT) {
        array[at + i] = 0;
      } else {
        count++;
        if (weight !== 0) nonzero++;
        array[at + i] *= weight;
      }
    }
    this.count += count;
    this.nonzero += nonzero;
  }
}

/** Of any number of samples: their losses, and what they count for. */
export class Sums {
  readonly losses = new RunningSum();
  readonly divisor: Divisor;

  constructor(denominator: Denominator) {
    this.divisor = new Divisor(denominator);
  }

  add({ losses, divisor }: Sums): void {
    this.losses.addSum(losses);
    this.divisor.add(divisor);
  }

  copy(): Sums {
    const copy = new Sums(this.divisor.denominator);
    copy.add(this);
    return copy;
  }
}

/**
 * The divisor to add blocks to; undefined where each sample counts for 1, which is counted here, because
 * a block of squared errors takes no longer than twenty calls.
 */
export function openDivisor({ formula }: Core, call: Call, divisor: Divisor): Divisor | undefined {
  if (call.weights !== undefined || formula.writeShares !== undefined) return divisor;
  divisor.addPlain(call.n);
  return undefined;
}

/** What all samples count for. */
export function divisorOf(core: Core, call: Call, denominator: Denominator): Divisor {
  const divisor = new Divisor(denominator);
  const opened = openDivisor(core, call, divisor);
  if (opened === undefined) return divisor;
  try {
    const { threads } = core.backends;
    const isDone = threads?.run({ verb: 'divide', core, call, divisor }) !== undefined;
    for (let from = isDone ? call.n : 0; from < call.n; from += call.blockSize) {
      const n = Math.min(call.blockSize, call.n - from);
      opened.addBlock(call, core.formula, from, n, zeroWeights(call, from, n));
    }
  } finally {
    call.workspace.release();
  }
  return divisor;
}

/** The mean: a sum over its divisor. */
export function meanOf(
  core: Core,
  callName: string,
  running: RunningSum,
  divisor: Divisor,
): number {
  return divisor.nonzero > 0 ? running.over(divisor.value) : meanOfNothing(core, callName, divisor);
}

/** The mean where no sample counts, and its derivative. */
export function meanOfNothing({ options }: Core, callName: string, { count }: Divisor): number {
  if (options.onEmpty === 'throw') {
    const [wanted, got] = count === 0 ? ['', '0'] : [' whose weight is not 0', `${count} of 0`];
    throw new RangeError(`${callName}: expected at least one sample${wanted}, got ${got}`);
  }
  return options.onEmpty === 'zero' ? 0 : NaN;
}

const DENOMINATORS: readonly Denominator[] = ['weight', 'count', 'nonzero'];
const REDUCTIONS: readonly Reduction[] = ['mean', 'sum'];

export function asDenominator(callName: string, value: unknown): Denominator {
  return value === undefined ? 'weight' : checkChoice(callName, 'denominator', value, DENOMINATORS);
}

export function asReduction(callName: string, value: unknown): Reduction {
  return value === undefined ? 'mean' : checkChoice(callName, 'reduction', value, REDUCTIONS);
}
