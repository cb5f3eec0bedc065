// Files and streams of Arrow, a record batch at a time. flechette decodes batches; what it takes is all
// of a file at once, so that messages are found here.
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { CompressionType, setCompressionCodec, type Table, tableFromIPC } from '@uwdata/flechette';
import { decompress } from 'fzstd';
import {
  type Chunk,
  keysOf as keysBetween,
  type Request,
  rowsOf,
  type Source,
  type Span,
} from '../column.js';
import { Failure, reason, unreadable } from '../failure.js';
import { keysOf, numbersOf } from './arrow-columns.js';
import { isPipe, openFile, readAt, streamed } from './bytes.js';
import { decompressLz4 } from './lz4.js';

/** The header types of messages that have to be told apart. */
const SCHEMA = 1;
const DICTIONARY = 2;
const RECORDS = 3;

interface Message {
  readonly kind: number;
  /** Rows of a record batch. */
  readonly rows: number;
  /** Framed, as a stream has it. */
  readonly metadata: Buffer;
  readonly bodyLength: number;
}

/** Where messages come from, one after the other. */
interface Messages {
  /** The next one, or undefined at the end mark. What is left of the one before is skipped. */
  next(): Promise<Message | undefined>;
  /** The body of the one before. */
  body(): Promise<Buffer>;
}

const MAGIC = 'ARROW1';

const encode = () => {
  throw new Error('nothing is compressed here');
};
setCompressionCodec(CompressionType.LZ4_FRAME, { encode, decode: decompressLz4 });
setCompressionCodec(CompressionType.ZSTD, {
  encode,
  decode: (bytes, length) => decompress(bytes, new Uint8Array(length)),
});

