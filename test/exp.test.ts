// The library's own exp, and its log1p for exponentials, against MPFR: by the kernels, of which
// softmaxEach with a share of 1 gives e^(z − max), in ulp, and logitsEach log1p(e^−|z|).

import { afterAll, describe, expect, it } from 'vitest';
import { Argument } from '../src/argument.js';
import { BLOCK } from '../src/block.js';
import { log1pUnits } from '../src/js/math/log.js';
import { jsWorkspace } from '../src/js/workspace.js';
import { logits as logitKernels, softmax } from '../src/kernels.js';
import { RESERVED_PAGES } from '../src/wasm/layout.js';
import { compileKernels } from '../src/wasm/module.js';
import { WasmWorkspace } from '../src/wasm/workspace.js';
import type { ElementType, Workspace } from '../src/workspace.js';
import { seeded } from './losses/numbers.mjs';
import { binaryLogitLoss, type Exact, exp, FLOAT32, log1p } from './support/exact.mjs';
import { fill } from './support/random.js';
import { Worst } from './support/worst.js';

function wasmWorkspace(): WasmWorkspace {
  const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
  return new WasmWorkspace(memory, compileKernels);
}

const workspaces: readonly Workspace[] = [jsWorkspace, wasmWorkspace()];

const types = {
  f64: {
    View: Float64Array,
    kind: 'float64',
    precision: undefined,
    digits: 53,
    zero: -746,
    bound: 4,
  },
  f32: {
    View: Float32Array,
    kind: 'float32',
    precision: FLOAT32,
    digits: 24,
    zero: -104,
    bound: 2,
  },
} as const;

/** e^(z − max) for a row of at most a block. */
function expBy(
  workspace: Workspace,
  type: ElementType,
  z: Float64Array,
  max: number,
): ArrayLike<number> {
  const { View, kind } = types[type];
  const n = z.length;
  const source = new Argument(new View(z), kind, 'exp', 'z');
  const out = new View(n);
  workspace.max.array[workspace.max.at] = max;
  const target = workspace.target(out, 0, type, true);
  const block = workspace.yPred(source, 0, n, type);
  workspace.of(softmax)[type].each(block, 1, n, workspace.max, workspace.ones, target);
  workspace.store(target, out, 0, n, type);
  workspace.release();
  return out;
}

interface Range {
  readonly max: number;
  readonly z: Float64Array;
}

/** Numbers up to max, by the type's digits and the number whose exponential is 0. */
function ranges(digits: number, zero: number): Readonly<Record<string, Range>> {
  const from = (seed: number, make: (random: () => number, i: number) => number) => ({
    max: 0,
    z: fill(BLOCK, seed, make),
  });
  const tiny = digits === 53 ? -709 : -88;
  const shifted = (max: number, range: Range) => ({ max, z: range.z.map((z) => max + z) });
  const near = from(7, (random) => -3 * random());
  return {
    'in (−1, 0)': from(1, (random) => -random()),
    'in (−20, 0)': from(2, (random) => -20 * random()),
    'whose exponential is normal': from(3, (random) => tiny * random()),
    'whose exponential is subnormal': from(4, (random) => tiny + (zero + 1 - tiny) * random()),
    'around where it becomes 0': from(5, (random) => zero + 2 * random() - 1),
    'far below': from(6, (random) => zero * 10 ** (8 * random())),
    'near 0, by exponents': from(8, (random) => -(2 ** (-2 * digits * random()))),
    'the floats next to 0': from(9, (_, i) => -(i + 1) * 2 ** (-digits - 4)),
    'next to where the reduction steps': from(
      10,
      (random, i) => -(((i % (-zero | 0)) + 0.5) * Math.LN2) * (1 + (random() - 0.5) * 2 ** -20),
    ),
    'next to multiples of ln 2': from(
      11,
      (_, i) => -(1 + (i >> 4)) * Math.LN2 * (1 + ((i & 15) - 8) * 2 ** -(digits - 1)),
    ),
    'less a maximum of 1/3': shifted(1 / 3, near),
    'less a maximum of 12345.678': shifted(12345.678, near),
    'less a maximum of −77.7': shifted(-77.7, near),
    'less a maximum far below them in size': {
      max: 2 ** -20 / 3,
      z: fill(BLOCK, 12, (random) => -20 * random()),
    },
    'less a maximum of the other sign': {
      max: 5.4321,
      z: fill(BLOCK, 13, (random) => -30 * random()),
    },
  };
}

const seen = new Worst();
afterAll(() => seen.print('Worst errors of exp and its log1p, in ulp'));

/** The worst of some results, each against its own exact value. */
function worstOf(
  results: ArrayLike<number>,
  exact: (i: number) => Exact,
  precision: typeof FLOAT32 | undefined,
): { ulps: number; i: number } {
  const worst = { ulps: -1, i: -1 };
  for (let i = 0; i < results.length; i++) {
    const ulps = exact(i).ulps(results[i], precision);
    if (!(ulps <= worst.ulps)) Object.assign(worst, { ulps, i });
  }
  return worst;
}

/** Exact values, each computed once. */
function cached(make: (i: number) => Exact): (i: number) => Exact {
  const values: Exact[] = [];
  return (i) => {
    values[i] ??= make(i);
    return values[i];
  };
}

