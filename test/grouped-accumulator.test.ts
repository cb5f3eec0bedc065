// A mean for each group of samples: its own samples' bits, however the data are cut.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { samplesPerBlock } from '../src/block.js';
import {
  absoluteError,
  bfloat16,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  float16,
  type GroupedState,
  groupedAccumulator,
  huber,
  type Key,
  type KeyedSamples,
  type Keys,
  type Loss,
  sparseCategoricalCrossEntropy,
  squaredError,
} from '../src/index.js';
import { someOfEach } from './support/arbitrary.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { expectAsAccurate } from './support/merged.js';
import { dataFor, type Subject, typed } from './support/option-sets.js';
import { fill } from './support/random.js';
import { lossOf } from './support/verbs.js';

const CLASSES = 3;
const NAMES = ['de', 'en', 'fr', 'zh', ''];

/** Samples in groups, of which parts can be had. */
class Samples {
  readonly keys: string[];
  private readonly yTrue: Numbers;
  private readonly yPred: FloatArray;
  private readonly weights: Float64Array | undefined;
  private readonly n: number;

  constructor(subject: Subject, n: number, type: 'float64' | 'float32', isWeighted: boolean) {
    const classes = subject.shape === 'single' ? 1 : CLASSES;
    const data = typed(dataFor(subject, 'hard', n, classes, n + 1), type);
    this.yTrue = data.yTrue;
    this.yPred = data.yPred;
    this.weights = isWeighted ? fill(n, 3, (random, i) => (i % 7 === 3 ? 0 : random())) : undefined;
    this.keys = Array.from(
      fill(n, 4, (random) => Math.floor(random() ** 2 * NAMES.length)),
      (i) => NAMES[i],
    );
    this.n = n;
  }

  /** The arguments of a call with the samples of which `isIn` says so. */
  where(isIn: (i: number) => boolean): [Numbers, FloatArray, object] {
    const part = <Values extends Numbers>(values: Values): Values => {
      const each = values.length / this.n;
      return values.filter((_: number, i: number) => isIn(Math.floor(i / each))) as Values;
    };
    const { weights } = this;
    return [
      part(this.yTrue),
      part(this.yPred),
      weights === undefined ? {} : { sampleWeight: part(weights) },
    ];
  }

  /** The arguments of an update with samples from … to − 1. */
  part(from: number, to: number): [Keys, Numbers, FloatArray, object] {
    return [this.keys.slice(from, to), ...this.where((i) => i >= from && i < to)];
  }
}

function detached(values: Int32Array): Int32Array {
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
}

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine }) => {
  describe.each(someOfEach(2).map((subject) => [subject.name, subject] as const))(
    '%s',
    (_, subject) => {
      const loss = lossOf(engine, subject, CLASSES) as unknown as Loss;
      const size = samplesPerBlock(subject.shape === 'single' ? 1 : CLASSES);

      it.each([
        ['float64', false],
        ['float32', true],
        ['float64', true],
      ] as const)(
        'has the bits of one call with the samples of a group: %s, weights %s',
        (type, isWeighted) => {
          const n = size - 5;
          const samples = new Samples(subject, n, type, isWeighted);
          const grouped = groupedAccumulator(loss, { denominator: 'nonzero' });
          grouped.update(...samples.part(0, n));
          expect(grouped.keys()).toEqual([...new Set(samples.keys)].sort());
          for (const [key, { mean, sum, count, weight }] of grouped) {
            const [yTrue, yPred, options] = samples.where((i) => samples.keys[i] === key);
            expectSame(mean, loss.mean(yTrue, yPred, { ...options, denominator: 'nonzero' }));
            expectSame(sum, loss.sum(yTrue, yPred, options));
            const own = loss.accumulator().update(yTrue, yPred, options);
            expect([count, weight]).toEqual([own.count, own.weight]);
          }
        },
      );

      it('has the same state however the samples are cut, also by way of JSON', () => {
        const n = 2 * size + 100;
        const samples = new Samples(subject, n, 'float32', true);
        const whole = groupedAccumulator(loss).update(...samples.part(0, n));
        let cut = groupedAccumulator(loss);
        const ends = [0, 1, 1, size - 1, size + 1, 2 * size, 2 * size + 40, n];
        for (const [i, to] of ends.entries()) {
          cut.update(...samples.part(ends[i - 1] ?? 0, to));
          // What is read in between changes nothing.
          for (const key of cut.keys()) void cut.get(key)?.sum;
          cut = groupedAccumulator(loss, { from: JSON.parse(JSON.stringify(cut)) });
        }
        expect([...cut]).toEqual([...whole]);
        expect(cut.keys()).toEqual(whole.keys());
        expect(JSON.stringify(cut)).toBe(JSON.stringify(whole));
      });

      it('has the same state, merged in any order from parts of whole blocks', () => {
        const ends = [size, size, 3 * size, 3 * size + 17];
        const samples = new Samples(subject, ends[3], 'float64', true);
        const whole = groupedAccumulator(loss).update(...samples.part(0, ends[3]));
        const partsOf = () =>
          ends.map((to, i) =>
            groupedAccumulator(loss).update(...samples.part(ends[i - 1] ?? 0, to)),
          );
        const [a, b, c, d] = partsOf();
        const [e, f, g, h] = partsOf();
        a.merge(b.toJSON())
          .merge(JSON.parse(JSON.stringify(c)))
          .merge(d);
        h.merge(f.merge(g)).merge(e.seal());
        expect([...a]).toEqual([...whole]);
        const text = JSON.stringify(whole.seal());
        expect(JSON.stringify(a.seal())).toBe(text);
        expect(JSON.stringify(h.seal())).toBe(text);
        expect(whole.toJSON().staged).toBe(null);
      });

      it('is as accurate as one call, where a group’s samples lie in many blocks', () => {
        const n = 5 * size;
        const samples = new Samples(subject, n, 'float64', true);
        const grouped = groupedAccumulator(loss).update(...samples.part(0, n));
        for (const [key, { mean, sum }] of grouped) {
          const [yTrue, yPred, options] = samples.where((i) => samples.keys[i] === key);
          expectAsAccurate(mean, loss.mean(yTrue, yPred, options), subject, 'float64');
          expectAsAccurate(sum, loss.sum(yTrue, yPred, options), subject, 'float64');
        }
      });
    },
  );

  it('rows longer than a block, one by one', () => {
    const loss = engine.sparseCategoricalCrossEntropy as unknown as Loss;
    const yPred = fill(4 * 2500, 1, (random) => random());
    const grouped = groupedAccumulator(loss).update([1, 2, 1, 1], [5, 6, 7, 8], yPred);
    const rows = [0, 2, 3].flatMap((i) => Array.from(yPred.subarray(2500 * i, 2500 * (i + 1))));
    expect(grouped.get(1)?.mean).toBe(loss.mean([5, 7, 8], rows));
    expect(grouped.get(2)?.sum).toBe(loss.sum([6], yPred.subarray(2500, 5000)));
  });
});

