// Weights of samples and classes, the three denominators, and the options' errors.
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { byName, dataFor, subjects, typed, weightsFor } from './support/option-sets.js';
import { type Place, placed, places, types } from './support/places.js';
import { sampleOfTests } from './support/sample.js';
import { type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

const WEIGHTED_VERBS = ['mean', 'sum', 'perSample', 'gradient', 'valueAndGradient'] as const;
const VERBS_WITH_DENOMINATOR = ['mean', 'gradient', 'valueAndGradient'] as const;

/** An error of a kind whose message has these parts, in order. */
function error(kind: 'TypeError' | 'RangeError', ...parts: readonly (string | RegExp)[]): Error {
  const pattern = parts.map((part) => (typeof part === 'string' ? escaped(part) : part.source));
  return expect.objectContaining({
    name: kind,
    message: expect.stringMatching(new RegExp(pattern.join('.*'))),
  });
}

function escaped(text: string): string {
  return text.replace(/[[\](){}.*+?^$|\\]/g, '\\$&');
}

/** Up to 4 ulp of float32. */
function expectNear(got: FloatArray, expected: FloatArray): void {
  const ulps = got.map((value, i) => Math.abs(value - expected[i]) / (2 ** -23 * Math.abs(value)));
  expect(Math.max(...ulps.filter((distance) => !Number.isNaN(distance)))).toBeLessThanOrEqual(4);
}

/** A loss of every kind, with three samples. */
const losses: readonly {
  name: string;
  options: object;
  yTrue: Numbers;
  yPred: Numbers;
}[] = [
  { name: 'squaredError', options: {}, yTrue: [1, 2, 3], yPred: [2, 4, 6] },
  { name: 'absoluteError', options: {}, yTrue: [1, 2, 3], yPred: [2, 4, 6] },
  { name: 'huber', options: {}, yTrue: [1, 2, 3], yPred: [2, 4, 6] },
  { name: 'binaryCrossEntropy', options: {}, yTrue: [1, 0, 1], yPred: [0.5, 0.25, 0.75] },
  {
    name: 'binaryCrossEntropy',
    options: { fromLogits: true, positiveWeight: 2 },
    yTrue: [1, 0, 1],
    yPred: [0.5, -2, 3],
  },
  {
    name: 'categoricalCrossEntropy',
    options: { classes: 2 },
    yTrue: [1, 0, 0, 1, 1, 0],
    yPred: [0.5, 0.5, 0.25, 0.75, 0.75, 0.25],
  },
  {
    name: 'categoricalCrossEntropy',
    options: { classes: 2, fromLogits: true, labelSmoothing: 0.1 },
    yTrue: [1, 0, 0, 1, 1, 0],
    yPred: [1, 2, 3, 4, 6, 5],
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    options: {},
    yTrue: [0, 1, 0],
    yPred: [0.5, 0.5, 0.25, 0.75, 0.75, 0.25],
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    options: { fromLogits: true, classWeight: [2, 0.5] },
    yTrue: [0, 1, 0],
    yPred: [1, 2, 3, 4, 6, 5],
  },
];

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe('sampleWeight', () => {
    describe.each(losses)('$name $options', ({ name, options, yTrue, yPred }) => {
      const loss = plainLoss(engine, name).with(options);

      it.each(WEIGHTED_VERBS)('%s: not an array', (verb) => {
        for (const sampleWeight of [
          null,
          1,
          'abc',
          { length: 3 },
          new DataView(new ArrayBuffer(24)),
          true,
        ]) {
          expect(() => loss[verb](yTrue, yPred, { sampleWeight })).toThrow(
            error('TypeError', `${name}.${verb}: `, 'sampleWeight', 'array', 'got'),
          );
        }
        expect(() => loss[verb](yTrue, yPred, { sampleWeight: [1, '1', 1] })).toThrow(
          error('TypeError', `${name}.${verb}: sampleWeight[1] is the string "1"`),
        );
        expect(() => loss[verb](yTrue, yPred, { sampleWeight: Array(3) })).toThrow(
          error('TypeError', `${name}.${verb}: sampleWeight[0] is undefined`),
        );
      });

      it.each(WEIGHTED_VERBS)('%s: more or fewer than there are samples', (verb) => {
        for (const n of [0, 2, 4, 6]) {
          expect(() => loss[verb](yTrue, yPred, { sampleWeight: new Float64Array(n) })).toThrow(
            error('RangeError', `${name}.${verb}: `, 'sampleWeight.length', '3', `got ${n}`),
          );
        }
      });

      it.each(WEIGHTED_VERBS)('%s: negative, NaN or infinite', (verb) => {
        for (const wrong of [-1, -Number.MIN_VALUE, NaN, Infinity, -Infinity]) {
          for (const at of [0, 1, 2]) {
            // Zeros of either sign are weights.
            const sampleWeight = [0, -0, 1];
            sampleWeight[at] = wrong;
            const thrown = new RangeError(
              `${name}.${verb}: sampleWeight[${at}] is ${wrong}, expected a finite weight ≥ 0`,
            );
            expect(() => loss[verb](yTrue, yPred, { sampleWeight })).toThrow(thrown);
            expect(() =>
              loss[verb](yTrue, yPred, { sampleWeight: new Float64Array(sampleWeight) }),
            ).toThrow(thrown);
          }
        }
      });

      it('of zeros: a sum of 0, and each loss, too', () => {
        const sampleWeight = new Uint8Array(3);
        const strict = loss.with({ onEmpty: 'throw' });
        expect(strict.sum(yTrue, yPred, { sampleWeight })).toBe(0);
        expect(Array.from(strict.perSample(yTrue, yPred, { sampleWeight }))).toEqual([0, 0, 0]);
        expectSame(
          strict.gradient(yTrue, yPred, { sampleWeight, reduction: 'sum' }),
          new Float64Array(yPred.length),
        );
      });

      it('of 1 changes no bit of losses and gradients', () => {
        for (const ones of [[1, 1, 1], new Float32Array(3).fill(1), new Uint8Array(3).fill(1)]) {
          for (const verb of ['perSample', 'gradient'] as const) {
            expectSame(loss[verb](yTrue, yPred, { sampleWeight: ones }), loss[verb](yTrue, yPred));
          }
        }
      });

      it('may be as small as numbers get', () => {
        // (Times the weight of a class, the least number would lose its digits.)
        const least = loss.options.classWeight === undefined ? Number.MIN_VALUE : 2 ** -1020;
        const sampleWeight = [3 * least, least, 4 * least];
        const expected = { sampleWeight: [3, 1, 4] };
        const gradient = loss.gradient(yTrue, yPred, { sampleWeight });
        const unscaled = loss.gradient(yTrue, yPred, expected);
        for (let i = 0; i < gradient.length; i++) expect(gradient[i]).toBeCloseTo(unscaled[i], 14);
      });

      it('may be in any array that the losses take', () => {
        const values = [3, 0, 2];
        const expected = loss.mean(yTrue, yPred, { sampleWeight: values });
        for (const Type of Object.values(types)) {
          const sampleWeight = new Type(values);
          expect(loss.mean(yTrue, yPred, { sampleWeight })).toBe(expected);
        }
      });

      it('is not written to', () => {
        const sampleWeight = new Float64Array([3, 0, 2]);
        for (const verb of WEIGHTED_VERBS) loss[verb](yTrue, yPred, { sampleWeight });
        expectSame(sampleWeight, new Float64Array([3, 0, 2]));
      });
    });

    it('is looked at to its end, and the first wrong one is named', () => {
      for (const at of [0, 2047, 2048, 4999]) {
        const yTrue = new Float64Array(5000);
        const sampleWeight = new Float32Array(5000).fill(1);
        sampleWeight.fill(-2, at);
        sampleWeight[at] = -3;
        for (const verb of WEIGHTED_VERBS) {
          expect(() =>
            (engine.squaredError as unknown as AnyLoss)[verb](yTrue, yTrue, { sampleWeight }),
          ).toThrow(
            new RangeError(
              `squaredError.${verb}: sampleWeight[${at}] is -3, expected a finite weight ≥ 0`,
            ),
          );
        }
      }
    });

    it('may be large where float32 hardly holds the loss', () => {
      for (const n of [2, 3000]) {
        // A loss of 9 · 2⁻¹⁵⁰, which is 4.5 times the least float32.
        const yPred = new Float32Array(n).fill(3 * 2 ** -75);
        const sampleWeight = new Float32Array(n).fill(2 ** 100);
        const expected = new Float32Array(n).fill(9 * 2 ** -50);
        const { squaredError, huber } = engine;
        for (const yTrue of [new Float32Array(n), new Uint8Array(n)]) {
          expectSame(squaredError.perSample(yTrue, yPred, { sampleWeight }), expected);
          expectSame(
            huber.perSample(yTrue, yPred, { sampleWeight }),
            expected.map((loss) => loss / 2),
          );
        }
      }
    });

    it.each(byName(sampleOfTests(subjects, 40)))('may be anywhere in memory: %s', (_, subject) => {
      const n = 1100;
      const { yTrue, yPred } = dataFor(subject, 'hard', n, 3, 25);
      const loss = lossOf(engine, subject, 3);
      const weights = weightsFor(n, 26, true);
      const results = (sampleWeight: Numbers) =>
        WEIGHTED_VERBS.slice(0, 4).map((verb) => loss[verb](yTrue, yPred, { sampleWeight }));
      const expected = results(weights);
      const expectTheSame = (sampleWeight: Numbers) => {
        results(sampleWeight).forEach((result, i) => {
          expectSame(result as FloatArray, expected[i] as FloatArray);
        });
      };
      for (const place of Object.keys(places) as Place[]) {
        expectTheSame(placed(weights, place, 0));
        expectTheSame(placed(new Float32Array(weights), place, 0));
      }
      expectTheSame(Array.from(weights));
    });
  });

  describe('denominator', () => {
    it.each(losses)('weight, count or nonzero: $name $options', ({ name, options, ...data }) => {
      const loss = plainLoss(engine, name).with(options);
      for (const verb of VERBS_WITH_DENOMINATOR) {
        for (const denominator of ['n', 'Weight', '']) {
          expect(() => loss[verb](data.yTrue, data.yPred, { denominator })).toThrow(
            error(
              'RangeError',
              `${name}.${verb}: `,
              'denominator',
              'weight',
              'count',
              'nonzero',
              `got the string "${denominator}"`,
            ),
          );
        }
        for (const denominator of [null, 3, true, ['count']]) {
          expect(() => loss[verb](data.yTrue, data.yPred, { denominator })).toThrow(
            error('TypeError', `${name}.${verb}: `, 'denominator', 'weight', 'got'),
          );
        }
      }
      for (const denominator of ['n', 3]) {
        expect(() => loss.accumulator({ denominator })).toThrow(
          error(
            denominator === 3 ? 'TypeError' : 'RangeError',
            `${name}.accumulator: `,
            'denominator',
          ),
        );
      }
      for (const verb of ['sum', 'perSample'] as const) {
        expect(() => loss[verb](data.yTrue, data.yPred, { denominator: 'count' })).toThrow(
          error('TypeError', `${name}.${verb}: unknown option "denominator"`),
        );
      }
    });

    // Losses of 1, 4, 9 and 16 with weights of 2, 0, 1 and 0.5: Σwl = 2 + 0 + 9 + 8 = 19.
    it.each([
      { denominator: 'weight', expected: 19 / 3.5, why: 'Σw = 3.5' },
      { denominator: 'count', expected: 19 / 4, why: 'n = 4' },
      { denominator: 'nonzero', expected: 19 / 3, why: 'three of the weights are not 0' },
    ] as const)('by hand: $denominator, $why', ({ denominator, expected }) => {
      const yTrue = [0, 0, 0, 0];
      const yPred = [1, 2, 3, 4];
      const sampleWeight = [2, 0, 1, 0.5];
      const { squaredError } = engine;
      expect(squaredError.sum(yTrue, yPred, { sampleWeight })).toBe(19);
      expect(Array.from(squaredError.perSample(yTrue, yPred, { sampleWeight }))).toEqual([
        2, 0, 9, 8,
      ]);
      expect(squaredError.mean(yTrue, yPred, { sampleWeight, denominator })).toBe(expected);
      // 2(p − y)·w: 4, 0, 6 and 4.
      const gradient = squaredError.gradient(yTrue, yPred, { sampleWeight, denominator });
      const divisor = 19 / expected;
      [4, 0, 6, 4].forEach((slope, i) => {
        expect(gradient[i]).toBeCloseTo(slope / divisor, 15);
      });
    });

    it('weight is the default', () => {
      const { squaredError } = engine;
      const sampleWeight = [2, 0, 1, 0.5];
      expect(squaredError.mean([0, 0, 0, 0], [1, 2, 3, 4], { sampleWeight })).toBe(19 / 3.5);
    });

    it('is n without weights', () => {
      for (const denominator of ['weight', 'count', 'nonzero'] as const) {
        expect(engine.absoluteError.mean([0, 0], [1, 4], { denominator })).toBe(2.5);
      }
    });
  });

  describe('scaling', () => {
    it.each(byName(sampleOfTests(subjects, 40)))(
      'all weights by 2 leaves the mean and its gradient as they are: %s',
      (_, s) => {
        const { yTrue, yPred } = dataFor(s, 'hard', 700, 3, 21);
        const loss = lossOf(engine, s, 3);
        const once = weightsFor(700, 22, true);
        const twice = once.map((weight) => 2 * weight);
        expectSame(
          loss.mean(yTrue, yPred, { sampleWeight: twice }),
          loss.mean(yTrue, yPred, { sampleWeight: once }),
        );
        expectSame(
          loss.gradient(yTrue, yPred, { sampleWeight: twice }),
          loss.gradient(yTrue, yPred, { sampleWeight: once }),
        );
        expectSame(
          loss.sum(yTrue, yPred, { sampleWeight: twice }),
          2 * loss.sum(yTrue, yPred, { sampleWeight: once }),
        );
      },
    );

    it.each(byName(sampleOfTests(subjects, 40)))(
      'weights of 1 give the bits of no weights: %s',
      (_, subject) => {
        for (const type of ['float64', 'float32'] as const) {
          const { yTrue, yPred } = typed(dataFor(subject, 'hard', 900, 3, 23), type);
          const loss = lossOf(engine, subject, 3);
          const sampleWeight = new Float64Array(900).fill(1);
          // What is written in float32 is rounded at other places where it is weighted.
          const isNear = type === 'float32' && subject.domain === 'reals';
          const compare = isNear ? expectNear : expectSame;
          compare(loss.perSample(yTrue, yPred, { sampleWeight }), loss.perSample(yTrue, yPred));
          for (const reduction of ['mean', 'sum'] as const) {
            compare(
              loss.gradient(yTrue, yPred, { sampleWeight, reduction }),
              loss.gradient(yTrue, yPred, { reduction }),
            );
          }
          const mean = loss.mean(yTrue, yPred);
          const weighted = loss.mean(yTrue, yPred, { sampleWeight });
          // (Weighted losses of float32 may have been rounded to it.)
          expect(Math.abs(weighted - mean)).toBeLessThanOrEqual(
            (type === 'float64' ? 1e-14 : 1e-7) * Math.abs(mean),
          );
        }
      },
    );

    it.each(byName(sampleOfTests(subjects, 40)))(
      'a weight of 0 is a sample left out: %s',
      (_, subject) => {
        const data = dataFor(subject, 'hard', 90, 3, 24);
        const loss = lossOf(engine, subject, 3);
        const sampleWeight = Float64Array.from({ length: 90 }, (_, i) => (i % 7 === 4 ? 0 : 1));
        const keep = (values: FloatArray | Int32Array) =>
          Array.from(values).filter(
            (_, i) => sampleWeight[Math.floor((i * 90) / values.length)] !== 0,
          );
        const expected = loss.mean(keep(data.yTrue), keep(data.yPred));
        for (const denominator of ['weight', 'nonzero']) {
          const mean = loss.mean(data.yTrue, data.yPred, { sampleWeight, denominator });
          if (denominator === 'nonzero' && subject.name.includes('classWeight')) continue;
          expect(Math.abs(mean - expected)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
        }
      },
    );
  });

  describe('classWeight', () => {
    // Probabilities whose logarithms are multiples of ln 2.
    const yPred = [0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.125, 0.375, 0.5];
    const labels = [0, 1, 0];
    const oneHot = [1, 0, 0, 0, 1, 0, 1, 0, 0];
    const classWeight = [2, 0.5, 1];

    it('by hand, by class index: Σw_y·l / Σw_y', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight });
      // −ln p: 1, 1 and 3 times ln 2, with weights of 2, 0.5 and 2.
      expect(loss.sum(labels, yPred) / Math.LN2).toBeCloseTo(8.5, 14);
      expect(loss.mean(labels, yPred) / Math.LN2).toBeCloseTo(8.5 / 4.5, 14);
      expect(Array.from(loss.perSample(labels, yPred), (l) => l / Math.LN2)).toEqual([
        expect.closeTo(2, 14),
        expect.closeTo(0.5, 14),
        expect.closeTo(6, 14),
      ]);
      // 0 or −0.
      const gradient = Array.from(loss.gradient(labels, yPred, { reduction: 'sum' }), (x) => x + 0);
      expect(gradient).toEqual([-4, 0, 0, 0, -1, 0, -16, 0, 0]);
      expect(loss.gradient(labels, yPred)[0]).toBeCloseTo(-4 / 4.5, 15);
    });

    it('by hand, by class index, with weights of samples: Σw·w_y·l / Σw·w_y, or others', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight });
      const sampleWeight = [3, 2, 0];
      // 3·2·1 + 2·0.5·1 + 0 = 7
      const mean = (denominator: 'weight' | 'count' | 'nonzero') =>
        loss.mean(labels, yPred, { sampleWeight, denominator }) / Math.LN2;
      expect(mean('weight')).toBeCloseTo(7 / (3 * 2 + 2 * 0.5), 14);
      expect(mean('count')).toBeCloseTo(7 / 3, 14);
      expect(mean('nonzero')).toBeCloseTo(7 / 2, 14);
    });

    it('by hand, by class index, with rows ignored', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight, ignoreIndex: 1 });
      expect(loss.mean(labels, yPred) / Math.LN2).toBeCloseTo(8 / 4, 14);
      const counted = (options: object) =>
        (loss as unknown as AnyLoss).mean(labels, yPred, options) / Math.LN2;
      expect(counted({ denominator: 'count' })).toBeCloseTo(8 / 2, 14);
      expect(counted({ denominator: 'nonzero' })).toBeCloseTo(8 / 2, 14);
      expect(counted({ denominator: 'nonzero', sampleWeight: [1, 1, 0] })).toBeCloseTo(2, 14);
      expect(counted({ denominator: 'count', sampleWeight: [1, 1, 0] })).toBeCloseTo(1, 14);
    });

    it('by hand, by labels: the mean is over n', () => {
      const loss = engine.categoricalCrossEntropy.with({ classes: 3, classWeight });
      expect(loss.sum(oneHot, yPred) / Math.LN2).toBeCloseTo(8.5, 14);
      expect(loss.mean(oneHot, yPred) / Math.LN2).toBeCloseTo(8.5 / 3, 14);
      const options = { sampleWeight: [3, 2, 0] };
      expect(loss.mean(oneHot, yPred, options) / Math.LN2).toBeCloseTo(7 / 5, 14);
    });

    it('by hand, with smoothing: (1 − α)·w_y·nll + (α/K)·Σₖ wₖ·(−ln pₖ), over Σw_y', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight, labelSmoothing: 0.3 });
      // −ln p of the first row: 1, 2 and 2 times ln 2.
      const expected = 0.7 * 2 * 1 + 0.1 * (2 * 1 + 0.5 * 2 + 1 * 2);
      const row = yPred.slice(0, 3);
      expect(loss.sum([0], row) / Math.LN2).toBeCloseTo(expected, 14);
      expect(loss.mean([0], row) / Math.LN2).toBeCloseTo(expected / 2, 14);
    });

    it('whose weights are all zero for the labels there are: NaN', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight: [0, 0, 1] });
      expect(loss.mean(labels, yPred)).toBeNaN();
      expect(loss.with({ onEmpty: 'zero' }).mean(labels, yPred)).toBeNaN();
      expect(loss.sum(labels, yPred)).toBe(0);
    });

    it.each(['categoricalCrossEntropy', 'sparseCategoricalCrossEntropy'] as const)(
      '%s: one finite number ≥ 0 for each class, or an error',
      (name) => {
        const plain = plainLoss(engine, name);
        for (const wrong of [null, 1, 'abc', { 0: 1 }, true]) {
          expect(() => plain.with({ classes: 3, classWeight: wrong })).toThrow(
            error('TypeError', `${name}.with: `, 'classWeight', 'got'),
          );
        }
        expect(() => plain.with({ classes: 3, classWeight: [1, '2', 3] })).toThrow(
          error('TypeError', `${name}.with: `, 'classWeight[1] is the string "2"'),
        );
        for (const wrong of [-1, NaN, Infinity]) {
          expect(() => plain.with({ classes: 3, classWeight: [1, 1, wrong] })).toThrow(
            error('RangeError', `${name}.with: `, 'classWeight[2] is', `${wrong}`),
          );
        }
        const truth = name === 'categoricalCrossEntropy' ? oneHot : labels;
        for (const wrong of [[], [1, 2], [1, 2, 3, 4]]) {
          // Known when both are, at the latest when the data are.
          expect(() => plain.with({ classes: 3, classWeight: wrong }).mean(truth, yPred)).toThrow(
            error('RangeError', name, 'classWeight', '3', `${wrong.length}`),
          );
        }
      },
    );

    it('fits the classes that the data have', () => {
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight: [1, 2] });
      expect(() => loss.mean(labels, yPred)).toThrow(
        error('RangeError', 'sparseCategoricalCrossEntropy.mean: ', 'classWeight', '3', '2'),
      );
    });

    it('is what it was when it was set, whatever becomes of the array', () => {
      const weights = [2, 0.5, 1];
      const loss = engine.sparseCategoricalCrossEntropy.with({ classWeight: weights });
      const before = loss.mean(labels, yPred);
      weights[0] = 7;
      expect(loss.mean(labels, yPred)).toBe(before);
    });

    it('may be a typed array', () => {
      const { sparseCategoricalCrossEntropy } = engine;
      const typedWeights = new Float32Array(classWeight);
      expect(
        (sparseCategoricalCrossEntropy as unknown as AnyLoss)
          .with({ classWeight: typedWeights })
          .mean(labels, yPred),
      ).toBe(sparseCategoricalCrossEntropy.with({ classWeight }).mean(labels, yPred));
    });
  });

  describe('ignoreIndex', () => {
    const { sparseCategoricalCrossEntropy: sparse } = engine;
    const yPred = [0.5, 0.5, 0.25, 0.75, NaN, 7];

    it.each([-100, -1, 2, 255])('%d: rows with that label count for nothing', (ignoreIndex) => {
      const loss = sparse.with({ ignoreIndex });
      const labels = [0, 1, ignoreIndex];
      const kept = sparse.perSample([0, 1], yPred.slice(0, 4));
      expect(Array.from(loss.perSample(labels, yPred))).toEqual([...kept, 0]);
      expect(loss.sum(labels, yPred)).toBe(sparse.sum([0, 1], yPred.slice(0, 4)));
      expect(loss.mean(labels, yPred)).toBe(sparse.mean([0, 1], yPred.slice(0, 4)));
    });

    it('of all rows: NaN, or what onEmpty says', () => {
      const labels = [-1, -1];
      const rows = [0.5, 0.5, 0.5, 0.5];
      const loss = sparse.with({ ignoreIndex: -1 });
      expect(loss.mean(labels, rows)).toBeNaN();
      expect(loss.with({ onEmpty: 'zero' }).mean(labels, rows)).toBe(0);
      expect(() => loss.with({ onEmpty: 'throw' }).mean(labels, rows)).toThrow(
        error('RangeError', 'sparseCategoricalCrossEntropy.mean: '),
      );
      expect(loss.sum(labels, rows)).toBe(0);
      expect(Array.from(loss.perSample(labels, rows))).toEqual([0, 0]);
    });

    it('of all rows that have a weight: the mean of nothing', () => {
      const loss = sparse.with({ ignoreIndex: -1, onEmpty: 'zero' });
      expect(loss.mean([-1, 0], [0.5, 0.5, 0.5, 0.5], { sampleWeight: [1, 0] })).toBe(0);
    });

    it('excuses no other label outside the classes', () => {
      const loss = sparse.with({ ignoreIndex: -1 });
      for (const label of [-2, 2, 0.5]) {
        expect(() => loss.mean([0, label], [0.5, 0.5, 0.5, 0.5])).toThrow(
          error('RangeError', `sparseCategoricalCrossEntropy.mean: yTrue[1] is ${label}`, '0 to 1'),
        );
      }
    });

    it('is an integer', () => {
      for (const ignoreIndex of [0.5, NaN, Infinity]) {
        expect(() => sparse.with({ ignoreIndex })).toThrow(
          error(
            'RangeError',
            'sparseCategoricalCrossEntropy.with: ',
            'ignoreIndex',
            'integer',
            'got',
          ),
        );
      }
      for (const ignoreIndex of ['-1', null, true]) {
        expect(() => (sparse as unknown as AnyLoss).with({ ignoreIndex })).toThrow(
          error(
            'TypeError',
            'sparseCategoricalCrossEntropy.with: ',
            'ignoreIndex',
            'integer',
            'got',
          ),
        );
      }
    });

    it('is an option of this loss alone', () => {
      for (const name of [
        'squaredError',
        'binaryCrossEntropy',
        'categoricalCrossEntropy',
      ] as const) {
        expect(() => plainLoss(engine, name).with({ ignoreIndex: -1 })).toThrow(
          error('TypeError', `${name}.with: unknown option "ignoreIndex"`),
        );
      }
    });
  });

  describe('options of with', () => {
    const crossEntropies = [
      'binaryCrossEntropy',
      'categoricalCrossEntropy',
      'sparseCategoricalCrossEntropy',
    ] as const;

    const numbers: readonly {
      option: string;
      of: readonly string[];
      wrong: readonly number[];
      right: readonly number[];
    }[] = [
      { option: 'delta', of: ['huber'], wrong: [0, -1, NaN], right: [1e-300, 1, 1e300] },
      {
        option: 'positiveWeight',
        of: ['binaryCrossEntropy'],
        wrong: [-1, NaN, Infinity],
        right: [0, 0.5, 100],
      },
      {
        option: 'labelSmoothing',
        of: crossEntropies,
        wrong: [-0.1, 1.1, NaN, Infinity],
        right: [0, 0.1, 1],
      },
    ];

    it.each(numbers)(
      '$option: a number in its range, or an error',
      ({ option, of, wrong, right }) => {
        for (const name of of) {
          const loss = plainLoss(engine, name);
          for (const value of wrong) {
            expect(() => loss.with({ [option]: value })).toThrow(
              error('RangeError', `${name}.with: expected ${option} to be`, `got ${value}`),
            );
          }
          for (const value of ['1', null, true, [1]]) {
            expect(() => loss.with({ [option]: value })).toThrow(
              error('TypeError', `${name}.with: expected ${option} to be`, 'got'),
            );
          }
          for (const value of right) expect(() => loss.with({ [option]: value })).not.toThrow();
        }
      },
    );

    it('fromLogits: true or false, or an error', () => {
      for (const name of crossEntropies) {
        const loss = plainLoss(engine, name);
        for (const value of [1, 'true', null]) {
          expect(() => loss.with({ fromLogits: value })).toThrow(
            error('TypeError', `${name}.with: expected fromLogits to be true or false, got`),
          );
        }
        expect(() => loss.with({ fromLogits: false, clip: 1e-7 })).not.toThrow();
      }
    });

    it('clip, normalize and check are not for logits', () => {
      for (const name of crossEntropies) {
        const options: object[] = [{ clip: 1e-7 }];
        if (name !== 'binaryCrossEntropy') options.push({ normalize: true }, { check: 'used' });
        for (const set of options) {
          const [option] = Object.keys(set);
          const thrown = error('TypeError', `${name}.with: `, new RegExp(`${option}|fromLogits`));
          const loss = plainLoss(engine, name);
          expect(() => loss.with({ fromLogits: true, ...set })).toThrow(thrown);
          expect(() => loss.with({ fromLogits: true }).with(set)).toThrow(thrown);
          expect(() => loss.with(set).with({ fromLogits: true })).toThrow(thrown);
        }
      }
    });

    it.each([
      ['squaredError', ['delta', 'fromLogits', 'labelSmoothing', 'classWeight']],
      ['absoluteError', ['delta', 'positiveWeight', 'clip']],
      ['huber', ['fromLogits', 'clip', 'labelSmoothing', 'sampleWeight', 'denominator']],
      ['binaryCrossEntropy', ['delta', 'classWeight', 'normalize', 'classes']],
      ['categoricalCrossEntropy', ['delta', 'positiveWeight']],
      ['sparseCategoricalCrossEntropy', ['delta', 'positiveWeight']],
    ] as const)('of others are unknown to %s', (name, options) => {
      for (const option of options) {
        expect(() => plainLoss(engine, name).with({ [option]: 1 })).toThrow(
          error('TypeError', `${name}.with: unknown option "${option}"`),
        );
      }
    });

    it('labelSmoothing of 1 makes all labels alike', () => {
      const binary = engine.binaryCrossEntropy.with({ labelSmoothing: 1 });
      expect(binary.mean([0], [0.25])).toBe(binary.mean([1], [0.25]));
      const sparse = engine.sparseCategoricalCrossEntropy.with({ labelSmoothing: 1 });
      expect(sparse.mean([0], [0.25, 0.75])).toBe(sparse.mean([1], [0.25, 0.75]));
    });

    it('a labelSmoothing of 0, a positiveWeight of 1, fromLogits false and delta 1 are the defaults', () => {
      const data = [
        [0, 1, 1],
        [0.2, 0.7, 0.9],
      ] as const;
      for (const [name, options] of [
        ['binaryCrossEntropy', { labelSmoothing: 0 }],
        ['binaryCrossEntropy', { positiveWeight: 1 }],
        ['binaryCrossEntropy', { fromLogits: false }],
        ['huber', { delta: 1 }],
      ] as const) {
        const loss = plainLoss(engine, name);
        for (const verb of ['mean', 'perSample', 'gradient'] as const) {
          expectSame(loss.with(options)[verb](...data), loss[verb](...data));
        }
      }
    });
  });
});
