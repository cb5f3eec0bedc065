// What other libraries say: of real predictions, and in their own test suites.
import { describe, expect, it } from 'vitest';
import { mismatch, run } from './support/cases.js';
import { engines } from './support/engines.js';
import { expectedCases } from './support/expected.js';
import { peerCases } from './support/peer-cases.js';

const cases = [...expectedCases, ...peerCases];
const ids = cases.map(({ id }) => id);

/** Cases whose convention this library does not take on, and what it does instead. */
const rejected: readonly {
  readonly id: string;
  readonly instead: string;
  readonly check: (attempt: () => readonly number[], theirs: readonly number[]) => void;
}[] = [
  {
    id: 'optax-l2-loss',
    instead: 'the squared error has no factor of ½',
    check: (attempt, theirs) => expect(attempt()).toEqual(theirs.map((loss) => 2 * loss)),
  },
  {
    id: 'tfjs-logloss-negative-p',
    instead: 'labels of 2 and probabilities of −0.6 are errors, not NaN',
    check: (attempt) =>
      expect(attempt).toThrow(
        new RangeError('binaryCrossEntropy.mean: yTrue[1] is 2, expected a label in [0, 1]'),
      ),
  },
  {
    id: 'tfjs-logloss-w-none',
    instead: 'labels of 2 and 3 are errors',
    check: (attempt) =>
      expect(attempt).toThrow(
        new RangeError('binaryCrossEntropy.perSample: yTrue[1] is 2, expected a label in [0, 1]'),
      ),
  },
];

const isRejected = (id: string) => rejected.some((entry) => entry.id === id);
const agreed = cases.filter(({ id }) => !isRejected(id)).map((found) => [found.id, found] as const);

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it.each(agreed)('it says what others do: %s', (_, found) => {
    expect(mismatch(run(engine, found), found)).toBeUndefined();
  });

  it.each(rejected)('it does not do what others do: $instead', ({ id, check }) => {
    const found = cases[ids.indexOf(id)];
    check(() => run(engine, found), found.expected);
  });

  it('it has no negative loss at p = 1, as log(p + ε) has in TensorFlow.js', () => {
    expect(engine.binaryCrossEntropy.mean([1], [1])).toBe(0);
  });
});

describe('the cases', () => {
  it('each have a name of their own, those that are rejected, too', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect(rejected.filter(({ id }) => !ids.includes(id))).toEqual([]);
  });
});
