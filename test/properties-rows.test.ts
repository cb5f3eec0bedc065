// What holds for losses of classes, by what classes are: their order, their weights, rows left out; and
// what holds of every gradient and of the losses that have a symmetry.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { seeded } from './losses/numbers.mjs';
import { type Example, examples, families } from './support/arbitrary.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { type Subject, subjects } from './support/option-sets.js';
import { fill } from './support/random.js';
import { type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

const RUNS = { numRuns: 40 };

function expectClose(got: FloatArray, expected: FloatArray, scale: number): void {
  expect(got.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    if (Object.is(got[i], value) || Math.abs(got[i] - value) <= scale * (1 + Math.abs(value))) {
      continue;
    }
    expect.fail(`[${i}] is ${got[i]} instead of ${value}`);
  }
}

/** Rows of n elements with their elements in another order. */
function permuted<A extends Float64Array>(values: A, order: readonly number[]): Float64Array {
  const n = order.length;
  return Float64Array.from(values, (_, i) => values[i - (i % n) + order[i % n]]);
}

/** A random order of 0 … n − 1. */
function orderOf(n: number, seed: number): number[] {
  const random = seeded(seed);
  const keys = Array.from({ length: n }, random);
  return [...keys.keys()].sort((a, b) => keys[a] - keys[b]);
}

/**
 * The least sum of a row, 1 if that is less: what gradients with `normalize` are divided by, and their
 * rounding errors with them. (Rows that are ignored are NaN.)
 */
function leastSum(yPred: Float64Array, classes: number): number {
  let least = 1;
  for (let i = 0; i < yPred.length; i += classes) {
    const sum = yPred.subarray(i, i + classes).reduce((a, b) => a + b);
    if (sum < least) least = sum;
  }
  return least;
}

const wide = families.filter(({ list }) => list[0].shape !== 'single');
const sparse = families.filter(({ list }) => list[0].shape === 'sparse');
const options = ({ subject, classes }: Example) => subject.optionsFor(classes);

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine }) => {
  describe.each(wide)('$name', ({ list }) => {
    it('is the same whatever the order of the classes', () => {
      fc.assert(
        fc.property(examples(list, ['NaN']), fc.nat(), (example, seed) => {
          const { subject, classes, yTrue, yPred, sampleWeight } = example;
          const { classWeight, ignoreIndex, ...others } = options(example);
          const order = orderOf(classes, seed);
          const moved = (k: number) => (k >= 0 ? order.indexOf(k) : k);
          const loss = lossOf(engine, subject, classes);
          const other = plainLoss(engine, subject.loss).with({
            ...others,
            ...(classWeight && { classWeight: order.map((k) => classWeight[k]) }),
            ...(ignoreIndex !== undefined && { ignoreIndex: moved(ignoreIndex) }),
          });
          const y =
            subject.shape === 'dense' ? permuted(yTrue as Float64Array, order) : yTrue.map(moved);
          const p = permuted(yPred, order);
          expectClose(other.perSample(y, p), loss.perSample(yTrue, yPred), 1e-14);
          const call = { sampleWeight, reduction: 'sum' };
          const gradient = loss.gradient(yTrue, yPred, call) as Float64Array;
          expectClose(
            other.gradient(y, p, call),
            permuted(gradient, order),
            1e-12 / (others.normalize === true ? leastSum(yPred, classes) : 1),
          );
        }),
        RUNS,
      );
    });

    it('with class weights of 1 is the same as without', () => {
      const unweighted = list.filter(({ optionsFor }) => optionsFor(2).classWeight === undefined);
      fc.assert(
        fc.property(examples(unweighted), (example) => {
          const { subject, classes, yTrue, yPred, sampleWeight } = example;
          const loss = lossOf(engine, subject, classes);
          const ones = loss.with({ classWeight: Array<number>(classes).fill(1) });
          expectSame(ones.perSample(yTrue, yPred), loss.perSample(yTrue, yPred));
          for (const call of [{}, { sampleWeight }]) {
            const means = [ones, loss].map((each) => each.mean(yTrue, yPred, call));
            expectClose(Float64Array.of(means[0]), Float64Array.of(means[1]), 1e-14);
            expectClose(
              ones.gradient(yTrue, yPred, call),
              loss.gradient(yTrue, yPred, call),
              1e-15,
            );
          }
        }),
        RUNS,
      );
    });
  });

  describe.each(sparse)('$name', ({ list }) => {
    it('rows that are ignored are the same as rows that are not there', () => {
      const ignoring = list.filter(({ optionsFor }) => optionsFor(2).ignoreIndex !== undefined);
      fc.assert(
        fc.property(examples(ignoring, ['NaN']), (example) => {
          const { subject, samples, classes, yTrue, yPred, sampleWeight } = example;
          const { ignoreIndex, ...others } = options(example);
          const isKept = (row: number) => yTrue[row] !== ignoreIndex;
          const kept = <A extends Float64Array | Int32Array>(values: A) =>
            values.filter((_: number, i: number) =>
              isKept(Math.floor((i * samples) / values.length)),
            ) as A;
          const loss = lossOf(engine, subject, classes);
          const without = plainLoss(engine, subject.loss).with({ ...others, classes });
          const y = kept(yTrue);
          const p = kept(yPred);
          expectSame(kept(loss.perSample(yTrue, yPred) as Float64Array), without.perSample(y, p));
          for (const [call, forKept] of [
            [{}, {}],
            [{ sampleWeight }, { sampleWeight: kept(sampleWeight) }],
          ]) {
            const means = [loss.mean(yTrue, yPred, call), without.mean(y, p, forKept)];
            expectClose(Float64Array.of(means[0]), Float64Array.of(means[1]), 1e-14);
            const gradient = loss.gradient(yTrue, yPred, call) as Float64Array;
            expectClose(kept(gradient), without.gradient(y, p, forKept), 1e-14);
            const dropped = gradient.filter((_, i) => !isKept(Math.floor(i / classes)));
            // The mean of nothing has a gradient that is NaN.
            const slope = y.length === 0 ? NaN : 0;
            expect(dropped.every((value) => Object.is(value, slope))).toBe(true);
          }
        }),
        RUNS,
      );
    });
  });

  describe('gradients', () => {
    /** Data with room for a step before there is a kink. */
    const smooth = (subject: Subject, seed: number) => {
      const classes = subject.shape === 'single' ? 1 : 4;
      const samples = 3;
      const random = seeded(seed);
      const yPred = fill(samples * classes, seed, (draw) =>
        subject.domain === 'probabilities' ? 0.05 + 0.9 * draw() : 8 * draw() - 4,
      );
      const { delta = 1 } = subject.optionsFor(classes);
      const yTrue =
        subject.shape === 'sparse'
          ? Int32Array.from({ length: samples }, () => Math.floor(4 * random()))
          : subject.domain === 'reals'
            ? // Away from equality, and from ±δ.
              yPred.map(
                (p) =>
                  p + (random() < 0.5 ? -1 : 1) * delta * [0.3, 0.8, 1.4][Math.floor(3 * random())],
              )
            : fill(samples * classes, seed + 1, (draw) => draw());
      const sampleWeight = fill(samples, seed + 2, (draw) => 2 * draw());
      return { classes, yTrue, yPred, sampleWeight };
    };
    const STEP = 2 ** -17;

    it.each(families)('are slopes: $name', ({ list }) => {
      const indices = fc.nat({ max: list.length - 1 });
      fc.assert(
        fc.property(indices, fc.nat({ max: 2 ** 30 }), fc.nat(), (index, seed, at) => {
          const { classes, yTrue, yPred, sampleWeight } = smooth(list[index], seed);
          const loss = lossOf(engine, list[index], classes);
          const i = at % yPred.length;
          for (const call of [{}, { sampleWeight }]) {
            const value = (step: number) => loss.mean(yTrue, yPred.with(i, yPred[i] + step), call);
            // All rows ignored, or of a class without weight.
            fc.pre(Number.isFinite(value(0)));
            const slope = (value(STEP) - value(-STEP)) / (2 * STEP);
            const got = loss.gradient(yTrue, yPred, call)[i];
            expect(Math.abs(got - slope)).toBeLessThanOrEqual(1e-6 * (1 + Math.abs(slope)));
          }
        }),
        { numRuns: 100 },
      );
    });
  });

  describe('symmetries', () => {
    // Of quantile loss, one side of the difference counts for more.
    const even = subjects.filter(({ domain, loss }) => domain === 'reals' && loss !== 'quantile');
    const of = (example: Example): AnyLoss => lossOf(engine, example.subject);

    it('losses of a difference are the same with the arrays exchanged, their gradients opposite', () => {
      fc.assert(
        fc.property(examples(even), (example) => {
          const { yTrue, yPred, sampleWeight } = example;
          const loss = of(example);
          for (const call of [{}, { sampleWeight }]) {
            expectSame(loss.sum(yPred, yTrue, call), loss.sum(yTrue, yPred, call));
            expectSame(loss.perSample(yPred, yTrue, call), loss.perSample(yTrue, yPred, call));
            const opposite = loss.gradient(yPred, yTrue, call).map((slope) => -slope || 0);
            expectSame(
              opposite,
              loss.gradient(yTrue, yPred, call).map((slope) => slope || 0),
            );
          }
        }),
        RUNS,
      );
    });

    it('binary losses are the same for the other label and the other probability', () => {
      const { binaryCrossEntropy } = engine;
      // Multiples of 2⁻²⁰, of which 1 − p is exact.
      const dyadic = fc.integer({ min: 1, max: 2 ** 20 - 1 }).map((k) => k * 2 ** -20);
      const pair = fc.tuple(dyadic, dyadic);
      const labelSmoothing = fc.constantFrom(0, 0.25, 1);
      fc.assert(
        fc.property(fc.array(pair, { minLength: 1 }), labelSmoothing, (pairs, alpha) => {
          const y = Float64Array.from(pairs, ([label]) => label);
          const p = Float64Array.from(pairs, ([, probability]) => probability);
          const z = p.map((probability) => 40 * probability - 20);
          const other = (values: Float64Array) => values.map((value) => 1 - value);
          const ofProbabilities = binaryCrossEntropy.with({ labelSmoothing: alpha });
          expectClose(
            ofProbabilities.perSample(other(y), other(p)),
            ofProbabilities.perSample(y, p),
            1e-15,
          );
          const ofLogits = ofProbabilities.with({ fromLogits: true });
          const negative = z.map((logit) => -logit);
          expectClose(ofLogits.perSample(other(y), negative), ofLogits.perSample(y, z), 1e-15);
          const opposite = ofLogits.gradient(other(y), negative).map((slope) => -slope);
          expectClose(opposite, ofLogits.gradient(y, z), 1e-15);
        }),
        RUNS,
      );
    });

    it('losses from logits are the same when a row of logits moves as a whole', () => {
      const ofLogits = subjects.filter(
        ({ domain, shape }) => domain === 'logits' && shape !== 'single',
      );
      fc.assert(
        fc.property(examples(ofLogits), fc.integer({ min: -8, max: 8 }), (example, shift) => {
          const { subject, classes, yTrue, yPred } = example;
          // Multiples of 2⁻²⁰: moving them rounds nothing.
          const coarse = yPred.map((z) => Math.round(z * 2 ** 20) / 2 ** 20);
          const loss = lossOf(engine, subject, classes);
          const moved = coarse.map((z) => z + shift);
          // (The exponentials are of the logits themselves, and round.)
          expectClose(loss.perSample(yTrue, moved), loss.perSample(yTrue, coarse), 1e-14);
          expectClose(loss.gradient(yTrue, moved), loss.gradient(yTrue, coarse), 1e-14);
        }),
        RUNS,
      );
    });
  });
});

describe.each(engines.slice(0, 2))('one class or two, on the backend $backend', ({ engine }) => {
  const softmax = (
    each: Engine,
    name: 'categoricalCrossEntropy' | 'sparseCategoricalCrossEntropy',
  ) => plainLoss(each, name).with({ fromLogits: true, classes: 2 });

  it('two logits are one: their difference', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -700, max: 700 }), { minLength: 1 }), (logits) => {
        const z = Float64Array.from(logits, (k) => k / 16);
        const rows = Float64Array.from({ length: 2 * z.length }, (_, i) => (i % 2) * z[i >> 1]);
        const ones = new Uint8Array(z.length).fill(1);
        const expected = plainLoss(engine, 'binaryCrossEntropy')
          .with({ fromLogits: true })
          .perSample(ones, z);
        const bySparse = softmax(engine, 'sparseCategoricalCrossEntropy').perSample(ones, rows);
        const oneHot = rows.map((_, i) => i % 2);
        const byDense = softmax(engine, 'categoricalCrossEntropy').perSample(oneHot, rows);
        expectClose(bySparse, expected, 2e-16);
        expectSame(byDense, bySparse);
      }),
      RUNS,
    );
  });
});
