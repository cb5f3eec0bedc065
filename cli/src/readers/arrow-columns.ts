// Columns of Arrow, as flechette decodes them, as typed arrays.
import { type Batch, type Column, type DataType, Type } from '@uwdata/flechette';
import { type KeyColumn, type NumberColumn, type Values, widenHalf } from '../column.js';
import { badData, badUsage, unreadable } from '../failure.js';

/** Where a column is, for errors: its file, its name, and the number of its first row. */
export interface Place {
  readonly file: string;
  readonly column: string;
  readonly first: number;
}

/** The numbers of a column of one record batch. */
export function numbersOf(place: Place, column: Column<unknown>): NumberColumn {
  const batches = column.data.map((batch) => batchNumbers(place, batch));
  const numbers = batches.length === 1 ? batches[0] : join(place, batches);
  if (numbers.values.length !== column.length * numbers.width) {
    throw unreadable(
      `${place.file}: expected ${column.length} rows of column ${JSON.stringify(place.column)} from row ${place.first} on, got ${numbers.values.length / numbers.width}: it is damaged`,
    );
  }
  return numbers;
}

function join(place: Place, batches: readonly NumberColumn[]): NumberColumn {
  const parts = batches.filter(({ values }) => values.length > 0);
  if (parts.length === 0) return { values: new Float64Array(0), width: 1, nulls: undefined };
  const [{ width, values }] = parts;
  if (parts.some((part) => part.width !== width)) throw differentWidths(place, 0);
  const Same = values.constructor as new (length: number) => Values;
  const all = new Same(parts.reduce((sum, part) => sum + part.values.length, 0));
  const nulls = new Uint8Array(all.length / width);
  let at = 0;
  for (const part of parts) {
    // (All of the column's type, whichever it is.)
    (all as Float64Array).set(part.values as Float64Array, at);
    if (part.nulls !== undefined) nulls.set(part.nulls, at / width);
    at += part.values.length;
  }
  return { values: all, width, nulls: nulls.includes(1) ? nulls : undefined };
}

function batchNumbers(place: Place, batch: Batch<unknown>): NumberColumn {
  const { type, length } = batch;
  const nulls = nullsOf(batch);
  const scalar = (values: Values): NumberColumn => ({ values, width: 1, nulls });
  switch (type.typeId) {
    case Type.Int:
      return scalar(batch.values as Values);
    case Type.Float:
      return scalar(
        type.precision === 0
          ? widenHalf((batch.values as Uint16Array).subarray(0, length))
          : (batch.values as Values),
      );
    case Type.Bool:
      return scalar(Uint8Array.from({ length }, (_, i) => bit(batch.values as Uint8Array, i)));
    case Type.Decimal:
      return scalar(decimals(batch, type.scale, type.bitWidth));
    case Type.Null:
      return scalar(new Float64Array(length));
    case Type.Dictionary:
      return gather(place, batch);
    case Type.FixedSizeList:
      return lists(place, batch, (row) => row * type.stride, type.stride);
    case Type.List:
    case Type.LargeList: {
      const offsets = batch.offsets as Int32Array | BigInt64Array;
      return lists(place, batch, (row) => Number(offsets[row]), undefined);
    }
    default:
      throw badUsage(
        `${place.file}: expected column ${JSON.stringify(place.column)} to hold numbers, got ${typeName(type)}`,
      );
  }
}

function nullsOf({ validity, nullCount, length, type }: Batch<unknown>): Uint8Array | undefined {
  if (type.typeId === Type.Null) return new Uint8Array(length).fill(1);
  if (nullCount === 0 || validity === undefined || validity.length === 0) return undefined;
  return Uint8Array.from({ length }, (_, i) => 1 - bit(validity, i));
}

function bit(bits: Uint8Array, i: number): number {
  return (bits[i >> 3] >> (i & 7)) & 1;
}

/** Decimals rounded once to float64. */
function decimals(batch: Batch<unknown>, scale: number, bitWidth: number): Float64Array {
  const values = new Float64Array(batch.length);
  for (let i = 0; i < batch.length; i++) {
    const unscaled =
      bitWidth === 32 ? BigInt((batch.values as Int32Array)[i]) : (batch.value(i) as bigint);
    const number = Number(unscaled);
    // One division of exact numbers; larger ones are read as they are written.
    values[i] =
      Number.isSafeInteger(number) && scale <= 22
        ? number / 10 ** scale
        : Number(`${unscaled}e${-scale}`);
  }
  return values;
}

