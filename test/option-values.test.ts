// What the values of options may be, and what is said of others. (clip, onEmpty, classes and normalize: errors.test.ts.)
import { describe, expect, it } from 'vitest';
import { defaultEngine } from '../src/index.js';

type Name =
  | 'huber'
  | 'quantile'
  | 'binaryCrossEntropy'
  | 'categoricalCrossEntropy'
  | 'sparseCategoricalCrossEntropy';

/** The loss with options of any kind. */
function made(
  name: Name,
  options: object,
): { readonly options: Readonly<Record<string, unknown>> } {
  const loss = defaultEngine[name] as unknown as {
    with(options: object): { readonly options: Readonly<Record<string, unknown>> };
  };
  return loss.with(options);
}

const LEAST = 2 ** -1074;
const MOST = Number.MAX_VALUE;

// biome-ignore format: a table
const numbers: readonly { name: Name; option: string; what: string; good: number[]; bad: number[] }[] = [
  { name: 'huber', option: 'delta', what: 'a finite number above 0', good: [LEAST, 1, MOST], bad: [0, -1, Infinity, NaN] },
  { name: 'quantile', option: 'quantile', what: 'a number between 0 and 1', good: [LEAST, 0.5, 1 - 2 ** -53], bad: [0, 1, -0.5, 1.5, NaN] },
  { name: 'binaryCrossEntropy', option: 'positiveWeight', what: 'a finite number ≥ 0', good: [0, 1, MOST], bad: [-LEAST, Infinity, NaN] },
  { name: 'binaryCrossEntropy', option: 'labelSmoothing', what: 'a number in [0, 1]', good: [0, 0.1, 1], bad: [-LEAST, 1 + 2 ** -52, NaN] },
  { name: 'categoricalCrossEntropy', option: 'labelSmoothing', what: 'a number in [0, 1]', good: [0, 1], bad: [-0.1, 1.1, NaN] },
  { name: 'sparseCategoricalCrossEntropy', option: 'ignoreIndex', what: 'an integer', good: [-100, 0, 2 ** 53 - 1], bad: [0.5, 2 ** 53, Infinity, NaN] },
];

describe.each(numbers)('$option of $name', ({ name, option, what, good, bad }) => {
  it.each(good)('may be %d', (value) => {
    expect(made(name, { [option]: value }).options).toEqual({ [option]: value });
  });

  it.each(bad)('may not be %d', (value) => {
    expect(() => made(name, { [option]: value })).toThrow(
      new RangeError(`${name}.with: expected ${option} to be ${what}, got ${value}`),
    );
  });

  it('must be a number', () => {
    expect(() => made(name, { [option]: '1' })).toThrow(
      new TypeError(`${name}.with: expected ${option} to be ${what}, got the string "1"`),
    );
  });
});

describe.each([
  'binaryCrossEntropy',
  'categoricalCrossEntropy',
  'sparseCategoricalCrossEntropy',
] as const)('%s', (name) => {
  it('fromLogits must be a boolean', () => {
    for (const value of [1, 'true', null]) {
      expect(() => made(name, { fromLogits: value })).toThrow(
        new RegExp(`^${name}\\.with: expected fromLogits to be `),
      );
    }
  });

  it('takes no option of probabilities with logits', () => {
    const options = [
      ['clip', 1e-7],
      ...(name === 'binaryCrossEntropy' ? [] : [['normalize', true]]),
    ];
    for (const [option, value] of options as [string, unknown][]) {
      expect(() => made(name, { fromLogits: true, [option]: value })).toThrow(
        new TypeError(`${name}.with: ${option} is for probabilities, not with fromLogits`),
      );
      expect(made(name, { [option]: value }).options).toEqual({ [option]: value });
    }
  });
});

describe.each(['categoricalCrossEntropy', 'sparseCategoricalCrossEntropy'] as const)(
  '%s',
  (name) => {
    it.each([
      [[-1, 1, 1], 0, '-1'],
      [[1, Infinity, 1], 1, 'Infinity'],
      [[1, 1, NaN], 2, 'NaN'],
    ])('no weight of a class: %j', (classWeight, index, got) => {
      expect(() => made(name, { classes: 3, classWeight })).toThrow(
        new RangeError(
          `${name}.with: classWeight[${index}] is ${got}, expected a finite weight ≥ 0`,
        ),
      );
    });

    it('weights of classes that may be 0, and are copied', () => {
      const classWeight = Float64Array.of(0, 1, MOST);
      const loss = made(name, { classes: 3, classWeight });
      classWeight.fill(7);
      expect(loss.options.classWeight).toEqual([0, 1, MOST]);
    });

    it('check may be all or used', () => {
      for (const check of ['all', 'used']) {
        expect(made(name, { check }).options).toEqual({ check });
      }
      expect(() => made(name, { check: 'none' })).toThrow(
        new RegExp(`^${name}\\.with: expected check to be .*all.*used.*, got .*none`),
      );
    });
  },
);
