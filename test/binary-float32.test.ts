// What binary cross-entropy computes in float32's own lanes: each loss and gradient against the exact
// value, for numbers from all over float32. (Every float32 there is was asked once: 1.07 ulp of −ln p and
// −ln(1 − p), 1.05 of the exponential, 1.4 of log1p.)
import { afterAll, describe, expect, it } from 'vitest';
import { seeded } from './losses/numbers.mjs';
import { engines } from './support/engines.js';
import {
  binaryLogitLoss,
  binarySum,
  type Exact,
  FLOAT32,
  minusLog,
  minusLogOfRest,
  sumOf,
} from './support/exact.mjs';
import { Worst } from './support/worst.js';

const N = 4000;
const seen = new Worst();
afterAll(() => seen.print('Worst errors of float32, in ulp'));

/** N float32 from zero to the last, as evenly as their bits are: every exponent, subnormals, too. */
function floats(last: number, seed: number): Float32Array {
  const values = new Float32Array(N);
  const bits = new Uint32Array(values.buffer);
  const step = new Uint32Array(Float32Array.of(last).buffer)[0] / N;
  const random = seeded(seed);
  for (let i = 0; i < N; i++) bits[i] = Math.floor((i + random()) * step);
  return values;
}

const below = 1 - 2 ** -24;
/** Up to where an exponential of float32 is 0. */
const sizes = floats(104, 2);
/** Where rounding errors are largest: most of float32 is near 0. */
const usual = Float32Array.from({ length: N }, (_, i) => ((i + 0.5) * 8) / N);
const random = seeded(3);
const labels = {
  '1': new Float32Array(N).fill(1),
  '0': new Float32Array(N),
  'in [0, 1]': Float32Array.from({ length: N }, () => random()),
};
const probabilities = {
  'by exponents': floats(below, 1).map((p) => p || 2 ** -149),
  'near 1, by exponents': floats(0.5, 4).map((p) => Math.min(1 - p, below)),
  'evenly in (0, 1)': Float32Array.from({ length: N }, (_, i) => (i + 0.5) / N),
};
const logits = {
  'up to 104': sizes,
  'down to −104': sizes.map((z) => -z),
  'up to 8': usual,
  'down to −8': usual.map((z) => -z),
};

/** The worst error of what each backend gives, which is the same. */
function expectWithin(
  ulps: number,
  name: string,
  results: (engine: (typeof engines)[number]['engine']) => ArrayLike<number>,
  exact: (i: number) => Exact,
): void {
  const [first, ...others] = engines.map(({ engine }) => results(engine));
  for (const other of others) expect(other).toEqual(first);
  let worst = -1;
  let at = -1;
  for (let i = 0; i < N; i++) {
    const error = exact(i).ulps(first[i], FLOAT32);
    if (!(error <= worst)) [worst, at] = [error, i];
  }
  seen.note(name, worst, `element ${at}`);
  expect(worst, `element ${at}`).toBeLessThanOrEqual(ulps);
}

describe.each(Object.entries(probabilities))('probabilities %s', (range, p) => {
  it.each([
    { y: '1', exact: minusLog },
    { y: '0', exact: minusLogOfRest },
  ] as const)('a loss for y = $y is within 1.1 ulp', ({ y, exact }) => {
    // (Of no less than the floor.)
    const kept = p.map((x) => Math.max(x, 4e-44));
    expectWithin(
      1.1,
      `loss, y = ${y}, p ${range}`,
      (engine) => engine.binaryCrossEntropy.perSample(labels[y], kept),
      (i) => exact(kept[i]),
    );
  });

  it('a loss with positiveWeight is within 2.5 ulp', () => {
    const kept = p.map((x) => Math.max(x, 4e-44));
    const c = Math.fround(1.7);
    expectWithin(
      2.5,
      `loss · 1.7, p ${range}`,
      (e) => e.binaryCrossEntropy.with({ positiveWeight: 1.7 }).perSample(labels['1'], kept),
      (i) => minusLog(kept[i]).times(c),
    );
  });

  it('a loss of any label is within 4 ulp', () => {
    const kept = p.map((x) => Math.max(x, 4e-44));
    const y = labels['in [0, 1]'];
    expectWithin(
      4,
      `loss, any label, p ${range}`,
      (engine) => engine.binaryCrossEntropy.perSample(y, kept),
      (i) => binarySum([y[i]], [kept[i]]),
    );
  });

  it.each(['1', '0', 'in [0, 1]'] as const)('a gradient is rounded once, y = %s', (y) => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 7));
    expectWithin(
      0.51,
      `gradient, y = ${y}, p ${range}`,
      (engine) =>
        engine.binaryCrossEntropy.gradient(labels[y], p, {
          sampleWeight: weights,
          reduction: 'sum',
        }),
      (i) => {
        const variance = Math.max(p[i] * (1 - p[i]), 1e-12);
        return sumOf([((p[i] - labels[y][i]) / variance) * weights[i]]);
      },
    );
  });
});

