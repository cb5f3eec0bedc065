// A block of small losses whose large ones all fall into one lane, where there is a way of its own for
// sums of small losses.
import { describe, expect, it } from 'vitest';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';

const N = 2048;
const MISS = 2 ** -30;

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it.each([
    ['three of 0.6', [0, 8, 16], 0.55],
    ['nine of 0.6, of the last lane', [7, 15, 23, 31, 39, 47, 55, 63, 71], 0.55],
    ['one of 2.3', [1001], 0.1],
    ['two of 11', [4, 12], 2 ** -16],
    ['one of 83', [2047], 2 ** -120],
  ] as const)('%s', (_, indices, p) => {
    const yTrue = new Uint8Array(N).map((_, i) => (indices.some((at) => at === i) ? 1 : i & 1));
    const yPred = Float64Array.from(yTrue, (y) => Math.abs(y - MISS));
    for (const i of indices) yPred[i] = p;
    const expected = indices.length * -Math.log(p) - (N - indices.length) * Math.log1p(-MISS);
    const { binaryCrossEntropy } = engine;
    const sum = binaryCrossEntropy.sum(yTrue, yPred);
    expect(Math.abs(sum / expected - 1)).toBeLessThan(1e-14);
    expectSame(sum, engines[0].engine.binaryCrossEntropy.sum(yTrue, yPred));
  });
});
