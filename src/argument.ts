import {
  describe,
  type ElementKind,
  type FloatArray,
  isPacked,
  type Kind,
  type Numbers,
  newArray,
  plainKindOf,
  type TypedArray,
  type TypedNumbers,
  viewOf,
} from './arrays.js';
import { BLOCK } from './block.js';
import { lengthOfArray, plain } from './exotic.js';
import { type HalfFormat, halfTable } from './half.js';
import { type Int64Format, int64At, int64Text, isInt64Rounded, widenInt64 } from './int64.js';
import { elementHint } from './nearly-arrays.js';
import { keepBuffer, readNumbers, takeBuffer } from './ordinary.js';
import { BRIEF, copyIn } from './workspace.js';

/** How `values` hold the elements: as they are, as the bits of half floats, or as halves of integers. */
export type Format = 'plain' | HalfFormat | Int64Format;

/** Up to this many elements a loop copies faster than `copyWithin`. */
const MOVED_BY_LOOP = 16;

/** An ordinary array, before anyone has looked into it. */
type Unread = readonly unknown[];

/**
 * One argument of a call, read a block at a time. Ordinary arrays are read into a buffer of the
 * call's own before any shared scratch is written: reading them can run user code (getters,
 * proxies), which may call this library again.
 */
export class Argument {
  /** What holds the elements of the block being read: the array itself, or the call's buffer. */
  values: TypedArray;
  readonly format: Format = 'plain';
  /** What the elements are to a loss: half floats are float32. */
  readonly kind: Exclude<ElementKind, HalfFormat>;
  readonly length: number;
  /**
   * Whether it is so short that it is copied as a whole, wherever it lies: to ask a typed array for its
   * buffer takes 36 ns, to copy eight elements 22, 512 of them 50.
   */
  readonly isBrief: boolean = false;
  /** The index in the argument of values[0]. */
  base = 0;
  /** Elements of `values` for each. */
  private readonly width: 1 | 2 = 1;
  /** Where values[0] lies, once asked for: V8 takes its time to say so for arrays of many types. */
  private place: { buffer: ArrayBufferLike; byteOffset: number; bytes: number } | undefined;
  private call: string;
  private readonly argument: string;
  private array: { readonly length: number };
  private numbers: Unread | undefined;
  private isRounded = false;
  /** Whether it is looked at for rounded elements later: others are errors as they are read. */
  private waits: boolean;
  /** The bigints of an ordinary array that float64 does not hold, by index. */
  private rounded: Map<number, bigint> | undefined;

  constructor(array: Numbers, kind: Kind, call: string, argument: string) {
    this.call = call;
    this.argument = argument;
    // (Most losses have a domain that a rounded label is not in, and say so.)
    this.waits = argument === 'yTrue';
    if (kind === 'float64' || kind === 'float32' || kind === 'uint8' || kind === 'int32') {
      // (What most calls have, without a question more: a call of eight elements has time for few.)
      this.values = plain(array as TypedArray);
      this.array = this.values;
      this.length = this.values.length;
      this.kind = kind;
      this.isBrief = this.length <= BRIEF;
      return;
    }
    if (kind === 'numbers') {
      this.numbers = array as Unread;
      this.array = array;
      this.length = lengthOfArray(this.name, array);
      this.values = takeBuffer(Math.min(this.length, BLOCK));
      this.kind = 'float64';
      this.isBrief = this.length <= BRIEF;
      return;
    }
    if (kind === 'int64' || kind === 'uint64') this.width = 2;
    this.values = plain(viewOf(array as TypedNumbers));
    this.array = this.values;
    this.length = this.values.length / this.width;
    this.kind = kind === 'float16' || kind === 'bfloat16' ? 'float32' : kind;
    if (isPacked(kind)) this.format = kind;
    else this.isBrief = this.length <= BRIEF;
  }

  /** Whether another array is of the same type and length, if this one is as plain as can be. */
  isLike(array: unknown): array is TypedArray {
    if (!this.isBrief || plainKindOf(array) !== this.kind) return false;
    const { length, 0: first } = array as TypedArray;
    // Detached, whatever its length: see checkAttached.
    return length === this.length && first !== undefined;
  }

  /** Takes the place of an array that {@link isLike} it. */
  take(array: TypedArray, call: string): void {
    this.values = array;
    this.array = array;
    this.place = undefined;
    this.call = call;
  }

  /** The call and the argument, for error messages. */
  get name(): string {
    return `${this.call}: ${this.argument}`;
  }

  /** The address of an element in that buffer, or −1 if the array lies elsewhere. */
  addressIn(buffer: ArrayBuffer, i: number): number {
    if (this.place === undefined) {
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = this.values;
      this.place = { buffer, byteOffset, bytes: BYTES_PER_ELEMENT * this.width };
    }
    const { place } = this;
    return place.buffer === buffer ? place.byteOffset + place.bytes * (i - this.base) : -1;
  }

  /** Whether an element may turn out not to be one that float64 holds. */
  get mayRound(): boolean {
    return this.isRounded || this.isInt64;
  }

  get isInt64(): boolean {
    return isInt64(this.format);
  }

  /** Whether reading it a second time gives the same elements for certain. */
  get isStable(): boolean {
    return this.numbers === undefined;
  }

  /** Leaves the buffer of an ordinary array, which nobody reads any more, to the next call. */
  giveBack(): void {
    if (this.isBrief && this.array !== this.values) keepBuffer(this.values as Float64Array);
  }

