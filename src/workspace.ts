import type { FloatArray, TypedArray } from './arrays.js';
import type { Block } from './block.js';
import type { Float64Kernels, Kernels } from './kernels.js';
import type { Source } from './source.js';

/** The element type a kernel reads. */
export type ElementType = 'f32' | 'f64';

/** A backend's scratch and kernels: the place where blocks of arguments become readable. */
export interface Workspace {
  readonly backend: 'wasm' | 'js';
  readonly f32: Kernels;
  readonly f64: Float64Kernels;
  /** Where a kernel leaves a total. */
  readonly total: Block;
  /** Room for a block of float64: the losses of samples. */
  readonly losses: Block;
  /** Room for a block of float64: probabilities that were normalized or clipped. */
  readonly prepared: Block;
  /** A block of ones. */
  readonly ones: Block;
  /** Elements from … from + n − 1 where a kernel of that type can read them: in place if it can. */
  yTrue(source: Source, from: number, n: number, type: ElementType): Block;
  yPred(source: Source, from: number, n: number, type: ElementType): Block;
  /** The same, copied and widened into `prepared`, where they may be changed. */
  copy(source: Source, from: number, n: number): Block;
  /** Class indices; −1 for what is not an integer that an int32 holds. */
  labels(source: Source, from: number, n: number): Block;
  /** Where a kernel may write n float64 that belong at out[from]: in place if it can. */
  target(out: FloatArray, from: number): Block;
  /** Brings what was written to `target` where it belongs. */
  store(written: Block, out: FloatArray, from: number, n: number): void;
  /** Forgets the caller's arrays. */
  release(): void;
}

/** Up to this many elements a loop copies faster than `set`. */
export const FEW = 64;

/** Writes n elements to out, rounding once to its type. */
export function copyOut(
  from: Float64Array,
  at: number,
  out: FloatArray,
  start: number,
  n: number,
): void {
  if (n > FEW) out.set(from.subarray(at, at + n), start);
  else for (let i = 0; i < n; i++) out[start + i] = from[at + i];
}

/** Copies n elements, converting them to the type of `to`. */
export function copyIn(values: TypedArray, from: number, n: number, to: TypedArray): void {
  if (n <= FEW) for (let i = 0; i < n; i++) to[i] = values[from + i];
  else to.set(n === values.length ? values : values.subarray(from, from + n));
}

/** v as a class index, −1 if it is not an integer that an int32 holds. */
export function asLabel(v: number): number {
  return v === (v | 0) ? v : -1;
}
