// Results written over the data they come from: a NaN in it changes nothing but its own result.
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import { createArena, type Engine, type Loss } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';

const N = 5000;
/** Where the NaN is: in a block that is not the first. */
const AT = 4500;

type Make = (n: number) => FloatArray;
const places: Readonly<Record<string, () => Make>> = {
  'ordinary float64': () => (n) => new Float64Array(n),
  'ordinary float32': () => (n) => new Float32Array(n),
  'float64 of an arena': () => createArena(2 * 8 * N).float64,
  'float32 of an arena': () => createArena(2 * 4 * N).float32,
};

const losses: Readonly<Record<string, (engine: Engine) => Loss>> = {
  squaredError: (e) => e.squaredError,
  absoluteError: (e) => e.absoluteError,
  huber: (e) => e.huber,
  quantile: (e) => e.quantile.with({ quantile: 0.3 }),
  binaryCrossEntropy: (e) => e.binaryCrossEntropy,
  'binaryCrossEntropy with options': (e) =>
    e.binaryCrossEntropy.with({ labelSmoothing: 0.1, positiveWeight: 2, clip: 0.01 }),
  'binaryCrossEntropy with losses above 1': (e) => e.binaryCrossEntropy.with({ positiveWeight: 9 }),
  'binaryCrossEntropy of logits': (e) => e.binaryCrossEntropy.with({ fromLogits: true }),
  categoricalCrossEntropy: (e) => e.categoricalCrossEntropy.with({ classes: 1 }),
  'categoricalCrossEntropy of logits': (e) =>
    e.categoricalCrossEntropy.with({ classes: 1, fromLogits: true }),
};

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(Object.keys(places))('%s', (place) => {
    it.each(Object.keys(losses))('%s', (name) => {
      const loss = losses[name](engine);
      for (const verb of ['perSample', 'gradient'] as const) {
        for (const over of ['yTrue', 'yPred'] as const) {
          for (const withNaN of ['yTrue', 'yPred'] as const) {
            const make = places[place]();
            const data = { yTrue: make(N), yPred: make(N) };
            data.yTrue.forEach((_, i) => {
              data.yTrue[i] = i & 1;
              data.yPred[i] = ((i * 7919) % 1000) / 1000;
            });
            data[withNaN][AT] = NaN;
            const { yTrue, yPred } = data;
            const expected = loss[verb](yTrue.slice(), yPred.slice());
            expect(loss[verb](yTrue, yPred, { out: data[over] })).toBe(data[over]);
            expectSame(data[over], expected as FloatArray);
          }
        }
      }
    });

    it.each(Object.keys(losses))('all of them the same array: %s', (name) => {
      const loss = losses[name](engine);
      for (const verb of ['perSample', 'gradient'] as const) {
        const all = places[place]()(N).fill(0.5);
        all[AT] = NaN;
        const expected = loss[verb](all.slice(), all.slice());
        expect(loss[verb](all, all, { out: all })).toBe(all);
        expectSame(all, expected as FloatArray);
      }
    });
  });
});
