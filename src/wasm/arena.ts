import { describe } from '../arrays.js';
import { bfloat16, float16 } from '../float16.js';
import type { HalfFloats, HalfFormat } from '../half.js';
import { INSPECT, type Inspect } from '../inspect.js';
import { parallelism } from '../threads/parallelism.js';
import { checkBoolean, checkNames } from '../validate.js';
import { PAGE, RESERVED_PAGES } from './layout.js';
import { compileShared } from './module.js';
import { setResident } from './residents.js';

/** One cache line, so that no block straddles two at its start. */
const ALIGNMENT = 64;
/** What a WebAssembly memory of 32-bit addresses can hold. */
const MAX_PAGES = 65536;
/** For what alignment skips: less than 64 bytes an array, so enough for 1,024 of them. */
const SKIPPED_PAGES = 1;
/** So many threads have scratch in a shared arena at least, however few processors there are. */
const LEAST_REGIONS = 8;

/** Options of {@link createArena}. */
export interface ArenaOptions {
  /**
   * Whether its memory is a `SharedArrayBuffer`, which threads read in place, those of an engine with
   * `threads` and your own. (Posted to a worker, its arrays are the same memory there, not copies.)
   * False unless given.
   */
  shared?: boolean;
}

/**
 * Memory of a fixed size for arrays that the kernels read in place, without a copy.
 *
 * Arrays are handed out one after the other and never taken back; drop the arena and its arrays to
 * free the memory. All of them are views of one buffer: posting one to a worker (`postMessage`,
 * `structuredClone`) copies the whole arena, unless it is shared, so post a copy, `array.slice()`.
 * Where WebAssembly is missing, the arena is ordinary memory and all works the same.
 */
export interface Arena<Buffer extends ArrayBufferLike = ArrayBuffer> {
  /** The bytes that were asked for. */
  readonly bytes: number;
  /** The bytes that the next array may take. */
  readonly bytesFree: number;
  /** Whether its memory is shared: not where there is no `SharedArrayBuffer`, even if it was asked for. */
  readonly shared: boolean;
  /** A Float32Array of n zeros. @throws {RangeError} where the arena has no room for it */
  float32(n: number): Float32Array<Buffer>;
  /** A Float64Array of n zeros. @throws {RangeError} where the arena has no room for it */
  float64(n: number): Float64Array<Buffer>;
  /**
   * n zeros as half floats; write into their `bits`, 16 in each element.
   *
   * @throws {RangeError} where the arena has no room for it
   */
  float16(n: number): HalfFloats;
  /**
   * The same as bfloat16.
   *
   * @throws {RangeError} where the arena has no room for it
   */
  bfloat16(n: number): HalfFloats;
  /** An Int32Array of n zeros. @throws {RangeError} where the arena has no room for it */
  int32(n: number): Int32Array<Buffer>;
  /** A BigInt64Array of n zeros. @throws {RangeError} where the arena has no room for it */
  int64(n: number): BigInt64Array<Buffer>;
  /** A Uint8Array of n zeros. @throws {RangeError} where the arena has no room for it */
  uint8(n: number): Uint8Array<Buffer>;
  /** @internal */
  [INSPECT](depth: number, style: object, inspect: Inspect): string;
}

/**
 * Makes an {@link Arena}: one `WebAssembly.Memory` that never grows, so its views never detach. Each
 * array starts at a multiple of 64 bytes. What that skips does not count: arrays that take `bytes`
 * bytes together fit, whatever their lengths, up to 1,024 of them. So `createArena(2 * 4 * n)` has room
 * for two Float32Arrays of n.
 *
 * @param bytes of all arrays together, an integer from 0 to 4 GiB less 512 KiB (of a shared one, less
 *   448 KiB for each further processor, of which eight are always counted)
 * @throws {TypeError} if `bytes` is not a number, or an option not known or no boolean
 * @throws {RangeError} if it is not such an integer, or there is no memory for it
 */
