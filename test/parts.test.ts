// Parts of the data, each added up for itself by whoever, and merged: exact sums have one answer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { someOfEach } from './support/arbitrary.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { blockSizeOf, dataFor, type Subject, typed } from './support/option-sets.js';
import { fill } from './support/random.js';
import { type AnyAccumulator, type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

interface Example {
  readonly type: 'float64' | 'float32';
  readonly isWeighted: boolean;
  readonly denominator: 'weight' | 'count' | 'nonzero';
  readonly classes: number;
  /** Blocks of each part, */
  readonly blocks: readonly number[];
  /** and samples beside them of the last one. */
  readonly others: number;
  /** Who is merged into whom. */
  readonly order: readonly number[];
}

const examples: fc.Arbitrary<Example> = fc.record({
  type: fc.constantFrom('float64', 'float32'),
  isWeighted: fc.boolean(),
  denominator: fc.constantFrom('weight', 'count', 'nonzero'),
  classes: fc.constantFrom(2, 3, 100, 1024, 2048),
  blocks: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
  others: fc.nat({ max: 30 }),
  order: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
});
const runs = { numRuns: 3 };

/** An accumulator of all samples, and one for each part, which ends where `ends` says. */
function accumulatorsOf(
  loss: AnyLoss,
  subject: Subject,
  example: Example,
  ends: readonly number[],
) {
  const { type, isWeighted, denominator } = example;
  const classes = subject.shape === 'single' ? 1 : example.classes;
  const labels = subject.shape === 'dense' ? classes : 1;
  const n = ends[ends.length - 1];
  const data = dataFor(subject, 'hard', n, classes, n + 1);
  const { yTrue, yPred } = typed(data, type);
  // Not one of them a round number; and 0 for some.
  const weights = fill(n, 3, (random, i) => (i % 7 === 3 ? 0 : random()));
  const argumentsOf = (from: number, to: number): [Numbers, FloatArray, object] => [
    yTrue.slice(from * labels, to * labels),
    yPred.slice(from * classes, to * classes),
    isWeighted ? { sampleWeight: weights.slice(from, to) } : {},
  ];
  const of = (from: number, to: number) =>
    loss.accumulator({ denominator }).update(...argumentsOf(from, to));
  const [truth, predictions, options] = argumentsOf(0, n);
  return {
    mean: loss.mean(truth, predictions, { ...options, denominator }),
    sum: loss.sum(truth, predictions, options),
    whole: of(0, n),
    parts: ends.map((to, i) => of(ends[i - 1] ?? 0, to)),
  };
}

function throughJson(accumulator: AnyAccumulator): unknown {
  return JSON.parse(JSON.stringify(accumulator));
}

/** Merges all into one of them, in some order, as accumulators or as states. */
function mergedIn(
  order: readonly number[],
  loss: AnyLoss,
  all: readonly AnyAccumulator[],
): AnyAccumulator {
  const left = all.map((each) => loss.accumulator({ from: throughJson(each) }));
  for (let i = 0; left.length > 1; i += 2) {
    const [taken] = left.splice(order[i % 12] % left.length, 1);
    const into = left[order[(i + 1) % 12] % left.length];
    into.merge(order[i % 12] % 3 === 0 ? throughJson(taken) : taken);
  }
  return left[0];
}

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine }) => {
  it.each(someOfEach(2).map((subject) => [subject.name, subject] as const))(
    'parts of whole blocks have the bits of one call, merged in any order: %s',
    (_, subject) => {
      fc.assert(
        fc.property(examples, (example) => {
          const classes = subject.shape === 'single' ? 1 : example.classes;
          const loss = lossOf(engine, subject, classes);
          const size = blockSizeOf(subject, classes);
          let end = 0;
          const ends = example.blocks.map((blocks) => {
            end += blocks * size;
            return end;
          });
          ends[ends.length - 1] += example.others % size;
          const { mean, sum, whole, parts } = accumulatorsOf(loss, subject, example, ends);
          const merged = mergedIn(example.order, loss, parts);
          expectSame(merged.mean, mean);
          expectSame(merged.sum, sum);
          expectSame(merged.weight, whole.weight);
          expect(merged.count).toBe(whole.count);
          expect(JSON.stringify(merged.seal())).toBe(JSON.stringify(whole.seal()));
        }),
        runs,
      );
    },
  );

  it.each(someOfEach(1).map((subject) => [subject.name, subject] as const))(
    'parts of any size have one state, sealed and merged in any order: %s',
    (_, subject) => {
      fc.assert(
        fc.property(examples, fc.array(fc.nat({ max: 900 })), (example, sizes) => {
          const classes = subject.shape === 'single' ? 1 : example.classes;
          const loss = lossOf(engine, subject, classes);
          let end = 0;
          // (Wide rows are so many fewer: a test must not take seconds.)
          const ends = [0, ...sizes.slice(0, 5)].map((size) => {
            end += Math.min(size, Math.ceil((8 * size) / classes));
            return end;
          });
          const { parts } = accumulatorsOf(loss, subject, example, ends);
          for (const part of parts) part.seal();
          const text = JSON.stringify(mergedIn(example.order, loss, parts));
          for (const order of [example.order.map((i) => i + 1), Array<number>(12).fill(0)]) {
            expect(JSON.stringify(mergedIn(order, loss, parts))).toBe(text);
          }
        }),
        runs,
      );
    },
  );
});

