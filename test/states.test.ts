// States from JSON are untrusted: whatever is wrong with one is an error that names the member, before
// anything is made or read that is as long as the state says.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';
import { inNode } from './support/node.js';
import { fill } from './support/random.js';
import { isThorough, sample } from './support/sample.js';
import { type AnyAccumulator, type AnyLoss, plainLoss } from './support/verbs.js';

type Json = Record<string, unknown>;

interface Made {
  readonly name: string;
  readonly options?: object;
  /** Elements of yTrue and of yPred per sample. */
  readonly labels?: number;
  readonly classes?: number;
  readonly denominator?: string;
}

const LOSSES: readonly Made[] = [
  { name: 'squaredError' },
  { name: 'absoluteError', denominator: 'count' },
  { name: 'huber', options: { delta: 2 }, denominator: 'nonzero' },
  { name: 'binaryCrossEntropy', options: { clip: 1e-7, onEmpty: 'zero' } },
  { name: 'binaryCrossEntropy', options: { fromLogits: true, labelSmoothing: 0.1 } },
  { name: 'categoricalCrossEntropy', options: { classes: 3 }, labels: 3, classes: 3 },
  {
    name: 'categoricalCrossEntropy',
    options: { classes: 3, normalize: true, classWeight: [1, 2, 3] },
    labels: 3,
    classes: 3,
    denominator: 'nonzero',
  },
  { name: 'sparseCategoricalCrossEntropy', classes: 3 },
  { name: 'sparseCategoricalCrossEntropy', classes: 2500 },
  {
    name: 'sparseCategoricalCrossEntropy',
    options: { fromLogits: true, ignoreIndex: -1, classWeight: [1, 0.5, 0] },
    classes: 3,
    denominator: 'nonzero',
  },
];

/** Samples: none, some that are staged, a full block, and both. */
const SIZES = [0, 4, 2048, 2050];

interface Subject extends Made {
  readonly title: string;
  readonly size: number;
  readonly type: 'float64' | 'float32';
  readonly isWeighted: boolean;
}

const subjects: readonly Subject[] = LOSSES.flatMap((made, i) =>
  SIZES.map((n, j) => {
    const size = made.classes === 2500 ? Math.min(n, 4) : n;
    const isWeighted = (i + j) % 2 === 0;
    const type = (i + 2 * j) % 3 === 0 ? 'float32' : 'float64';
    const { name, options = {}, classes = 1 } = made;
    const what = `${name} ${JSON.stringify(options)}, ${size} samples of ${classes}`;
    const title = `${what}, ${type}${isWeighted ? ', with weights' : ''}`;
    return { ...made, title, size, type, isWeighted };
  }),
);

function lossOf({ name, options = {} }: Made): AnyLoss {
  return plainLoss(engines[0].engine, name).with(options);
}

/** Adds samples that the loss takes. */
function updated(
  accumulator: AnyAccumulator,
  { name, labels = 1, classes = 1 }: Made,
  n: number,
  type: unknown,
  isWeighted: boolean,
): AnyAccumulator {
  const isSparse = name === 'sparseCategoricalCrossEntropy';
  const yTrue = fill(n * labels, 1, (random, i) => (isSparse ? i % classes : Math.round(random())));
  const yPred = fill(n * classes, 2, (random) => 0.05 + 0.9 * random());
  const sampleWeight = fill(n, 3, (random) => 0.5 + random());
  return accumulator.update(
    yTrue,
    type === 'float32' ? new Float32Array(yPred) : yPred,
    isWeighted ? { sampleWeight } : {},
  );
}

function stateOf(subject: Subject): Json {
  const { denominator = 'weight', size, type, isWeighted } = subject;
  const accumulator = lossOf(subject).accumulator({ denominator });
  updated(accumulator, subject, size, type, isWeighted);
  return JSON.parse(JSON.stringify(accumulator)) as Json;
}

type Path = readonly (string | number)[];

