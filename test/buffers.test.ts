// Memory of every kind there is.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { expectSame, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import { fill } from './support/random.js';

const N = 5000;
const yTrue = fill(N, 1, (random) => (random() < 0.5 ? 1 : 0));
const yPred = fill(N, 2, (random) => random());

const memories: Readonly<Record<string, (bytes: number) => ArrayBufferLike>> = {
  'shared memory': (bytes) => new SharedArrayBuffer(bytes),
  'a shared buffer that can grow': (bytes) =>
    new SharedArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'a resizable buffer': (bytes) => new ArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'WebAssembly memory that can grow': () =>
    new WebAssembly.Memory({ initial: 1, maximum: 4 }).buffer,
  'shared WebAssembly memory': () =>
    new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer,
  'a buffer of another realm': (bytes) =>
    runInNewContext(`new ArrayBuffer(${bytes})`) as ArrayBuffer,
};

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const losses = [
    engine.squaredError,
    engine.binaryCrossEntropy,
    engine.binaryCrossEntropy.with({ clip: 0.1 }),
    engine.categoricalCrossEntropy.with({ classes: 2 }),
  ];

  describe.each(Object.entries(memories))('%s', (_, memory) => {
    it.each(losses)('holds arguments and out of a call: $name', (loss) => {
      const y = new Float64Array(memory(8 * N), 0, N);
      const p = new Float64Array(memory(8 * N), 0, N);
      y.set(yTrue);
      p.set(yPred);
      expectSame(loss.sum(y, p), loss.sum(yTrue, yPred));
      expectSame(loss.perSample(y, p), loss.perSample(yTrue, yPred));
      const expected = loss.perSample(yTrue, yPred);
      const out = new Float64Array(memory(8 * N), 0, expected.length);
      expectSame(loss.perSample(y, p, { out }), expected);
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
});
