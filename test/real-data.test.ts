// What other libraries say: of real predictions, and in their own test suites.
import { describe, expect, it } from 'vitest';
import { type Case, isMissing, mismatch, run } from './support/cases.js';
import { engines } from './support/engines.js';
import { expectedCases } from './support/expected.js';
import { notYet } from './support/not-yet.js';
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
const named = (list: readonly Case[]) => list.map((found) => [found.id, found] as const);
const agreed = named(cases.filter(({ id }) => !notYet.has(id) && !isRejected(id)));
const missing = named(cases.filter(({ id }) => notYet.has(id)));

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it.each(agreed)('it says what others do: %s', (_, found) => {
    expect(mismatch(run(engine, found), found)).toBeUndefined();
  });

  it.each(rejected)('it does not do what others do: $instead', ({ id, check }) => {
    const found = cases[ids.indexOf(id)];
    // Weights would hide the difference as long as the library does not take them.
    check(() => run(engine, { ...found, call: {} }), found.expected);
  });

  it('it has no negative loss at p = 1, as log(p + ε) has in TensorFlow.js', () => {
    expect(engine.binaryCrossEntropy.mean([1], [1])).toBe(0);
  });
});

describe('what the library cannot do yet is on a list', () => {
  const attempt = (found: Case): unknown => {
    try {
      return run(engines[0].engine, found);
    } catch (error) {
      if (isMissing(error)) return 'missing';
      throw error;
    }
  };

  it.each(missing)('%s', (_, found) => {
    expect(attempt(found), 'it can now: take it off the list').toBe('missing');
  });

  it('of cases that there are, each with a name of its own', () => {
    expect(new Set(ids).size).toBe(ids.length);
    expect([...notYet, ...rejected.map(({ id }) => id)].filter((id) => !ids.includes(id))).toEqual(
      [],
    );
  });
});
