// Parquet, by parquet-wasm: row groups as record batches of Arrow.
import type { FileHandle } from 'node:fs/promises';
import { tableFromIPC } from '@uwdata/flechette';
import { ParquetFile, type RecordBatch, type RowGroupMetaData } from 'parquet-wasm';
import { type Chunk, keysOf as keysBetween, rowsOf, type Source } from '../column.js';
import { Failure, reason, unreadable } from '../failure.js';
import { keysOf, numbersOf } from './arrow-columns.js';
import { openFile, readAt } from './bytes.js';

/** Rows at a time: 60 blocks of the library's, as many as DuckDB puts into a row group; fewer of wide rows. */
const BATCH_ROWS = 122_880;
const BATCH_BYTES = 1 << 24;
const BLOCK = 2048;

export async function openParquet(path: string): Promise<Source> {
  const handle = await openFile(path);
  const unreadableFile = (error: unknown) => unreadable(`${path}: ${reason(error)}`);
  let file: ParquetFile;
  let groups: number[];
  let widths: ReadonlyMap<string, number>;
  let columns: string[];
  try {
    const { size } = await handle.stat();
    file = await orPanic(ParquetFile.fromFile(asBlob(handle, path, size)));
    const rowGroups = file.metadata().rowGroups();
    groups = rowGroups.map((group) => group.numRows());
    widths = widthsOf(rowGroups[0]);
    columns = tableFromIPC(file.schema().intoIPCStream()).names as string[];
  } catch (error) {
    await handle.close();
    throw error instanceof Failure ? error : unreadableFile(error);
  }
  const rows = groups.reduce((sum, n) => sum + n, 0);
  return {
    name: path,
    columns,
    unit: 'rows',
    isOnce: false,
    cuts: startsOf([...groups, 0]),
    size: () => rows,
    async *read({ numbers, key }, span) {
      const { from, to } = span ?? { from: 0, to: rows };
      if (from >= to) return;
      const starts = startsOf(groups);
      const wanted = [...groups.keys()].filter(
        (i) => starts[i] < to && starts[i] + groups[i] > from,
      );
      const names = new Set(key === undefined ? numbers : [...numbers, key]);
      let first = starts[wanted[0]];
      const bytes = [...names].reduce((sum, column) => sum + (widths.get(column) ?? 8), 0);
      const blocks = Math.max(1, Math.floor(BATCH_BYTES / bytes / BLOCK));
      const batches = batchesOf(file, [...names], wanted, Math.min(BATCH_ROWS, blocks * BLOCK));
      try {
        for await (const batch of batches) {
          const chunk = chunkOf(batch, first);
          first += chunk.n;
          const cut = between(chunk, from, Math.min(to, chunk.first + chunk.n));
          if (cut.n > 0) yield cut;
          if (first >= to) return;
        }
      } catch (error) {
        throw error instanceof Failure ? error : unreadableFile(error);
      }
      if (first < to) throw unreadable(`${path}: expected ${rows} rows, got ${first}`);

      function chunkOf(batch: RecordBatch, start: number): Chunk {
        const table = tableFromIPC(batch.intoIPCStream(), { useBigInt: true, useDecimalInt: true });
        const place = (column: string) => ({ file: path, column, first: start });
        const child = (column: string) => table.getChild(column);
        return {
          first: start,
          n: table.numRows,
          numbers: numbers.map((column) => numbersOf(place(column), child(column))),
          key: key === undefined ? undefined : keysOf(place(key), child(key)),
          done: start + table.numRows - from,
        };
      }
    },
    close: () => handle.close(),
  };
}

/**
 * What parquet-wasm asks of a Blob: its size, and slices as arrays. (Node's own reads 64 KB at a time and
 * joins them: all of `score` takes 1.6 times as long then.)
 */
function asBlob(handle: FileHandle, path: string, size: number): Blob {
  const slice = (from: number, to: number) => ({
    async arrayBuffer(): Promise<ArrayBuffer> {
      const bytes = new Uint8Array(to - from);
      await readAt(handle, path, bytes, from);
      return bytes.buffer;
    },
  });
  return { size, slice } as unknown as Blob;
}

/** Where each of some groups of rows begins. */
function startsOf(groups: readonly number[]): number[] {
  let at = 0;
  return groups.map((rows) => {
    at += rows;
    return at - rows;
  });
}

/** About how many bytes a row of each column takes, by its name: 8 for each number, or more for texts. */
function widthsOf(group: RowGroupMetaData | undefined): Map<string, number> {
  const widths = new Map<string, number>();
  for (const column of group?.columns() ?? []) {
    const bytes = Math.max(8 * column.numValues(), column.uncompressedSize());
    widths.set(column.columnPath()[0], bytes / Math.max(1, group?.numRows() ?? 0));
  }
  return widths;
}

async function* batchesOf(
  file: ParquetFile,
  columns: string[],
  rowGroups: number[],
  batchSize: number,
): AsyncGenerator<RecordBatch> {
  const stream = await orPanic(file.stream({ columns, rowGroups, batchSize }));
  const reader = stream.getReader() as ReadableStreamDefaultReader<RecordBatch>;
  try {
    for (;;) {
      const { done, value } = await orPanic(reader.read());
      if (done) return;
      yield value;
    }
  } finally {
    // (Not waited for: after a panic, nothing comes back.)
    reader.cancel().catch(() => {});
  }
}

/**
 * Panics inside parquet-wasm, as damaged files cause some, are thrown where nobody waits for them, and
 * what is waited for never ends. After one, no file can be read any more.
 */
const panic = new Promise<never>((_, reject) => {
  process.on('uncaughtException', (error) => {
    if (error.name !== 'RuntimeError') throw error;
    reject(new Error('the reader has given up: it is damaged'));
  });
});
panic.catch(() => {});

/** What `work` gives, or the error that the panic is. */
function orPanic<Result>(work: Promise<Result>): Promise<Result> {
  return Promise.race([work, panic]);
}

/** Those of a chunk's rows that are from … to − 1 in the file. */
function between(chunk: Chunk, from: number, to: number): Chunk {
  const start = Math.max(0, from - chunk.first);
  const end = Math.max(start, to - chunk.first);
  if (start === 0 && end === chunk.n) return chunk;
  return {
    first: chunk.first + start,
    n: end - start,
    numbers: chunk.numbers.map((column) => rowsOf(column, start, end)),
    key: chunk.key === undefined ? undefined : keysBetween(chunk.key, start, end),
    done: chunk.done - (chunk.n - end),
  };
}
