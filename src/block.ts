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
