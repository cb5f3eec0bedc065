// NumPy's .npy files, as far as the examples' data goes: little-endian, C order.
import { readFileSync } from 'node:fs';

const TYPES = { '<f8': Float64Array, '<f4': Float32Array, '<i4': Int32Array, '|u1': Uint8Array };

/** The elements of a .npy file, row after row, in the typed array of its type. */
export function readNpy(url) {
  const { buffer, byteOffset, byteLength } = readFileSync(url);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  const headerLength = new DataView(bytes).getUint16(8, true);
  const header = new TextDecoder().decode(new Uint8Array(bytes, 10, headerLength));
  const Type = TYPES[/'descr': '([^']+)'/.exec(header)?.[1]];
  if (Type === undefined || !header.includes("'fortran_order': False")) {
    throw new Error(`${url}: cannot read an array of ${header}`);
  }
  return new Type(bytes, 10 + headerLength);
}
