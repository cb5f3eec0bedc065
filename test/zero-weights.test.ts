// A sample of weight 0 is left out, whatever its values: what remains are the others.

import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { BLOCK } from '../src/block.js';
import { createArena, measure } from '../src/index.js';
import type { Loss } from '../src/loss.js';
import { difference, expectSame, type Outcome, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import {
  byName,
  dataFor,
  type Subject,
  subjects,
  typed,
  weightsFor,
} from './support/option-sets.js';
import { gradient, perSample, samplesOf, sum } from './support/reference.js';
import { sample } from './support/sample.js';
import { type AnyLoss, lossOf, plainLoss } from './support/verbs.js';

/** Which samples have no weight. */
const PATTERNS: Readonly<Record<string, (i: number, samples: number, classes: number) => boolean>> =
  {
    'every third': (i) => i % 3 === 1,
    'in runs': (i) => (i >> 3) % 2 === 0,
    'those of the first block': (i, _, classes) => i < BLOCK / classes + 5,
    'all but one': (i, samples) => i !== samples - 2,
  };

/** Samples and classes: a few, several blocks, and rows that are longer than a block. */
const SHAPES = {
  single: [
    [37, 1],
    [4133, 1],
  ],
  rows: [
    [37, 3],
    [20, 150],
    [3, 2500],
  ],
} as const;

const TYPES = [
  { type: 'float64', rtol: 1e-12, atol: 1e-14 },
  { type: 'float32', rtol: 2e-6, atol: 1e-6 },
] as const;

interface Given {
  readonly yTrue: Numbers;
  readonly yPred: FloatArray;
  readonly sampleWeight: FloatArray;
}

/** Writes what is an error, NaN or infinite wherever it counts over samples of weight 0. */
function spoil({ yTrue, yPred, sampleWeight }: Given, isSparse: boolean): void {
  const samples = sampleWeight.length;
  const labels = yTrue as FloatArray;
  const [width, classes] = [labels.length / samples, yPred.length / samples];
  for (let i = 0; i < samples; i++) {
    if (sampleWeight[i] !== 0) continue;
    // (Some of the class indices stay as they are: one of them may be ignored.)
    const label = isSparse ? [-1, labels[i], 99, 2 ** 30][i % 4] : [NaN, 7, Infinity, -1][i % 4];
    labels.fill(label, i * width, (i + 1) * width);
    yPred.fill([NaN, 7, -1e-9, Infinity, -Infinity][i % 5], i * classes, (i + 1) * classes);
    sampleWeight[i] = i % 2 === 0 ? 0 : -0;
  }
}

/** The data, with some samples spoilt. */
function dataWith(
  subject: Subject,
  type: 'float64' | 'float32',
  samples: number,
  classes: number,
  isZero: (i: number) => boolean,
): Given {
  const given = typed(dataFor(subject, 'hard', samples, classes, 7), type);
  const sampleWeight = weightsFor(samples, 8, false).map((w, i) => (isZero(i) ? 0 : w));
  const data = { ...given, sampleWeight };
  spoil(data, subject.shape === 'sparse');
  return data;
}

/** The samples that have a weight. */
function rest({ yTrue, yPred, sampleWeight }: Given): Given {
  const samples = sampleWeight.length;
  const pick = (values: FloatArray) => {
    const each = values.length / samples;
    return values.filter((_, k) => sampleWeight[Math.floor(k / each)] !== 0);
  };
  return {
    yTrue: pick(yTrue as FloatArray),
    yPred: pick(yPred),
    sampleWeight: pick(sampleWeight),
  };
}

/** Parts of an array's samples among zeros for the others. */
function spread(parts: readonly number[], { yPred, sampleWeight }: Given, each: number): number[] {
  const spreadOut = new Array<number>(sampleWeight.length * each).fill(0);
  let next = 0;
  for (let i = 0; i < sampleWeight.length; i++) {
    if (sampleWeight[i] === 0) continue;
    for (let k = 0; k < each; k++) spreadOut[i * each + k] = parts[next++];
  }
  return yPred instanceof Float32Array ? spreadOut.map(Math.fround) : spreadOut;
}

/** What the library is to say, verb by verb. */
function expected(subject: Subject, given: Given): Record<string, number | readonly number[]> {
  const samples = given.sampleWeight.length;
  const classes = given.yPred.length / samples;
  const options = subject.optionsFor(classes);
  const { yTrue, yPred, sampleWeight } = rest(given);
  const left = samplesOf(subject.formula, options, yTrue, yPred, sampleWeight.length);
  const total = sum(left, { sampleWeight });
  const counted = Array.from(given.yTrue).filter((y) => y !== options.ignoreIndex).length;
  const weight = left.reduce((all, { weight }, i) => all + weight * sampleWeight[i], 0);
  const nonzero = left.filter(({ kept }) => kept).length;
  const slopes = gradient(left, { sampleWeight, reduction: 'sum' });
  const isSparse = subject.shape === 'sparse';
  return {
    sum: total,
    mean: total / weight,
    'mean by count': total / (isSparse ? counted : samples),
    'mean by nonzero': total / nonzero,
    perSample: spread(perSample(left, { sampleWeight }), given, 1),
    'gradient of the sum': spread(slopes, given, classes),
    gradient: spread(
      slopes.map((slope) => slope / weight),
      given,
      classes,
    ),
  };
}

/** What it says. */
function answers(loss: AnyLoss, { yTrue, yPred, sampleWeight }: Given) {
  const ask = (verb: 'mean' | 'sum' | 'perSample' | 'gradient', options: object = {}) =>
    loss[verb](yTrue, yPred, { sampleWeight, ...options });
  return {
    sum: ask('sum'),
    mean: ask('mean'),
    'mean by count': ask('mean', { denominator: 'count' }),
    'mean by nonzero': ask('mean', { denominator: 'nonzero' }),
    perSample: ask('perSample'),
    'gradient of the sum': ask('gradient', { reduction: 'sum' }),
    gradient: ask('gradient'),
  };
}

/** The first number that is too far from what is expected, in words. */
function far(
  got: Outcome,
  wanted: number | readonly number[],
  rtol: number,
  atol: number,
): string | undefined {
  const list = typeof got === 'number' ? [got] : Array.from(got as FloatArray);
  const values = typeof wanted === 'number' ? [wanted] : wanted;
  if (list.length !== values.length) return `${list.length} numbers`;
  const i = values.findIndex(
    (value, k) =>
      !Object.is(value, list[k]) && !(Math.abs(list[k] - value) <= atol + rtol * Math.abs(value)),
  );
  return i < 0 ? undefined : `[${i}] is ${list[i]} instead of ${values[i]}`;
}

const cases = subjects.flatMap((subject) =>
  TYPES.map((tolerance) => ({ name: `${subject.name}: ${tolerance.type}`, subject, tolerance })),
);

it.each(byName(cases))('leaves the others: %s', (_, { subject, tolerance }) => {
  // What is long takes long: one way to cut it is enough.
  const long = tolerance.type === 'float32' ? 'every third' : 'those of the first block';
  const all = SHAPES[subject.shape === 'single' ? 'single' : 'rows'].flatMap(([samples, classes]) =>
    (samples * classes > BLOCK ? [long] : Object.keys(PATTERNS)).map((pattern) => ({
      samples,
      classes,
      pattern,
    })),
  );
  const found = sample(all, 1).flatMap(({ samples, classes, pattern }) =>
    faultsOf(subject, tolerance, samples, classes, pattern),
  );
  expect(found.slice(0, 10)).toEqual([]);
});

/** Where a loss is not that of the samples that count, or not the same in every way, in words. */
function faultsOf(
  subject: Subject,
  tolerance: (typeof TYPES)[number],
  samples: number,
  classes: number,
  pattern: string,
): string[] {
  const found: string[] = [];
  const isZero = (i: number) => PATTERNS[pattern](i, samples, classes);
  const { ignoreIndex } = subject.optionsFor(classes);
  const data = dataWith(subject, tolerance.type, samples, classes, isZero);
  const labels = Array.from(rest(data).yTrue);
  if (labels.every((label) => label === ignoreIndex)) return [];
  const wanted = expected(subject, data);
  const first = answers(lossOf(engines[0].engine, subject, classes), data);
  for (const { backend, engine } of samples * classes > BLOCK ? engines.slice(0, 2) : engines) {
    const loss = lossOf(engine, subject, classes);
    const where = `${samples} × ${classes}, ${pattern}, ${backend}`;
    const got: Record<string, Outcome> = answers(loss, data);
    for (const verb of ['perSample', 'gradient', 'gradient of the sum'] as const) {
      if (!areZero(got[verb] as FloatArray, data)) found.push(`${where}, ${verb}: not 0`);
    }
    for (const [verb, outcome] of Object.entries(got)) {
      const divisor = verb === 'gradient' ? (wanted.sum as number) / (wanted.mean as number) : 1;
      const near = verb.startsWith('gradient') ? (10 * tolerance.atol) / divisor : 0;
      const text = far(outcome, wanted[verb], tolerance.rtol, near || 0);
      if (text !== undefined) found.push(`${where}, ${verb}: ${text}`);
      const like = first[verb as keyof typeof first];
      if (!sameBits(outcome, like)) {
        found.push(`${where} and js, ${verb}: ${difference(outcome, like)}`);
      }
    }
    found.push(...inOtherWays(loss, data, got).map((text) => `${where}, ${text}`));
  }
  return found;
}

/** Whether what belongs to samples of weight 0 is exactly 0. */
function areZero(values: FloatArray, { sampleWeight }: Given): boolean {
  const each = values.length / sampleWeight.length;
  return values.every((x, k) => sampleWeight[Math.floor(k / each)] !== 0 || Object.is(x, 0));
}

/** Where other ways to the same results have other bits, in words. */
function inOtherWays(loss: AnyLoss, data: Given, got: Record<string, Outcome>): string[] {
  const { yTrue, yPred, sampleWeight } = data;
  const samples = sampleWeight.length;
  const both = loss.valueAndGradient(yTrue, yPred, { sampleWeight });
  const { accumulator, last } = inParts(loss, data);
  const out = <A extends FloatArray>(length: number) =>
    new (yPred.constructor as new (n: number) => A)(length);
  const inPlace = yPred.slice();
  const ways: [string, Outcome, Outcome][] = [
    ['value with its gradient', both.value, got.mean],
    ['gradient with its value', both.gradient, got.gradient],
    ['measure', measure([loss as unknown as Loss], yTrue, yPred, { sampleWeight })[0], got.mean],
    ['mean of parts', accumulator.mean, got.mean],
    ['sum of parts', accumulator.sum, got.sum],
    ['mean of what JSON kept', last.mean, got.mean],
    [
      'perSample to out',
      loss.perSample(yTrue, yPred, { sampleWeight, out: out(samples) }),
      got.perSample,
    ],
    [
      'gradient to yPred',
      loss.gradient(yTrue, inPlace, { sampleWeight, out: inPlace }),
      got.gradient,
    ],
  ];
  if (yPred instanceof Float64Array) {
    const weights = sampleWeight.slice();
    ways.push([
      'perSample to the weights',
      loss.perSample(yTrue, yPred, { sampleWeight: weights, out: weights }),
      got.perSample,
    ]);
  }
  return ways.flatMap(([name, outcome, like]) =>
    sameBits(outcome, like) ? [] : [`${name}: ${difference(outcome, like)}`],
  );
}

/** An accumulator of three parts, which was JSON between them; and one more from its JSON. */
function inParts(loss: AnyLoss, { yTrue, yPred, sampleWeight }: Given) {
  const samples = sampleWeight.length;
  const cuts = [0, Math.ceil(samples / 4), Math.ceil(samples / 2), samples];
  const [width, classes] = [yTrue.length / samples, yPred.length / samples];
  let accumulator = loss.accumulator();
  const kept = () => loss.accumulator({ from: JSON.parse(JSON.stringify(accumulator)) as unknown });
  for (let i = 1; i < cuts.length; i++) {
    const [from, to] = [cuts[i - 1], cuts[i]];
    if (i === 2) accumulator = kept();
    accumulator.update(
      yTrue.slice(from * width, to * width),
      yPred.slice(from * classes, to * classes),
      { sampleWeight: sampleWeight.slice(from, to) },
    );
  }
  return { accumulator, last: kept() };
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const { squaredError, binaryCrossEntropy, sparseCategoricalCrossEntropy: sparse } = engine;

  describe('all weights of 0 make the mean of nothing', () => {
    const DENOMINATORS = ['weight', 'count', 'nonzero'] as const;

    it.each(byName(subjects))('with a gradient: %s', (_, subject) => {
      for (const samples of sample([5, 2100], 1)) {
        const { yTrue, yPred, sampleWeight } = dataWith(subject, 'float64', samples, 3, () => true);
        const elements = yPred.length;
        const loss = lossOf(engine, subject, 3);
        for (const [onEmpty, value] of [
          ['nan', NaN],
          ['zero', 0],
        ] as const) {
          const empty = loss.with({ onEmpty });
          const slopes = new Float64Array(elements).fill(value);
          for (const denominator of sample(DENOMINATORS, 2)) {
            const options = { sampleWeight, denominator };
            expect(empty.mean(yTrue, yPred, options)).toBe(value);
            expectSame(empty.gradient(yTrue, yPred, options), slopes);
            const both = empty.valueAndGradient(yTrue, yPred, options);
            expect(both.value).toBe(value);
            expectSame(both.gradient, slopes);
            const parts = empty.accumulator({ denominator });
            parts.update(yTrue, yPred, { sampleWeight });
            expect([parts.mean, parts.sum, parts.weight]).toEqual([value, 0, 0]);
            const state = JSON.parse(JSON.stringify(parts)) as unknown;
            expect(empty.accumulator({ from: state }).mean).toBe(value);
            expect(measure([empty as unknown as Loss], yTrue, yPred, options)).toEqual([value]);
          }
          expect(empty.sum(yTrue, yPred, { sampleWeight })).toBe(0);
          const losses = empty.perSample(yTrue, yPred, { sampleWeight });
          expectSame(losses, new Float64Array(samples));
          expectSame(
            empty.gradient(yTrue, yPred, { sampleWeight, reduction: 'sum' }),
            new Float64Array(elements),
          );
        }
      }
    });

    it.each(byName(subjects))('that is an error, if asked for: %s', (_, subject) => {
      const { yTrue, yPred, sampleWeight } = dataWith(subject, 'float64', 5, 3, () => true);
      const strict = lossOf(engine, subject, 3).with({ onEmpty: 'throw' });
      const wanted = (call: string) =>
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(new RegExp(`^${call}: expected at least one sample`)),
        }) as Error;
      for (const denominator of sample(DENOMINATORS, 2)) {
        const options = { sampleWeight, denominator };
        for (const verb of ['mean', 'gradient', 'valueAndGradient'] as const) {
          const call = `${strict.name}.${verb}`;
          expect(() => strict[verb](yTrue, yPred, options)).toThrow(wanted(call));
        }
        const out = new Float64Array(yPred.length).fill(-7);
        expect(() => strict.gradient(yTrue, yPred, { ...options, out })).toThrow(RangeError);
        expect(out.every((x) => x === -7)).toBe(true);
        const parts = strict.accumulator({ denominator }).update(yTrue, yPred, { sampleWeight });
        expect(() => parts.mean).toThrow(wanted(`${strict.name}.accumulator.mean`));
        expect(() => measure([strict as unknown as Loss], yTrue, yPred, options)).toThrow(
          wanted(`measure: ${strict.name}`),
        );
      }
      expect(strict.sum(yTrue, yPred, { sampleWeight })).toBe(0);
      const options = { sampleWeight, reduction: 'sum' } as const;
      expect(strict.valueAndGradient(yTrue, yPred, options).value).toBe(0);
      expect(measure([strict as unknown as Loss], yTrue, yPred, options)).toEqual([0]);
    });

    it('says how many samples there are', () => {
      expect(() =>
        squaredError.with({ onEmpty: 'throw' }).mean([1, 2], [3, 4], { sampleWeight: [0, 0] }),
      ).toThrow(
        new RangeError(
          'squaredError.mean: expected at least one sample whose weight is not 0, got 2 of 0',
        ),
      );
    });

    it('also where the others are ignored', () => {
      const loss = sparse.with({ ignoreIndex: -100, onEmpty: 'zero' });
      const given = [
        [-100, 7, -100],
        [NaN, 1, 2, 3, -1, 4],
        { sampleWeight: [1, 0, 0], denominator: 'count' },
      ] as const;
      expect(loss.mean(...given)).toBe(0);
      expectSame(loss.gradient(...given), new Float64Array(6));
      const parts = loss.accumulator().update(given[0], given[1], { sampleWeight: [1, 0, 0] });
      // The sample that is not ignored is counted, though it has no weight.
      expect([parts.mean, parts.count]).toEqual([0, 1]);
    });

    it('but not all class weights of 0: their mean is 0/0, as PyTorch’s', () => {
      const loss = sparse.with({ classWeight: [0, 2], onEmpty: 'throw' });
      expect(loss.mean([0, 0], [0.5, 0.5, 0.25, 0.75])).toBeNaN();
      expect(loss.mean([0, 0], [0.5, 0.5, 0.25, 0.75], { sampleWeight: [1, 0] })).toBeNaN();
      expect(loss.mean([0, 0], [0.5, 0.5, 0.25, 0.75], { denominator: 'count' })).toBe(0);
    });

    it('in accumulators that are merged, until one has a sample that counts', () => {
      const loss = squaredError.with({ onEmpty: 'zero' });
      const nothing = loss.accumulator().update([NaN], [1], { sampleWeight: [0] });
      const more = loss.accumulator().update([7], [NaN], { sampleWeight: [-0] });
      expect(nothing.merge(more).mean).toBe(0);
      expect(nothing.merge(loss.accumulator().update([1], [3])).mean).toBe(4);
      expect([nothing.count, nothing.weight]).toEqual([3, 1]);
    });
  });

  describe('the samples that count', () => {
    const N = 5000;
    const index = 4321;

    const faults = [
      { loss: plainLoss(engine, 'binaryCrossEntropy'), what: 'yPred', value: 1.5, classes: 1 },
      { loss: plainLoss(engine, 'binaryCrossEntropy'), what: 'yTrue', value: -1, classes: 1 },
      {
        loss: plainLoss(engine, 'binaryCrossEntropy').with({ fromLogits: true }),
        what: 'yTrue',
        value: 2,
        classes: 1,
      },
      {
        loss: plainLoss(engine, 'categoricalCrossEntropy').with({ classes: 2 }),
        what: 'yPred',
        value: 1.5,
        classes: 2,
      },
      {
        loss: plainLoss(engine, 'categoricalCrossEntropy').with({ classes: 2, fromLogits: true }),
        what: 'yTrue',
        value: 2,
        classes: 2,
      },
      {
        loss: plainLoss(engine, 'sparseCategoricalCrossEntropy'),
        what: 'yPred',
        value: -1,
        classes: 2,
      },
      {
        loss: plainLoss(engine, 'sparseCategoricalCrossEntropy'),
        what: 'yTrue',
        value: 5,
        classes: 2,
      },
      {
        loss: plainLoss(engine, 'sparseCategoricalCrossEntropy').with({ labelSmoothing: 0.1 }),
        what: 'yPred',
        value: 3,
        classes: 2,
      },
      {
        loss: plainLoss(engine, 'sparseCategoricalCrossEntropy').with({ normalize: true }),
        what: 'yPred',
        value: 3,
        classes: 2,
      },
    ] as const;

    it.each(faults)(
      'are checked, and the first that is wrong is named: $loss.name $loss.options $what',
      ({ loss, what, value, classes }) => {
        const isSparse = loss.name.startsWith('sparse');
        const data = {
          yTrue: new Float64Array(isSparse ? N : N * classes),
          yPred: new Float64Array(N * classes).fill(0.5),
          sampleWeight: new Float64Array(N).fill(1),
        };
        for (let i = 0; i < N; i++) if (i % 3 === 1) data.sampleWeight[i] = 0;
        // Before it and behind it are samples that do not count.
        data.sampleWeight.fill(0, index + 1, index + 9);
        data.sampleWeight.fill(0, index - 2, index);
        data.sampleWeight[index] = 1;
        spoil(data, isSparse);
        const wrong = data[what];
        const at = index * (wrong.length / N);
        wrong[at] = value;
        const { yTrue, yPred, sampleWeight } = data;
        const thrown = (call: string) =>
          expect.objectContaining({
            name: 'RangeError',
            message: expect.stringContaining(`${loss.name}.${call}: ${what}[${at}] is ${value}, `),
          }) as Error;
        for (const verb of ['mean', 'sum', 'perSample', 'gradient', 'valueAndGradient'] as const) {
          expect(() => loss[verb](yTrue, yPred, { sampleWeight })).toThrow(thrown(verb));
        }
        for (const verb of ['perSample', 'gradient', 'valueAndGradient'] as const) {
          const out = new Float64Array(verb === 'perSample' ? N : N * classes).fill(-7);
          expect(() => loss[verb](yTrue, yPred, { sampleWeight, out })).toThrow(thrown(verb));
          expect(out.every((x) => x === -7)).toBe(true);
        }
        const parts = loss.accumulator();
        expect(() => parts.update(yTrue, yPred, { sampleWeight })).toThrow(
          thrown('accumulator.update'),
        );
        expect(parts.count).toBe(0);
      },
    );

    it('may have a loss that is infinite, or NaN', () => {
      for (const n of [3, 300, 5000]) {
        const yTrue = new Float64Array(n);
        const yPred = new Float64Array(n).fill(1);
        const sampleWeight = new Float64Array(n).fill(1);
        sampleWeight[1] = 0;
        yPred[1] = NaN;
        yPred[0] = Infinity;
        expect(squaredError.mean(yTrue, yPred, { sampleWeight })).toBe(Infinity);
        yPred[0] = NaN;
        expect(squaredError.mean(yTrue, yPred, { sampleWeight })).toBeNaN();
        const losses = squaredError.perSample(yTrue, yPred, { sampleWeight });
        expect(Array.from(losses.subarray(0, 3))).toEqual([NaN, 0, 1]);
        const slopes = squaredError.gradient(yTrue, yPred, { sampleWeight, reduction: 'sum' });
        expect(Array.from(slopes.subarray(0, 3))).toEqual([NaN, 0, 2]);
      }
    });

    it('have weights as small as numbers get', () => {
      const yPred = new Float64Array(300).fill(3);
      const sampleWeight = new Float64Array(300).fill(Number.MIN_VALUE);
      expect(squaredError.mean(new Float64Array(300), yPred, { sampleWeight })).toBe(9);
      yPred[299] = NaN;
      sampleWeight[299] = 0;
      expect(squaredError.mean(new Float64Array(300), yPred, { sampleWeight })).toBe(9);
    });
  });

  it('the same bits from an arena, and of labels of any type', () => {
    const arena = createArena(1 << 20);
    const n = 5000;
    const sampleWeight = weightsFor(n, 3, true);
    const labels = Uint8Array.from({ length: n }, (_, i) => (sampleWeight[i] === 0 ? 9 : i % 2));
    const p = Float32Array.from({ length: n }, (_, i) =>
      sampleWeight[i] === 0 ? NaN : ((i * 37) % 101) / 100,
    );
    for (const loss of [squaredError, binaryCrossEntropy, binaryCrossEntropy.with({ clip: 0.1 })]) {
      const wanted = loss.mean(labels, p, { sampleWeight });
      const slopes = loss.gradient(labels, p, { sampleWeight });
      expect(wanted).toBeGreaterThan(0);
      const [y, q, w] = [arena.uint8(n), arena.float32(n), arena.float64(n)];
      y.set(labels);
      q.set(p);
      w.set(sampleWeight);
      for (const yTrue of [labels, new Int32Array(labels), new Float64Array(labels), y]) {
        expect(loss.mean(yTrue, q, { sampleWeight: w })).toBe(wanted);
        expectSame(loss.gradient(yTrue, q, { sampleWeight: w }), slopes);
      }
    }
  });
});
