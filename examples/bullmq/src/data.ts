// The rows that are scored. Yours lie in a bucket or a database; these are made from their numbers, so that
// every worker has the same.
import { setTimeout as sleep } from 'node:timers/promises';

export const ROWS = 4_000_000;

/** A multiple of the 2,048 samples that the library adds up at a time. */
const CHUNK = 1 << 16;

/** The rows from … to − 1, some at a time. */
export async function* readRows(from: number, to: number) {
  for (let start = from; start < to; start += CHUNK) {
    const n = Math.min(CHUNK, to - start);
    const yTrue = new Uint8Array(n);
    const yPred = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const row = start + i;
      yTrue[i] = Number((row * 7) % 10 < 3);
      yPred[i] = (((row * 7919) % 1_000_003) + 0.5) / 1_000_004;
    }
    // As if they came from far away.
    await sleep(2);
    yield { yTrue, yPred };
  }
}
