// Samples of weight 0 among others, in arrays that take unpacking: what is left out is not looked at, and
// what counts is named by its own index and value.
import { describe, expect, it } from 'vitest';
import { bfloat16, float16 } from '../src/index.js';
import { engines } from './support/engines.js';

/** 2⁵³ + 1, which float64 does not hold. */
const BETWEEN = 2n ** 53n + 1n;
const sampleWeight = [1, 0, 1, 2];

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const { squaredError, binaryCrossEntropy, sparseCategoricalCrossEntropy } = engine;

  it.each([
    ['a BigInt64Array', (labels: bigint[]) => BigInt64Array.from(labels)],
    ['a BigUint64Array', (labels: bigint[]) => BigUint64Array.from(labels)],
    ['an array of bigints', (labels: bigint[]) => labels],
  ])('a label of weight 0 that float64 does not hold: %s', (_, make) => {
    const yPred = [1, 2, 3, 5];
    const masked = make([1n, BETWEEN, 3n, 3n]);
    expect(squaredError.mean(masked, yPred, { sampleWeight })).toBe(2);
    expect(squaredError.gradient(masked, yPred, { sampleWeight })).toEqual(
      Float64Array.of(0, 0, 0, 2),
    );
    expect(squaredError.valueAndGradient(masked, yPred, { sampleWeight })).toEqual({
      value: 2,
      gradient: Float64Array.of(0, 0, 0, 2),
    });
    expect(squaredError.perSample(masked, yPred, { sampleWeight })).toEqual(
      Float64Array.of(0, 0, 0, 8),
    );
    for (const verb of ['mean', 'perSample'] as const) {
      const wrong = make([1n, BETWEEN, BETWEEN + 2n, 3n]);
      expect(() => squaredError[verb](wrong, yPred, { sampleWeight })).toThrow(
        new RangeError(
          `squaredError.${verb}: yTrue[2] is ${BETWEEN + 2n}n, expected an integer that float64 holds exactly`,
        ),
      );
    }
    expect(squaredError.accumulator().update(masked, yPred, { sampleWeight }).mean).toBe(2);
  });

  describe.each([
    ['a BigInt64Array', (values: bigint[]) => BigInt64Array.from(values)],
    ['a BigUint64Array', (values: bigint[]) => BigUint64Array.from(values)],
    ['an array of bigints', (values: bigint[]) => values],
  ])('a prediction of weight 0 that float64 does not hold: %s', (_, make) => {
    const { categoricalCrossEntropy, huber } = engine;
    const binary = binaryCrossEntropy.with({ fromLogits: true });
    const rows = categoricalCrossEntropy.with({ fromLogits: true, classes: 1 });
    const sparse = sparseCategoricalCrossEntropy.with({ fromLogits: true, classes: 1 });
    const used = sparseCategoricalCrossEntropy.with({ check: 'used', clip: 0.25, classes: 1 });
    const masked = make([1n, BETWEEN, 1n, 0n]);
    const labels = [0, 0, 0, 0];

    it.each([
      ['squaredError', squaredError, [1, 0, 1, 0], [0.5, 0, 0.5, 0]],
      ['huber', huber, [0.5, 0, 0.5, 0], [0.25, 0, 0.25, 0]],
      [
        'binaryCrossEntropy',
        binary,
        [Math.log1p(Math.E), 0, Math.log1p(Math.E), 2 * Math.LN2],
        [1 / (1 + Math.exp(-1)) / 4, 0, 1 / (1 + Math.exp(-1)) / 4, 0.25],
      ],
      ['categoricalCrossEntropy', rows, [0, 0, 0, 0], [0, 0, 0, 0]],
      ['sparseCategoricalCrossEntropy', sparse, [0, 0, 0, 0], [0, 0, 0, 0]],
      [
        'sparseCategoricalCrossEntropy, clipped',
        used,
        [-Math.log(0.75), 0, -Math.log(0.75), -2 * Math.log(0.25)],
        [0, 0, 0, 0],
      ],
    ] as const)('%s', (_name, loss, losses, slopes) => {
      const sum = losses.reduce((all, each) => all + each, 0);
      expect(loss.sum(labels, masked, { sampleWeight })).toBeCloseTo(sum, 14);
      expect(loss.accumulator().update(labels, masked, { sampleWeight }).sum).toBeCloseTo(sum, 14);
      const perSample = loss.perSample(labels, masked, { sampleWeight });
      const { value, gradient } = loss.valueAndGradient(labels, masked, { sampleWeight });
      expect(value).toBeCloseTo(sum / 4, 14);
      expect(loss.gradient(labels, masked, { sampleWeight })).toEqual(gradient);
      losses.forEach((each, i) => {
        expect(perSample[i]).toBeCloseTo(each, 14);
        expect(gradient[i]).toBeCloseTo(slopes[i], 14);
      });
    });

    it.each(['mean', 'perSample', 'gradient', 'valueAndGradient'] as const)(
      'but one that counts is an error: %s',
      (verb) => {
        const wrong = make([1n, BETWEEN, BETWEEN + 2n, 0n]);
        const weightings = [sampleWeight, [1, 1, 1, 1].map((_one, i) => (i === 1 ? 0 : 2))];
        for (const loss of [squaredError, huber, binary, rows, sparse, used]) {
          for (const weights of weightings) {
            const out = new Float64Array(4).fill(-7);
            const call = verb === 'mean' ? {} : { out };
            expect(() => loss[verb](labels, wrong, { sampleWeight: weights, ...call })).toThrow(
              new RangeError(
                `${loss.name}.${verb}: yPred[2] is ${BETWEEN + 2n}n, expected an integer that float64 holds exactly`,
              ),
            );
            expect(out).toEqual(new Float64Array(4).fill(-7));
          }
        }
      },
    );

    it('and so is one where no weight is 0, and in an accumulator', () => {
      const loss = squaredError.accumulator();
      for (const weights of [
        [1, 2, 1, 1],
        [0, 1, 0, 0],
      ]) {
        const options = { sampleWeight: weights };
        const message = /yPred\[1\] is 9007199254740993n, expected an integer that float64 holds/;
        for (const each of [squaredError, binary, rows, sparse]) {
          expect(() => each.mean(labels, masked, options)).toThrow(message);
          expect(() => each.accumulator().update(labels, masked, options)).toThrow(message);
        }
        expect(() => loss.update(labels, masked, options)).toThrow(message);
      }
      expect(loss.count).toBe(0);
    });

    it('in an array longer than a block', () => {
      const n = 5000;
      const weights = Array.from({ length: n }, (_one, i) => (i % 3 === 1 ? 0 : 1));
      const values = weights.map((weight) => (weight === 0 ? BETWEEN : 1n));
      const truth = new Float64Array(n);
      const out = new Float64Array(n);
      const options = { sampleWeight: weights };
      expect(squaredError.mean(truth, make(values), options)).toBe(1);
      expect(binary.mean(truth, make(values), options)).toBeCloseTo(Math.log1p(Math.E), 14);
      squaredError.gradient(truth, make(values), { ...options, out, reduction: 'sum' });
      expect(out).toEqual(Float64Array.from(weights, (weight) => 2 * weight));
      values[4500] = BETWEEN;
      for (const loss of [squaredError, binary]) {
        out.fill(-7);
        expect(() => loss.gradient(truth, make(values), { ...options, out })).toThrow(
          /yPred\[4500\] is /,
        );
        expect(() => loss.mean(truth, make(values), options)).toThrow(/yPred\[4500\] is /);
        expect(out).toEqual(new Float64Array(n).fill(-7));
      }
    });
  });

  it.each([
    ['float16', float16(Uint16Array.of(0x3800, 0x7e00, 0x3800, 0x3800))],
    ['bfloat16', bfloat16(Uint16Array.of(0x3f00, 0x7fc0, 0x3f00, 0x3f00))],
  ])('a NaN of weight 0 among half floats: %s', (_, yPred) => {
    const mean = binaryCrossEntropy.mean([1, 7, 0, 1], yPred, { sampleWeight });
    expect(mean).toBeCloseTo(Math.LN2, 7);
  });

  it('a class index of weight 0 that is none', () => {
    const labels = BigInt64Array.of(0n, -1n, 1n, 0n);
    const yPred = new Float32Array(8).fill(0.5);
    expect(sparseCategoricalCrossEntropy.mean(labels, yPred, { sampleWeight })).toBeCloseTo(
      Math.LN2,
      7,
    );
  });

  describe.each([
    ['ordinary arrays', (values: readonly number[]) => values.slice()],
    ['float64', (values: readonly number[]) => new Float64Array(values)],
  ])('of rows by hand, what is left out is 0: %s', (_, make) => {
    const loss = engine.categoricalCrossEntropy.with({ classes: 2 });
    const yTrue = make([7, 7, 1, 0, -1, NaN, 0, 1, 3, 3]);
    const yPred = make([7, NaN, 0.5, 0.5, -1, 7, 0.5, 0.5, 2, 2]);
    const weights = make([0, 1, 0, 2, 0]);
    const slopes = [0, 0, -2, 0, 0, 0, 0, -4, 0, 0];

    it('losses', () => {
      const out = new Float64Array(5).fill(-7);
      expect(loss.perSample(yTrue, yPred, { sampleWeight: weights, out })).toBe(out);
      expect(out).toEqual(Float64Array.of(0, Math.LN2, 0, 2 * Math.LN2, 0));
      expect(loss.perSample(yTrue, yPred, { sampleWeight: new Uint8Array(5) })).toEqual(
        new Float64Array(5),
      );
    });

    it('losses and gradient where the first and the last of a block count', () => {
      const options = { sampleWeight: weights.slice(1, 4) };
      const [labels, predictions] = [yTrue.slice(2, 8), yPred.slice(2, 8)];
      expect(loss.perSample(labels, predictions, options)).toEqual(
        Float64Array.of(Math.LN2, 0, 2 * Math.LN2),
      );
      expect(loss.gradient(labels, predictions, { ...options, reduction: 'sum' })).toEqual(
        Float64Array.from(slopes.slice(2, 8)),
      );
    });

    it.each([
      ['weight', 3],
      ['count', 5],
      ['nonzero', 2],
    ] as const)('value and gradient over %s, %d', (denominator, divisor) => {
      const out = new Float64Array(10).fill(-7);
      const options = { sampleWeight: weights, denominator, out };
      const gradient = Float64Array.from(slopes, (slope) => slope / divisor);
      const { value } = loss.valueAndGradient(yTrue, yPred, options);
      expect(value).toBeCloseTo((3 * Math.LN2) / divisor, 15);
      gradient.forEach((slope, i) => {
        expect(out[i]).toBeCloseTo(slope, 15);
      });
      expect(loss.gradient(yTrue, yPred, { sampleWeight: weights, reduction: 'sum' })).toEqual(
        Float64Array.from(slopes),
      );
    });
  });

  describe('in a block that is not the first, what counts is named as it is', () => {
    const n = 3000;
    const at = 2500;
    const everyThird = Array.from({ length: n }, (_, i) => (i % 3 === 0 ? 0 : 1));
    const labels = (value: bigint) => {
      const list = Array.from({ length: n }, (_, i): bigint => (i % 3 === 0 ? -5n : 1n));
      list[at] = value;
      return list;
    };

    it.each([
      ['a BigInt64Array', (list: bigint[]) => BigInt64Array.from(list)],
      ['an array of bigints', (list: bigint[]) => list],
    ])('a label: %s', (_, make) => {
      const yPred = new Float64Array(n).fill(0.5);
      const options = { sampleWeight: everyThird };
      expect(binaryCrossEntropy.mean(make(labels(0n)), yPred, options)).toBeCloseTo(Math.LN2, 12);
      const wrong = make(labels(BETWEEN));
      for (const verb of ['mean', 'perSample', 'gradient'] as const) {
        expect(() => binaryCrossEntropy[verb](wrong, yPred, options)).toThrow(
          new RangeError(
            `binaryCrossEntropy.${verb}: yTrue[${at}] is ${BETWEEN}n, expected a label in [0, 1]`,
          ),
        );
      }
    });

    it('a probability that is a half float', () => {
      const bits = new Uint16Array(n).fill(0x3800);
      for (let i = 0; i < n; i += 3) bits[i] = 0x4000;
      const yTrue = new Uint8Array(n);
      const options = { sampleWeight: everyThird };
      expect(binaryCrossEntropy.mean(yTrue, float16(bits), options)).toBeCloseTo(Math.LN2, 7);
      bits[at] = 0x3e00;
      expect(() => binaryCrossEntropy.mean(yTrue, float16(bits), options)).toThrow(
        new RangeError(
          `binaryCrossEntropy.mean: yPred[${at}] is 1.5, expected a probability in [0, 1]`,
        ),
      );
    });
  });

  it('a state whose options have very many members is refused in a few words', () => {
    const options = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`o${i}`, i]));
    const state = { ...squaredError.accumulator().toJSON(), options };
    expect(() => squaredError.accumulator({ from: state })).toThrow(
      'expected from.options {}, got an object of 1000 members',
    );
  });
});
