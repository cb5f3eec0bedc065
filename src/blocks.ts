/** A running sum of block totals in compensated float64, in the order of the blocks. */
export class Fold {
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

  get value(): number {
    // The remainder of an infinite sum is NaN; the sum itself says which infinity, or NaN.
    return Number.isFinite(this.sum) ? this.sum + this.rest : this.sum;
  }

  /** The sum as two numbers, which a fold can be made of, or which can be added to one. */
  get parts(): readonly [sum: number, rest: number] {
    return [this.sum, this.rest];
  }
}

/** The loop: `visit(from, count)` for every block of at most `size` of n, in order. */
export function forEachBlock(
  n: number,
  size: number,
  visit: (from: number, count: number) => void,
): void {
  for (let from = 0; from < n; from += size) visit(from, Math.min(size, n - from));
}
