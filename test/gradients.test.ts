// Gradients: against differences of the library's own sums and means, by what must hold of them, and
// what `out` and `reduction` mean.
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { seeded } from './losses/numbers.mjs';
import { someOfEach } from './support/arbitrary.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import {
  byName,
  dataFor,
  ofProbabilities,
  type Subject,
  subjects,
  weightsFor,
} from './support/option-sets.js';
import { isUntouched, outFor, type Place, placed, places } from './support/places.js';
import { fill } from './support/random.js';
import { type AnyLoss, lossOf } from './support/verbs.js';

const CLASSES = 4;
const SAMPLES = 6;
const STEP = 1e-5;

const floats = [
  ['float64', Float64Array],
  ['float32', Float32Array],
] as const;

/** Options under which the gradient is another, where the tables of the combinations have no example. */
const clipping = [
  ofProbabilities('binaryCrossEntropy', { clip: 0.25 }),
  ofProbabilities('categoricalCrossEntropy', { clip: 0.25 }),
  ofProbabilities('categoricalCrossEntropy', { clip: 0.25, normalize: true }),
  ofProbabilities('sparseCategoricalCrossEntropy', { clip: 0.25, labelSmoothing: 0.2 }),
];

/** Numbers between which and a kink of the loss there is room for a step. */
function smoothData({ domain, shape, optionsFor }: Subject): {
  yTrue: Float64Array | Int32Array;
  yPred: Float64Array;
} {
  const width = shape === 'single' ? 1 : CLASSES;
  const n = SAMPLES * width;
  const { ignoreIndex } = optionsFor(CLASSES);
  if (domain === 'reals') {
    const yTrue = fill(n, 1, (random) => 4 * random() - 2);
    const misses = [0.2, -0.3, 0.9, -1.7, 19, -30];
    return { yTrue, yPred: yTrue.map((y, i) => y + misses[i]) };
  }
  const yPred =
    domain === 'logits'
      ? fill(n, 2, (random) => 8 * random() - 4)
      : fill(n, 3, (random) => 0.05 + 0.9 * random());
  const yTrue =
    shape === 'sparse'
      ? Int32Array.from({ length: SAMPLES }, (_, i) =>
          i === 2 && ignoreIndex !== undefined ? ignoreIndex : (3 * i) % CLASSES,
        )
      : fill(n, 4, (random, i) => [0, 1, random()][i % 3]);
  return { yTrue, yPred };
}

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine }) => {
  it.each(byName([...someOfEach(3), ...clipping]))(
    'is the slope of sum and mean: %s',
    (_, subject) => {
      const loss = lossOf(engine, subject, CLASSES);
      const { yTrue, yPred } = smoothData(subject);
      const sampleWeight = weightsFor(SAMPLES, 5, true);
      const found: string[] = [];
      for (const reduction of ['mean', 'sum'] as const) {
        for (const weights of [{}, { sampleWeight }]) {
          const gradient = loss.gradient(yTrue, yPred, { ...weights, reduction });
          const at = (i: number, step: number) =>
            loss[reduction](
              yTrue,
              yPred.map((p, k) => (k === i ? p + step : p)),
              weights,
            );
          for (let i = 0; i < yPred.length; i++) {
            const slope = (at(i, STEP) - at(i, -STEP)) / (2 * STEP);
            if (!(Math.abs(gradient[i] - slope) <= 1e-7 * (1 + 100 * Math.abs(slope)))) {
              found.push(`${reduction}, [${i}]: ${gradient[i]}, slope ${slope}`);
            }
          }
        }
      }
      expect(found).toEqual([]);
    },
  );

  describe('what must hold of gradients', () => {
    const reals = fill(300, 6, (random) => 40 * random() - 20);
    const others = fill(300, 7, (random) => 40 * random() - 20);
    const negated = (values: FloatArray) => values.map((value) => -value);

    it.each([
      { name: 'squaredError', loss: engine.squaredError },
      { name: 'absoluteError', loss: engine.absoluteError },
      { name: 'huber', loss: engine.huber },
      { name: 'huber, delta 7', loss: engine.huber.with({ delta: 7 }) },
    ])('$name: exchanging the arrays turns the sign', ({ loss }) => {
      expectSame(loss.gradient(reals, others), negated(loss.gradient(others, reals)));
    });

    it('absoluteError: of the sum, ±1, and 0 where both are equal', () => {
      const { absoluteError } = engine;
      expect(
        Array.from(absoluteError.gradient([1, 2, 3, 0], [2, 2, -1, -0], { reduction: 'sum' })),
      ).toEqual([1, 0, -1, expect.closeTo(0)]);
    });

    it('huber: half that of squaredError up to δ, and never more than δ', () => {
      const options = { reduction: 'sum' } as const;
      const squared = engine.squaredError.gradient(reals, others, options);
      const huber = engine.huber.with({ delta: 5 }).gradient(reals, others, options);
      expectSame(
        huber,
        squared.map((slope) => Math.min(Math.max(slope / 2, -5), 5)),
      );
    });

    it('binaryCrossEntropy from logits: the other label at −z turns the sign', () => {
      const loss = engine.binaryCrossEntropy.with({ fromLogits: true });
      const ones = new Float64Array(300).fill(1);
      const zeros = new Float64Array(300);
      const atOne = loss.gradient(ones, reals, { reduction: 'sum' });
      const atZero = loss.gradient(zeros, negated(reals), { reduction: 'sum' });
      for (let i = 0; i < 300; i++) expect(Math.abs(atOne[i] + atZero[i])).toBeLessThan(3e-16);
    });

    it.each(
      byName(subjects.filter(({ domain, shape }) => domain === 'logits' && shape !== 'single')),
    )('rows sum to 0, because logits may all be moved by the same: %s', (_, subject) => {
      for (const classes of [2, 10, 2500]) {
        const { yTrue, yPred } = dataFor(subject, 'hard', 20, classes, 8);
        const loss = lossOf(engine, subject, classes);
        const gradient = loss.gradient(yTrue, yPred, { reduction: 'sum' });
        for (let row = 0; row < 20; row++) {
          const parts = gradient.subarray(row * classes, (row + 1) * classes) as Float64Array;
          const size = parts.reduce((sum, value) => sum + Math.abs(value), 0);
          const sum = parts.reduce((a, b) => a + b, 0);
          expect(Math.abs(sum)).toBeLessThanOrEqual(1e-16 * (classes + 10) + 1e-14 * size);
        }
      }
    });

    it.each(
      byName(subjects.filter(({ name }) => name.includes('normalize') && !name.includes('ignore'))),
    )('rows are level along themselves, because they may be scaled: %s', (_, subject) => {
      for (const classes of [2, 10, 2500]) {
        const yPred = fill(5 * classes, 9, (random) => 0.1 + 0.9 * random());
        const { yTrue } = dataFor(subject, 'hard', 5, classes, 10);
        const loss = lossOf(engine, subject, classes);
        const gradient = loss.gradient(yTrue, yPred, { reduction: 'sum' });
        for (let row = 0; row < 5; row++) {
          let along = 0;
          for (let i = row * classes; i < (row + 1) * classes; i++) along += gradient[i] * yPred[i];
          expect(Math.abs(along)).toBeLessThan(1e-13);
        }
      }
    });

    it.each(byName(someOfEach(3)))(
      'that of the mean is that of the sum over n: %s',
      (_, subject) => {
        if (subject.optionsFor(3).classWeight !== undefined) return;
        const { yTrue, yPred } = dataFor(subject, 'hard', 64, 3, 11);
        const loss = lossOf(engine, subject, 3);
        const ofSum = loss.gradient(yTrue, yPred, { reduction: 'sum' });
        const n = yTrue.filter((y) => y !== subject.optionsFor(3).ignoreIndex).length;
        const samples = subject.shape === 'dense' ? n / 3 : n;
        const ofMean = loss.gradient(yTrue, yPred);
        for (let i = 0; i < ofSum.length; i++) {
          const expected = ofSum[i] / samples;
          if (Object.is(ofMean[i], expected)) continue;
          // A difference of terms of about 1 before that of n.
          const error = Math.abs(ofMean[i] - expected);
          expect(error).toBeLessThanOrEqual(1e-15 * Math.abs(expected) + 2e-16 / samples);
        }
      },
    );

    it('is NaN where a sample has a NaN in it, and only there', () => {
      const at = 4321;
      const { squaredError, absoluteError, huber, binaryCrossEntropy } = engine;
      for (const loss of [
        squaredError,
        absoluteError,
        huber,
        binaryCrossEntropy,
        binaryCrossEntropy.with({ clip: 1e-7 }),
        binaryCrossEntropy.with({ fromLogits: true }),
      ]) {
        const clean = new Float64Array(5000).fill(0.5);
        const spoilt = clean.slice();
        spoilt[at] = NaN;
        for (const [yTrue, yPred] of [
          [clean, spoilt],
          [spoilt, clean],
        ]) {
          const gradient = loss.gradient(yTrue, yPred);
          expect(gradient.findIndex((x) => Number.isNaN(x))).toBe(at);
          expect(gradient.filter((x) => Number.isNaN(x))).toHaveLength(1);
        }
      }
    });
  });

  describe('ignored rows', () => {
    const ignoring = subjects.filter((subject) => subject.optionsFor(3).ignoreIndex !== undefined);

    it.each(byName(ignoring))(
      'have a gradient of exactly 0, whatever is in them: %s',
      (_, subject) => {
        const { ignoreIndex } = subject.optionsFor(3);
        for (const [samples, classes] of [
          [40, 3],
          [1500, 3],
          [6, 2500],
        ]) {
          const { yTrue, yPred } = dataFor(subject, 'hard', samples, classes, 12);
          const loss = lossOf(engine, subject, classes);
          for (const options of [
            {},
            { reduction: 'sum' },
            { sampleWeight: weightsFor(samples, 1, true) },
          ]) {
            const gradient = loss.gradient(yTrue, yPred, options);
            const wrong = gradient.findIndex(
              (x, i) => yTrue[Math.floor(i / classes)] === ignoreIndex && !Object.is(x, 0),
            );
            expect(wrong).toBe(-1);
          }
        }
      },
    );

    it.each(byName(ignoring))(
      'leave nothing else: a mean of NaN, and its gradient: %s',
      (_, subject) => {
        const { ignoreIndex } = subject.optionsFor(3);
        const yTrue = new Int32Array(5).fill(Number(ignoreIndex));
        const yPred = new Float64Array(15).fill(NaN);
        const loss = lossOf(engine, subject, 3);
        expectSame(loss.gradient(yTrue, yPred), new Float64Array(15).fill(NaN));
        expectSame(loss.gradient(yTrue, yPred, { reduction: 'sum' }), new Float64Array(15));
        const { value, gradient } = loss.valueAndGradient(yTrue, yPred);
        expect(value).toBeNaN();
        expectSame(gradient, new Float64Array(15).fill(NaN));
      },
    );
  });

  describe('valueAndGradient', () => {
    it.each(byName(someOfEach(3)))(
      'has the bits of mean or sum, and of gradient: %s',
      (_, subject) => {
        for (const [samples, classes] of [
          [1, 3],
          [8, 3],
          [683, 3],
          [2049, 3],
        ]) {
          const { yTrue, yPred } = dataFor(subject, 'hard', samples, classes, samples);
          const loss = lossOf(engine, subject, classes);
          const sampleWeight = weightsFor(samples, 13, true);
          for (const [options, forValue] of [
            [{}, {}],
            [{ sampleWeight }, { sampleWeight }],
            [
              { sampleWeight, denominator: 'nonzero' },
              { sampleWeight, denominator: 'nonzero' },
            ],
          ]) {
            const ofMean = loss.valueAndGradient(yTrue, yPred, options);
            expectSame(ofMean.value, loss.mean(yTrue, yPred, forValue));
            expectSame(ofMean.gradient, loss.gradient(yTrue, yPred, options));
          }
          const ofSum = loss.valueAndGradient(yTrue, yPred, { reduction: 'sum', sampleWeight });
          expectSame(ofSum.value, loss.sum(yTrue, yPred, { sampleWeight }));
          expectSame(
            ofSum.gradient,
            loss.gradient(yTrue, yPred, { reduction: 'sum', sampleWeight }),
          );
        }
      },
    );

    it.each(byName(someOfEach(3)))(
      'of nothing has the mean of nothing, and no gradient: %s',
      (_, subject) => {
        const loss = lossOf(engine, subject, 3);
        const empty = new Float64Array(0);
        expect(loss.valueAndGradient([], [])).toEqual({ value: NaN, gradient: empty });
        expect(loss.with({ onEmpty: 'zero' }).valueAndGradient([], []).value).toBe(0);
        expect(loss.valueAndGradient([], [], { reduction: 'sum' }).value).toBe(0);
        expect(() => loss.with({ onEmpty: 'throw' }).valueAndGradient([], [])).toThrow(RangeError);
        expectSame(loss.gradient([], []), empty);
        expectSame(loss.gradient([], new Float32Array(0)), new Float32Array(0));
      },
    );
  });

  describe('what is returned', () => {
    it.each([
      [new Float32Array(6).fill(0.5), Float32Array],
      [new Float64Array(6).fill(0.5), Float64Array],
      [[0.5, 0.5, 0.5, 0.5, 0.5, 0.5], Float64Array],
      [new Uint8Array(6).fill(1), Float64Array],
    ])(
      'has an element for each of yPred, of its type if that is a float: case %#',
      (yPred, Type) => {
        for (const { loss, yTrue } of forOut(engine, 6)) {
          const gradient = loss.gradient(yTrue, yPred);
          expect(gradient).toBeInstanceOf(Type);
          expect(gradient).toHaveLength(6);
          expect(loss.valueAndGradient(yTrue, yPred).gradient).toBeInstanceOf(Type);
        }
      },
    );

    it('is new memory for every call', () => {
      for (const { loss, yTrue } of forOut(engine, 6)) {
        const yPred = new Float64Array(6).fill(0.5);
        const first = loss.gradient(yTrue, yPred);
        expect(loss.gradient(yTrue, yPred).buffer).not.toBe(first.buffer);
        expect(first.buffer).not.toBe(yPred.buffer);
      }
    });
  });

  describe('reduction', () => {
    it.each(forOut(engine, 3))('is mean or sum: $name', ({ loss, yTrue }) => {
      const yPred = [0.5, 0.25, 0.25];
      for (const verb of ['gradient', 'valueAndGradient'] as const) {
        for (const wrong of ['none', 'Mean', '', 'perSample']) {
          expect(() => loss[verb](yTrue, yPred, { reduction: wrong })).toThrow(
            expect.objectContaining({
              name: 'RangeError',
              message: expect.stringMatching(
                new RegExp(`\\.${verb}: .*reduction.*mean.*sum.*got the string "${wrong}"`),
              ),
            }),
          );
        }
        for (const wrong of [null, 1, true, ['sum']]) {
          expect(() => loss[verb](yTrue, yPred, { reduction: wrong })).toThrow(
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(new RegExp(`\\.${verb}: .*reduction.*mean.*sum`)),
            }),
          );
        }
      }
    });

    it.each(forOut(engine, 3))(
      'of mean, sum and perSample is an unknown option: $name',
      (entry) => {
        for (const verb of ['mean', 'sum', 'perSample'] as const) {
          expect(() =>
            entry.loss[verb](entry.yTrue, [0.5, 0.25, 0.25], { reduction: 'sum' }),
          ).toThrow(new RegExp(`\\.${verb}: unknown option "reduction"`));
        }
      },
    );
  });

  describe.each(forOut(engine, 6000))('out: $name', ({ loss, yTrue: labels, samples, invalid }) => {
    const N = 6000;
    const random = seeded(14);
    const probabilities = Float64Array.from({ length: N }, () => 0.05 + 0.9 * random());
    const sampleWeight = weightsFor(samples, 15, true);

    it.each(floats)('is filled and returned, wherever it is: %s', (_, Type) => {
      const yPred = new Type(probabilities);
      for (const options of [{}, { sampleWeight }, { reduction: 'sum' }]) {
        const expected = loss.gradient(labels, yPred, options);
        for (const place of Object.keys(places) as Place[]) {
          const { out, behind } = outFor(yPred, place, N);
          expect(loss.gradient(labels, yPred, { ...options, out })).toBe(out);
          expectSame(out, expected);
          expect(isUntouched(behind)).toBe(true);
          out.fill(-7);
          const both = loss.valueAndGradient(labels, yPred, { ...options, out });
          expect(both.gradient).toBe(out);
          expectSame(out, expected);
        }
      }
    });

    it.each(floats)('may be yPred, or yTrue: %s', (_, Type) => {
      for (const options of [{}, { sampleWeight }]) {
        const yPred = new Type(probabilities);
        const expected = loss.gradient(labels, yPred, options);
        expectSame(loss.gradient(labels, yPred, { ...options, out: yPred }), expected);
        const again = new Type(probabilities);
        const value = loss.mean(labels, again, options);
        const both = loss.valueAndGradient(labels, again, { ...options, out: again });
        expectSame(both.gradient, expected);
        expect(both.gradient).toBe(again);
        expect(both.value).toBe(value);
        if (labels.length !== N) continue;
        const yTrue = new Type(labels);
        const fresh = new Type(probabilities);
        const ofSameType = loss.gradient(new Type(labels), fresh, options);
        expectSame(loss.gradient(yTrue, fresh, { ...options, out: yTrue }), ofSameType);
      }
    });

    it.each(floats)('is right wherever the inputs are: %s', (_, Type) => {
      const yPred = new Type(probabilities);
      const expected = loss.gradient(labels, yPred, { sampleWeight });
      for (const [forTrue, forPred, forOut] of [
        ['resident', 'resident', 'resident'],
        ['resident, misaligned', 'resident, misaligned', 'resident, misaligned'],
        ['resident', 'resident elsewhere', 'ordinary'],
        ['ordinary, misaligned', 'resident', 'resident elsewhere'],
      ] as const) {
        const { out } = outFor(yPred, forOut, N);
        const y = placed(labels, forTrue, 0);
        const p = placed(yPred, forPred, 1);
        expectSame(loss.gradient(y, p, { sampleWeight, out }), expected);
        expectSame(loss.valueAndGradient(y, p, { sampleWeight, out }).gradient, expected);
        expectSame(loss.gradient(y, p, { sampleWeight }), expected);
      }
    });

    it.each([-1000, -1, 1, 1000])('may overlap an input, %i elements apart', (shift) => {
      const room = new Float64Array(N + 4000);
      const inputs = { yPred: probabilities, sampleWeight };
      const expected = loss.gradient(labels, probabilities, { sampleWeight });
      for (const name of ['yPred', 'sampleWeight'] as const) {
        const input = room.subarray(2000, 2000 + inputs[name].length);
        input.set(inputs[name]);
        const { yPred, ...options } = { ...inputs, [name]: input };
        const out = room.subarray(2000 + shift, 2000 + shift + N);
        expectSame(loss.gradient(labels, yPred, { ...options, out }), expected);
      }
    });

    it('may be the weights', () => {
      if (samples !== N) return;
      const weights = weightsFor(N, 15, true);
      const expected = loss.gradient(labels, probabilities, { sampleWeight });
      expectSame(
        loss.gradient(labels, probabilities, { sampleWeight: weights, out: weights }),
        expected,
      );
    });

    it('of another type is a TypeError, of another length a RangeError', () => {
      for (const verb of ['gradient', 'valueAndGradient'] as const) {
        for (const out of [new Float32Array(N), Array(N).fill(0), null, 3, new Int32Array(N)]) {
          expect(() => loss[verb](labels, probabilities, { out })).toThrow(
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(
                new RegExp(`\\.${verb}: expected out to be a Float64Array \\(as yPred\\), got`),
              ),
            }),
          );
        }
        for (const n of [0, N - 1, N + 1]) {
          expect(() => loss[verb](labels, probabilities, { out: new Float64Array(n) })).toThrow(
            new RangeError(`${loss.name}.${verb}: expected out.length ${N}, got ${n}`),
          );
        }
      }
    });

    it('stays as it was if the call fails', () => {
      const wrongWeights = (at: number) => {
        const weights = new Float64Array(samples).fill(1);
        weights[at] = -1;
        return weights;
      };
      const failing: readonly { name: string; yPred: Numbers; yTrue: Numbers; options: object }[] =
        [
          ...[0, samples >> 1, samples - 1].map((at) => ({
            name: `sampleWeight[${at}] is −1`,
            yTrue: labels,
            yPred: probabilities,
            options: { sampleWeight: wrongWeights(at) },
          })),
          {
            name: 'too few weights',
            yTrue: labels,
            yPred: probabilities,
            options: { sampleWeight: new Float64Array(samples - 1) },
          },
          {
            name: 'reduction',
            yTrue: labels,
            yPred: probabilities,
            options: { reduction: 'none' },
          },
          {
            name: 'a denominator that is none',
            yTrue: labels,
            yPred: probabilities,
            options: { denominator: 'n' },
          },
          {
            name: 'an element that is no number',
            yTrue: labels,
            yPred: Array.from(probabilities, (p, i) => (i === N - 1 ? 'one' : p)) as number[],
            options: {},
          },
          ...[0, 2048, N - 1].flatMap((at) => {
            const cases = [];
            if (invalid.yPred !== undefined) {
              const yPred = probabilities.slice();
              yPred[at] = invalid.yPred;
              cases.push({ name: `yPred[${at}]`, yTrue: labels, yPred, options: {} });
            }
            if (invalid.yTrue !== undefined) {
              const yTrue = new Float64Array(labels);
              yTrue[Math.floor((at * labels.length) / N)] = invalid.yTrue;
              cases.push({ name: `a label at ${at}`, yTrue, yPred: probabilities, options: {} });
            }
            return cases;
          }),
        ];
      for (const { name, yTrue, yPred, options } of failing) {
        for (const verb of ['gradient', 'valueAndGradient'] as const) {
          const out = new Float64Array(N).fill(-7);
          expect(() => loss[verb](yTrue, yPred, { ...options, out }), name).toThrow();
          expect(isUntouched(out), name).toBe(true);
          // Nor is anything but out written to.
          if (!(yPred instanceof Float64Array)) continue;
          const before = yPred.slice();
          expect(() => loss[verb](yTrue, yPred, { ...options, out: yPred }), name).toThrow();
          expectSame(yPred, before);
        }
      }
    });
  });
});

