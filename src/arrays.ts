import { HalfFloats } from './half.js';

/** What losses are returned in. */
export type FloatArray = Float32Array | Float64Array;

/** What labels usually come in. Float64, in which all is computed, holds every value exactly. */
export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** Typed arrays whose elements JavaScript reads as numbers. */
export type TypedArray = FloatArray | IntegerArray;

/** Integers of 64 bits: labels, for the most part, as Parquet, Arrow and tokenizers give them. */
export type Int64Array = BigInt64Array | BigUint64Array;

/** A Float16Array, where the engine has it; in words that TypeScript knows without it. */
export interface Float16Elements {
  /** What tells it from other arrays. */
  readonly [Symbol.toStringTag]: 'Float16Array';
  /** The memory it is a view of. */
  readonly buffer: ArrayBufferLike;
  /** Where in that memory it starts. */
  readonly byteOffset: number;
  /** How many there are. */
  readonly length: number;
  readonly [index: number]: number;
}

/** Arrays whose elements are numbers to JavaScript. */
export type PlainNumbers = TypedArray | readonly number[];

/**
 * What every loss takes: typed arrays of any mix of types; half floats, as a Float16Array or by
 * `float16` and `bfloat16`; ordinary arrays of numbers, booleans (0 and 1) and bigints. Nothing is
 * rounded: an integer that float64 does not hold exactly is an error.
 */
export type Numbers =
  | TypedArray
  | Int64Array
  | Float16Elements
  | HalfFloats
  | readonly (number | boolean | bigint)[];

/** All of these but ordinary arrays. */
export type TypedNumbers = Exclude<Numbers, readonly unknown[]>;

/** Predictions whose losses and gradients are float32; those of all others are float64. */
type Float32Predictions = Float32Array | Float16Elements | HalfFloats;

/** What `out` may be. */
export type OutArray<P> = P extends Float32Predictions ? Float32Array : Float64Array;

/** What losses and gradients are returned in where no `out` is given: of `out`'s type, and new. */
export type LossArray<P> = P extends Float32Predictions
  ? Float32Array<ArrayBuffer>
  : Float64Array<ArrayBuffer>;

/** What the elements of an array are. `float32Safe`: any integer type that float32 holds exactly. */
export type ElementKind =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'uint8'
  | 'int32'
  | 'float32Safe'
  | 'uint32'
  | 'int64'
  | 'uint64';

/** What an array is to a call. */
export type Kind = ElementKind | 'numbers';

/** Kinds whose elements take unpacking. */
export const PACKED: readonly Kind[] = ['float16', 'bfloat16', 'int64', 'uint64'];

/** `View`: of which type a view of the same memory is read; so many elements of it are one. */
const TYPES = {
  Float64Array: { kind: 'float64', View: Float64Array, width: 1 },
  Float32Array: { kind: 'float32', View: Float32Array, width: 1 },
  Float16Array: { kind: 'float16', View: Uint16Array, width: 1 },
  Uint8Array: { kind: 'uint8', View: Uint8Array, width: 1 },
  Uint8ClampedArray: { kind: 'uint8', View: Uint8ClampedArray, width: 1 },
  Int32Array: { kind: 'int32', View: Int32Array, width: 1 },
  Int8Array: { kind: 'float32Safe', View: Int8Array, width: 1 },
  Int16Array: { kind: 'float32Safe', View: Int16Array, width: 1 },
  Uint16Array: { kind: 'float32Safe', View: Uint16Array, width: 1 },
  Uint32Array: { kind: 'uint32', View: Uint32Array, width: 1 },
  BigInt64Array: { kind: 'int64', View: Int32Array, width: 2 },
  BigUint64Array: { kind: 'uint64', View: Int32Array, width: 2 },
} as const;

/** A getter of all typed arrays, as it is before anyone overrides it. */
function getter(name: PropertyKey): (this: unknown) => unknown {
  const all: object = Object.getPrototypeOf(Uint8Array.prototype);
  return Object.getOwnPropertyDescriptor(all, name)?.get as (this: unknown) => unknown;
}

const nameOf = /* @__PURE__ */ getter(Symbol.toStringTag);
const bufferOf = /* @__PURE__ */ getter('buffer');
const byteOffsetOf = /* @__PURE__ */ getter('byteOffset');
const lengthOf = /* @__PURE__ */ getter('length');

/** Whether a Uint16Array, also one of another realm. */
export function isUint16Array(values: unknown): values is Uint16Array {
  return nameOf.call(values) === 'Uint16Array';
}

function typeOf(values: unknown): (typeof TYPES)[keyof typeof TYPES] | undefined {
  const name = nameOf.call(values);
  return Object.hasOwn(TYPES, String(name)) ? TYPES[name as keyof typeof TYPES] : undefined;
}

