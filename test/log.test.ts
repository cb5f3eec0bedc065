// The library's own log and log1p against MPFR, as the two logarithms of binary cross-entropy: with a
// clip so small that it moves nothing but 0, there is no floor under them.
import { afterAll, describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';
import { type Exact, minusLog, minusLogOfRest } from './support/exact.mjs';
import { fill } from './support/random.js';
import { Worst } from './support/worst.js';

const N = 4000;
const TINY = 2 ** -1074;
/** Where the kernels step from one exponent to the next: √½, cut off after its upper 32 bits. */
const STEP = 0x16a09e * 2 ** -21;

/** Numbers of (0, 1), or its ends. */
const ranges: Readonly<Record<string, Float64Array>> = {
  'evenly in (0, 1)': fill(5 * N, 1, (random) => random() || 0.5),
  'around √½, ± 1e-3': fill(N, 2, (random) => Math.SQRT1_2 + (random() - 0.5) * 2e-3),
  'around 1 − √½, ± 1e-3': fill(N, 14, (random) => 1 - Math.SQRT1_2 + (random() - 0.5) * 2e-3),
  'the floats next to √½': fill(N, 3, (_, i) => Math.SQRT1_2 + (i - N / 2) * 2 ** -53),
  'the floats next to the step': fill(N, 12, (_, i) => STEP + (i - N / 2) * 2 ** -53),
  '1 less the floats next to the step': fill(N, 13, (_, i) => 1 - STEP + (i - N / 2) * 2 ** -53),
  'around ½ and ¼, ± 1e-3': fill(
    N,
    4,
    (random, i) => 2 ** -(1 + (i & 1)) + (random() - 0.5) * 2e-3,
  ),
  'the floats next to 1': fill(N, 5, (_, i) => 1 - (i + 1) * 2 ** -53),
  '1 − 2⁻ᵏ, k from 1 to 53': fill(53, 6, (_, i) => 1 - 2 ** -(i + 1)),
  'near 1, by exponents': fill(N, 7, (random) => 1 - 2 ** (-1 - 52 * random())),
  'the least subnormals': fill(N, 8, (_, i) => (i + 1) * TINY),
  'all subnormals': fill(N, 9, (random) => (Math.floor(random() * 2 ** 52) || 1) * TINY),
  'all exponents': fill(
    N,
    10,
    (random) => (1 + random()) * 2 ** Math.floor(-1022 + 1021 * random()),
  ),
  'powers of two': fill(1074, 11, (_, i) => 2 ** -(i + 1)),
};

const functions = [
  { name: 'log', y: 1, exact: minusLog },
  { name: 'log1p', y: 0, exact: minusLogOfRest },
] as const;

const seen = new Worst();
afterAll(() => seen.print('Worst errors of log and log1p, in ulp'));

describe.each(functions)('$name is within 1 ulp', ({ name, y, exact }) => {
  describe.each(Object.entries(ranges))('%s', (range, values) => {
    const references: Exact[] = [];
    const reference = (i: number): Exact => {
      references[i] ??= exact(values[i]);
      return references[i];
    };

    it.each(engines)('$backend', ({ engine }) => {
      const loss = engine.binaryCrossEntropy.with({ clip: TINY });
      const losses = loss.perSample(new Float64Array(values.length).fill(y), values);
      const worst = { ulps: -1, at: Number.NaN };
      for (let i = 0; i < values.length; i++) {
        const ulps = reference(i).ulps(losses[i]);
        if (!(ulps <= worst.ulps)) Object.assign(worst, { ulps, at: values[i] });
      }
      expect(worst.ulps, `at ${worst.at}`).toBeLessThanOrEqual(1);
      seen.note(`${name}: ${range}`, worst.ulps, `at ${worst.at}`);
    });
  });

  it.each(engines)('$backend: −∞ at the end where it is, 0 at the other', ({ engine }) => {
    const loss = engine.binaryCrossEntropy.with({ clip: TINY });
    expect(loss.perSample([y, y], [y, 1 - y])).toEqual(
      y === 1 ? new Float64Array([0, -Math.log(TINY)]) : new Float64Array([TINY, Infinity]),
    );
  });
});
