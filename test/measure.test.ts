// Several losses of the same arrays at once: each one's own bits.
import { describe, expect, it } from 'vitest';
import type { PlainNumbers as Numbers } from '../src/arrays.js';
import { binaryCrossEntropy, type Engine, measure as typedMeasure } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { dataFor, type Subject, subjects, typed, weightsFor } from './support/option-sets.js';
import { placed } from './support/places.js';
import { sample } from './support/sample.js';
import { lossOf, plainLoss } from './support/verbs.js';

/** measure without its types. */
const measure = typedMeasure as unknown as (
  losses: unknown,
  yTrue: Numbers,
  yPred: Numbers,
  options?: object,
) => number[];

const CLASSES = 3;

/** Losses with the same shape of arrays, which data for any of them suit. */
const groups: Readonly<Record<string, readonly Subject[]>> = {
  'losses of numbers, of probabilities': subjects.filter(
    ({ shape, domain }) => shape === 'single' && domain !== 'logits',
  ),
  'losses of numbers, of logits': subjects.filter(
    ({ shape, domain }) => shape === 'single' && domain !== 'probabilities',
  ),
  'losses of rows of probabilities': subjects.filter(
    ({ shape, domain }) => shape === 'dense' && domain === 'probabilities',
  ),
  'losses of rows of logits': subjects.filter(
    ({ shape, domain }) => shape === 'dense' && domain === 'logits',
  ),
  'losses of class indices and probabilities': subjects.filter(
    ({ shape, domain, optionsFor }) =>
      shape === 'sparse' && domain === 'probabilities' && optionsFor(CLASSES).ignoreIndex !== -100,
  ),
  'losses of class indices and logits': subjects.filter(
    ({ shape, domain, optionsFor }) =>
      shape === 'sparse' && domain === 'logits' && optionsFor(CLASSES).ignoreIndex !== -100,
  ),
};