describe.each(Object.entries(logits))('logits %s', (range, z) => {
  it.each(['1', '0', 'in [0, 1]'] as const)('a loss is within 4 ulp, y = %s', (y) => {
    expectWithin(
      4,
      `loss, y = ${y}, z ${range}`,
      (engine) => engine.binaryCrossEntropy.with({ fromLogits: true }).perSample(labels[y], z),
      (i) => binaryLogitLoss(labels[y][i], z[i]),
    );
  });

  it.each(['1', '0'] as const)('a gradient is within 2 ulp, y = %s', (y) => {
    const sign = y === '1' ? -1 : 1;
    expectWithin(
      2,
      `gradient, y = ${y}, z ${range}`,
      (engine) =>
        engine.binaryCrossEntropy
          .with({ fromLogits: true })
          .gradient(labels[y], z, { reduction: 'sum' }),
      (i) => sumOf([sign / (1 + Math.exp(-sign * z[i]))]),
    );
  });

  it('a gradient of any label is rounded once', () => {
    const y = labels['in [0, 1]'];
    expectWithin(
      0.51,
      `gradient, any label, z ${range}`,
      (engine) =>
        engine.binaryCrossEntropy.with({ fromLogits: true }).gradient(y, z, { reduction: 'sum' }),
      (i) => sumOf([(1 - y[i]) / (1 + Math.exp(-z[i])), -y[i] / (1 + Math.exp(z[i]))]),
    );
  });
});

/** Up to where labels are smoothed in the sum, and beyond it, where they are before. */
describe.each([8, 39, 80])('logits up to %s', (most) => {
  const z = Float32Array.from(usual, (x, i) => ((i % 3 === 0 ? -x : x) * most) / 8);
  const y = Float32Array.from(z, (_, i) => (i % 2 === 0 ? 1 : 0));

  it.each([1e-6, 0.1, 1])('a sum with labelSmoothing %s is within 1e-7', (labelSmoothing) => {
    const target = (i: number) => y[i] * (1 - labelSmoothing) + labelSmoothing / 2;
    const parts = Array.from(z, (logit, i) => binaryLogitLoss(target(i), logit));
    const exact = parts.reduce((sum, part) => sum.plus(part));
    for (const { engine } of engines) {
      const loss = engine.binaryCrossEntropy.with({ fromLogits: true, labelSmoothing });
      const sum = loss.sum(y, z);
      expect(exact.relativeError(sum)).toBeLessThan(1e-7);
      expect(loss.valueAndGradient(y, z, { reduction: 'sum' }).value).toBe(sum);
    }
  });
});

it.each(engines)('$backend: a loss of 1e-30 has its digits', ({ engine }) => {
  const z = Float32Array.of(69, -69, 80);
  const losses = engine.binaryCrossEntropy
    .with({ fromLogits: true })
    .perSample(Float32Array.of(1, 0, 1), z);
  for (let i = 0; i < 3; i++) {
    expect(binaryLogitLoss(1, Math.abs(z[i])).ulps(losses[i], FLOAT32)).toBeLessThanOrEqual(1.5);
  }
});
