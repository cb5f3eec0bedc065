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
  BigInt64Array,
  BigUint64Array,
};

/** Room for the longest array there is, and one element more. */
const ELEMENTS = 5120;

/** What an array is for; each has its own part of an arena. */
const ROLES = /** @type {const} */ (['yTrue', 'yPred', 'sampleWeight', 'out']);

/**
 * @typedef {keyof typeof TYPES} TypedName
 * @typedef {'float16' | 'bfloat16' | 'Float16Array'} HalfName the last where the engine has it
 * @typedef {TypedName | HalfName | 'number[]' | 'bigint[]'} TypeName
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
 * @param {import('./digest.mjs').Library} library
 */
export function placed(values, role, type, place, { float16, bfloat16 }) {
  const elements = convertedOnce(values, type);
  if (type === 'number[]' || type === 'bigint[]') return elements.slice();
  /** @type {any} */
  const array = place(role, isHalf(type) ? 'Uint16Array' : type, values.length);
  array.set(elements);
  if (!isHalf(type)) return array;
  return type === 'bfloat16' ? bfloat16(array) : asFloat16(array, type, float16);
}

/** @type {WeakMap<Float64Array, Map<TypeName, any>>} */
const conversions = new WeakMap();

/**
 * The elements in that type: every question asks for them once more.
 *
 * @param {Float64Array} values
 * @param {TypeName} type
 */
function convertedOnce(values, type) {
  const known = conversions.get(values) ?? new Map();
  conversions.set(values, known);
  if (!known.has(type)) known.set(type, converted(values, type));
  return known.get(type);
}

/**
 * @param {Float64Array} values
 * @param {TypeName} type
 */
function converted(values, type) {
  if (type === 'number[]') return Array.from(values);
  if (type === 'bigint[]') return Array.from(values, mixed);
  if (isHalf(type)) return Uint16Array.from(values, (value) => halfBits(value, type));
  /** @type {any} */
  const Type = TYPES[type];
  return Type.from(type.startsWith('Big') ? Array.from(values, BigInt) : values);
}

/**
 * The elements from … to − 1, where they are.
 *
 * @param {any} array
 * @param {number} from
 * @param {number} to
 * @param {import('./digest.mjs').Library} library
 */
export function partOf(array, from, to, library) {
  if (Array.isArray(array)) return array.slice(from, to);
  if ('bits' in array) return library[array.format](array.bits.subarray(from, to));
  return array.subarray(from, to);
}

/**
 * Whether half floats.
 *
 * @param {TypeName} type
 * @returns {type is HalfName}
 */
export function isHalf(type) {
  return type.endsWith('loat16') || type === 'Float16Array';
}

/**
 * A whole number as a bigint, a boolean or itself.
 *
 * @param {number} value
 * @param {number} i
 */
function mixed(value, i) {
  if (i % 3 === 0) return value;
  return i % 3 === 1 && value <= 1 ? value === 1 : BigInt(value);
}

/**
 * @param {Uint16Array} bits
 * @param {HalfName} type
 * @param {(bits: Uint16Array) => unknown} float16
 */
function asFloat16(bits, type, float16) {
  const { Float16Array } = /** @type {any} */ (globalThis);
  if (type === 'float16' || Float16Array === undefined) return float16(bits);
  return new Float16Array(bits.buffer, bits.byteOffset, bits.length);
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

/**
 * A number as a half float, the bits that are too many cut off.
 *
 * @param {number} value
 * @param {HalfName} type
 */
function halfBits(value, type) {
  float[0] = value;
  const bits = word[0];
  if (type === 'bfloat16') return bits >>> 16;
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 255) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00 | (fraction === 0 || exponent < 143 ? 0 : 512);
  if (exponent > 0) return sign | (exponent << 10) | (fraction >>> 13);
  return sign | (exponent < -10 ? 0 : (fraction | 0x800000) >>> (14 - exponent));
}
