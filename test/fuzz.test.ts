// Every kind of wrong value in every place where a value goes: a TypeError or RangeError that names the
// call, or what user code has thrown, and nothing has happened.
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import { createArena, createEngine, measure } from '../src/index.js';
import { losses } from './losses/losses.mjs';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { byName, leastAndMost } from './support/option-sets.js';
import { isUntouched } from './support/places.js';
import { fill } from './support/random.js';
import { sampleOfTests } from './support/sample.js';
import { OPTIONLESS, type Slot, testAnything, testSlots } from './support/slots.js';
import { lossOf, plainLoss } from './support/verbs.js';
import {
  OTHERS,
  throwingArrays,
  throwingOptions,
  wrongKinds,
  wrongValues,
} from './support/wrong.js';

const nothing = (): void => undefined;
const arrays = { wrong: wrongKinds, throwers: throwingArrays, before: nothing };
const choices = { wrong: wrongValues, throwers: [], before: nothing };

type Untyped = (...args: unknown[]) => unknown;

const VERBS = {
  mean: ['sampleWeight', 'denominator'],
  sum: ['sampleWeight'],
  perSample: ['sampleWeight', 'out'],
  gradient: ['sampleWeight', 'denominator', 'reduction', 'out'],
  valueAndGradient: ['sampleWeight', 'denominator', 'reduction', 'out'],
} as const;

/** Elements of yPred: so few that JavaScript takes them, and more than a block. */
const SIZES = { js: [3, 2100], wasm: [2100], auto: [3] } as const;

