export type FloatArray = Float32Array | Float64Array;

export type IntegerArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

export type TypedArray = FloatArray | IntegerArray;

/** What every loss takes: typed arrays of any mix of types, or ordinary arrays of numbers. */
export type Numbers = TypedArray | readonly number[];

/** What `perSample` returns: float32 for float32 predictions, float64 for all others. */
export type LossArray<P> = P extends Float32Array ? Float32Array : Float64Array;

/** What an array is to the kernels. `float32Safe`: any integer type that float32 holds exactly. */
export type Kind = 'float64' | 'float32' | 'uint8' | 'int32' | 'float32Safe' | 'uint32' | 'numbers';

const KINDS: Readonly<Record<string, Kind>> = {
  Float64Array: 'float64',
  Float32Array: 'float32',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int32Array: 'int32',
  Int8Array: 'float32Safe',
  Int16Array: 'float32Safe',
  Uint16Array: 'float32Safe',
  Uint32Array: 'uint32',
};

const typedArrayName = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get as (this: unknown) => string | undefined;

/** (An object that only inherits from Float64Array.prototype is none.) */
export function isFloat64Array(values: unknown): values is Float64Array {
  return values instanceof Float64Array && ArrayBuffer.isView(values);
}

export function isFloat32Array(values: unknown): values is Float32Array {
  return values instanceof Float32Array && ArrayBuffer.isView(values);
}

/** The kind of a supported array, also of one from another realm; undefined for anything else. */
export function kindOf(values: unknown): Kind | undefined {
  if (isFloat64Array(values)) return 'float64';
  if (isFloat32Array(values)) return 'float32';
  if (Array.isArray(values)) return 'numbers';
  const name = typedArrayName.call(values);
  return name === undefined ? undefined : KINDS[name];
}

/** What a value is, for error messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `the string ${JSON.stringify(value)}`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'undefined') return 'undefined';
  if (typeof value === 'object') {
    const name = typedArrayName.call(value) ?? Object.prototype.toString.call(value).slice(8, -1);
    return /^[AEIOU]/.test(name) ? `an ${name}` : `a ${name}`;
  }
  return `a ${typeof value}`;
}

/** Whether a typed array's memory can be counted on: not shared, not resizable. */
export function isFixed(values: TypedArray): boolean {
  const buffer = values.buffer as ArrayBufferLike & { readonly resizable?: boolean };
  return buffer instanceof ArrayBuffer && buffer.resizable !== true;
}
