// Arrays of NumPy as columns: several .npy files, or the members of an .npz.
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Arena, createArena } from 'lossmeter';
import type { Entry } from 'yauzl';
import {
  type Chunk,
  interleave,
  type KeyColumn,
  type NumberColumn,
  type Request,
  type Source,
  type Values,
} from '../column.js';
import { badData, badUsage, Failure, reason, unreadable } from '../failure.js';
import { openFile, readAt, streamed } from './bytes.js';
import { decode, headerLength, LONGEST_HEADER, type NpyHeader, parseNpyHeader } from './npy.js';

/** An array in a file, whose bytes can be read. */
interface StoredArray {
  readonly name: string;
  readonly header: NpyHeader;
  /** Bytes of elements, from the first of them. A compressed array is read in its order only. */
  read(into: Buffer, offset: number): Promise<void>;
  /** Throws if what has been read is not what was written, where the file says what that was. */
  check(): void;
  close(): Promise<void>;
}

/** What is not an array of numbers, which is an error if it is asked for. */
interface NoArray {
  readonly name: string;
  readonly error: Failure;
}

const closeAll = (arrays: readonly (StoredArray | NoArray)[]) =>
  Promise.all(arrays.map((array) => ('error' in array ? undefined : array.close())));

/** About so many bytes of rows are read at a time: 1 MB takes 1.5 times as long, 8 MB no less. */
const CHUNK_BYTES = 1 << 22;
/** Rows are read in multiples of what the library adds up at a time, so that none has to wait. */
const BLOCK = 2048;

/** Files of one array each, which are columns by their paths. */
export async function openNpy(paths: readonly string[]): Promise<Source> {
  const arrays: StoredArray[] = [];
  try {
    for (const path of paths) arrays.push(await openNpyFile(path));
    return sourceOf(paths.join(', '), arrays);
  } catch (error) {
    await Promise.all(arrays.map((array) => array.close()));
    throw error;
  }
}

async function openNpyFile(path: string): Promise<StoredArray> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const start = Buffer.alloc(Math.min(size, LONGEST_HEADER));
    await readAt(file, path, start, 0);
    const header = parseNpyHeader(path, start);
    checkSize(path, header, size - header.offset);
    return {
      name: path,
      header,
      read: (into, offset) => readAt(file, path, into, header.offset + offset),
      check() {},
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function checkSize(name: string, { shape, type }: NpyHeader, size: number): void {
  const expected = shape.reduce((product, n) => product * n, 1) * type.bytes;
  if (size !== expected) {
    throw unreadable(
      `${name}: expected ${expected} bytes of elements of shape (${shape.join(', ')}), got ${size}`,
    );
  }
}

/** The arrays of an .npz, by their names. */
export async function openNpz(path: string): Promise<Source> {
  const file = await openFile(path);
  const arrays: (StoredArray | NoArray)[] = [];
  try {
    // (Loaded only here: it takes 30 ms.)
    const { openPromise } = await import('yauzl');
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false });
    try {
      for await (const entry of zip.eachEntry()) {
        if (!entry.fileName.endsWith('.npy')) continue;
        const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
        const name = entry.fileName.slice(0, -'.npy'.length);
        const open = entry.compressionMethod === 0 ? openStored : openDeflated;
        try {
          arrays.push(await open({ path, file, name, start: fileDataStart, entry }));
        } catch (error) {
          // One of texts, say, beside those that are asked for.
          if (!(error instanceof Failure)) throw error;
          arrays.push({ name, error });
        }
      }
    } finally {
      zip.close();
    }
    const source = sourceOf(path, arrays);
    return {
      ...source,
      async close() {
        await source.close();
        await file.close();
      },
    };
  } catch (error) {
    await closeAll(arrays);
    await file.close();
    throw error instanceof Failure ? error : unreadable(`${path}: ${reason(error)}`);
  }
}

interface Member {
  readonly path: string;
  readonly file: FileHandle;
  readonly name: string;
  readonly start: number;
  readonly entry: Entry;
}

