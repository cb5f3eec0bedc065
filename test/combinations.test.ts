// Every combination of options, verb by verb, against the formulas; and both backends bit for bit.
import { expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import type { Sample } from './losses/formulas.mjs';
import { difference, outcomeOf, sameBits } from './support/bits.js';
import { engines } from './support/engines.js';
import {
  byName,
  type Data,
  dataFor,
  kindsFor,
  type Subject,
  subjects,
  typed,
  weightsFor,
} from './support/option-sets.js';
import {
  type Call,
  denominatorOf,
  gradient,
  mean,
  perSample,
  samplesOf,
  sum,
} from './support/reference.js';
import { sample } from './support/sample.js';
import { type AnyLoss, lossOf } from './support/verbs.js';

/** Samples and classes: less than a block, several blocks, rows longer than a block. */
const SHAPES = {
  single: [
    [3, 1],
    [37, 1],
    [4133, 1],
  ],
  rows: [
    [3, 2],
    [37, 2],
    [1100, 2],
    [3, 10],
    [37, 10],
    [300, 10],
    [3, 2500],
  ],
} as const;

/** How many samples are enough for kinds of data that are about a single value. */
const FEW = 37;

const TYPES = [
  { type: 'float64', rtol: 1e-12, atol: 1e-14, round: (value: number) => value },
  { type: 'float32', rtol: 2e-6, atol: 1e-6, round: Math.fround },
] as const;

type Tolerance = (typeof TYPES)[number];

const REFERENCE = { mean, sum, perSample, gradient } as const;

/** One question to the library and to the reference. */
interface Question {
  readonly verb: keyof typeof REFERENCE;
  readonly call: Call;
}

const DENOMINATORS = [
  { denominator: 'weight' },
  { denominator: 'count' },
  { denominator: 'nonzero' },
] as const;

/** What is asked of so many samples. */
function questionsFor(samples: number): Question[] {
  const positive = Array.from(weightsFor(samples, 1, false));
  const zeros = weightsFor(samples, 2, true);
  const weightings: readonly (readonly [weights: Call, denominators: readonly Call[]])[] = [
    [{}, [{}, ...DENOMINATORS]],
    [{ sampleWeight: positive }, [{}]],
    [{ sampleWeight: zeros }, DENOMINATORS],
  ];
  return weightings.flatMap(([weights, denominators]) => [
    { verb: 'sum', call: weights },
    { verb: 'perSample', call: weights },
    { verb: 'gradient', call: { ...weights, reduction: 'sum' } },
    ...denominators.flatMap((denominator): Question[] => [
      { verb: 'mean', call: { ...weights, ...denominator } },
      { verb: 'gradient', call: { ...weights, ...denominator } },
    ]),
  ]);
}

const cases = subjects.flatMap((subject) =>
  TYPES.map((tolerance) => ({ name: `${subject.name}: ${tolerance.type}`, subject, tolerance })),
);

it.each(byName(cases))('%s', (_, { subject, tolerance }) => {
  const all = SHAPES[subject.shape === 'single' ? 'single' : 'rows'].flatMap(([samples, classes]) =>
    kindsFor(subject)
      .filter((kind) => kind === 'hard' || kind === 'soft' || samples === FEW)
      .map((kind) => ({ samples, classes, kind })),
  );
  const found = sample(all, 2).flatMap(({ samples, classes, kind }) => {
    const data = dataFor(subject, kind, samples, classes, samples + classes);
    const questions = sample(questionsFor(samples), 8);
    return mismatches(subject, tolerance, classes, data, questions).map(
      (text) => `${samples} × ${classes}, ${kind}, ${text}`,
    );
  });
  // What is wrong is often wrong everywhere.
  expect(found.slice(0, 20)).toEqual([]);
});

function mismatches(
  subject: Subject,
  tolerance: Tolerance,
  classes: number,
  data: Data,
  questions: readonly Question[],
): string[] {
  const { yTrue, yPred } = typed(data, tolerance.type);
  const n = yPred.length / (subject.shape === 'single' ? 1 : classes);
  const samples = samplesOf(subject.formula, subject.optionsFor(classes), yTrue, yPred, n);
  const found: string[] = [];
  // What is small may take a way of its own, but not more.
  const [js, ...others] = samples.length > FEW ? engines.slice(0, 2) : engines;
  for (const question of questions) {
    const ask = (engine: Engine) =>
      answer(lossOf(engine, subject, classes), question, yTrue, yPred, found);
    const expected = ask(js.engine);
    for (const { backend, engine } of others) {
      const got = ask(engine);
      if (sameBits(got, expected)) continue;
      found.push(`${inWords(question)}: ${backend} and js: ${difference(got, expected)}`);
    }
    const far = farFrom(expected, question, samples, yPred, tolerance);
    if (far !== undefined) found.push(`${inWords(question)}: ${far}`);
  }
  return found;
}

/** The library's answer. A gradient is also asked for together with its value. */
function answer(
  loss: AnyLoss,
  question: Question,
  yTrue: Numbers,
  yPred: Numbers,
  found: string[],
): number | FloatArray | string {
  const { verb, call } = question;
  const result = outcomeOf(() => loss[verb](yTrue, yPred, call));
  if (verb !== 'gradient' || typeof result === 'string') return result;
  const { reduction = 'mean', ...weighted } = call;
  const value = loss[reduction](yTrue, yPred, weighted);
  const both = loss.valueAndGradient(yTrue, yPred, call);
  for (const [what, got, alone] of [
    ['value', both.value, value],
    ['gradient', both.gradient, result],
  ] as const) {
    if (!sameBits(got, alone)) {
      found.push(`${inWords(question)}: ${what} with the other: ${difference(got, alone)}`);
    }
  }
  return result;
}

/** Where an answer is too far from the reference's, in words. */
function farFrom(
  got: number | FloatArray | string,
  { verb, call }: Question,
  samples: readonly Sample[],
  yPred: FloatArray,
  { rtol, atol, round }: Tolerance,
): string | undefined {
  const expected = REFERENCE[verb](samples, call);
  if (typeof got === 'string') return got;
  if (typeof got === 'number' || typeof expected === 'number') {
    if (typeof expected === 'number' && isClose(got, expected, rtol, 0)) return undefined;
    return `${got} instead of ${expected}`;
  }
  if (got.constructor !== yPred.constructor) return `a ${got.constructor.name}`;
  if (got.length !== expected.length) return `${got.length} instead of ${expected.length} elements`;
  // Gradients are differences: it is the size of their terms that counts.
  const near = verb === 'gradient' ? atol * largestFactor(samples, call) : 0;
  const width = got.length / samples.length;
  for (let i = 0; i < got.length; i++) {
    const value = round(expected[i]);
    if (isClose(got[i], value, rtol, near)) continue;
    // Where a sample has a NaN in it, not every element of its gradient must be NaN.
    if (verb === 'gradient' && Number.isNaN(samples[Math.floor(i / width)].loss)) continue;
    return `[${i}] is ${got[i]} instead of ${value}`;
  }
  return undefined;
}

function isClose(got: unknown, expected: number, rtol: number, atol: number): boolean {
  if (Object.is(got, expected)) return true;
  return Math.abs(Number(got) - expected) <= atol + rtol * Math.abs(expected);
}

/** About the largest that a term of a sample's gradient is multiplied by. */
function largestFactor(samples: readonly Sample[], call: Call): number {
  const weights = Array.from(call.sampleWeight ?? [1]);
  const divisor = call.reduction === 'sum' ? 1 : denominatorOf(samples, call);
  return (3 * Math.max(...weights)) / divisor;
}

function inWords({ verb, call: { sampleWeight, ...rest } }: Question): string {
  const zeros = sampleWeight?.includes(0) === true ? ', some 0' : '';
  const weighted = sampleWeight === undefined ? '' : ` with sampleWeight${zeros}`;
  return `${verb}${weighted} ${JSON.stringify(rest)}`;
}
