// Nothing wraps at 2³¹: neither elements nor addresses. The memory is reserved, and hardly any of it
// touched, so this takes no more than some megabytes.
import { describe, expect, it } from 'vitest';
import { createArena } from '../src/index.js';
import { engines } from './support/engines.js';

const N = 2 ** 31 + 5;
const arena = createArena(2 ** 32 - 8 * 2 ** 16);
const many = arena.uint8(N);
many[5] = 1;
many[2 ** 31] = 2;
many[N - 1] = 3;

describe.each(engines)('arrays whose addresses are past 2 GiB, $backend', ({ engine }) => {
  const n = 3000;
  const yTrue = arena.float64(n);
  const yPred = arena.float64(n).fill(0.5);
  const out = arena.float64(n);
  const labels = arena.int32(n / 2);
  const bytes = arena.uint8(n).fill(1);
  const narrow = arena.float32(n).fill(0.25);
  const narrowOut = arena.float32(n);

  it('are read and written where they are', () => {
    expect(yTrue.byteOffset).toBeGreaterThan(2 ** 31);
    expect(engine.squaredError.sum(yTrue, yPred)).toBe(n / 4);
    engine.absoluteError.perSample(yTrue, yPred, { out });
    expect(new Set(out)).toEqual(new Set([0.5]));
    engine.absoluteError.perSample(bytes, narrow, { out: narrowOut });
    expect(new Set(narrowOut)).toEqual(new Set([0.75]));
    expect(engine.binaryCrossEntropy.mean(bytes, narrow)).toBeCloseTo(2 * Math.LN2, 14);
    expect(engine.sparseCategoricalCrossEntropy.mean(labels, yPred)).toBeCloseTo(Math.LN2, 14);
  });
});

it('2³¹ elements and more are all counted', () => {
  // Each number differs from the zeros before and behind it; the last has none behind it.
  const sum = engines[1].engine.absoluteError.sum(many.subarray(0, N - 1), many.subarray(1));
  expect(sum).toBe(2 * 1 + 2 * 2 + 3);
});
