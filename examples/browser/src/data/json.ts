/** JSON: columns by name, or rows of numbers, or rows as objects. */
import { type Column, GrowingColumn } from './columns';
import { Problem } from './problem';

export function readJson(name: string, text: string): Column[] {
  const data = parsed(text);
  if (!Array.isArray(data)) return byName(data);
  const [first] = data;
  if (Array.isArray(first)) return fromRows(name, data);
  if (typeof first === 'object' && first !== null) return fromRecords(data);
  return [column(name, data)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Problem('jsonSyntax', error instanceof Error ? error.message : String(error));
  }
}

/** { yTrue: […], yPred: […] }, where an array may be one of rows. */
function byName(data: unknown): Column[] {
  if (typeof data !== 'object' || data === null) throw new Problem('jsonKind');
  return Object.entries(data).flatMap(([name, values]) => {
    if (!Array.isArray(values)) throw new Problem('jsonColumn', name);
    return Array.isArray(values[0]) ? fromRows(name, values) : [column(name, values)];
  });
}

function fromRows(name: string, rows: readonly unknown[]): Column[] {
  const [first] = rows;
  const width = Array.isArray(first) ? first.length : 0;
  const columns = Array.from({ length: width }, () => [] as unknown[]);
  rows.forEach((row, i) => {
    if (!Array.isArray(row) || row.length !== width) {
      throw new Problem('dataCells', i + 1, Array.isArray(row) ? row.length : 1, width);
    }
    row.forEach((cell: unknown, k) => {
      columns[k]?.push(cell);
    });
  });
  return columns.map((cells, k) => column(width === 1 ? name : `${name}[${k}]`, cells));
}

/** [{ yTrue: 1, yPred: 2 }, …]. */
function fromRecords(records: readonly unknown[]): Column[] {
  const names = Object.keys(records[0] ?? {});
  return names.map((name) =>
    column(
      name,
      records.map((record) => (record as Readonly<Record<string, unknown>> | null)?.[name]),
    ),
  );
}

function column(name: string, cells: readonly unknown[]): Column {
  const growing = new GrowingColumn();
  for (const cell of cells) {
    if (typeof cell === 'number') growing.push(cell);
    else growing.add(typeof cell === 'boolean' ? String(cell) : described(cell));
  }
  return growing.finish(name);
}

/** A cell that is no number: null, text, an object; text that looks like one is taken as one. */
function described(cell: unknown): string {
  return typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? 'undefined');
}
