// Integers of 64 bits, by their 32-bit halves: the lower one first, as WebAssembly has them and every
// engine's typed arrays. (A BigInt for each would take some 20 times as long.)
import type { FloatArray } from './arrays.js';

/** Whether numbers from 2⁶³ on are negative. */
export type Int64Format = 'int64' | 'uint64';

/** Integer i as float64, rounded once where that does not hold it. */
export function int64At(halves: Int32Array, i: number, format: Int64Format): number {
  return upperPart(halves, i, format) + (halves[2 * i] >>> 0);
}

/** Whether float64 does not hold integer i. */
export function isInt64Rounded(halves: Int32Array, i: number, format: Int64Format): boolean {
  const upper = upperPart(halves, i, format);
  const lower = halves[2 * i] >>> 0;
  // The upper part is 0 or the larger one: what is left of the sum is exact.
  return upper + lower - upper !== lower;
}

/** Writes n integers as float64, each rounded once; true if float64 holds them all. */
export function widenInt64(
  halves: Int32Array,
  from: number,
  n: number,
  format: Int64Format,
  to: FloatArray,
  at: number,
): boolean {
  let isExact = true;
  for (let i = 0; i < n; i++) {
    const upper = upperPart(halves, from + i, format);
    const lower = halves[2 * (from + i)] >>> 0;
    const sum = upper + lower;
    to[at + i] = sum;
    if (sum - upper !== lower) isExact = false;
  }
  return isExact;
}

/** Integer i as it is, for error messages. */
export function int64Text(halves: Int32Array, i: number, format: Int64Format): string {
  const bits = (BigInt(halves[2 * i + 1]) << 32n) | BigInt(halves[2 * i] >>> 0);
  return `${format === 'int64' ? bits : BigInt.asUintN(64, bits)}n`;
}

function upperPart(halves: Int32Array, i: number, format: Int64Format): number {
  const upper = halves[2 * i + 1];
  return (format === 'int64' ? upper : upper >>> 0) * 2 ** 32;
}