async function openStored({ path, file, name, start, entry }: Member): Promise<StoredArray> {
  const full = `${path}: ${name}`;
  const head = Buffer.alloc(Math.min(entry.uncompressedSize, LONGEST_HEADER));
  await readAt(file, path, head, start);
  const header = parseNpyHeader(full, head);
  checkSize(full, header, entry.uncompressedSize - header.offset);
  const sum = new Checksum(full, entry);
  sum.add(head.subarray(0, header.offset));
  return {
    name,
    header,
    async read(into, offset) {
      await readAt(file, path, into, start + header.offset + offset);
      sum.addAt(header.offset + offset, into);
    },
    check: () => sum.check(),
    close: async () => {},
  };
}

async function openDeflated({ path, name, start, entry }: Member): Promise<StoredArray> {
  const full = `${path}: ${name}`;
  if (entry.compressionMethod !== 8) {
    throw unreadable(
      `${full}: expected it to be stored or deflated, got method ${entry.compressionMethod}`,
    );
  }
  const stream = createReadStream(path, {
    start,
    end: Math.max(start, start + entry.compressedSize - 1),
  });
  const inflated = stream.pipe(createInflateRaw({ chunkSize: 1 << 18 }));
  stream.on('error', (error) => inflated.destroy(error));
  const reader = streamed(full, inflated);
  const sum = new Checksum(full, entry);
  const fill = async (into: Buffer) => {
    for (let done = 0; done < into.length; ) {
      const n = await reader.read(into.subarray(done));
      if (n === 0) throw unreadable(`${full}: it is cut off`);
      done += n;
    }
    sum.add(into);
  };
  const start1 = Buffer.alloc(Math.min(12, entry.uncompressedSize));
  await fill(start1);
  const length = headerLength(full, start1);
  const rest = Buffer.alloc(Math.max(0, length - start1.length));
  await fill(rest);
  const header = parseNpyHeader(full, Buffer.concat([start1, rest]));
  checkSize(full, header, entry.uncompressedSize - header.offset);
  // Columns that lie one after the other are read at many places at once.
  let whole: Buffer | undefined;
  let position = 0;
  return {
    name,
    header,
    async read(into, offset) {
      if (header.isFortran && header.shape.length > 1) {
        if (whole === undefined) {
          whole = Buffer.alloc(entry.uncompressedSize - header.offset);
          await fill(whole);
        }
        whole.copy(into, 0, offset);
        return;
      }
      const skipped = Buffer.alloc(Math.min(CHUNK_BYTES, offset - position));
      while (position < offset) {
        const part = skipped.subarray(0, Math.min(skipped.length, offset - position));
        await fill(part);
        position += part.length;
      }
      await fill(into);
      position += into.length;
    },
    check: () => sum.check(),
    close: () => reader.close(),
  };
}

/** The checksum of a member of an archive, of bytes that come in their order. */
class Checksum {
  private readonly name: string;
  private readonly entry: Entry;
  private position = 0;
  private value = 0;

  constructor(name: string, entry: Entry) {
    this.name = name;
    this.entry = entry;
  }

  add(bytes: Uint8Array): void {
    this.value = crc32(bytes, this.value);
    this.position += bytes.length;
  }

  /** Of a part of a member, or of one that is read here and there, it says nothing. */
  addAt(position: number, bytes: Uint8Array): void {
    if (position === this.position) this.add(bytes);
  }

  check(): void {
    if (this.position !== this.entry.uncompressedSize || this.value === this.entry.crc32) return;
    throw unreadable(`${this.name}: its checksum is another: it is damaged`);
  }
}

/** Elements in a row. */
function widthOf({ shape }: NpyHeader): number {
  return shape.slice(1).reduce((product, n) => product * n, 1);
}

