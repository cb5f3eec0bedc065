// Half floats by another way than the library's: from their fields, and back by cutting bits off.
export type HalfFormat = 'float16' | 'bfloat16';

const word = new DataView(new ArrayBuffer(4));

/** The number that 16 bits stand for. */
export function halfValue(bits: number, format: HalfFormat): number {
  if (format === 'bfloat16') {
    word.setUint16(0, bits);
    word.setUint16(2, 0);
    return word.getFloat32(0);
  }
  const sign = bits < 0x8000 ? 1 : -1;
  const exponent = Math.floor(bits / 1024) % 32;
  const fraction = (bits % 1024) / 1024;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

/** The bits of a number, towards 0. */
function halfBits(value: number, format: HalfFormat): number {
  word.setFloat32(0, value);
  if (format === 'bfloat16') return word.getUint16(0);
  const sign = word.getUint32(0) >>> 31 === 1 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size === Infinity) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | Math.floor(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | ((exponent + 15) * 1024 + Math.floor((size / 2 ** exponent - 1) * 1024));
}

export function toHalves(values: ArrayLike<number>, format: HalfFormat): Uint16Array {
  return Uint16Array.from(values, (value) => halfBits(value, format));
}

export function widened(bits: Uint16Array, format: HalfFormat): Float32Array {
  return Float32Array.from(bits, (half) => halfValue(half, format));
}
