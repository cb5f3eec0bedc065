// Arrays that are not what they seem: of another realm or a subclass, proxies, without their memory, with
// memory that others share or that may shrink. What can run code of the caller's is asked once, and here.
import {
  describe,
  type Float16Elements,
  type FloatArray,
  type Int64Array,
  type IntegerArray,
  type Kind,
  type Numbers,
  type TypedArray,
  type TypedNumbers,
  viewOf,
} from './arrays.js';
import { residentOf } from './wasm/residents.js';

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

/** What a typed array is, also one of another realm; undefined for anything else. */
export function typeOf(values: unknown): (typeof TYPES)[keyof typeof TYPES] | undefined {
  const name = nameOf.call(values);
  return Object.hasOwn(TYPES, String(name)) ? TYPES[name as keyof typeof TYPES] : undefined;
}

/** The name of the type of a typed array; undefined for anything else. */
export function typedArrayName(values: unknown): unknown {
  return nameOf.call(values);
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

/** An array without its memory (detached, or out of a shrunk buffer's bounds) passes for empty. */
export function checkAttached(call: string, name: string, values: Numbers, kind: Kind): void {
  // Not by its length: V8 in Node 20 may still say the old one of a detached array, once the same
  // code has seen resizable ones.
  if (kind === 'numbers') return;
  const view = viewOf(values as TypedNumbers);
  if (view[0] !== undefined) return;
  try {
    // Every method of a typed array throws then.
    Uint8Array.prototype.at.call(view, 0);
  } catch {
    throw new TypeError(
      `${call}: ${name} has lost its memory: its buffer is detached or too short`,
    );
  }
}

/** Throws if user code has taken memory away from `out`. */
export function checkRoom(callName: string, out: FloatArray, length: number): void {
  if (out.length !== length) {
    throw new RangeError(
      `${callName}: out changed its length from ${length} to ${out.length} during the call`,
    );
  }
}

/** Whether a typed array's memory can be counted on: not shared, not resizable. */
export function isFixed(values: TypedArray): boolean {
  const buffer = values.buffer as ArrayBufferLike & { readonly resizable?: boolean };
  return buffer instanceof ArrayBuffer && buffer.resizable !== true;
}

/** Whether threads can read an array where it is. (Memory that grows has views that do.) */
export function isShared({ buffer }: TypedArray): boolean {
  if (buffer instanceof ArrayBuffer) return false;
  return (buffer as { readonly growable?: boolean }).growable !== true;
}

/** Whether two arrays have no memory in common, for certain. */
export function areApart(values: TypedArray, out: FloatArray): boolean {
  const { buffer } = values;
  if (buffer !== out.buffer) {
    if (buffer instanceof ArrayBuffer || out.buffer instanceof ArrayBuffer) return true;
    // Two objects may stand for the same shared memory, unless both are arenas' own.
    return residentOf(buffer) !== undefined && residentOf(out.buffer) !== undefined;
  }
  return (
    values.byteOffset >= out.byteOffset + out.byteLength ||
    out.byteOffset >= values.byteOffset + values.byteLength
  );
}

/** Whether two arrays are the same memory, for certain. */
export function areSameMemory(values: TypedArray, out: FloatArray): boolean {
  return (
    values.buffer === out.buffer &&
    values.byteOffset === out.byteOffset &&
    values.byteLength === out.byteLength
  );
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
