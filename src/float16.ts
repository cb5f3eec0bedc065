import { describe } from './arrays.js';
import { isUint16Array, plain } from './exotic.js';
import { HalfFloats, type HalfFormat } from './half.js';

/**
 * The numbers that the bits of half floats stand for (IEEE 754's binary16: 5 bits of exponent, 10 of
 * fraction), as labels, predictions or weights of any loss. Nothing is copied; results are those of the
 * same numbers in a Float32Array. ONNX Runtime gives such bits as the `data` of float16 tensors on
 * engines without `Float16Array`. (A bare Uint16Array is integers up to 65,535: bits in it are taken for
 * these, which is no error where any number will do.)
 *
 * @param bits 16 bits in each element; of a part of them, `bits.subarray(from, to)`
 * @throws {TypeError} if `bits` is not a Uint16Array
 */
export function float16(bits: Uint16Array): HalfFloats {
  return halfFloats('float16', bits);
}

/**
 * The same for bfloat16, which is the upper half of a float32 (8 bits of exponent, 7 of fraction).
 *
 * @param bits 16 bits in each element; of a part of them, `bits.subarray(from, to)`
 * @throws {TypeError} if `bits` is not a Uint16Array
 */
export function bfloat16(bits: Uint16Array): HalfFloats {
  return halfFloats('bfloat16', bits);
}

function halfFloats(format: HalfFormat, bits: unknown): HalfFloats {
  if (!isUint16Array(bits)) {
    throw new TypeError(`${format}: expected bits to be a Uint16Array, got ${describe(bits)}`);
  }
  return new HalfFloats(format, plain(bits) as Uint16Array);
}