  readBlock(from: number, n: number): void {
    if (this.numbers === undefined) return;
    this.read(this.numbers, from, n);
    this.base = from;
  }

  /** Copies an ordinary array as a whole, so that it can be read again and no user code runs then. */
  settle(): void {
    const { numbers } = this;
    if (numbers === undefined) return;
    if (!this.isBrief) this.values = newArray(this.name, Float64Array, this.length);
    this.read(numbers, 0, this.length);
    this.numbers = undefined;
    this.checkLength();
  }

  private read(numbers: Unread, from: number, n: number): void {
    // (Made for numbers alone.)
    const values = this.values as Float64Array;
    readNumbers(numbers, from, n, values, (value, i) => this.asNumber(value, i));
  }

  /** An element that is none as a number. */
  private asNumber(value: unknown, i: number): number {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value === 'bigint') return this.asFloat64(value, i);
    const hint = elementHint(this.argument, value);
    throw new TypeError(`${this.name}[${i}] is ${describe(value)}, expected a number${hint}`);
  }

  private asFloat64(value: bigint, i: number): number {
    const number = Number(value);
    // (What is too large for float64 becomes infinite.)
    if (!Number.isFinite(number) || BigInt(number) !== value) {
      this.rounded ??= new Map();
      this.rounded.set(i, value);
      this.noteRounded(i, 1);
    }
    return number;
  }

  /** Room for n elements of this argument as it holds them, for {@link takeSamples}. */
  room(n: number): Argument {
    const values = this.values.slice(0, n * this.width) as TypedArray;
    const kind = this.format === 'plain' ? this.kind : this.format;
    return new Argument(values, kind, this.call, this.argument);
  }

  /**
   * Copies n samples of so many elements each, and over each that is left out the one before it: so the
   * first that is outside the domain is none of the copies. The first of them must count.
   */
  takeSamples(
    argument: Argument,
    each: number,
    from: number,
    n: number,
    leftOut: Uint8Array,
  ): void {
    const { values, width } = this;
    this.base = from * each;
    const start = (this.base - argument.base) * width;
    const size = each * width;
    values.set(argument.values.subarray(start, start + n * size));
    for (let i = 1; i < n; i++) {
      if (leftOut[i] === 0) continue;
      const at = i * size;
      if (size > MOVED_BY_LOOP) values.copyWithin(at, at - size, at);
      else for (let k = at; k < at + size; k++) values[k] = values[k - size];
    }
    const counts = ([i]: readonly [number, bigint]) =>
      leftOut[Math.floor((i - this.base) / each)] === 0;
    this.rounded = new Map([...(argument.rounded ?? [])].filter(counts));
    this.isRounded = this.rounded.size > 0;
  }

  /** Throws if user code, run while an ordinary array was read, has changed the array's length. */
  checkLength(): void {
    const length = this.array.length / this.width;
    if (length !== this.length) {
      throw new RangeError(
        `${this.name} changed its length from ${this.length} to ${length} during the call`,
      );
    }
  }

  /** Element i of the block that was fetched last. */
  at(i: number): number {
    const { values, format } = this;
    const k = i - this.base;
    if (format === 'plain') return values[k];
    if (isHalf(format)) return halfTable(format)[values[k]];
    return int64At(values as Int32Array, k, format);
  }

  /** The same as it was given, for error messages. */
  textAt(i: number): string {
    const { values, format } = this;
    if (isInt64(format)) return int64Text(values as Int32Array, i - this.base, format);
    const bigint = this.rounded?.get(i);
    return bigint === undefined ? String(this.at(i)) : `${bigint}n`;
  }

  /** Copies n elements from `from` on to to[at] and on, widened to its type. */
  copyTo(from: number, n: number, to: FloatArray, at = 0): void {
    const { values, format } = this;
    const start = from - this.base;
    if (format === 'plain') {
      copyIn(values, start, n, to, at);
    } else if (isHalf(format)) {
      const table = halfTable(format);
      for (let i = 0; i < n; i++) to[at + i] = table[values[start + i]];
    } else if (!widenInt64(values as Int32Array, start, n, format, to, at)) {
      this.noteRounded(from, n);
    }
  }

  /** Has those who know which samples count look for rounded elements. */
  leaveRounded(): void {
    this.waits = true;
  }

  /** Says that one of n elements has been rounded to float64. */
  noteRounded(from: number, n: number): void {
    this.isRounded = true;
    if (!this.waits) this.checkEach(from, n);
  }

  /** Throws for the first of n elements, read before, that float64 does not hold. */
  checkExact(from: number, n: number): void {
    if (this.isRounded) this.checkEach(from, n);
  }

  /** The same of elements that may not have been read. */
  checkEach(from: number, n: number): void {
    for (let i = from; i < from + n; i++) {
      if (!this.isRoundedAt(i)) continue;
      throw new RangeError(
        `${this.name}[${i}] is ${this.textAt(i)}, expected an integer that float64 holds exactly`,
      );
    }
  }

  private isRoundedAt(i: number): boolean {
    const { values, format } = this;
    if (isInt64(format)) return isInt64Rounded(values as Int32Array, i - this.base, format);
    return this.rounded?.has(i) === true;
  }
}

function isHalf(format: Format): format is HalfFormat {
  return format === 'float16' || format === 'bfloat16';
}

function isInt64(format: Format): format is Int64Format {
  return format === 'int64' || format === 'uint64';
}
