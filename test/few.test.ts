// Calls with few elements: what is wrong with them is told as of any other call.
import { describe, expect, it } from 'vitest';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { dataFor, fewSubjects, typed } from './support/option-sets.js';
import { fill } from './support/random.js';
import { lossOf } from './support/verbs.js';

const CLASSES = 3;
const lengths = [1, 2, 8, 9, 33, 64, 65, 170];

describe.each(engines)('weights on the backend $backend', ({ engine }) => {
  it.each(fewSubjects.map((subject) => [subject.name, subject] as const))(
    'has the bits of an accumulator: %s',
    (_, subject) => {
      const classes = subject.shape === 'single' ? 1 : CLASSES;
      const loss = lossOf(engine, subject, classes);
      for (const type of ['float32', 'float64'] as const) {
        for (const n of lengths) {
          const { yTrue, yPred } = typed(dataFor(subject, 'hard', n, classes, n), type);
          const weights = fill(n, n, (random) => random() + 1e-3);
          const [first, last] = [weights.slice(), weights.slice()];
          first[0] = 0;
          last[n - 1] = 1e308;
          for (const sampleWeight of [weights, Float32Array.from(weights), first, last]) {
            const added = loss.accumulator().update(yTrue, yPred, { sampleWeight });
            expectSame(loss.mean(yTrue, yPred, { sampleWeight }), added.mean);
            expectSame(loss.sum(yTrue, yPred, { sampleWeight }), added.sum);
          }
        }
      }
    },
  );

  it('says which weight is none, and sums of weights beyond all numbers', () => {
    const { squaredError, binaryCrossEntropy } = engine;
    for (const loss of [squaredError, binaryCrossEntropy]) {
      const [yTrue, yPred] = [Float64Array.of(0, 1, 1), Float64Array.of(0.5, 0.5, 0.5)];
      for (const wrong of [-1, NaN, Infinity]) {
        const sampleWeight = Float64Array.of(1, wrong, 1);
        expect(() => loss.mean(yTrue, yPred, { sampleWeight })).toThrow(
          `sampleWeight[1] is ${wrong}, expected a finite weight ≥ 0`,
        );
      }
      const short = { sampleWeight: Float64Array.of(1, 1) };
      expect(() => loss.mean(yTrue, yPred, short)).toThrow('expected sampleWeight.length 3');
      const sampleWeight = new Float64Array(3).fill(1.7e308);
      const added = loss.accumulator().update(yTrue, yPred, { sampleWeight });
      expectSame(loss.mean(yTrue, yPred, { sampleWeight }), added.mean);
    }
  });
});

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it('a row that is not whole', () => {
    const loss = engine.categoricalCrossEntropy.with({ classes: 3 });
    expect(() => loss.mean(new Float64Array(4), new Float64Array(4))).toThrow(
      'expected yPred.length to be a multiple of classes, 3, got 4',
    );
  });

  it('a class index or a probability that is none', () => {
    const { sparseCategoricalCrossEntropy: loss } = engine;
    const yPred = Float64Array.of(0.5, 0.5, 1.5, 0.5);
    expect(() => loss.mean(Int32Array.of(0, 1), yPred)).toThrow('yPred[2] is 1.5, expected a prob');
    yPred[2] = 0.5;
    expect(() => loss.mean(Int32Array.of(0, 2), yPred)).toThrow('yTrue[1] is 2, expected a class');
    expect(loss.mean(Int32Array.of(0, 1), yPred)).toBe(Math.LN2);
  });
});