/** Each kind of loss with labels for so many elements of yPred, and what it cannot take. */
function forOut(
  engine: Engine,
  elements: number,
): {
  name: string;
  loss: AnyLoss;
  yTrue: Float64Array | Int32Array;
  samples: number;
  invalid: { yTrue?: number; yPred?: number };
}[] {
  const labels = fill(elements, 16, (random) => Math.round(random()));
  const soft = fill(elements, 17, (random) => random());
  const indices = Int32Array.from({ length: elements / 3 }, (_, i) => i % 3);
  const any = (loss: object) => loss as AnyLoss;
  const probability = { yTrue: 1.5, yPred: 1.5 };
  const { categoricalCrossEntropy, sparseCategoricalCrossEntropy: sparse } = engine;
  const categorical = categoricalCrossEntropy.with({ classes: 3 });
  const { binaryCrossEntropy } = engine;
  const entries = [
    { name: 'squaredError', loss: any(engine.squaredError), yTrue: soft, invalid: {} },
    { name: 'absoluteError', loss: any(engine.absoluteError), yTrue: soft, invalid: {} },
    { name: 'huber', loss: any(engine.huber), yTrue: soft, invalid: {} },
    {
      name: 'binaryCrossEntropy',
      loss: any(binaryCrossEntropy),
      yTrue: labels,
      invalid: probability,
    },
    {
      name: 'binaryCrossEntropy, clip',
      loss: any(binaryCrossEntropy.with({ clip: 1e-7 })),
      yTrue: soft,
      invalid: { yTrue: 1.5 },
    },
    {
      name: 'binaryCrossEntropy from logits',
      loss: any(binaryCrossEntropy.with({ fromLogits: true })),
      yTrue: soft,
      invalid: { yTrue: -0.5 },
    },
    { name: 'categorical', loss: any(categorical), yTrue: soft, invalid: probability },
    {
      name: 'categorical, normalize',
      loss: any(categorical.with({ normalize: true })),
      yTrue: soft,
      invalid: probability,
    },
    {
      name: 'categorical from logits',
      loss: any(categorical.with({ fromLogits: true })),
      yTrue: soft,
      invalid: { yTrue: 2 },
    },
    { name: 'sparse', loss: any(sparse), yTrue: indices, invalid: { yTrue: 3, yPred: -1 } },
    {
      name: 'sparse from logits',
      loss: any(sparse.with({ fromLogits: true, ignoreIndex: -1 })),
      yTrue: indices,
      invalid: { yTrue: 0.5 },
    },
    {
      name: 'sparse from logits, labelSmoothing',
      loss: any(sparse.with({ fromLogits: true, labelSmoothing: 0.1 })),
      yTrue: indices,
      invalid: { yTrue: -2 },
    },
  ];
  return entries.map((entry) => ({
    ...entry,
    samples: entry.name.startsWith('categorical') ? elements / 3 : entry.yTrue.length,
  }));
}
