// The library's own log and log1p against MPFR: as the two logarithms of binary cross-entropy, by its
// kernels, which take the floor that is under them; and by itself that of sums and products.
import { afterAll, describe, expect, it } from 'vitest';
import { Argument } from '../src/argument.js';
import { BLOCK } from '../src/block.js';
import { logSums } from '../src/js/math/log.js';
import { jsWorkspace } from '../src/js/workspace.js';
import { binary } from '../src/kernels.js';
import { RESERVED_PAGES } from '../src/wasm/layout.js';
import { compileKernels } from '../src/wasm/module.js';
import { WasmWorkspace } from '../src/wasm/workspace.js';
import type { Workspace } from '../src/workspace.js';
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

const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
const workspaces: readonly Workspace[] = [jsWorkspace, new WasmWorkspace(memory, compileKernels)];

/** −ln p, or −ln(1 − p) for y = 0, less those of a lower logarithm. */
function lossesBy(
  workspace: Workspace,
  y: number,
  values: Float64Array,
  floor: number,
): Float64Array {
  const n = values.length;
  const losses = new Float64Array(n);
  const labels = new Argument(new Float64Array(n).fill(y), 'float64', 'log', 'yTrue');
  const p = new Argument(values, 'float64', 'log', 'yPred');
  for (let from = 0; from < n; from += BLOCK) {
    const size = Math.min(BLOCK, n - from);
    const yTrue = workspace.yTrue(labels, from, size, 'f64');
    const yPred = workspace.yPred(p, from, size, 'f64');
    workspace.of(binary).f64.each(yTrue, yPred, size, 1, floor, workspace.losses);
    const { array, at } = workspace.losses;
    losses.set(array.subarray(at, at + size), from);
  }
  workspace.release();
  return losses;
}

/** The same, by the logarithm of sums and products. */
function logsOf(y: number, values: Float64Array): Float64Array {
  const logs = new Float64Array(values.length);
  const x = y === 1 ? values : values.map((p) => -p);
  logSums(new Float64Array(values.length).fill(1 - y), x, values.length, logs);
  return logs.map((log) => -log);
}

describe.each(functions)('$name', ({ name, y, exact }) => {
  describe.each(Object.entries(ranges))('%s', (range, values) => {
    const references: Exact[] = [];
    const reference = (i: number): Exact => {
      references[i] ??= exact(values[i]);
      return references[i];
    };

    /** The worst error of logarithms, and where. */
    const worstOf = (losses: Float64Array) => {
      const worst = { ulps: -1, at: Number.NaN };
      for (let i = 0; i < values.length; i++) {
        const ulps = reference(i).ulps(losses[i]);
        if (!(ulps <= worst.ulps)) Object.assign(worst, { ulps, at: values[i] });
      }
      return worst;
    };

    it.each(workspaces)('is within 2 ulp in losses, $backend', (workspace) => {
      const { ulps, at } = worstOf(lossesBy(workspace, y, values, -Infinity));
      expect(ulps, `at ${at}`).toBeLessThanOrEqual(2);
      seen.note(`${name} of losses: ${range}`, ulps, `at ${at}`);
    });

    it('is within 1 ulp in sums and products', () => {
      const { ulps, at } = worstOf(logsOf(y, values));
      expect(ulps, `at ${at}`).toBeLessThanOrEqual(1);
      seen.note(`${name}: ${range}`, ulps, `at ${at}`);
    });
  });

  it.each(workspaces)('$backend: the floor at the end where it is, 0 at the other', (workspace) => {
    const ends = Float64Array.of(y, 1 - y);
    expect(lossesBy(workspace, y, ends, -100)).toEqual(Float64Array.of(0, 100));
    expect(logsOf(y, ends)).toEqual(Float64Array.of(-0, Infinity));
  });
});
