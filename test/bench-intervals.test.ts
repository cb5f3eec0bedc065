// What the benchmarks make of their rounds: ratios with intervals, in random order.
import { describe, expect, it } from 'vitest';
import { shuffled } from '../bench/contest/contest.mjs';
import { pairedRatio } from '../bench/contest/intervals.mjs';
import { uniform } from '../bench/data.mjs';

describe('a ratio of paired times', () => {
  it('is the median of the rounds, and so is no other than that of a steady machine', () => {
    expect(pairedRatio([2, 2, 2], [1, 1, 1])).toEqual({ ratio: 2, low: 2, high: 2 });
  });

  it('does not see what slows both down for a while', () => {
    const slow = [1, 1, 7, 9, 1, 3];
    const times = slow.map((factor) => 3 * factor);
    expect(pairedRatio(times, slow)).toEqual({ ratio: 3, low: 3, high: 3 });
  });

  it('lies between its bounds, which are as far apart as the rounds say', () => {
    const random = uniform();
    const times = Array.from({ length: 15 }, () => 1 + 0.1 * random());
    const { ratio, low, high } = pairedRatio(times, Array(15).fill(1));
    expect(low).toBeLessThan(ratio);
    expect(high).toBeGreaterThan(ratio);
    expect(low).toBeGreaterThan(1);
    expect(high).toBeLessThan(1.1);
    const wide = pairedRatio(
      times.map((time) => 10 * (time - 1) + 1),
      Array(15).fill(1),
    );
    expect(wide.high - wide.low).toBeCloseTo(10 * (high - low), 10);
  });

  it('holds the true median in about 95 of 100 such runs', () => {
    const random = uniform();
    let held = 0;
    for (let run = 0; run < 100; run++) {
      // Times whose logarithms are symmetric, so that their median is 1.
      const times = Array.from({ length: 15 }, () => Math.exp(random() + random() - 1));
      const { low, high } = pairedRatio(times, Array(15).fill(1));
      if (low <= 1 && 1 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(88);
    expect(held).toBeLessThanOrEqual(100);
  });

  it('is that of the rounds that both took part in', () => {
    expect(pairedRatio([2, 4], [1, 1, 5])).toMatchObject({ ratio: 3, low: 2, high: 4 });
    expect(() => pairedRatio([], [1])).toThrow(/expected pairs of times, got none/);
  });
});

it('takes turns in every order, and leaves nobody out', () => {
  const random = uniform();
  const orders = Array.from({ length: 200 }, () => shuffled(3, random));
  for (const order of orders) expect([...order].sort()).toEqual([0, 1, 2]);
  expect(new Set(orders.map(String)).size).toBe(6);
});
