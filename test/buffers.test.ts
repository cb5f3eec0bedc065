// Memory of every kind there is.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createArena } from '../src/index.js';
import { expectSame, sameBits } from './support/bits.js';
import {
  callsOf,
  isWeighted,
  N,
  sampleWeight,
  subjectsOfNumbers,
  yPred,
  yTrue,
} from './support/calls.js';
import { engines } from './support/engines.js';
import { byName } from './support/option-sets.js';
import { sampleOfTests } from './support/sample.js';
import { lossOf } from './support/verbs.js';

const memories: Readonly<Record<string, (bytes: number) => ArrayBufferLike>> = {
  'ordinary memory': (bytes) => new ArrayBuffer(bytes),
  'an arena': (bytes) => createArena(bytes).uint8(bytes).buffer,
  'shared memory': (bytes) => new SharedArrayBuffer(bytes),
  'a shared buffer that can grow': (bytes) =>
    new SharedArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'a resizable buffer': (bytes) => new ArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'WebAssembly memory that can grow': (bytes) =>
    new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 100 }).buffer,
  'shared WebAssembly memory': (bytes) => {
    const pages = Math.ceil(bytes / 65536);
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }).buffer;
  },
  'a buffer of another realm': (bytes) =>
    runInNewContext(`new ArrayBuffer(${bytes})`) as ArrayBuffer,
};

/** An arena's own part of its memory, or all of another. */
function float64(memory: (bytes: number) => ArrayBufferLike, n: number): Float64Array {
  const buffer = memory(8 * n);
  return new Float64Array(buffer, buffer.byteLength - 8 * n, n);
}

