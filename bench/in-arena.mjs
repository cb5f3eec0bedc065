// @ts-check
// Arrays as an arena holds them.

/**
 * A copy in an arena, of the same type; of an ordinary array as float64.
 *
 * @param {ReturnType<typeof import('lossmeter').createArena>} arena
 * @param {import('./data.mjs').Values} values
 */
export function inArena(arena, values) {
  const copy = /** @type {any} */ (roomFor(arena, values));
  copy.set(values);
  return copy;
}

/**
 * @param {ReturnType<typeof import('lossmeter').createArena>} arena
 * @param {import('./data.mjs').Values} values
 */
function roomFor(arena, values) {
  const n = values.length;
  if (values instanceof Float64Array || Array.isArray(values)) return arena.float64(n);
  if (values instanceof Float32Array) return arena.float32(n);
  if (values instanceof Uint8Array) return arena.uint8(n);
  if (values instanceof BigInt64Array) return arena.int64(n);
  return values instanceof Uint16Array ? arena.float16(n).bits : arena.int32(n);
}
