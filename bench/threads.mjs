// @ts-check
// npm run bench:threads: what two threads cost and bring on this machine, and what that would come to on more
// cores, which is simulated with the constants that are measured here.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createArena, defaultEngine } from 'lossmeter';
import { cases, outLengthOf, types } from './cases.mjs';
import { pairedRatio } from './contest/intervals.mjs';
import { arraysOf } from './data.mjs';
import { environment } from './environment.mjs';
import { inArena } from './in-arena.mjs';
import { json } from './json.mjs';
import { environmentText, short, table } from './report.mjs';
import { simulated } from './scaling.mjs';
import { median } from './statistics.mjs';
import { engineWithThreads } from './threaded.mjs';

/** Beside the options of an engine: see src/threads/worth.ts. */
const REHEARSAL = Symbol.for('lossmeter.rehearsal');
const BLOCK = 2048;
const THREADS = 2;
const ROUNDS = 31;
const WARM_MS = 300;
const ROUND_MS = 12;
/** After which a thread sleeps for certain. */
const SLEEP_MS = 2;

/**
 * Nanoseconds that are assumed: a cache line that moves and a futex for each sleeper, which two cores do not show,
 * and the fold of a block's record, of which `RunningSum.add` is 6.
 */
const ASSUMED = { claim: 150, wake: 1500, fold: 20 };
const CORES = [2, 8, 32, 128];

const MILLION = 2 ** 20;

/** Rows, and how long two threads may take: ÷ one. */
// biome-ignore format: a table
const rows = [
  { name: 'binaryCrossEntropy.mean, from logits', size: MILLION, most: 0.55 },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 1024 classes', size: MILLION, most: 0.55 },
  { name: 'sparseCategoricalCrossEntropy.mean, from logits, 10 classes', size: MILLION, most: 0.55 },
  { name: 'binaryCrossEntropy.mean, weighted', size: MILLION, most: 0.55 },
  { name: 'binaryCrossEntropy.perSample, 0/1 labels', size: MILLION, most: 0.55 },
  { name: 'binaryCrossEntropy.valueAndGradient, 0/1 labels', size: MILLION, most: 0.55 },
  { name: 'binaryCrossEntropy.valueAndGradient, from logits', size: MILLION, most: 0.55 },
  { name: 'sparseCategoricalCrossEntropy.valueAndGradient, from logits, 1024 classes', size: MILLION, most: 0.55 },
  { name: 'squaredError.mean', size: 4 * MILLION, most: 0.6 },
  { name: 'absoluteError.mean', size: 4 * MILLION, most: 0.6 },
  { name: 'binaryCrossEntropy.mean, 0/1 labels', size: 4 * MILLION, most: 0.6 },
  { name: 'squaredError.mean', size: 2 ** 12, most: 1.03 },
  { name: 'binaryCrossEntropy.mean, from logits', size: 2 ** 13, most: 1.03 },
  { name: 'binaryCrossEntropy.mean, from logits', size: MILLION, isOrdinary: true, most: 0.7, types: ['float32'] },
  { name: 'squaredError.mean', size: MILLION, isOrdinary: true, most: 1.03, types: ['float32'] },
];

/** Nanoseconds of a call, the median of so many milliseconds. @param {() => unknown} call @param {number} milliseconds */
function time(call, milliseconds) {
  const times = [];
  const until = performance.now() + milliseconds;
  while (times.length < 3 || performance.now() < until) {
    const start = performance.now();
    call();
    times.push(1e6 * (performance.now() - start));
  }
  return median(times);
}

/**
 * One call by one thread and by two, in turns.
 *
 * @param {() => unknown} one
 * @param {() => unknown} two
 */
function inTurns(one, two) {
  /** Calls of microseconds are repeated, as the clock has steps. @param {() => unknown} call */
  const repeated = (call) => {
    const repeats = Math.max(1, Math.round(2e4 / time(call, WARM_MS)));
    const all = () => {
      for (let i = 0; i < repeats; i++) call();
    };
    return { all, repeats };
  };
  const calls = [repeated(one), repeated(two)];
  /** @type {[number[], number[]]} */
  const times = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? [0, 1] : [1, 0];
    for (const k of order) {
      const { all, repeats } = calls[k];
      times[k].push(time(all, ROUND_MS) / repeats);
    }
  }
  return times;
}

/** The same arrays in a shared arena. @param {import('./loops.mjs').ArraysAndOut} arrays */
function inSharedArena(arrays) {
  const all = arraysOf(arrays);
  const arena = createArena(
    all.reduce((sum, [, { byteLength }]) => sum + byteLength, 0),
    { shared: true },
  );
  const placed = all.map(([name, values]) => [name, inArena(arena, values)]);
  return { ...arrays, ...Object.fromEntries(placed) };
}

