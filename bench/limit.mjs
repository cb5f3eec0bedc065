// @ts-check
// The limit: reading the bytes of a loss's arguments and nothing else, in the memory they lie in.
import { readFileSync } from 'node:fs';
import { memoryOf } from '../dist/wasm/arena.js';
import { arraysOf } from './data.mjs';

/** limit.ts, compiled. */
export const LIMIT_WASM = new URL('../build/limit.wasm', import.meta.url);

/** Elements read at a time, as the library does. */
const BLOCK = 2048;

/**
 * Two ways to read the arrays of one arena: one after the other, and all of them block by block.
 *
 * @param {import('./data.mjs').Arrays} arrays
 */
export function limitOf(arrays) {
  const regions = arraysOf(arrays).map(([, { byteOffset, byteLength }]) => ({
    ptr: byteOffset,
    bytes: byteLength,
    block: Math.ceil((BLOCK * byteLength) / arrays.yPred.length / 64) * 64,
  }));
  const memory = memoryOf(arrays.yPred.buffer);
  if (memory === undefined) throw new Error('limit: the arrays are not in an arena');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(LIMIT_WASM)), {
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
    inBlocks() {
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
