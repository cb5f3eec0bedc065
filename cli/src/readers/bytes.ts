// Files of text as bytes: plain ones, compressed ones, and standard input.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Span } from '../column.js';
import { reason, unreadable } from '../failure.js';

/** Bytes in the order of the file. */
export interface ByteReader {
  /** Reads some bytes to the start of `into`; 0 at the end. */
  read(into: Uint8Array): Promise<number>;
  close(): Promise<void>;
}

export interface ByteSource {
  readonly name: string;
  /** Undefined for what can only be read from its beginning to its end. */
  readonly size: number | undefined;
  /** Whether it is opened only once: a pipe. */
  readonly isOnce: boolean;
  open(from: number): Promise<ByteReader>;
}

export async function openBytes(path: string): Promise<ByteSource> {
  if (path === '-') {
    return {
      name: 'standard input',
      size: undefined,
      isOnce: true,
      open: () => piped('standard input', process.stdin),
    };
  }
  if (await isPipe(path)) {
    const open = () => piped(path, createReadStream(path));
    return { name: path, size: undefined, isOnce: true, open };
  }
  const file = await openFile(path);
  try {
    const start = new Uint8Array(2);
    const { bytesRead } = await orUnreadable(path, file.read(start, 0, 2, 0));
    if (bytesRead === 2 && isZipped(start)) {
      return { name: path, size: undefined, isOnce: false, open: async () => unzipped(path) };
    }
    if (/\.gz$/i.test(path)) throw unreadable(`${path}: expected a file of gzip, got another`);
    const { size } = await file.stat();
    return { name: path, size, isOnce: false, open: async (from) => plain(path, from) };
  } finally {
    await file.close();
  }
}

/** Whether it is a pipe, as the shell's <(…) makes one: it has no size, and is opened once. */
export async function isPipe(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && !found.isFile() && !found.isDirectory();
}

/** Opens a file to be read, or throws an error that says why not. */
export async function openFile(path: string): Promise<FileHandle> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error('it is a directory');
    if (!found.isFile())
      throw new Error('expected a file that can be read here and there, got a pipe');
    return await open(path);
  } catch (error) {
    throw unreadable(`${path}: ${openReason(error)}`);
  }
}

/** Why a file cannot be opened. */
export function openReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'it may not be read';
  return reason(error);
}

/** What an operation on a file gives, or why it cannot be read. */
async function orUnreadable<Result>(path: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw unreadable(`${path}: ${reason(error)}`);
  }
}

/** Fills `into` from a place in the file, or throws: there are fewer bytes. */
export async function readAt(
  file: FileHandle,
  path: string,
  into: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await orUnreadable(
      path,
      file.read(into, done, into.length - done, position + done),
    );
    if (bytesRead === 0) {
      throw unreadable(
        `${path}: expected ${into.length} bytes at byte ${position}, got ${done}: it is cut off`,
      );
    }
    done += bytesRead;
  }
}

const piped = async (name: string, stream: NodeJS.ReadableStream): Promise<ByteReader> =>
  streamed(name, await unzippedIfZipped(name, stream));

async function plain(path: string, from: number): Promise<ByteReader> {
  const file = await openFile(path);
  let position = from;
  return {
    async read(into) {
      const { bytesRead } = await orUnreadable(path, file.read(into, 0, into.length, position));
      position += bytesRead;
      return bytesRead;
    },
    close: () => file.close(),
  };
}

const isZipped = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The bytes of a stream that may be one of gzip, which only its beginning says. */
async function unzippedIfZipped(
  name: string,
  stream: NodeJS.ReadableStream,
): Promise<NodeJS.ReadableStream> {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let start = Buffer.alloc(0);
  async function* all() {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => chunks };
  }
  while (start.length < 2) {
    const { done, value } = await orUnreadable(name, chunks.next());
    if (done === true) break;
    start = Buffer.concat([start, value]);
  }
  const whole = Readable.from(all());
  if (!isZipped(start)) return whole;
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  whole.on('error', (error) => gunzip.destroy(error));
  return whole.pipe(gunzip);
}

function unzipped(path: string): ByteReader {
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  const stream = file.pipe(createGunzip({ chunkSize: 1 << 18 }));
  file.on('error', (error) => stream.destroy(error));
  return streamed(path, stream);
}