export function createArena(bytes: number, options?: Readonly<{ shared?: false }>): Arena;
export function createArena(
  bytes: number,
  options: Readonly<ArenaOptions>,
): Arena<ArrayBuffer | SharedArrayBuffer>;
export function createArena(
  bytes: number,
  options: Readonly<ArenaOptions> = {},
): Arena<ArrayBufferLike> {
  checkNames('createArena', options, ['shared']);
  const isShared =
    checkBoolean('createArena', 'shared', options.shared ?? false) &&
    typeof SharedArrayBuffer !== 'undefined';
  const regions = isShared ? Math.max(LEAST_REGIONS, parallelism()) : 1;
  const reserved = regions * RESERVED_PAGES;
  const mostBytes = (MAX_PAGES - reserved - SKIPPED_PAGES) * PAGE;
  if (typeof bytes !== 'number') {
    throw new TypeError(`createArena: expected bytes to be a number, got ${describe(bytes)}`);
  }
  if (!(Number.isInteger(bytes) && bytes >= 0 && bytes <= mostBytes)) {
    throw new RangeError(`createArena: expected bytes from 0 to ${mostBytes}, got ${bytes}`);
  }
  const buffer = allocate(bytes, reserved, isShared ? regions : undefined);
  let taken = 0;
  /** Where the next array starts, but for its alignment. */
  let end = reserved * PAGE;

  function next(): number {
    return Math.min(buffer.byteLength, Math.ceil(end / ALIGNMENT) * ALIGNMENT);
  }

  function free(): number {
    return Math.min(bytes - taken, buffer.byteLength - next());
  }

  function take(verb: string, n: number, bytesPerElement: number): number {
    if (typeof n !== 'number') {
      throw new TypeError(`arena.${verb}: expected n to be a number, got ${describe(n)}`);
    }
    if (!(Number.isSafeInteger(n) && n >= 0)) {
      throw new RangeError(`arena.${verb}: expected n to be an integer ≥ 0, got ${n}`);
    }
    const needed = n * bytesPerElement;
    if (needed > free()) {
      throw new RangeError(
        `arena.${verb}: ${n} elements take ${needed} bytes, the arena has ${free()} left`,
      );
    }
    const at = next();
    taken += needed;
    if (n > 0) end = at + needed;
    return at;
  }

  const bits = (verb: HalfFormat, n: number) => new Uint16Array(buffer, take(verb, n, 2), n);

  return {
    bytes,
    get bytesFree() {
      return free();
    },
    shared: isShared,
    float32: (n) => new Float32Array(buffer, take('float32', n, 4), n),
    float64: (n) => new Float64Array(buffer, take('float64', n, 8), n),
    float16: (n) => float16(bits('float16', n)),
    bfloat16: (n) => bfloat16(bits('bfloat16', n)),
    int32: (n) => new Int32Array(buffer, take('int32', n, 4), n),
    int64: (n) => new BigInt64Array(buffer, take('int64', n, 8), n),
    uint8: (n) => new Uint8Array(buffer, take('uint8', n, 1), n),
    [INSPECT]: (_depth, style, inspect) =>
      `Arena ${inspect({ bytes, bytesFree: free(), shared: isShared }, style)}`,
  };
}

/** Memory for arrays of that many bytes, behind what the kernels need; shared by so many threads, if it is. */
function allocate(bytes: number, reserved: number, regions: number | undefined): ArrayBufferLike {
  const pages = reserved + Math.ceil(bytes / PAGE) + SKIPPED_PAGES;
  const shared = regions !== undefined;
  const compile = shared ? compileShared : undefined;
  try {
    // Where kernels cannot run in shared memory, they read it as any memory that is not theirs.
    if (typeof WebAssembly === 'undefined' || (shared && compile === undefined)) {
      return new (shared ? SharedArrayBuffer : ArrayBuffer)(pages * PAGE);
    }
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    setResident(memory.buffer, { memory, regions: regions ?? 1, compile });
    return memory.buffer;
  } catch (cause) {
    throw new RangeError(`createArena: no memory for an arena of ${bytes} bytes`, { cause });
  }
}
