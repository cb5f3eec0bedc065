// Labels and weights of 64 bits, bigints and booleans give the bits that the same numbers give as
// int32, and none of them is ever rounded.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Int64Array, Numbers } from '../src/arrays.js';
import { createArena, createEngine, type Engine, measure } from '../src/index.js';
import { int64Text, widenInt64 } from '../src/int64.js';
import { RESERVED_PAGES } from '../src/wasm/layout.js';
import { seeded } from './losses/numbers.mjs';
import { expectSame, outcomeOf } from './support/bits.js';
import { commonKernels } from './support/common-kernels.js';
import { engines } from './support/engines.js';
import { byName, dataFor, subjects, weightsFor } from './support/option-sets.js';
import { fill } from './support/random.js';
import { sample } from './support/sample.js';
import { allVerbs, type FullLoss } from './support/verb-cases.js';
import { lossOf } from './support/verbs.js';

const arena = createArena(2 ** 20);
/** One array's worth for labels, and one for weights. */
const rooms = [arena.int64(2 ** 15), arena.int64(2 ** 15)];

const signed = (values: ArrayLike<number>) => BigInt64Array.from(Array.from(values, BigInt));

/** The same integers in every kind of array that is not of numbers. */
const arrays: Readonly<Record<string, (values: Int32Array, room?: BigInt64Array) => Numbers>> = {
  BigInt64Array: (values) => signed(values),
  'BigInt64Array in an arena': (values, room = rooms[0]) => {
    const array = room.subarray(1, 1 + values.length);
    array.set(signed(values));
    return array;
  },
  'BigUint64Array, if it has them': (values) =>
    values.some((value) => value < 0)
      ? signed(values)
      : BigUint64Array.from(Array.from(values, BigInt)),
  'array of bigints and numbers': (values) =>
    Array.from(values, (value, i) => (i % 3 === 0 ? value : BigInt(value))),
  'array of booleans and others': (values) =>
    Array.from(values, (value) => (value === 0 || value === 1 ? value === 1 : BigInt(value))),
};

/** About the limits of 32 and 53 bits, of both halves, and of the whole. */
const EDGES = [0n, 1n, -1n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 54n, 2n ** 62n, -(2n ** 63n)]
  .flatMap((edge) => [edge - 1n, edge, edge + 1n, -edge])
  .concat([2n ** 53n + 2n, 2n ** 63n - 512n, 2n ** 63n - 1024n, 0x1234_5678_9abc_def0n]);

const isExact = (value: bigint): boolean => BigInt(Number(value)) === value;

describe.each([
  ['int64', 'i64', BigInt64Array, BigInt.asIntN],
  ['uint64', 'u64', BigUint64Array, BigInt.asUintN],
] as const)('%s', (format, suffix, View, wrap) => {
  const random = seeded(1);
  const values = EDGES.concat(
    Array.from(
      { length: 500 },
      () => BigInt(Math.floor(random() * 2 ** 53)) << BigInt(Math.floor(random() * 12)),
    ),
  ).map((value) => wrap(64, value));
  const array = new View(values);
  const halves = new Int32Array(array.buffer);
  const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
  const exports = commonKernels(memory);
  const from = new View(memory.buffer, 8192, values.length);
  const kernel = (type: string) =>
    exports[`convert_${suffix}_${type}`] as (from: number, to: number, n: number) => number;

  it('is widened as Number does it, by JavaScript and by a kernel, which say what is exact', () => {
    for (const [i, value] of values.entries()) {
      const to = new Float64Array(2);
      expect(widenInt64(halves, i, 1, format, to, 1)).toBe(isExact(value));
      expect(to[1]).toBe(Number(value));
      expect(int64Text(halves, i, format)).toBe(`${value}n`);
      for (const n of [1, 2, 3]) {
        const some = Array.from({ length: n }, (_, k) => (k === n - 1 ? value : 5n));
        from.set(some);
        const wide = new Float64Array(memory.buffer, 65536, n + 1).fill(-7);
        const same = kernel('f64')(from.byteOffset, wide.byteOffset, n);
        expect([same, ...wide]).toEqual([isExact(value) ? 1 : 0, ...some.map(Number), -7]);
      }
    }
  });

  it('becomes float32 and class indices by a kernel, in place', () => {
    for (const n of [0, 1, 2, 7, values.length]) {
      from.set(values);
      kernel('f32')(from.byteOffset, from.byteOffset, n);
      const narrow = new Float32Array(memory.buffer, from.byteOffset, n);
      expectSame(narrow.slice(), Float32Array.from(values.slice(0, n), Number));
      from.set(values);
      kernel('i32')(from.byteOffset, from.byteOffset, n);
      const indices = new Int32Array(memory.buffer, from.byteOffset, n);
      const expected = values.slice(0, n).map((value) => {
        return BigInt.asIntN(32, value) === value ? Number(value) : -1;
      });
      expect(Array.from(indices)).toEqual(expected);
    }
  });
});

