import type { Block } from './block.js';
import { Fold } from './blocks.js';
import type { Formula } from './formula.js';
import { addTotal, type Pass } from './pass.js';
import type { Source } from './source.js';
import { domainError } from './validate.js';

/**
 * What the sum of weighted losses is divided by to make their mean. A mean over 0 is NaN. Samples that
 * `ignoreIndex` leaves out count for nothing.
 *
 * - `'weight'`: Σᵢ wᵢ, w the sampleWeight (scikit-learn; PyTorch's `mse_loss` and `l1_loss`); with
 *   class indices Σᵢ wᵢ·c_yᵢ, c the classWeight (PyTorch's `cross_entropy`).
 * - `'count'`: the number of samples (Keras).
 * - `'nonzero'`: the number of samples with wᵢ ≠ 0 (TensorFlow).
 */
export type Denominator = 'weight' | 'count' | 'nonzero';

/** A tally as numbers. */
export interface TallyParts {
  readonly count: number;
  readonly nonzero: number;
  readonly weight: readonly [sum: number, rest: number];
}

/** The share of a sample that is left out. */
export const LEFT_OUT = -1;

/** What a mean is divided by: sums over samples, apart from their losses. */
export class Tally {
  /** Samples, but for those that are left out. */
  count = 0;
  /** Those of them whose sampleWeight is not 0, if that is the denominator. */
  nonzero = 0;
  readonly denominator: Denominator;
  /** Σ of what they count for. */
  private readonly weights = new Fold();

  constructor(denominator: Denominator) {
    this.denominator = denominator;
  }

  /** What the sum of the losses is divided by. */
  get divisor(): number {
    return this[this.denominator];
  }

  get weight(): number {
    return this.weights.value;
  }

  copy(): Tally {
    const copy = new Tally(this.denominator);
    copy.addParts(this.parts);
    return copy;
  }

  get parts(): TallyParts {
    return { count: this.count, nonzero: this.nonzero, weight: this.weights.parts };
  }

  addParts({ count, nonzero, weight }: TallyParts): void {
    this.count += count;
    this.nonzero += nonzero;
    this.weights.add(weight[0], weight[1]);
  }

  /** Adds samples from … from + n − 1, at most a block; throws for a sampleWeight that is none. */
  addBlock(pass: Pass, formula: Formula, from: number, n: number): void {
    const { workspace, weights } = pass;
    const { factors, f64, total } = workspace;
    if (weights !== undefined) checkWeights(pass, weights, from, n);
    if (formula.writeShares !== undefined) {
      formula.writeShares(pass, from, n, factors);
      this.addShares(factors, from, n, weights);
      f64.sumTotal(factors, n, total);
      addTotal(pass, this.weights);
    } else if (weights !== undefined) {
      f64.sumTotal(workspace.weights(weights, from, n), n, total);
      addTotal(pass, this.weights);
      this.count += n;
      if (this.denominator === 'nonzero') this.nonzero += nonzeros(weights, from, n);
    } else {
      this.addPlain(n);
    }
  }

  /** Adds samples that each count for 1. */
  addPlain(n: number): void {
    this.count += n;
    this.nonzero += n;
    this.weights.add(n, 0);
  }

  /** Makes weights of shares. */
  private addShares(shares: Block, from: number, n: number, weights: Source | undefined): void {
    const { array, at } = shares;
    for (let i = 0; i < n; i++) {
      const weight = weights === undefined ? 1 : weights.at(from + i);
      if (array[at + i] === LEFT_OUT) {
        array[at + i] = 0;
      } else {
        this.count++;
        if (weight !== 0) this.nonzero++;
        array[at + i] *= weight;
      }
    }
  }
}

/** Throws for the first weight of a block that is not a finite number ≥ 0. */
function checkWeights({ workspace }: Pass, weights: Source, from: number, n: number): void {
  if (workspace.f64.rowsFinite(workspace.weights(weights, from, n), n) === 1) return;
  for (let i = from; i < from + n; i++) {
    const value = weights.at(i);
    if (!(value >= 0 && value < Infinity)) throw domainError(weights, i, 'a finite weight ≥ 0');
  }
}

function nonzeros(weights: Source, from: number, n: number): number {
  let count = 0;
  for (let i = from; i < from + n; i++) if (weights.at(i) !== 0) count++;
  return count;
}
