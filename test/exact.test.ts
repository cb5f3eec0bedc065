// How far sums, means, losses and gradients are from the exact value of the data, by MPFR.
import { afterAll, describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Denominator, Engine } from '../src/index.js';
import { seeded } from './losses/numbers.mjs';
import { engines } from './support/engines.js';
import {
  absoluteSum,
  binaryLogitLoss,
  binarySum,
  categoricalSum,
  type Exact,
  exp,
  huberSum,
  minusLog,
  quantileSum,
  softmaxLoss,
  squaredSum,
  sumOf,
  total,
  weightedSum,
} from './support/exact.mjs';
import type { Loss as FullLoss } from './support/loss.js';
import { fill } from './support/random.js';
import { sample, sampleOfTests } from './support/sample.js';
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
  { name: 'quantile', loss: (engine: Engine) => engine.quantile, exactSum: quantileSum },
  {
    name: 'quantile of 0.1',
    loss: (engine: Engine) => engine.quantile.with({ quantile: 0.1 }),
    exactSum: (yTrue: Numbers, yPred: Numbers) => quantileSum(yTrue, yPred, 0.1),
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

const LENGTHS = [1, 7, 8, 9, 63, 64, 65, 2047, 2048, 2049, 6149, 40_000];

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
    it.each(sampleOfTests(LENGTHS, 4))('float64, n = %i', (n) => {
      const { yTrue, yPred } = make(n, 1);
      check('float64', data, yTrue, yPred);
    });

    it.each(sampleOfTests([1e-150, 1e-75, 1e-10, 1e10, 1e75, 1e150], 2))(
      'float64, n = 6149, scale %d',
      (scale) => {
        const { yTrue, yPred } = make(6149, scale);
        check('float64', `${data}, scale ${scale}`, yTrue, yPred);
      },
    );

    it.each(sampleOfTests([1e-15, 1, 1e15], 1))('float32, n = 6149, scale %d', (scale) => {
      const { yTrue, yPred } = make(6149, scale);
      check('float32', `${data}, scale ${scale}`, new Float32Array(yTrue), new Float32Array(yPred));
    });
  });

  it.each(sampleOfTests([99.95, 0.1, 1 / 3], 1))('n = 2²⁰ + 3 differences of %d', (difference) => {
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

const long = differences.flatMap((difference) =>
  ['normal', 'nearly right'].flatMap((data) =>
    [Float64Array, Float32Array].map((View) => ({
      ...difference,
      data,
      View,
      type: View === Float64Array ? 'float64' : 'float32',
    })),
  ),
);

// A million exact terms take a second or two.
it.each(sampleOfTests(long, 1))(
  '$name is within 4e-16 of exact: $type, n = 2²⁰ + 3, $data',
  ({ name, loss, exactSum, data, View, type }) => {
    const made = reals[data](2 ** 20 + 3, 1);
    const [yTrue, yPred] = [new View(made.yTrue), new View(made.yPred)];
    const exact = exactSum(yTrue, yPred);
    const label = `${name}, ${type}`;
    expectWithin(4e-16, label, data, loss, yTrue, yPred, yPred.length, exact);
  },
);

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

describe('binaryCrossEntropy', () => {
  const loss = (engine: Engine) => engine.binaryCrossEntropy;
  const table = Object.entries(pairs);

  it.each(sampleOfTests(table, 10))('is within 1e-14 of exact on float64: %s', (data, values) => {
    const { yTrue, yPred } = values;
    const exact = binarySum(yTrue, yPred);
    expectWithin(1e-14, 'binary, float64', data, loss, yTrue, yPred, yPred.length, exact);
  });

  it.each(sampleOfTests(table, 10))('is within 1e-11 of exact on float32: %s', (data, values) => {
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
  it.each(engines)('$backend: a loss of 100, also with a clip that is less', ({ engine }) => {
    for (const n of [1, 9, 3000]) {
      const { yTrue, yPred } = constant(n, 1, p);
      const clipped = engine.binaryCrossEntropy.with({ clip: Number.MIN_VALUE });
      expect(clipped.mean(yTrue, yPred)).toBe(100);
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

describe.each(sampleOfTests(Object.entries(ofTrueClass), 3))(
  'categorical cross-entropy, %s',
  (data, own) => {
    const { labels, oneHot, yPred } = rows(30, 1500, own);
    const categorical = (engine: Engine) =>
      engine.categoricalCrossEntropy.with({ classes: CLASSES });
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
  },
);

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

// ---------- From logits ----------

const types = [
  // What is returned has fewer digits where it is subnormal: two roundings there.
  { type: 'float64', View: Float64Array, bound: 1e-14, least: 2 ** -1074 },
  { type: 'float32', View: Float32Array, bound: 1e-6, least: 2 ** -149 },
] as const;

/** Sum, mean and losses of every backend against the exact losses. */
function expectLosses(
  { type, bound, least }: (typeof types)[number],
  name: string,
  data: string,
  of: (engine: Engine) => FullLoss,
  yTrue: Numbers,
  yPred: FloatArray,
  exact: readonly Exact[],
): void {
  const sum = total(exact);
  const mean = sum.over(exact.length);
  const numbers = exact.map((loss) => loss.toNumber());
  const label = `${name}, ${type}`;
  for (const { backend, engine } of engines) {
    const loss = of(engine);
    const errors = [
      sum.relativeError(loss.sum(yTrue, yPred)),
      mean.relativeError(loss.mean(yTrue, yPred)),
    ];
    seen.note(`${label}: sum and mean`, Math.max(...errors), data);
    for (const error of errors) {
      expect(error, `${backend}: sum and mean`).toBeLessThanOrEqual(bound);
    }
    const losses = loss.perSample(yTrue, yPred);
    let worst = 0;
    for (let i = 0; i < losses.length; i++) {
      if (Math.abs(losses[i] - numbers[i]) <= least) continue;
      const error = exact[i].relativeError(losses[i]);
      if (!(error <= worst)) worst = error;
    }
    seen.note(`${label}: perSample`, worst, data);
    expect(worst, `${backend}: perSample`).toBeLessThanOrEqual(bound);
  }
}

/** The margin at which a right label among two has this loss. */
const marginOf = (loss: number): number => -Math.log(Math.expm1(loss));

const LOGITS = 2500;

interface LogitPairs {
  readonly yTrue: Float64Array;
  readonly z: Float64Array;
}

const hard = (random: () => number): number => (random() < 0.5 ? 0 : 1);

function logitPairs(
  seed: number,
  make: (random: () => number, i: number) => readonly [y: number, z: number],
  n = LOGITS,
): LogitPairs {
  const random = seeded(seed);
  const made = Array.from({ length: n }, (_, i) => make(random, i));
  return {
    yTrue: Float64Array.from(made, ([y]) => y),
    z: Float64Array.from(made, ([, z]) => z),
  };
}

/** All right, with losses of about that. */
const right = (seed: number, loss: number): LogitPairs =>
  logitPairs(seed, (random) => {
    const y = hard(random);
    return [y, (2 * y - 1) * (marginOf(loss) + random() - 0.5)];
  });

/** In every lane one e^−|z|, then those of a bit less than half an ulp of it: all are lost. */
const lost = (seed: number, first: number): LogitPairs =>
  logitPairs(seed, (random, i) => {
    const y = hard(random);
    const e = i % 512 < 8 ? first : first * 2 ** -53 * 0.98;
    return [y, (1 - 2 * y) * Math.log(e)];
  });

const binaryData: Readonly<Record<string, LogitPairs>> = {
  'logits in ±5': logitPairs(1, (random) => [hard(random), 10 * random() - 5]),
  'logits in ±80': logitPairs(2, (random) => [hard(random), 160 * random() - 80]),
  'logits in ±600': logitPairs(3, (random) => [hard(random), 1200 * random() - 600]),
  'logits around ±10⁴': logitPairs(4, (random) => [
    hard(random),
    (random() < 0.5 ? -1 : 1) * (1e4 + 10 * random() - 5),
  ]),
  'logits in ±1e-3': logitPairs(5, (random) => [hard(random), 2e-3 * random() - 1e-3]),
  'logits of 0': logitPairs(6, (random) => [hard(random), 0]),
  'losses about 1e-6': right(7, 1e-6),
  'losses about 1e-20': right(8, 1e-20),
  'losses about 1e-40': right(9, 1e-40),
  'losses about 1e-100': right(10, 1e-100),
  'losses about 1e-300': right(11, 1e-300),
  'losses about 2⁻⁸⁰': right(12, 2 ** -80),
  'right by up to 300': logitPairs(13, (random) => {
    const y = hard(random);
    return [y, (2 * y - 1) * 300 * random()];
  }),
  'one miss in 2000, the rest right by 100': logitPairs(14, (random, i) => {
    const y = hard(random);
    return [y, (2 * y - 1) * (i % 2000 === 7 ? -0.1 : 100 + random())];
  }),
  'soft labels, logits in ±80': logitPairs(15, (random) => [random(), 160 * random() - 80]),
  'soft labels, logits in ±600': logitPairs(16, (random) => [random(), 1200 * random() - 600]),
  'soft labels of 1e-9 and 1 − 1e-9': logitPairs(17, (random) => [
    random() < 0.5 ? 1e-9 : 1 - 1e-9,
    80 * random() - 40,
  ]),
  'one soft label': logitPairs(18, (random, i) => [
    i === 1234 ? 0.5 : hard(random),
    10 * random() - 5,
  ]),
  'terms of half an ulp of 1': lost(19, 1),
  'terms of half an ulp of 2⁻²⁰': lost(20, 2 ** -20),
  'terms of half an ulp of 2⁻⁷⁰': lost(21, 2 ** -70),
  'a single sample': logitPairs(22, () => [1, 0.3], 1),
  'a single sample, right by 46': logitPairs(23, () => [0, -46], 1),
};

describe.each(types)('binaryCrossEntropy from logits is within $bound of exact, $type', (kind) => {
  describe.each([1, 2.5])('positiveWeight %d', (positiveWeight) => {
    it.each(sampleOfTests(Object.entries(binaryData), 6))('%s', (data, { yTrue, z }) => {
      // Float32 labels where float32 holds them, else float64.
      const labels = yTrue.every((y) => y === Math.fround(y)) ? new kind.View(yTrue) : yTrue;
      const logits = new kind.View(z);
      const exact = Array.from(yTrue, (y, i) => binaryLogitLoss(y, logits[i], positiveWeight));
      const of = (engine: Engine) =>
        engine.binaryCrossEntropy.with({ fromLogits: true, positiveWeight });
      const name = positiveWeight === 1 ? 'binary' : 'binary with positiveWeight';
      expectLosses(kind, name, data, of, labels, logits, exact);
    });
  });
});

interface LogitRows {
  readonly labels: Int32Array;
  readonly z: Float64Array;
}

/** Rows of logits: those of other classes and that of the label. */
function logitRows(
  seed: number,
  classes: number,
  samples: number,
  other: (random: () => number, k: number) => number,
  own?: (random: () => number, most: number) => number,
  pick = (random: () => number) => Math.floor(classes * random()),
): LogitRows {
  const random = seeded(seed);
  const labels = new Int32Array(samples);
  const z = new Float64Array(samples * classes);
  for (let row = 0; row < samples; row++) {
    const logits = z.subarray(row * classes, (row + 1) * classes);
    for (let k = 0; k < classes; k++) logits[k] = other(random, k);
    const label = pick(random);
    labels[row] = label;
    const most = logits.reduce((a, b, k) => (k === label ? a : Math.max(a, b)), -Infinity);
    if (own !== undefined) logits[label] = own(random, most);
  }
  return { labels, z };
}

const within = (size: number) => (random: () => number) => 2 * size * random() - size;
const ahead = (margin: number) => (random: () => number, most: number) => most + margin + random();

const rowData: Readonly<Record<string, (classes: number, samples: number) => LogitRows>> = {
  'logits in ±5': (classes, samples) => logitRows(30, classes, samples, within(5)),
  'logits in ±80': (classes, samples) => logitRows(31, classes, samples, within(80)),
  'logits in ±600': (classes, samples) => logitRows(32, classes, samples, within(600)),
  'logits around 10⁴': (classes, samples) =>
    logitRows(33, classes, samples, (random) => 1e4 + 10 * random() - 5),
  'logits around −10⁴': (classes, samples) =>
    logitRows(34, classes, samples, (random) => -1e4 + 10 * random() - 5),
  'all equal': (classes, samples) => logitRows(35, classes, samples, () => 0.1),
  'losses about 1e-6': (classes, samples) =>
    logitRows(36, classes, samples, within(1), ahead(marginOf(1e-6 / classes))),
  'losses about 1e-20': (classes, samples) =>
    logitRows(37, classes, samples, within(1), ahead(marginOf(1e-20 / classes))),
  'losses about 1e-40': (classes, samples) =>
    logitRows(38, classes, samples, within(1), ahead(marginOf(1e-40))),
  'losses about 1e-200': (classes, samples) =>
    logitRows(39, classes, samples, within(1), ahead(marginOf(1e-200))),
  'losses about 2⁻⁸⁰': (classes, samples) =>
    logitRows(40, classes, samples, within(0.5), ahead(marginOf(2 ** -80))),
  'the label far ahead, around 10⁴': (classes, samples) =>
    logitRows(41, classes, samples, (random) => 1e4 + random(), ahead(20)),
  'rising, the maximum and label last': (classes, samples) =>
    logitRows(
      42,
      classes,
      samples,
      (random, k) => (k + random()) * (100 / classes),
      ahead(0),
      () => classes - 1,
    ),
  'falling, the label last': (classes, samples) =>
    logitRows(
      43,
      classes,
      samples,
      (random, k) => (random() - k) * (100 / classes),
      undefined,
      () => classes - 1,
    ),
  'differences that are not exact': (classes, samples) =>
    logitRows(
      44,
      classes,
      samples,
      (random) => 1e-3 * random(),
      (random) => 3 + 10 * random(),
    ),
  'most of them masked': (classes, samples) =>
    logitRows(
      45,
      classes,
      samples,
      (random, k) => (k % 3 === 0 ? random() : -1e9),
      (random) => random(),
    ),
};

const rowShapes = [
  { classes: 2, samples: 1100 },
  { classes: 37, samples: 60 },
  { classes: 5003, samples: 2 },
] as const;

/** What `make` makes of each row's logits. */
function eachRow<T>(
  z: FloatArray,
  classes: number,
  make: (logits: FloatArray, row: number) => T,
): T[] {
  return Array.from({ length: z.length / classes }, (_, row) =>
    make(z.subarray(row * classes, (row + 1) * classes), row),
  );
}

describe.each(types)('categorical losses from logits are within $bound of exact, $type', (kind) => {
  describe.each(rowShapes)('rows of $classes classes', ({ classes, samples }) => {
    it.each(sampleOfTests(Object.entries(rowData), 4))('%s', (data, make) => {
      const { labels, z } = make(classes, samples);
      const logits = new kind.View(z);
      const lossOf = eachRow(logits, classes, (row) => softmaxLoss(row));
      const exact = lossOf.map((of, row) => of((k) => (k === labels[row] ? 1 : 0)));
      const sparse = (engine: Engine) =>
        engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
      expectLosses(kind, 'sparse', data, sparse, labels, logits, exact);

      const oneHot = new Uint8Array(z.length);
      labels.forEach((label, row) => {
        oneHot[row * classes + label] = 1;
      });
      const categorical = (engine: Engine) =>
        engine.categoricalCrossEntropy.with({ fromLogits: true, classes });
      expectLosses(kind, 'categorical', data, categorical, oneHot, logits, exact);

      const soft = fill(z.length, 50, (random) => (random() < 0.2 ? 0 : random() / classes));
      const mixed = lossOf.map((of, row) => of((k) => soft[row * classes + k]));
      expectLosses(kind, 'categorical, soft', data, categorical, soft, logits, mixed);
    });
  });

  it('a single class has no loss', () => {
    const z = new kind.View(fill(3000, 60, within(600)));
    for (const { engine } of engines) {
      const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
      const categorical = engine.categoricalCrossEntropy.with({ fromLogits: true, classes: 1 });
      expect(sparse.sum(new Uint8Array(3000), z)).toBe(0);
      expect(
        categorical.sum(
          fill(3000, 61, (random) => random()),
          z,
        ),
      ).toBe(0);
      expect(sparse.gradient(new Uint8Array(3000), z)).toEqual(new kind.View(3000));
      expect(categorical.gradient(new Uint8Array(3000).fill(1), z)).toEqual(new kind.View(3000));
    }
  });
});

/** Where labels are hard, nothing cancels in a gradient either. */
describe.each(types)('gradients for hard labels are within $bound of exact, $type', (kind) => {
  const { View, bound, least } = kind;
  const expectGradient = (name: string, data: string, got: FloatArray, exact: readonly Exact[]) => {
    let worst = 0;
    for (let i = 0; i < got.length; i++) {
      if (Math.abs(got[i] - exact[i].toNumber()) <= least) continue;
      const error = exact[i].relativeError(got[i]);
      if (!(error <= worst)) worst = error;
    }
    seen.note(`${name}, ${kind.type}: gradient`, worst, data);
    expect(worst).toBeLessThanOrEqual(bound);
  };

  const hardData = Object.entries(binaryData).filter(([, { yTrue }]) =>
    yTrue.every((y) => y === 0 || y === 1),
  );

  it.each(sampleOfTests(hardData, 4))('binaryCrossEntropy: %s', (data, { yTrue, z }) => {
    const logits = new View(z);
    const one = exp(0);
    const exact = Array.from(yTrue, (y, i) => {
      // σ(z) − 1 = −1/(1 + eᶻ), and σ(z) = 1/(1 + e^−z).
      const side = y === 1 ? logits[i] : -logits[i];
      return one.over(one.plus(exp(side))).times(1 - 2 * y);
    });
    for (const { engine } of engines) {
      const loss = engine.binaryCrossEntropy.with({ fromLogits: true });
      expectGradient('binary', data, loss.gradient(yTrue, logits, { reduction: 'sum' }), exact);
    }
  });

  it.each(sampleOfTests(Object.entries(rowData), 4))(
    'sparseCategoricalCrossEntropy: %s',
    (data, make) => {
      for (const { classes, samples } of sample(rowShapes, 1)) {
        const { labels, z } = make(classes, Math.min(samples, 50));
        const logits = new View(z);
        const exact = eachRow(logits, classes, (row, i) => {
          const max = Math.max(...row);
          const powers = Array.from(row, (x) => exp(x, max));
          const others = total(powers.filter((_, k) => k !== labels[i]));
          const sum = total(powers);
          // softmax − 1 at the label.
          powers[labels[i]] = others.times(-1);
          return powers.map((power) => power.over(sum));
        }).flat();
        for (const { engine } of engines) {
          const loss = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
          const got = loss.gradient(labels, logits, { reduction: 'sum' });
          expectGradient('sparse', data, got, exact);
        }
      }
    },
  );
});

// ---------- With weights ----------

const WEIGHTED = 2500;
const FEW_CLASSES = 3;

const weights: Readonly<Record<string, Float64Array>> = {
  'in (0, 1)': fill(WEIGHTED, 1, (random) => random()),
  'of 1e-6 to 1e6': fill(WEIGHTED, 2, (random) => 10 ** (12 * random() - 6)),
  'mostly 0': fill(WEIGHTED, 3, (random) => (random() < 0.9 ? 0 : random())),
  'of a few large ones': fill(WEIGHTED, 4, (random) => (random() < 0.01 ? 1e9 : random())),
  'all 1/3': new Float64Array(WEIGHTED).fill(1 / 3),
};

interface Weighted {
  mean(
    yTrue: Numbers,
    yPred: FloatArray,
    options: { sampleWeight: Float64Array; denominator: Denominator },
  ): number;
  sum(yTrue: Numbers, yPred: FloatArray, options: { sampleWeight: Float64Array }): number;
}

const numbers = fill(WEIGHTED, 10, (random) => 4 * random() - 2);
const hardLabels = Uint8Array.from(fill(WEIGHTED, 11, (random) => (random() < 0.5 ? 0 : 1)));
const probabilities = fill(WEIGHTED, 12, (random, i) =>
  Math.abs(hardLabels[i] - 10 ** (-6 * random())),
);
const logits = fill(WEIGHTED, 13, (random) => 60 * random() - 30);
const indices = Uint8Array.from(fill(WEIGHTED, 14, (random) => Math.floor(FEW_CLASSES * random())));
const rowLogits = fill(WEIGHTED * FEW_CLASSES, 15, (random) => 40 * random());
const rowProbabilities = fill(WEIGHTED * FEW_CLASSES, 16, (random) => 1 - random());

const weightedLosses: readonly {
  name: string;
  of: (engine: Engine) => Weighted;
  yTrue: Numbers;
  yPred: Float64Array;
  /** For squares and absolute values float32 makes no difference; exponentials take it for theirs. */
  float32: number;
  float64: number;
  exact: (yPred: FloatArray, i: number) => Exact;
}[] = [
  {
    name: 'squaredError',
    of: ({ squaredError }) => squaredError,
    yTrue: numbers,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => squaredSum([numbers[i]], [p[i]]),
  },
  {
    name: 'absoluteError',
    of: ({ absoluteError }) => absoluteError,
    yTrue: numbers,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => absoluteSum([numbers[i]], [p[i]]),
  },
  {
    name: 'huber',
    of: ({ huber }) => huber.with({ delta: 2.5 }),
    yTrue: numbers,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => huberSum([numbers[i]], [p[i]], 2.5),
  },
  {
    name: 'quantile',
    of: ({ quantile }) => quantile.with({ quantile: 0.9 }),
    yTrue: numbers,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => quantileSum([numbers[i]], [p[i]], 0.9),
  },
  {
    name: 'binaryCrossEntropy',
    of: ({ binaryCrossEntropy }) => binaryCrossEntropy,
    yTrue: hardLabels,
    yPred: probabilities,
    float32: 1e-7,
    float64: 1e-14,
    exact: (p, i) => binarySum([hardLabels[i]], [p[i]]),
  },
  {
    name: 'binaryCrossEntropy from logits',
    of: ({ binaryCrossEntropy }) => binaryCrossEntropy.with({ fromLogits: true }),
    yTrue: hardLabels,
    yPred: logits,
    float32: 1e-6,
    float64: 1e-14,
    exact: (z, i) => binaryLogitLoss(hardLabels[i], z[i]),
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    of: ({ sparseCategoricalCrossEntropy }) => sparseCategoricalCrossEntropy,
    yTrue: indices,
    yPred: rowProbabilities,
    float32: 1e-14,
    float64: 1e-14,
    exact: (p, i) => minusLog(p[FEW_CLASSES * i + indices[i]]),
  },
  {
    name: 'sparseCategoricalCrossEntropy from logits',
    of: ({ sparseCategoricalCrossEntropy }) =>
      sparseCategoricalCrossEntropy.with({ fromLogits: true }),
    yTrue: indices,
    yPred: rowLogits,
    float32: 1e-6,
    float64: 1e-14,
    exact: (z, i) =>
      softmaxLoss(z.subarray(FEW_CLASSES * i, FEW_CLASSES * (i + 1)))((k) =>
        k === indices[i] ? 1 : 0,
      ),
  },
];

describe.each(weightedLosses)('$name', ({ name, of, yTrue, yPred, exact, ...bounds }) => {
  it.each([
    { type: 'float64', View: Float64Array },
    { type: 'float32', View: Float32Array },
  ] as const)('$type', ({ type, View }) => {
    const bound = bounds[type];
    const p = new View(yPred);
    const losses = Array.from({ length: WEIGHTED }, (_, i) => exact(p, i));
    for (const [kind, sampleWeight] of Object.entries(weights)) {
      const sum = weightedSum(losses, sampleWeight);
      const denominators = {
        weight: sumOf(sampleWeight),
        count: WEIGHTED,
        nonzero: sampleWeight.filter((w) => w !== 0).length,
      };
      for (const { backend, engine } of engines) {
        const loss = of(engine);
        const errors = [sum.relativeError(loss.sum(yTrue, p, { sampleWeight }))];
        for (const denominator of ['weight', 'count', 'nonzero'] as const) {
          const mean = loss.mean(yTrue, p, { sampleWeight, denominator });
          errors.push(sum.over(denominators[denominator]).relativeError(mean));
        }
        const worst = Math.max(...errors);
        seen.note(`${name}, ${type}`, worst, kind);
        expect(worst, `${backend}, weights ${kind}`).toBeLessThanOrEqual(bound);
      }
    }
  });
});
