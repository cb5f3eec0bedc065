/**
 * Numbers a kernel reads or writes. The JavaScript kernels use `array` from index `at` on, the
 * WebAssembly kernels the address `ptr`; a block in WebAssembly memory that TypeScript looks into,
 * too, has all three.
 */
export interface Block {
  array: Float64Array;
  at: number;
  ptr: number;
}

/** How many elements a kernel sees at most: two blocks of float64 fit in a 48 KB L1 cache. */
export const BLOCK = 2048;

/** A block of one number. (As a function: of a chain of calls, bundlers do not know what to leave out.) */
export function filled(value: number): Float64Array {
  return new Float64Array(BLOCK).fill(value);
}

/** The loop: `visit(from, count)` for every block of at most `size` of n, in order. */
export function forEachBlock(
  n: number,
  size: number,
  visit: (from: number, count: number) => void,
): void {
  for (let from = 0; from < n; from += size) visit(from, Math.min(size, n - from));
}

/** As many whole samples as a block holds; one, if it holds none. */
export function samplesPerBlock(classes: number): number {
  return classes === 1 ? BLOCK : Math.max(1, Math.floor(BLOCK / classes));
}
