// What an accumulator is to those who print, copy or post it.
import { inspect } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  binaryCrossEntropy,
  huber,
  sparseCategoricalCrossEntropy,
  squaredError,
} from '../src/index.js';

describe('an accumulator is printed', () => {
  it.each([
    [
      'as what it is',
      squaredError.accumulator().update([1, 2, 3, 5], [2, 4, 3, 5.5]),
      'Accumulator(squaredError) { mean: 1.3125, sum: 5.25, count: 4, weight: 4 }',
    ],
    [
      'with its weights',
      squaredError.accumulator().update([1, 2], [2, 4], { sampleWeight: [1, 0.5] }),
      'Accumulator(squaredError) { mean: 2, sum: 3, count: 2, weight: 1.5 }',
    ],
    [
      'with the options of its loss',
      huber.with({ delta: 2 }).accumulator().update([0], [1]),
      'Accumulator(huber.with({ delta: 2 })) { mean: 0.5, sum: 0.5, count: 1, weight: 1 }',
    ],
    [
      'with options in alphabetical order',
      binaryCrossEntropy.with({ onEmpty: 'zero', fromLogits: true }).accumulator(),
      "Accumulator(binaryCrossEntropy.with({ fromLogits: true, onEmpty: 'zero' })) { mean: 0, sum: 0, count: 0, weight: 0 }",
    ],
    [
      'with some of the weights of its classes',
      sparseCategoricalCrossEntropy.with({ classWeight: new Float64Array(1000) }).accumulator(),
      'Accumulator(sparseCategoricalCrossEntropy.with({ classWeight: [0, 0, 0, 0, 0, 0, 0, 0, … 992 more] })) { mean: NaN, sum: 0, count: 0, weight: 0 }',
    ],
    [
      'with all of them, if they are eight',
      sparseCategoricalCrossEntropy.with({ classWeight: new Float64Array(8) }).accumulator(),
      'Accumulator(sparseCategoricalCrossEntropy.with({ classWeight: [0, 0, 0, 0, 0, 0, 0, 0] })) { mean: NaN, sum: 0, count: 0, weight: 0 }',
    ],
    [
      'also where its mean would be an error',
      squaredError.with({ onEmpty: 'throw' }).accumulator(),
      "Accumulator(squaredError.with({ onEmpty: 'throw' })) { mean: NaN, sum: 0, count: 0, weight: 0 }",
    ],
  ])('%s', (_, accumulator, text) => {
    expect(inspect(accumulator)).toBe(text);
    expect(inspect({ accumulator })).toContain(text);
  });

  it('as nothing in particular where it only inherits from one', () => {
    const accumulator = squaredError.accumulator();
    expect(inspect(Object.create(accumulator))).toBe('Accumulator {}');
    expect(inspect(Object.getPrototypeOf(accumulator))).toBe('{}');
  });
});

describe('an accumulator cannot be copied member by member', () => {
  const accumulator = squaredError.accumulator().update([1, 2], [2, 4]);
  const { port1, port2 } = new MessageChannel();

  it.each([
    ['structuredClone', () => structuredClone(accumulator)],
    ['structuredClone of what holds it', () => structuredClone({ mine: [accumulator] })],
    ['postMessage', () => port1.postMessage(accumulator)],
    ['spread', () => ({ ...accumulator })],
    ['Object.assign', () => Object.assign({}, accumulator)],
  ])('which is an error that says what to do instead: %s', (_, copy) => {
    expect(copy).toThrow(
      new TypeError(
        'an accumulator cannot be cloned, posted, spread or compared member by member: take its toJSON(), and make another of it with accumulator({ from })',
      ),
    );
  });

  it('and is as it was', () => {
    expect(accumulator.mean).toBe(2.5);
    port1.close();
    port2.close();
  });

  it('but its state can be', () => {
    const from = structuredClone(accumulator.toJSON());
    expect(squaredError.accumulator({ from }).update([0], [1]).sum).toBe(6);
  });
});

describe('an accumulator of samples with weights and without', () => {
  const one = () => absoluteError.accumulator().update([0, 0], [1, 2]);
  const weighted = { sampleWeight: [3, 0.5] };
  const results = ({ sum, count, weight }: ReturnType<typeof one>) => [sum, count, weight];

  it('counts those without as 1, whichever come first', () => {
    expect(results(one().update([0, 0], [2, 4], weighted))).toEqual([11, 4, 5.5]);
    expect(
      results(absoluteError.accumulator().update([0, 0], [2, 4], weighted).update([0, 0], [1, 2])),
    ).toEqual([11, 4, 5.5]);
  });

  it.each([2046, 2047])('also where a block is full: after %i more', (n) => {
    const zeros = new Float64Array(n);
    const ones = new Float64Array(n).fill(1);
    const sampleWeight = new Float64Array(n).fill(2);
    expect(results(one().update(zeros, ones, { sampleWeight }))).toEqual([
      3 + 2 * n,
      n + 2,
      2 + 2 * n,
    ]);
    expect(
      results(
        absoluteError.accumulator().update(zeros, ones, { sampleWeight }).update([0, 0], [1, 2]),
      ),
    ).toEqual([3 + 2 * n, n + 2, 2 + 2 * n]);
  });
});