describe('a sealed accumulator', () => {
  const squared = plainLoss(engines[0].engine, 'squaredError');
  const yTrue = fill(3000, 1, (random) => random());
  const yPred = fill(3000, 2, (random) => random());
  const open = () => squared.accumulator().update(yTrue, yPred);

  it('has what it had, and its state no samples', () => {
    const accumulator = open();
    const { mean, sum, count, weight } = accumulator;
    expect(JSON.stringify(accumulator).length).toBeGreaterThan(30_000);
    expect(accumulator.seal()).toBe(accumulator);
    expect(accumulator.seal()).toMatchObject({ mean, sum, count, weight });
    expect(accumulator.toJSON()).toMatchObject({ sealed: true, staged: null });
    expect(JSON.stringify(accumulator).length).toBeLessThan(300);
    const again = squared.accumulator({ from: throughJson(accumulator) });
    expect(again).toMatchObject({ mean, sum, count, weight });
    expect(again.toJSON()).toEqual(accumulator.toJSON());
  });

  it('takes no samples, also after JSON, not even none', () => {
    const accumulator = open().seal();
    const state = JSON.stringify(accumulator);
    for (const sealed of [accumulator, squared.accumulator({ from: throughJson(accumulator) })]) {
      for (const samples of [[], [1]]) {
        expect(() => sealed.update(samples, samples)).toThrow(
          new TypeError(
            'squaredError.accumulator.update: expected an accumulator that takes samples, got a sealed one',
          ),
        );
      }
      expect(JSON.stringify(sealed)).toBe(state);
    }
  });

  it('can be merged into, and merged into one that is not', () => {
    const { mean, sum } = open();
    const sealed = open().seal().merge(open());
    expect([sealed.mean, sealed.sum, sealed.count]).toEqual([mean, 2 * sum, 6000]);
    expect(() => sealed.update([1], [1])).toThrow(/sealed/);
    const other = open().merge(open().seal());
    expect(other.update([1], [3]).sum).toBeCloseTo(2 * sum + 4, 10);
  });

  it('has options in alphabetical order in its state, however they were given', () => {
    const { binaryCrossEntropy } = engines[0].engine;
    const one = binaryCrossEntropy.with({ fromLogits: true }).with({ labelSmoothing: 0.5 });
    const other = binaryCrossEntropy.with({ labelSmoothing: 0.5 }).with({ fromLogits: true });
    const [a, b] = [one, other].map((loss) => JSON.stringify(loss.accumulator().seal()));
    expect(a).toBe(b);
  });
});

describe('the state of another', () => {
  const { squaredError, huber } = engines[0].engine;
  const state = huber.accumulator().update([0], [1]).toJSON();

  it.each([
    ['loss', squaredError.accumulator(), state, 'other.loss the string "squaredError"'],
    ['version', huber.accumulator(), { ...state, version: 1 }, 'other.version 2, got 1'],
    [
      'denominator',
      huber.accumulator({ denominator: 'count' }),
      state,
      "other.denominator 'count'",
    ],
    ['options', huber.with({ delta: 2 }).accumulator(), state, 'other.options { delta: 2 }'],
  ])('%s is an error, and nothing is merged', (_, accumulator, other, message) => {
    const before = JSON.stringify(accumulator);
    expect(() => accumulator.merge(other)).toThrow(RangeError);
    expect(() => accumulator.merge(other)).toThrow(`accumulator.merge: expected ${message}`);
    expect(JSON.stringify(accumulator)).toBe(before);
  });

  it('names what is wrong in it', () => {
    const accumulator = huber.accumulator();
    expect(() => accumulator.merge({ ...state, count: -1 })).toThrow(
      new TypeError(
        'huber.accumulator.merge: expected other.count to be an integer, 0 or more, got -1',
      ),
    );
  });
});