// (It is a quotient of two exponentials, of which float32 has that of the maximum in float64.)
describe.each(['f64', 'f32'] as const)('exp is within its bound, %s', (type) => {
  const { View, precision, digits, zero, bound } = types[type];

  describe.each(Object.entries(ranges(digits, zero)))('of numbers %s', (range, given) => {
    // As the type has them, and none above the maximum.
    const [max] = new View([given.max]);
    const z = Float64Array.from(new View(given.z), (x) => Math.min(x, max));
    const exact = cached((i) => exp(z[i], max));

    it.each(workspaces)('$backend', (workspace) => {
      const { ulps, i } = worstOf(expBy(workspace, type, z, max), exact, precision);
      expect(ulps, `at ${z[i]} − ${max}`).toBeLessThanOrEqual(bound);
      seen.note(`exp ${type}: ${range}`, ulps, `at ${z[i]} − ${max}`);
    });
  });

  it.each(workspaces)('$backend: 1 at 0, 0 at −∞, NaN at NaN, wherever they stand', (workspace) => {
    for (let n = 1; n <= 9; n++) {
      for (let at = 0; at < n; at++) {
        for (const [x, expected] of [
          [0, 1],
          [-0, 1],
          [-Infinity, 0],
          [NaN, NaN],
          [-Number.MAX_VALUE, 0],
        ]) {
          const z = new Float64Array(n).fill(-1);
          z[at] = x;
          const out = Array.from(expBy(workspace, type, z, 0));
          expect(out[at]).toBe(expected);
          expect(new Set(out.filter((_, i) => i !== at)).size).toBe(n > 1 ? 1 : 0);
        }
      }
    }
  });

  it.each(workspaces)('$backend: 0 of any two numbers far apart', (workspace) => {
    // Their difference is rounded by any amount, in any direction, or is infinite.
    const random = seeded(20);
    const most = type === 'f64' ? 308 : 38;
    for (let k = 0; k < 500; k++) {
      const size = 5 + (most - 5) * random();
      const max = new View([(random() < 0.5 ? -1 : 1) * 10 ** (size * random())])[0];
      const z = fill(4, k, (random) => -(10 ** size) * (1 + random()) - Math.abs(max));
      expect(Array.from(expBy(workspace, type, z, max)), `${z} − ${max}`).toEqual([0, 0, 0, 0]);
      expect(Array.from(expBy(workspace, type, z, Infinity))).toEqual([0, 0, 0, 0]);
    }
  });
});

/** Numbers of [0, 1]. */
const units: Readonly<Record<string, Float64Array>> = {
  'evenly in [0, 1]': fill(BLOCK, 30, (random) => random()),
  'around √2 − 1': fill(BLOCK, 31, (_, i) => Math.SQRT2 - 1 + (i - BLOCK / 2) * 2 ** -54),
  'the floats next to 1': fill(BLOCK, 32, (_, i) => 1 - i * 2 ** -53),
  'by exponents': fill(BLOCK, 33, (random) => 2 ** (-1074 * random())),
  'the least subnormals': fill(BLOCK, 34, (_, i) => i * 2 ** -1074),
};

describe('log1p of exponentials', () => {
  it.each(Object.entries(units))('is within 1 ulp of exact: %s', (range, x) => {
    const out = new Float64Array(x.length);
    log1pUnits(x, 0, x.length, out);
    const { ulps, i } = worstOf(
      out,
      cached((i) => log1p(x[i])),
      undefined,
    );
    expect(ulps, `at ${x[i]}`).toBeLessThanOrEqual(1);
    seen.note(`log1p: ${range}`, ulps, `at ${x[i]}`);
  });

  it('is 0 at 0 and NaN at NaN', () => {
    const out = new Float64Array(2);
    log1pUnits(Float64Array.of(0, NaN), 0, 2, out);
    expect(Array.from(out)).toEqual([0, NaN]);
  });

  // (A right label has no other part in the loss; exp and log1p both round.)
  it.each(workspaces)('with exp before it is within 2 ulp, $backend', (workspace) => {
    const ones = new Argument(new Float64Array(BLOCK).fill(1), 'float64', 'logits', 'yTrue');
    for (const [range, { z }] of Object.entries(ranges(53, -746))) {
      const logits = z.map((x) => Math.abs(x));
      const source = new Argument(logits, 'float64', 'logits', 'z');
      const yTrue = workspace.yTrue(ones, 0, BLOCK, 'f64');
      const yPred = workspace.yPred(source, 0, BLOCK, 'f64');
      const { f64 } = workspace.of(logitKernels);
      f64.exps(yTrue, yPred, BLOCK, workspace.prepared);
      f64.each(yTrue, yPred, workspace.prepared, BLOCK, 1, workspace.losses);
      const { array, at } = workspace.losses;
      const losses = array.slice(at, at + BLOCK);
      workspace.release();
      const { ulps, i } = worstOf(losses, (i) => binaryLogitLoss(1, logits[i]), undefined);
      expect(ulps, `${range}: at ${logits[i]}`).toBeLessThanOrEqual(2);
      seen.note('log1p(exp)', ulps, `${range}: at ${logits[i]}`);
    }
  });
});
