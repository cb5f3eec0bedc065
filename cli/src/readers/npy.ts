// NumPy's .npy: a header, and the elements as they are in memory.
import type { Values } from '../column.js';
import { widenHalf } from '../column.js';
import { unreadable } from '../failure.js';

/** What the header says. */
export interface NpyHeader {
  readonly type: NpyType;
  readonly isSwapped: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Where the elements begin. */
  readonly offset: number;
}

interface NpyType {
  readonly bytes: number;
  view(buffer: ArrayBufferLike, offset: number, length: number): Values;
  /** What is in the file, if it is not what is computed with. */
  readonly widen?: (values: Values) => Values;
}

function typed<View extends Values>(
  View: new (buffer: ArrayBufferLike, offset: number, length: number) => View,
  bytes: number,
  widen?: (values: Values) => Values,
): NpyType {
  return {
    bytes,
    view: (buffer, offset, length) => new View(buffer, offset, length),
    ...(widen === undefined ? {} : { widen }),
  };
}

const TYPES: Readonly<Record<string, NpyType>> = {
  b1: typed(Uint8Array, 1),
  i1: typed(Int8Array, 1),
  u1: typed(Uint8Array, 1),
  i2: typed(Int16Array, 2),
  u2: typed(Uint16Array, 2),
  i4: typed(Int32Array, 4),
  u4: typed(Uint32Array, 4),
  i8: typed(BigInt64Array, 8),
  u8: typed(BigUint64Array, 8),
  f2: typed(Uint16Array, 2, (bits) => widenHalf(bits as Uint16Array)),
  f4: typed(Float32Array, 4),
  f8: typed(Float64Array, 8),
};

/** Longer than any header of numbers: what is larger is no such file. */
export const LONGEST_HEADER = 1 << 16;

/** How many bytes the header has that the first 12 are of. */
export function headerLength(name: string, bytes: Buffer): number {
  const bad = (what: string) => unreadable(`${name}: expected a .npy file, got ${what}`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw bad('another one');
  const major = bytes[6];
  if (major < 1 || major > 3) throw bad(`version ${major}`);
  const length = major === 1 ? 10 + bytes.readUInt16LE(8) : 12 + bytes.readUInt32LE(8);
  if (length > LONGEST_HEADER) throw bad(`a header of ${length} bytes`);
  return length;
}

/** Reads the header at the beginning of `bytes`. */
export function parseNpyHeader(name: string, bytes: Buffer): NpyHeader {
  const offset = headerLength(name, bytes);
  if (bytes.length < offset)
    throw unreadable(
      `${name}: expected a header of ${offset} bytes, got ${bytes.length}: it is cut off`,
    );
  const text = bytes.toString('latin1', bytes[6] === 1 ? 10 : 12, offset);
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) {
    throw unreadable(`${name}: expected an array of numbers, got ${text.trim()}`);
  }
  const type = TYPES[descr.slice(1)];
  if (type === undefined || !'<>|='.includes(descr[0])) {
    throw unreadable(
      `${name}: expected an array of numbers, got one of type ${JSON.stringify(descr)}`,
    );
  }
  return {
    type,
    isSwapped: descr[0] === '>' && type.bytes > 1,
    isFortran: fortran === 'True',
    shape: shape
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
      .map((part) => Number.parseInt(part, 10)),
    offset,
  };
}

/** The elements in bytes of the file. */
export function decode({ type, isSwapped }: NpyHeader, bytes: Buffer): Values {
  if (isSwapped) {
    if (type.bytes === 2) bytes.swap16();
    else if (type.bytes === 4) bytes.swap32();
    else bytes.swap64();
  }
  const values = type.view(bytes.buffer, bytes.byteOffset, bytes.length / type.bytes);
  return type.widen?.(values) ?? values;
}
