// An arena has room for what was asked for, however that is divided; or it is an error of its own.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createArena } from '../src/index.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('an arena', () => {
  it.each([1, 7, 15, 16, 17, 999, 1000, 8191, 8192, 16383, 65537])(
    'of 2 · 4 · %d bytes has room for two float32 arrays of that length',
    (n) => {
      const arena = createArena(2 * 4 * n);
      const arrays = [arena.float32(n), arena.float32(n)];
      expect(arrays.map(({ length }) => length)).toEqual([n, n]);
      expect(arrays.map(({ byteOffset }) => byteOffset % 64)).toEqual([0, 0]);
      expect(arena.bytesFree).toBe(0);
      expect(() => arena.uint8(1)).toThrow(RangeError);
    },
  );

  it('has room for 1,024 arrays of 1 byte among others, and says when alignment leaves none', () => {
    const bytes = 3 * 65536;
    const arena = createArena(bytes);
    for (let i = 0; i < 1023; i++) arena.uint8(1);
    expect(arena.bytesFree).toBe(bytes - 1023);
    expect(arena.uint8(bytes - 1023)).toHaveLength(bytes - 1023);
    const small = createArena(65536);
    while (small.bytesFree > 0) small.uint8(1);
    expect(() => small.uint8(1)).toThrow(
      new RangeError('arena.uint8: 1 elements take 1 bytes, the arena has 0 left'),
    );
    expect(small.float64(0)).toHaveLength(0);
  });

  it('takes no more than it was asked for', () => {
    const arena = createArena(100);
    expect(() => arena.float32(26)).toThrow(
      new RangeError('arena.float32: 26 elements take 104 bytes, the arena has 100 left'),
    );
    expect(() => arena.int64(13)).toThrow('arena.int64: 13 elements take 104 bytes');
    expect(() => arena.float16(51)).toThrow('arena.float16: 51 elements take 102 bytes');
    expect(() => arena.bfloat16(51)).toThrow('arena.bfloat16: 51 elements take 102 bytes');
    expect(arena.float32(25)).toHaveLength(25);
  });

  it.each(['float16', 'bfloat16', 'int64'] as const)('takes a number of elements: %s', (verb) => {
    const arena = createArena(64);
    for (const n of [-1, 1.5, Number.NaN]) {
      expect(() => arena[verb](n)).toThrow(
        new RangeError(`arena.${verb}: expected n to be an integer ≥ 0, got ${n}`),
      );
    }
    expect(() => arena[verb]('8' as unknown as number)).toThrow(
      new TypeError(`arena.${verb}: expected n to be a number, got the string "8"`),
    );
  });
});

describe('where memory cannot be had', () => {
  class Refused {
    constructor() {
      throw new RangeError('Out of memory');
    }
  }
  const expected = new RangeError('createArena: no memory for an arena of 1000 bytes', {
    cause: new RangeError('Out of memory'),
  });

  it('createArena says so', () => {
    vi.stubGlobal('WebAssembly', { Memory: Refused });
    expect(() => createArena(1000)).toThrow(expected);
  });

  it('createArena says so without WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.stubGlobal('ArrayBuffer', Refused);
    expect(() => createArena(1000)).toThrow(expected);
  });
});