describe('keys', () => {
  const four = [0, 0, 0, 0];
  const sumsBy = (keys: Keys): [Key, number][] =>
    [...groupedAccumulator(absoluteError).update(keys, four, [1, 2, 4, 8])].map(
      ([key, { sum }]) => [key, sum],
    );

  it.each<readonly [what: string, keys: Keys]>([
    ['Int8Array', Int8Array.of(7, 0, 7, 1)],
    ['Uint8Array', Uint8Array.of(7, 0, 7, 1)],
    ['Uint8ClampedArray', Uint8ClampedArray.of(7, 0, 7, 1)],
    ['Int16Array', Int16Array.of(7, 0, 7, 1)],
    ['Uint16Array', Uint16Array.of(7, 0, 7, 1)],
    ['Int32Array', Int32Array.of(7, 0, 7, 1)],
    ['Uint32Array', Uint32Array.of(7, 0, 7, 1)],
    ['Float32Array', Float32Array.of(7, -0, 7, 1)],
    ['Float64Array', Float64Array.of(7, -0, 7, 1)],
    ['BigInt64Array', BigInt64Array.of(7n, 0n, 7n, 1n)],
    ['BigUint64Array', BigUint64Array.of(7n, 0n, 7n, 1n)],
    ['an array of numbers', [7, -0, 7, 1]],
    ['an array of bigints', [7n, 0n, 7n, 1n]],
    ['an array of both', [7, 0n, 7n, 1]],
    ['part of an array', new Int32Array([9, 7, 0, 7, 1]).subarray(1)],
  ])('are integers in any array, and come in order: %s', (_, keys) => {
    expect(sumsBy(keys)).toEqual([
      [0, 2],
      [1, 8],
      [7, 5],
    ]);
  });

  it('are integers of 64 bits, none of which is rounded', () => {
    const keys = [2n ** 63n - 1n, 2n ** 53n + 1n, -(2n ** 63n), 2n ** 53n];
    for (const array of [keys, BigInt64Array.from(keys)]) {
      expect(sumsBy(array)).toEqual([
        [-(2n ** 63n), 4],
        [2n ** 53n, 8],
        [2n ** 53n + 1n, 2],
        [2n ** 63n - 1n, 1],
      ]);
    }
    expect(sumsBy(BigUint64Array.of(2n ** 64n - 1n, 5n, 2n ** 64n - 1n, 2n ** 53n - 1n))).toEqual([
      [5, 2],
      [2 ** 53 - 1, 8],
      [2n ** 64n - 1n, 5],
    ]);
    const most = 2n ** 64n - 1n;
    expect(sumsBy([most, 2n ** 63n, most, 0])).toEqual([
      [0, 8],
      [2n ** 63n, 2],
      [most, 5],
    ]);
    const grouped = groupedAccumulator(absoluteError).update(keys, four, [1, 2, 4, 8]);
    const again = groupedAccumulator(absoluteError, { from: JSON.parse(JSON.stringify(grouped)) });
    expect([...again]).toEqual([...grouped]);
    expect(again.get(2n ** 53n + 1n)?.sum).toBe(2);
    expect(again.toJSON()).toEqual(grouped.toJSON());
  });

  it('are strings, in the order of their code units', () => {
    const keys = ['__proto__', '', 'é', '\ud83d\ude00'];
    const grouped = groupedAccumulator(absoluteError).update(keys, four, [1, 2, 4, 8]);
    expect(grouped.keys()).toEqual(['', '__proto__', 'é', '\ud83d\ude00']);
    expect(grouped.get('__proto__')?.sum).toBe(1);
    expect(grouped.get('toString')).toBeUndefined();
  });

  it('are many or few, small or large, negative or not, and may be asked for as bigints', () => {
    const n = 20_000;
    const keys = Int32Array.from(fill(n, 1, (random) => Math.floor(2 ** (30 * random())) - 100));
    const yPred = fill(n, 2, (random) => Math.floor(100 * random()));
    const expected = new Map<number, number>();
    for (const [i, key] of keys.entries()) {
      expected.set(key, (expected.get(key) ?? 0) + yPred[i]);
    }
    const grouped = groupedAccumulator(absoluteError).update(keys, new Float64Array(n), yPred);
    expect(grouped.size).toBe(expected.size);
    expect(new Map([...grouped].map(([key, { sum }]) => [key, sum]))).toEqual(expected);
    expect(grouped.keys()).toEqual([...expected.keys()].sort((a, b) => a - b));
    expect(grouped.get(BigInt(keys[0]))).toEqual(grouped.get(keys[0]));
    expect(grouped.get(12.5)).toBeUndefined();
  });

  it('are told apart where they have their last 32 bits in common', () => {
    const keys = [7, 2 ** 32 + 7, 7 - 2 ** 32, 2 ** 32 + 7];
    for (const array of [keys, Float64Array.from(keys)]) {
      expect(sumsBy(array)).toEqual([
        [7 - 2 ** 32, 4],
        [7, 1],
        [2 ** 32 + 7, 10],
      ]);
    }
  });

  it('of no samples are of either kind', () => {
    const grouped = groupedAccumulator(absoluteError);
    for (const none of [new Int32Array(0), new BigInt64Array(0), []]) grouped.update(none, [], []);
    expect(grouped.toJSON().keys).toBe(null);
    grouped.update(['a'], [0], [1]);
    for (const none of [new Int32Array(0), new BigInt64Array(0), []]) grouped.update(none, [], []);
    expect(grouped.keys()).toEqual(['a']);
  });

  it('of numbers beyond what three float64 hold are exact, too', () => {
    const n = 2048;
    const values = [1e308, 1e-308, 1, 1e200, 1e-200, 1e308];
    const results = [values, [...values].reverse()].map((order) => {
      const grouped = groupedAccumulator(absoluteError);
      for (const value of order) {
        const yPred = new Float64Array(n);
        yPred.fill(value, 0, 1).fill(value / 4, 1, 2);
        grouped.update(new Uint8Array(n).fill(1, 1, 2), new Float64Array(n), yPred);
      }
      const again = groupedAccumulator(absoluteError, { from: grouped.toJSON() });
      expect([...again]).toEqual([...grouped]);
      return grouped;
    });
    const [first, second] = results;
    expect(first.get(0)?.sum).toBe(Infinity);
    expect(first.get(1)?.sum).toBe(5e307);
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
    expect(first.toJSON().groups[1].sums[0].losses.length).toBeGreaterThan(3);
  });

  it('of weights beyond what three float64 hold are exact, too', () => {
    const values = [1e308, 1e-308, 1, 1e200, 1e-200, 1e308];
    const results = [values, [...values].reverse()].map((order) => {
      const grouped = groupedAccumulator(absoluteError);
      for (const value of order) {
        const sampleWeight = new Float64Array(2048);
        sampleWeight.fill(value, 0, 1).fill(value / 4, 1, 2);
        const keys = new Uint8Array(2048).fill(1, 1, 2);
        grouped.update(keys, new Float64Array(2048), new Float64Array(2048), { sampleWeight });
      }
      const again = groupedAccumulator(absoluteError, { from: grouped.toJSON() });
      expect([...again]).toEqual([...grouped]);
      return grouped;
    });
    const [first, second] = results;
    expect(first.get(0)?.weight).toBe(Infinity);
    expect(first.get(1)?.weight).toBe(5e307);
    expect(JSON.stringify(first)).toBe(JSON.stringify(second));
  });

  it('of numbers beyond that are infinite once one of them is', () => {
    const grouped = groupedAccumulator(absoluteError);
    const keys = new Uint8Array(2048).fill(1, 1);
    for (const value of [1e308, 1e-308, 1, 1e200, 1e-200, Infinity, 1e308]) {
      grouped.update(keys, new Float64Array(2048), new Float64Array(2048).fill(value, 0, 1));
    }
    expect(grouped.get(0)?.sum).toBe(Infinity);
    expect(grouped.get(1)?.sum).toBe(0);
    const [{ sums }] = grouped.toJSON().groups;
    expect(sums[0].losses).toEqual(
      absoluteError.accumulator().update([0], [Infinity]).seal().toJSON().losses,
    );
  });

  it.each<readonly [what: string, keys: unknown, error: string]>([
    [
      'a fraction',
      [1, 1.5],
      'RangeError: groupedAccumulator.update: keys[1] is 1.5, expected an integer of up to 64 bits, or a string as all others',
    ],
    [
      'NaN',
      Float64Array.of(1, NaN),
      'RangeError: groupedAccumulator.update: keys[1] is NaN, expected',
    ],
    [
      'a fraction of float32',
      Float32Array.of(1, 1.5),
      'RangeError: groupedAccumulator.update: keys[1] is 1.5, expected',
    ],
    [
      'float16',
      float16(Uint16Array.of(0x3c00, 0x3c00)),
      'TypeError: groupedAccumulator.update: expected keys to be an array of integers or of strings, got',
    ],
    [
      'bfloat16',
      bfloat16(Uint16Array.of(0x3f80, 0x3f80)),
      'TypeError: groupedAccumulator.update: expected keys to be an array of integers or of strings, got',
    ],
    [
      'what has lost its memory',
      detached(Int32Array.of(1, 2)),
      'TypeError: groupedAccumulator.update: keys has lost its memory: its buffer is detached or too short',
    ],
    [
      'a length that is none',
      new Proxy([1, 2], {
        get: (keys, name) => (name === 'length' ? 1.5 : Reflect.get(keys, name)),
      }),
      'TypeError: groupedAccumulator.update: keys.length is 1.5, expected an integer ≥ 0',
    ],
    [
      'an unsafe number',
      [1, 2 ** 53],
      'RangeError: groupedAccumulator.update: keys[1] is 9007199254740992, expected a bigint where an integer is beyond 2⁵³ − 1',
    ],
    [
      'a bigint of more bits',
      [1n, 2n ** 64n],
      'RangeError: groupedAccumulator.update: keys[1] is 18446744073709551616n, expected',
    ],
    [
      'a negative bigint of more bits',
      [1n, -(2n ** 63n) - 1n],
      'RangeError: groupedAccumulator.update: keys[1] is -9223372036854775809n, expected',
    ],
    ['nothing', ['a', null], 'TypeError: groupedAccumulator.update: keys[1] is null, expected'],
    [
      'a hole',
      Object.assign(Array(2), [1]),
      'TypeError: groupedAccumulator.update: keys[1] is undefined, expected',
    ],
    [
      'a number among strings',
      ['a', 1],
      'TypeError: groupedAccumulator.update: keys[1] is 1, expected',
    ],
    [
      'a string among numbers',
      [1, 'a'],
      'TypeError: groupedAccumulator.update: keys[1] is the string "a", expected',
    ],
    [
      'too few',
      [1],
      'RangeError: groupedAccumulator.update: expected keys.length 2 (one for each sample), got 1',
    ],
    [
      'strings, where there were integers',
      ['a', 'b'],
      'TypeError: groupedAccumulator.update: expected keys to be integers as before, got strings',
    ],
    [
      'text',
      'ab',
      'TypeError: groupedAccumulator.update: expected keys to be an array of integers or of strings, got the string "ab"',
    ],
    [
      'no array',
      undefined,
      'TypeError: groupedAccumulator.update: expected keys to be an array of integers or of strings, got undefined',
    ],
  ])('are an error, and nothing is added, with %s', (_, keys, message) => {
    const grouped = groupedAccumulator(squaredError).update([1], [1], [3]);
    const before = JSON.stringify(grouped);
    let error: unknown;
    try {
      grouped.update(keys as Keys, [1, 2], [3, 4]);
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toContain(message);
    expect(JSON.stringify(grouped)).toBe(before);
  });
});

describe('a grouped accumulator', () => {
  const n = 3000;
  const keys = Array.from({ length: n }, (_, i) => NAMES[i % 3]);
  const yTrue = fill(n, 1, (random) => Math.round(random()));
  const yPred = fill(n, 2, (random) => random());
  const losses = [squaredError, binaryCrossEntropy as Loss];

  it('of several losses has an array of each result, with each one’s own', () => {
    const joint = groupedAccumulator(losses).update(keys, yTrue, yPred);
    const own = losses.map((loss) => groupedAccumulator(loss).update(keys, yTrue, yPred));
    for (const [key, group] of joint) {
      for (const result of ['mean', 'sum', 'count', 'weight'] as const) {
        expect(group[result]).toEqual(own.map((each) => each.get(key)?.[result]));
      }
    }
    const again = groupedAccumulator(losses, { from: JSON.parse(JSON.stringify(joint)) });
    expect(again.merge(joint).get('de')?.count).toEqual([2000, 2000]);
  });

  it('is as it was after an error in any block, of any loss', () => {
    for (const made of [losses, [...losses].reverse()]) {
      const grouped = groupedAccumulator(made).update(keys, yTrue, yPred);
      const before = JSON.stringify(grouped);
      for (const at of [0, 1500, 2999]) {
        const wrong = yPred.slice().fill(1.5, at, at + 1);
        const others = keys.map((key) => `another ${key}`);
        expect(() => grouped.update(others, yTrue, wrong)).toThrow(
          new RangeError(
            `groupedAccumulator.update: yPred[${at}] is 1.5, expected a probability in [0, 1]`,
          ),
        );
        expect(JSON.stringify(grouped)).toBe(before);
        expect(grouped.size).toBe(3);
      }
    }
  });

  it('takes predictions for float32, and refuses others than before', () => {
    const float32 = new Float32Array(yPred);
    const grouped = groupedAccumulator(squaredError, { predictions: 'float32' });
    grouped.update(keys, yTrue, new Float64Array(float32));
    const expected = groupedAccumulator(squaredError).update(keys, yTrue, float32);
    expect(grouped.toJSON()).toEqual(expected.toJSON());
    expect(() => expected.update(keys, yTrue, yPred)).toThrow(
      new TypeError(
        'groupedAccumulator.update: squaredError: expected yPred to be float32 as before, got float64',
      ),
    );
  });

  it('reads streams, and names the chunk that is wrong', async () => {
    const sampleWeight = fill(n, 3, (random) => random());
    async function* chunks(): AsyncGenerator<KeyedSamples> {
      for (let from = 0; from < n; from += 700) {
        const to = Math.min(n, from + 700);
        yield {
          keys: keys.slice(from, to),
          yTrue: yTrue.subarray(from, to),
          yPred: yPred.subarray(from, to),
          sampleWeight: sampleWeight.subarray(from, to),
        };
      }
    }
    const grouped = groupedAccumulator(squaredError);
    const progress: unknown[] = [];
    await grouped.updateFrom(chunks(), { onProgress: (each) => progress.push(each) });
    expect(progress[4]).toEqual({ chunks: 5, samples: n });
    const expected = groupedAccumulator(squaredError).update(keys, yTrue, yPred, { sampleWeight });
    expect(JSON.stringify(grouped)).toBe(JSON.stringify(expected));
    const wrong = [
      { keys: ['a'], yTrue: [1], yPred: [1] },
      { yTrue: [1], yPred: [1] },
    ];
    await expect(grouped.updateFrom(wrong as KeyedSamples[])).rejects.toThrow(
      'groupedAccumulator.updateFrom: chunks[1]: expected keys to be an array of integers',
    );
    expect(grouped.get('a')?.count).toBe(1);
    await expect(groupedAccumulator(squaredError).seal().updateFrom([])).rejects.toThrow(/sealed/);
  });

  it('refuses another number of classes than before', () => {
    const loss = sparseCategoricalCrossEntropy as unknown as Loss;
    const grouped = groupedAccumulator(loss).update(['a'], [0], [0.5, 0.25, 0.25]);
    const before = JSON.stringify(grouped);
    expect(() => grouped.update(['a'], [0], [0.5, 0.5])).toThrow(
      new RangeError(
        'groupedAccumulator.update: sparseCategoricalCrossEntropy: expected 3 classes as before, got 2',
      ),
    );
    expect(() => grouped.merge(groupedAccumulator(loss).update(['a'], [0], [0.5, 0.5]))).toThrow(
      new RangeError('groupedAccumulator.merge: expected classes of 3, got 2'),
    );
    expect(JSON.stringify(grouped)).toBe(before);
  });

  it('merged with itself is twice as much, also of what was read before', () => {
    const grouped = groupedAccumulator(squaredError).update(keys, yTrue, yPred);
    const before = [...grouped];
    expect(grouped.merge(grouped)).toBe(grouped);
    expect([...grouped]).toEqual(
      before.map(([key, { mean, sum, count, weight }]) => [
        key,
        { mean, sum: 2 * sum, count: 2 * count, weight: 2 * weight },
      ]),
    );
  });

  it('takes over, without samples of its own, what those of another are made of', () => {
    const other = groupedAccumulator(squaredError).update(['a'], [1], Float32Array.of(3)).seal();
    const empty = groupedAccumulator(squaredError).merge(other);
    expect(empty.seal().toJSON()).toEqual(other.toJSON());
    expect(other.merge(groupedAccumulator(squaredError)).toJSON()).toEqual(empty.toJSON());
  });

  it('goes on from a state with its denominator, unless another is asked for', () => {
    const options = { denominator: 'count' } as const;
    const from = groupedAccumulator(squaredError, options)
      .update(['a', 'a'], [1, 2], [3, 6], { sampleWeight: [1, 0.5] })
      .toJSON();
    expect(groupedAccumulator(squaredError, { from }).get('a')?.mean).toBe(6);
    expect(groupedAccumulator(squaredError, { from, ...options }).get('a')?.mean).toBe(6);
    expect(() => groupedAccumulator(squaredError, { from, denominator: 'weight' })).toThrow(
      new RangeError("groupedAccumulator: expected from.denominator 'weight', got 'count'"),
    );
  });

  it('takes strings of digits for strings', () => {
    const grouped = groupedAccumulator(squaredError).update(['7', '07'], [1, 2], [2, 4]);
    expect([grouped.get('7')?.sum, grouped.get('07')?.sum, grouped.get(7)]).toEqual([
      1,
      4,
      undefined,
    ]);
  });

  it.each(['update', 'updateFrom', 'merge', 'seal', 'keys', 'get', 'toJSON'] as const)(
    '%s is called on a grouped accumulator only',
    async (method) => {
      const grouped = groupedAccumulator(squaredError);
      const call = async () => Reflect.apply(grouped[method], {}, []);
      await expect(call()).rejects.toThrow(
        `${method}: expected to be called on an accumulator, as in accumulator.${method}(…)`,
      );
    },
  );

  it('hands out keys that may be changed, and keeps its own', () => {
    const grouped = groupedAccumulator(squaredError).update(['b', 'a'], [1, 2], [3, 4]);
    (grouped.keys() as Key[]).reverse();
    expect(grouped.keys()).toEqual(['a', 'b']);
  });

  it('is sealed for good', () => {
    const grouped = groupedAccumulator(squaredError).update(keys, yTrue, yPred);
    const before = [...grouped];
    expect(grouped.seal()).toBe(grouped);
    expect([...grouped]).toEqual(before);
    const again = groupedAccumulator(squaredError, { from: grouped.toJSON() });
    for (const sealed of [grouped, again]) {
      expect(() => sealed.update(['x'], [1], [1])).toThrow(
        new TypeError(
          'groupedAccumulator.update: expected an accumulator that takes samples, got a sealed one',
        ),
      );
    }
    expect(again.merge(grouped).get('en')?.count).toBe(2000);
  });

  it('of nothing has no groups, and no sample is no group', () => {
    const empty = groupedAccumulator(squaredError);
    expect([empty.size, empty.keys(), [...empty], empty.get(1)]).toEqual([0, [], [], undefined]);
    expect(empty.update([], [], []).size).toBe(0);
    const from = JSON.parse(JSON.stringify(empty));
    expect(groupedAccumulator(squaredError, { from }).update(['a'], [1], [3]).get('a')).toEqual({
      mean: 4,
      sum: 4,
      count: 1,
      weight: 1,
    });
    empty.merge(groupedAccumulator(squaredError).update([5], [1], [2]));
    expect(empty.keys()).toEqual([5]);
    expect(() => empty.update(['a'], [1], [1])).toThrow(/keys to be integers as before/);
  });

  it('has the mean of nothing where no sample of a group counts', () => {
    const loss = squaredError.with({ onEmpty: 'zero' });
    const options = { sampleWeight: [0, 1] };
    const grouped = groupedAccumulator(loss).update(['a', 'b'], [1, 2], [9, 3], options);
    expect(grouped.get('a')).toEqual({ mean: 0, sum: 0, count: 1, weight: 0 });
    const strict = groupedAccumulator(squaredError.with({ onEmpty: 'throw' }));
    strict.update(['a', 'b'], [1, 2], [9, 3], options);
    expect(() => strict.get('a')).toThrow(
      'groupedAccumulator: squaredError: expected at least one sample whose weight is not 0, got 1 of 0',
    );
  });

  it('is printed as what it is, and not copied', () => {
    const grouped = groupedAccumulator([squaredError, huber.with({ delta: 2 })] as Loss[]);
    expect(inspect(grouped.update([1, 2], [1, 2], [1, 2]))).toBe(
      'GroupedAccumulator(squaredError, huber.with({ delta: 2 })) { size: 2 }',
    );
    expect(() => structuredClone(grouped)).toThrow(/^an accumulator cannot be cloned/);
  });

  it.each<readonly [what: string, run: () => unknown, error: string]>([
    [
      'no loss',
      () => groupedAccumulator('squaredError' as never),
      'TypeError: groupedAccumulator: expected losses[0] to be a loss, got the string',
    ],
    [
      'no losses',
      () => groupedAccumulator([]),
      'RangeError: groupedAccumulator: expected at least one loss, got 0',
    ],
    [
      'an unknown option',
      () => groupedAccumulator(squaredError, { by: 'user' } as never),
      'TypeError: groupedAccumulator: unknown option "by", expected denominator, from, predictions',
    ],
    [
      'an unknown denominator',
      () => groupedAccumulator(squaredError, { denominator: 'mean' as 'count' }),
      'RangeError: groupedAccumulator: expected denominator to be',
    ],
    [
      'an unknown option of a call',
      () => groupedAccumulator(squaredError).update([1], [1], [1], { out: 1 } as never),
      'TypeError: groupedAccumulator.update: unknown option "out", expected sampleWeight',
    ],
    ...(
      [
        ['labels', [[null], [1], {}], 'yTrue[0] is null, expected a number'],
        ['predictions', [[1], [null], {}], 'yPred[0] is null, expected a number'],
        [
          'weights',
          [[1], [1], { sampleWeight: [null] }],
          'sampleWeight[0] is null, expected a number',
        ],
      ] as const
    ).map(
      ([what, args, text]) =>
        [
          `${what} that are none`,
          () =>
            Reflect.apply(
              groupedAccumulator(squaredError).update,
              groupedAccumulator(squaredError),
              [[1], ...args],
            ),
          `TypeError: groupedAccumulator.update: ${text}`,
        ] as const,
    ),
    [
      'losses of numbers beside losses of rows',
      () =>
        groupedAccumulator([
          squaredError,
          categoricalCrossEntropy.with({ classes: 2 }) as Loss,
        ]).update([1, 1], [1, 0, 0, 1], [1, 0, 0, 1]),
      'RangeError: groupedAccumulator.update: expected keys.length 4 (one for each sample), got 2',
    ],
    [
      'a method taken off',
      () => Reflect.apply(groupedAccumulator(squaredError).keys, undefined, []),
      'TypeError: keys: expected to be called on an accumulator',
    ],
    [
      'another to merge',
      () => groupedAccumulator(squaredError).merge(squaredError.accumulator() as never),
      'TypeError: groupedAccumulator.merge: expected a grouped accumulator, or what its toJSON gives, got an Object',
    ],
    [
      'another loss to merge',
      () => groupedAccumulator(squaredError).merge(groupedAccumulator(huber as Loss)),
      "RangeError: groupedAccumulator.merge: expected an accumulator of squaredError, denominator 'weight', got one of huber, denominator 'weight'",
    ],
    [
      'other options to merge',
      () =>
        groupedAccumulator(huber as Loss).merge(
          groupedAccumulator(huber.with({ delta: 2 }) as Loss),
        ),
      "RangeError: groupedAccumulator.merge: expected an accumulator of huber, denominator 'weight', got one of huber.with({ delta: 2 }), denominator 'weight'",
    ],
    [
      'more losses to merge',
      () =>
        groupedAccumulator([squaredError]).merge(groupedAccumulator([squaredError, huber as Loss])),
      "RangeError: groupedAccumulator.merge: expected an accumulator of squaredError, denominator 'weight', got one of squaredError and huber, denominator 'weight'",
    ],
    [
      'one of several losses another, to merge',
      () =>
        groupedAccumulator([squaredError, huber as Loss]).merge(
          groupedAccumulator([squaredError, absoluteError]),
        ),
      "RangeError: groupedAccumulator.merge: expected an accumulator of squaredError and huber, denominator 'weight', got one of squaredError and absoluteError, denominator 'weight'",
    ],
    [
      'another denominator to merge',
      () =>
        groupedAccumulator(squaredError).merge(
          groupedAccumulator(squaredError, { denominator: 'count' }),
        ),
      "RangeError: groupedAccumulator.merge: expected an accumulator of squaredError, denominator 'weight', got one of squaredError, denominator 'count'",
    ],
    [
      'other keys to merge',
      () =>
        groupedAccumulator(squaredError)
          .update([1], [1], [1])
          .merge(groupedAccumulator(squaredError).update(['1'], [1], [1])),
      'TypeError: groupedAccumulator.merge: expected keys that are integers, got strings',
    ],
    [
      'another type of predictions to merge',
      () =>
        groupedAccumulator(squaredError)
          .update([1], [1], [1])
          .merge(groupedAccumulator(squaredError).update([1], [1], Float32Array.of(1))),
      'RangeError: groupedAccumulator.merge: expected predictions of float64, got float32',
    ],
    [
      'the state of another denominator',
      () =>
        groupedAccumulator(squaredError, { denominator: 'count' }).merge(
          groupedAccumulator(squaredError).toJSON(),
        ),
      "RangeError: groupedAccumulator.merge: expected other.denominator 'count', got 'weight'",
    ],
  ])('is an error with %s', (_, run, message) => {
    let error: unknown;
    try {
      run();
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toContain(message);
  });
});

describe('a state of groups', () => {
  const grouped = groupedAccumulator([sparseCategoricalCrossEntropy] as unknown as Loss[]);
  const rows = fill(3 * 700, 1, (random) => random());
  grouped.update(
    Uint16Array.from({ length: 700 }, (_, i) => 5 + (i % 3)),
    new Uint8Array(700),
    rows,
  );
  const state = grouped.toJSON();
  const made = (from: unknown) =>
    groupedAccumulator([sparseCategoricalCrossEntropy] as unknown as Loss[], {
      from: from as GroupedState,
    });
  const { groups, staged } = state;

  it('is a whole', () => {
    expect(made(JSON.parse(JSON.stringify(state))).toJSON()).toEqual(state);
    expect(staged?.samples).toBe(18);
    expect(groups.map(({ key }) => key)).toEqual([5, 6, 7]);
  });

  it.each<readonly [what: string, damage: object, error: string]>([
    [
      'another version',
      { version: 1 },
      'RangeError: groupedAccumulator: expected from.version 2, got 1',
    ],
    [
      'no losses',
      { losses: [] },
      'RangeError: groupedAccumulator: expected from.losses of 1 losses, got 0',
    ],
    [
      'another loss',
      { losses: [{ loss: 'huber', options: {} }] },
      'RangeError: groupedAccumulator: expected from.losses[0].loss',
    ],
    [
      'no list of losses',
      { losses: {} },
      'TypeError: groupedAccumulator: expected from.losses to be an array of losses, got an Object',
    ],
    ['no kind of keys', { keys: null }, 'TypeError: groupedAccumulator: expected from.keys to be'],
    [
      'keys of another kind',
      { keys: 'strings' },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be one of strings, got 5',
    ],
    [
      'no groups',
      { groups: null },
      'TypeError: groupedAccumulator: expected from.groups to be an array of groups, got null',
    ],
    [
      'a group that is none',
      { groups: [null] },
      'TypeError: groupedAccumulator: expected from.groups[0] to be what toJSON gives, got null',
    ],
    [
      'a key twice',
      { groups: [groups[0], groups[0]] },
      'TypeError: groupedAccumulator: expected from.groups[1].key to be one of integers beyond the one before, got 5',
    ],
    [
      'keys out of order',
      { groups: [groups[1], groups[0]] },
      'TypeError: groupedAccumulator: expected from.groups[1].key to be',
    ],
    [
      'a key that is −0',
      { groups: [{ ...groups[0], key: -0 }] },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be',
    ],
    [
      'a key that is no safe integer',
      { groups: [{ ...groups[0], key: 2 ** 53 }] },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be',
    ],
    [
      'groups without end',
      { groups: new Proxy([], { get: () => 1.5 }) },
      'TypeError: groupedAccumulator: from.groups.length is 1.5, expected an integer ≥ 0',
    ],
    [
      'a safe key in digits',
      { groups: [{ ...groups[0], key: '9007199254740991' }] },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be',
    ],
    [
      'a key of more than 64 bits',
      { groups: [{ ...groups[0], key: '18446744073709551616' }] },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be',
    ],
    [
      'a key of more than −64 bits',
      { groups: [{ ...groups[0], key: '-9223372036854775809' }] },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be',
    ],
    ...[' 9007199254740993', '9007199254740993 ', '09007199254740993', '1e16', ''].map(
      (key) =>
        [
          `a key that is ${JSON.stringify(key)}`,
          { groups: [{ ...groups[0], key }] },
          `TypeError: groupedAccumulator: expected from.groups[0].key to be one of integers, got the string ${JSON.stringify(key)}`,
        ] as const,
    ),
    [
      'sums of two losses',
      { groups: [{ ...groups[0], sums: [groups[0].sums[0], groups[0].sums[0]] }] },
      'RangeError: groupedAccumulator: expected from.groups[0].sums of 1 losses, got 2',
    ],
    [
      'no list of sums',
      { groups: [{ ...groups[0], sums: null }] },
      'TypeError: groupedAccumulator: expected from.groups[0].sums to be an array of sums, got null',
    ],
    [
      'sums that are none',
      { groups: [{ ...groups[0], sums: [{ ...groups[0].sums[0], count: -1 }] }] },
      'TypeError: groupedAccumulator: expected from.groups[0].sums[0].count to be an integer, 0 or more, got -1',
    ],
    [
      'a word that is none',
      { sealed: 1 },
      'TypeError: groupedAccumulator: expected from.sealed to be true or false, got 1',
    ],
    [
      'samples, though it is sealed',
      { sealed: true },
      'TypeError: groupedAccumulator: expected from.staged to be null',
    ],
    [
      'a sample without a key',
      { staged: { ...staged, keys: [5] } },
      'TypeError: groupedAccumulator: expected from.staged.keys to be an array of 18 keys of groups, got another',
    ],
    [
      'a key without a sample',
      { staged: { ...staged, keys: Array(19).fill(5) } },
      'TypeError: groupedAccumulator: expected from.staged.keys to be an array of 18 keys of groups',
    ],
    [
      'samples without keys',
      { staged: { ...staged, keys: null } },
      'TypeError: groupedAccumulator: expected from.staged.keys to be an array of 18 keys of groups',
    ],
    [
      'a sample of no group',
      { groups: groups.slice(1) },
      'TypeError: groupedAccumulator: expected from.staged.keys to be an array of 18 keys of groups',
    ],
    [
      'a sample out of its domain',
      { staged: { ...staged, yTrue: Array(18).fill(3) } },
      'RangeError: groupedAccumulator: from.staged: yTrue[0] is 3, expected a class index',
    ],
    [
      'groups before there is anything',
      { predictions: null, classes: null, keys: null },
      'TypeError: groupedAccumulator: expected from.groups[0].key to be one of nothing, got 5',
    ],
  ])('is refused with %s', (_, damage, message) => {
    let error: unknown;
    try {
      made({ ...state, ...damage });
    } catch (thrown) {
      error = thrown;
    }
    expect(String(error)).toContain(message);
  });
});

it('a state of groups is refused with classes of which no samples fit all its losses', () => {
  const losses = [
    categoricalCrossEntropy.with({ classes: 2 }),
    sparseCategoricalCrossEntropy,
  ] as unknown as readonly Loss[];
  const state = groupedAccumulator(losses).toJSON();
  const from: GroupedState = { ...state, predictions: 'float64', classes: 2, keys: 'strings' };
  expect(() => groupedAccumulator(losses, { from })).toThrow(
    new TypeError(
      'groupedAccumulator: expected from.classes to be a number of classes of all losses, got 2',
    ),
  );
});
