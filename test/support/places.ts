// Arrays with the same elements in different memory.
import type { FloatArray, TypedArray } from '../../src/arrays.js';
import { type Arena, createArena } from '../../src/index.js';

export const types = {
  Float64Array,
  Float32Array,
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
} as const;

export type TypeName = keyof typeof types;

/** Room for the longest array that a table has. */
const ELEMENTS = 3 * 5003 + 16;

/** The first is for yTrue, the others for yPred, out, and weights. */
type Region = 0 | 1 | 2 | 3;

/** One array's worth of memory in an arena for each. */
class Pool {
  private readonly regions: readonly Float64Array<ArrayBuffer>[];

  constructor(arena: Arena) {
    this.regions = [0, 1, 2, 3].map(() => arena.float64(ELEMENTS));
  }

  view(region: Region, name: TypeName, skip: number, n: number): TypedArray {
    const { buffer, byteOffset } = this.regions[region];
    return new types[name](buffer, byteOffset, ELEMENTS).subarray(skip, skip + n);
  }
}

const pools = { first: new Pool(createArena(2 ** 20)), second: new Pool(createArena(2 ** 20)) };

/**
 * Where an array is: in memory of its own from its start or from its second element on, or in one of
 * two arenas, from the start of an aligned region or from its second element on.
 */
export const places = {
  ordinary: (name: TypeName, _region: Region, n: number) => new types[name](n),
  'ordinary, misaligned': (name: TypeName, _region: Region, n: number) =>
    new types[name](n + 1).subarray(1),
  resident: (name: TypeName, region: Region, n: number) => pools.first.view(region, name, 0, n),
  'resident, misaligned': (name: TypeName, region: Region, n: number) =>
    pools.first.view(region, name, 1, n),
  'resident elsewhere': (name: TypeName, region: Region, n: number) =>
    pools.second.view(region, name, 0, n),
} as const satisfies Record<string, (name: TypeName, region: Region, n: number) => TypedArray>;

export type Place = keyof typeof places;

/** The same elements, of the same type, somewhere else. */
export function placed<A extends TypedArray>(values: A, place: Place, region: 0 | 1 | 3): A {
  const copy = places[place](values.constructor.name as TypeName, region, values.length);
  copy.set(values);
  return copy as A;
}

/** Room for n losses, with something in it that is none, and more of that behind it. */
export function outFor(
  yPred: TypedArray | readonly number[],
  place: Place,
  n: number,
): { out: FloatArray; behind: FloatArray } {
  const name = yPred instanceof Float32Array ? 'Float32Array' : 'Float64Array';
  const room = (places[place](name, 2, n + 2) as FloatArray).fill(UNTOUCHED);
  return { out: room.subarray(0, n), behind: room.subarray(n) };
}

const UNTOUCHED = -7;

export function isUntouched(values: FloatArray): boolean {
  return values.every((value) => value === UNTOUCHED);
}