function check(
  engine: Engine,
  subject: (typeof subjects)[number],
  samples: number,
  classes: number,
) {
  const loss = lossOf(engine, subject, classes) as unknown as FullLoss;
  const data = dataFor(subject, 'hard', samples, classes, 7);
  const labels = Int32Array.from(data.yTrue);
  const weights = Int32Array.from(weightsFor(samples, 3, true), (weight) => weight % 3);
  const given = Object.values(arrays).flatMap((of) => [
    { yTrue: of(labels, rooms[0]) as Int32Array, sampleWeight: weights },
    { yTrue: labels, sampleWeight: of(weights, rooms[1]) as Int32Array },
  ]);
  const asked = [data.yPred, new Float32Array(data.yPred)].flatMap((yPred) =>
    allVerbs.map(({ call }) => ({ yPred, call })),
  );
  for (const { yPred, call } of sample(asked, 5)) {
    const expected = outcomeOf(() => call(loss, labels, yPred, weights));
    for (const { yTrue, sampleWeight } of sample(given, 3)) {
      expectSame(
        outcomeOf(() => call(loss, yTrue, yPred, sampleWeight)),
        expected,
      );
    }
  }
}

describe.each(engines)('on the backend $backend', ({ backend, engine }) => {
  it.each(byName(subjects))('labels and weights: %s', (_, subject) => {
    check(engine, subject, 9, 3);
    if (backend === 'auto') return;
    check(engine, subject, subject.shape === 'single' ? 2085 : 211, 10);
    if (subject.shape !== 'single') check(engine, subject, 2, 2051);
  });

  it.each(Object.entries(arrays))('predictions that are integers: %s', (_, of) => {
    const { squaredError, binaryCrossEntropy } = engine;
    const integers = Int32Array.from(fill(5001, 1, (random) => Math.floor(200 * random()) - 100));
    const truth = integers.map((value, i) => value + (i % 7));
    const p = of(integers) as Int32Array;
    expectSame(squaredError.perSample(truth, p), squaredError.perSample(truth, integers));
    expectSame(squaredError.gradient(truth, p), squaredError.gradient(truth, integers));
    const logits = binaryCrossEntropy.with({ fromLogits: true });
    const y = integers.map((value) => value & 1);
    const out = new Float64Array(5001);
    expectSame(logits.gradient(y, p, { out }), logits.gradient(y, integers));
  });

  it('classWeight', () => {
    const categorical = engine.categoricalCrossEntropy;
    const classWeight = [2, 0, 1];
    const expected = categorical
      .with({ classes: 3, classWeight })
      .mean([0, 0, 1], [0.5, 0.25, 0.25]);
    for (const of of Object.values(arrays)) {
      const loss = categorical.with({ classes: 3, classWeight: of(Int32Array.from(classWeight)) });
      expect(loss.mean([0, 0, 1], [0.5, 0.25, 0.25])).toBe(expected);
      expect(loss.options.classWeight).toEqual(classWeight);
    }
    expect(() => categorical.with({ classWeight: BigInt64Array.of(1n, 2n ** 53n + 1n) })).toThrow(
      new RangeError(
        'categoricalCrossEntropy.with: classWeight[1] is 9007199254740993n, expected an integer that float64 holds exactly',
      ),
    );
  });

  it('accumulators, cut anyhow, and measure', () => {
    const losses = [engine.squaredError, engine.binaryCrossEntropy];
    const yPred = fill(5000, 1, (random) => random());
    const labels = Int32Array.from(yPred, (_, i) => i % 2);
    const wide = signed(labels);
    const weights = signed(labels.map((_, i) => i % 4));
    const options = { sampleWeight: weights };
    expect(measure(losses, wide, yPred, options)).toEqual(measure(losses, labels, yPred, options));
    for (const loss of losses) {
      const accumulator = loss.accumulator();
      for (const [from, to] of [
        [0, 3],
        [3, 2500],
        [2500, 5000],
      ]) {
        accumulator.update(wide.subarray(from, to), yPred.subarray(from, to), {
          sampleWeight: weights.subarray(from, to),
        });
      }
      expect(accumulator.mean).toBe(loss.mean(labels, yPred, options));
    }
  });

  const sparse = engine.sparseCategoricalCrossEntropy;

  describe.each([
    ['probabilities', sparse],
    ['logits', sparse.with({ fromLogits: true })],
    ['ignoreIndex', sparse.with({ ignoreIndex: -100 })],
    ['logits and ignoreIndex', sparse.with({ fromLogits: true, ignoreIndex: -100 })],
    ['labelSmoothing', sparse.with({ labelSmoothing: 0.1 })],
    ['classWeight', sparse.with({ classWeight: [1, 2] })],
  ])('a class index that is none is named as it is: %s', (_, loss) => {
    it.each([
      9007199254740993n,
      9007199254740992n,
      -9007199254740993n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 32n,
      2n ** 32n + 1n,
      -(2n ** 32n),
      -1n,
      2n,
    ])('%d', (value) => {
      for (const [n, i] of [
        [3, 2],
        [3000, 2999],
      ]) {
        const labels = new BigInt64Array(n);
        labels[i] = value;
        const yPred = new Float64Array(2 * n).fill(0.5);
        const out = new Float64Array(2 * n).fill(-7);
        const error = (verb: string) =>
          new RangeError(
            `sparseCategoricalCrossEntropy.${verb}: yTrue[${i}] is ${value}n, expected a class index, an integer from 0 to 1`,
          );
        expect(() => loss.mean(labels, yPred)).toThrow(error('mean'));
        expect(() => loss.perSample(labels, yPred)).toThrow(error('perSample'));
        expect(() => loss.gradient(labels, yPred, { out })).toThrow(error('gradient'));
        expect(new Set(out)).toEqual(new Set([-7]));
        const accumulator = loss.accumulator();
        expect(() => accumulator.update(labels, yPred)).toThrow(error('accumulator.update'));
        expect(accumulator.count).toBe(0);
      }
    });

    it.each([2n ** 64n - 1n, 2n ** 63n, 2n ** 53n + 1n])('unsigned: %d', (value) => {
      expect(() => loss.mean(BigUint64Array.of(0n, value), [0.5, 0.5, 0.5, 0.5])).toThrow(
        `yTrue[1] is ${value}n, expected a class index, an integer from 0 to 1`,
      );
      expect(() => loss.mean([0, value], [0.5, 0.5, 0.5, 0.5])).toThrow(
        /yTrue\[1\] is \d+n?, expected a class index, an integer from 0 to 1/,
      );
    });
  });

  it('an index to ignore may be far outside', () => {
    const far = sparse.with({ ignoreIndex: -(2 ** 40) });
    const labels = BigInt64Array.of(0n, -(2n ** 40n));
    expect(far.perSample(labels, [0.5, 0.5, 0.5, 0.5])).toEqual(Float64Array.of(Math.LN2, 0));
    expect(() => far.mean(BigInt64Array.of(2n ** 40n), [0.5, 0.5])).toThrow('1099511627776n');
  });

  it.each(['squaredError', 'absoluteError', 'huber'] as const)(
    '%s: a number that float64 does not hold is an error, and one that it holds is none',
    (name) => {
      const loss = engine[name];
      expect(loss.mean(BigInt64Array.of(2n ** 60n, -(2n ** 63n)), [2 ** 60, -(2 ** 63)])).toBe(0);
      for (const value of [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n]) {
        for (const [n, i] of [
          [3, 1],
          [5001, 4999],
        ]) {
          const integers = new BigInt64Array(n);
          integers[i] = value;
          const zeros = new Float64Array(n);
          const out = new Float64Array(n).fill(-7);
          const error = (verb: string, argument: string) =>
            new RangeError(
              `${name}.${verb}: ${argument}[${i}] is ${value}n, expected an integer that float64 holds exactly`,
            );
          for (const list of [integers, Array.from(integers)]) {
            expect(() => loss.mean(list, zeros)).toThrow(error('mean', 'yTrue'));
            expect(() => loss.mean(zeros, list)).toThrow(error('mean', 'yPred'));
            expect(() => loss.perSample(list, zeros, { out })).toThrow(error('perSample', 'yTrue'));
            expect(() => loss.perSample(zeros, list, { out })).toThrow(error('perSample', 'yPred'));
            expect(() => loss.gradient(list, zeros, { out })).toThrow(error('gradient', 'yTrue'));
            expect(() => loss.gradient(zeros, list, { out })).toThrow(error('gradient', 'yPred'));
            expect(new Set(out)).toEqual(new Set([-7]));
          }
          const sampleWeight = integers;
          if (value > 0n) {
            expect(() => loss.mean(zeros, zeros, { sampleWeight })).toThrow(
              error('mean', 'sampleWeight'),
            );
          }
        }
      }
    },
  );

  it('a bigint that is too large for float64 is named, too', () => {
    const huge = 2n ** 1024n;
    expect(() => engine.squaredError.mean([0, huge], [0, 0])).toThrow(`yTrue[1] is ${huge}n`);
  });

  it('a label of 64 bits outside [0, 1] is named as it is', () => {
    for (const value of [2n, -1n, 2n ** 53n + 1n]) {
      for (const n of [2, 3000]) {
        const labels = new BigInt64Array(n);
        labels[n - 1] = value;
        expect(() => engine.binaryCrossEntropy.mean(labels, new Float32Array(n))).toThrow(
          new RangeError(
            `binaryCrossEntropy.mean: yTrue[${n - 1}] is ${value}n, expected a label in [0, 1]`,
          ),
        );
      }
    }
  });

  it('a weight of 64 bits that is negative is named as it is', () => {
    const sampleWeight = BigInt64Array.of(1n, -3n);
    expect(() => engine.squaredError.mean([0, 0], [0, 0], { sampleWeight })).toThrow(
      new RangeError('squaredError.mean: sampleWeight[1] is -3n, expected a finite weight ≥ 0'),
    );
  });

  it('arrays may be shared, of a subclass, or of another realm, and run no code', () => {
    const shared = new BigInt64Array(new SharedArrayBuffer(16));
    shared.set([1n, 2n]);
    class Mine extends BigInt64Array {
      override get length(): number {
        throw new Error('this is not to be called');
      }
    }
    const foreign = runInNewContext('BigUint64Array.of(1n, 2n)') as Int64Array;
    for (const yTrue of [shared, Mine.of(1n, 2n), foreign]) {
      expect(engine.squaredError.perSample(yTrue, [2, 4])).toEqual(Float64Array.of(1, 4));
    }
  });

  it('arrays that have lost their memory are an error', () => {
    const yTrue = new BigInt64Array(2);
    structuredClone(yTrue.buffer, { transfer: [yTrue.buffer] });
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    const cut = new BigInt64Array(buffer, 0, 2);
    buffer.resize(8);
    for (const lost of [yTrue, cut]) {
      expect(() => engine.squaredError.mean(lost, [0, 0])).toThrow(
        new TypeError(
          'squaredError.mean: yTrue has lost its memory: its buffer is detached or too short',
        ),
      );
    }
  });

  it('an array that loses its memory while another is read is an error', () => {
    const buffer = new ArrayBuffer(16, { maxByteLength: 16 });
    const yTrue = new BigInt64Array(buffer);
    const yPred = Object.defineProperty([0, 0], 0, {
      get: () => {
        buffer.resize(0);
        return 0;
      },
    });
    expect(() => engine.squaredError.mean(yTrue, yPred)).toThrow(
      new RangeError('squaredError.mean: yTrue changed its length from 2 to 0 during the call'),
    );
  });
});

it('an arena has room for int64, at a multiple of 64 bytes', () => {
  const memory = createArena(100);
  memory.uint8(1);
  const labels = memory.int64(3);
  expect([labels, labels.byteOffset % 64]).toEqual([new BigInt64Array(3), 0]);
  labels.set([1n, 2n, 3n]);
  const { squaredError } = createEngine({ backend: 'wasm' });
  expect(squaredError.mean(labels, memory.float64(3))).toBe(14 / 3);
});
