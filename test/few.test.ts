// Calls with few elements: what is wrong with them is told as of any other call.
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';

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
