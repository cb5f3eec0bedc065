// Merged accumulators: the mean over all data, whatever the parts, their order and their grouping. The
// small losses of a good model are where rounding each part for itself shows most.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seeded } from './losses/numbers.mjs';
import { engines } from './support/engines.js';
import { accuracyOf, expectAsAccurate, ulps } from './support/merged.js';
import {
  byName,
  dataFor,
  type Subject,
  subjects,
  typed,
  weightsFor,
} from './support/option-sets.js';
import { type AnyAccumulator, type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

/** LOSSMETER_THOROUGH=1: some 90,000 merges, and the worst of each loss. */
const isThorough = process.env.LOSSMETER_THOROUGH === '1';
const RUNS = { numRuns: isThorough ? 80 : 4 };

interface Samples {
  readonly yTrue: Float64Array | Int32Array;
  readonly yPred: Float64Array;
}

/** What a good model says: predictions that miss by 10⁻¹⁶ to 1, or logits of up to 40. */
function goodModel(subject: Subject, samples: number, classes: number, seed: number): Samples {
  const { yTrue, yPred } = dataFor(subject, 'hard', samples, classes, seed);
  const random = seeded(seed + 1);
  const isOf = (i: number): boolean => {
    if (subject.shape === 'single') return yTrue[i] === 1;
    if (subject.shape === 'dense') return yTrue[i] === 1;
    return yTrue[Math.floor(i / classes)] === i % classes;
  };
  if (subject.domain === 'probabilities') {
    yPred.forEach((_, i) => {
      const miss = 10 ** (-16 * random());
      yPred[i] = isOf(i) ? 1 - miss : miss;
    });
  } else if (subject.domain === 'logits') {
    yPred.forEach((_, i) => {
      yPred[i] = (isOf(i) ? 40 : -40) * random();
    });
  }
  return { yTrue, yPred };
}

interface Example {
  readonly type: 'float64' | 'float32';
  readonly isGood: boolean;
  readonly isWeighted: boolean;
  readonly denominator: 'weight' | 'count' | 'nonzero';
  readonly classes: number;
  /** Samples of each part. */
  readonly sizes: readonly number[];
  readonly seed: number;
  readonly order: readonly number[];
}

const sizes = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 2, maxLength: 9 }),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 2, maxLength: 5 }),
  },
);

const parts: fc.Arbitrary<Example> = fc.record({
  type: fc.constantFrom('float64', 'float32'),
  isGood: fc.boolean(),
  isWeighted: fc.boolean(),
  denominator: fc.constantFrom('weight', 'count', 'nonzero'),
  classes: fc.integer({ min: 2, max: 12 }),
  sizes,
  seed: fc.nat({ max: 2 ** 30 }),
  order: fc.array(fc.nat(), { minLength: 16, maxLength: 16 }),
});

/** One accumulator of all, and one merged from parts. */
function bothOf(
  loss: AnyLoss,
  subject: Subject,
  example: Example,
): { whole: AnyAccumulator; merged: AnyAccumulator; merges: number } {
  const { type, isGood, isWeighted, denominator, sizes, seed, order } = example;
  const classes = subject.shape === 'single' ? 1 : example.classes;
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const data = isGood
    ? goodModel(subject, n, classes, seed)
    : dataFor(subject, 'hard', n, classes, seed);
  const { yTrue, yPred } = typed(data, type);
  const weights = weightsFor(n, seed + 2, true);
  const labels = subject.shape === 'dense' ? classes : 1;
  const of = (from: number, to: number): AnyAccumulator =>
    loss
      .accumulator({ denominator })
      .update(
        yTrue.slice(from * labels, to * labels),
        yPred.slice(from * classes, to * classes),
        isWeighted ? { sampleWeight: weights.slice(from, to) } : {},
      );
  let from = 0;
  const accumulators = sizes.map((size) => {
    from += size;
    return of(from - size, from);
  });
  let merges = 0;
  while (accumulators.length > 1) {
    const [taken] = accumulators.splice(order[(2 * merges) % 16] % accumulators.length, 1);
    accumulators[order[(2 * merges + 1) % 16] % accumulators.length].merge(taken);
    merges += 1;
  }
  return { whole: of(0, n), merged: accumulators[0], merges };
}

/** How far a result is from another, relatively. */
function relative(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(a - b) / b;
}

describe.each(engines.slice(0, 2))('on the backend $backend', ({ engine, backend }) => {
  it.each(byName(subjects))('is as accurate as one call: %s', (name, subject) => {
    const worst = { float64: 0, float32: 0 };
    let merges = 0;
    fc.assert(
      fc.property(parts, (example) => {
        const { type } = example;
        const both = bothOf(lossOf(engine, subject, example.classes), subject, example);
        const { whole, merged } = both;
        merges += both.merges;
        expect(merged.count).toBe(whole.count);
        // All weights are multiples of 1/64: no rounding.
        expect(merged.weight).toBe(whole.weight);
        expectAsAccurate(merged.mean, whole.mean, subject, type);
        expectAsAccurate(merged.sum, whole.sum, subject, type);
        const error = 'ulp' in accuracyOf(subject, type) ? ulps : relative;
        worst[type] = Math.max(
          worst[type],
          error(merged.mean, whole.mean),
          error(merged.sum, whole.sum),
        );
      }),
      RUNS,
    );
    if (isThorough) {
      console.log(`${backend}: ${merges} merges of ${name}: ${JSON.stringify(worst)}`);
    }
  });

  it('of single samples is within some ulp of one call, which has rounded their product once', () => {
    const { binaryCrossEntropy } = engine;
    const whole = binaryCrossEntropy.accumulator().update([1, 1], [0.61, 0.89]);
    const first = binaryCrossEntropy.accumulator().update([1], [0.61]);
    const second = binaryCrossEntropy.accumulator().update([1], [0.89]);
    const exact = 0.305_415_069_035_365_8;
    expect(Math.abs(whole.mean - exact)).toBeLessThan(1e-15);
    expect(ulps(first.merge(second).mean, whole.mean)).toBe(2);
  });

  it.each([
    ['two samples', [0.61, 0.89]],
    ['nearly right', [1 - 1e-12, 1 - 1e-9, 0.999, 1 - 2 ** -53]],
    ['right, and nearly', [1, 1 - 2 ** -53, 1, 1 - 1e-15, 1]],
    ['one that is wrong among them', [0.999_999, 0.999, 1e-300, 0.99, 1]],
    ['eight of 0.9 to 0.99', [0.9, 0.91, 0.93, 0.94, 0.95, 0.97, 0.98, 0.99]],
  ])('of a good model’s samples, one by one: %s', (_, p) => {
    const subject = subjects.find(({ loss }) => loss === 'binaryCrossEntropy') as Subject;
    const loss = plainLoss(engine, 'binaryCrossEntropy');
    for (const type of ['float64', 'float32'] as const) {
      const Type = type === 'float64' ? Float64Array : Float32Array;
      const singles = p.map((each) => loss.accumulator().update([1], new Type([each])));
      const merged = singles.reduce((all, each) => all.merge(each), loss.accumulator());
      expectAsAccurate(
        merged.mean,
        loss.mean(
          p.map(() => 1),
          new Type(p),
        ),
        subject,
        type,
      );
    }
  });
});
