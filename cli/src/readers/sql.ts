// Rows of a query of DuckDB, which is installed by those who want it: globs, remote files, joins.
import type { DuckDBConnection, DuckDBListVector } from '@duckdb/node-api';
import type { Chunk, KeyColumn, NumberColumn, Request, Source, Values } from '../column.js';
import { badData, badUsage, reason, unreadable } from '../failure.js';

const NAME = 'the query';

/** What a column of numbers, or of lists of them, is read as. */
function readAs(type: string): string | undefined {
  // (A list, or an array of a fixed length.)
  const [, element] = /^(.+)\[\d*\]$/.exec(type) ?? [];
  if (element === undefined) return readNumberAs(type);
  const number = readNumberAs(element);
  return number === undefined ? undefined : `${number}[]`;
}

/** Vectors of these types are typed arrays. */
function readNumberAs(type: string): string | undefined {
  if (/^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type) || type === 'FLOAT' || type === 'DOUBLE') {
    return type;
  }
  if (type === 'BOOLEAN') return 'UTINYINT';
  // (Of sums of integers; what BIGINT has not is an error of the query.)
  if (/^U?HUGEINT$/.test(type)) return 'BIGINT';
  return /^DECIMAL\([\d,]+\)$/.test(type) ? 'DOUBLE' : undefined;
}

export async function openSql(text: string): Promise<Source> {
  const query = text.replace(/[;\s]+$/, '');
  if (query === '') throw badUsage(`--sql: expected a query, got ${JSON.stringify(text)}`);
  const connection = await connect();
  const types = new Map<string, string>();
  try {
    const described = await connection.runAndReadAll(`DESCRIBE ${query}`);
    for (const [name, type] of described.getRows()) types.set(String(name), String(type));
  } catch (error) {
    connection.closeSync();
    throw badUsage(`--sql: ${reason(error)}`);
  }
  return {
    name: NAME,
    columns: [...types.keys()],
    unit: 'whole',
    isOnce: true,
    size: () => undefined,
    read: (request) => chunks(connection, query, types, request),
    async close() {
      connection.closeSync();
    },
  };
}

async function connect(): Promise<DuckDBConnection> {
  let duckdb: typeof import('@duckdb/node-api');
  try {
    duckdb = await import('@duckdb/node-api');
  } catch {
    throw badUsage(
      '--sql: expected @duckdb/node-api to be installed: npm install @duckdb/node-api',
    );
  }
  return (await duckdb.DuckDBInstance.create()).connect();
}

async function* chunks(
  connection: DuckDBConnection,
  query: string,
  types: ReadonlyMap<string, string>,
  { numbers, key }: Request,
): AsyncGenerator<Chunk> {
  const quoted = (column: string) => `"${column.replaceAll('"', '""')}"`;
  const casts = numbers.map((column) => {
    const type = readAs(types.get(column) as string);
    if (type !== undefined) return `${quoted(column)}::${type}`;
    throw badUsage(
      `${NAME}: expected column ${JSON.stringify(column)} to hold numbers, got ${types.get(column)}`,
    );
  });
  // (What lies at a null is anything: columns of their own say where they are. A list is null if one of
  // its numbers is.)
  const nullsIn = casts.map((cast) =>
    cast.endsWith('[]')
      ? `(${cast} IS NULL OR list_count(${cast}) < len(${cast}))`
      : `(${cast} IS NULL)`,
  );
  if (key !== undefined) nullsIn.push(`(${quoted(key)} IS NULL)`);
  const isNull = nullsIn.map((condition) => `${condition}::UTINYINT`);
  const keys = key === undefined ? [] : [`${quoted(key)}::VARCHAR`];
  const sql = `SELECT ${[...casts, ...isNull, ...keys].join(', ')} FROM (${query}\n)`;
  try {
    const result = await connection.stream(sql);
    for (let first = 0; ; ) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      const n = chunk.rowCount;
      const items = (k: number) => (chunk.getColumnVector(k) as unknown as { items: Values }).items;
      const nullsOf = (k: number): Uint8Array | undefined => {
        const nulls = items(numbers.length + k) as Uint8Array;
        return nulls.includes(1) ? nulls : undefined;
      };
      yield {
        first,
        n,
        numbers: numbers.map((column, k): NumberColumn => {
          if (!casts[k].endsWith('[]')) return { values: items(k), width: 1, nulls: nullsOf(k) };
          const vector = chunk.getColumnVector(k) as DuckDBListVector;
          return lists({ column, first, n }, vector, nullsOf(k));
        }),
        key:
          key === undefined
            ? undefined
            : ({
                keys: chunk
                  .getColumnValues(casts.length + isNull.length)
                  .map((text) => String(text ?? '')),
                nulls: nullsOf(numbers.length),
              } satisfies KeyColumn),
        done: first + n,
      };
      first += n;
    }
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error) throw error;
    throw unreadable(`${NAME}: ${reason(error)}`);
  }
}

/** Lists that are all of one length, where they are not null. */
function lists(
  { column, first, n }: { column: string; first: number; n: number },
  vector: DuckDBListVector,
  nulls: Uint8Array | undefined,
): NumberColumn {
  const { items } = vector.childVector as unknown as { items: Values };
  const filled = nulls === undefined ? 0 : nulls.indexOf(0);
  const width = filled < 0 ? 1 : vector.getEntryLength(filled);
  const fail = (row: number, expected: string) =>
    badData(
      `${NAME}: row ${first + row}, column ${JSON.stringify(column)}: expected ${expected}, got ${vector.getEntryLength(row)}`,
    );
  if (width === 0) throw fail(filled, 'a list of numbers');
  const values = new (items.constructor as new (length: number) => Values)(n * width);
  for (let row = 0; row < n; row++) {
    if (nulls?.[row] === 1) continue;
    if (vector.getEntryLength(row) !== width) throw fail(row, `a list of ${width} numbers`);
    const from = vector.getEntryOffset(row);
    // (Both of one type.)
    (values as Float64Array).set(items.subarray(from, from + width) as Float64Array, row * width);
  }
  return { values, width, nulls };
}
