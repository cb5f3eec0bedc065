// NumPy's .npy files, as far as test/data has them: little-endian, row after row.
import { readFileSync } from 'node:fs';
import type { TypedArray } from '../../src/arrays.js';

const types = {
  '<f8': Float64Array,
  '<f4': Float32Array,
  '<i4': Int32Array,
  '|u1': Uint8Array,
} as const;

function isKnown(name: string | undefined): name is keyof typeof types {
  return name !== undefined && name in types;
}

/** The elements of test/data/<name>.npy. */
export function readNpy(name: string): TypedArray {
  const file = readFileSync(new URL(`../data/${name}.npy`, import.meta.url));
  // Magic (6 bytes), version (2), the header's length (2), the header: a Python dict.
  const start = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, start);
  const type = /'descr': '([^']+)'/.exec(header)?.[1];
  if (!isKnown(type) || !header.includes("'fortran_order': False")) {
    throw new Error(`${name}.npy: cannot read ${header}`);
  }
  return new types[type](Uint8Array.from(file.subarray(start)).buffer);
}