function copied(memory: (bytes: number) => ArrayBufferLike, values: Float64Array): Float64Array {
  const copy = float64(memory, values.length);
  copy.set(values);
  return copy;
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(byName(sampleOfTests(subjectsOfNumbers, 4)))('%s', (_, subject) => {
    const loss = lossOf(engine, subject);
    const calls = callsOf(engine, loss);
    const expected = Object.fromEntries(
      calls.map(([name, call]) => [name, call(yTrue, yPred, sampleWeight)]),
    );

    describe.each(Object.entries(memories))('in %s', (_memory, memory) => {
      it('arguments and weights are read', () => {
        const [y, p, w] = [yTrue, yPred, sampleWeight].map((values) => copied(memory, values));
        for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
        expectSame(Float64Array.from(w), sampleWeight);
      });

      it.each([0, 1, -1, 7, 2048, -2048])('out overlaps yPred, %d elements on', (shift) => {
        const room = float64(memory, N + 2 * 2048);
        for (const options of [{}, { sampleWeight }]) {
          const p = room.subarray(2048, 2048 + N);
          p.set(yPred);
          const plain = loss.gradient(yTrue, yPred, options);
          const out = room.subarray(2048 + shift, 2048 + shift + N);
          expect(loss.gradient(yTrue, p, { ...options, out })).toBe(out);
          expectSame(Float64Array.from(out), plain);
        }
      });

      it.each([0, 1, -1, 2048])('out overlaps yTrue, %d elements on', (shift) => {
        const room = float64(memory, N + 2 * 2048);
        const y = room.subarray(2048, 2048 + N);
        y.set(yTrue);
        const out = room.subarray(2048 + shift, 2048 + shift + N);
        expectSame(
          Float64Array.from(loss.valueAndGradient(y, yPred, { out }).gradient),
          loss.gradient(yTrue, yPred),
        );
      });

      it.each([0, 1, -1, 2048])('out overlaps the weights, %d elements on', (shift) => {
        for (const verb of ['perSample', 'gradient'] as const) {
          const room = float64(memory, N + 2 * 2048);
          const w = room.subarray(2048, 2048 + N);
          w.set(sampleWeight);
          const out = room.subarray(2048 + shift, 2048 + shift + N);
          const got = loss[verb](yTrue, yPred, { sampleWeight: w, out });
          expectSame(Float64Array.from(got), loss[verb](yTrue, yPred, { sampleWeight }));
        }
      });

      it('out may be all of the arguments at once', () => {
        const both = copied(memory, yTrue);
        const plain = loss.gradient(yTrue, yTrue, { sampleWeight: yTrue });
        loss.gradient(both, both, { sampleWeight: both, out: both });
        expectSame(Float64Array.from(both), plain);
      });
    });

    it('arrays that follow the length of their buffer are as long as they are at the call', () => {
      const buffers = [yTrue, yPred, sampleWeight].map((values) => {
        const buffer = new ArrayBuffer(8, { maxByteLength: 8 * N });
        return { buffer, values, array: new Float64Array(buffer) };
      });
      for (const { buffer, values, array } of buffers) {
        buffer.resize(8 * N);
        array.set(values);
      }
      const [y, p, w] = buffers.map(({ array }) => array);
      for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
    });

    it('frozen arrays and proxies are read like others', () => {
      const lists = [yTrue, yPred, sampleWeight].map((values) => Array.from(values));
      for (const wrap of [
        (list: number[]): readonly number[] => Object.freeze(list.slice()),
        (list: number[]): readonly number[] => new Proxy(list, {}),
      ]) {
        const [y, p, w] = lists.map(wrap);
        for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
      }
    });

    describe('an array without its memory', () => {
      const detached = (): Float64Array => {
        const values = new Float64Array(N);
        structuredClone(values.buffer, { transfer: [values.buffer] });
        return values;
      };
      const shrunk = (): Float64Array => {
        const buffer = new ArrayBuffer(8 * N, { maxByteLength: 8 * N });
        const values = new Float64Array(buffer, 0, N);
        buffer.resize(8);
        return values;
      };

      it.each([
        ['detached', detached],
        ['out of its buffer’s bounds', shrunk],
      ])('is an error: %s', (_, make) => {
        for (const [name, call] of calls) {
          const lost = (argument: string) =>
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(`${argument} has lost its memory`),
            });
          expect(() => call(make(), yPred, sampleWeight)).toThrow(lost('yTrue'));
          expect(() => call(yTrue, make(), sampleWeight)).toThrow(lost('yPred'));
          if (isWeighted(name)) {
            expect(() => call(yTrue, yPred, make())).toThrow(lost('sampleWeight'));
          }
        }
        for (const verb of ['perSample', 'gradient', 'valueAndGradient'] as const) {
          expect(() => loss[verb](yTrue, yPred, { out: make() })).toThrow(
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(`^${loss.name}\\.${verb}: out has lost its memory`),
            }),
          );
        }
      });
    });
  });

  it('arrays of another realm are taken for what they are', () => {
    const realm = runInNewContext('({ Float32Array, Float64Array, Array })') as typeof globalThis;
    const y = realm.Array.from(yTrue);
    const p = new realm.Float32Array(yPred);
    const out = new realm.Float32Array(N);
    const expected = engine.squaredError.perSample(yTrue, new Float32Array(yPred));
    expectSame(engine.squaredError.perSample(y, p), expected);
    expect(engine.squaredError.perSample(y, p, { out })).toBe(out);
    expect(sameBits(new Float32Array(out), expected)).toBe(true);
  });

  it('a Buffer is a Uint8Array', () => {
    expect(engine.squaredError.sum(Buffer.from([1, 2, 3]), new Uint8Array([1, 0, 0]))).toBe(13);
  });

  it('a subclass of a typed array is one', () => {
    class Losses extends Float64Array {}
    const out = new Losses(3);
    expect(engine.squaredError.sum(new Losses([1, 2, 3]), [1, 0, 0])).toBe(13);
    expect(engine.squaredError.perSample([1, 2, 3], new Losses(3), { out })).toBe(out);
    expect(Array.from(out)).toEqual([1, 4, 9]);
  });

  it('an array that follows the length of its buffer is as long as it is at the call', () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 64 });
    const p = new Float64Array(buffer);
    expect(engine.squaredError.sum([1, 1], p)).toBe(2);
    buffer.resize(32);
    expect(engine.squaredError.sum([1, 1, 1, 1], p)).toBe(4);
    expect(() => engine.squaredError.sum([1, 1], p)).toThrow(
      new RangeError('squaredError.sum: expected yPred.length 2 (as yTrue.length), got 4'),
    );
  });

  it('out may be the same shared memory by another object', () => {
    const shared = new SharedArrayBuffer(8 * (N + 1));
    const p = new Float64Array(shared, 0, N);
    p.set(yPred);
    const out = new Float64Array(structuredClone(shared), 8, N);
    const expected = engine.squaredError.perSample(yTrue, yPred);
    expectSame(engine.squaredError.perSample(yTrue, p, { out }), expected);
  });

  describe('an array without its memory is an error, not an empty array', () => {
    const detached = (n: number): Float64Array => {
      const values = new Float64Array(n);
      structuredClone(values.buffer, { transfer: [values.buffer] });
      return values;
    };
    const outOfBounds = (n: number): Float64Array => {
      const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
      const values = new Float64Array(buffer, 0, n);
      buffer.resize(8 * n - 8);
      return values;
    };
    const trackingOutOfBounds = (n: number): Float64Array => {
      const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
      const values = new Float64Array(buffer, 8);
      buffer.resize(0);
      return values;
    };

    it.each([
      ['detached', detached],
      ['out of its buffer’s bounds', outOfBounds],
      ['out of its buffer’s bounds, following its length', trackingOutOfBounds],
    ])('%s', (_, make) => {
      for (const verb of ['mean', 'sum', 'perSample'] as const) {
        expect(() => engine.squaredError[verb](make(3), [])).toThrow(
          expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('yTrue') }),
        );
        expect(() => engine.squaredError[verb](new Float64Array(0), make(3))).toThrow(
          expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('yPred') }),
        );
      }
    });

    it('also as out', () => {
      expect(() => engine.squaredError.perSample([1], [1], { out: detached(1) })).toThrow(/out/);
    });
  });

  it('an array without its memory is an error also in code that is hot and has seen resizable ones', () => {
    const { squaredError } = engine;
    const resizable = new Float64Array(new ArrayBuffer(24, { maxByteLength: 48 }));
    const ordinary = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) {
      squaredError.perSample(i % 2 === 0 ? resizable : ordinary, ordinary);
      squaredError.mean(i % 2 === 0 ? resizable : ordinary, ordinary);
    }
    const detached = new Float64Array(3);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    for (const verb of ['mean', 'sum', 'perSample', 'gradient'] as const) {
      expect(() => squaredError[verb](detached, ordinary)).toThrow(/yTrue has lost its memory/);
      expect(() => squaredError[verb](ordinary, detached)).toThrow(/yPred has lost its memory/);
    }
  });
});
