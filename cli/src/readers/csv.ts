// CSV and TSV, as RFC 4180 has it and no looser: what does not parse is an error, never a guess.
//
// Of the parsers on npm, papaparse reads 1.3 and csv-parse 0.7 million rows a second of three columns;
// uDSV reads 12, and drops a last row that is cut off without a word, as it joins short rows with the
// next. This one reads only the columns that are asked for.
import type { Chunk, KeyColumn, NumberColumn, Request, Source, Span } from '../column.js';
import { badData, badUsage, type Failure, unreadable } from '../failure.js';
import {
  type ByteSource,
  cutsOf,
  openRecords,
  type RecordBuffer,
  skipMark,
  textOf,
} from './bytes.js';
import { EXACT, expectedOf, parseNumber, parseShort } from './numbers.js';

export interface CsvOptions {
  /** One character; from the file's name and first line unless given. */
  readonly delimiter: string | undefined;
  readonly hasHeader: boolean;
}

const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;
/** Rows at a time: fewer of many columns, so that the numbers take 16 MB. */
const chunkRows = (columns: number) =>
  Math.max(64, Math.min(1 << 15, 2 ** Math.floor(Math.log2((1 << 21) / Math.max(1, columns)))));

export async function openCsv(bytes: ByteSource, options: CsvOptions): Promise<Source> {
  const { name, isOnce } = bytes;
  const { reader, records } = await openRecords(bytes, undefined);
  let isOpen = false;
  try {
    skipMark(name, records);
    if (records.end === records.start) {
      throw unreadable(`${name}: expected ${options.hasHeader ? 'a header' : 'rows'}, got nothing`);
    }
    const delimiter = (options.delimiter ?? guessDelimiter(name, records)).charCodeAt(0);
    const parser = new Parser(name, records, delimiter);
    const first = await parser.record();
    const columns = options.hasHeader ? first : first.map((_, i) => String(i));
    const headerEnd = options.hasHeader ? parser.position : 0;
    // What cannot be opened again goes on behind its header.
    isOpen = isOnce;
    if (isOnce && !options.hasHeader) parser.rewind();
    return {
      name,
      columns,
      unit: bytes.size === undefined ? 'whole' : 'bytes',
      isOnce,
      isText: true,
      ...(bytes.size === undefined ? {} : { cuts: cutsOf(bytes) }),
      size: () => bytes.size,
      read: (request, span) =>
        isOnce
          ? parser.chunks(request, columns, undefined)
          : readFile(bytes, { delimiter, headerEnd }, request, columns, span),
      close: async () => {
        if (isOnce) await reader.close();
      },
    };
  } finally {
    if (!isOpen) await reader.close();
  }
}

interface Dialect {
  readonly delimiter: number;
  /** Where the rows begin. */
  readonly headerEnd: number;
}

async function* readFile(
  bytes: ByteSource,
  { delimiter, headerEnd }: Dialect,
  request: Request,
  columns: readonly string[],
  span: Span | undefined,
): AsyncGenerator<Chunk> {
  // A part that begins in the header begins behind it, and the one before has no rows.
  const isFirst = (span?.from ?? 0) <= headerEnd;
  const { reader, records } = await openRecords(
    bytes,
    isFirst || span === undefined ? undefined : span,
  );
  try {
    const parser = new Parser(bytes.name, records, delimiter);
    if (isFirst) {
      skipMark(bytes.name, records);
      if (headerEnd > 0) await parser.record();
    } else parser.line = undefined;
    yield* parser.chunks(request, columns, span);
  } finally {
    await reader.close();
  }
}

function guessDelimiter(name: string, { bytes, start, end }: RecordBuffer): string {
  if (/\.tsv(\.gz)?$/i.test(name)) return '\t';
  // (What is in quotes is of a name, newlines, too.)
  const header = bytes.toString('latin1', start, end).replace(/"[^"]*"?/g, '');
  const [line] = header.split('\n', 1);
  return [',', '\t', ';', '|'].find((delimiter) => line.includes(delimiter)) ?? ',';
}

class Parser {
  /** The line of the next record, from 1; undefined where a part of a file begins. */
  line: number | undefined = 1;
  /** Newlines in the quoted fields of the record that is being read. */
  private breaks = 0;
  private readonly name: string;
  private readonly records: RecordBuffer;
  private readonly delimiter: number;
  private readonly before: number;

