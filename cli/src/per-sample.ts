// Each row's losses, written to a file: NaN in .npy, null in Parquet, where a row is left out.
import type { Loss } from 'lossmeter';
import { AtomicFile } from './atomic.js';
import { badUsage, unreadable } from './failure.js';

/** The losses of some rows, one array for each loss. */
type LossColumns = readonly (Float32Array | Float64Array)[];

export interface PerSampleWriter {
  /** @param leftOut 1 for each row that has no losses; undefined if all have */
  add(columns: LossColumns, leftOut: Uint8Array | undefined): Promise<void>;
  /** The file is there from now on. */
  commit(): Promise<void>;
  /** Leaves nothing, unless it is there already. */
  discard(): Promise<void>;
}

export async function createPerSample(
  path: string,
  losses: readonly Loss[],
): Promise<PerSampleWriter> {
  if (/\.npy$/i.test(path)) return createNpy(path, losses);
  if (/\.(parquet|pq)$/i.test(path)) return createParquet(path, losses);
  throw badUsage(`--per-sample: expected a file .npy or .parquet, got ${JSON.stringify(path)}`);
}

/** Where the elements begin: the header is written at the end, when their number is known. */
const HEADER = 128;

async function createNpy(path: string, losses: readonly Loss[]): Promise<PerSampleWriter> {
  if (losses.length !== 1) {
    throw badUsage(
      `--per-sample: expected one loss for a .npy file, got ${losses.length}: .parquet has a column for each`,
    );
  }
  const file = await AtomicFile.create(path);
  let n = 0;
  let type = 'f8';
  let position = HEADER;
  return {
    async add([values], leftOut) {
      type = values instanceof Float32Array ? 'f4' : 'f8';
      const all = leftOut === undefined ? values : spread(values, leftOut);
      await file.write(new Uint8Array(all.buffer, all.byteOffset, all.byteLength), position);
      position += all.byteLength;
      n += all.length;
    },
    async commit() {
      const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${n},), }`;
      const header = Buffer.alloc(HEADER, ' ');
      header.write('\x93NUMPY\x01\x00', 0, 'latin1');
      header.writeUInt16LE(HEADER - 10, 8);
      header.write(text, 10, 'latin1');
      header.write('\n', HEADER - 1, 'latin1');
      await file.write(header, 0);
      await file.commit();
    },
    discard: () => file.discard(),
  };
}

/** The values of the rows that have some; NaN elsewhere. */
function spread<Floats extends Float32Array | Float64Array>(
  values: Floats,
  leftOut: Uint8Array,
): Floats {
  const View = values.constructor as new (n: number) => Floats;
  const all = new View(leftOut.length).fill(NaN) as Floats;
  for (let row = 0, i = 0; row < leftOut.length; row++) {
    if (leftOut[row] === 0) all[row] = values[i++];
  }
  return all;
}

async function createParquet(path: string, losses: readonly Loss[]): Promise<PerSampleWriter> {
  const { columnFromArray, float32, float64, tableFromColumns, tableToIPC } = await import(
    '@uwdata/flechette'
  );
  const { Table, transformParquetStream } = await import('parquet-wasm');
  const file = await AtomicFile.create(path);
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const written = transformParquetStream(readable).then(
    async (bytes: ReadableStream<Uint8Array>) => {
      for await (const part of bytes) await file.write(part);
    },
  );
  // (Who waits for it is `commit`.)
  written.catch(() => {});
  let hasRows = false;
  return {
    async add(columns, leftOut) {
      const type = columns[0] instanceof Float32Array ? float32() : float64();
      const table = tableFromColumns(
        losses.map(({ name }, k) => {
          const values =
            leftOut === undefined ? columns[k] : nullsIn(spread(columns[k], leftOut), leftOut);
          return [name, columnFromArray(values, type)] as [
            string,
            ReturnType<typeof columnFromArray>,
          ];
        }),
      );
      const bytes = tableToIPC(table, { format: 'stream' });
      for (const batch of Table.fromIPCStream(bytes as Uint8Array).recordBatches()) {
        await Promise.race([writer.write(batch), written]);
      }
      hasRows = true;
    },
    async commit() {
      if (!hasRows) throw unreadable(`${path}: expected rows to write, got none`);
      await writer.close();
      await written;
      await file.commit();
    },
    discard: () => file.discard(),
  };
}

function nullsIn(values: ArrayLike<number>, leftOut: Uint8Array): (number | null)[] {
  return Array.from(values, (value, row) => (leftOut[row] === 1 ? null : value));
}
