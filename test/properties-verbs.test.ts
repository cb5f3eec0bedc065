// What holds for every loss with any of its options, whatever the data: how the verbs, weights and
// accumulators belong together.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import { measure } from '../src/index.js';
import { type Example, examples, families, part } from './support/arbitrary.js';
import { difference, expectSame, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import { expectAsAccurate } from './support/merged.js';
import { isThorough } from './support/sample.js';
import { type AnyLoss, lossOf } from './support/verbs.js';

const RUNS = { numRuns: isThorough ? 30 : 12 };
const DENOMINATORS = ['weight', 'count', 'nonzero'] as const;

/** Σ |value|, by which errors of a sum are measured; NaN or infinite if one of them is. */
function size(values: FloatArray): number {
  let sum = 0;
  for (const value of values) sum += Math.abs(value);
  return sum;
}

function expectClose(got: number, expected: number, scale: number): void {
  if (Object.is(got, expected)) return;
  expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-14 * scale);
}

function joined(a: FloatArray, b: FloatArray): FloatArray {
  return Float64Array.from([...a, ...b]);
}

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine }) => {
  const of = ({ subject, classes }: Example): AnyLoss => lossOf(engine, subject, classes);

  describe.each(families)('$name', ({ list }) => {
    const holds = (
      check: (loss: AnyLoss, example: Example) => void,
      exclude: Parameters<typeof examples>[1] = [],
    ) =>
      fc.assert(
        fc.property(examples(list, exclude), (each) => check(of(each), each)),
        RUNS,
      );

    it('sum is the mean times what it is divided by', () => {
      holds((loss, { yTrue, yPred, sampleWeight }) => {
        for (const weights of [{}, { sampleWeight }]) {
          const sum = loss.sum(yTrue, yPred, weights);
          const { count, weight } = loss.accumulator().update(yTrue, yPred, weights);
          for (const [denominator, divisor] of Object.entries({ weight, count })) {
            const mean = loss.mean(yTrue, yPred, { ...weights, denominator });
            // Rounded once, the sum once, and its quotient once more: 3 · 2⁻⁵³.
            expectClose(mean, count === 0 ? NaN : sum / divisor, 0.034 * Math.abs(mean));
          }
        }
      });
    });

    it('perSample sums to sum, with weights and without', () => {
      holds((loss, { yTrue, yPred, sampleWeight }) => {
        for (const weights of [{}, { sampleWeight }]) {
          const losses = loss.perSample(yTrue, yPred, weights);
          let sum = 0;
          for (const each of losses) sum += each;
          // Both may be off by 1e-14, and the plain sum's own rounding grows with the length.
          const scale = size(losses) * (2 + losses.length / 50);
          expectClose(loss.sum(yTrue, yPred, weights), sum, scale);
        }
      });
    });

    it('weights multiply the losses of the samples, and their gradients', () => {
      holds(
        (loss, { yTrue, yPred, sampleWeight, classes }) => {
          const losses = loss.perSample(yTrue, yPred);
          expectSame(
            loss.perSample(yTrue, yPred, { sampleWeight }),
            losses.map((each, i) => each * sampleWeight[i]),
          );
          const slopes = loss.gradient(yTrue, yPred, { reduction: 'sum' });
          const weighted = loss.gradient(yTrue, yPred, { reduction: 'sum', sampleWeight });
          for (const [i, slope] of slopes.entries()) {
            const expected = slope * sampleWeight[Math.floor(i / classes)];
            expectClose(weighted[i], expected, Math.abs(expected) + 1);
          }
        },
        ['NaN'],
      );
    });

    it('twice the weights leave the mean’s bits, and double those of the sum', () => {
      holds((loss, { yTrue, yPred, sampleWeight }) => {
        const twice = { sampleWeight: sampleWeight.map((weight) => 2 * weight) };
        const once = { sampleWeight };
        expectSame(loss.mean(yTrue, yPred, twice), loss.mean(yTrue, yPred, once));
        expectSame(loss.sum(yTrue, yPred, twice), 2 * loss.sum(yTrue, yPred, once));
        expectSame(loss.gradient(yTrue, yPred, twice), loss.gradient(yTrue, yPred, once));
        for (const denominator of ['count', 'nonzero']) {
          const mean = loss.mean(yTrue, yPred, { ...once, denominator });
          expectSame(loss.mean(yTrue, yPred, { ...twice, denominator }), 2 * mean);
        }
        expectSame(
          loss.perSample(yTrue, yPred, twice),
          loss.perSample(yTrue, yPred, once).map((each) => 2 * each),
        );
      });
    });

    it('samples are independent: joined arrays have the losses and gradients of both', () => {
      fc.assert(
        fc.property(examples(list), fc.double({ min: 0, max: 1, noNaN: true }), (each, place) => {
          const loss = of(each);
          const { samples, yTrue, yPred } = each;
          const cut = Math.round(place * samples);
          const a = part(each, 0, cut);
          const b = part(each, cut, samples);
          // An empty part says nothing of its classes.
          if (cut === 0 || cut === samples) return;
          const losses = loss.perSample(yTrue, yPred);
          expectSame(
            losses,
            joined(loss.perSample(a.yTrue, a.yPred), loss.perSample(b.yTrue, b.yPred)),
          );
          const ofSum = { reduction: 'sum' };
          expectSame(
            loss.gradient(yTrue, yPred, ofSum),
            joined(loss.gradient(a.yTrue, a.yPred, ofSum), loss.gradient(b.yTrue, b.yPred, ofSum)),
          );
          const sums = loss.sum(a.yTrue, a.yPred) + loss.sum(b.yTrue, b.yPred);
          // The whole may be off by 1e-14, and so may the parts.
          expectClose(loss.sum(yTrue, yPred), sums, 2.1 * size(losses));
        }),
        RUNS,
      );
    });

    it('any cutting into updates, each with arrays of another kind, gives the bits of one call', () => {
      const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
      fc.assert(
        fc.property(examples(list), cuts, fc.boolean(), (each, places, isWeighted) => {
          const loss = of(each);
          const { samples, yTrue, yPred, sampleWeight } = each;
          const ends = [0, ...places.map((place) => Math.round(place * samples)), samples];
          ends.sort((a, b) => a - b);
          for (const denominator of DENOMINATORS) {
            const accumulator = loss.accumulator({ denominator });
            for (const [i, end] of ends.slice(1).entries()) {
              const cut = part(each, ends[i], end);
              const weights = isWeighted ? { sampleWeight: cut.sampleWeight } : {};
              const asList = i % 2 === 1;
              accumulator.update(
                asList ? Array.from(cut.yTrue) : cut.yTrue,
                asList ? Array.from(cut.yPred) : cut.yPred,
                weights,
              );
            }
            const weights = isWeighted ? { sampleWeight } : {};
            expectSame(accumulator.sum, loss.sum(yTrue, yPred, weights));
            expectSame(accumulator.mean, loss.mean(yTrue, yPred, { ...weights, denominator }));
          }
        }),
        RUNS,
      );
    });

    it('merging parts in any order comes to the whole', () => {
      fc.assert(
        fc.property(
          examples(list, ['NaN']),
          fc.array(fc.nat(), { maxLength: 5 }),
          (each, order) => {
            const loss = of(each);
            const { samples, yTrue, yPred } = each;
            const n = order.length + 1;
            const parts = Array.from({ length: n }, (_, i) => {
              const { yTrue, yPred, sampleWeight } = part(
                each,
                Math.floor((i * samples) / n),
                Math.floor(((i + 1) * samples) / n),
              );
              return loss.accumulator().update(yTrue, yPred, { sampleWeight });
            });
            const all = loss.accumulator();
            while (parts.length > 0) {
              const [next] = parts.splice((order.pop() ?? 0) % parts.length, 1);
              all.merge(next);
            }
            const { sampleWeight } = each;
            const whole = loss.accumulator().update(yTrue, yPred, { sampleWeight });
            expect(all.count).toBe(whole.count);
            // All weights are multiples of 1/64: no rounding.
            expectSame(all.weight, whole.weight);
            expectAsAccurate(all.sum, whole.sum, each.subject, 'float64');
            expectAsAccurate(all.mean, whole.mean, each.subject, 'float64');
          },
        ),
        RUNS,
      );
    });

    it('valueAndGradient, measure and accumulators say what the other verbs say', () => {
      holds((loss, { yTrue, yPred, sampleWeight }) => {
        for (const denominator of DENOMINATORS) {
          const options = { sampleWeight, denominator };
          const mean = loss.mean(yTrue, yPred, options);
          const { value, gradient } = loss.valueAndGradient(yTrue, yPred, options);
          expectSame(value, mean);
          expectSame(gradient, loss.gradient(yTrue, yPred, options));
          expectSame(measure([loss as never], yTrue, yPred, options)[0], mean);
        }
      });
    });
  });
});

describe.each(families)('$name', ({ list }) => {
  it('has the same bits on every backend, for predictions of float64 and float32', () => {
    const check = (example: Example) => {
      const { yTrue, sampleWeight } = example;
      for (const yPred of [example.yPred, new Float32Array(example.yPred)]) {
        const results = engines.map((each) => {
          const loss = lossOf(each.engine, example.subject, example.classes);
          return [
            Float64Array.of(
              loss.sum(yTrue, yPred),
              loss.mean(yTrue, yPred),
              loss.sum(yTrue, yPred, { sampleWeight }),
              loss.mean(yTrue, yPred, { sampleWeight }),
            ),
            loss.perSample(yTrue, yPred),
            loss.perSample(yTrue, yPred, { sampleWeight }),
            loss.gradient(yTrue, yPred),
            loss.gradient(yTrue, yPred, { sampleWeight, reduction: 'sum' }),
          ];
        });
        for (const result of results.slice(1)) {
          for (const [i, got] of result.entries()) {
            const expected = results[0][i];
            expect(sameBits(got, expected) ? '' : `${i}: ${difference(got, expected)}`).toBe('');
          }
        }
      }
    };
    fc.assert(fc.property(examples(list), check), RUNS);
  });
});