export async function openArrow(path: string): Promise<Source> {
  if (path === '-') return openStream('standard input', streamed('standard input', process.stdin));
  if (await isPipe(path)) return openStream(path, streamed(path, createReadStream(path)));
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(Math.min(8, size));
    await readAt(file, path, head, 0);
    const isFile = head.toString('latin1', 0, 6) === MAGIC;
    const end = isFile ? await checkFooter(file, path, size) : size;
    const start = isFile ? 8 : 0;
    const layout = await scan(path, inFile(file, path, start, end));
    const rows = layout.batches.reduce((sum, n) => sum + n, 0);
    return {
      name: path,
      columns: layout.columns,
      unit: 'rows',
      isOnce: false,
      size: () => rows,
      read: (request, span) =>
        chunks(path, inFile(file, path, start, end), request, span ?? { from: 0, to: rows }),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openStream(name: string, reader: ReturnType<typeof streamed>): Promise<Source> {
  const read = async (n: number): Promise<Buffer> => {
    const bytes = Buffer.from(new ArrayBuffer(n));
    for (let done = 0; done < n; ) {
      const more = await reader.read(bytes.subarray(done));
      if (more === 0) {
        if (done === 0) return bytes.subarray(0, 0);
        throw cutOff(name);
      }
      done += more;
    }
    return bytes;
  };
  // A file is a stream between a mark and a footer.
  let start: Buffer | undefined = await read(8);
  if (start.toString('latin1', 0, 6) === MAGIC) start = undefined;
  const readOn = async (n: number): Promise<Buffer> => {
    if (start === undefined) return read(n);
    const before = start.subarray(0, n);
    start = n < start.length ? start.subarray(n) : undefined;
    if (before.length === n) return before;
    return Buffer.concat([before, await read(n - before.length)]);
  };
  const messages = framed(name, readOn, async (n) => void (await readOn(n)));
  const schema = await messages.next();
  const columns = schemaColumns(name, schema);
  return {
    name,
    columns,
    unit: 'whole',
    isOnce: true,
    size: () => undefined,
    read: (request) => chunks(name, messages, request, { from: 0, to: Infinity }, schema),
    close: () => reader.close(),
  };
}

/** Messages from a file, from a place in it. */
function inFile(file: FileHandle, path: string, start: number, end: number): Messages {
  let position = start;
  const read = async (n: number): Promise<Buffer> => {
    if (position >= end) return Buffer.alloc(0);
    if (position + n > end) throw cutOff(path);
    const bytes = Buffer.from(new ArrayBuffer(n));
    await readAt(file, path, bytes, position);
    position += n;
    return bytes;
  };
  return framed(path, read, async (n) => {
    if (position + n > end) throw cutOff(path);
    position += n;
  });
}

const cutOff = (name: string) =>
  unreadable(`${name}: expected more of a message, got the end: it is cut off`);

/** Takes messages out of bytes. (A file that has lost its end mark may have lost batches, too.) */
function framed(
  name: string,
  read: (n: number) => Promise<Buffer>,
  skip: (n: number) => Promise<void>,
): Messages {
  let left = 0;
  return {
    async next() {
      if (left > 0) await skip(left);
      left = 0;
      let prefix = await read(4);
      if (prefix.length === 4 && prefix.readInt32LE() === -1) prefix = await read(4);
      if (prefix.length === 0)
        throw unreadable(`${name}: expected an end mark, got the end: it is cut off`);
      const size = prefix.readInt32LE();
      if (size === 0) return undefined;
      if (size < 8 || size > LONGEST_METADATA)
        throw unreadable(`${name}: expected an Arrow message, got a length of ${size}`);
      const bytes = await read(size);
      if (bytes.length < size) throw cutOff(name);
      const message = parseMessage(name, bytes);
      left = message.bodyLength;
      return message;
    },
    async body() {
      const bytes = left === 0 ? Buffer.alloc(0) : await read(left);
      if (bytes.length < left) throw cutOff(name);
      left = 0;
      return bytes;
    },
  };
}

const LONGEST_METADATA = 1 << 28;

/** The few members of the flatbuffer that are needed here. */
function parseMessage(name: string, bytes: Buffer): Message {
  try {
    const root = bytes.readUInt32LE(0);
    const kind = bytes.readUInt8(member(bytes, root, 1) as number);
    const header = member(bytes, root, 2) as number;
    const length = member(bytes, root, 3);
    const bodyLength = length === undefined ? 0 : Number(bytes.readBigInt64LE(length));
    let rows = 0;
    if (kind === RECORDS) {
      const at = member(bytes, header + bytes.readUInt32LE(header), 0);
      rows = at === undefined ? 0 : Number(bytes.readBigInt64LE(at));
    }
    if (!(bodyLength >= 0 && rows >= 0)) throw new RangeError('a negative length');
    const metadata = Buffer.alloc(8 + bytes.length);
    metadata.writeInt32LE(-1, 0);
    metadata.writeInt32LE(bytes.length, 4);
    bytes.copy(metadata, 8);
    return { kind, rows, metadata, bodyLength };
  } catch (error) {
    throw unreadable(`${name}: expected an Arrow message, got another: ${reason(error)}`);
  }
}

/** Where a member of a table is, or undefined if it is not there. */
function member(bytes: Buffer, table: number, id: number): number | undefined {
  const vtable = table - bytes.readInt32LE(table);
  const entry = 4 + 2 * id;
  if (entry >= bytes.readUInt16LE(vtable)) return undefined;
  const offset = bytes.readUInt16LE(vtable + entry);
  return offset === 0 ? undefined : table + offset;
}

/** Where the footer begins, of a file that has one. */
async function checkFooter(file: FileHandle, path: string, size: number): Promise<number> {
  const tail = Buffer.alloc(10);
  if (size < 8 + tail.length) throw cutOff(path);
  await readAt(file, path, tail, size - tail.length);
  const length = tail.readInt32LE(0);
  const start = size - tail.length - length;
  if (tail.toString('latin1', 4) !== MAGIC || length <= 0 || start < 8) {
    throw unreadable(
      `${path}: expected the footer of an Arrow file, got another end: it is cut off`,
    );
  }
  return start;
}

interface Layout {
  readonly columns: readonly string[];
  /** The rows of each record batch. */
  readonly batches: readonly number[];
}

async function scan(name: string, messages: Messages): Promise<Layout> {
  const columns = schemaColumns(name, await messages.next());
  const batches: number[] = [];
  for (;;) {
    const message = await messages.next();
    if (message === undefined) return { columns, batches };
    if (message.kind === RECORDS) batches.push(message.rows);
  }
}

function schemaColumns(name: string, message: Message | undefined): string[] {
  if (message === undefined || message.kind !== SCHEMA) {
    throw unreadable(
      `${name}: expected Arrow data that begin with their schema, got something else`,
    );
  }
  return decode(name, [message.metadata]).names as string[];
}

function decode(name: string, messages: Uint8Array[]): Table {
  try {
    return tableFromIPC(messages, { useBigInt: true, useDecimalInt: true });
  } catch (error) {
    throw unreadable(`${name}: ${reason(error)}`);
  }
}

async function* chunks(
  name: string,
  messages: Messages,
  { numbers, key }: Request,
  { from, to }: Span,
  opened?: Message,
): AsyncGenerator<Chunk> {
  const schema = (opened ?? ((await messages.next()) as Message)).metadata;
  const dictionaries: Uint8Array[] = [];
  let first = 0;
  while (first < to) {
    const message = await messages.next();
    if (message === undefined) return;
    if (message.kind === DICTIONARY)
      dictionaries.push(Buffer.concat([message.metadata, await messages.body()]));
    if (message.kind !== RECORDS) continue;
    const start = first;
    first += message.rows;
    if (first <= from || message.rows === 0) continue;
    // (Numbers in the body must begin at a multiple of 8 bytes, which those of metadata are, too.)
    const whole = Buffer.from(new ArrayBuffer(message.metadata.length + message.bodyLength));
    message.metadata.copy(whole);
    (await messages.body()).copy(whole, message.metadata.length);
    const table = decode(name, [schema, ...dictionaries, whole]);
    const place = (column: string) => ({ file: name, column, first: start });
    // A column says by itself how long it is: one that is damaged may say anything.
    const child = (column: string) => {
      const found = table.getChild(column);
      if (found.length === message.rows) return found;
      throw unreadable(
        `${name}: expected ${message.rows} rows of column ${JSON.stringify(column)} from row ${start} on, got ${found.length}: it is damaged`,
      );
    };
    const cutFrom = Math.max(0, from - start);
    const cutTo = Math.min(message.rows, to - start);
    try {
      yield {
        first: start + cutFrom,
        n: cutTo - cutFrom,
        numbers: numbers.map((column) =>
          rowsOf(numbersOf(place(column), child(column)), cutFrom, cutTo),
        ),
        key:
          key === undefined
            ? undefined
            : keysBetween(keysOf(place(key), child(key)), cutFrom, cutTo),
        done: start + cutTo - from,
      };
    } catch (error) {
      throw error instanceof Failure ? error : unreadable(`${name}: ${reason(error)}`);
    }
  }
}
