// Files that a visitor may bring, written where they can be chosen from.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Truth and predictions, the same on every run: exact in float32. */
export function samples(n) {
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) * 2 ** -24;
  };
  const yTrue = Array.from({ length: n }, () => Math.round(next()));
  const yPred = Array.from({ length: n }, () => next());
  return { yTrue, yPred };
}

/** A .npy file, version 1. */
export function npy(descr, shape, data, isByColumn = false) {
  const order = isByColumn ? 'True' : 'False';
  const text = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`;
  const header = Buffer.from(`${text.padEnd(64 * Math.ceil((text.length + 11) / 64) - 11)}\n`);
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, header, Buffer.from(data.buffer)]);
}

export async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'lossmeter-page-'));
  return {
    write: async (name, content) => {
      const file = join(path, name);
      await writeFile(file, content);
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}
