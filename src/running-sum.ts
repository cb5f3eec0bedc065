import type { Block } from './block.js';
import { nearest, toUnits } from './exact.js';

/** Sums from here on are kept as integers, lest a part of them overflow. */
const HUGE = 2 ** 1000;

/**
 * The sum of any number of block totals, exactly (up to where it is infinite), and rounded only when it is
 * asked for: so its bits do not depend on the order in which they came, nor on how they were grouped.
 *
 * It is kept as three float64, which sum up what three times 53 bits can hold (a total is added in 6 ns),
 * and what those leave as an integer, which hardly any data ever need.
 */
export class RunningSum {
  private sum = 0;
  private rest = 0;
  private tail = 0;
  /** In units of 2^−1074. */
  private more: bigint | undefined = undefined;

  /** Adds an unevaluated sum of two numbers. */
  add(value: number, remainder: number): void {
    const { sum, rest, tail } = this;
    const next = sum + value;
    // (Nor if it is NaN.)
    if (!(Math.abs(next + remainder) < HUGE)) {
      this.addHuge(value, remainder);
      return;
    }
    const lost = sumError(sum, value, next);
    const withLost = rest + lost;
    const nextRest = withLost + remainder;
    const first = sumError(rest, lost, withLost);
    const second = sumError(withLost, remainder, nextRest);
    const withFirst = tail + first;
    const nextTail = withFirst + second;
    const left = sumError(tail, first, withFirst);
    const right = sumError(withFirst, second, nextTail);
    this.sum = next;
    this.rest = nextRest;
    this.tail = nextTail;
    if (left !== -right) this.addUnits(toUnits(left) + toUnits(right));
  }

  /** Adds the total that a kernel has left; true if it is NaN and wants a closer look. */
  addTotal({ array, at }: Block): boolean {
    this.add(array[at], array[at + 1]);
    return Number.isNaN(array[at]);
  }

  /** Adds another sum, which stays as it is. */
  addSum({ sum, rest, tail, more }: RunningSum): void {
    this.add(sum, rest);
    this.add(tail, 0);
    if (more !== undefined) this.addUnits(more);
  }

  /** Becomes what `store` has left of a sum. */
  load(from: Float64Array, at: number, more: bigint | undefined): void {
    this.take(from[at], from[at + 1], from[at + 2], more);
  }

  /** Leaves three numbers; what they do not hold it returns. */
  store(to: Float64Array, at: number): bigint | undefined {
    to[at] = this.sum;
    to[at + 1] = this.rest;
    to[at + 2] = this.tail;
    return this.more;
  }

  /** The sum, rounded once. */
  get value(): number {
    this.settle();
    return this.sum;
  }

  /** The sum over a number, rounded once. */
  over(divisor: number): number {
    // (Of two numbers, the quotient takes care of that itself.)
    if (this.tail !== 0 || this.more !== undefined) this.settle();
    return quotient(this.sum, this.rest, divisor);
  }

  /**
   * The sum as numbers that it is the sum of: the float64 nearest to it, that nearest to what is left, and
   * so on until nothing is. One sum has one such list.
   */
  get parts(): readonly number[] {
    this.settle();
    const parts = [this.sum, this.rest, this.tail];
    let more = this.more ?? 0n;
    while (more !== 0n) {
      const part = nearest(more);
      parts.push(part);
      more -= toUnits(part);
    }
    while (parts.length > 1 && parts[parts.length - 1] === 0) parts.pop();
    return parts;
  }

  /** Where a number is infinite or NaN, or so large that a sum of float64 might overflow. */
  private addHuge(value: number, remainder: number): void {
    const { sum } = this;
    if (!Number.isFinite(sum) || !Number.isFinite(value)) {
      // (An infinite total has a remainder that is NaN.)
      this.take(sum + value, 0, 0, undefined);
      return;
    }
    // (So may one have that nearly overflows: its additions do.)
    const lesser = Number.isFinite(remainder) ? toUnits(remainder) : 0n;
    this.take(0, 0, 0, this.units() + toUnits(value) + lesser);
  }

  private addUnits(units: bigint): void {
    if (Number.isFinite(this.sum)) this.more = (this.more ?? 0n) + units;
  }

  /** All of it, which must be finite. */
  private units(): bigint {
    return toUnits(this.sum) + toUnits(this.rest) + toUnits(this.tail) + (this.more ?? 0n);
  }

  private take(sum: number, rest: number, tail: number, more: bigint | undefined): void {
    this.sum = sum;
    this.rest = rest;
    this.tail = tail;
    this.more = more;
  }

  /** Makes each number the float64 nearest to what those before it leave of the sum. */
  private settle(): void {
    if (this.more !== undefined) {
      this.settleUnits();
      return;
    }
    const { sum, rest, tail } = this;
    if (!Number.isFinite(sum)) return;
    const both = sum + rest;
    const lost = sumError(sum, rest, both);
    const low = lost + tail;
    const least = sumError(lost, tail, low);
    const high = both + low;
    const left = sumError(both, low, high);
    if (least === 0) {
      this.take(high, left, 0, undefined);
      return;
    }
    // Unless both are of one size, `high` is the nearest to the sum of three, too: `left` is a multiple
    // of the last digit of `low`, and `least` at most half of that.
    if (!(Math.abs(low) * 8 < Math.abs(high))) {
      this.settleUnits();
      return;
    }
    // But if `left` is half the last digit of `high`, `least` decides.
    const further = high + 2 * left;
    const isBeyond = left > 0 === least > 0 && left !== 0 && further - high === 2 * left;
    const remaining = isBeyond ? -left : left;
    const nextRest = remaining + least;
    const nextTail = sumError(remaining, least, nextRest);
    this.take(isBeyond ? further : high, nextRest, nextTail, undefined);
  }

  private settleUnits(): void {
    let units = this.units();
    const next = (): number => {
      const part = nearest(units);
      if (Number.isFinite(part)) units -= toUnits(part);
      return part;
    };
    const sum = next();
    // Beyond all float64 it stays: there are no negative losses, nor weights.
    if (!Number.isFinite(sum)) this.take(sum, 0, 0, undefined);
    else this.take(sum, next(), next(), units === 0n ? undefined : units);
  }
}

/** The rounding error of sum = a + b (Knuth's TwoSum: exact whichever is larger). */
function sumError(a: number, b: number, sum: number): number {
  const z = sum - a;
  return a - (sum - z) + (b - z);
}

/** Splits a float64 in two of 26 bits (Veltkamp). */
const SPLITTER = 2 ** 27 + 1;

/**
 * (value + remainder)/divisor, rounded once but for a last digit in a thousand million: the same bits for
 * the same sum, whatever the two numbers that make it.
 */
export function quotient(value: number, remainder: number, divisor: number): number {
  const sum = value + remainder;
  const rest = sumError(value, remainder, sum);
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
  if (Number.isFinite(result)) return result;
  // Something is infinite on the way: then the plain quotient is as good. (The remainder of an infinite
  // value is NaN.)
  return (Number.isNaN(sum) ? value : sum) / divisor;
}
