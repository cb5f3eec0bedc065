// What samples are grouped by: integers or strings.

import { Argument } from './argument.js';
import { describe, type FloatArray, type Int64Array, type IntegerArray, kindOf } from './arrays.js';
import { BLOCK } from './block.js';
import { checkAttached, lengthOfArray } from './exotic.js';

/** The key of a group: a string, or an integer, which is a bigint only where no number holds it safely. */
export type Key = number | bigint | string;

/**
 * A key for each sample: integers of up to 64 bits, in typed arrays or ordinary ones, or an ordinary array
 * of strings. A number and a bigint of the same value are one key.
 */
export type Keys =
  | IntegerArray
  | Int64Array
  | FloatArray
  | readonly (number | bigint)[]
  | readonly string[];

/** What the keys of an accumulator are: all integers, or all strings. */
export type KeyKind = 'integers' | 'strings';

const EXPECTED = 'an integer of up to 64 bits, or a string as all others';
/** (Which integer was meant, the number no longer says.) */
const EXPECTED_BIGINT = 'a bigint where an integer is beyond 2⁵³ − 1';

/** The keys of a call. */
export interface KeyArgument {
  /** Undefined if there are none. */
  readonly kind: KeyKind | undefined;
  readonly length: number;
  /** Either numbers, all of them safe integers, */
  readonly numbers: Argument | undefined;
  /** or keys one by one. */
  readonly list: readonly Key[];
}

/** Keys that can be read without any failing, or an error that names the first that is none. */
export function asKeys(callName: string, values: unknown): KeyArgument {
  const kind = kindOf(values);
  if (kind === undefined || kind === 'float16' || kind === 'bfloat16') {
    throw new TypeError(
      `${callName}: expected keys to be an array of integers or of strings, got ${describe(values)}`,
    );
  }
  if (kind === 'numbers') return listedKeys(callName, values as readonly unknown[]);
  checkAttached(callName, 'keys', values as FloatArray, kind);
  const numbers = new Argument(values as FloatArray, kind, callName, 'keys');
  const { length } = numbers;
  const isFloat = kind === 'float64' || kind === 'float32';
  let isSafe = true;
  if (isFloat || numbers.isInt64) {
    for (let i = 0; i < length; i++) {
      const number = numbers.at(i);
      if (isFloat) integerOf(callName, number, i);
      else if (!Number.isSafeInteger(number)) isSafe = false;
    }
  }
  return {
    kind: length === 0 ? undefined : 'integers',
    length,
    numbers: isSafe ? numbers : undefined,
    // (Without the n of a bigint's text.)
    list: isSafe
      ? []
      : Array.from({ length }, (_, i) => asKey(BigInt(numbers.textAt(i).slice(0, -1)))),
  };
}

/** An ordinary array, read once: that may run user code. */
function listedKeys(callName: string, values: readonly unknown[]): KeyArgument {
  const length = lengthOfArray(`${callName}: keys`, values);
  const kind: KeyKind = typeof values[0] === 'string' ? 'strings' : 'integers';
  const list: Key[] = [];
  for (let i = 0; i < length; i++) {
    const value: unknown = values[i];
    if (kind === 'integers') {
      list.push(integerOf(callName, value, i));
    } else if (typeof value === 'string') {
      list.push(value);
    } else {
      throw new TypeError(`${callName}: keys[${i}] is ${describe(value)}, expected ${EXPECTED}`);
    }
  }
  return { kind: length === 0 ? undefined : kind, length, numbers: undefined, list };
}

function integerOf(callName: string, value: unknown, i: number): Key {
  if (Number.isSafeInteger(value)) return (value as number) + 0;
  if (typeof value === 'bigint' && isOf64Bits(value)) return asKey(value);
  const expected = Number.isInteger(value) ? EXPECTED_BIGINT : EXPECTED;
  const message = `${callName}: keys[${i}] is ${describe(value)}, expected ${expected}`;
  const isNumeric = typeof value === 'number' || typeof value === 'bigint';
  throw isNumeric ? new RangeError(message) : new TypeError(message);
}

export function isOf64Bits(value: bigint): boolean {
  return value >= -(2n ** 63n) && value < 2n ** 64n;
}

/** As a number where that is safe: one integer is one key. */
export function asKey(value: bigint): Key {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Integers from 0 up to it are looked up in an array: 4 ns each, where a Map takes 30 to 40. */
const SMALL = 4096;

/** A block of keys. */
const block = /* @__PURE__ */ new Float64Array(BLOCK);

/** Numbers keys from 0 on, in the order in which they come. */
export class KeyTable {
  readonly keys: Key[] = [];
  private readonly indices = new Map<Key, number>();
  /** One more than the number of a key. */
  private readonly small = new Int32Array(SMALL);

  /** The number of a key; undefined if it has none. */
  find(key: Key): number | undefined {
    return this.indices.get(key);
  }

  /** The number of a key, which it gets if it has none. */
  add(key: Key): number {
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    const index = this.keys.push(key) - 1;
    this.indices.set(key, index);
    if (typeof key === 'number' && key >= 0 && key < SMALL) this.small[key] = index + 1;
    return index;
  }

  /** Writes the numbers of keys from … from + n − 1, at most a block, to out[at] and on. */
  addBlock(keys: KeyArgument, from: number, n: number, out: Int32Array, at: number): void {
    const { numbers, list } = keys;
    if (numbers === undefined) {
      for (let i = 0; i < n; i++) out[at + i] = this.add(list[from + i]);
      return;
    }
    numbers.copyTo(from, n, block);
    const { small } = this;
    for (let i = 0; i < n; i++) {
      const key = block[i];
      const known = key >= 0 && key < SMALL ? small[key | 0] : 0;
      out[at + i] = known > 0 ? known - 1 : this.add(key + 0);
    }
  }
}
