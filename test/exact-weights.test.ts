// How far weighted sums and means are from the exact value of the data, by MPFR.
import { afterAll, describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import type { Denominator, Engine } from '../src/index.js';
import { engines } from './support/engines.js';
import {
  absoluteSum,
  binaryLogitLoss,
  binarySum,
  type Exact,
  huberSum,
  minusLog,
  softmaxLoss,
  squaredSum,
  sumOf,
  weightedSum,
} from './support/exact.js';
import { fill } from './support/random.js';
import { Worst } from './support/worst.js';

const seen = new Worst();
afterAll(() => seen.print('Worst relative errors of weighted sums and means'));

const N = 2500;
const CLASSES = 3;

const weights: Readonly<Record<string, Float64Array>> = {
  'in (0, 1)': fill(N, 1, (random) => random()),
  'of 1e-6 to 1e6': fill(N, 2, (random) => 10 ** (12 * random() - 6)),
  'mostly 0': fill(N, 3, (random) => (random() < 0.9 ? 0 : random())),
  'of a few large ones': fill(N, 4, (random) => (random() < 0.01 ? 1e9 : random())),
  'all 1/3': new Float64Array(N).fill(1 / 3),
};

interface Weighted {
  mean(
    yTrue: Numbers,
    yPred: FloatArray,
    options: { sampleWeight: Float64Array; denominator: Denominator },
  ): number;
  sum(yTrue: Numbers, yPred: FloatArray, options: { sampleWeight: Float64Array }): number;
}

const normals = fill(N, 10, (random) => 4 * random() - 2);
const labels = Uint8Array.from(fill(N, 11, (random) => (random() < 0.5 ? 0 : 1)));
const probabilities = fill(N, 12, (random, i) => Math.abs(labels[i] - 10 ** (-6 * random())));
const logits = fill(N, 13, (random) => 60 * random() - 30);
const indices = Uint8Array.from(fill(N, 14, (random) => Math.floor(CLASSES * random())));
const rows = fill(N * CLASSES, 15, (random) => 40 * random());
const rowProbabilities = fill(N * CLASSES, 16, (random) => 1 - random());

const subjects: readonly {
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
    yTrue: normals,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => squaredSum([normals[i]], [p[i]]),
  },
  {
    name: 'absoluteError',
    of: ({ absoluteError }) => absoluteError,
    yTrue: normals,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => absoluteSum([normals[i]], [p[i]]),
  },
  {
    name: 'huber',
    of: ({ huber }) => huber.with({ delta: 2.5 }),
    yTrue: normals,
    yPred: logits,
    float32: 1e-15,
    float64: 1e-15,
    exact: (p, i) => huberSum([normals[i]], [p[i]], 2.5),
  },
  {
    name: 'binaryCrossEntropy',
    of: ({ binaryCrossEntropy }) => binaryCrossEntropy,
    yTrue: labels,
    yPred: probabilities,
    float32: 1e-14,
    float64: 1e-14,
    exact: (p, i) => binarySum([labels[i]], [p[i]]),
  },
  {
    name: 'binaryCrossEntropy from logits',
    of: ({ binaryCrossEntropy }) => binaryCrossEntropy.with({ fromLogits: true }),
    yTrue: labels,
    yPred: logits,
    float32: 1e-6,
    float64: 1e-14,
    exact: (z, i) => binaryLogitLoss(labels[i], z[i]),
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    of: ({ sparseCategoricalCrossEntropy }) => sparseCategoricalCrossEntropy,
    yTrue: indices,
    yPred: rowProbabilities,
    float32: 1e-14,
    float64: 1e-14,
    exact: (p, i) => minusLog(p[CLASSES * i + indices[i]]),
  },
  {
    name: 'sparseCategoricalCrossEntropy from logits',
    of: ({ sparseCategoricalCrossEntropy }) =>
      sparseCategoricalCrossEntropy.with({ fromLogits: true }),
    yTrue: indices,
    yPred: rows,
    float32: 1e-6,
    float64: 1e-14,
    exact: (z, i) =>
      softmaxLoss(z.subarray(CLASSES * i, CLASSES * (i + 1)))((k) => (k === indices[i] ? 1 : 0)),
  },
];

describe.each(subjects)('$name', ({ name, of, yTrue, yPred, exact, ...bounds }) => {
  it.each([
    { type: 'float64', View: Float64Array },
    { type: 'float32', View: Float32Array },
  ] as const)('$type', ({ type, View }) => {
    const bound = bounds[type];
    const p = new View(yPred);
    const losses = Array.from({ length: N }, (_, i) => exact(p, i));
    for (const [kind, sampleWeight] of Object.entries(weights)) {
      const sum = weightedSum(losses, sampleWeight);
      const denominators = {
        weight: sumOf(sampleWeight),
        count: N,
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
