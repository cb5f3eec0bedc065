// Which types of arrays a call's arguments have, what data they hold, and where they lie.

/**
 * @typedef {import('./places.mjs').TypeName} TypeName
 *
 * @typedef {object} Mix
 * @property {string} group
 * @property {TypeName} yTrue
 * @property {TypeName} yPred
 * @property {(data: import('./data.mjs').Data) => readonly string[]} places where the data lies for
 *   each of its calls; nowhere if this mix is not fed that data
 */

const COPIED_AND_IN_PLACE = ['ordinary', 'arena'];
const EVERYWHERE = [
  ...COPIED_AND_IN_PLACE,
  'ordinary, misaligned',
  'arena, misaligned',
  'two arenas',
];

/**
 * One type of float, everything there is.
 *
 * @param {string} group
 * @param {TypeName} type
 * @returns {Mix}
 */
const float = (group, type) => ({
  group,
  yTrue: type,
  yPred: type,
  places: ({ isFirst, isFew }) =>
    isFirst && isFew ? EVERYWHERE : [type === 'Float32Array' ? 'arena' : 'ordinary'],
});

/**
 * @param {string} group
 * @param {TypeName} yTrue
 * @param {TypeName} yPred
 * @param {readonly string[]} places
 * @returns {Mix}
 */
const mix = (group, yTrue, yPred, places) => ({
  group,
  yTrue,
  yPred,
  places: (data) => (data.isFirst && data.isFew && holds(yTrue, data.yTrue) ? places : []),
});

/**
 * Whether an array of that type can have these whole numbers from 0 on; 16 bits hold all there are.
 *
 * @param {TypeName} type
 * @param {Float64Array} values
 */
function holds(type, values) {
  return !type.includes('8') || values.every((value) => value < 128);
}

/** @type {readonly Mix[]} */
export const mixes = [
  float('float64', 'Float64Array'),
  float('float32', 'Float32Array'),
  mix('float32 and float64', 'Float32Array', 'Float64Array', COPIED_AND_IN_PLACE),
  mix('float32 and float64', 'Float64Array', 'Float32Array', COPIED_AND_IN_PLACE),
  // What kernels read in place.
  mix('integers', 'Uint8Array', 'Float64Array', COPIED_AND_IN_PLACE),
  mix('integers', 'Uint8Array', 'Float32Array', COPIED_AND_IN_PLACE),
  mix('integers', 'Int32Array', 'Float64Array', COPIED_AND_IN_PLACE),
  mix('integers', 'Int32Array', 'Float32Array', COPIED_AND_IN_PLACE),
  // What is converted.
  mix('integers', 'Uint8ClampedArray', 'Float64Array', ['ordinary']),
  mix('integers', 'Int8Array', 'Float32Array', ['arena']),
  mix('integers', 'Int16Array', 'Float64Array', ['arena']),
  mix('integers', 'Uint16Array', 'Float32Array', ['ordinary']),
  mix('integers', 'Uint32Array', 'Float32Array', ['arena']),
  mix('number[]', 'number[]', 'number[]', ['ordinary']),
  // What is unpacked.
  mix('int64', 'BigInt64Array', 'Float64Array', EVERYWHERE),
  mix('int64', 'BigUint64Array', 'Float32Array', COPIED_AND_IN_PLACE),
  mix('int64', 'bigint[]', 'number[]', ['ordinary']),
  mix('half floats', 'float16', 'float16', EVERYWHERE),
  mix('half floats', 'BigInt64Array', 'float16', COPIED_AND_IN_PLACE),
  mix('half floats', 'Float64Array', 'Float16Array', COPIED_AND_IN_PLACE),
  mix('half floats', 'Uint8Array', 'bfloat16', COPIED_AND_IN_PLACE),
  mix('half floats', 'bfloat16', 'Float32Array', COPIED_AND_IN_PLACE),
];
