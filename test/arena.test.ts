import { describe, expect, it } from 'vitest';
import { createArena, createEngine } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { fill } from './support/random.js';

const types = [
  { verb: 'float64', Type: Float64Array },
  { verb: 'float32', Type: Float32Array },
  { verb: 'int32', Type: Int32Array },
  { verb: 'uint8', Type: Uint8Array },
] as const;

describe('an arena', () => {
  it.each(types)(
    'hands out arrays of zeros that start at a multiple of 64 bytes: $verb',
    ({ verb, Type }) => {
      const arena = createArena(4096);
      arena.uint8(3);
      const values = arena[verb](5);
      expect(values).toBeInstanceOf(Type);
      expect(values).toEqual(new Type(5));
      expect(values.byteOffset % 64).toBe(0);
    },
  );

  it('hands out arrays that do not overlap, in one memory', () => {
    const arena = createArena(4096);
    const arrays = [
      arena.uint8(1),
      arena.float32(17),
      arena.int32(3),
      arena.float64(9),
      arena.uint8(65),
    ];
    for (const [i, values] of arrays.entries()) values.fill(i + 1);
    for (const [i, values] of arrays.entries()) expect(new Set(values)).toEqual(new Set([i + 1]));
    expect(new Set(arrays.map(({ buffer }) => buffer)).size).toBe(1);
  });

  it.each([{}, { shared: true }])('is no place that a call writes to: %j', (options) => {
    const n = 5000;
    const arena = createArena(8 * 3 * n, options);
    const [yTrue, yPred, sampleWeight] = [arena.float64(n), arena.float64(n), arena.float64(n)];
    yTrue.fill(1);
    yPred.fill(0.5);
    sampleWeight.fill(2);
    const { squaredError, binaryCrossEntropy } = createEngine({ backend: 'wasm' });
    for (const loss of [squaredError, binaryCrossEntropy]) {
      const each = loss.perSample([1], [0.5])[0];
      expect(loss.mean(yTrue, yPred, { sampleWeight })).toBe(each);
      expect(loss.perSample(yTrue, yPred, { sampleWeight })).toEqual(
        new Float64Array(n).fill(2 * each),
      );
      loss.gradient(yTrue, yPred, { sampleWeight });
    }
    expect(new Set(yTrue)).toEqual(new Set([1]));
    expect(new Set(yPred)).toEqual(new Set([0.5]));
    expect(new Set(sampleWeight)).toEqual(new Set([2]));
  });

  it('is shared if that is asked for', () => {
    for (const [options, shared] of [
      [undefined, false],
      [{}, false],
      [{ shared: false }, false],
      [{ shared: true }, true],
    ] as const) {
      const arena = createArena(64, options ?? {});
      expect(arena.shared).toBe(shared);
      expect(arena.uint8(1).buffer instanceof SharedArrayBuffer).toBe(shared);
    }
  });

  it('says which option is none', () => {
    expect(() => createArena(64, { share: true } as object)).toThrow(
      new TypeError('createArena: unknown option "share", expected shared'),
    );
    expect(() => createArena(64, { shared: 1 } as object)).toThrow(
      new TypeError('createArena: expected shared to be true or false, got 1'),
    );
  });

  it('has exactly the bytes that were asked for', () => {
    const arena = createArena(800);
    expect([arena.bytes, arena.bytesFree]).toEqual([800, 800]);
    arena.float64(100);
    expect(() => arena.uint8(1)).toThrow(
      new RangeError('arena.uint8: 1 elements take 1 bytes, the arena has 0 left'),
    );
    expect(createArena(800).float64(100)).toHaveLength(100);
  });

  it('says by bytesFree how much the next array may take', () => {
    const arena = createArena(1000);
    for (const n of [1, 65, 100]) {
      arena.uint8(n);
      const { bytesFree } = arena;
      expect(() => arena.uint8(bytesFree + 1)).toThrow(RangeError);
    }
    const { bytesFree } = arena;
    expect(arena.uint8(bytesFree)).toHaveLength(bytesFree);
  });

  it('has room for an array of nothing when it is full', () => {
    const arena = createArena(100);
    arena.uint8(100);
    expect(arena.float64(0)).toHaveLength(0);
  });

  it('says what does not fit, and still has room for what does', () => {
    const arena = createArena(1000);
    arena.uint8(1);
    expect(() => arena.float64(200)).toThrow(
      new RangeError('arena.float64: 200 elements take 1600 bytes, the arena has 999 left'),
    );
    expect(arena.float64(117)).toHaveLength(117);
  });

  it('has memory that cannot be taken away from its arrays', () => {
    const values = createArena(64).float64(8).fill(1);
    try {
      structuredClone(values.buffer, { transfer: [values.buffer] });
    } catch (error) {
      expect(error).toMatchObject({ name: 'DataCloneError' });
    }
    expect(values).toEqual(new Float64Array(8).fill(1));
  });

  it.each(types)('takes a number of elements: $verb', ({ verb }) => {
    const arena = createArena(64);
    for (const n of [-1, 1.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => arena[verb](n)).toThrow(
        new RangeError(`arena.${verb}: expected n to be an integer ≥ 0, got ${n}`),
      );
    }
    expect(() => arena[verb]('8' as unknown as number)).toThrow(
      new TypeError(`arena.${verb}: expected n to be a number, got the string "8"`),
    );
  });
});

