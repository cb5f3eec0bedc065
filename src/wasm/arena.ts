import { describe } from '../arrays.js';
import { INSPECT, type Inspect } from '../inspect.js';
import { PAGE, RESERVED_PAGES } from './layout.js';

/** One cache line, so that no block straddles two at its start. */
const ALIGNMENT = 64;
/** What a WebAssembly memory of 32-bit addresses can hold. */
const MAX_PAGES = 65536;

const memories = new WeakMap<ArrayBufferLike, WebAssembly.Memory>();

/** The memory that an arena's array lies in, if it does and it is WebAssembly memory. */
export function memoryOf(buffer: ArrayBufferLike): WebAssembly.Memory | undefined {
  return memories.get(buffer);
}

/**
 * Memory of a fixed size for arrays that the kernels read in place, without a copy.
 *
 * Arrays are handed out one after the other and never taken back; drop the arena and its arrays to
 * free the memory. Where WebAssembly is missing, the arena is ordinary memory and all works the same.
 */
export interface Arena {
  /** The bytes that were asked for. */
  readonly bytes: number;
  /** The bytes that the next array may take. */
  readonly bytesFree: number;
  /** A Float32Array of n zeros. @throws {RangeError} where the arena has no room for it */
  float32(n: number): Float32Array<ArrayBuffer>;
  /** A Float64Array of n zeros. @throws {RangeError} where the arena has no room for it */
  float64(n: number): Float64Array<ArrayBuffer>;
  /** An Int32Array of n zeros. @throws {RangeError} where the arena has no room for it */
  int32(n: number): Int32Array<ArrayBuffer>;
  /** A Uint8Array of n zeros. @throws {RangeError} where the arena has no room for it */
  uint8(n: number): Uint8Array<ArrayBuffer>;
  /** @internal */
  [INSPECT](depth: number, style: object, inspect: Inspect): string;
}

/**
 * Makes an {@link Arena} of that many bytes: one `WebAssembly.Memory` that never grows, so its
 * views never detach. Each array starts at a multiple of 64 bytes.
 *
 * @param bytes an integer from 0 to 4 GiB less 320 KiB
 * @throws {TypeError} if `bytes` is not a number
 * @throws {RangeError} if it is not such an integer, or there is no memory for it
 */
export function createArena(bytes: number): Arena {
  if (typeof bytes !== 'number') {
    throw new TypeError(`createArena: expected bytes to be a number, got ${describe(bytes)}`);
  }
  const pages = RESERVED_PAGES + Math.ceil(bytes / PAGE);
  if (!(Number.isInteger(bytes) && bytes >= 0 && pages <= MAX_PAGES)) {
    const most = (MAX_PAGES - RESERVED_PAGES) * PAGE;
    throw new RangeError(`createArena: expected bytes from 0 to ${most}, got ${bytes}`);
  }
  const buffer = allocate(pages);
  const start = RESERVED_PAGES * PAGE;
  let used = 0;

  /** Where the next array starts: at a multiple of the alignment, or at the end. */
  function next(): number {
    return Math.min(bytes, Math.ceil(used / ALIGNMENT) * ALIGNMENT);
  }

  function take(verb: string, n: number, bytesPerElement: number): number {
    if (typeof n !== 'number') {
      throw new TypeError(`arena.${verb}: expected n to be a number, got ${describe(n)}`);
    }
    if (!(Number.isSafeInteger(n) && n >= 0)) {
      throw new RangeError(`arena.${verb}: expected n to be an integer ≥ 0, got ${n}`);
    }
    const at = next();
    const needed = n * bytesPerElement;
    if (at + needed > bytes) {
      throw new RangeError(
        `arena.${verb}: ${n} elements take ${needed} bytes, the arena has ${bytes - at} left`,
      );
    }
    used = at + needed;
    // Views must start at a multiple of their elements' size, also one of nothing at the end.
    return n === 0 ? start : start + at;
  }

  return {
    bytes,
    get bytesFree() {
      return bytes - next();
    },
    float32: (n) => new Float32Array(buffer, take('float32', n, 4), n),
    float64: (n) => new Float64Array(buffer, take('float64', n, 8), n),
    int32: (n) => new Int32Array(buffer, take('int32', n, 4), n),
    uint8: (n) => new Uint8Array(buffer, take('uint8', n, 1), n),
    [INSPECT]: (_depth, style, inspect) =>
      `Arena ${inspect({ bytes, bytesFree: bytes - next() }, style)}`,
  };
}

function allocate(pages: number): ArrayBuffer {
  if (typeof WebAssembly === 'undefined') return new ArrayBuffer(pages * PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  memories.set(memory.buffer, memory);
  return memory.buffer as ArrayBuffer;
}
