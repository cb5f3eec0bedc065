/**
 * The exact mean, to some 30 digits: sums and products of pairs of float64 (double-double), with
 * every rounding error kept by Knuth's sum and Dekker's product. Logarithms are not added up:
 * Σ ln qᵢ = ln Π qᵢ, so that one logarithm of the product is all there is.
 */
import { type Arrays, CLASSES, type TaskName } from './task';

const SPLITTER = 2 ** 27 + 1;
/** ln 2 as the nearest float64, and what is left. */
const LN2 = { high: Math.LN2, low: 2.3190468138462996e-17 };
/** Far above the least float64: a product of two such numbers still has all its digits. */
const SMALL = 2 ** -300;

/** A number as an unevaluated sum of two. */
export class Double {
  high: number;
  low: number;

  constructor(high = 0, low = 0) {
    this.high = high;
    this.low = low;
  }

  /** this += high + low. */
  add(high: number, low: number): void {
    const sum = this.high + high;
    const part = sum - this.high;
    const error = this.high - (sum - part) + (high - part);
    this.renormalize(sum, error + (this.low + low));
  }

  /** this *= high + low. */
  multiply(high: number, low: number): void {
    const product = this.high * high;
    const error = productError(this.high, high, product);
    this.renormalize(product, error + (this.high * low + this.low * high));
  }

  /** this /= n, a whole number. */
  divide(n: number): void {
    const quotient = this.high / n;
    const product = quotient * n;
    const rest = this.high - product - productError(quotient, n, product) + this.low;
    this.renormalize(quotient, rest / n);
  }

  /** How far a value is from this, in parts of this. */
  relativeError(value: number): number {
    const difference = value - this.high - this.low;
    return difference === 0 ? 0 : Math.abs(difference / this.high);
  }

  private renormalize(high: number, low: number) {
    this.high = high + low;
    this.low = low - (this.high - high);
  }
}

/** a·b − product, exactly. */
function productError(a: number, b: number, product: number): number {
  const a1 = SPLITTER * a - (SPLITTER * a - a);
  const b1 = SPLITTER * b - (SPLITTER * b - b);
  const a2 = a - a1;
  const b2 = b - b1;
  return a2 * b2 - (product - a1 * b1 - a2 * b1 - a1 * b2);
}

/** The exact mean of a task's loss. */
export function exactMean(loss: TaskName, arrays: Arrays): Double {
  const { yTrue } = arrays;
  const sum = loss.endsWith('CrossEntropy') ? logarithms(loss, arrays) : differences(loss, arrays);
  sum.divide(yTrue.length);
  return sum;
}

function differences(loss: TaskName, { yTrue, yPred }: Arrays): Double {
  const sum = new Double();
  const term = new Double();
  for (let i = 0; i < yPred.length; i++) {
    const [p, y] = [yPred[i] as number, yTrue[i] as number];
    // |p − y|, exactly.
    term.high = p;
    term.low = 0;
    term.add(-y, 0);
    if (term.high < 0) {
      term.high = -term.high;
      term.low = -term.low;
    }
    if (loss === 'squaredError') {
      term.multiply(term.high, term.low);
    } else if (loss === 'huber' && term.high <= 1) {
      term.multiply(term.high, term.low);
      term.high /= 2;
      term.low /= 2;
    } else if (loss === 'huber') {
      term.add(-0.5, 0);
    }
    sum.add(term.high, term.low);
  }
  return sum;
}

/** −ln Π qᵢ, where qᵢ is the probability that was given to the truth. */
function logarithms(loss: TaskName, { yTrue, yPred }: Arrays): Double {
  const product = new Double(1);
  const factor = new Double();
  let exponent = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const y = yTrue[i] as number;
    factor.high = loss === 'binaryCrossEntropy' ? 1 - y : 0;
    factor.low = 0;
    if (loss === 'binaryCrossEntropy') {
      const p = yPred[i] as number;
      factor.add(y === 1 ? p : -p, 0);
    } else {
      factor.add(yPred[i * CLASSES + y] as number, 0);
    }
    product.multiply(factor.high, factor.low);
    if (product.high < SMALL) {
      product.multiply(1 / SMALL, 0);
      exponent += Math.log2(SMALL);
    }
  }
  // In [1, 2) the logarithm's own rounding is far below the sum's last digit.
  const last = Math.floor(Math.log2(product.high));
  product.multiply(2 ** -last, 0);
  const sum = new Double(-LN2.high, -LN2.low);
  sum.multiply(exponent + last, 0);
  sum.add(-Math.log(product.high), -product.low / product.high);
  return sum;
}
