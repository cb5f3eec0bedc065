// The accumulator: one answer however the data come, merged from parts or gone through JSON.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { someOfEach } from './support/arbitrary.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { expectAsAccurate } from './support/merged.js';
import {
  byName,
  dataFor,
  type Subject,
  subjects,
  typed,
  weightsFor,
} from './support/option-sets.js';
import { isThorough } from './support/sample.js';
import { type AnyAccumulator, type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

const CLASSES = 3;
/** A few blocks of each. */
const MOST = { single: 4500, dense: 1500, sparse: 1500 } as const;

type Type = 'float64' | 'float32';

/** Samples, with weights or without, of which parts can be had. */
class Samples {
  readonly yTrue: Numbers;
  readonly yPred: FloatArray;
  readonly n: number;
  private readonly sampleWeight: Float64Array | undefined;
  private readonly width: number;

  constructor(subject: Subject, n: number, type: Type, isWeighted: boolean, classes = CLASSES) {
    const data = typed(dataFor(subject, 'hard', n, classes, n + 1), type);
    this.yTrue = data.yTrue;
    this.yPred = data.yPred;
    this.n = n;
    this.width = subject.shape === 'single' ? 1 : classes;
    this.sampleWeight = isWeighted ? weightsFor(n, n + 2, true) : undefined;
  }

  /** The arguments of a call for samples from … to − 1. */
  part(from: number, to: number): [Numbers, FloatArray, object] {
    const perLabel = this.yTrue.length / Math.max(1, this.n);
    return [
      this.yTrue.slice(from * perLabel, to * perLabel),
      this.yPred.slice(from * this.width, to * this.width),
      this.sampleWeight === undefined ? {} : { sampleWeight: this.sampleWeight.slice(from, to) },
    ];
  }
}

/** Where n samples are cut into parts, some of them empty. */
function cutsOf(n: number, places: readonly number[]): (readonly [from: number, to: number])[] {
  const ends = [0, ...places.map((place) => place % (n + 1)), n].sort((a, b) => a - b);
  return ends.slice(1).map((to, i) => [ends[i], to]);
}

function accumulated(
  loss: AnyLoss,
  samples: Samples,
  cuts: readonly (readonly [number, number])[],
  options: object = {},
): AnyAccumulator {
  const accumulator = loss.accumulator(options);
  for (const [from, to] of cuts) accumulator.update(...samples.part(from, to));
  return accumulator;
}

/** As a file or a message would hold it. */
function throughJson(accumulator: AnyAccumulator): unknown {
  return JSON.parse(JSON.stringify(accumulator));
}

const places = fc.array(fc.nat({ max: 5000 }), { maxLength: 6 });
const runs = { numRuns: isThorough ? 6 : 2 };

/** Sizes around nothing, a block, and more. */
const sizesOf = (most: number) =>
  fc.oneof(
    fc.integer({ min: 0, max: 40 }),
    fc.integer({ min: 0, max: most }),
    fc.constantFrom(...[682, 683, 2047, 2048, 2049, 4096].filter((n) => n <= most)),
  );

const cases = fc.record({
  type: fc.constantFrom<Type>('float64', 'float32'),
  isWeighted: fc.boolean(),
  denominator: fc.constantFrom('weight', 'count', 'nonzero'),
  places,
});

/** Any seed of fast-check; and some with which binary cross-entropies are 2 ulp from one call's. */
const SEEDS: readonly { readonly name: string; readonly seed?: number }[] = [
  { name: 'any seed' },
  { name: 'seed −1706351611', seed: -1706351611 },
  { name: 'seed 1985892439', seed: 1985892439 },
  { name: 'seed −1074389403', seed: -1074389403 },
];

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine, backend }) => {
  const other = engines[backend === 'js' ? 1 : 0].engine;
  const squared = plainLoss(engine, 'squaredError');
  const sparse = plainLoss(engine, 'sparseCategoricalCrossEntropy');

  describe.each(byName(someOfEach(3)))('%s', (_, subject) => {
    const loss = lossOf(engine, subject, CLASSES);
    const most = MOST[subject.shape];

    it('gives the bits of one call however the samples are cut, after every update', () => {
      fc.assert(
        fc.property(cases, sizesOf(most), ({ type, isWeighted, denominator, places }, n) => {
          const samples = new Samples(subject, n, type, isWeighted);
          const accumulator = loss.accumulator({ denominator });
          for (const [from, to] of cutsOf(n, places)) {
            accumulator.update(...samples.part(from, to));
            const [yTrue, yPred, weights] = samples.part(0, to);
            expectSame(accumulator.mean, loss.mean(yTrue, yPred, { ...weights, denominator }));
            expectSame(accumulator.sum, loss.sum(yTrue, yPred, weights));
          }
        }),
        runs,
      );
    });

    it('goes on with the same bits after JSON, on either backend', () => {
      fc.assert(
        fc.property(
          cases,
          sizesOf(most),
          fc.nat({ max: 5000 }),
          ({ type, isWeighted, denominator, places }, n, pause) => {
            const samples = new Samples(subject, n, type, isWeighted);
            const cuts = cutsOf(n, [...places, pause]);
            const whole = accumulated(loss, samples, cuts, { denominator });
            const at = cuts.findIndex(([from]) => from === pause % (n + 1));
            const half = accumulated(loss, samples, cuts.slice(0, at), { denominator });
            for (const continued of [loss, lossOf(other, subject, CLASSES)]) {
              const second = continued.accumulator({ denominator, from: throughJson(half) });
              expect(throughJson(second)).toEqual(throughJson(half));
              for (const [from, to] of cuts.slice(at)) second.update(...samples.part(from, to));
              expectSame(second.mean, whole.mean);
              expectSame(second.sum, whole.sum);
              expectSame(second.weight, whole.weight);
              expect(second.count).toBe(whole.count);
              expect(throughJson(second)).toEqual(throughJson(whole));
            }
          },
        ),
        runs,
      );
    });

    it.each(SEEDS)(
      'merged from parts in any order is as accurate as one call: $name',
      ({ seed }) => {
        fc.assert(
          fc.property(
            cases,
            sizesOf(most),
            fc.infiniteStream(fc.nat()),
            ({ type, isWeighted, denominator, places }, n, order) => {
              const samples = new Samples(subject, n, type, isWeighted);
              const whole = accumulated(loss, samples, [[0, n]], { denominator });
              const parts = cutsOf(n, places).map((cut) =>
                accumulated(loss, samples, [cut], { denominator }),
              );
              while (parts.length > 1) {
                const [taken] = parts.splice(Number(order.next().value) % parts.length, 1);
                const into = parts[Number(order.next().value) % parts.length];
                const before = throughJson(taken);
                expect(into.merge(taken)).toBe(into);
                expect(throughJson(taken)).toEqual(before);
              }
              const [merged] = parts;
              expect(merged.count).toBe(whole.count);
              // All weights are multiples of 1/64: no rounding.
              expectSame(merged.weight, whole.weight);
              expectAsAccurate(merged.mean, whole.mean, subject, type);
              expectAsAccurate(merged.sum, whole.sum, subject, type);
            },
          ),
          seed === undefined ? runs : { ...runs, seed },
        );
      },
    );

    it('counts samples that are kept, and their weights', () => {
      const samples = new Samples(subject, 300, 'float64', true);
      const { ignoreIndex, classWeight } = subject.optionsFor(CLASSES);
      const [yTrue, yPred, options] = samples.part(0, 300);
      const { sampleWeight } = options as { sampleWeight: Float64Array };
      let count = 0;
      let weight = 0;
      for (let i = 0; i < 300; i++) {
        if (subject.shape === 'sparse' && yTrue[i] === ignoreIndex) continue;
        const ofClass = subject.shape === 'sparse' ? (classWeight?.[yTrue[i]] ?? 1) : 1;
        count += 1;
        weight += sampleWeight[i] * ofClass;
      }
      for (const denominator of ['weight', 'count', 'nonzero']) {
        const accumulator = loss.accumulator({ denominator }).update(yTrue, yPred, options);
        expect(accumulator.count).toBe(count);
        // All of them are multiples of 1/64: no rounding.
        expect(accumulator.weight).toBe(weight);
      }
    });

    it('has the mean of nothing as long as there is nothing', () => {
      const empty = loss.accumulator();
      expect([empty.mean, empty.sum, empty.count, empty.weight]).toEqual([NaN, 0, 0, 0]);
      expect(loss.with({ onEmpty: 'zero' }).accumulator().mean).toBe(0);
      expect(() => loss.with({ onEmpty: 'throw' }).accumulator().mean).toThrow(RangeError);
      const again = loss.accumulator({ from: throughJson(empty) });
      expect([again.mean, again.sum, again.count, again.weight]).toEqual([NaN, 0, 0, 0]);
    });
  });

  it.each(byName(subjects.filter(({ shape }) => shape !== 'single')))(
    'rows longer than a block, one by one: %s',
    (_, subject) => {
      const loss = lossOf(engine, subject, 2500);
      const samples = new Samples(subject, 6, 'float64', true, 2500);
      const cuts = [0, 1, 1, 2, 5, 6].map((to, i, all) => [all[i - 1] ?? 0, to] as const);
      const accumulator = accumulated(loss, samples, cuts);
      const [yTrue, yPred, weights] = samples.part(0, 6);
      expectSame(accumulator.mean, loss.mean(yTrue, yPred, weights));
      expectSame(accumulator.sum, loss.sum(yTrue, yPred, weights));
    },
  );

  describe('what it is', () => {
    it('the mean over all samples, not of the means', () => {
      const accumulator = squared.accumulator();
      accumulator.update([0], [4]).update([0, 0, 0], [1, 1, 1]);
      expect(accumulator.mean).toBe(19 / 4);
      expect([accumulator.sum, accumulator.count, accumulator.weight]).toEqual([19, 4, 4]);
    });

    it.each([
      ['weight', 19 / 3.5],
      ['count', 19 / 4],
      ['nonzero', 19 / 3],
    ])('divides by the denominator it was made with: %s', (denominator, expected) => {
      const accumulator = squared.accumulator({ denominator });
      accumulator.update([0, 0], [1, 2], { sampleWeight: [2, 0] });
      accumulator.update([0, 0], [3, 4], { sampleWeight: [1, 0.5] });
      expect(accumulator.mean).toBe(expected);
      expect([accumulator.sum, accumulator.count, accumulator.weight]).toEqual([19, 4, 3.5]);
    });

    it('nothing where all weights are zero, though it counts the samples', () => {
      const accumulator = squared.with({ onEmpty: 'throw' }).accumulator();
      accumulator.update([0, 0], [1, 2], { sampleWeight: [0, 0] });
      expect(() => accumulator.mean).toThrow(RangeError);
      expect([accumulator.sum, accumulator.count, accumulator.weight]).toEqual([0, 2, 0]);
    });

    it('nothing where all rows are ignored', () => {
      const loss = sparse.with({ ignoreIndex: -1 });
      const rows = [NaN, 7, 7, 7];
      expect(loss.accumulator().update([-1, -1], rows).mean).toBeNaN();
      const zero = loss.with({ onEmpty: 'zero' }).accumulator().update([-1, -1], rows);
      expect([zero.mean, zero.sum, zero.count, zero.weight]).toEqual([0, 0, 0, 0]);
    });

    it('update returns the accumulator', () => {
      const accumulator = squared.accumulator();
      expect(accumulator.update([1], [2])).toBe(accumulator);
      expect(accumulator.update([], [])).toBe(accumulator);
    });

    it('updates with weights and without go together', () => {
      const n = 3000;
      const subject = subjects.find(({ loss }) => loss === 'binaryCrossEntropy') as Subject;
      const loss = lossOf(engine, subject);
      const { yTrue, yPred } = dataFor(subject, 'hard', n, 1, 31);
      const weights = weightsFor(n, 32, true).fill(1, 0, 1000);
      const accumulator = loss.accumulator();
      accumulator.update(yTrue.subarray(0, 1000), yPred.subarray(0, 1000));
      accumulator.update(yTrue.subarray(1000), yPred.subarray(1000), {
        sampleWeight: weights.subarray(1000),
      });
      const mean = loss.mean(yTrue, yPred, { sampleWeight: weights });
      expect(Math.abs(accumulator.mean - mean)).toBeLessThanOrEqual(1e-14 * mean);
      expect(accumulator.count).toBe(n);
    });

    it('keeps what it was given, whatever becomes of the arrays', () => {
      const yTrue = new Float64Array([1, 2, 3]);
      const yPred = new Float64Array([2, 4, 6]);
      const sampleWeight = new Float64Array([1, 1, 1]);
      const accumulator = squared.accumulator().update(yTrue, yPred, { sampleWeight });
      for (const array of [yTrue, yPred, sampleWeight]) array.fill(99);
      expect(accumulator.sum).toBe(14);
      expect(accumulator.update([0], [1]).sum).toBe(15);
    });

    it('does not mind other calls in between, nor other accumulators', () => {
      const binary = plainLoss(engine, 'binaryCrossEntropy').with({ fromLogits: true });
      const subject = subjects.find(({ name }) => name.includes('fromLogits')) as Subject;
      const first = new Samples(subject, 2500, 'float64', false);
      const second = new Samples(subject, 2100, 'float32', true);
      const cuts = cutsOf(2100, [7, 300, 301, 2048, 2050]);
      const a = binary.accumulator();
      const b = binary.accumulator();
      for (const [from, to] of cuts) {
        a.update(...first.part(from, to));
        b.update(...second.part(from, to));
        squared.perSample(...(first.part(0, 2500).slice(0, 2) as [Numbers, Numbers]));
      }
      a.update(...first.part(2100, 2500));
      expectSame(a.sum, binary.sum(...first.part(0, 2500)));
      expectSame(b.sum, binary.sum(...second.part(0, 2100)));
    });

    it('takes ordinary arrays, float64 and integers together', () => {
      const accumulator = squared.accumulator();
      accumulator.update([1, 2], [2, 4]);
      accumulator.update(new Uint8Array([3]), new Float64Array([6]));
      accumulator.update(new Float32Array([0]), new Int32Array([1]));
      expect(accumulator.sum).toBe(15);
    });

    it('merging an empty one changes nothing, merging into one neither', () => {
      const full = squared.accumulator().update([0.1, 0.2], [0.7, 0.9]);
      const { mean, sum } = full;
      full.merge(squared.accumulator());
      expect([full.mean, full.sum, full.count]).toEqual([mean, sum, 2]);
      const empty = squared.accumulator().merge(full);
      expect([empty.mean, empty.sum, empty.count]).toEqual([mean, sum, 2]);
    });

    it('merged with itself is twice as much', () => {
      const accumulator = squared.accumulator();
      accumulator.update(new Float64Array(3000), new Float64Array(3000).fill(2));
      accumulator.merge(accumulator);
      expect([accumulator.mean, accumulator.sum, accumulator.count]).toEqual([4, 24_000, 6000]);
    });

    it('goes on after a merge', () => {
      const a = squared
        .accumulator()
        .update(new Float64Array(2050), new Float64Array(2050).fill(1));
      const b = squared
        .accumulator()
        .update(new Float64Array(2050), new Float64Array(2050).fill(3));
      a.merge(b).update([0], [10]);
      expect([a.sum, a.count]).toEqual([2050 + 9 * 2050 + 100, 4101]);
      expect([b.sum, b.count]).toEqual([9 * 2050, 2050]);
    });

    it('merges one of another engine', () => {
      const theirs = plainLoss(other, 'squaredError').accumulator().update([0], [3]);
      expect(squared.accumulator().update([0], [1]).merge(theirs).sum).toBe(10);
    });
  });

  describe('NaN and infinities', () => {
    const values: readonly (readonly [text: string, value: number, sum: number])[] = [
      ['NaN', NaN, NaN],
      ['Infinity', Infinity, Infinity],
      ['-Infinity', -Infinity, Infinity],
      ['-0', -0, 14],
    ];

    it.each(values)('survive JSON in a partial block and in a sum: %s', (_, value, sum) => {
      for (const Type of [Float64Array, Float32Array]) {
        const three = squared.accumulator().update([0, 0, 0], new Type([1, 2, 3]));
        three.update([0], new Type([value]));
        const partial = squared.accumulator({ from: throughJson(three) });
        expectSame(partial.sum, sum);
        expectSame(partial.mean, sum / 4);
        const many = squared.accumulator();
        const yPred = new Type(5000);
        yPred.set([1, 2, 3, value]);
        many.update(new Float64Array(5000), yPred);
        const whole = squared.accumulator({ from: throughJson(many) });
        expectSame(whole.sum, sum);
        expectSame(whole.update([0], new Type([1])).mean, (sum + 1) / 5001);
      }
    });

    it('survive JSON in the truth, too', () => {
      for (const value of [NaN, Infinity]) {
        const spoilt = squared.accumulator().update([value], [0]);
        const { sum } = squared.accumulator({ from: throughJson(spoilt) });
        expectSame(sum, value);
      }
    });

    it('survive a merge', () => {
      for (const [, value, sum] of values.slice(0, 3)) {
        const spoilt = squared.accumulator().update([0], [value]);
        const sound = squared.accumulator().update([0], [1]);
        expectSame(squared.accumulator().merge(sound).merge(spoilt).sum, sum);
        expectSame(squared.accumulator().merge(spoilt).merge(sound).sum, sum);
        expectSame(spoilt.merge(sound).update([0], [1]).mean, sum / 3);
      }
    });

    it('of a sum too large, too', () => {
      const huge = squared.accumulator().update([0, 0], [1e154, 1.1e154]);
      expectSame(huge.sum, Infinity);
      expectSame(squared.accumulator({ from: throughJson(huge) }).mean, Infinity);
    });
  });

  describe('an update that fails changes nothing', () => {
    const binary = plainLoss(engine, 'binaryCrossEntropy');
    const half = (n: number) => new Float64Array(n).fill(0.5);
    /** n halves, but for one. */
    const halfBut = (n: number, at: number, value: number) => half(n).fill(value, at, at + 1);
    const failing: readonly {
      name: string;
      loss: AnyLoss;
      /** An update with n predictions, something being wrong with the one at an index. */
      call: (n: number, at: number) => readonly [yTrue: unknown, yPred: unknown, weights?: unknown];
    }[] = [
      {
        name: 'a probability out of range',
        loss: binary,
        call: (n, at) => [new Uint8Array(n), halfBut(n, at, 2)],
      },
      {
        name: 'a label out of range',
        loss: binary,
        call: (n, at) => [halfBut(n, at, -1), half(n)],
      },
      {
        name: 'a class index out of range',
        loss: sparse.with({ classes: 2 }),
        call: (n, at) => [new Uint8Array(n / 2).fill(2, at >> 1, (at >> 1) + 1), half(n)],
      },
      {
        name: 'a weight out of range',
        loss: binary,
        call: (n, at) => [half(n), half(n), halfBut(n, at, -1)],
      },
      {
        name: 'an element that is no number',
        loss: binary,
        call: (n, at) => [half(n), Array.from(half(n), (p, i) => (i === at ? 'x' : p))],
      },
      { name: 'too few weights', loss: binary, call: (n) => [half(n), half(n), half(n - 1)] },
      { name: 'other lengths', loss: binary, call: (n) => [half(n), half(n - 1)] },
      {
        name: 'another number of classes',
        loss: sparse,
        call: (n) => [new Uint8Array(n / 4), half(n)],
      },
      {
        name: 'float32 after float64',
        loss: binary,
        call: (n) => [half(n), new Float32Array(n)],
      },
      { name: 'no array', loss: binary, call: (n) => [half(n), null] },
    ];

    it.each(byName(failing))('%s', (_, { loss, call }) => {
      for (const before of [4, 2500]) {
        const accumulator = loss.accumulator();
        const labels = new Uint8Array(loss.name.startsWith('sparse') ? before / 2 : before);
        accumulator.update(labels, new Float64Array(before).fill(0.25));
        const state = () => [
          JSON.stringify(accumulator),
          accumulator.mean,
          accumulator.sum,
          accumulator.count,
          accumulator.weight,
        ];
        const expected = state();
        // In what fills a block up, or does not; in a whole block; in what is left.
        for (const [n, at] of [
          [4, 0],
          [4, 3],
          [5000, 0],
          [5000, 2500],
          [5000, 4999],
        ]) {
          const [yTrue, yPred, sampleWeight] = call(n, at);
          const options = sampleWeight === undefined ? {} : { sampleWeight };
          expect(() => accumulator.update(yTrue as Numbers, yPred as Numbers, options)).toThrow(
            /\.update: /,
          );
          expect(state()).toEqual(expected);
        }
      }
    });

    it('a first one leaves an empty accumulator, of no type yet', () => {
      const accumulator = binary.accumulator();
      const json = JSON.stringify(accumulator);
      expect(() => accumulator.update([1, 1], new Float32Array([0.5, 2]))).toThrow(RangeError);
      expect(JSON.stringify(accumulator)).toBe(json);
      expect(accumulator.update([1], [0.5]).sum).toBe(binary.sum([1], [0.5]));
    });

    it('a merge that fails, too', () => {
      const accumulator = binary.accumulator().update([1], [0.5]);
      const json = JSON.stringify(accumulator);
      const wrong = [
        squared.accumulator(),
        binary.accumulator().update([1], new Float32Array([0.5])),
      ];
      for (const one of wrong) {
        expect(() => accumulator.merge(one)).toThrow();
        expect(JSON.stringify(accumulator)).toBe(json);
      }
    });
  });

  describe('errors', () => {
    const error = (message: RegExp) =>
      expect.objectContaining({
        name: expect.stringMatching(/^(TypeError|RangeError)$/),
        message: expect.stringMatching(message),
      });

    it('names are those of update', () => {
      const accumulator = squared.accumulator();
      expect(() => accumulator.update([1, 2], [1])).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(/^squaredError\..*update: expected yPred\.length 2/),
        }),
      );
      expect(() => accumulator.update([1], [1], { denominator: 'count' })).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringMatching(/update: unknown option "denominator"/),
        }),
      );
      expect(() => accumulator.update([1], [1], { sampleWeight: [-1] })).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(
            /update: sampleWeight\[0\] is -1, expected a finite weight ≥ 0/,
          ),
        }),
      );
    });

    it('a type of predictions other than that of the first update is a TypeError', () => {
      for (const [first, second] of [
        [new Float32Array([0.5]), new Float64Array([0.5])],
        [new Float32Array([0.5]), [0.5]],
        [[0.5], new Float32Array([0.5])],
        [new Uint8Array([1]), new Float32Array([0.5])],
      ]) {
        const accumulator = squared.accumulator().update([1], first);
        expect(() => accumulator.update([1], second)).toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringMatching(/update: expected yPred .*float.*got/),
          }),
        );
      }
    });

    it('a number of classes other than that of the first update is a RangeError', () => {
      const accumulator = sparse.accumulator().update([0], [0.5, 0.5]);
      expect(() => accumulator.update([0], [0.5, 0.25, 0.25])).toThrow(
        expect.objectContaining({ name: 'RangeError', message: expect.stringMatching(/2.*3/) }),
      );
      const again = sparse.accumulator({ from: throughJson(accumulator) });
      expect(() => again.update([0], [0.5, 0.25, 0.25])).toThrow(RangeError);
    });

    it('unknown options', () => {
      expect(() => squared.accumulator({ sampleWeight: [1] })).toThrow(
        error(/^squaredError\.accumulator: unknown option "sampleWeight"/),
      );
      expect(() => squared.accumulator(null as unknown as object)).toThrow(
        error(/^squaredError\.accumulator: expected options to be an object, got null/),
      );
    });

    type Made = readonly [name: Subject['loss'], options?: object, forAccumulator?: object];
    const lossLike = ([name, options = {}]: Made) => plainLoss(engine, name).with(options);
    const make = (made: Made) => lossLike(made).accumulator(made[2] ?? {});
    const nothing = (accumulator: AnyAccumulator) => accumulator;
    const mismatches: readonly {
      what: string;
      mine: Made;
      theirs: Made;
      update?: readonly ((accumulator: AnyAccumulator) => AnyAccumulator)[];
      message: RegExp;
    }[] = [
      {
        what: 'loss',
        mine: ['squaredError'],
        theirs: ['absoluteError'],
        message: /squaredError.*absoluteError|absoluteError.*squaredError/,
      },
      {
        what: 'option',
        mine: ['binaryCrossEntropy'],
        theirs: ['binaryCrossEntropy', { labelSmoothing: 0.1 }],
        message: /options|labelSmoothing/,
      },
      {
        what: 'value of an option',
        mine: ['huber', { delta: 2 }],
        theirs: ['huber', { delta: 3 }],
        message: /options|delta/,
      },
      {
        what: 'weight of a class',
        mine: ['sparseCategoricalCrossEntropy', { classWeight: [1, 2] }],
        theirs: ['sparseCategoricalCrossEntropy', { classWeight: [1, 3] }],
        message: /options|classWeight/,
      },
      {
        what: 'denominator',
        mine: ['squaredError', {}, { denominator: 'count' }],
        theirs: ['squaredError'],
        message: /denominator/,
      },
      {
        what: 'type of predictions',
        mine: ['binaryCrossEntropy'],
        theirs: ['binaryCrossEntropy'],
        update: [
          (accumulator) => accumulator.update([1], [0.5]),
          (accumulator) => accumulator.update([1], new Float32Array([0.5])),
        ],
        message: /float32|Float32Array/i,
      },
      {
        what: 'number of classes',
        mine: ['sparseCategoricalCrossEntropy'],
        theirs: ['sparseCategoricalCrossEntropy'],
        update: [
          (accumulator) => accumulator.update([0], [0.5, 0.5]),
          (accumulator) => accumulator.update([0], [0.5, 0.25, 0.25]),
        ],
        message: /classes/,
      },
    ];

    it.each(mismatches)('merge with another $what', ({ mine, theirs, update, message }) => {
      const [mineUpdated = nothing, theirsUpdated = nothing] = update ?? [];
      const a = mineUpdated(make(mine));
      const b = theirsUpdated(make(theirs));
      for (const merge of [() => a.merge(b), () => b.merge(a)]) {
        expect(merge).toThrow(error(/merge/));
        expect(merge).toThrow(error(message));
      }
    });

    it.each(mismatches.slice(0, 5))('from with another $what', ({ mine, theirs, message }) => {
      const [, , forAccumulator = {}] = mine;
      const from = throughJson(make(theirs));
      const made = () => lossLike(mine).accumulator({ ...forAccumulator, from });
      expect(made).toThrow(error(/\.accumulator: /));
      expect(made).toThrow(error(message));
    });

    it('from with another denominator', () => {
      const state = throughJson(squared.accumulator({ denominator: 'count' }).update([1], [2]));
      for (const denominator of ['weight', 'nonzero']) {
        expect(() => squared.accumulator({ denominator, from: state })).toThrow(
          error(/^squaredError\.accumulator: .*denominator/),
        );
      }
      expect(squared.accumulator({ denominator: 'count', from: state }).mean).toBe(1);
    });

    it('merge with what is no accumulator', () => {
      for (const wrong of [
        null,
        undefined,
        3,
        {},
        [],
        [throughJson(squared.accumulator())],
        JSON.stringify(squared.accumulator()),
        Object.create(squared.accumulator()),
        squared,
      ]) {
        expect(() => squared.accumulator().merge(wrong as AnyAccumulator)).toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringMatching(/merge: expected .*accumulator/),
          }),
        );
      }
    });

    it('from what is nonsense', () => {
      for (const wrong of [null, 3, 'abc', '{}', [], {}, [1, 2], true, { loss: 'squaredError' }]) {
        expect(() => squared.accumulator({ from: wrong })).toThrow(
          error(/^squaredError\.accumulator: .*from/),
        );
      }
    });

    it('from a state that has lost, or has another, version', () => {
      const state = throughJson(squared.accumulator().update([1], [2])) as Record<string, unknown>;
      expect(state.version).toBeDefined();
      for (const version of [0, 999, '1', null, undefined]) {
        expect(() => squared.accumulator({ from: { ...state, version } })).toThrow(
          error(/^squaredError\.accumulator: .*version/),
        );
      }
    });

    it('from a state with a number that is none', () => {
      const accumulator = squared.accumulator();
      accumulator.update([0, 0], [1, 2], { sampleWeight: [2, 3] });
      const text = JSON.stringify(accumulator);
      const numbers = [...text.matchAll(/(?<=[[,])[\d.e+-]+(?=[,\]])/g)];
      expect(numbers.length).toBeGreaterThan(5);
      for (const { index, 0: number } of numbers) {
        for (const wrong of ['"abc"', '""', '"0x10"', 'null', 'true', '[1]', '{}']) {
          const damaged = text.slice(0, index) + wrong + text.slice(index + number.length);
          expect(() => squared.accumulator({ from: JSON.parse(damaged) }), damaged).toThrow(
            error(/^squaredError\.accumulator: .*from/),
          );
        }
      }
    });

    it.each(['full blocks', 'a partial block'])('from a damaged state: %s', (kind) => {
      const n = kind === 'full blocks' ? 4096 : 2050;
      const weights = new Float64Array(n).fill(2);
      const accumulator = squared.accumulator();
      accumulator.update(new Float64Array(n), weights, { sampleWeight: weights });
      const state = throughJson(accumulator) as Record<string, unknown>;
      for (const key of Object.keys(state)) {
        const { [key]: _, ...without } = state;
        expect(() => squared.accumulator({ from: without }), `without ${key}`).toThrow(
          error(/^squaredError\.accumulator: /),
        );
        for (const wrong of [{ a: 1 }, 'nonsense', -1.5, [[]]]) {
          expect(
            () => squared.accumulator({ from: { ...state, [key]: wrong } }),
            `${key}: ${JSON.stringify(wrong)}`,
          ).toThrow(error(/^squaredError\.accumulator: /));
        }
      }
    });
  });
});
