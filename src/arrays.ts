import { typedArrayName, typeOf } from './exotic.js';
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
export type Float32Predictions = Float32Array | Float16Elements | HalfFloats;

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

/** Whether it takes unpacking to read the elements. */
export function isPacked(kind: Kind): kind is 'float16' | 'bfloat16' | 'int64' | 'uint64' {
  return kind === 'float16' || kind === 'bfloat16' || kind === 'int64' || kind === 'uint64';
}

/** (An object that only inherits from Float64Array.prototype is none, nor is a proxy.) */
function isFloat64Array(values: unknown): values is Float64Array {
  return ArrayBuffer.isView(values) && values instanceof Float64Array;
}

function isFloat32Array(values: unknown): values is Float32Array {
  return ArrayBuffer.isView(values) && values instanceof Float32Array;
}

/** `Array.isArray`, which takes the elements' type for granted. */
export const isArray: (values: unknown) => values is readonly unknown[] = Array.isArray;

/** Whether an object that has members. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
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

/** The kind of an array of the commonest types, of this realm and no subclass; undefined for anything else. */
export function plainKindOf(
  values: unknown,
): 'float64' | 'float32' | 'uint8' | 'int32' | undefined {
  if (!ArrayBuffer.isView(values)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(values);
  if (prototype === Float64Array.prototype) return 'float64';
  if (prototype === Float32Array.prototype) return 'float32';
  if (prototype === Uint8Array.prototype) return 'uint8';
  return prototype === Int32Array.prototype ? 'int32' : undefined;
}

function contentOf(values: unknown): ReturnType<typeof HalfFloats.contentOf> {
  return isObject(values) ? HalfFloats.contentOf(values) : undefined;
}

/** The typed array that an argument is, or that it holds the bits in. */
export function viewOf(values: TypedNumbers): TypedArray | Int64Array | Float16Elements {
  return ArrayBuffer.isView(values)
    ? (values as TypedArray)
    : (contentOf(values)?.bits as Uint16Array);
}

/** What a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'undefined') return 'undefined';
  if (typeof value === 'object') {
    const name: unknown =
      typedArrayName(value) ?? Object.prototype.toString.call(value).slice(8, -1);
    // A U is spoken as in “you”: a Uint8Array, a URL.
    return /^[AEIO]/.test(String(name)) ? `an ${name}` : `a ${name}`;
  }
  return `a ${typeof value}`;
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