  constructor(name: string, records: RecordBuffer, delimiter: number) {
    this.name = name;
    this.records = records;
    this.delimiter = delimiter;
    this.before = records.start;
  }

  get position(): number {
    return this.records.position;
  }

  /** Back to where it began; only before anything else is read. */
  rewind(): void {
    this.records.take(this.before - this.records.start);
    this.line = 1;
  }

  /** All fields of the next record. */
  async record(): Promise<string[]> {
    const { records } = this;
    let fields: string[] = [];
    for (let at = records.start; ; ) {
      const end = this.fieldEnd(at, true);
      if (end < 0) {
        await records.fill();
        fields = [];
        at = records.start;
        continue;
      }
      fields.push(this.text(at, end));
      if (end >= records.end || records.bytes[end] === NEWLINE) {
        this.advance(end);
        return fields;
      }
      at = end + 1;
    }
  }

  async *chunks(
    request: Request,
    columns: readonly string[],
    span: Span | undefined,
  ): AsyncGenerator<Chunk> {
    const { records } = this;
    const slots = request.numbers.map((column) => columns.indexOf(column));
    const keyField = request.key === undefined ? -1 : columns.indexOf(request.key);
    const fields = columns.length;
    // Per field: where its numbers go, or −1.
    const slotOf = columns.map((_, field) => slots.indexOf(field));
    const rows = chunkRows(slots.length);
    const numbers = slots.map(() => new Float64Array(rows));
    const nulls = slots.map(() => new Uint8Array(rows));
    const hasNulls = slots.map(() => false);
    const keyNulls = new Uint8Array(rows);
    let keys: string[] = [];
    let hasNullKeys = false;
    let first = 0;
    let n = 0;
    const to = span?.to ?? Infinity;

    const emit = (): Chunk => ({
      first,
      n,
      numbers: slots.map((_, slot): NumberColumn => {
        const own = slots.indexOf(slots[slot]);
        return {
          values: numbers[own].subarray(0, n),
          width: 1,
          nulls: hasNulls[own] ? nulls[own].subarray(0, n) : undefined,
        };
      }),
      key:
        keyField < 0
          ? undefined
          : ({
              keys,
              nulls: hasNullKeys ? keyNulls.subarray(0, n) : undefined,
            } satisfies KeyColumn),
      done: records.position,
    });

    const reset = () => {
      first += n;
      n = 0;
      keys = [];
      hasNulls.fill(false);
      hasNullKeys = false;
      for (const column of nulls) column.fill(0);
      keyNulls.fill(0);
    };

    while (records.position < to) {
      if (records.start === records.end) {
        if (records.isLast) break;
        await records.fill();
        continue;
      }
      const { bytes, end: bufferEnd } = records;
      // An empty line is a record where there is one column, and none elsewhere.
      if (fields > 1 && this.isEmptyLine()) {
        this.advance(bytes.indexOf(NEWLINE, records.start));
        continue;
      }
      let at = records.start;
      let field = 0;
      let end = -1;
      this.breaks = 0;
      for (; ; field++) {
        end = this.fieldEnd(at, span === undefined);
        if (end < 0) break;
        if (field < fields) {
          const slot = slotOf[field];
          if (slot >= 0) {
            const value = this.number(at, end);
            if (value === undefined) throw this.notNumber(first + n, columns[field], at, end);
            if (value === null) {
              nulls[slot][n] = 1;
              hasNulls[slot] = true;
              numbers[slot][n] = NaN;
            } else numbers[slot][n] = value;
          }
          if (field === keyField) {
            const text = this.text(at, end);
            // An empty field is null; quotes make it a text.
            if (text === '' && bytes[at] !== QUOTE) {
              keyNulls[n] = 1;
              hasNullKeys = true;
            }
            keys[n] = text;
          }
        }
        if (end >= bufferEnd || bytes[end] === NEWLINE) break;
        at = end + 1;
      }
      if (end < 0) {
        await records.fill();
        continue;
      }
      if (field + 1 !== fields) {
        const isLast = end >= bufferEnd && records.isLast;
        throw unreadable(
          `${this.where(first + n)}: expected ${fields} fields, got ${field + 1}${isLast ? ': is the file cut off?' : ''}`,
        );
      }
      this.advance(end);
      if (++n === rows) {
        yield emit();
        reset();
      }
    }
    if (n > 0) yield emit();
  }

  /** Beyond the record that ends at `end`. */
  private advance(end: number): void {
    const { records } = this;
    if (this.line !== undefined) this.line += 1 + this.breaks;
    this.breaks = 0;
    records.take(Math.min(end + 1, records.end) - records.start);
  }

