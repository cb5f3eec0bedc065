// Writes .npy, as NumPy has it.
import { writeFileSync } from 'node:fs';

export function writeNpy(path, type, shape, values) {
  const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.alloc(128, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(118, 8);
  header.write(text, 10);
  header.write('\n', 127);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(path, Buffer.concat([header, bytes]));
}

/** The numbers of a one-dimensional array of little-endian floats. */
export function parseNpy(bytes) {
  const length = bytes.readUInt16LE(8);
  const text = bytes.toString('latin1', 10, 10 + length);
  const View = text.includes("'<f4'") ? Float32Array : Float64Array;
  const elements = bytes.subarray(10 + length);
  return new View(Uint8Array.from(elements).buffer);
}
