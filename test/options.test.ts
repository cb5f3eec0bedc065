// What the options mean, and what happens at the edges of the domain.
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const {
    squaredError,
    absoluteError,
    binaryCrossEntropy,
    categoricalCrossEntropy,
    sparseCategoricalCrossEntropy,
  } = engine;
  const losses = [
    squaredError,
    absoluteError,
    binaryCrossEntropy,
    categoricalCrossEntropy.with({ classes: 3 }),
    sparseCategoricalCrossEntropy,
    sparseCategoricalCrossEntropy.with({ classes: 3 }),
  ];

  describe('onEmpty', () => {
    it.each(losses)('the mean of nothing is NaN, or 0 if asked for: $name', (loss) => {
      expect(loss.mean([], [])).toBeNaN();
      expect(loss.with({ onEmpty: 'nan' }).mean([], [])).toBeNaN();
      expect(loss.with({ onEmpty: 'zero' }).mean([], [])).toBe(0);
    });

    it.each(losses)('the sum of nothing is 0, its losses an empty array: $name', (loss) => {
      expect(loss.sum(new Uint8Array(0), new Float32Array(0))).toBe(0);
      expect(loss.perSample([], [])).toEqual(new Float64Array(0));
      expect(loss.perSample([], new Float32Array(0))).toEqual(new Float32Array(0));
    });

    it('changes nothing where there is something', () => {
      expect(squaredError.with({ onEmpty: 'throw' }).mean([1], [3])).toBe(4);
      expect(squaredError.with({ onEmpty: 'zero' }).mean([1], [3])).toBe(4);
    });
  });

  describe('with', () => {
    it('keeps the options that are set, and replaces those named again', () => {
      const clipped = categoricalCrossEntropy.with({ classes: 2 }).with({ clip: 0.25 });
      expect(clipped.options).toEqual({ classes: 2, clip: 0.25 });
      expect(clipped.with({ clip: 0.1, onEmpty: 'zero' }).options).toEqual({
        classes: 2,
        clip: 0.1,
        onEmpty: 'zero',
      });
      expect(clipped.with({ classes: undefined as unknown as number }).options).toEqual(
        clipped.options,
      );
    });

    it('sets options for good', () => {
      const loss = categoricalCrossEntropy.with({ classes: 2, clip: 0.25 });
      expect(() => Object.assign(loss.options, { clip: 7 })).toThrow(TypeError);
      expect(loss.options).toEqual({ classes: 2, clip: 0.25 });
    });

    it('leaves the loss it is called on as it was', () => {
      binaryCrossEntropy.with({ clip: 0.25, onEmpty: 'zero' });
      expect(binaryCrossEntropy.mean([1], [0])).toBe(100);
      expect(binaryCrossEntropy.mean([], [])).toBeNaN();
    });
  });

  describe('the floor under the logarithm', () => {
    it('makes −ln 0 a loss of 100, as PyTorch does', () => {
      expect(Array.from(binaryCrossEntropy.perSample([1, 0, 1, 0], [0, 1, 1, 0]))).toEqual([
        100, 100, 0, 0,
      ]);
      expect(binaryCrossEntropy.sum([1, 0, 1, 0], [0, 1, 1, 0])).toBe(200);
      expect(categoricalCrossEntropy.with({ classes: 2 }).mean([1, 0], [0, 1])).toBe(100);
      expect(sparseCategoricalCrossEntropy.mean([0], [0, 1])).toBe(100);
    });

    it('is each logarithm’s own with soft labels', () => {
      expect(binaryCrossEntropy.mean([0.25], [0])).toBe(25);
      expect(binaryCrossEntropy.mean([0.25], [1])).toBe(75);
      expect(categoricalCrossEntropy.with({ classes: 2 }).mean([0.5, 0.5], [0, 1])).toBe(50);
    });

    it('holds from e⁻¹⁰⁰ down', () => {
      expect(binaryCrossEntropy.mean([1], [1e-43])).toBeCloseTo(99.01116, 5);
      expect(binaryCrossEntropy.mean([1], [1e-44])).toBe(100);
      expect(binaryCrossEntropy.mean([1], [Number.MIN_VALUE])).toBe(100);
    });
  });

  describe('clip', () => {
    it('replaces the floor', () => {
      const loss = binaryCrossEntropy.with({ clip: 1e-7 });
      expect(loss.mean([1], [0])).toBe(binaryCrossEntropy.mean([1], [1e-7]));
      expect(loss.mean([0], [1])).toBe(binaryCrossEntropy.mean([0], [1 - 1e-7]));
      expect(loss.mean([1], [1])).toBe(binaryCrossEntropy.mean([1], [1 - 1e-7]));
    });

    it('is in float32 for float32 predictions, as Keras does it', () => {
      const loss = binaryCrossEntropy.with({ clip: 1e-7 });
      expect(loss.mean([0], new Float32Array([1]))).toBeCloseTo(15.942385, 6);
      expect(loss.mean([0], new Float64Array([1]))).toBeCloseTo(16.118096, 6);
      expect(loss.mean([0], [1])).toBeCloseTo(16.118096, 6);
      expect(
        categoricalCrossEntropy
          .with({ classes: 2, clip: 1e-7 })
          .mean([1, 0], new Float32Array([0, 1])),
      ).toBe(binaryCrossEntropy.mean([1], [Math.fround(1e-7)]));
    });

    it('moves p of the categorical losses up and down', () => {
      const loss = sparseCategoricalCrossEntropy.with({ clip: 0.25 });
      expect(Array.from(loss.perSample([0, 0, 0], [0, 1, 1, 0, 0.5, 0.5]))).toEqual(
        Array.from(binaryCrossEntropy.perSample([1, 1, 1], [0.25, 0.75, 0.5])),
      );
    });

    it('lets NaN be NaN', () => {
      expect(binaryCrossEntropy.with({ clip: 0.25 }).mean([1], [Number.NaN])).toBeNaN();
    });
  });

  describe('normalize', () => {
    it('divides rows by their sums', () => {
      const rows = [0.5, 0.25, 0.25, 0.2, 0.2, 0.1, 1, 1, 0.5];
      const expected = binaryCrossEntropy.perSample([1, 1, 1], [0.5, 0.4, 0.2]);
      const sparse = sparseCategoricalCrossEntropy
        .with({ normalize: true })
        .perSample([0, 1, 2], rows);
      const oneHot = [1, 0, 0, 0, 1, 0, 0, 0, 1];
      const categorical = categoricalCrossEntropy
        .with({ normalize: true, classes: 3 })
        .perSample(oneHot, rows);
      for (let i = 0; i < 3; i++) {
        expect(sparse[i]).toBeCloseTo(expected[i], 14);
        expect(categorical[i]).toBe(sparse[i]);
      }
    });

    it.each([4, 4096])(
      'by hand, of rows of %d: each by its own sum, and none that is ignored',
      (k) => {
        const rows = new Float64Array(3 * k);
        rows.fill(1 / 4, 0, k).fill(1 / 8, k, 2 * k);
        // ((softmax of the logarithms) − y)/p: (1/K − y)·K/S, with sums S of K/4 and K/8.
        const gradient = new Float64Array(3 * k);
        gradient.fill(4 / k, 0, k).fill(8 / k, k, 2 * k);
        gradient[1] = (4 * (1 - k)) / k;
        gradient[k] = (8 * (1 - k)) / k;
        const sparse = sparseCategoricalCrossEntropy.with({ normalize: true, ignoreIndex: 2 });
        const oneHot = new Float64Array(2 * k);
        oneHot[1] = oneHot[k] = 1;
        const categorical = categoricalCrossEntropy.with({ normalize: true, classes: k });
        const two = rows.subarray(0, 2 * k);
        const options = { reduction: 'sum' } as const;
        expect(sparse.gradient([1, 0, 2], rows, options)).toEqual(gradient);
        expect(categorical.gradient(oneHot, two, options)).toEqual(gradient.subarray(0, 2 * k));
        const [first, second, none] = sparse.perSample([1, 0, 2], rows);
        expect([...categorical.perSample(oneHot, two)]).toEqual([first, second]);
        expect(first).toBeCloseTo(Math.log(k), 13);
        expect(second).toBe(first);
        expect(none).toBe(0);
        expect(sparse.mean([1, 0, 2], rows)).toBe(first);
      },
    );

    it('comes before clip', () => {
      const loss = sparseCategoricalCrossEntropy.with({ normalize: true, clip: 0.25 });
      expect(loss.mean([0], [0.05, 0.05])).toBe(binaryCrossEntropy.mean([1], [0.5]));
    });
  });

  describe('classes', () => {
    it('of the sparse loss come from the lengths', () => {
      const yPred = [0.2, 0.3, 0.5, 0.6, 0.3, 0.1];
      const given = sparseCategoricalCrossEntropy.with({ classes: 3 });
      expect(sparseCategoricalCrossEntropy.mean([2, 0], yPred)).toBe(given.mean([2, 0], yPred));
    });

    it('a term of a label 0 is 0, whatever p is', () => {
      expect(categoricalCrossEntropy.with({ classes: 3 }).mean([0, 1, 0], [0, 1, 0])).toBe(0);
      expect(categoricalCrossEntropy.with({ classes: 3 }).mean([0, 0.5, -0], [0, 1, 0])).toBe(0);
    });

    it('labels of a row need not sum to 1', () => {
      const loss = categoricalCrossEntropy.with({ classes: 2 });
      expect(loss.mean([0, 0], [0.5, 0.5])).toBe(0);
      expect(loss.mean([1, 1], [0.5, 0.5])).toBe(2 * loss.mean([1, 0], [0.5, 0.5]));
    });
  });

  describe('NaN in the data', () => {
    it.each([
      ['squaredError', squaredError],
      ['absoluteError', absoluteError],
      ['binaryCrossEntropy', binaryCrossEntropy],
      ['binaryCrossEntropy with clip', binaryCrossEntropy.with({ clip: 1e-7 })],
      ['categoricalCrossEntropy', categoricalCrossEntropy.with({ classes: 1 })],
      [
        'categoricalCrossEntropy with normalize',
        categoricalCrossEntropy.with({ classes: 1, normalize: true }),
      ],
    ] as const)('makes the result NaN, and only its own sample: %s', (_, loss) => {
      for (const at of [0, 2047, 4999]) {
        const clean = new Float64Array(5000).fill(1);
        const spoilt = clean.slice();
        spoilt[at] = Number.NaN;
        for (const [yTrue, yPred] of [
          [spoilt, clean],
          [clean, spoilt],
        ]) {
          expect(loss.sum(yTrue, yPred)).toBeNaN();
          expect(loss.mean(yTrue, yPred)).toBeNaN();
          const losses = loss.perSample(yTrue, yPred);
          expect(losses.findIndex((x) => Number.isNaN(x))).toBe(at);
          expect(losses.filter((x) => Number.isNaN(x))).toHaveLength(1);
        }
      }
    });

    it.each([{}, { clip: 1e-7 }, { normalize: true }])(
      'anywhere in a row makes the row’s loss NaN, by class index: %j',
      (options) => {
        const loss = sparseCategoricalCrossEntropy.with(options);
        expect(Array.from(loss.perSample([0, 0], [0.5, Number.NaN, 1, 0]))).toEqual([
          Number.NaN,
          loss.mean([0], [1, 0]),
        ]);
        expect(loss.mean([0, 0], [0.5, Number.NaN, 1, 0])).toBeNaN();
      },
    );
  });

  describe('the type of what perSample returns', () => {
    it.each([
      [new Float32Array([0.5]), Float32Array],
      [new Float64Array([0.5]), Float64Array],
      [[0.5], Float64Array],
      [new Uint8Array([1]), Float64Array],
      [new Int32Array([1]), Float64Array],
    ])('is float32 for float32 predictions, else float64: case %#', (yPred, Type) => {
      for (const loss of [squaredError, binaryCrossEntropy, sparseCategoricalCrossEntropy]) {
        expect(loss.perSample([0], yPred)).toBeInstanceOf(Type);
      }
    });

    it('float32 losses are float64 ones within 4 ulp', () => {
      const yPred = Float32Array.from({ length: 3000 }, (_, i) => (i + 0.5) / 3000);
      const yTrue = new Uint8Array(3000).map((_, i) => i % 2);
      for (const loss of [absoluteError, binaryCrossEntropy]) {
        const wide = loss.perSample(yTrue, new Float64Array(yPred));
        const far = loss
          .perSample(yTrue, yPred)
          .filter((x, i) => !(Math.abs(x - wide[i]) <= 2 ** -21 * wide[i]));
        expect([...far]).toEqual([]);
      }
    });
  });

  describe('infinities', () => {
    it('are what IEEE 754 makes of them', () => {
      for (const loss of [squaredError, absoluteError]) {
        expect(
          Array.from(loss.perSample([Infinity, 0, Infinity], [0, -Infinity, Infinity])),
        ).toEqual([Infinity, Infinity, Number.NaN]);
        expect(loss.sum([Infinity, 0], [0, -Infinity])).toBe(Infinity);
        expect(loss.mean([1, Infinity], [0, 0])).toBe(Infinity);
        expect(loss.sum([1, Infinity], [0, Infinity])).toBeNaN();
      }
      expect(squaredError.sum([0, 0], [1e200, 1])).toBe(Infinity);
    });
  });
});
