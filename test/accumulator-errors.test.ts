// What an accumulator says of samples, sums and states that do not go together.
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';
import { plainLoss } from './support/verbs.js';

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const squared = plainLoss(engine, 'squaredError');
  const sparse = plainLoss(engine, 'sparseCategoricalCrossEntropy');
  const two = () => sparse.accumulator().update([0], [0.5, 0.5]);
  const three = () => sparse.accumulator().update([0], [0.5, 0.25, 0.25]);
  const float64 = () => squared.accumulator().update([1], [0.5]);
  const float32 = () => squared.accumulator().update([1], Float32Array.of(0.5));

  it.each<readonly [what: string, call: () => unknown, expected: Error]>([
    [
      'samples of other classes',
      () => two().update([0], [0.5, 0.25, 0.25]),
      new RangeError(`${sparse.name}.accumulator.update: expected 2 classes as before, got 3`),
    ],
    [
      'sums of other classes',
      () => two().merge(three()),
      new RangeError(`${sparse.name}.accumulator.merge: expected classes of 2, got 3`),
    ],
    [
      'samples of another type',
      () => float64().update([1], Float32Array.of(0.5)),
      new TypeError(
        'squaredError.accumulator.update: expected yPred to be float64 as before, got float32',
      ),
    ],
    [
      'sums of another type',
      () => float32().merge(float64()),
      new RangeError(
        'squaredError.accumulator.merge: expected predictions of float32, got float64',
      ),
    ],
    [
      'sums of another denominator',
      () => squared.accumulator({ denominator: 'count' }).merge(float64()),
      new RangeError(
        "squaredError.accumulator.merge: expected an accumulator of squaredError, denominator 'count', got one of squaredError, denominator 'weight'",
      ),
    ],
    [
      'a state of another denominator',
      () => squared.accumulator({ denominator: 'count', from: float64().toJSON() }),
      new RangeError("squaredError.accumulator: expected from.denominator 'count', got 'weight'"),
    ],
    [
      'a state of another type',
      () => squared.accumulator({ predictions: 'float32', from: float64().toJSON() }),
      new RangeError(
        "squaredError.accumulator: expected from.predictions 'float32', got 'float64'",
      ),
    ],
    [
      'a type that is none',
      () => squared.accumulator({ predictions: 'float16' }),
      new RangeError(
        `squaredError.accumulator: expected predictions to be 'float32' or 'float64', got the string "float16"`,
      ),
    ],
    [
      'a prediction that is none of the type',
      () => squared.accumulator({ predictions: 'float32' }).update([1, 1], [0.5, 0.1]),
      new RangeError(
        "squaredError.accumulator.update: yPred[1] is 0.1, expected a number that float32 holds exactly, as predictions 'float32' are",
      ),
    ],
    [
      'a prediction outside the domain, in an array of another type',
      () =>
        plainLoss(engine, 'binaryCrossEntropy')
          .accumulator({ predictions: 'float64' })
          .update([1, 1], Float32Array.of(0.5, 1.5)),
      new RangeError(
        'binaryCrossEntropy.accumulator.update: yPred[1] is 1.5, expected a probability in [0, 1]',
      ),
    ],
    [
      'samples where there are no more to come',
      () => float64().seal().update([1], [0.5]),
      new TypeError(
        'squaredError.accumulator.update: expected an accumulator that takes samples, got a sealed one',
      ),
    ],
    [
      'labels that are none',
      () => squared.accumulator().update([null as never], [1]),
      new TypeError('squaredError.accumulator.update: yTrue[0] is null, expected a number'),
    ],
    [
      'that a mean of nothing is to be one',
      () => squared.with({ onEmpty: 'throw' }).accumulator().mean,
      new RangeError('squaredError.accumulator.mean: expected at least one sample, got 0'),
    ],
  ])('%s', (_, call, expected) => {
    expect(call).toThrow(expected);
  });

  it('nothing of predictions that are of its type, whatever array they come in', () => {
    const wide = squared.accumulator({ predictions: 'float64' });
    expect(wide.update([1], Float32Array.of(0.5)).update([1], [0.5]).sum).toBe(0.5);
    const narrow = squared.accumulator({ predictions: 'float32', from: float32().toJSON() });
    expect(narrow.update([1], [NaN]).sum).toBe(NaN);
    expect(narrow.count).toBe(2);
  });

  it('nothing of sums and states where there are no samples yet', () => {
    expect(sparse.accumulator().merge(two()).count).toBe(1);
    expect(two().merge(sparse.accumulator()).count).toBe(1);
    const from = squared.accumulator({ denominator: 'count' }).toJSON();
    for (const options of [
      {},
      { denominator: 'count' },
      { predictions: 'float32' },
      { predictions: 'float64', denominator: 'count' },
    ]) {
      const again = squared.accumulator({ ...options, from });
      again.update([0, 0], [1, 2], { sampleWeight: [3, 1] });
      expect([again.mean, again.weight]).toEqual([3.5, 4]);
    }
  });
});
