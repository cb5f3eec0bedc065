// What is wrong with the arguments is said: which argument, which index, what was expected, what came.
import { describe, expect, it } from 'vitest';
import type { Numbers } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { engines } from './support/engines.js';

type Verb = 'mean' | 'sum' | 'perSample';
const verbs: readonly Verb[] = ['mean', 'sum', 'perSample'];

interface AnyLoss {
  readonly name: string;
  mean(yTrue: Numbers, yPred: Numbers, options?: object): number;
  sum(yTrue: Numbers, yPred: Numbers, options?: object): number;
  perSample(yTrue: Numbers, yPred: Numbers, options?: object): ArrayLike<number>;
  gradient(yTrue: Numbers, yPred: Numbers, options?: object): ArrayLike<number>;
  valueAndGradient(yTrue: Numbers, yPred: Numbers, options?: object): object;
  accumulator(): { update(yTrue: Numbers, yPred: Numbers, options?: object): unknown };
  with(options: object): AnyLoss;
}

/** A loss without its types: what is wrong on purpose does not compile. */
function untyped(loss: object): AnyLoss {
  return loss as AnyLoss;
}

/** A loss of rows with options, where a classWeight stands for some weight of each class. */
function rowLoss(loss: AnyLoss, classes: number, options: object): AnyLoss {
  const classWeight = new Float64Array(classes).fill(0.5, 1);
  classWeight[0] = 2;
  return loss.with({ ...options, classes, ...('classWeight' in options && { classWeight }) });
}

const losses = [
  { name: 'squaredError', of: (engine: Engine) => untyped(engine.squaredError) },
  { name: 'absoluteError', of: (engine: Engine) => untyped(engine.absoluteError) },
  { name: 'binaryCrossEntropy', of: (engine: Engine) => untyped(engine.binaryCrossEntropy) },
  {
    name: 'categoricalCrossEntropy',
    of: (engine: Engine) => untyped(engine.categoricalCrossEntropy.with({ classes: 1 })),
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    of: (engine: Engine) => untyped(engine.sparseCategoricalCrossEntropy.with({ classes: 1 })),
  },
] as const;

const named = (list: readonly number[]): Numbers => list;