export function streamed(name: string, stream: NodeJS.ReadableStream): ByteReader {
  const chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Uint8Array = new Uint8Array(0);
  return {
    async read(into) {
      while (rest.length === 0) {
        let next: IteratorResult<Buffer>;
        try {
          next = await chunks.next();
        } catch (error) {
          throw unreadable(`${name}: ${reason(error)}`);
        }
        if (next.done === true) return 0;
        rest = next.value;
      }
      const n = Math.min(rest.length, into.length);
      into.set(rest.subarray(0, n));
      rest = rest.subarray(n);
      return n;
    },
    async close() {
      await chunks.return?.();
    },
  };
}

/** Whole records of a file of text, as many at a time as there are in the buffer. */
export class RecordBuffer {
  bytes: Buffer = Buffer.allocUnsafe(1 << 20);
  /** What is not parsed yet: from start … to end − 1. */
  start = 0;
  end = 0;
  /** Where in the file the byte at `start` is. */
  position: number;
  isLast = false;
  private text: string | undefined;
  private readonly name: string;
  private readonly reader: ByteReader;

  constructor(name: string, reader: ByteReader, position: number) {
    this.name = name;
    this.reader = reader;
    this.position = position;
  }

  /** The buffer as text of one character for each byte: pieces of it cost less than of the buffer. */
  get latin1(): string {
    this.text ??= this.bytes.toString('latin1', 0, this.end);
    return this.text;
  }

  /** So many bytes are parsed. */
  take(n: number): void {
    this.start += n;
    this.position += n;
  }

  /** Reads on behind what is not parsed yet. */
  async fill(): Promise<void> {
    this.text = undefined;
    const left = this.end - this.start;
    if (left > LONGEST) {
      throw unreadable(
        `${this.name}: a record is longer than ${LONGEST} bytes at byte ${this.position}`,
      );
    }
    if (left > this.bytes.length / 2) {
      const larger = Buffer.allocUnsafe(2 * this.bytes.length);
      this.bytes.copy(larger, 0, this.start, this.end);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, this.start, this.end);
    }
    this.start = 0;
    this.end = left;
    while (this.end < this.bytes.length) {
      const n = await this.reader.read(this.bytes.subarray(this.end));
      if (n === 0) {
        this.isLast = true;
        return;
      }
      this.end += n;
    }
  }

  /** Goes on to the first record that begins at `from` or later, where records are lines. */
  async skipToLine(): Promise<void> {
    for (;;) {
      const newline = this.bytes.indexOf(NEWLINE, this.start);
      if (newline >= 0 && newline < this.end) {
        this.take(newline + 1 - this.start);
        return;
      }
      this.take(this.end - this.start);
      if (this.isLast) return;
      await this.fill();
    }
  }
}

/** Far longer than any record that is meant: an unclosed quote makes one of the rest of the file. */
const LONGEST = 1 << 26;
const NEWLINE = 10;

/** Bytes of text that a thread reads at a time. */
const PIECE = 1 << 22;

/** Text can be cut anywhere. */
export function cutsOf({ size = 0 }: ByteSource): number[] {
  const pieces = Math.ceil(size / PIECE);
  return Array.from({ length: pieces + 1 }, (_, i) => Math.min(i * PIECE, size));
}

/** The text in some bytes, which must be UTF-8: of Latin-1, different texts would be the same one. */
export function textOf(place: () => string, bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('utf8', from, to);
  if (!text.includes('\ufffd') || isUtf8(bytes.subarray(from, to))) return text;
  throw unreadable(`${place()}: expected text in UTF-8, got ${JSON.stringify(text.slice(0, 100))}`);
}

/** Goes on behind the byte order mark of UTF-8, which some programs write. */
export function skipMark(name: string, records: RecordBuffer): void {
  const mark = records.bytes.subarray(records.start, Math.min(records.start + 3, records.end));
  const begins = (...bytes: number[]) => bytes.every((byte, i) => mark[i] === byte);
  if (begins(0xef, 0xbb, 0xbf)) records.take(3);
  else if (begins(0xff, 0xfe) || begins(0xfe, 0xff)) {
    throw unreadable(`${name}: expected text in UTF-8, got UTF-16`);
  }
}

/** Opens a source's records in a span of bytes: those that begin in it. */
export async function openRecords(
  source: ByteSource,
  span: Span | undefined,
): Promise<{ reader: ByteReader; records: RecordBuffer }> {
  const from = span?.from ?? 0;
  // From the byte before: if that is a newline, a record begins at `from`.
  const at = Math.max(0, from - 1);
  const reader = await source.open(at);
  const records = new RecordBuffer(source.name, reader, at);
  await records.fill();
  if (from > 0) await records.skipToLine();
  return { reader, records };
}