/** Nanoseconds of a call after so many milliseconds of nothing. @param {() => unknown} call @param {number} pause */
function timeAfter(call, pause) {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  const times = [];
  for (let i = 0; i < 300; i++) {
    Atomics.wait(nothing, 0, 0, pause);
    const start = performance.now();
    call();
    times.push(1e6 * (performance.now() - start));
  }
  return median(times);
}

/** A call that the other thread does alone, less what it takes this one: while the other is awake, and when it sleeps. */
async function roundTrips() {
  const rehearsal = await engineWithThreads(THREADS, { [REHEARSAL]: true });
  const block = new Float32Array(new SharedArrayBuffer(4 * BLOCK));
  const alone = () => defaultEngine.squaredError.sum(block, block);
  const other = () => rehearsal.squaredError.sum(block, block);
  for (const call of [alone, other]) time(call, WARM_MS);
  const awake = time(other, 10 * WARM_MS) - time(alone, WARM_MS);
  const asleep = timeAfter(other, SLEEP_MS) - timeAfter(alone, SLEEP_MS);
  rehearsal.close();
  return { awake, asleep };
}

/**
 * @param {(typeof rows)[number]} row
 * @param {string} type
 * @param {import('lossmeter').Engine} threaded
 */
function measured({ name, size, most, isOrdinary = false }, type, threaded) {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case is named ${name}`);
  const arrays = found.data(size, types[type]);
  const out = new types[type](outLengthOf(found)(arrays));
  const given = isOrdinary ? { ...arrays, out } : inSharedArena({ ...arrays, out });
  const [one, two] = [defaultEngine, threaded].map((engine) => {
    const call = found.call(engine);
    return () => call(given);
  });
  const times = inTurns(one, two);
  return {
    name: isOrdinary ? `${name}, ordinary arrays` : name,
    type,
    elements: arrays.yPred.length,
    oneThread: median(times[0]),
    twoThreads: median(times[1]),
    ...pairedRatio(times[1], times[0]),
    most,
  };
}

const machine = environment();
process.stdout.write(`${environmentText(machine)}\n`);
const { awake, asleep } = await roundTrips();
process.stdout.write(
  `A round trip to a thread: ${short(awake / 1000)} µs, to one that sleeps ${short(asleep / 1000)}\n\n${THREADS} threads ÷ one, shared arena\n`,
);
const threaded = await engineWithThreads(THREADS);
// (The first row is slower than the same later, in one run of two: once more, then.)
measured(rows[0], 'float32', threaded);
/** @type {ReturnType<typeof measured>[]} */
const results = [];
for (const row of rows) {
  for (const type of row.types ?? ['float32', 'float64']) {
    const result = measured(row, type, threaded);
    results.push(result);
    const { name, elements, oneThread, ratio, low, high, most } = result;
    process.stdout.write(
      `  ${`${name}, ${type}, ${elements.toLocaleString('en-US')}`.padEnd(98)} ${short(oneThread / elements).padStart(6)} ns  × ${short(ratio)} [${short(low)}, ${short(high)}]  ≤ ${most}${ratio <= most ? '' : '  MISSED'}\n`,
    );
  }
}
threaded.close();

const scaling = [
  'squaredError.mean',
  'binaryCrossEntropy.mean, 0/1 labels',
  'binaryCrossEntropy.mean, from logits',
].flatMap((name) => {
  const { oneThread, elements } = /** @type {ReturnType<typeof measured>} */ (
    results.find((one) => one.name === name && one.type === 'float32')
  );
  const block = (oneThread / elements) * BLOCK - ASSUMED.fold;
  return [MILLION, 16 * MILLION, 256 * MILLION].map((size) => {
    const blocks = size / BLOCK;
    const alone = blocks * (block + ASSUMED.fold);
    const faster = CORES.map(
      (cores) => alone / simulated(cores, blocks, { ...ASSUMED, block, roundTrip: awake }),
    );
    return { name, elements: size, faster };
  });
});
process.stdout.write(
  `\nSimulated, float32: times as fast as one thread\n${table([
    ['', ...CORES.map((cores) => `${cores} cores`)],
    ...scaling.map(({ name, elements, faster }) => [
      `${name}, 2^${Math.log2(elements)}`,
      ...faster.map(short),
    ]),
  ])}`,
);

const folder = new URL('results/', import.meta.url);
mkdirSync(folder, { recursive: true });
const written = {
  environment: machine,
  roundTrip: { awake, asleep },
  cores: CORES,
  results,
  scaling,
};
writeFileSync(new URL('threads.json', folder), json(written));
