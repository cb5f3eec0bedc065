/** Data as columns of numbers. */
import { Problem } from './problem';

export type Values =
  | Float64Array
  | Float32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

export interface Column {
  readonly name: string;
  readonly values: Values;
  /** The first cell that is not a number: it matters if the column is chosen. */
  readonly bad?: { readonly row: number; readonly text: string } | undefined;
}

/** As text says numbers, and as programs write what is none. */
const WORDS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
  infinity: Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
  true: 1,
  false: 0,
};

/** The number a cell holds; undefined if it holds none. */
export function numberOf(text: string): number | undefined {
  const value = Number(text);
  if (!Number.isNaN(value) && (value !== 0 || text.trim() !== '')) return value;
  return WORDS[text.trim().toLowerCase()];
}

/** A column that becomes longer, cell by cell. */
export class GrowingColumn {
  private values = new Float64Array(1024);
  private length = 0;
  private bad: Column['bad'];

  add(cell: string): void {
    const value = numberOf(cell);
    if (value === undefined) this.bad ??= { row: this.length + 1, text: cell };
    this.push(value ?? Number.NaN);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const longer = new Float64Array(2 * this.length);
      longer.set(this.values);
      this.values = longer;
    }
    this.values[this.length] = value;
    this.length += 1;
  }

  finish(name: string): Column {
    return { name, values: this.values.slice(0, this.length), bad: this.bad };
  }
}

/** Columns of several files side by side: they must be of one length, and have names of their own. */
export function joined(columns: readonly Column[]): Column[] {
  const [first] = columns;
  if (first === undefined || first.values.length === 0) throw new Problem('dataEmpty');
  const names = new Set<string>();
  return columns.map((column) => {
    if (column.values.length !== first.values.length) {
      throw new Problem(
        'dataLengths',
        column.name,
        column.values.length,
        first.name,
        first.values.length,
      );
    }
    let { name } = column;
    for (let k = 2; names.has(name); k++) name = `${column.name} (${k})`;
    names.add(name);
    return { ...column, name };
  });
}
