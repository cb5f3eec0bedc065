// npm run bench:threads: what threads cost and bring on this machine, and what that would come to on more
// cores, which is simulated: a model of how runs are handed out, with the constants measured here.
import { createArena, createEngine, defaultEngine } from '../dist/index.js';

/** Beside the options: see src/threads/worth.ts. */
const REHEARSAL = Symbol.for('lossmeter.rehearsal');
/** As in src/threads/. */
const BLOCK = 2048;
const WINDOW = 256;
const MOST_BLOCKS = 64;
const RUNS_PER_THREAD = 12;
/** Of one thread among many that take runs by the same counter, in ns: as cache lines move, not measured here. */
const CLAIM = 150;
/** What one further sleeper costs its caller to wake, in ns: a futex; not measured with more than two cores. */
const WAKE = 1500;

/** @param {number[]} times */
const median = (times) => times.sort((a, b) => a - b)[times.length >> 1];

/**
 * The median time of a call, in ns.
 *
 * @param {() => unknown} call
 * @param {number} repeats
 */
function time(call, repeats) {
  const times = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    call();
    times.push(1e6 * (performance.now() - start));
  }
  return median(times);
}

/** @param {object} options */
async function withThreads(options) {
  const engine = createEngine({ backend: 'wasm', threads: 2, ...options });
  while (engine.threads < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  return engine;
}

/**
 * The time of a call of so many blocks by so many threads, in ns. Each takes a run when it is through
 * with one; the caller also wakes the others, and folds what is done, in order.
 *
 * @param {{ threads: number, blocks: number, block: number, roundTrip: number, fold: number }} model
 */
function simulate({ threads, blocks, block, roundTrip, fold }) {
  const perRun = Math.min(MOST_BLOCKS, Math.ceil(blocks / (threads * RUNS_PER_THREAD)));
  const runs = Math.ceil(blocks / perRun);
  const free = Array.from({ length: threads }, (_, i) =>
    i === 0 ? WAKE * (threads - 1) : WAKE * i + roundTrip / 2,
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
    counter = Math.max(counter, start) + CLAIM;
    done[run] = counter + block * perRun;
    free[next] = done[run];
  }
  let end = free[0];
  for (; head < runs; head++) end = Math.max(end, done[head]) + fold * perRun;
  return end;
}

const n = 2 ** 20;
const arena = createArena(4 * 4 * n, { shared: true });
const yTrue = arena.float32(n).map((_, i) => i % 2);
const labels = arena.float32(n);
labels.set(yTrue);
const logits = arena.float32(n);
for (let i = 0; i < n; i++) logits[i] = ((i * 104729) % 1000003) / 125000 - 4;
const probabilities = arena.float32(n);
for (let i = 0; i < n; i++) probabilities[i] = ((i * 104729) % 1000003) / 1000003;

const rehearsal = await withThreads({ [REHEARSAL]: true });
const engine = await withThreads({});
const one = labels.subarray(0, BLOCK);
const alone = () => defaultEngine.squaredError.sum(one, one);
const other = () => rehearsal.squaredError.sum(one, one);
time(alone, 5000);
time(other, 5000);
const roundTrip = time(other, 20001) - time(alone, 20001);
console.log(
  `a round trip to a thread that may have fallen asleep: ${(roundTrip / 1000).toFixed(1)} µs`,
);

/** @type {readonly (readonly [string, (engine: any) => unknown])[]} */
const calls = [
  ['squared error', (e) => e.squaredError.mean(labels, probabilities)],
  ['log loss', (e) => e.binaryCrossEntropy.mean(labels, probabilities)],
  [
    'cross-entropy from logits',
    (e) => e.binaryCrossEntropy.with({ fromLogits: true }).mean(labels, logits),
  ],
];
const fold = 20;
const cores = [2, 8, 32, 128];
console.log(
  `\n2^20 float32, shared arena        1 thread   2 threads   simulated: ${cores.join(', ')}`,
);
for (const [name, call] of calls) {
  for (let i = 0; i < 60; i++) for (const e of [defaultEngine, engine]) call(e);
  const single = time(() => call(defaultEngine), 101);
  const double = time(() => call(engine), 101);
  const blocks = n / BLOCK;
  const block = single / blocks - fold;
  for (const size of [1, 16, 256]) {
    const all = size * single;
    const shares = cores.map((threads) =>
      (all / simulate({ threads, blocks: size * blocks, block, roundTrip, fold })).toFixed(1),
    );
    const measured =
      size === 1
        ? `${(single / 1e6).toFixed(3)} ms   ${(double / single).toFixed(2)}      `
        : ' '.repeat(22);
    const elements = size === 1 ? name : `  × ${size}`;
    console.log(`${elements.padEnd(34)}${measured} ${shares.map((x) => `${x}×`).join(', ')}`);
  }
}
engine.close();
rehearsal.close();
