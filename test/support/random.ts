import { seeded } from '../losses/numbers.mjs';

/** n numbers, each made from a generator and the index. */
export function fill(
  n: number,
  seed: number,
  make: (random: () => number, i: number) => number,
): Float64Array {
  const random = seeded(seed);
  const values = new Float64Array(n);
  for (let i = 0; i < n; i++) values[i] = make(random, i);
  return values;
}
