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
      for (const [wrong, got] of [
        ['1', 'the string "1"'],
        [null, 'null'],
      ] as const) {
        const sampleWeight = [1, wrong, 1] as unknown as number[];
        expect(() => loss.sum(yTrue, yPred, { sampleWeight })).toThrow(
          new TypeError(`${loss.name}.sum: sampleWeight[1] is ${got}, expected a number`),
        );
      }
      const short = { sampleWeight: Float64Array.of(1, 1) };
      expect(() => loss.mean(yTrue, yPred, short)).toThrow(
        new RangeError(
          `${loss.name}.mean: expected sampleWeight.length 3 (one for each sample), got 2`,
        ),
      );
      const sampleWeight = new Float64Array(3).fill(1.7e308);
      const added = loss.accumulator().update(yTrue, yPred, { sampleWeight });
      expectSame(loss.mean(yTrue, yPred, { sampleWeight }), added.mean);
    }
  });
});

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it.each([
    ['float64', Float64Array],
    ['float32', Float32Array],
  ] as const)('losses go to out, and only if there is no error in any: %s', (_, View) => {
    const { binaryCrossEntropy: loss } = engine;
    for (const n of lengths) {
      const yTrue = new View(n).fill(1);
      const yPred = new View(n).fill(0.5);
      const out = new View(n).fill(-7);
      expect(loss.perSample(yTrue, yPred, { out })).toBe(out);
      expectSame(out, new View(n).fill(Math.LN2));
      out.fill(-7);
      const last = n - 1;
      for (const [array, value, message] of [
        [yPred, 1.5, `yPred[${last}] is 1.5, expected a probability in [0, 1]`],
        [yTrue, 2, `yTrue[${last}] is 2, expected a label in [0, 1]`],
      ] as const) {
        const right = array[last];
        array[last] = value;
        for (const options of [{}, { out }]) {
          expect(() => loss.perSample(yTrue, yPred, options)).toThrow(
            new RangeError(`binaryCrossEntropy.perSample: ${message}`),
          );
        }
        array[last] = right;
      }
      expectSame(out, new View(n).fill(-7));
    }
  });

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
