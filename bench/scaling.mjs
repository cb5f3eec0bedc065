// @ts-check
// What more cores would bring than this machine has: a model of how runs are handed out, as src/threads/ does it.

/** As in src/threads/. */
const WINDOW = 256;
const MOST_BLOCKS = 64;
const RUNS_PER_THREAD = 12;

/**
 * @typedef {object} Costs nanoseconds
 * @property {number} block what a thread takes for one
 * @property {number} roundTrip to a thread that is awake, and back
 * @property {number} fold what the caller takes to add a block's record
 * @property {number} claim between two runs that are taken from one counter, by whomever
 * @property {number} wake what each further sleeper costs its caller to wake
 */

/**
 * The time of a call of so many blocks by so many threads, in ns. Each takes a run when it is through
 * with one; the caller also wakes the others, and folds what is done, in order.
 *
 * @param {number} threads
 * @param {number} blocks
 * @param {Costs} costs
 */
export function simulated(threads, blocks, { block, roundTrip, fold, claim, wake }) {
  const perRun = Math.min(MOST_BLOCKS, Math.ceil(blocks / (threads * RUNS_PER_THREAD)));
  const runs = Math.ceil(blocks / perRun);
  const free = Array.from({ length: threads }, (_, i) =>
    i === 0 ? wake * (threads - 1) : wake * i + roundTrip / 2,
  );
  const done = new Float64Array(runs);
  let counter = 0;
  let head = 0;
  for (let run = 0; run < runs; run++) {
    let next = 0;
    for (let i = 1; i < threads; i++) if (free[i] < free[next]) next = i;
    // What is done is folded before the caller takes another run, and where the window is full.
    while (next === 0 && head < run && done[head] <= free[0]) {
      free[0] += fold * perRun;
      head++;
    }
    let start = free[next];
    if (run - head >= WINDOW) {
      start = Math.max(start, free[0], done[head]) + fold * perRun;
      free[0] = start;
      head++;
    }
    counter = Math.max(counter, start) + claim;
    done[run] = counter + block * perRun;
    free[next] = done[run];
  }
  let end = free[0];
  for (; head < runs; head++) end = Math.max(end, done[head]) + fold * perRun;
  return end;
}