/** Where something is in a state: every member, and the first and last elements of arrays. */
function pathsOf(value: unknown): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? [0, value.length - 1] : Object.keys(value);
  return keys.flatMap((key): Path[] => [
    [key],
    ...pathsOf((value as Json)[key]).map((path) => [key, ...path]),
  ]);
}

/** A copy with something else in one place; without it, if that is MISSING. */
function mutated(state: Json, [key, ...rest]: Path, value: unknown): Json {
  const copy = (Array.isArray(state) ? [...state] : { ...state }) as Json;
  if (rest.length > 0) copy[key] = mutated(state[key] as Json, rest, value);
  else if (value === MISSING) delete copy[key];
  else copy[key] = value;
  return copy;
}

const MISSING = Symbol('missing');

/** An array that says it is very long, and counts how often it is read. */
function longProxy(length: unknown): { readonly array: unknown; readonly reads: () => number } {
  let count = 0;
  const array = new Proxy([], {
    get: (_, key) => {
      if (key === 'length') return length;
      count += 1;
      return 0;
    },
  });
  return { array, reads: () => count };
}

function sparseArray(): unknown[] {
  const array: unknown[] = [];
  array.length = 2 ** 32 - 1;
  return array;
}

const VALUES: readonly unknown[] = [
  ...[-1, -0, 0, 0.5, 0.1, 1, 2, 3, 7, 2047, 2048, 1e8, 1e9, 2 ** 31, 2 ** 32 - 1, 2 ** 32],
  ...[2 ** 52, 2 ** 53 - 1, 2 ** 53, 1e308, -1e308, 5e-324, NaN, Infinity, -Infinity],
  ...['NaN', 'Infinity', '-Infinity', '-0', '', '3', 'x'.repeat(1e6), 'weight', 'float32'],
  ...[null, undefined, true, false, 1n, Symbol('wrong'), MISSING, () => 1, new Date(0)],
  ...[[], {}, [[]], [0], [0, 0], [1], [1, 0], [-1], [0, 1], [1, 2 ** -60], [1e308, 1e308], ['NaN']],
  ...[['Infinity'], [1, 'NaN'], ['NaN', 0], [0, 0, 0], { length: 2 }, Array(2), Array(4)],
  ...[new Float64Array(2), new Float64Array(4), Object.create(null), new Map(), sparseArray()],
  ...[longProxy(2 ** 53 - 1).array, longProxy(4).array, longProxy(-1).array, longProxy('2').array],
];

/** What comes of a state; throws unless it is an error that names what is wrong, or works. */
function outcomeOf(made: Made, state: unknown): 'refused' | 'works' {
  const loss = lossOf(made);
  let accumulator: AnyAccumulator;
  try {
    accumulator = loss.accumulator({ from: state });
  } catch (error) {
    expect(error).toSatisfy((e) => e instanceof TypeError || e instanceof RangeError);
    const { message } = error as Error;
    expect(message.startsWith(`${loss.name}.accumulator: `), message).toBe(true);
    expect(message).toMatch(/from\b/);
    expect(message.length).toBeLessThan(1000);
    return 'refused';
  }
  const json = JSON.stringify(accumulator);
  const again = loss.accumulator({ from: JSON.parse(json) });
  expect(JSON.stringify(again)).toBe(json);
  const { predictions, classes, sealed } = JSON.parse(json) as Json;
  const numbers = () => [again.mean, again.sum, again.count, again.weight];
  expect(numbers().every((number) => typeof number === 'number')).toBe(true);
  // (A number of classes that needs no memory yet.)
  if (sealed !== true && (classes === null || (classes as number) <= 2500)) {
    const { count } = again;
    updated(
      again,
      { ...made, classes: (classes as number | null) ?? made.classes ?? 1 },
      3,
      predictions,
      false,
    );
    expect(again.count).toBeGreaterThanOrEqual(count);
    numbers();
  }
  return 'works';
}

