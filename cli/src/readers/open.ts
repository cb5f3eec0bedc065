// Which reader a file needs, by its name.
import type { Source } from '../column.js';
import { badUsage } from '../failure.js';
import { openBytes } from './bytes.js';

export interface ReadOptions {
  /** For standard input, and for files whose name does not say it. */
  readonly format: Format | undefined;
  readonly delimiter: string | undefined;
  readonly hasHeader: boolean;
}

export const formats = ['parquet', 'arrow', 'npz', 'csv', 'jsonl'] as const;
export type Format = (typeof formats)[number];

const ENDINGS: readonly (readonly [ending: RegExp, format: Format])[] = [
  [/\.(parquet|pq)$/i, 'parquet'],
  [/\.(arrow|arrows|feather|ipc)$/i, 'arrow'],
  [/\.npz$/i, 'npz'],
  [/\.(csv|tsv|txt)(\.gz)?$/i, 'csv'],
  [/\.(jsonl|ndjson)(\.gz)?$/i, 'jsonl'],
];

export function formatOf(path: string, format: Format | undefined): Format {
  const found = format ?? ENDINGS.find(([ending]) => ending.test(path))?.[1];
  if (found !== undefined) return found;
  if (path === '-') return 'csv';
  const hint = /\.npy$/i.test(path)
    ? '.npy files go to --true, --pred and --weight'
    : `expected a file that ends as its format does, or --format ${formats.join(', ')}`;
  throw badUsage(`${path}: ${hint}`);
}

/** Opens a file. (Each reader is loaded only where it is needed: that of Parquet takes 40 ms.) */
export async function openSource(path: string, options: ReadOptions): Promise<Source> {
  const format = formatOf(path, options.format);
  if (path === '-' && (format === 'parquet' || format === 'npz')) {
    throw badUsage(
      `standard input: expected csv, jsonl or arrow, got ${format}, which is read here and there`,
    );
  }
  switch (format) {
    case 'parquet':
      return (await import('./parquet.js')).openParquet(path);
    case 'arrow':
      return (await import('./arrow.js')).openArrow(path);
    case 'npz':
      return (await import('./arrays.js')).openNpz(path);
    case 'csv':
      return (await import('./csv.js')).openCsv(await openBytes(path), options);
    case 'jsonl':
      return (await import('./jsonl.js')).openJsonLines(await openBytes(path));
  }
}
