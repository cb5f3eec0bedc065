import {
  describe,
  type Kind,
  lengthOfArray,
  type Numbers,
  newArray,
  plain,
  type TypedArray,
} from './arrays.js';
import { BLOCK } from './block.js';

/**
 * One argument of a call, read a block at a time. Ordinary arrays are read into a buffer of the
 * call's own before any shared scratch is written: reading them can run user code (getters,
 * proxies), which may call this library again.
 */
export class Source {
  /** What holds the elements of the block being read: the array itself, or the call's buffer. */
  values: TypedArray;
  readonly kind: Exclude<Kind, 'numbers'>;
  readonly length: number;
  /** The index in the argument of values[0]. */
  base = 0;
  /** Where values[0] lies, once asked for: V8 takes its time to say so for arrays of many types. */
  private place: { buffer: ArrayBufferLike; byteOffset: number; bytes: number } | undefined;
  private readonly call: string;
  private readonly argument: string;
  private readonly array: Numbers;
  private numbers: readonly number[] | undefined;

  constructor(array: Numbers, kind: Kind, call: string, argument: string) {
    this.call = call;
    this.argument = argument;
    if (kind === 'numbers') {
      this.numbers = array as readonly number[];
      this.array = array;
      this.length = lengthOfArray(this.name, array);
      this.values = new Float64Array(Math.min(this.length, BLOCK));
      this.kind = 'float64';
    } else {
      this.numbers = undefined;
      this.values = plain(array as TypedArray);
      this.array = this.values;
      this.length = this.values.length;
      this.kind = kind;
    }
  }

  /** The call and the argument, for error messages. */
  get name(): string {
    return `${this.call}: ${this.argument}`;
  }

  /** The address of an element in that buffer, or −1 if the array lies elsewhere. */
  addressIn(buffer: ArrayBuffer, i: number): number {
    if (this.place === undefined) {
      const { buffer, byteOffset, BYTES_PER_ELEMENT: bytes } = this.values;
      this.place = { buffer, byteOffset, bytes };
    }
    const { place } = this;
    return place.buffer === buffer ? place.byteOffset + place.bytes * (i - this.base) : -1;
  }

  /** Whether reading it a second time gives the same elements for certain. */
  get isStable(): boolean {
    return this.numbers === undefined;
  }

  fetch(from: number, n: number): void {
    if (this.numbers === undefined) return;
    this.read(this.numbers, from, n);
    this.base = from;
  }

  /** Copies an ordinary array as a whole, so that it can be read again and no user code runs then. */
  settle(): void {
    const { numbers } = this;
    if (numbers === undefined) return;
    this.values = newArray(this.name, Float64Array, this.length);
    this.read(numbers, 0, this.length);
    this.numbers = undefined;
    this.checkLength();
  }

  private read(numbers: readonly number[], from: number, n: number): void {
    for (let i = 0; i < n; i++) {
      const value: unknown = numbers[from + i];
      if (typeof value !== 'number') {
        throw new TypeError(`${this.name}[${from + i}] is ${describe(value)}, expected a number`);
      }
      this.values[i] = value;
    }
  }

  /** The same argument with a copy of its first elements only, at most n, which may be changed. */
  start(n: number): Source {
    return new Source(this.values.slice(0, n), this.kind, this.call, this.argument);
  }

  /** Throws if user code, run while an ordinary array was read, has changed the array's length. */
  checkLength(): void {
    if (this.array.length !== this.length) {
      throw new RangeError(
        `${this.name} changed its length from ${this.length} to ${this.array.length} during the call`,
      );
    }
  }

  /** Element i of the block that was fetched last. */
  at(i: number): number {
    return this.values[i - this.base];
  }
}