function gather(place: Place, batch: Batch<unknown>): NumberColumn {
  const { dictionary } = batch as Batch<unknown> & { dictionary: Column<unknown> };
  const entries = numbersOf(place, dictionary);
  const codes = batch.values as Int32Array;
  const own = nullsOf(batch);
  const { width } = entries;
  const Same = entries.values.constructor as new (length: number) => Values;
  const values = new Same(batch.length * width);
  const nulls = new Uint8Array(batch.length);
  for (let i = 0; i < batch.length; i++) {
    const code = Number(codes[i]);
    if (own?.[i] === 1 || entries.nulls?.[code] === 1) {
      nulls[i] = 1;
      continue;
    }
    for (let k = 0; k < width; k++) {
      (values as Float64Array)[i * width + k] = (entries.values as Float64Array)[code * width + k];
    }
  }
  return { values, width, nulls: nulls.includes(1) ? nulls : undefined };
}

/** Lists that are all of one length, where they are not null. */
function lists(
  place: Place,
  batch: Batch<unknown>,
  startOf: (row: number) => number,
  stride: number | undefined,
): NumberColumn {
  const own = nullsOf(batch);
  const child = batchNumbers(place, batch.children[0]);
  if (child.width !== 1) {
    throw badUsage(
      `${place.file}: expected column ${JSON.stringify(place.column)} to hold lists of numbers, got lists of lists`,
    );
  }
  let width = stride;
  for (let row = 0; stride === undefined && row < batch.length; row++) {
    if (own?.[row] === 1) continue;
    const length = startOf(row + 1) - startOf(row);
    if (!(length >= 0)) {
      throw unreadable(
        `${place.file}: row ${place.first + row}: a list of a wrong length: it is damaged`,
      );
    }
    width ??= length;
    if (length !== width) throw differentWidths(place, row, width, length);
  }
  width ??= 1;
  const nulls = own ?? new Uint8Array(batch.length);
  const start = startOf(0);
  const isDense = own === undefined;
  const Same = child.values.constructor as new (length: number) => Values;
  const values = isDense
    ? child.values.subarray(start, start + batch.length * width)
    : new Same(batch.length * width);
  for (let row = 0; row < batch.length; row++) {
    if (nulls[row] === 1) continue;
    const from = startOf(row);
    if (!isDense) {
      (values as Float64Array).set(
        child.values.subarray(from, from + width) as Float64Array,
        row * width,
      );
    }
    if (child.nulls?.subarray(from, from + width).includes(1)) nulls[row] = 1;
  }
  return { values, width, nulls: nulls.includes(1) ? nulls : undefined };
}

function differentWidths(
  { file, column, first }: Place,
  row: number,
  expected?: number,
  got?: number,
) {
  const what = expected === undefined ? 'lists of one length' : `a list of ${expected} numbers`;
  return badData(
    `${file}: row ${first + row}, column ${JSON.stringify(column)}: expected ${what}, got ${got ?? 'others'}`,
  );
}

/** What rows are grouped by: texts, integers or booleans. */
export function keysOf(place: Place, column: Column<unknown>): KeyColumn {
  const { type } = column;
  const held = type.typeId === Type.Dictionary ? type.dictionary : type;
  const [batch] = column.data;
  const nulls = new Uint8Array(column.length);
  for (let i = 0; column.nullCount > 0 && i < column.length; i++) {
    if (column.at(i) === null) nulls[i] = 1;
  }
  const found = nulls.includes(1) ? nulls : undefined;
  switch (held.typeId) {
    case Type.Int:
      if (type.typeId === Type.Int && column.data.length === 1) {
        return { keys: batch.values as Exclude<Values, Float32Array | Float64Array>, nulls: found };
      }
      return { keys: texts(column), nulls: found };
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
    case Type.Bool:
      return { keys: texts(column), nulls: found };
    default:
      throw badUsage(
        `${place.file}: expected column ${JSON.stringify(place.column)} to hold texts or integers, to group by, got ${typeName(held)}`,
      );
  }
}

function texts(column: Column<unknown>): string[] {
  return Array.from({ length: column.length }, (_, i) => String(column.at(i) ?? ''));
}

const TYPE_NAMES = new Map(Object.entries(Type).map(([name, id]) => [id as number, name]));

function typeName({ typeId }: DataType): string {
  return TYPE_NAMES.get(typeId) ?? `type ${typeId}`;
}