describe.each([1, 9, 700])('%i rows of arrays in an arena', (n) => {
  const CLASSES = 3;
  const wasm = createEngine({ backend: 'wasm' });
  const js = createEngine({ backend: 'js' });
  const indices = Float64Array.from({ length: n }, (_, i) => (i * 7) % CLASSES);
  const masked = indices.map((k, i) => (i % 4 === 1 ? 77 : k));
  const oneHot = Float64Array.from({ length: CLASSES * n }, (_, i) =>
    Number(i % CLASSES === indices[Math.floor(i / CLASSES)]),
  );
  const p = fill(CLASSES * n, 1, (random) => Math.fround(0.01 + 0.9 * random()));
  const weights = fill(n, 2, (random) => Math.floor(3 * random()));
  const subjects = (engine: typeof wasm) => {
    const dense = engine.categoricalCrossEntropy.with({ classes: CLASSES });
    return [
      [dense, oneHot],
      [dense.with({ labelSmoothing: 0.1 }), oneHot],
      [dense.with({ clip: 0.1, normalize: true }), oneHot],
      [dense.with({ fromLogits: true, labelSmoothing: 0.1 }), oneHot],
      [engine.sparseCategoricalCrossEntropy, indices],
      [engine.sparseCategoricalCrossEntropy.with({ ignoreIndex: 1 }), indices],
      [engine.sparseCategoricalCrossEntropy.with({ check: 'used' }), indices],
      [engine.sparseCategoricalCrossEntropy.with({ ignoreIndex: 77 }), masked],
      [engine.sparseCategoricalCrossEntropy.with({ ignoreIndex: 77, check: 'used' }), masked],
      [engine.sparseCategoricalCrossEntropy.with({ fromLogits: true }), indices],
      [engine.sparseCategoricalCrossEntropy.with({ ignoreIndex: 77, fromLogits: true }), masked],
    ] as const;
  };
  const mixes = ([...types.map(({ verb }) => verb), 'int64'] as const).flatMap((forTrue) =>
    types.map(({ verb: forPred }) => ({ forPred, forTrue })),
  );

  it.each(mixes)(
    'have the bits of others, and are not changed: yPred $forPred, yTrue $forTrue',
    ({ forPred, forTrue }) => {
      const plain = subjects(js);
      const isInteger = forPred === 'int32' || forPred === 'uint8';
      const predictions = isInteger ? new Float64Array(CLASSES * n).fill(1) : p;
      for (const [i, [loss, labels]] of subjects(wasm).entries()) {
        const arena = createArena(2 ** 17);
        const made = (type: (typeof mixes)[number]['forTrue'], values: Float64Array) => {
          // (At an address that does not end in zeros.)
          const array = arena[type](values.length + 1).subarray(1);
          for (const [k, value] of values.entries()) {
            array[k] = array instanceof BigInt64Array ? BigInt(value) : value;
          }
          return array;
        };
        const yTrue = made(forTrue, labels);
        const yPred = made(forPred, predictions) as Float64Array;
        const sampleWeight = made('int32', weights);
        const out = made(forPred === 'float32' ? forPred : 'float64', p) as Float64Array;
        const expected = plain[i][0];
        const other = forPred === 'float32' ? new Float32Array(p) : predictions;
        const options = { sampleWeight: weights };
        expectSame(loss.mean(yTrue, yPred), expected.mean(labels, other));
        expectSame(loss.sum(yTrue, yPred, { sampleWeight }), expected.sum(labels, other, options));
        expectSame(
          loss.perSample(yTrue, yPred, { out: out.subarray(0, n) }),
          expected.perSample(labels, other),
        );
        expectSame(
          loss.gradient(yTrue, yPred, { sampleWeight, out }),
          expected.gradient(labels, other, options),
        );
        expect(Array.from(yTrue, Number)).toEqual([...labels]);
        expect([...yPred]).toEqual([...predictions]);
      }
    },
  );
});

describe('createArena', () => {
  it('takes a number of bytes', () => {
    for (const bytes of [-1, 1.5, Number.NaN, Infinity, 2 ** 32]) {
      expect(() => createArena(bytes)).toThrow(
        new RangeError(
          `createArena: expected bytes from 0 to ${2 ** 32 - 8 * 2 ** 16}, got ${bytes}`,
        ),
      );
    }
    expect(() => createArena('64' as unknown as number)).toThrow(
      new TypeError('createArena: expected bytes to be a number, got the string "64"'),
    );
    expect(() => createArena(undefined as unknown as number)).toThrow(
      new TypeError('createArena: expected bytes to be a number, got undefined'),
    );
  });

  it('makes an arena of nothing, too', () => {
    expect(createArena(0).float64(0)).toHaveLength(0);
  });
});
