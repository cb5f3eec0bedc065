// JSON Lines: an object in each line.
import type { Chunk, NumberColumn, Request, Source } from '../column.js';
import { badData, type Failure, unreadable } from '../failure.js';
import { type ByteSource, cutsOf, openRecords, skipMark, textOf } from './bytes.js';
import { EXACT, isExact } from './numbers.js';

const NEWLINE = 10;
/** Lines at a time, and characters of them: numbers of wide rows take some of either. */
const CHUNK_ROWS = 1 << 13;
const CHUNK_LENGTH = 1 << 22;
const NAMED = ['NaN', 'Infinity', '-Infinity', '-0'];

export async function openJsonLines(bytes: ByteSource): Promise<Source> {
  // The columns are those of the first line; other lines may have more.
  const lines = readLines(bytes, undefined);
  const first = await lines.next();
  if (first.done === true) throw unreadable(`${bytes.name}: expected lines of JSON, got nothing`);
  // What cannot be opened again goes on behind its first line.
  const { isOnce } = bytes;
  let columns: string[] = [];
  try {
    columns = Object.keys(parseLine(bytes.name, 0, first.value.text));
  } finally {
    if (!isOnce || columns.length === 0) await lines.return(undefined);
  }
  return {
    name: bytes.name,
    columns,
    unit: bytes.size === undefined ? 'whole' : 'bytes',
    isOnce,
    isText: true,
    ...(bytes.size === undefined ? {} : { cuts: cutsOf(bytes) }),
    size: () => bytes.size,
    async *read(request, span) {
      const all = isOnce ? again(first.value, lines) : readLines(bytes, span);
      yield* chunks(bytes.name, request, all);
    },
    close: async () => {
      await lines.return(undefined);
    },
  };
}

interface Line {
  readonly text: string;
  /** How far the file is read with it. */
  readonly done: number;
}

async function* again(first: Line, others: AsyncIterable<Line>): AsyncGenerator<Line> {
  yield first;
  yield* others;
}

async function* readLines(
  source: ByteSource,
  span: { from: number; to: number } | undefined,
): AsyncGenerator<Line, undefined> {
  const { reader, records } = await openRecords(source, span);
  try {
    if ((span?.from ?? 0) === 0) skipMark(source.name, records);
    while (records.position < (span?.to ?? Infinity)) {
      const found = records.bytes.indexOf(NEWLINE, records.start);
      const isWhole = found >= 0 && found < records.end;
      if (!isWhole && !records.isLast) {
        await records.fill();
        continue;
      }
      if (records.start === records.end) break;
      const end = isWhole ? found : records.end;
      const at = records.position;
      const place = () => `${source.name}: at byte ${at}`;
      const text = textOf(place, records.bytes, records.start, end);
      records.take(Math.min(end + 1, records.end) - records.start);
      if (text.trim() !== '') yield { text, done: records.position };
    }
  } finally {
    await reader.close();
  }
  return undefined;
}

type Row = Readonly<Record<string, unknown>>;

function parseLine(name: string, row: number, text: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(LONG.test(text) ? protect(text) : text);
  } catch {
    try {
      value = JSON.parse(protect(text));
    } catch {
      throw unreadable(`${name}: row ${row}: expected an object in JSON, got ${shortly(text)}`);
    }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row;
  throw unreadable(`${name}: row ${row}: expected an object in JSON, got ${shortly(text)}`);
}

/** Where an integer may be beyond ±2⁵³: digits that are no fraction. */
const LONG = /[^\d.]\d{16}/;
/** Whole, so that no part of one is taken for another: a fraction or an exponent may read as an integer. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|NaN|-?Infinity|[-+.\d][\w.+-]*/g;
const INTEGER = /^-?[1-9]\d{15,}$/;
/** The name that an integer's text gets in an object of its own, which no text is taken for. */
const AS_WRITTEN = 'lossmeter:integer';

/**
 * With what `JSON.parse` has not, or not as it is written, as what it has: NaN and Infinity, which
 * Python writes, as texts, and integers beyond ±2⁵³, of which it makes the nearest number, as objects.
 */