describe('a state', () => {
  it.each(subjects)('with anything in any place is refused, or works: $title', (subject) => {
    const state = stateOf(subject);
    expect(outcomeOf(subject, state)).toBe('works');
    for (const path of pathsOf(state)) {
      for (const value of sample(VALUES, 6)) outcomeOf(subject, mutated(state, path, value));
    }
  });

  it.each(subjects.filter(({ size }) => size === 4 || size === 2050))(
    'with anything at all in any place: $title',
    (subject) => {
      const state = stateOf(subject);
      const paths = pathsOf(state);
      const anything = fc.oneof(
        fc.anything({ maxDepth: 2, withSparseArray: true, withTypedArray: true, withBigInt: true }),
        fc.double(),
        fc.integer(),
        fc.array(fc.double(), { maxLength: 6 }),
      );
      fc.assert(
        fc.property(fc.nat(paths.length - 1), anything, (i, value) => {
          outcomeOf(subject, mutated(state, paths[i], value));
        }),
        { numRuns: isThorough ? 50 : 20 },
      );
    },
  );

  /** 4 samples, the last of them weighted 0, that are staged. */
  const three: Subject = { ...LOSSES[7], title: '', size: 4, type: 'float32', isWeighted: true };
  /** A full block and two samples. */
  const block: Subject = { ...LOSSES[2], title: '', size: 2050, type: 'float64', isWeighted: true };
  /** A full block of rows. */
  const rows: Subject = { ...LOSSES[5], title: '', size: 682, type: 'float64', isWeighted: false };
  const nothing: Subject = { ...LOSSES[0], title: '', size: 0, type: 'float64', isWeighted: false };

  it.each<readonly [what: string, subject: Subject, path: string, value: unknown]>([
    ['samples that would take gigabytes', three, 'staged.samples', 1e9],
    ['samples that would take seconds', three, 'staged.samples', 1e8],
    ['more samples than there are', three, 'staged.samples', 5],
    ['fewer samples than there are', three, 'staged.samples', 3],
    ['no samples', three, 'staged.samples', 0],
    ['a part of a sample', three, 'staged.samples', 3.5],
    ['−0 samples', three, 'staged.samples', -0],
    ['more samples than a block holds', three, 'staged.samples', 2048 / 3],
    ['more classes than there are', three, 'classes', 4],
    ['classes beyond measure', three, 'classes', 2 ** 53 - 1],
    ['no classes', three, 'classes', 0],
    ['no number of classes', three, 'classes', null],
    ['no type of predictions', three, 'predictions', null],
    ['a prediction that is no float32', three, 'staged.yPred.0', 0.1],
    ['a label too many', three, 'staged.yTrue.4', 0],
    ['rows of labels', three, 'staged.yTrue', Array<number>(12).fill(0)],
    ['a prediction too many', three, 'staged.yPred.12', 0.5],
    ['a weight too many', three, 'staged.weights.4', 1],
    ['a negative weight', three, 'staged.weights.1', -1],
    ['an infinite weight', three, 'staged.weights.1', 'Infinity'],
    ['a weight that is none', three, 'staged.weights.1', 'NaN'],
    ['holes', three, 'staged.yTrue', Array(4)],
    ['endless holes', three, 'staged.yTrue', sparseArray()],
    ['text', three, 'staged.yPred.3', '0.5'],
    ['a typed array', three, 'staged.weights', new Float64Array(4)],
    ['a count of 0 with a sum', block, 'count', 0],
    ['a count below that of weights', block, 'count', 2047],
    ['a negative count', block, 'count', -1],
    ['a count that is rounded', block, 'count', 2 ** 53],
    ['more weights than samples', block, 'nonzero', 2049],
    ['no weights, but a sum of them', block, 'nonzero', 0],
    ['a negative sum of losses', block, 'losses.0', -1],
    ['a sum that is −∞', block, 'losses', ['-Infinity']],
    ['a part larger than the sum', block, 'losses.1', 1e6],
    ['a part that is NaN', block, 'losses.1', 'NaN'],
    ['a part of what has none', block, 'losses', ['NaN', 1]],
    ['no parts', block, 'losses', []],
    ['a part that is 0', block, 'losses', [1, 0]],
    ['a sum that is −0', block, 'losses', ['-0']],
    ['parts that are one number', block, 'losses', [1, 2 ** -52]],
    ['parts in another order', block, 'losses', [1, 2 ** -140, 2 ** -70]],
    ['a part that is half the last digit of an odd one', block, 'losses', [1 + 2 ** -52, 2 ** -53]],
    ['parts that come to infinity', block, 'losses', [2 ** 1023 * (2 - 2 ** -52), 2 ** 970]],
    ['too many parts', block, 'losses', Array.from({ length: 42 }, (_, i) => 2 ** (100 - 54 * i))],
    ['something staged, though it is sealed', three, 'sealed', true],
    ['no word of being sealed', block, 'sealed', MISSING],
    ['a word that is none', block, 'sealed', 0],
    ['a negative sum of weights', block, 'weight.0', -1],
    ['a sum of weights that is NaN', block, 'weight', ['NaN']],
    ['weights that come to nothing', block, 'weight', [0]],
    ['samples of no type', nothing, 'count', 1],
    ['a sum of nothing', nothing, 'losses', [1]],
    ['a weight of nothing', nothing, 'weight', [1]],
    ['classes of nothing', nothing, 'classes', 1],
    ['something staged before there is anything', nothing, 'staged', { samples: 1 }],
    ['another number of classes, where there is one', block, 'classes', 2],
    ['twice as many classes as the loss has', rows, 'classes', 6],
    ['another denominator', block, 'denominator', 'mean'],
    ['staged samples that are an array', three, 'staged', []],
    ['no staged samples, nor null', three, 'staged', MISSING],
  ])('is a TypeError with %s', (_, subject, path, value) => {
    const state = mutated(stateOf(subject), path.split('.'), value);
    const { name } = subject;
    const make = () => lossOf(subject).accumulator({ from: state });
    expect(make).toThrow(TypeError);
    expect(make).toThrow(`${name}.accumulator: expected from`);
  });

  const two = plainLoss(engines[0].engine, 'squaredError')
    .accumulator()
    .update([-0, 1], [1, -0], { sampleWeight: [0.5, 0] });
  const whole = JSON.parse(JSON.stringify(two)) as Json;

  it('is plain data, with a name for −0', () => {
    expect(whole).toEqual({
      version: 2,
      loss: 'squaredError',
      options: {},
      denominator: 'weight',
      predictions: 'float64',
      classes: 1,
      count: 0,
      nonzero: 0,
      losses: [0],
      weight: [0],
      sealed: false,
      staged: { samples: 2, yTrue: ['-0', 1], yPred: [1, '-0'], weights: [0.5, 0] },
    });
    const { squaredError, binaryCrossEntropy } = engines[0].engine;
    const again = squaredError.accumulator({ from: whole as never });
    expect(again.toJSON()).toEqual(whole);
    expect([again.sum, again.weight, again.count]).toEqual([0.5, 0.5, 2]);
    expect(squaredError.accumulator().update([1], [2]).toJSON().staged?.weights).toBe(null);
    const { options } = binaryCrossEntropy
      .with({ onEmpty: 'zero', clip: 0.1, positiveWeight: 2 })
      .accumulator()
      .toJSON();
    expect(Object.keys(options)).toEqual(['clip', 'onEmpty', 'positiveWeight']);
  });

  it.each<readonly [path: string, value: unknown, error: string]>([
    ['version', 1, 'RangeError: from.version 2, got 1'],
    ['options', [], 'TypeError: from.options to be an object, got an Array'],
    ['options', { delta: 1 }, 'RangeError: from.options {}, got { delta: 1 }'],
    [
      'denominator',
      'mean',
      'TypeError: from.denominator to be the string "weight" or the string "count" or the string "nonzero", got the string "mean"',
    ],
    [
      'predictions',
      'float16',
      'TypeError: from.predictions to be the string "float32" or the string "float64" or null, got the string "float16"',
    ],
    ['classes', 2, 'TypeError: from.classes to be a number of classes of squaredError, got 2'],
    ['count', -1, 'TypeError: from.count to be an integer, 0 or more, got -1'],
    ['nonzero', 1, 'TypeError: from.nonzero to be an integer, 0 to 0, got 1'],
    [
      'losses',
      {},
      'TypeError: from.losses to be a sum of numbers ≥ 0, in its parts, got an Object',
    ],
    [
      'losses',
      [],
      'TypeError: from.losses to be a sum of numbers ≥ 0, in its parts, got an array of 0',
    ],
    [
      'losses',
      Array(41).fill(0),
      'TypeError: from.losses to be a sum of numbers ≥ 0, in its parts, got [0, 0, 0, 0, 0, 0, 0, 0, … 33 more]',
    ],
    [
      'losses',
      Array(42).fill(0),
      'TypeError: from.losses to be a sum of numbers ≥ 0, in its parts, got an array of 42',
    ],
    [
      'losses',
      ['0'],
      'TypeError: from.losses to be a sum of numbers ≥ 0, in its parts, got one whose element 0 is the string "0"',
    ],
    ['losses', [1], 'TypeError: from.losses to be of nothing, 0, got 1'],
    ['weight', [1], 'TypeError: from.weight to be of nothing, 0, got 1'],
    ['sealed', 1, 'TypeError: from.sealed to be true or false, got 1'],
    ['staged', [], 'TypeError: from.staged to be what toJSON gives, got an Array'],
    ['staged.yTrue', 7, 'TypeError: from.staged.yTrue to be an array of 2 numbers, got 7'],
    ['staged.yTrue', [7], 'TypeError: from.staged.yTrue to be an array of 2 numbers, got one of 1'],
    [
      'staged.yTrue',
      [7, 'x'.repeat(100)],
      `TypeError: from.staged.yTrue to be an array of 2 numbers, got one whose element 1 is the string "${'x'.repeat(100)}"`,
    ],
    [
      'staged.yTrue',
      [7, 'x'.repeat(101)],
      'TypeError: from.staged.yTrue to be an array of 2 numbers, got one whose element 1 is a string of 101 characters',
    ],
    [
      'staged.weights',
      [1, -1],
      'TypeError: from.staged.weights to be an array of 2 finite weights ≥ 0, got one whose element 1 is -1',
    ],
  ])('with another %s is an error that says what is expected: %j', (path, value, error) => {
    const from = mutated(whole, path.split('.'), value);
    const [name, what] = error.split(/: (.*)/s);
    expect(() => lossOf(nothing).accumulator({ from })).toThrow(
      expect.objectContaining({
        name,
        message: `squaredError.accumulator: expected ${what}`,
      }),
    );
  });

  it('of float32 predictions says so of one that is none', () => {
    const from = mutated({ ...whole, predictions: 'float32' }, ['staged', 'yPred', 0], 0.1);
    expect(() => lossOf(nothing).accumulator({ from })).toThrow(
      new TypeError(
        'squaredError.accumulator: expected from.staged.yPred to be an array of 2 float32 numbers, got one whose element 0 is 0.1',
      ),
    );
  });

  it('of weights that come to NaN is an error', () => {
    const from = { ...whole, count: 1, nonzero: 1, weight: ['NaN'] };
    expect(() => lossOf(nothing).accumulator({ from })).toThrow(
      new TypeError('squaredError.accumulator: expected from.weight to be no NaN, got NaN'),
    );
  });

  it('may have a sum of weights of 0 where classes have weights of 0', () => {
    const loss = engines[0].engine.sparseCategoricalCrossEntropy.with({ classWeight: [0, 0] });
    const state = loss.accumulator().update([1], [0.5, 0.5]).seal().toJSON();
    expect([state.nonzero, state.weight]).toEqual([1, [0]]);
    expect(loss.accumulator({ from: state }).toJSON()).toEqual(state);
  });

  it('counts −0 samples as 0', () => {
    const state = lossOf(nothing).accumulator().toJSON() as Json;
    const { count, weight } = lossOf(nothing).accumulator({
      from: { ...state, count: -0, nonzero: -0 },
    });
    expect(count).toBe(0);
    expect(weight).toBe(0);
  });

  it('is a TypeError with a whole block that is staged', () => {
    const n = 683;
    const state = stateOf(three);
    const staged = {
      samples: n,
      yTrue: Array<number>(n).fill(0),
      yPred: Array<number>(3 * n).fill(0.5),
      weights: null,
    };
    expect(() => lossOf(three).accumulator({ from: { ...state, staged } })).toThrow(
      new TypeError(
        'sparseCategoricalCrossEntropy.accumulator: expected from.staged.samples to be an integer, 1 to 681, got 683',
      ),
    );
  });

  it('is a TypeError with weights other than 0 that come to 0', () => {
    const state = { ...stateOf(block), losses: [0], weight: [0] };
    expect(() => lossOf(block).accumulator({ from: state })).toThrow(
      new TypeError(
        'huber.accumulator: expected from.weight to be that of 2048 samples that have one, got 0',
      ),
    );
    expect(outcomeOf(block, { ...state, nonzero: 0 })).toBe('works');
  });

  it('names a staged sample outside its domain', () => {
    const state = mutated(stateOf(three), ['staged', 'yPred', 1], 2);
    expect(() => lossOf(three).accumulator({ from: state })).toThrow(
      new RangeError(
        'sparseCategoricalCrossEntropy.accumulator: from.staged: yPred[1] is 2, expected a probability in [0, 1]',
      ),
    );
  });

  it('says no losses where no sample counts, whatever the denominator', () => {
    const { binaryCrossEntropy } = engines[0].engine;
    const all = binaryCrossEntropy.accumulator();
    all.update(new Float64Array(2048), new Float64Array(2048), {
      sampleWeight: new Float64Array(2048),
    });
    const state = all.toJSON();
    expect(binaryCrossEntropy.accumulator({ from: state }).sum).toBe(0);
    expect(() => binaryCrossEntropy.accumulator({ from: { ...state, losses: [1] } })).toThrow(
      'binaryCrossEntropy.accumulator: expected from.losses to be of nothing, 0, got 1',
    );
  });

  it.each(['options', 'losses', 'weight', 'staged'])(
    'is read no further than it may reach: from.%s',
    (key) => {
      const { array, reads } = longProxy(2 ** 53 - 1);
      const state = mutated(stateOf(three), [key], array);
      expect(outcomeOf(three, state)).toBe('refused');
      expect(reads()).toBeLessThan(100);
    },
  );

  it.each(['yTrue', 'yPred', 'weights'])(
    'is read no further than it may reach: from.staged.%s',
    (key) => {
      const { array, reads } = longProxy(2 ** 53 - 1);
      expect(outcomeOf(three, mutated(stateOf(three), ['staged', key], array))).toBe('refused');
      expect(reads()).toBe(0);
    },
  );

  it.each([
    ['huber', { delta: 2 }, '{ delta: 2 }', { delta: 3 }, '{ delta: 3 }'],
    ['huber', { delta: 2 }, '{ delta: 2 }', {}, '{}'],
    ['huber', {}, '{}', { delta: 2 }, '{ delta: 2 }'],
    [
      'huber',
      { onEmpty: 'zero', delta: 2 },
      "{ delta: 2, onEmpty: 'zero' }",
      { delta: 2 },
      '{ delta: 2 }',
    ],
    [
      'sparseCategoricalCrossEntropy',
      { classWeight: [1, 2] },
      '{ classWeight: [1, 2] }',
      { classWeight: [1, 3] },
      '{ classWeight: [1, 3] }',
    ],
    [
      'sparseCategoricalCrossEntropy',
      { classWeight: [1, 2] },
      '{ classWeight: [1, 2] }',
      { classWeight: [1, 2, 3] },
      '{ classWeight: [1, 2, 3] }',
    ],
  ] as const)('of other options is refused: %s with %j', (name, options, own, others, got) => {
    const mine = lossOf({ name, options }).accumulator();
    const other = lossOf({ name, options: others }).accumulator();
    expect(() => lossOf({ name, options }).accumulator({ from: other.toJSON() })).toThrow(
      new RangeError(`${name}.accumulator: expected from.options ${own}, got ${got}`),
    );
    expect(() => mine.merge(other)).toThrow(/accumulator\.merge: expected /);
  });

  it('shows some of an option that goes on for ever', () => {
    const made = LOSSES[9];
    const subject: Subject = { ...made, title: '', size: 4, type: 'float64', isWeighted: false };
    const { array, reads } = longProxy(2 ** 53 - 1);
    const state = mutated(stateOf(subject), ['options', 'classWeight'], array);
    expect(() => lossOf(subject).accumulator({ from: state })).toThrow(
      /expected from\.options \{ classWeight: \[1, 0\.5, 0\], .* got \{ classWeight: \[0, 0, .*… 90\d+ more\]/,
    );
    expect(reads()).toBeLessThan(100);
  });

  it('may have members that answer otherwise when asked again', () => {
    for (const subject of [three, block]) {
      const state = stateOf(subject);
      for (const path of pathsOf(state).filter(({ length }) => length <= 2)) {
        for (const later of [NaN, -1, 1e9, null, 'x', [], sparseArray()]) {
          const [key, inner] = path;
          const holder = inner === undefined ? state : (state[key] as Json);
          const name = inner ?? key;
          let asked = 0;
          const moody = Object.defineProperty(
            Array.isArray(holder) ? [...holder] : { ...holder },
            name,
            {
              enumerable: true,
              get: () => {
                asked += 1;
                return asked === 1 ? holder[name] : later;
              },
            },
          ) as Json;
          outcomeOf(subject, inner === undefined ? moody : { ...state, [key]: moody });
        }
      }
    }
  });

  it('may inherit its members, and have others', () => {
    const state = { ...stateOf(three), comment: 'of Monday' };
    expect(outcomeOf(three, Object.create(state))).toBe('works');
    expect(outcomeOf(three, Object.assign(Object.create(null), state))).toBe('works');
  });

  it.each(['wasm', 'js'])('that says it is huge costs no memory: on the backend %s', (backend) => {
    const code = `
      const loss = lossmeter.sparseCategoricalCrossEntropy;
      const state = loss.accumulator().update([0, 1], [0.5, 0.5, 0.25, 0.75]).toJSON();
      const sizes = [1e7, 1e8, 1e9, 2 ** 31, 2 ** 32 - 1, 2 ** 53 - 1];
      const errors = [];
      const before = process.memoryUsage().arrayBuffers;
      for (const size of sizes) {
        for (const from of [
          { ...state, staged: { ...state.staged, samples: size } },
          { ...state, staged: { ...state.staged, samples: size, weights: null } },
          { ...state, classes: size },
        ]) {
          try {
            loss.accumulator({ from });
          } catch ({ name }) {
            errors.push(name);
          }
        }
      }
      report({ errors, bytes: process.memoryUsage().arrayBuffers - before });
    `;
    // (A hundred million numbers would be the end of it.)
    const flags = ['--max-old-space-size=64'];
    const { errors, bytes } = inNode(code, { backend, flags }) as {
      errors: string[];
      bytes: number;
    };
    expect(errors).toEqual(Array(18).fill('TypeError'));
    expect(bytes).toBeLessThan(2 ** 20);
  });
});
