// @ts-check
// The limit: reading the bytes of a loss's arguments, writing those of an array of results, and
// nothing else, in the memory they lie in.
import { readFileSync } from 'node:fs';
import { createArena } from 'lossmeter';
import { arraysOf } from './data.mjs';

/** limit.ts, compiled. */
export const LIMIT_WASM = new URL('../build/limit.wasm', import.meta.url);

/** Elements read at a time, as the library does. */
const BLOCK = 2048;

/**
 * An arena, and the memory it lies in, which it does not show.
 *
 * @param {number} bytes
 * @param {boolean} isShared
 */
export function arenaAndMemory(bytes, isShared) {
  const { Memory } = WebAssembly;
  /** @type {WebAssembly.Memory[]} */
  const made = [];
  WebAssembly.Memory = class extends Memory {
    /** @param {WebAssembly.MemoryDescriptor} descriptor */
    constructor(descriptor) {
      super(descriptor);
      made.push(this);
    }
  };
  try {
    const arena = isShared ? createArena(bytes, { shared: true }) : createArena(bytes);
    return { arena, memory: made[0] };
  } finally {
    WebAssembly.Memory = Memory;
  }
}

/**
 * @typedef {object} Kernels
 * @property {(ptr: number, bytes: number) => number} read
 * @property {(a: number, b: number, bytes: number) => number} read_both
 * @property {(a: number, b: number, out: number, bytes: number) => void} read_both_and_write
 */

/** @param {WebAssembly.Memory} memory */
function kernels(memory) {
  const module = new WebAssembly.Module(readFileSync(LIMIT_WASM));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return /** @type {Kernels} */ (/** @type {unknown} */ (exports));
}

/**
 * Ways to read the arrays of one arena: one array after the other, all of them block by block, and,
 * if they are two of one length, both in step. The fastest of them is the limit.
 *
 * @param {import('./data.mjs').Arrays} arrays
 * @param {WebAssembly.Memory} memory
 * @returns {(() => number)[]}
 */
export function waysToRead(arrays, memory) {
  const { read, read_both } = kernels(memory);
  const regions = arraysOf(arrays).map(([, { byteOffset, byteLength }]) => ({
    ptr: byteOffset,
    bytes: byteLength,
    block: Math.ceil((BLOCK * byteLength) / arrays.yPred.length / 64) * 64,
  }));
  const blocks = Math.ceil(arrays.yPred.length / BLOCK);
  const [a, b] = regions;

  const whole = () => {
    let used = 0;
    for (const { ptr, bytes } of regions) used += read(ptr, bytes);
    return used;
  };
  const inBlocks = () => {
    let used = 0;
    for (let k = 0; k < blocks; k++) {
      for (const { ptr, bytes, block } of regions) {
        const from = k * block;
        used += read(ptr + from, Math.max(0, Math.min(block, bytes - from)));
      }
    }
    return used;
  };
  const inStep = () => read_both(a.ptr, b.ptr, a.bytes);
  return regions.length === 2 && a.bytes === b.bytes
    ? [whole, inBlocks, inStep]
    : [whole, inBlocks];
}

/**
 * The way to read arrays of one arena and write another: two of one length in step, others as if `out` were
 * read, too, which takes no longer.
 *
 * @param {import('./loops.mjs').ArraysAndOut} arrays
 * @param {WebAssembly.Memory} memory
 * @returns {(() => unknown)[]}
 */
export function waysToReadAndWrite(arrays, memory) {
  const { yTrue, yPred, out } = arrays;
  const { byteOffset: a, byteLength } = yTrue;
  const { byteOffset: b } = yPred;
  const { byteOffset: to } = out;
  if (yPred.byteLength !== byteLength || out.byteLength !== byteLength) {
    return waysToRead(arrays, memory);
  }
  const { read_both_and_write } = kernels(memory);
  return [() => read_both_and_write(a, b, to, byteLength)];
}
