/** Files, or what was pasted, as columns. */
import { type Column, joined } from './columns';
import { readCsv } from './csv';
import { readJson } from './json';
import { readNpy } from './npy';

export async function read(
  sources: readonly (File | string)[],
  progress: (share: number) => void,
): Promise<Column[]> {
  const columns: Column[] = [];
  for (const [i, source] of sources.entries()) {
    const part = (share: number) => progress((i + share) / sources.length);
    columns.push(...(await readOne(source, part)));
  }
  return joined(columns);
}

async function readOne(source: File | string, progress: (share: number) => void) {
  if (typeof source === 'string') {
    return /^\s*[[{]/.test(source)
      ? readJson('#1', source)
      : readCsv(new File([source], ''), progress);
  }
  const name = source.name.replace(/\.\w+$/, '');
  if (/\.npy$/i.test(source.name)) return readNpy(name, await source.arrayBuffer());
  if (/\.json$/i.test(source.name)) return readJson(name, await source.text());
  return readCsv(source, progress);
}
