/** A running sum of block totals in compensated float64, in the order of the blocks. */
import type { Block } from './block.js';
export class RunningSum {
  private sum: number;
  private rest: number;

  constructor(sum = 0, rest = 0) {
    this.sum = sum;
    this.rest = rest;
  }

  add(value: number, remainder: number): void {
    const next = this.sum + value;
    const z = next - this.sum;
    this.rest += this.sum - (next - z) + (value - z) + remainder;
    this.sum = next;
  }

  /** Adds the total that a kernel has left; true if it is NaN and wants a closer look. */
  addTotal({ array, at }: Block): boolean {
    this.add(array[at], array[at + 1]);
    return Number.isNaN(array[at]);
  }

  get value(): number {
    // The remainder of an infinite sum is NaN; the sum itself says which infinity, or NaN.
    return Number.isFinite(this.sum) ? this.sum + this.rest : this.sum;
  }

  /** The sum over a number, rounded once. */
  over(divisor: number): number {
    return quotient(this.sum, this.rest, divisor);
  }

  /** The sum as two numbers, which one can be made of, or which can be added to one. */
  get parts(): readonly [sum: number, rest: number] {
    return [this.sum, this.rest];
  }
}

/** Splits a float64 in two of 26 bits (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;

/** (sum + rest)/divisor, rounded once but for a last digit in a thousand million. */
export function quotient(sum: number, rest: number, divisor: number): number {
  const q = sum / divisor;
  // q · divisor exactly (Dekker): what is left of the sum is divided, too.
  const product = q * divisor;
  const a = q * SPLITTER;
  const qHigh = a - (a - q);
  const qLow = q - qHigh;
  const b = divisor * SPLITTER;
  const dHigh = b - (b - divisor);
  const dLow = divisor - dHigh;
  const error = qHigh * dHigh - product + qHigh * dLow + qLow * dHigh + qLow * dLow;
  const result = q + (sum - product - error + rest) / divisor;
  // Not a number where something is infinite on the way: then the plain quotient is as good.
  return Number.isFinite(result) ? result : (Number.isFinite(sum) ? sum + rest : sum) / divisor;
}
