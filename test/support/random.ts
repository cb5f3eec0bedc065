/** Numbers of [0, 1) with 53 random bits, the same ones for the same seed (mulberry32, two draws each). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  const draw = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => ((draw() >>> 5) * 2 ** 26 + (draw() >>> 6)) / 2 ** 53;
}

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
