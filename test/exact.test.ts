// How far sums and means are from the exact value of the data, by MPFR.
import { afterAll, describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { engines } from './support/engines.js';
import {
  absoluteSum,
  binarySum,
  categoricalSum,
  type Exact,
  huberSum,
  minusLog,
  squaredSum,
  sumOf,
} from './support/exact.js';
import { fill, seeded } from './support/random.js';
import { Worst } from './support/worst.js';

const seen = new Worst();
afterAll(() => seen.print('Worst relative errors'));

interface Loss {
  mean(yTrue: FloatArray, yPred: FloatArray): number;
  sum(yTrue: FloatArray, yPred: FloatArray): number;
}

/** Sum and mean of every backend against the exact sum. */
function expectWithin(
  bound: number,
  name: string,
  data: string,
  loss: (engine: Engine) => Loss,
  yTrue: FloatArray,
  yPred: FloatArray,
  samples: number,
  exact: Exact,
): void {
  for (const { backend, engine } of engines) {
    const sumError = exact.relativeError(loss(engine).sum(yTrue, yPred));
    const meanError = exact.over(samples).relativeError(loss(engine).mean(yTrue, yPred));
    seen.note(name, Math.max(sumError, meanError), data);
    expect(sumError, `${backend}: relative error of the sum`).toBeLessThanOrEqual(bound);
    expect(meanError, `${backend}: relative error of the mean`).toBeLessThanOrEqual(bound);
  }
}

const differences = [
  { name: 'squaredError', loss: (engine: Engine) => engine.squaredError, exactSum: squaredSum },
  { name: 'absoluteError', loss: (engine: Engine) => engine.absoluteError, exactSum: absoluteSum },
  { name: 'huber', loss: (engine: Engine) => engine.huber, exactSum: huberSum },
  {
    name: 'huber with delta 0.3',
    loss: (engine: Engine) => engine.huber.with({ delta: 0.3 }),
    exactSum: (yTrue: Numbers, yPred: Numbers) => huberSum(yTrue, yPred, 0.3),
  },
] as const;

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Made for n and the scale the numbers are of. */
const reals: Readonly<
  Record<string, (n: number, scale: number) => { yTrue: Float64Array; yPred: Float64Array }>
> = {
  normal: (n, scale) => ({
    yTrue: fill(n, 1, (random) => scale * normal(random)),
    yPred: fill(n, 2, (random) => scale * normal(random)),
  }),
  'nearly right': (n, scale) => {
    const yTrue = fill(n, 3, (random) => scale * (1 + random()));
    const random = seeded(4);
    return { yTrue, yPred: yTrue.map((y) => y * (1 + 0.01 * random())) };
  },
  alternating: (n, scale) => ({
    yTrue: fill(n, 5, (_, i) => (i % 2 === 0 ? 0.3 : -0.7) * scale),
    yPred: fill(n, 6, (_, i) => (i % 2 === 0 ? -0.1 : 0.9) * scale),
  }),
  'a few large ones': (n, scale) => ({
    yTrue: new Float64Array(n),
    yPred: fill(n, 7, (random) => (random() < 0.01 ? 300 : random()) * scale),
  }),
};

describe.each(differences)('$name is within 4e-16 of exact', ({ name, loss, exactSum }) => {
  const check = (type: string, data: string, yTrue: FloatArray, yPred: FloatArray) =>
    expectWithin(
      4e-16,
      `${name}, ${type}`,
      `${data}, n = ${yPred.length}`,
      loss,
      yTrue,
      yPred,
      yPred.length,
      exactSum(yTrue, yPred),
    );

  describe.each(Object.entries(reals))('%s', (data, make) => {
    it.each([1, 7, 8, 9, 63, 64, 65, 2047, 2048, 2049, 6149, 40_000])('float64, n = %i', (n) => {
      const { yTrue, yPred } = make(n, 1);
      check('float64', data, yTrue, yPred);
    });

    it.each([1e-150, 1e-75, 1e-10, 1e10, 1e75, 1e150])('float64, n = 6149, scale %d', (scale) => {
      const { yTrue, yPred } = make(6149, scale);
      check('float64', `${data}, scale ${scale}`, yTrue, yPred);
    });

    it.each([1e-15, 1, 1e15])('float32, n = 6149, scale %d', (scale) => {
      const { yTrue, yPred } = make(6149, scale);
      check('float32', `${data}, scale ${scale}`, new Float32Array(yTrue), new Float32Array(yPred));
    });
  });

  it.each(['normal', 'nearly right'])('float64 and float32, n = 2²⁰ + 3: %s', (data) => {
    const { yTrue, yPred } = reals[data](2 ** 20 + 3, 1);
    check('float64', data, yTrue, yPred);
    check('float32', data, new Float32Array(yTrue), new Float32Array(yPred));
  });

  it.each([99.95, 0.1, 1 / 3])('n = 2²⁰ + 3 differences of %d', (difference) => {
    for (const Type of [Float64Array, Float32Array]) {
      const yTrue = new Type(2 ** 20 + 3);
      const yPred = new Type(yTrue.length).fill(difference);
      const exact = exactSum([0], [yPred[0]]).times(yTrue.length);
      const label = `${name}, ${Type === Float64Array ? 'float64' : 'float32'}`;
      expectWithin(4e-16, label, 'constant', loss, yTrue, yPred, yTrue.length, exact);
    }
  });

  it('loses at most a dozen roundings on the worst data there is for the order of its sums', () => {
    // Each group of 64 begins with eight large terms, to which the others are half an ulp.
    const root = name === 'squaredError' || name === 'huber' ? 2 ** -26.5 : 2 ** -53;
    const yPred = fill(6400, 8, (_, i) => (i % 64 < 8 ? 1 : root));
    const yTrue = new Float64Array(yPred.length);
    const exact = exactSum(yTrue, yPred);
    expectWithin(
      12 * 2 ** -53,
      `${name}, worst`,
      'made so',
      loss,
      yTrue,
      yPred,
      yPred.length,
      exact,
    );
  });
});

interface LogData {
  readonly yTrue: Float64Array;
  readonly yPred: Float64Array;
}

/** Labels at random, and p away from them by what `miss` says. */
function missing(
  seed: number,
  n: number,
  miss: (random: () => number, i: number) => number,
): LogData {
  const yTrue = fill(n, seed, (random) => (random() < 0.5 ? 0 : 1));
  const misses = fill(n, seed + 1000, miss);
  return { yTrue, yPred: yTrue.map((y, i) => Math.abs(y - misses[i])) };
}

function constant(n: number, y: number, p: number): LogData {
  return { yTrue: new Float64Array(n).fill(y), yPred: new Float64Array(n).fill(p) };
}

const LOG_N = 5000;

const pairs: Readonly<Record<string, LogData>> = {
  'hard labels, p anywhere': missing(10, LOG_N, (random) => random()),
  'hard labels, p in (0.01, 0.99)': missing(11, LOG_N, (random) => 0.01 + 0.98 * random()),
  'hard labels, losses about 2⁻⁶': missing(12, LOG_N, (random) => 2 ** -6 * (0.5 + random())),
  'hard labels, losses about 2⁻⁷': missing(13, LOG_N, (random) => 2 ** -7 * (0.5 + random())),
  'hard labels, losses about 1e-4': missing(14, LOG_N, (random) => 1e-4 * random()),
  'hard labels, losses about 1e-7': missing(15, LOG_N, (random) => 1e-7 * random()),
  'hard labels, losses about 2⁻¹⁶': missing(16, LOG_N, (random) => 2 ** -16 * (0.5 + random())),
  'hard labels, losses of 1e-15 to 1': missing(17, LOG_N, (random) => 10 ** (-15 * random())),
  'one miss of 0.9 in 2000, the rest 1e-9': missing(18, LOG_N, (_, i) =>
    i % 2000 === 0 ? 0.9 : 1e-9,
  ),
  'one miss of 0.99 in 2000, the rest 1e-9': missing(19, LOG_N, (_, i) =>
    i % 2000 === 0 ? 0.99 : 1e-9,
  ),
  'products near their smallest': {
    yTrue: new Float64Array(LOG_N).fill(1),
    yPred: fill(LOG_N, 20, (random) => 10 ** (-35 * random())),
  },
  'products too small': {
    yTrue: new Float64Array(LOG_N).fill(1),
    yPred: fill(LOG_N, 21, (random) => 10 ** (-43 * random())),
  },
  'a few misses of 0.98, the rest 4e-13': {
    yTrue: new Float64Array(2048),
    yPred: fill(2048, 28, (_, i) => (i < 8 ? 0.9796 : 3.7836420314814845e-13)),
  },
  'soft labels': {
    yTrue: fill(LOG_N, 22, (random) => random()),
    yPred: fill(LOG_N, 23, (random) => 0.001 + 0.998 * random()),
  },
  'soft labels of 0.05 and 0.95': {
    yTrue: fill(LOG_N, 24, (random) => (random() < 0.5 ? 0.05 : 0.95)),
    yPred: fill(LOG_N, 25, (random) => 0.001 + 0.998 * random()),
  },
  'one soft label among hard ones': {
    yTrue: fill(LOG_N, 26, (random, i) => (i === 1234 ? 0.5 : random() < 0.5 ? 0 : 1)),
    yPred: fill(LOG_N, 27, (random) => random()),
  },
  'p = 1 − 1e-12, y = 1': constant(LOG_N, 1, 1 - 1e-12),
  'p = 1e-12, y = 0': constant(LOG_N, 0, 1e-12),
  'p = 1e-30, y = 1': constant(LOG_N, 1, 1e-30),
  'p = 1e-300, y = 0': constant(LOG_N, 0, 1e-300),
  'p = 0.001, y = 0': constant(LOG_N, 0, 0.001),
  'p = 1.5627e-5, y = 0': constant(LOG_N, 0, 1.5627e-5),
  'p = 0.999, y = 1': constant(LOG_N, 1, 0.999),
  'p = 0.999, y = 0': constant(LOG_N, 0, 0.999),
  'p = 1 − 1e-5, y = 1': constant(LOG_N, 1, 1 - 1e-5),
  'p = 0.7, y = 1': constant(LOG_N, 1, 0.7),
  'a single sample': constant(1, 1, 0.3),
  'a single sample, nearly right': constant(1, 1, 1 - 1e-12),
};

const asFloat32 = ({ yTrue, yPred }: LogData) => ({
  yTrue: new Float32Array(yTrue),
  yPred: new Float32Array(yPred),
});

describe.each(Object.entries(pairs))('binaryCrossEntropy of %s', (data, values) => {
  const loss = (engine: Engine) => engine.binaryCrossEntropy;

  it('is within 1e-14 of exact on float64', () => {
    const { yTrue, yPred } = values;
    const exact = binarySum(yTrue, yPred);
    expectWithin(1e-14, 'binary, float64', data, loss, yTrue, yPred, yPred.length, exact);
  });

  it('is within 1e-11 of exact on float32', () => {
    // What float32 rounds to wrong with certainty has a loss of 100, by the floor.
    const { yTrue, yPred } = asFloat32(values);
    const kept = yPred.map((p, i) =>
      yTrue[i] === 1 ? Math.max(p, 1e-40) : Math.min(p, 1 - 2 ** -24),
    );
    const exact = binarySum(yTrue, kept);
    expectWithin(1e-11, 'binary, float32', data, loss, yTrue, kept, kept.length, exact);
  });
});

describe.each([1e-44, 1e-60, 1e-200, 1e-300, Number.MIN_VALUE])('p = %d, under the floor', (p) => {
  it.each(engines)('$backend: a loss of 100, or of −ln p with clip', ({ engine }) => {
    for (const n of [1, 9, 3000]) {
      const { yTrue, yPred } = constant(n, 1, p);
      const clipped = engine.binaryCrossEntropy.with({ clip: Number.MIN_VALUE });
      expect(binarySum([1], [p]).relativeError(clipped.mean(yTrue, yPred))).toBeLessThanOrEqual(
        1e-14,
      );
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(100);
      expect(engine.categoricalCrossEntropy.with({ classes: 1 }).mean(yTrue, yPred)).toBe(100);
      expect(engine.sparseCategoricalCrossEntropy.mean(new Uint8Array(n), yPred)).toBe(100);
    }
  });

  it.each(engines)('$backend: also among others', ({ engine }) => {
    const { yTrue, yPred } = constant(3000, 1, 0.5);
    yPred[17] = p;
    const sum = engine.binaryCrossEntropy.sum(yTrue, yPred);
    expect(Math.abs(sum / (100 + 2999 * Math.LN2) - 1)).toBeLessThanOrEqual(1e-14);
  });
});

const CLASSES = 10;

/** One-hot rows; the true class has probability p, the others share what is left. */
function rows(seed: number, n: number, p: (random: () => number) => number) {
  const random = seeded(seed);
  const labels = new Int32Array(n);
  const oneHot = new Float64Array(n * CLASSES);
  const yPred = new Float64Array(n * CLASSES);
  for (let row = 0; row < n; row++) {
    const label = Math.floor(CLASSES * random());
    const own = p(random);
    labels[row] = label;
    yPred.fill((1 - own) / (CLASSES - 1), row * CLASSES, (row + 1) * CLASSES);
    yPred[row * CLASSES + label] = own;
    oneHot[row * CLASSES + label] = 1;
  }
  return { labels, oneHot, yPred };
}

const ofTrueClass: Readonly<Record<string, (random: () => number) => number>> = {
  'p anywhere': (random) => 1 - random(),
  'losses about 2⁻⁶': (random) => 1 - 2 ** -6 * (0.5 + random()),
  'losses about 1e-5': (random) => 1 - 1e-5 * random(),
  'losses of 1e-12': () => 1 - 1e-12,
  'losses of 1e-15 to 1': (random) => 1 - 0.6 * 10 ** (-15 * random()),
  'p of 1e-40 to 1': (random) => 10 ** (-40 * random()),
};

describe.each(Object.entries(ofTrueClass))('categorical cross-entropy, %s', (data, own) => {
  const { labels, oneHot, yPred } = rows(30, 1500, own);
  const categorical = (engine: Engine) => engine.categoricalCrossEntropy.with({ classes: CLASSES });
  const sparse = (engine: Engine): Loss => ({
    mean: (_, p) => engine.sparseCategoricalCrossEntropy.mean(labels, p),
    sum: (_, p) => engine.sparseCategoricalCrossEntropy.sum(labels, p),
  });

  it.each([
    { type: 'float64', bound: 1e-14, convert: (p: Float64Array) => p },
    {
      type: 'float32',
      bound: 1e-11,
      convert: (p: Float64Array) => new Float32Array(p).map((x) => Math.max(x, 1e-40)),
    },
  ])(
    'by labels and by class index is within $bound of exact on $type',
    ({ type, bound, convert }) => {
      const p = convert(yPred);
      const y = type === 'float32' ? new Float32Array(oneHot) : oneHot;
      const exact = categoricalSum(oneHot, p);
      expectWithin(bound, `categorical, ${type}`, data, categorical, y, p, labels.length, exact);
      expectWithin(bound, `sparse, ${type}`, data, sparse, y, p, labels.length, exact);
    },
  );

  it('by soft labels is within 1e-14 of exact', () => {
    const soft = oneHot.map((y) => 0.9 * y + 0.01);
    const p = yPred.map((x) => Math.max(x, 1e-15));
    const exact = categoricalSum(soft, p);
    expectWithin(1e-14, 'categorical, soft', data, categorical, soft, p, labels.length, exact);
  });
});

describe.each([1, 2, 10, 2047, 2048, 2049, 5003])('rows of %d classes, normalized', (classes) => {
  const samples = classes > 2000 ? 3 : 500;
  const yPred = fill(samples * classes, 40, (random) => 0.01 + 0.9 * random());
  const labels = Int32Array.from({ length: samples }, (_, row) => (7 * row) % classes);
  const oneHot = new Uint8Array(yPred.length);
  labels.forEach((label, row) => {
    oneHot[row * classes + label] = 1;
  });
  // −ln(p / Σ) = ln Σ − ln p
  const exact = Array.from(labels, (label, row) => {
    const own = yPred.subarray(row * classes, (row + 1) * classes);
    return sumOf(own).log().plus(minusLog(own[label]));
  });

  it.each(engines)('$backend: by labels and by class index, within 1e-14', ({ engine }) => {
    const sparse = engine.sparseCategoricalCrossEntropy.with({ normalize: true });
    const categorical = engine.categoricalCrossEntropy.with({ normalize: true, classes });
    for (const losses of [sparse.perSample(labels, yPred), categorical.perSample(oneHot, yPred)]) {
      for (const [row, loss] of losses.entries()) {
        // A loss of a row of one class is 0 in either way.
        if (classes === 1) expect(loss).toBe(0);
        else expect(exact[row].relativeError(loss)).toBeLessThanOrEqual(1e-14);
      }
    }
    const sum = exact.reduce((a, b) => a.plus(b));
    for (const total of [sparse.sum(labels, yPred), categorical.sum(oneHot, yPred)]) {
      if (classes === 1) expect(total).toBe(0);
      else expect(sum.relativeError(total)).toBeLessThanOrEqual(1e-14);
    }
  });
});

describe('what others get wrong', () => {
  it.each(engines)('$backend: a million float32 differences of 99.95', ({ engine }) => {
    const yPred = new Float32Array(1e6).fill(99.95);
    const mean = engine.squaredError.mean(new Float32Array(1e6), yPred);
    expect(mean).toBe(yPred[0] ** 2);
    expect(Math.abs(mean / 9990.0025 - 1)).toBeLessThan(1e-7);
  });

  it.each(engines)('$backend: twenty million float32 differences of 1', ({ engine }) => {
    const yPred = new Float32Array(2e7).fill(1);
    expect(engine.squaredError.mean(new Uint8Array(2e7), yPred)).toBe(1);
  });

  it.each(engines)('$backend: 1,392,640 float32 differences of 0.1', ({ engine }) => {
    const yPred = new Float32Array(1_392_640).fill(0.1);
    const mean = engine.squaredError.mean(new Float32Array(yPred.length), yPred);
    expect(squaredSum([0], [yPred[0]]).relativeError(mean)).toBeLessThanOrEqual(4e-16);
    expect(Math.abs(mean / 0.01 - 1)).toBeLessThan(1e-7);
  });
});
