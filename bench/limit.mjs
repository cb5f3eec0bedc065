// @ts-check
// The limit: reading the bytes of a loss's arguments and nothing else, in the memory they lie in.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { memoryOf } from '../dist/wasm/arena.js';
import { arraysOf } from './data.mjs';

const SOURCE = new URL('limit.ts', import.meta.url);
const WASM = new URL('../build/limit.wasm', import.meta.url);

/** Elements read at a time, as the library does. */
const BLOCK = 2048;

/** Compiles limit.ts. Sees no other file, so the project's asconfig.json has no say. */
export async function compileLimit() {
  /** @type {Uint8Array | undefined} */
  let wasm;
  const flags = '--outFile limit.wasm --runtime stub --noAssert --importMemory --enable simd';
  const { error, stderr } = await asc.main(
    ['limit.ts', ...flags.split(' '), '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
    {
      readFile: (name) => (name === 'limit.ts' ? readFileSync(SOURCE, 'utf8') : null),
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) throw new Error(`limit.ts: ${stderr.toString()}`);
  mkdirSync(new URL('.', WASM), { recursive: true });
  writeFileSync(WASM, wasm);
}

/**
 * Two ways to read the arrays of one arena: one after the other, and all of them block by block.
 *
 * @param {import('./data.mjs').Arrays} arrays
 */
export function limitOf(arrays) {
  const regions = arraysOf(arrays).map(([, { byteOffset, byteLength, length }]) => ({
    ptr: byteOffset,
    bytes: byteLength,
    block: Math.ceil((BLOCK * byteLength) / arrays.yPred.length / 64) * 64,
    length,
  }));
  const memory = memoryOf(arrays.yPred.buffer);
  if (memory === undefined) throw new Error('limit: the arrays are not in an arena');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(WASM)), {
    env: { memory },
  });
  const read = /** @type {(ptr: number, bytes: number) => number} */ (instance.exports.read);
  const blocks = Math.ceil(arrays.yPred.length / BLOCK);

  return {
    whole() {
      let used = 0;
      for (const { ptr, bytes } of regions) used += read(ptr, bytes);
      return used;
    },
    blocks() {
      let used = 0;
      for (let k = 0; k < blocks; k++) {
        for (const { ptr, bytes, block } of regions) {
          const from = k * block;
          used += read(ptr + from, Math.max(0, Math.min(block, bytes - from)));
        }
      }
      return used;
    },
  };
}