  private isEmptyLine(): boolean {
    const { bytes, start, end } = this.records;
    const at = bytes[start] === RETURN ? start + 1 : start;
    return at < end && bytes[at] === NEWLINE;
  }

  /**
   * Where the field that begins at `at` ends: at a delimiter, a newline, or the end of the file;
   * −1 if that is not in the buffer yet.
   */
  private fieldEnd(at: number, mayBreak: boolean): number {
    const { bytes, end, isLast } = this.records;
    const { delimiter } = this;
    if (at < end && bytes[at] === QUOTE) return this.quotedEnd(at, mayBreak);
    for (let i = at; i < end; i++) {
      const byte = bytes[i];
      if (byte === delimiter || byte === NEWLINE) return i;
      if (byte === QUOTE) throw this.badQuote(i);
    }
    return isLast ? end : -1;
  }

  private quotedEnd(at: number, mayBreak: boolean): number {
    const { bytes, end, isLast } = this.records;
    for (let i = at + 1; ; i++) {
      const quote = bytes.indexOf(QUOTE, i);
      if (quote < 0 || quote >= end) {
        if (isLast)
          throw unreadable(
            `${this.place()}: expected a quoted field to end, got the end of the file`,
          );
        return -1;
      }
      // Whether it is a doubled one shows only in what follows.
      if (quote + 1 >= end && !isLast) return -1;
      if (quote + 1 < end && bytes[quote + 1] === QUOTE) {
        i = quote + 1;
        continue;
      }
      const lines = countLines(bytes, at, quote);
      if (lines > 0 && !mayBreak) {
        throw badUsage(
          `${this.place()}: a quoted field goes over several lines; such a file cannot be cut into parts`,
        );
      }
      let next = quote + 1;
      if (next < end && bytes[next] === RETURN) next++;
      if (next >= end && !isLast) return -1;
      if (next < end && bytes[next] !== this.delimiter && bytes[next] !== NEWLINE)
        throw this.badQuote(quote);
      this.breaks += lines;
      return Math.min(next, end);
    }
  }

  /** The text of a field, without its quotes. */
  private text(from: number, to: number): string {
    const { bytes } = this.records;
    let end = to;
    if (end > from && bytes[end - 1] === RETURN && this.endsRecord(to)) end--;
    if (bytes[from] !== QUOTE) return textOf(() => this.place(), bytes, from, end);
    return textOf(() => this.place(), bytes, from + 1, end - 1).replaceAll('""', '"');
  }

  private endsRecord(end: number): boolean {
    const { bytes, end: bufferEnd } = this.records;
    return end >= bufferEnd || bytes[end] === NEWLINE;
  }

  /** The number of a field, null if it is empty, undefined if it is none. */
  private number(from: number, to: number): number | null | undefined {
    const { bytes } = this.records;
    let end = to;
    if (end > from && bytes[end - 1] === RETURN && this.endsRecord(to)) end--;
    if (end === from) return null;
    const value = parseShort(bytes, from, end);
    if (!Number.isNaN(value)) return value;
    if (bytes[from] === QUOTE) return parseNumber(this.text(from, to));
    return parseNumber(this.records.latin1.slice(from, end));
  }

  private notNumber(row: number, column: string, from: number, to: number): Failure {
    const text = this.text(from, Math.min(to, from + 100));
    const expected = expectedOf(text);
    const got = expected === EXACT ? text.trim() : JSON.stringify(text);
    return badData(
      `${this.where(row)}, column ${JSON.stringify(column)}: expected ${expected}, got ${got}`,
    );
  }

  private badQuote(at: number): Failure {
    const { records } = this;
    const byte = records.position + at - records.start;
    return unreadable(
      `${this.place()}: expected quotes around a field or doubled in one, got one at byte ${byte}`,
    );
  }

  private where(row: number): string {
    return this.line === undefined
      ? `${this.place()}`
      : `${this.name}: row ${row} (line ${this.line})`;
  }

  private place(): string {
    const { position } = this.records;
    return this.line === undefined
      ? `${this.name}: at byte ${position}`
      : `${this.name}: line ${this.line}`;
  }
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (
    let at = bytes.indexOf(NEWLINE, from);
    at >= 0 && at < to;
    at = bytes.indexOf(NEWLINE, at + 1)
  )
    lines++;
  return lines;
}
