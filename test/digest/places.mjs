// Arrays of every type with the same elements, in different memory.

const TYPES = {
  Float64Array,
  Float32Array,
  Uint8Array,
  Uint8ClampedArray,
  Int8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
};

/** Room for the longest array there is, and one element more. */
const ELEMENTS = 5120;

/** What an array is for; each has its own part of an arena. */
const ROLES = /** @type {const} */ (['yTrue', 'yPred', 'sampleWeight', 'out']);

/**
 * @typedef {keyof typeof TYPES} TypedName
 * @typedef {TypedName | 'number[]'} TypeName
 * @typedef {InstanceType<(typeof TYPES)[TypedName]>} TypedArray
 * @typedef {(typeof ROLES)[number]} Role
 * @typedef {(role: Role, type: TypedName, n: number) => TypedArray} Place
 */

/**
 * Where an array can be: in memory of its own or in an arena, from an aligned address or not, or
 * the truth in another arena than the predictions.
 *
 * @param {(bytes: number) => { float64: (n: number) => Float64Array<ArrayBuffer> }} createArena
 * @returns {Readonly<Record<string, Place>>}
 */
export function placesOf(createArena) {
  const [first, second] = [0, 1].map(() => {
    const arena = createArena(ROLES.length * 8 * ELEMENTS);
    return new Map(ROLES.map((role) => [role, arena.float64(ELEMENTS)]));
  });

  /** @type {(arena: typeof first, role: Role, type: TypedName, skip: number, n: number) => TypedArray} */
  function view(arena, role, type, skip, n) {
    const { buffer, byteOffset } = /** @type {Float64Array<ArrayBuffer>} */ (arena.get(role));
    return new TYPES[type](buffer, byteOffset, ELEMENTS).subarray(skip, skip + n);
  }

  return {
    ordinary: (_role, type, n) => new TYPES[type](n),
    arena: (role, type, n) => view(first, role, type, 0, n),
    'ordinary, misaligned': (_role, type, n) => new TYPES[type](n + 1).subarray(1),
    'arena, misaligned': (role, type, n) => view(first, role, type, 1, n),
    'two arenas': (role, type, n) => view(role === 'yTrue' ? first : second, role, type, 0, n),
  };
}

/**
 * The elements as an array of that type and in that place.
 *
 * @param {Float64Array} values
 * @param {Role} role
 * @param {TypeName} type
 * @param {Place} place
 */
export function placed(values, role, type, place) {
  if (type === 'number[]') return Array.from(values);
  const array = place(role, type, values.length);
  array.set(values);
  return array;
}
