// Float arrays in memory of every kind that threads may be given.
import { createArena } from '../../src/index.js';

/** The types of float arrays, which all are made in the same ways. */
export type View = typeof Float32Array;
export const F64 = Float64Array as never as View;

const inArena = (View: View, values: Float64Array, shared: boolean) => {
  const arena = createArena(8 * values.length, shared ? { shared } : {});
  const array = View === Float32Array ? arena.float32(values.length) : arena.float64(values.length);
  array.set(values);
  return array;
};

/** Memory that threads read where it is, or by way of copies of theirs, or of the caller's. */
export const memories = {
  'a shared arena': (View: View, values: Float64Array) => inArena(View, values, true),
  'an arena': (View: View, values: Float64Array) => inArena(View, values, false),
  'shared memory': (View: View, values: Float64Array) => {
    // (Not from its beginning.)
    const { BYTES_PER_ELEMENT: width } = View;
    const array = new View(
      new SharedArrayBuffer((values.length + 3) * width),
      3 * width,
      values.length,
    );
    array.set(values);
    return array;
  },
  'ordinary memory': (View: View, values: Float64Array) => new View(values),
};