/**
 * (An object that only inherits from Float64Array.prototype is none, nor is a proxy, which
 * `instanceof` would ask: it may be revoked.)
 */
export function isFloat64Array(values: unknown): values is Float64Array {
  return ArrayBuffer.isView(values) && values instanceof Float64Array;
}

export function isFloat32Array(values: unknown): values is Float32Array {
  return ArrayBuffer.isView(values) && values instanceof Float32Array;
}

/** Whether an array; a revoked proxy, which `Array.isArray` throws for, is none. */
export function isArray(values: unknown): values is readonly unknown[] {
  return !isRevoked(values) && Array.isArray(values);
}

/** Whether an object that has members. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isRevoked(value);
}

/** The length of an ordinary array: a proxy may say anything. */
export function lengthOfArray(what: string, { length }: { readonly length: unknown }): number {
  if (Number.isSafeInteger(length) && (length as number) >= 0) return length as number;
  throw new TypeError(`${what}.length is ${describe(length)}, expected an integer ≥ 0`);
}

/** What `read` makes of every element, holes included. */
export function mapArray<T>(
  what: string,
  list: readonly unknown[],
  read: (value: unknown, i: number) => T,
): T[] {
  const n = lengthOfArray(what, list);
  const made: T[] = [];
  for (let i = 0; i < n; i++) made.push(read(list[i], i));
  return made;
}

/** Whether nothing can be done with an object any more: a proxy that was revoked. */
function isRevoked(value: unknown): boolean {
  try {
    // Of a proxy, it asks no trap.
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

/** The kind of a supported array, also of one from another realm; undefined for anything else. */
export function kindOf(values: unknown): Kind | undefined {
  if (isFloat64Array(values)) return 'float64';
  if (isFloat32Array(values)) return 'float32';
  if (!ArrayBuffer.isView(values)) {
    return isArray(values) ? 'numbers' : contentOf(values)?.format;
  }
  // The usual labels; asking a typed array for its name takes 40 ns.
  if (values instanceof Int32Array) return 'int32';
  if (values instanceof Uint8Array) return 'uint8';
  return typeOf(values)?.kind;
}

/** Whether JavaScript reads the elements as numbers. */
export function isNumeric(kind: Kind | undefined): boolean {
  return kind !== undefined && !PACKED.includes(kind);
}

function contentOf(values: unknown): ReturnType<typeof HalfFloats.contentOf> {
  return isObject(values) ? HalfFloats.contentOf(values) : undefined;
}

/** The typed array that an argument is, or that it holds the bits in. */
export function viewOf(values: TypedNumbers): TypedArray | Int64Array | Float16Elements {
  return contentOf(values)?.bits ?? (values as TypedArray);
}

/**
 * A plain view of the same memory: the array itself, unless it is of a subclass or another realm,
 * where reading could run code of its own, or JavaScript does not read its elements as numbers. Of
 * half floats it is their bits, of 64-bit integers their halves.
 */
export function plain(values: TypedArray | Int64Array | Float16Elements): TypedArray {
  const prototype: unknown = Object.getPrototypeOf(values);
  if (prototype === Float64Array.prototype || prototype === Float32Array.prototype) {
    return values as FloatArray;
  }
  if (prototype === Int32Array.prototype || prototype === Uint8Array.prototype) {
    return values as IntegerArray;
  }
  const type = typeOf(values);
  if (type === undefined || prototype === type.View.prototype) return values as TypedArray;
  const buffer = bufferOf.call(values) as ArrayBuffer;
  const length = lengthOf.call(values) as number;
  return new type.View(buffer, byteOffsetOf.call(values) as number, length * type.width);
}

/** What a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'undefined') return 'undefined';
  if (isRevoked(value)) return 'a revoked proxy';
  if (typeof value === 'object') {
    const name: unknown = nameOf.call(value) ?? Object.prototype.toString.call(value).slice(8, -1);
    // A U is spoken as in “you”: a Uint8Array, a URL.
    return /^[AEIO]/.test(String(name)) ? `an ${name}` : `a ${name}`;
  }
  return `a ${typeof value}`;
}

/** Whether a typed array's memory can be counted on: not shared, not resizable. */
export function isFixed(values: TypedArray): boolean {
  const buffer = values.buffer as ArrayBufferLike & { readonly resizable?: boolean };
  return buffer instanceof ArrayBuffer && buffer.resizable !== true;
}

/** A new array, or a RangeError that says what has no room. */
export function newArray(
  what: string,
  View: Float32ArrayConstructor | Float64ArrayConstructor,
  length: number,
): FloatArray {
  try {
    return new View(length);
  } catch (cause) {
    throw new RangeError(`${what}: no memory for an array of ${length} numbers`, { cause });
  }
}
