// What to pass in place of something that is nearly an array of numbers: the end of error messages.
import { isArray, isObject } from './arrays.js';

const MEMORY = ['an ArrayBuffer', 'a SharedArrayBuffer', 'a DataView'];

/** For an argument that is no array, but as described; empty if there is nothing to say. */
export function argumentHint(value: unknown, described: string): string {
  if (MEMORY.includes(described)) return '; pass a typed array of that memory';
  // A tensor of TensorFlow.js, and one of ONNX Runtime. None of their members is read but a type.
  if (has(value, 'dataSync')) return '; pass what its dataSync() returns';
  if (has(value, 'data') && has(value, 'dims')) {
    return isFloat16(value) ? '; pass float16(….data)' : '; pass its .data';
  }
  return '';
}

/** For an element that is no number. */
export function elementHint(argument: string, value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    return `; pass the rows one after the other, as ${argument}.flatMap((row) => [...row])`;
  }
  return isArray(value) ? `; pass the rows one after the other, as ${argument}.flat()` : '';
}

/** Whether a tensor says that its data are the bits of half floats. */
function isFloat16(value: unknown): boolean {
  try {
    return (value as { readonly type?: unknown }).type === 'float16';
  } catch {
    return false;
  }
}

function has(value: unknown, name: string): value is object {
  try {
    return isObject(value) && name in value;
  } catch {
    // Of a proxy, by its trap.
    return false;
  }
}
