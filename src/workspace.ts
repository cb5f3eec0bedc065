import type { Argument } from './argument.js';
import type { FloatArray, TypedArray } from './arrays.js';
import type { Block } from './block.js';
import type { dot, Kernels, numbers, sum } from './kernels.js';

/** The element type a kernel reads. */
export type ElementType = 'f32' | 'f64';

/** Room for a block of float64 in the workspace, where TypeScript can look into it, too. */
export interface Scratch {
  /** The losses of samples. */
  readonly losses: Block;
  /** Probabilities that were normalized or clipped. */
  readonly prepared: Block;
  /** Labels that were smoothed or weighted, or class indices spelled out. */
  readonly targets: Block;
  /** What each sample's gradient is multiplied by. */
  readonly multipliers: Block;
  /** Of each row: the largest logit, */
  readonly max: Block;
  /** the sum of e^(z − max) over the others, */
  readonly rest: Block;
  /** log1p of that, */
  readonly log: Block;
  /** Σ y·(max − z), */
  readonly line: Block;
  /** and Σ y. */
  readonly mass: Block;
  /** Of each row, for its gradient: the sum of its probabilities, */
  readonly sums: Block;
  /** Σ q·dL/dq, */
  readonly dots: Block;
  /** dL/dq of each element, or of the one at the label, */
  readonly slopes: Block;
  /** its label, −1 for a row that is left out, */
  readonly indices: Block;
  /** what e^(z − max) is multiplied by, or what the row counts for in the mean, */
  readonly shares: Block;
  /** and the gradient at the label, NaN where the others' formula holds. */
  readonly atLabel: Block;
}

/** A backend's scratch and kernels: the place where blocks of arguments become readable. */
export interface Workspace extends Scratch {
  readonly backend: 'wasm' | 'js';
  /** What every loss needs, at hand. */
  readonly numbers: Pick<typeof numbers, ElementType>;
  readonly sum: Pick<typeof sum, ElementType>;
  readonly dot: Pick<typeof dot, ElementType>;
  /** This backend's kernels of a name. */
  of<Named extends Kernels>(kernels: Named): Pick<Named, ElementType>;
  /** Where a kernel leaves a total, and what else `weighted` of PointwiseKernels does. */
  readonly total: Block;
  /** A block of ones. */
  readonly ones: Block;
  /** A whole brief array, copied to where a kernel of that type can read it. */
  stage(to: 'yTrue' | 'yPred' | 'weights', values: TypedArray, type: ElementType | 'i32'): Block;
  /** Elements from … from + n − 1 where a kernel of that type can read them: in place if it can. */
  yTrue(argument: Argument, from: number, n: number, type: ElementType): Block;
  yPred(argument: Argument, from: number, n: number, type: ElementType): Block;
  weights(argument: Argument, from: number, n: number, type?: ElementType): Block;
  /** The same, copied and widened to where they may be changed. */
  copy(argument: Argument, from: number, n: number, to: 'prepared' | 'targets'): Block;
  /** Those of yPred from `from` on, however many, if a kernel of that type can read them in place. */
  inPlace(argument: Argument, from: number, type: ElementType): Block | undefined;
  /** Class indices; 0 for `ignored`, −1 for what is not an integer that an int32 holds. */
  labels(argument: Argument, from: number, n: number, ignored: number | undefined): Block;
  /**
   * Where a kernel of that type may write n elements that belong at out[from]: in place if it can,
   * unless `inScratch`.
   */
  target(out: FloatArray, from: number, type: ElementType, inScratch: boolean): Block;
  /** Brings what was written to `target` where it belongs. */
  store(written: Block, out: FloatArray, from: number, n: number, type: ElementType): void;
  /** Forgets the caller's arrays. */
  release(): void;
}

/** Arrays of up to this many elements are copied as a whole. */
export const BRIEF = 512;

/** Up to this many elements a loop copies faster than `set`, also where it has seen several types. */
const COPIED_BY_LOOP = 8;

/** Where results wait to be copied, with views of the first n: to make one takes as long as three copies. */
export class Outbox {
  readonly array: FloatArray;
  private readonly views: FloatArray[] = [];

  constructor(array: FloatArray) {
    this.array = array;
  }

  /** Writes the first n to out[start] and on, rounding once to its type. */
  copyTo(out: FloatArray, start: number, n: number): void {
    out.set(n <= BRIEF ? this.first(n) : this.array.subarray(0, n), start);
  }

  private first(n: number): FloatArray {
    const view = this.views[n] ?? this.array.subarray(0, n);
    this.views[n] = view;
    return view;
  }
}

/** Copies n elements to to[at] and on, converting them to its type. */
export function copyIn(values: TypedArray, from: number, n: number, to: TypedArray, at = 0): void {
  if (n <= COPIED_BY_LOOP) for (let i = 0; i < n; i++) to[at + i] = values[from + i];
  else to.set(n === values.length ? values : values.subarray(from, from + n), at);
}

/** v as a class index, −1 if it is not an integer that an int32 holds. */
export function asLabel(v: number): number {
  return v === (v | 0) ? v : -1;
}
