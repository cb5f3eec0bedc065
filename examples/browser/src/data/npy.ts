/** NumPy's .npy files: numbers of any width, one or two dimensions, little-endian. */
import type { Column, Values } from './columns';
import { Problem } from './problem';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MOST_COLUMNS = 1000;

type View = new (buffer: ArrayBuffer) => Values;

const TYPES: Readonly<Record<string, View>> = {
  '<f8': Float64Array,
  '<f4': Float32Array,
  '|b1': Uint8Array,
  '|i1': Int8Array,
  '|u1': Uint8Array,
  '<i2': Int16Array,
  '<u2': Uint16Array,
  '<i4': Int32Array,
  '<u4': Uint32Array,
};

export function readNpy(name: string, buffer: ArrayBuffer): Column[] {
  const bytes = new Uint8Array(buffer);
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) throw new Problem('npyNone', name);
  // From version 2 on the length of the header takes four bytes instead of two.
  const view = new DataView(buffer);
  const isShort = bytes[6] === 1;
  const start = isShort ? 10 : 12;
  const end = start + (isShort ? view.getUint16(8, true) : view.getUint32(8, true));
  const header = new TextDecoder('latin1').decode(bytes.subarray(start, end));
  const [, descr = '?'] = /'descr':\s*'([^']*)'/.exec(header) ?? [];
  const [, shape = ''] = /'shape':\s*\(([^)]*)\)/.exec(header) ?? [];
  const isByColumn = /'fortran_order':\s*True/.test(header);
  const sizes = shape.split(',').filter((text) => text.trim() !== '');
  const [rows = 1, columns = 1] = sizes.map(Number);
  if (sizes.length > 2 || columns > MOST_COLUMNS) throw new Problem('npyShape', name, `(${shape})`);
  const values = elements(name, descr, buffer.slice(end));
  if (values.length !== rows * columns) {
    throw new Problem('npyLength', name, `(${shape})`, values.length);
  }
  if (columns === 1) return [{ name, values }];
  return Array.from({ length: columns }, (_, k) => ({
    name: `${name}[${k}]`,
    values: isByColumn ? values.slice(k * rows, (k + 1) * rows) : strided(values, k, rows, columns),
  }));
}

function elements(name: string, descr: string, data: ArrayBuffer): Values {
  const Type = TYPES[descr];
  const width = Number(descr.slice(2));
  if (Type !== undefined && data.byteLength % width === 0) return new Type(data);
  const isLong = /^<[iu]8$/.test(descr);
  const isHalf = descr === '<f2';
  if (!isLong && !isHalf) throw new Problem('npyType', name, descr);
  if (data.byteLength % width !== 0) throw new Problem('npyLength', name, descr, data.byteLength);
  return isLong ? longs(name, descr, data) : halves(new Uint16Array(data));
}

/** 64-bit integers, as far as they are numbers exactly. */
function longs(name: string, descr: string, data: ArrayBuffer): Float64Array {
  const integers = descr === '<i8' ? new BigInt64Array(data) : new BigUint64Array(data);
  return Float64Array.from(integers, (integer, i) => {
    const value = Number(integer);
    if (!Number.isSafeInteger(value)) throw new Problem('dataCell', i + 1, name, String(integer));
    return value;
  });
}

/** Half floats: sign, 5 bits of exponent, 10 of mantissa; float32 holds each exactly. */
function halves(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 31;
    const mantissa = half & 1023;
    if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * mantissa * 2 ** -24;
    return sign * (1024 + mantissa) * 2 ** (exponent - 25);
  });
}

function strided(values: Values, k: number, rows: number, columns: number): Values {
  const column = values.slice(0, rows);
  for (let i = 0; i < rows; i++) column[i] = values[i * columns + k] ?? Number.NaN;
  return column;
}
