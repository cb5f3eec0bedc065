// Writes .npy, as NumPy has it.
import { writeFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

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

/** An archive of files that are stored, as an .npz is. */
export function zip(files) {
  const locals = [];
  const entries = [];
  let offset = 0;
  for (const [name, bytes] of Object.entries(files)) {
    // What both headers have: version, flags, method, time, date, checksum, sizes, lengths.
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), bytes]);
    locals.push(local);
    entries.push(Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name));
    offset += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