function sourceOf(name: string, arrays: readonly (StoredArray | NoArray)[]): Source {
  const byName = new Map(arrays.map((array) => [array.name, array]));
  const find = (column: string): StoredArray => {
    const array = byName.get(column) as StoredArray | NoArray;
    if ('error' in array) throw array.error;
    return array;
  };
  const rowsOf = ({ numbers, key }: Request): number => {
    const names = key === undefined ? numbers : [...numbers, key];
    const rows = find(names[0]).header.shape[0];
    for (const other of names) {
      const { header } = find(other);
      const { shape } = header;
      if (shape.length === 0 || widthOf(header) === 0) {
        throw badData(
          `${name}: expected rows of numbers in ${JSON.stringify(other)}, got an array of shape (${shape.join(', ')})`,
        );
      }
      if (shape[0] === rows) continue;
      throw badData(
        `${name}: expected ${rows} rows in ${JSON.stringify(other)} (as in ${JSON.stringify(names[0])}), got an array of shape (${shape.join(', ')})`,
      );
    }
    return rows;
  };
  return {
    name,
    columns: arrays.map((array) => array.name),
    unit: 'rows',
    isOnce: false,
    size: rowsOf,
    async *read(request, span) {
      const { from, to } = span ?? { from: 0, to: rowsOf(request) };
      const { numbers, key } = request;
      const wanted = (key === undefined ? numbers : [...numbers, key]).map(find);
      const bytes = wanted.reduce(
        (sum, { header }) => sum + widthOf(header) * header.type.bytes,
        0,
      );
      if (from >= to) return;
      const most = Math.max(1, Math.floor(CHUNK_BYTES / bytes));
      const step = most < BLOCK ? most : Math.floor(most / BLOCK) * BLOCK;
      // Two of each, in turn: the next rows are read while these are computed with. The kernels of the
      // library read an arena's arrays where they are.
      const arena = createArena(2 * (step * bytes + BLOCK * wanted.length));
      const places = [0, 1].map(() => wanted.map(({ header }) => place(arena, header, step)));
      const load = async (first: number, turn: number): Promise<Chunk> => {
        const n = Math.min(step, to - first);
        const columns = await Promise.all(
          wanted.map((array, k) => readRows(array, first, n, places[turn][k])),
        );
        return {
          first,
          n,
          numbers: columns.slice(0, numbers.length),
          key: key === undefined ? undefined : asKeys(name, key, columns[numbers.length]),
          done: first + n - from,
        };
      };
      let turn = 0;
      let next: Promise<Chunk> | undefined = load(from, turn);
      for (let first = from; next !== undefined; first += step) {
        const chunk: Chunk = await next;
        turn = 1 - turn;
        next = first + step < to ? load(first + step, turn) : undefined;
        // (Whoever stops here never waits for it.)
        next?.catch(() => {});
        yield chunk;
      }
      for (const array of wanted) array.check();
    },
    async close() {
      await closeAll(arrays);
    },
  };
}

/** Room for the elements of so many rows. */
function place(arena: Arena, header: NpyHeader, rows: number): Buffer {
  const n = rows * widthOf(header);
  const { buffer, byteOffset, byteLength } = arena.uint8(n * header.type.bytes);
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function readRows(
  array: StoredArray,
  first: number,
  n: number,
  room: Buffer,
): Promise<NumberColumn> {
  const { header } = array;
  const { bytes } = header.type;
  const width = widthOf(header);
  const load = async (elements: number, at: number) => {
    const part = room.subarray(0, elements * bytes);
    await array.read(part, at * bytes);
    return decode(header, part);
  };
  if (!header.isFortran || header.shape.length < 2) {
    return { values: await load(n * width, first * width), width, nulls: undefined };
  }
  const rows = header.shape[0];
  const columns: Values[] = [];
  for (let k = 0; k < width; k++) columns.push((await load(n, k * rows + first)).slice());
  return { values: interleave(columns, n), width, nulls: undefined };
}

function asKeys(name: string, key: string, { values, width }: NumberColumn): KeyColumn {
  if (width !== 1 || values instanceof Float32Array || values instanceof Float64Array) {
    throw badUsage(
      `${name}: expected ${JSON.stringify(key)} to hold an integer in each row, to group by`,
    );
  }
  return { keys: values, nulls: undefined };
}
