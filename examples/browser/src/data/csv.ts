/** Comma-separated values, also with tabs, semicolons or spaces, from a file or as pasted. */
import Papa from 'papaparse';
import { type Column, GrowingColumn, numberOf } from './columns';
import { Problem } from './problem';

const CHUNK = 4 << 20;
const DELIMITERS = [',', '\t', ';', '|', ' '];
const LONGEST_LINE = 1 << 16;

export async function readCsv(source: File, progress: (share: number) => void): Promise<Column[]> {
  const rows = new Rows();
  const delimiter = await delimiterOf(source);
  return new Promise((resolve, reject) => {
    Papa.parse<string[]>(source, {
      chunkSize: CHUNK,
      delimiter,
      chunk: ({ data, meta }, parser) => {
        try {
          for (const row of data) rows.add(row);
          progress(Math.min(1, meta.cursor / source.size));
        } catch (error) {
          // Before it ends, which `complete` takes for success.
          reject(error);
          parser.abort();
        }
      },
      complete: () => resolve(rows.finish()),
      error: reject,
    });
  });
}

/** The first of them that is in the first line: a column of its own needs none. */
async function delimiterOf(source: File): Promise<string> {
  const [line = ''] = (await source.slice(0, LONGEST_LINE).text()).split('\n');
  return DELIMITERS.find((delimiter) => line.trim().includes(delimiter)) ?? ',';
}

/** Rows as they come: the first says how many cells there are, and whether it is a heading. */
class Rows {
  private columns: readonly GrowingColumn[] = [];
  private names: readonly string[] = [];
  private count = 0;
  private blank = 0;

  add(row: readonly string[]): void {
    if (row.length === 1 && row[0]?.trim() === '') {
      // At the end it is none; anywhere else it is said once another row follows.
      if (this.columns.length > 0 && this.blank === 0) this.blank = this.count + 1;
      return;
    }
    if (this.columns.length === 0) this.start(row);
    else this.push(row);
  }

  finish(): Column[] {
    return this.columns.map((column, k) => column.finish(this.names[k] ?? ''));
  }

  private start(row: readonly string[]) {
    const isHeading = row.some((cell) => numberOf(cell) === undefined);
    this.columns = row.map(() => new GrowingColumn());
    this.names = row.map((cell, k) => (isHeading && cell.trim()) || `#${k + 1}`);
    if (!isHeading) this.push(row);
  }

  private push(row: readonly string[]) {
    if (this.blank > 0) throw new Problem('dataBlankRow', this.blank);
    this.count += 1;
    if (row.length !== this.columns.length) {
      throw new Problem('dataCells', this.count, row.length, this.columns.length);
    }
    for (let k = 0; k < row.length; k++) this.columns[k]?.add(row[k] ?? '');
  }
}