function protect(text: string): string {
  return text.replace(STRING_OR_NUMBER, (found) => {
    if (found.startsWith('"')) return found;
    if (found.endsWith('y') || found === 'NaN') return `"${found}"`;
    return INTEGER.test(found) && !Number.isSafeInteger(Number(found))
      ? `{"${AS_WRITTEN}":"${found}"}`
      : found;
  });
}

/** The text of an integer that is kept as it is written, or undefined for anything else. */
function longInteger(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Partial<Record<string, string>>)[AS_WRITTEN];
}

/** A value of a row as it is written, or nearly so. */
function written(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return shortly(text.replaceAll(PROTECTED, '$1'));
}

const PROTECTED = new RegExp(`\\{"${AS_WRITTEN}":"(-?\\d+)"\\}`, 'g');

async function* chunks(
  name: string,
  request: Request,
  lines: AsyncIterable<Line>,
): AsyncGenerator<Chunk> {
  let first = 0;
  let rows: Row[] = [];
  let done = 0;
  let length = 0;
  for await (const line of lines) {
    rows.push(parseLine(name, first + rows.length, line.text));
    done = line.done;
    length += line.text.length;
    if (rows.length === CHUNK_ROWS || length >= CHUNK_LENGTH) {
      yield chunkOf(name, request, first, rows, done);
      first += rows.length;
      rows = [];
      length = 0;
    }
  }
  if (rows.length > 0) yield chunkOf(name, request, first, rows, done);
}

function chunkOf(
  name: string,
  request: Request,
  first: number,
  rows: readonly Row[],
  done: number,
): Chunk {
  return {
    first,
    n: rows.length,
    numbers: request.numbers.map((column) => numbersOf(name, column, first, rows)),
    key: request.key === undefined ? undefined : keysOf(name, request.key, first, rows),
    done,
  };
}

function numbersOf(
  name: string,
  column: string,
  first: number,
  rows: readonly Row[],
): NumberColumn {
  const filled = rows.find((row) => Array.isArray(row[column]));
  const width = filled === undefined ? 1 : (filled[column] as unknown[]).length;
  if (width === 0) {
    const row = first + rows.indexOf(filled as Row);
    throw badData(
      `${name}: row ${row}, column ${JSON.stringify(column)}: expected numbers, got []`,
    );
  }
  const values = new Float64Array(rows.length * width);
  let nulls: Uint8Array | undefined;
  const fail = (i: number, expected: string, got: unknown): Failure =>
    badData(
      `${name}: row ${first + i}, column ${JSON.stringify(column)}: expected ${expected}, got ${written(got)}`,
    );
  for (const [i, row] of rows.entries()) {
    const value = row[column];
    if (value === null) {
      nulls ??= new Uint8Array(rows.length);
      nulls[i] = 1;
    } else if (filled === undefined) {
      const number = asNumber(value);
      if (number === undefined)
        throw fail(i, longInteger(value) === undefined ? 'a number' : EXACT, value);
      values[i] = number;
    } else {
      if (!Array.isArray(value) || value.length !== width) {
        throw fail(i, `an array of ${width} numbers`, value);
      }
      for (const [k, element] of value.entries()) {
        const number = asNumber(element);
        if (number === undefined && element !== null) {
          throw longInteger(element) === undefined
            ? fail(i, 'numbers', value)
            : fail(i, EXACT, element);
        }
        if (number === undefined) {
          nulls ??= new Uint8Array(rows.length);
          nulls[i] = 1;
        } else values[i * width + k] = number;
      }
    }
  }
  return { values, width, nulls };
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return NAMED.includes(value) ? Number(value) : undefined;
  const integer = longInteger(value);
  return integer !== undefined && isExact(integer) ? Number(integer) : undefined;
}

function keysOf(name: string, column: string, first: number, rows: readonly Row[]) {
  let nulls: Uint8Array | undefined;
  const keys = rows.map((row, i) => {
    const value = row[column];
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    const integer = longInteger(value);
    if (integer !== undefined) return integer;
    if (value !== null) {
      throw badData(
        `${name}: row ${first + i}, column ${JSON.stringify(column)}: expected a text or a number, got ${written(value)}`,
      );
    }
    nulls ??= new Uint8Array(rows.length);
    nulls[i] = 1;
    return '';
  });
  return { keys, nulls };
}

function shortly(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