/** A subject of the group whose data all others can take. */
function dataOf(group: readonly Subject[], samples: number, classes: number) {
  const subject = group.find(
    ({ domain, optionsFor }) => domain !== 'reals' && optionsFor(classes).ignoreIndex === undefined,
  ) as Subject;
  return dataFor(subject, 'hard', samples, classes, samples + 41);
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(Object.entries(groups))('%s', (_, group) => {
    const losses = (classes: number) =>
      sample(group, 5).map((subject) => lossOf(engine, subject, classes));

    it.each([
      ['float64', 0, CLASSES],
      ['float64', 1, CLASSES],
      ['float64', 5, CLASSES],
      ['float32', 5, CLASSES],
      ['float64', 700, CLASSES],
      ['float64', 5003, CLASSES],
      ['float32', 5003, CLASSES],
      ['float64', 3, 2500],
    ] as const)('have their own bits: %s, %i samples, %i classes', (type, samples, classes) => {
      const { yTrue, yPred } = typed(dataOf(group, samples, classes), type);
      const sampleWeight = weightsFor(samples, 42, true);
      const list = losses(classes);
      const weightings = [{}, { sampleWeight }];
      for (const weights of weightings) {
        expectSame(
          Float64Array.from(measure(list, yTrue, yPred, { ...weights, reduction: 'sum' })),
          Float64Array.from(list, (loss) => loss.sum(yTrue, yPred, weights)),
        );
      }
      const choices = weightings.flatMap((weights) => [
        weights,
        ...['weight', 'count', 'nonzero'].map((denominator) => ({ ...weights, denominator })),
      ]);
      for (const options of sample(choices, 3)) {
        const expected = Float64Array.from(list, (loss) => loss.mean(yTrue, yPred, options));
        expectSame(Float64Array.from(measure(list, yTrue, yPred, options)), expected);
        expectSame(
          Float64Array.from(measure(list, yTrue, yPred, { ...options, reduction: 'mean' })),
          expected,
        );
      }
    });

    it('in the order they are given, also more than once', () => {
      const { yTrue, yPred } = dataOf(group, 50, CLASSES);
      const list = losses(CLASSES);
      const mixed = [...list.slice().reverse(), list[0], list[0]];
      expectSame(
        Float64Array.from(measure(mixed, yTrue, yPred)),
        Float64Array.from(mixed, (loss) => loss.mean(yTrue, yPred)),
      );
    });

    it('alone, too', () => {
      const { yTrue, yPred } = dataOf(group, 2500, CLASSES);
      for (const loss of losses(CLASSES)) {
        expectSame(measure([loss], yTrue, yPred)[0], loss.mean(yTrue, yPred));
      }
    });
  });

  it('arrays in memory of their own, of an arena, or ordinary ones', () => {
    const { yTrue, yPred } = dataOf(groups['losses of numbers, of probabilities'], 3000, 1);
    const losses = [engine.squaredError, engine.absoluteError, engine.binaryCrossEntropy];
    const expected = measure(losses, yTrue, yPred);
    for (const [y, p] of [
      [placed(yTrue, 'resident', 0), placed(yPred, 'resident', 1)],
      [placed(yTrue, 'resident', 0), yPred],
      [placed(yTrue, 'resident', 0), placed(yPred, 'resident elsewhere', 1)],
      [Array.from(yTrue), Array.from(yPred)],
      [new Uint8Array(yTrue), yPred],
    ]) {
      expect(measure(losses, y, p)).toEqual(expected);
    }
  });

  it('losses that divide the same arrays into other samples', () => {
    const random = dataFor(subjects[0], 'hard', 60, 1, 43).yPred.map((x) => Math.abs(x % 1));
    const oneHot = Float64Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0));
    const categorical = engine.categoricalCrossEntropy;
    const losses = [
      engine.squaredError,
      categorical.with({ classes: 3 }),
      engine.binaryCrossEntropy,
      categorical.with({ classes: 60 }),
      categorical.with({ classes: 1 }),
      categorical.with({ classes: 3, normalize: true }),
    ];
    for (const reduction of ['mean', 'sum'] as const) {
      expect(measure(losses, oneHot, random, { reduction })).toEqual(
        losses.map((loss) => loss[reduction](oneHot, random)),
      );
    }
  });

  it('of different numbers of samples cannot have the same weights', () => {
    const losses = [engine.squaredError, engine.categoricalCrossEntropy.with({ classes: 3 })];
    for (const n of [2, 6]) {
      expect(() =>
        measure(losses, [1, 0, 0, 1, 0, 0], [1, 0, 0, 1, 0, 0], { sampleWeight: Array(n).fill(1) }),
      ).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(/sampleWeight\.length/),
        }),
      );
    }
  });

  it('losses of different engines', () => {
    const data = dataOf(groups['losses of numbers, of probabilities'], 3000, 1);
    const losses = engines.flatMap(({ engine: each }: { engine: Engine }) => [
      each.squaredError,
      each.binaryCrossEntropy,
    ]);
    expect(measure(losses, data.yTrue, data.yPred)).toEqual(
      losses.map((loss) => loss.mean(data.yTrue, data.yPred)),
    );
  });

  it('of few samples: by hand, weighted and not, and what is wrong with them', () => {
    const losses = [engine.squaredError, engine.absoluteError];
    const yTrue = Float64Array.of(0, 1);
    const yPred = Float64Array.of(0.5, 0.25);
    const sampleWeight = Float64Array.of(1, 3);
    expect(measure(losses, yTrue, yPred)).toEqual([0.40625, 0.625]);
    expect(measure(losses, yTrue, yPred, { reduction: 'sum' })).toEqual([0.8125, 1.25]);
    expect(measure(losses, yTrue, yPred, { sampleWeight })).toEqual([0.484375, 0.6875]);
    expect(measure(losses, yTrue, yPred, { sampleWeight, denominator: 'count' })).toEqual([
      0.96875, 1.375,
    ]);
    expect(() => measure(losses, null as unknown as Numbers, yPred)).toThrow(
      /^measure: expected yTrue to be a typed array/,
    );
    const list = [engine.squaredError, engine.binaryCrossEntropy];
    expect(() => measure(list, yTrue, Float64Array.of(0.5, 1.5))).toThrow(
      /^measure: yPred\[1\] is 1\.5, expected a probability/,
    );
  });

  it('no losses: an empty array', () => {
    expect(measure([], [1, 2], [3, 4])).toEqual([]);
    expect(measure([], [], [], { reduction: 'sum' })).toEqual([]);
  });

  it('nothing to measure: what each says of nothing', () => {
    const zero = plainLoss(engine, 'huber').with({ onEmpty: 'zero' });
    expect(measure([engine.squaredError, zero], [], [])).toEqual([NaN, 0]);
    expect(measure([engine.squaredError, zero], [], [], { reduction: 'sum' })).toEqual([0, 0]);
    const strict = zero.with({ onEmpty: 'throw' });
    expect(() => measure([engine.squaredError, strict], [], [])).toThrow(RangeError);
  });

  describe('errors', () => {
    const { squaredError, binaryCrossEntropy } = engine;

    it('what is no list of losses', () => {
      for (const wrong of [undefined, null, squaredError, 'squaredError', 3, { 0: squaredError }]) {
        expect(() => measure(wrong, [1], [1])).toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringMatching(/^measure: expected losses to be .*got/),
          }),
        );
      }
    });

    it('what is no loss, by its index', () => {
      for (const wrong of [
        undefined,
        null,
        'squaredError',
        3,
        {},
        squaredError.mean,
        { name: 'mse' },
      ]) {
        expect(() => measure([squaredError, wrong], [1], [1])).toThrow(
          expect.objectContaining({
            name: 'TypeError',
            message: expect.stringMatching(/^measure: expected losses\[1\] to be a loss, got/),
          }),
        );
      }
    });

    it('options that are unknown, or no options', () => {
      expect(() => measure([squaredError], [1], [1], { out: [] })).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringMatching(/measure: unknown option "out"/),
        }),
      );
      expect(() => measure([squaredError], [1], [1], null as unknown as object)).toThrow(
        /measure: expected options to be an object, got null/,
      );
      expect(() => measure([squaredError], [1], [1], { reduction: 'none' })).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(/reduction.*mean.*sum/),
        }),
      );
      expect(() => measure([squaredError], [1], [1], { denominator: 1 })).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringMatching(/denominator/),
        }),
      );
    });

    it('lengths that no loss can take, or only some', () => {
      expect(() => measure([squaredError], [1, 2], [1])).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(/expected yPred\.length 2/),
        }),
      );
      const sparse = engine.sparseCategoricalCrossEntropy;
      expect(() => measure([sparse, squaredError], [1], [0.5, 0.5])).toThrow(RangeError);
    });

    it('elements outside the domain of one of them', () => {
      for (const at of [0, 2047, 2048, 4999]) {
        const yPred = new Float64Array(5000).fill(0.5);
        yPred[at] = 1.5;
        const yTrue = new Uint8Array(5000);
        for (const losses of [
          [squaredError, binaryCrossEntropy],
          [binaryCrossEntropy, squaredError],
        ]) {
          expect(() => measure(losses, yTrue, yPred)).toThrow(
            expect.objectContaining({
              name: 'RangeError',
              message: expect.stringContaining(
                `yPred[${at}] is 1.5, expected a probability in [0, 1]`,
              ),
            }),
          );
        }
      }
    });

    it('weights that are none', () => {
      expect(() => measure([squaredError], [1, 2], [1, 2], { sampleWeight: [1, -1] })).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringContaining('sampleWeight[1] is -1, expected a finite weight ≥ 0'),
        }),
      );
    });
  });
});

it('of errors in one block it is the first loss’s', () => {
  const plain = binaryCrossEntropy;
  const logits = binaryCrossEntropy.with({ fromLogits: true });
  expect(() => measure([plain, logits], [1, 7], [-1, 0.5])).toThrow('measure: yPred[0] is -1');
  expect(() => measure([logits, plain], [1, 7], [-1, 0.5])).toThrow('measure: yTrue[1] is 7');
});
