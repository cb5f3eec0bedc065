// Samples that wait for a block to be full.

import { Argument } from './argument.js';
import type { FloatArray } from './arrays.js';
import { type Call, openArguments } from './call.js';
import type { Core } from './definition.js';
import { gather } from './gather.js';
import { outType } from './validate.js';

/** What samples are made of. */
export interface Layout {
  /** Elements of yTrue per sample, */
  readonly labels: number;
  /** and of yPred, */
  readonly classes: number;
  /** of which so many are kept: all, or the one at the label. */
  readonly held: number;
  /** Of the predictions. */
  readonly isFloat32: boolean;
}

/** The samples as arrays, in a memory of some capacity. */
interface Views {
  readonly yTrue: Float64Array;
  /** Each sample's weight, 1 where none was given. */
  readonly weights: Float64Array;
  readonly yPred: FloatArray;
}

export type Part = 'yTrue' | 'yPred' | 'sampleWeight';

/** Samples that do not fill a block yet. */
export class Staged {
  readonly layout: Layout;
  /** How many there are. */
  n = 0;
  /** Whether any of them came with a weight. */
  isWeighted = false;
  /**
   * One memory for all arrays, whose views are made when they are needed: three arrays would take
   * 675 bytes for a single sample. It grows with what is staged.
   */
  private memory: ArrayBuffer;
  /** For so many samples. */
  private capacity: number;

  constructor(layout: Layout) {
    this.layout = layout;
    this.memory = new ArrayBuffer(0);
    this.capacity = 0;
  }

  /**
   * Copies n samples of a call to where sample `at` goes, for which there must be room. They are there
   * only once `n` says so.
   */
  put(call: Call, from: number, n: number, at: number): void {
    if (n === 0) return;
    const { labels, classes, held } = this.layout;
    const { yTrue, yPred, weights } = views(this.memory, this.capacity, this.layout);
    call.yTrue.copyTo(from * labels, n * labels, yTrue, at * labels);
    if (held === classes) call.yPred.copyTo(from * held, n * held, yPred, at * held);
    else gather(call, from, n, undefined, yPred, at);
    if (call.weights === undefined) weights.fill(1, at, at + n);
    else call.weights.copyTo(from, n, weights, at);
  }

  /** Puts numbers there as its samples. */
  fill(yTrue: readonly number[], yPred: readonly number[], weights: readonly number[]): void {
    const n = weights.length;
    this.reserve(0, n, n);
    const arrays = views(this.memory, this.capacity, this.layout);
    arrays.yTrue.set(yTrue);
    arrays.yPred.set(yPred);
    arrays.weights.set(weights);
    this.n = n;
  }

  /** Copies n samples to where their groups' next ones go, which moves on. */
  scatter(n: number, groups: Int32Array, next: Int32Array, to: Staged): void {
    const { labels, held } = this.layout;
    const mine = views(this.memory, this.capacity, this.layout);
    const theirs = views(to.memory, to.capacity, to.layout);
    const places = new Int32Array(n);
    for (let i = 0; i < n; i++) places[i] = next[groups[i]]++;
    scatter(mine.yTrue, places, n, labels, theirs.yTrue);
    scatter(mine.yPred, places, n, held, theirs.yPred);
    if (this.isWeighted) scatter(mine.weights, places, n, 1, theirs.weights);
  }

  /** An array of the first n samples. */
  first(part: Part, n: number): FloatArray {
    const { labels, held } = this.layout;
    const { yTrue, yPred, weights } = views(this.memory, this.capacity, this.layout);
    if (part === 'yTrue') return yTrue.subarray(0, n * labels);
    return part === 'yPred' ? yPred.subarray(0, n * held) : weights.subarray(0, n);
  }

  /** A call of a loss with the first n samples, whose workspace is to be released. */
  open(core: Core, callName: string, n: number, isWeighted: boolean): Call {
    const yTrue = this.argument(callName, 'yTrue', n);
    const yPred = this.argument(callName, 'yPred', n);
    const weights = isWeighted ? this.argument(callName, 'sampleWeight', n) : undefined;
    const { classes, held } = this.layout;
    const gathered = held === classes ? undefined : classes;
    return openArguments(core, callName, yTrue, yPred, weights, false, gathered);
  }

  private argument(call: string, part: Part, n: number): Argument {
    const values = this.first(part, n);
    const kind = values instanceof Float32Array ? 'float32' : 'float64';
    return new Argument(values, kind, call, part);
  }

  /** Makes room for n samples, `kept` of which are there; at most for `size`. */
  reserve(kept: number, n: number, size: number): void {
    const { layout, capacity } = this;
    if (n <= capacity) return;
    const next = Math.min(size, Math.max(n, 2 * capacity));
    const memory = new ArrayBuffer(bytesFor(next, layout));
    const from = views(this.memory, capacity, layout);
    const to = views(memory, next, layout);
    to.yTrue.set(from.yTrue.subarray(0, kept * layout.labels));
    to.weights.set(from.weights.subarray(0, kept));
    to.yPred.set(from.yPred.subarray(0, kept * layout.held));
    this.memory = memory;
    this.capacity = next;
  }
}

function bytesFor(n: number, { labels, held, isFloat32 }: Layout): number {
  return n * (8 * labels + 8 + outType(isFloat32).BYTES_PER_ELEMENT * held);
}

function views(memory: ArrayBuffer, n: number, { labels, held, isFloat32 }: Layout): Views {
  return {
    yTrue: new Float64Array(memory, 0, n * labels),
    weights: new Float64Array(memory, 8 * n * labels, n),
    yPred: new (outType(isFloat32))(memory, 8 * n * (labels + 1), n * held),
  };
}

/** Copies n samples of so many elements each, sample i to where places[i] says. */
function scatter(
  from: FloatArray,
  places: Int32Array,
  n: number,
  each: number,
  to: FloatArray,
): void {
  if (each === 1) {
    for (let i = 0; i < n; i++) to[places[i]] = from[i];
    return;
  }
  for (let i = 0; i < n; i++) {
    const at = places[i] * each;
    for (let k = 0; k < each; k++) to[at + k] = from[i * each + k];
  }
}
