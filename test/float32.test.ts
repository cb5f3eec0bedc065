// What is computed in float32 and written in it: losses of numbers, and their gradients.
import { describe, expect, it } from 'vitest';
import { seeded } from './losses/numbers.mjs';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { plainLoss } from './support/verbs.js';

const LARGEST = Math.fround(3.4e38);
const LEAST = 2 ** -149;

/** Of float32. */
function ulpOf(x: number): number {
  const size = Math.max(Math.abs(x), 2 ** -126);
  return 2 ** (Math.floor(Math.log2(size)) - 23);
}

/** Numbers of all sizes, close to each other and far apart. */
function pairs(seed: number, n: number): { yTrue: Float32Array; yPred: Float32Array } {
  const random = seeded(seed);
  const any = () =>
    (2 * random() - 1) * 2 ** (random() < 0.5 ? 6 * random() : 254 * random() - 127);
  const yTrue = Float32Array.from({ length: n }, any);
  const yPred = yTrue.map((y) =>
    random() < 0.5 ? any() : y * (1 + random() * 2 ** -(20 * random())),
  );
  const special = [0, -0, LEAST, -LEAST, 3 * LEAST, 2 ** -126, LARGEST, -LARGEST, 2 ** 64, 1, 0.1];
  special.forEach((y, i) => {
    special.forEach((p, j) => {
      yTrue[i * special.length + j] = y;
      yPred[i * special.length + j] = p;
    });
  });
  return { yTrue, yPred };
}

const losses: readonly {
  name: string;
  options: object;
  of: (d: number) => number;
  slope: (d: number) => number;
}[] = [
  { name: 'squaredError', options: {}, of: (d) => d * d, slope: (d) => 2 * d },
  { name: 'absoluteError', options: {}, of: Math.abs, slope: Math.sign },
  ...[1, 0.1, 20, 1e-300, 1e-41, 2 ** -126, 1e30, 3e38, 1e300].map((delta) => ({
    name: 'huber',
    options: { delta },
    of: (d: number) => {
      const size = Math.abs(d);
      return size <= delta ? 0.5 * d * d : delta * (size - 0.5 * delta);
    },
    slope: (d: number) => Math.max(-delta, Math.min(delta, d)),
  })),
  ...[0.5, 0.1, 0.999, 1e-300, 1e-41, 1 - 2 ** -53].map((quantile) => ({
    name: 'quantile',
    options: { quantile },
    of: (d: number) => (d > 0 ? (1 - quantile) * d : -quantile * d),
    slope: (d: number) => (d > 0 ? 1 - quantile : d < 0 ? -quantile : 0),
  })),
];

/** How far an array of float32 is from what it is to be, in ulp. (Infinity is what follows the largest.) */
function worst(got: Float32Array, exact: (i: number) => number): number {
  return got.reduce((most, value, i) => {
    const wanted = exact(i);
    if (!Number.isFinite(Math.fround(wanted)) && !Number.isFinite(value)) return most;
    const finite = Number.isFinite(value) ? value : Math.sign(value) * 2 ** 128;
    return Math.max(most, Math.abs(finite - wanted) / ulpOf(wanted));
  }, 0);
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(losses)('$name $options', ({ name, options, of, slope }) => {
    const loss = plainLoss(engine, name).with(options);
    const { yTrue, yPred } = pairs(7, 4001);
    const d = (i: number) => yPred[i] - yTrue[i];

    it('losses are within 4 ulp', () => {
      expect(worst(loss.perSample(yTrue, yPred) as Float32Array, (i) => of(d(i)))).toBeLessThan(4);
    });

    it('weighted losses are within 4 ulp', () => {
      const sampleWeight = yTrue.map((_, i) => [1, 0.3, 1e30, 1e-30][i % 4]);
      const got = loss.perSample(yTrue, yPred, { sampleWeight }) as Float32Array;
      expect(worst(got, (i) => sampleWeight[i] * of(d(i)))).toBeLessThan(4);
    });

    it.each(['mean', 'sum'] as const)('the gradient of the %s is within 4 ulp', (reduction) => {
      const got = loss.gradient(yTrue, yPred, { reduction }) as Float32Array;
      const divisor = reduction === 'mean' ? yTrue.length : 1;
      expect(worst(got, (i) => slope(d(i)) / divisor)).toBeLessThan(4);
    });

    it('so is the weighted gradient', () => {
      const sampleWeight = yTrue.map((_, i) => [1, 0.3, 1e20, 1e-30][i % 4]);
      const got = loss.gradient(yTrue, yPred, {
        sampleWeight,
        denominator: 'count',
      }) as Float32Array;
      const exact = (i: number) => slope(d(i)) * (sampleWeight[i] / yTrue.length);
      expect(worst(got, exact)).toBeLessThan(4);
    });

    it('labels that float32 does not hold are not rounded', () => {
      const fine = Float64Array.from(yTrue, (y, i) => (i % 5 === 0 ? y * (1 + 2 ** -30) : y));
      const got = loss.perSample(fine, yPred) as Float32Array;
      expect(worst(got, (i) => of(yPred[i] - fine[i]))).toBeLessThan(4);
    });

    it('labels with a NaN give the same bits, whatever array holds them', () => {
      const labels = yTrue.slice();
      labels[2500] = NaN;
      const wide = Float64Array.from(labels);
      expectSame(loss.perSample(wide, yPred), loss.perSample(labels, yPred));
      expectSame(loss.gradient(wide, yPred), loss.gradient(labels, yPred));
    });
  });
});