/** Options of the verbs. */
const KNOWN_OPTIONS = {
  mean: 'sampleWeight, denominator',
  sum: 'sampleWeight',
  perSample: 'out, sampleWeight',
};

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(losses)('$name', ({ name, of }) => {
    const loss = of(engine);

    it.each(verbs)('%s: arrays of different lengths', (verb) => {
      const why =
        name === 'sparseCategoricalCrossEntropy' ? 'yTrue.length · classes' : 'as yTrue.length';
      for (const [n, m] of [
        [3, 2],
        [2, 3],
        [0, 1],
        [5000, 4999],
      ]) {
        expect(() => loss[verb](new Uint8Array(n), new Float64Array(m))).toThrow(
          new RangeError(`${name}.${verb}: expected yPred.length ${n} (${why}), got ${m}`),
        );
      }
    });

    it.each([
      ['undefined', undefined],
      ['null', null],
      ['3', 3],
      ['the string "abc"', 'abc'],
      ['true', true],
      ['3n', 3n],
      ['an Object', { length: 0 }],
      ['a Set', new Set([1])],
      ['a function', () => 0],
      ['an Object', Object.create(Float64Array.prototype)],
    ])('an argument that is %s, case %#', (described, value) => {
      const expected = 'a typed array or an array of numbers';
      for (const verb of verbs) {
        expect(() => loss[verb](value as Numbers, [0])).toThrow(
          new TypeError(`${name}.${verb}: expected yTrue to be ${expected}, got ${described}`),
        );
        expect(() => loss[verb]([0], value as Numbers)).toThrow(
          new TypeError(`${name}.${verb}: expected yPred to be ${expected}, got ${described}`),
        );
      }
    });

    it.each([
      ['-1', -1],
      ['1.5', 1.5],
      ['NaN', NaN],
      ['9007199254740992', 2 ** 53],
      ['the string "1"', '1'],
      ['undefined', undefined],
    ])('an array by a proxy that says its length is %s', (described, length) => {
      const list = new Proxy([0], {
        get: (target, key) => (key === 'length' ? length : Reflect.get(target, key)),
      });
      const error = (verb: Verb, argument: string) =>
        new TypeError(
          `${name}.${verb}: ${argument}.length is ${described}, expected an integer ≥ 0`,
        );
      for (const verb of verbs) {
        expect(() => loss[verb](list, [0])).toThrow(error(verb, 'yTrue'));
        expect(() => loss[verb]([0], list)).toThrow(error(verb, 'yPred'));
        expect(() => loss[verb]([0], [0], { sampleWeight: list })).toThrow(
          error(verb, 'sampleWeight'),
        );
      }
    });

    it.each([
      ['a hole', named(Array(2)), 0, 'undefined'],
      ['a string', [0, '1'], 1, 'the string "1"'],
      ['null', [0, null], 1, 'null'],
      ['an object', [0, { valueOf: (): number => 1 }], 1, 'an Object'],
    ])('an element that is %s', (_, values, index, described) => {
      const zeros = new Float64Array(values.length);
      for (const verb of verbs) {
        expect(() => loss[verb](values as Numbers, zeros)).toThrow(
          new TypeError(`${name}.${verb}: yTrue[${index}] is ${described}, expected a number`),
        );
        expect(() => loss[verb](zeros, values as Numbers)).toThrow(
          new TypeError(`${name}.${verb}: yPred[${index}] is ${described}, expected a number`),
        );
      }
    });

    it('an element that is no number, wherever it is', () => {
      const zeros = new Uint8Array(19);
      for (let i = 0; i < 19; i++) {
        const values: unknown[] = Array(19).fill(0);
        values[i] = '0';
        expect(() => loss.sum(values as number[], zeros)).toThrow(
          new TypeError(`${name}.sum: yTrue[${i}] is the string "0", expected a number`),
        );
      }
    });

    it('an element of a later block that is no number', () => {
      const values: unknown[] = Array(5000).fill(0);
      values[4321] = '0';
      expect(() => loss.sum(values as number[], new Uint8Array(5000))).toThrow(
        new TypeError(`${name}.sum: yTrue[4321] is the string "0", expected a number`),
      );
    });

    it('options that are unknown, or none', () => {
      for (const verb of verbs) {
        const known = KNOWN_OPTIONS[verb];
        expect(() => loss[verb]([], [], { weight: 1 })).toThrow(
          new TypeError(`${name}.${verb}: unknown option "weight", expected ${known}`),
        );
        for (const [described, options] of [
          ['null', null],
          ['1', 1],
          ['an Array', []],
          ['the string "out"', 'out'],
        ] as const) {
          expect(() => loss[verb]([], [], options as unknown as object)).toThrow(
            new TypeError(`${name}.${verb}: expected options to be an object, got ${described}`),
          );
        }
      }
      expect(() => loss.with({ onEmtpy: 'zero' })).toThrow(
        expect.objectContaining({
          name: 'TypeError',
          message: expect.stringMatching(
            new RegExp(`^${name}\\.with: unknown option "onEmtpy", expected .*onEmpty`),
          ),
        }),
      );
    });

    it('an out of another type or length', () => {
      for (const [yPred, out, described] of [
        [new Float64Array(2), new Float32Array(2), 'Float64Array (as yPred), got a Float32Array'],
        [new Float32Array(2), new Float64Array(2), 'Float32Array (as yPred), got a Float64Array'],
        [[0, 0], new Float32Array(2), 'Float64Array (as yPred), got a Float32Array'],
        [new Uint8Array(2), new Uint8Array(2), 'Float64Array (as yPred), got a Uint8Array'],
        [new Float64Array(2), [0, 0], 'Float64Array (as yPred), got an Array'],
        [new Float64Array(2), null, 'Float64Array (as yPred), got null'],
        [new Float64Array(2), 2, 'Float64Array (as yPred), got 2'],
      ] as const) {
        expect(() => loss.perSample([0, 0], yPred, { out })).toThrow(
          new TypeError(`${name}.perSample: expected out to be a ${described}`),
        );
      }
      for (const n of [0, 1, 3]) {
        expect(() =>
          loss.perSample([0, 0], new Float64Array(2), { out: new Float64Array(n) }),
        ).toThrow(new RangeError(`${name}.perSample: expected out.length 2, got ${n}`));
      }
    });

    it('a mean of nothing, if it is not to be had', () => {
      const strict = untyped(loss.with({ onEmpty: 'throw' }));
      expect(() => strict.mean([], [])).toThrow(
        new RangeError(`${name}.mean: expected at least one sample, got 0`),
      );
      expect(strict.sum([], [])).toBe(0);
      expect(strict.perSample([], [])).toEqual(new Float64Array(0));
    });

    it('values of onEmpty that are none', () => {
      const expected = `${name}.with: expected onEmpty to be 'nan', 'zero' or 'throw', got`;
      expect(() => loss.with({ onEmpty: 'NaN' })).toThrow(
        new RangeError(`${expected} the string "NaN"`),
      );
      expect(() => loss.with({ onEmpty: 0 })).toThrow(new TypeError(`${expected} 0`));
    });
  });

  describe.each([
    {
      name: 'binaryCrossEntropy',
      of: (options: object) => untyped(engine.binaryCrossEntropy).with(options),
    },
    {
      name: 'categoricalCrossEntropy',
      of: (options: object) =>
        untyped(engine.categoricalCrossEntropy).with({ classes: 1, ...options }),
    },
    {
      name: 'sparseCategoricalCrossEntropy',
      of: (options: object) =>
        untyped(engine.sparseCategoricalCrossEntropy).with({ classes: 1, ...options }),
    },
  ])('$name', ({ name, of }) => {
    it('a clip that is none', () => {
      for (const clip of [0, -1e-7, 0.5, 1, NaN, Infinity]) {
        expect(() => of({ clip })).toThrow(
          new RangeError(
            `${name}.with: expected clip to be a number between 0 and 0.5, got ${clip}`,
          ),
        );
      }
      expect(() => of({ clip: '1e-7' })).toThrow(
        new TypeError(
          `${name}.with: expected clip to be a number between 0 and 0.5, got the string "1e-7"`,
        ),
      );
    });

    it('a probability outside [0, 1], by its first index', () => {
      const loss = of({});
      for (const Type of [Float64Array, Float32Array]) {
        for (const value of [1.25, -0.25, Infinity, -Infinity, 1 + 2 ** -23, -(2 ** -149)]) {
          for (const index of [0, 8, 2047, 2048, 5001]) {
            const yPred = new Type(5003).fill(0.5);
            yPred[index] = value;
            yPred.fill(7, index + 1);
            for (const verb of verbs) {
              expect(() => loss[verb](new Uint8Array(5003), yPred)).toThrow(
                new RangeError(
                  `${name}.${verb}: yPred[${index}] is ${value}, expected a probability in [0, 1]`,
                ),
              );
            }
          }
        }
      }
    });

    it('a probability outside [0, 1] behind a NaN', () => {
      const yPred = [0.5, NaN, 1.5];
      for (const verb of verbs) {
        expect(() => of({})[verb]([0, 0, 0], yPred)).toThrow(
          new RangeError(`${name}.${verb}: yPred[2] is 1.5, expected a probability in [0, 1]`),
        );
      }
    });
  });

  describe.each([
    { name: 'binaryCrossEntropy', loss: untyped(engine.binaryCrossEntropy) },
    {
      name: 'categoricalCrossEntropy',
      loss: untyped(engine.categoricalCrossEntropy.with({ classes: 1 })),
    },
  ])('$name', ({ name, loss }) => {
    it.each([
      { label: 3, probability: 5, first: 'yTrue[3] is 2, expected a label in [0, 1]' },
      { label: 5, probability: 3, first: 'yPred[3] is 1.5, expected a probability in [0, 1]' },
      {
        label: 4000,
        probability: 2000,
        first: 'yPred[2000] is 1.5, expected a probability in [0, 1]',
      },
      { label: 2000, probability: 4000, first: 'yTrue[2000] is 2, expected a label in [0, 1]' },
      { label: 0, probability: 1, first: 'yTrue[0] is 2, expected a label in [0, 1]' },
      { label: 3000, probability: 3500, first: 'yTrue[3000] is 2, expected a label in [0, 1]' },
    ])('of a label and a probability the first: $first', ({ label, probability, first }) => {
      const yTrue = new Uint8Array(5000);
      const yPred = new Float64Array(5000).fill(0.5);
      yTrue[label] = 2;
      yPred[probability] = 1.5;
      for (const verb of verbs) {
        expect(() => loss[verb](yTrue, yPred)).toThrow(new RangeError(`${name}.${verb}: ${first}`));
      }
      expect(() => loss.perSample(yTrue, yPred, { out: new Float64Array(5000) })).toThrow(
        new RangeError(`${name}.perSample: ${first}`),
      );
    });

    it('a label outside [0, 1], by its first index', () => {
      for (const [Type, values] of [
        [Float64Array, [2, -1, 1 + 2 ** -52, -Number.MIN_VALUE, Infinity]],
        [Float32Array, [2, -1, 1 + 2 ** -23]],
        [Uint8Array, [2, 255]],
        [Int8Array, [-1, 2]],
        [Int32Array, [-1, 2, 2 ** 31 - 1]],
        [Uint32Array, [2, 2 ** 32 - 1]],
      ] as const) {
        for (const value of values) {
          for (const index of [0, 9, 2049, 4999]) {
            const yTrue = new Type(5001);
            yTrue[index] = value;
            yTrue[5000] = 7;
            for (const verb of verbs) {
              expect(() => loss[verb](yTrue, new Float32Array(5001).fill(0.5))).toThrow(
                new RangeError(
                  `${name}.${verb}: yTrue[${index}] is ${value}, expected a label in [0, 1]`,
                ),
              );
            }
          }
        }
      }
    });
  });

  describe.each(['f32', 'f64'])('what is out of its domain, of %s predictions', (type) => {
    const Type = type === 'f32' ? Float32Array : Float64Array;

    // (7 is where it may be.)
    /** Each verb, and an accumulator, alone and with weights, must say so. */
    function expectRefused(
      loss: AnyLoss,
      yTrue: Float64Array,
      probabilities: Float64Array,
      what: string,
      samples: number,
    ): void {
      const yPred = Type.from(probabilities);
      for (const options of [{}, { sampleWeight: new Float32Array(samples).fill(2) }]) {
        for (const verb of ['mean', 'sum', 'perSample', 'gradient', 'valueAndGradient'] as const) {
          expect(() => loss[verb](yTrue, yPred, options), `${verb} ${what}`).toThrow(
            new RangeError(`${loss.name}.${verb}: ${what}`),
          );
        }
        expect(() => loss.accumulator().update(yTrue, yPred, options), what).toThrow(
          new RangeError(`${loss.name}.accumulator.update: ${what}`),
        );
      }
    }

    const pointwise = [{}, { positiveWeight: 3 }, { labelSmoothing: 0.5 }];
    it.each([...pointwise, { clip: 0.1 }, { fromLogits: true }, { positiveWeight: 3, clip: 0.1 }])(
      'binaryCrossEntropy %j',
      (options) => {
        const loss = untyped(engine.binaryCrossEntropy).with(options);
        for (const [n, i] of [
          [5, 3],
          [2060, 2059],
        ]) {
          const yTrue = new Float64Array(n).fill(1, 0, 2);
          const yPred = new Float64Array(n).fill(0.25);
          if ('clip' in options || 'fromLogits' in options) yPred[0] = 7;
          const wrong = `[${i}] is 1.25, expected a`;
          expectRefused(loss, yTrue.with(i, 1.25), yPred, `yTrue${wrong} label in [0, 1]`, n);
          if ('clip' in options || 'fromLogits' in options) continue;
          expectRefused(loss, yTrue, yPred.with(i, 1.25), `yPred${wrong} probability in [0, 1]`, n);
        }
      },
    );

    const rows = [
      {},
      { check: 'used' },
      { normalize: true },
      { classWeight: true },
      { labelSmoothing: 0.5 },
      { classWeight: true, labelSmoothing: 0.5 },
      { clip: 0.1 },
      { clip: 0.1, check: 'used' },
      { clip: 0.1, normalize: true },
      { fromLogits: true },
      { fromLogits: true, classWeight: true },
      { fromLogits: true, labelSmoothing: 0.5 },
    ];
    describe.each([3, 2051])('rows of %d', (classes) => {
      it.each(rows)('categoricalCrossEntropy %j', (options) => {
        const loss = rowLoss(untyped(engine.categoricalCrossEntropy), classes, options);
        const yTrue = new Float64Array(3 * classes);
        for (let row = 0; row < 3; row++) yTrue[row * classes + 1] = 1;
        const yPred = new Float64Array(3 * classes).fill(1 / 4);
        if ('clip' in options || 'fromLogits' in options || 'check' in options) yPred[0] = 7;
        const i = 2 * classes + 1;
        const wrong = `[${i}] is 1.25, expected a`;
        expectRefused(loss, yTrue.with(i, 1.25), yPred, `yTrue${wrong} label in [0, 1]`, 3);
        if ('clip' in options || 'fromLogits' in options) return;
        expectRefused(loss, yTrue, yPred.with(i, 1.25), `yPred${wrong} probability in [0, 1]`, 3);
      });

      it.each([...rows, { ignoreIndex: 0 }, { ignoreIndex: 0, fromLogits: true }])(
        'sparseCategoricalCrossEntropy %j',
        (options) => {
          const loss = rowLoss(untyped(engine.sparseCategoricalCrossEntropy), classes, options);
          const yTrue = Float64Array.of(0, 1, 2);
          const yPred = new Float64Array(3 * classes).fill(1 / 4);
          if ('clip' in options || 'fromLogits' in options || 'ignoreIndex' in options)
            yPred[0] = 7;
          if ('check' in options) yPred[1] = 7;
          for (const label of [-1, classes, 0.5]) {
            expectRefused(
              loss,
              yTrue.with(2, label),
              yPred,
              `yTrue[2] is ${label}, expected a class index, an integer from 0 to ${classes - 1}`,
              3,
            );
          }
          if ('clip' in options || 'fromLogits' in options) return;
          const places = 'check' in options ? [2] : [0, 2, classes - 1];
          for (const k of places) {
            const i = 2 * classes + k;
            const what = `yPred[${i}] is 1.25, expected a probability in [0, 1]`;
            expectRefused(loss, yTrue, yPred.with(i, 1.25), what, 3);
          }
        },
      );
    });
  });

  it.each([
    { name: 'binaryCrossEntropy', loss: untyped(engine.binaryCrossEntropy) },
    {
      name: 'categoricalCrossEntropy',
      loss: untyped(engine.categoricalCrossEntropy.with({ classes: 2 })),
    },
  ])('a label outside [0, 1] that smoothing would bring inside: $name', ({ name, loss }) => {
    for (const options of [{}, { fromLogits: true }, { positiveWeight: 2 }, { clip: 0.1 }]) {
      if ('positiveWeight' in options && name !== 'binaryCrossEntropy') continue;
      const smoothing = loss.with({ ...options, labelSmoothing: 0.5 });
      for (const label of [1.25, -0.25]) {
        for (const verb of verbs) {
          expect(() => smoothing[verb]([0, 1, 0, label], [0.5, 0.25, 0.5, 0.25])).toThrow(
            new RangeError(`${name}.${verb}: yTrue[3] is ${label}, expected a label in [0, 1]`),
          );
        }
      }
    }
  });

  describe('categoricalCrossEntropy', () => {
    const plain = untyped(engine.categoricalCrossEntropy);

    it('no classes', () => {
      for (const verb of verbs) {
        expect(() => plain[verb]([1], [1])).toThrow(
          new TypeError(
            `categoricalCrossEntropy.${verb}: expected the option classes, as in categoricalCrossEntropy.with({ classes: 3 })`,
          ),
        );
      }
    });

    it('elements that make no whole rows', () => {
      const three = plain.with({ classes: 3 });
      for (const Type of [Array, Float64Array, Float32Array]) {
        for (const verb of verbs) {
          const name = `categoricalCrossEntropy.${verb}`;
          expect(() => three[verb](Type.of(1, 0, 0, 1), Type.of(1, 0, 0, 1))).toThrow(
            new RangeError(`${name}: expected yPred.length to be a multiple of classes, 3, got 4`),
          );
          expect(() => three[verb](Type.of(1, 0, 0, 1), Type.of(1, 0, 0))).toThrow(
            new RangeError(`${name}: expected yPred.length 4 (as yTrue.length), got 3`),
          );
        }
      }
    });
  });

  describe('sparseCategoricalCrossEntropy', () => {
    const plain = untyped(engine.sparseCategoricalCrossEntropy);

    it('elements that make no whole rows', () => {
      expect(() => plain.mean([1, 0], [0.5, 0.5, 1])).toThrow(
        new RangeError(
          'sparseCategoricalCrossEntropy.mean: expected yPred.length to be a multiple of yTrue.length, 2, got 3',
        ),
      );
      // (Not rows of no classes.)
      for (const verb of verbs) {
        expect(() => plain[verb]([0, 0], [])).toThrow(
          new RangeError(
            `sparseCategoricalCrossEntropy.${verb}: expected yPred.length to be a multiple of yTrue.length, 2, got 0`,
          ),
        );
      }
    });

    it('elements that make no whole rows, in typed arrays', () => {
      const three = plain.with({ classes: 3 });
      for (const Type of [Float64Array, Float32Array]) {
        for (const verb of verbs) {
          const name = `sparseCategoricalCrossEntropy.${verb}`;
          for (const [n, m] of [
            [2, 4],
            [2, 5],
            [3, 3],
          ]) {
            expect(() => three[verb](new Int32Array(n), new Type(m).fill(0.5))).toThrow(
              new RangeError(
                `${name}: expected yPred.length ${3 * n} (yTrue.length · classes${n === m ? '; for rows of labels use categoricalCrossEntropy' : ''}), got ${m}`,
              ),
            );
          }
          expect(() => plain[verb](new Int32Array(2), new Type(3).fill(0.5))).toThrow(
            new RangeError(
              `${name}: expected yPred.length to be a multiple of yTrue.length, 2, got 3`,
            ),
          );
        }
      }
    });

    it.each([{}, { clip: 1e-7 }, { normalize: true }])(
      'with %j: a class index that is none',
      (options) => {
        const loss = plain.with(options);
        for (const value of [3, -1, 0.5, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 53, Infinity]) {
          for (const index of [0, 5, 682, 683, 1400]) {
            const yTrue = new Float64Array(1401);
            yTrue[index] = value;
            for (const verb of verbs) {
              expect(() => loss[verb](yTrue, new Float64Array(3 * 1401).fill(0.25))).toThrow(
                new RangeError(
                  `sparseCategoricalCrossEntropy.${verb}: yTrue[${index}] is ${value}, expected a class index, an integer from 0 to 2`,
                ),
              );
            }
          }
        }
      },
    );

    it('a class index that is none, of rows longer than a block', () => {
      for (const value of [-1, 5000, 1.5]) {
        expect(() => plain.mean([0, value], new Float64Array(10_000).fill(0.1))).toThrow(
          new RangeError(
            `sparseCategoricalCrossEntropy.mean: yTrue[1] is ${value}, expected a class index, an integer from 0 to 4999`,
          ),
        );
      }
    });
  });

  describe.each([
    { name: 'categoricalCrossEntropy', of: untyped(engine.categoricalCrossEntropy) },
    { name: 'sparseCategoricalCrossEntropy', of: untyped(engine.sparseCategoricalCrossEntropy) },
  ])('$name', ({ name, of }) => {
    it('values of classes and normalize that are none', () => {
      for (const classes of [0, -3, 1.5, NaN, Infinity]) {
        expect(() => of.with({ classes })).toThrow(
          new RangeError(
            `${name}.with: expected classes to be an integer of at least 1, got ${classes}`,
          ),
        );
      }
      expect(() => of.with({ classes: '3' })).toThrow(
        new TypeError(
          `${name}.with: expected classes to be an integer of at least 1, got the string "3"`,
        ),
      );
      expect(() => of.with({ normalize: 1 })).toThrow(
        new TypeError(`${name}.with: expected normalize to be true or false, got 1`),
      );
    });

    it.each([3, 2047, 5003])('a row of %d zeros that is to be normalized', (classes) => {
      const loss = of.with({ classes, normalize: true });
      const yPred = new Float64Array(3 * classes).fill(0.1).fill(0, classes, 2 * classes);
      const yTrue = name === 'categoricalCrossEntropy' ? new Uint8Array(3 * classes) : [0, 0, 0];
      for (const verb of verbs) {
        expect(() => loss[verb](yTrue, yPred)).toThrow(
          new RangeError(
            `${name}.${verb}: yPred[${classes}] to [${2 * classes - 1}], row 1, sum to 0, expected a row that can be normalized`,
          ),
        );
      }
    });
  });
});