describe.each(engines)('verbs on the backend $backend', ({ backend, engine }) => {
  describe.each(byName(sampleOfTests(leastAndMost, 5)))('%s', (_, subject) => {
    const { loss: name, shape } = subject;
    const classes = shape === 'single' ? 1 : 3;
    const labels = shape === 'dense' ? classes : 1;
    const loss = lossOf(engine, subject, classes);

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

describe.each(engines)('objects on the backend $backend', ({ engine }) => {
  describe.each(losses)('$name', ({ name, right }) => {
    const options = Object.keys(right);
    const loss = plainLoss(engine, name);
    const invoke = loss.with.bind(loss) as Untyped;
    const { options: before } = loss as unknown as { options: object };
    const after = () => expect(before).toEqual({});
    const slots: Slot[] = [
      {
        name: 'options',
        run: invoke,
        wrong: wrongKinds,
        throwers: throwingOptions(options),
        right: OPTIONLESS,
      },
      ...options.map((option) => ({
        name: option,
        run: (value: unknown) => invoke({ [option]: value }),
        wrong: wrongValues,
        throwers: option === 'classWeight' ? throwingArrays : [],
        right: option === 'classWeight' ? [...right[option], ...OTHERS] : right[option],
      })),
    ].map((slot) => ({ ...slot, call: `${name}.with: `, n: 3, before: nothing, after }));
    describe('with', () => {
      testSlots(slots);
      testAnything(slots);
    });
  });

  describe.each([
    ['squaredError', {}, 1, ['yTrue', 'yPred']],
    ['binaryCrossEntropy', { labelSmoothing: 0.1 }, 1, []],
    ['categoricalCrossEntropy', { classes: 3 }, 3, []],
    ['sparseCategoricalCrossEntropy', { classWeight: [1, 2, 3], ignoreIndex: -1 }, 3, ['yTrue']],
  ] as const)('an accumulator of %s', (name, options, classes, negative) => {
    const loss = plainLoss(engine, name).with(options);
    const n = 500;
    const yTrue = fill(n * (name.startsWith('categorical') ? classes : 1), 1, (random) =>
      random() < 0.5 ? 1 : 0,
    );
    const yPred = fill(n * classes, 2, (random) => random());
    const sampleWeight = fill(n, 3, (random) => random());
    const accumulator = loss.accumulator().update(yTrue, yPred, { sampleWeight });
    const json = JSON.stringify(accumulator);
    const { mean } = accumulator;
    const after = () => {
      expect(JSON.stringify(accumulator)).toBe(json);
      expectSame(accumulator.mean, mean);
    };
    const make = loss.accumulator.bind(loss) as Untyped;
    const update = accumulator.update.bind(accumulator) as Untyped;

    describe('update', () => {
      const slots: Slot[] = [
        { name: 'yTrue', run: (value: unknown) => update(value, yPred), n: yTrue.length },
        { name: 'yPred', run: (value: unknown) => update(yTrue, value), n: yPred.length },
        {
          name: 'sampleWeight',
          run: (value: unknown) => update(yTrue, yPred, { sampleWeight: value }),
          n,
        },
        {
          name: 'options',
          // (Of nothing: what is right adds nothing.)
          run: (value: unknown) => update([], [], value),
          wrong: wrongKinds,
          throwers: throwingOptions(['sampleWeight']),
          right: OPTIONLESS,
          n,
        },
      ].map((slot) => ({ ...arrays, ...slot, call: `${name}.accumulator.update: `, after }));
      testSlots(slots);
    });

    describe('merge', () => {
      const merge = accumulator.merge.bind(accumulator) as Untyped;
      const others = [
        {
          name: 'what only inherits from an accumulator',
          make: () => Object.create(Object.getPrototypeOf(accumulator) as object),
        },
        { name: 'a proxy of an accumulator', make: () => new Proxy(accumulator, {}) },
        {
          name: 'a state of another version',
          make: () => ({ ...(accumulator.toJSON() as object), version: 1 }),
        },
      ];
      testSlots([
        {
          name: 'the other',
          call: `${name}.accumulator.merge: `,
          run: merge,
          wrong: [...wrongValues, ...others],
          throwers: [],
          n,
          before: nothing,
          after,
        },
      ]);
    });

    describe('made', () => {
      const call = `${name}.accumulator: `;
      const state = accumulator.toJSON() as Record<string, unknown>;
      const staged = state.staged as Record<string, unknown>;
      const right: Readonly<Record<string, readonly string[]>> = {
        version: ['2'],
        sealed: ['false'],
        count: ['0', '-0', '1', String(2 ** 31)],
        // (At most the count, which is 0.)
        nonzero: ['0', '-0'],
        classes: classes === 1 ? ['1'] : [],
        staged: ['null'],
        options: name === 'squaredError' ? OPTIONLESS : [],
      };
      const slots: Slot[] = [
        {
          name: 'options',
          run: make,
          wrong: wrongKinds,
          throwers: throwingOptions(['denominator', 'from']),
          right: OPTIONLESS,
          n,
        },
        { name: 'denominator', run: (value: unknown) => make({ denominator: value }), n },
        {
          name: 'denominator, with a state',
          run: (value: unknown) => make({ denominator: value, from: state }),
          n,
        },
        { name: 'from', run: (value: unknown) => make({ from: value }), n },
        ...Object.keys(state).map((key) => ({
          name: `from.${key}`,
          run: (value: unknown) => make({ from: { ...state, [key]: value } }),
          right: right[key] ?? [],
          n: 2,
        })),
        ...Object.keys(staged).map((key) => ({
          name: `from.staged.${key}`,
          run: (value: unknown) =>
            make({ from: { ...state, staged: { ...staged, [key]: value } } }),
          right: [
            ...(key === 'weights' ? ['null'] : []),
            ...((negative as readonly string[]).includes(key) ? ['an array of −1'] : []),
          ],
          n: (staged[key] as { length?: number }).length ?? 1,
        })),
      ].map((slot) => ({ ...choices, ...slot, call, after }));
      testSlots(slots);
      testAnything(slots);
    });
  });

  it('a state whose samples have three labels each makes no accumulator of class indices', () => {
    const loss = plainLoss(engine, 'sparseCategoricalCrossEntropy');
    const state = loss.accumulator().update([0, 1], [0.5, 0.25, 0.25, 0.5, 0.25, 0.25]).toJSON();
    const { staged } = state as { staged: object };
    const damaged = { ...(state as object), staged: { ...staged, yTrue: Array(6).fill(0) } };
    expect(() => loss.accumulator({ from: damaged })).toThrow(
      new TypeError(
        'sparseCategoricalCrossEntropy.accumulator: expected from.staged.yTrue to be an array of 2 numbers, got one of 6',
      ),
    );
  });

  describe('measure', () => {
    const { squaredError, binaryCrossEntropy } = engine;
    const losses = [squaredError, binaryCrossEntropy];
    const n = 2100;
    const yTrue = fill(n, 1, (random) => (random() < 0.5 ? 1 : 0));
    const yPred = fill(n, 2, (random) => random());
    const expected = losses.map((loss) => loss.mean(yTrue, yPred));
    const after = () => expect(measure(losses, yTrue, yPred)).toEqual(expected);
    const invoke = measure as unknown as Untyped;
    const option = (name: string) => (value: unknown) =>
      invoke(losses, yTrue, yPred, { [name]: value });
    const slots: Slot[] = [
      {
        name: 'losses',
        run: (value: unknown) => invoke(value, yTrue, yPred),
        right: ['an empty array'],
        n: 2,
      },
      {
        name: 'a loss',
        run: (value: unknown) => invoke([squaredError, value], yTrue, yPred),
        n: 2,
      },
      { name: 'yTrue', run: (value: unknown) => invoke(losses, value, yPred), ...arrays, n },
      { name: 'yPred', run: (value: unknown) => invoke(losses, yTrue, value), ...arrays, n },
      {
        name: 'options',
        run: (value: unknown) => invoke(losses, yTrue, yPred, value),
        wrong: wrongKinds,
        throwers: throwingOptions(['reduction', 'sampleWeight', 'denominator']),
        right: OPTIONLESS,
        n,
      },
      { name: 'sampleWeight', run: option('sampleWeight'), ...arrays, n },
      { name: 'reduction', run: option('reduction'), n },
      { name: 'denominator', run: option('denominator'), n },
    ].map((slot) => ({ ...choices, ...slot, call: 'measure: ', after }));
    testSlots(slots);
    testAnything(slots);
  });
});

describe('an arena', () => {
  const after = () =>
    expect(Array.from(createArena(64).float64(8).fill(1))).toEqual(Array(8).fill(1));

  const small = ['0', '-0', '1'];
  testSlots([
    {
      name: 'bytes',
      call: 'createArena: ',
      run: createArena as Untyped,
      right: [...small, String(2 ** 31)],
      n: 1,
      ...choices,
      after,
    },
    ...(['float32', 'float64', 'int32', 'uint8'] as const).map((verb) => ({
      name: verb,
      call: `arena.${verb}: `,
      run: (value: unknown) => (createArena(64)[verb] as Untyped)(value),
      right: small,
      n: 1,
      ...choices,
      after,
    })),
  ]);
});

describe('an engine', () => {
  const make = createEngine as Untyped;
  const after = () => expect(createEngine({ backend: 'js' }).squaredError.mean([1], [3])).toBe(4);
  const slots: Slot[] = [
    {
      name: 'options',
      run: make,
      wrong: wrongKinds,
      throwers: throwingOptions(['backend', 'module']),
      right: OPTIONLESS,
    },
    { name: 'backend', run: (value: unknown) => make({ backend: value }) },
    { name: 'module', run: (value: unknown) => make({ module: value }) },
  ].map((slot) => ({ ...choices, ...slot, call: 'createEngine: ', n: 8, after }));
  testSlots(slots);
  testAnything(slots);
});
