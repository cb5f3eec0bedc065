// Every verb with every kind of wrong value in the place of every argument and option: a TypeError or
// RangeError that names the call, or what user code has thrown, and nothing has happened.
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { isUntouched } from './support/places.js';
import { fill } from './support/random.js';
import type { LossName } from './support/reference.js';
import { OPTIONLESS, type Slot, testAnything, testSlots } from './support/slots.js';
import { plainLoss } from './support/verbs.js';
import { throwingArrays, throwingOptions, wrongKinds, wrongValues } from './support/wrong.js';

interface Subject {
  readonly loss: LossName;
  readonly options: object;
  /** Elements of yTrue and of yPred per sample. */
  readonly labels: number;
  readonly classes: number;
}

const subjects: readonly Subject[] = [
  { loss: 'squaredError', options: {}, labels: 1, classes: 1 },
  { loss: 'absoluteError', options: {}, labels: 1, classes: 1 },
  { loss: 'huber', options: { delta: 0.25 }, labels: 1, classes: 1 },
  { loss: 'binaryCrossEntropy', options: {}, labels: 1, classes: 1 },
  {
    loss: 'binaryCrossEntropy',
    options: { fromLogits: true, labelSmoothing: 0.1 },
    labels: 1,
    classes: 1,
  },
  { loss: 'categoricalCrossEntropy', options: { classes: 3 }, labels: 3, classes: 3 },
  {
    loss: 'categoricalCrossEntropy',
    options: { classes: 3, fromLogits: true, classWeight: [1, 2, 3] },
    labels: 3,
    classes: 3,
  },
  { loss: 'sparseCategoricalCrossEntropy', options: { classes: 3 }, labels: 1, classes: 3 },
  {
    loss: 'sparseCategoricalCrossEntropy',
    options: { fromLogits: true, ignoreIndex: -1 },
    labels: 1,
    classes: 3,
  },
];

const titled = subjects.map((subject) => ({
  ...subject,
  title: `${subject.loss} ${JSON.stringify(subject.options)}`,
}));

const VERBS = {
  mean: ['sampleWeight', 'denominator'],
  sum: ['sampleWeight'],
  perSample: ['sampleWeight', 'out'],
  gradient: ['sampleWeight', 'denominator', 'reduction', 'out'],
  valueAndGradient: ['sampleWeight', 'denominator', 'reduction', 'out'],
} as const;

/** Elements of yPred: so few that there is a short way, and more than a block. */
const SIZES = { js: [3, 2100], wasm: [2100], auto: [3] } as const;

const arrays = { wrong: wrongKinds, throwers: throwingArrays };

describe.each(engines)('on the backend $backend', ({ backend, engine }) => {
  describe.each(titled)('$title', ({ loss: name, options, labels, classes }) => {
    const loss = plainLoss(engine, name).with(options);

    describe.each(SIZES[backend])('%d elements', (elements) => {
      const n = elements / classes;
      const yTrue = fill(n * labels, 1, (random) => (random() < 0.5 ? 1 : 0));
      const yPred = fill(n * classes, 2, (random) => random());
      const sampleWeight = fill(n, 3, (random) => random());
      const outs: Readonly<Record<string, FloatArray>> = {
        perSample: new Float64Array(n),
        gradient: new Float64Array(n * classes),
        valueAndGradient: new Float64Array(n * classes),
      };
      const reset = () => {
        for (const out of Object.values(outs)) out.fill(-7);
      };
      const ordinary = () => [
        loss.mean(yTrue, yPred),
        loss.sum(yTrue, yPred, { sampleWeight }),
        loss.gradient(yTrue, yPred)[n * classes - 1],
        loss.perSample(Array.from(yTrue), yPred)[n - 1],
      ];
      const expected = Float64Array.from(ordinary());
      const inputs = [yTrue.slice(), yPred.slice(), sampleWeight.slice()];
      const after = (): void => {
        expect(Object.values(outs).every(isUntouched)).toBe(true);
        for (const [i, array] of [yTrue, yPred, sampleWeight].entries()) {
          expectSame(array, inputs[i]);
        }
        expectSame(Float64Array.from(ordinary()), expected);
      };

      const slotsOf = ([verb, names]: readonly [string, readonly string[]]): Slot[] => {
        const invoke = loss[verb as keyof typeof VERBS].bind(loss) as (
          ...args: unknown[]
        ) => unknown;
        const out = outs[verb];
        const given = out === undefined ? {} : { out };
        const option = (key: string) => (value: unknown) =>
          invoke(yTrue, yPred, { ...given, [key]: value });
        return [
          { name: 'yTrue', run: (value: unknown) => invoke(value, yPred, given), n: yTrue.length },
          { name: 'yTrue, alone', run: (value: unknown) => invoke(value, yPred), n: yTrue.length },
          { name: 'yPred', run: (value: unknown) => invoke(yTrue, value, given), n: yPred.length },
          { name: 'yPred, alone', run: (value: unknown) => invoke(yTrue, value), n: yPred.length },
          {
            name: 'options',
            run: (value: unknown) => invoke(yTrue, yPred, value),
            wrong: wrongKinds,
            throwers: throwingOptions(names),
            right: OPTIONLESS,
            n,
          },
          { name: 'sampleWeight', run: option('sampleWeight'), n },
          ...names
            .filter((key) => key !== 'sampleWeight')
            .map((key) => ({ name: key, run: option(key), wrong: wrongValues, throwers: [], n })),
        ].map((slot) => ({ ...arrays, ...slot, call: `${name}.${verb}: `, before: reset, after }));
      };
      const verbs = Object.entries(VERBS);
      describe.each(verbs)('%s', (...verb) => testSlots(slotsOf(verb)));
      testAnything(verbs.flatMap(slotsOf));
    });
  });

  it.each(['perSample', 'gradient', 'valueAndGradient'] as const)(
    '%s of arrays so long that there is no memory for another',
    (verb) => {
      const long = new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 50 : 0) });
      expect(() => engine.squaredError[verb](long, long)).toThrow(
        expect.objectContaining({
          name: 'RangeError',
          message: expect.stringMatching(`^squaredError\\.${verb}: .*no memory`),
        }),
      );
    },
  );
});
