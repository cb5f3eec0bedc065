// @ts-check
// npm run bench:threats: how large on this machine is what threatens a measurement.
import { mkdirSync, writeFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { createArena, createEngine } from 'lossmeter';
import { Process, time } from './contest/contest.mjs';
import { write } from './contest/files.mjs';
import { pairedRatio } from './contest/intervals.mjs';
import { OURS, peersWith } from './contest/peers.mjs';
import { DELTA, distinct, row } from './contest/rows.mjs';
import { uniform } from './data.mjs';
import { environment } from './environment.mjs';
import { environmentText, short, table } from './report.mjs';
import { median, quantile } from './statistics.mjs';
import { MILLION } from './targets.mjs';

/**
 * @typedef {object} Threat
 * @property {string} what
 * @property {string} measured
 * @property {number} ratio the threatened time ÷ the other
 */

/** What the calls gave. @public @type {unknown} */
export let kept;

/** @param {() => unknown} call @returns {number} nanoseconds */
function once(call) {
  const start = process.hrtime.bigint();
  kept = call();
  return Number(process.hrtime.bigint() - start);
}

/** @param {() => unknown} call @param {number} milliseconds @returns {number[]} nanoseconds of each call */
function during(call, milliseconds) {
  const times = [];
  for (const until = performance.now() + milliseconds; performance.now() < until; ) {
    times.push(once(call));
  }
  return times;
}

/** Medians of two calls in turns. @param {() => unknown} one @param {() => unknown} other @param {number} [rounds] @returns {readonly [number, number]} */
function inTurns(one, other, rounds = 9) {
  for (const call of [one, other]) during(call, 150);
  /** @type {[number[], number[]]} */
  const times = [[], []];
  for (let round = 0; round < rounds; round++) {
    times[0].push(median(during(one, 15)));
    times[1].push(median(during(other, 15)));
  }
  return [median(times[0]), median(times[1])];
}

const N = 2 ** 17;
const { squaredError } = createEngine();

/** Two arrays in an arena, some elements behind a multiple of 64 bytes. @param {number} n @param {number} offset @param {(i: number) => number} yOf @param {'float32' | 'float64'} [type] */
function resident(n, offset, yOf, type = 'float32') {
  const arena = createArena(2 * 8 * (n + 16));
  const [yTrue, yPred] = [0, 1].map(() => arena[type](n + offset).subarray(offset));
  for (let i = 0; i < n; i++) {
    yTrue[i] = 0;
    yPred[i] = yOf(i);
  }
  return { yTrue, yPred };
}

/** @param {number} ns @param {number} [n] */
const perElement = (ns, n = N) => `${short(ns / n)} ns`;

/** The first calls, before V8 has compiled what it will. @returns {Threat} */
function tierUp() {
  const { yTrue, yPred } = resident(N, 0, (i) => i % 7);
  const call = () => squaredError.mean(yTrue, yPred);
  const first = once(call);
  const early = median(Array.from({ length: 20 }, () => once(call)));
  during(call, 500);
  const warm = median(during(call, 200));
  return {
    what: 'tier-up: the first calls of a process',
    measured: `first ${perElement(first)} an element, the next 20 ${perElement(early)}, warm ${perElement(warm)}`,
    ratio: early / warm,
  };
}

/** Data that other work has pushed out of the caches. @returns {Threat} */
function caches() {
  const { yTrue, yPred } = resident(N, 0, (i) => i % 7);
  const call = () => squaredError.mean(yTrue, yPred);
  during(call, 200);
  const other = new Float64Array(2 ** 25).fill(1);
  const warm = [];
  const cold = [];
  for (let round = 0; round < 12; round++) {
    kept = other.fill(round);
    cold.push(once(call));
    during(call, 5);
    warm.push(once(call));
  }
  return {
    what: 'caches: after 256 MiB of other data',
    measured: `${perElement(median(cold))}, warm ${perElement(median(warm))}`,
    ratio: median(cold) / median(warm),
  };
}

/** Arrays that begin between multiples of 64 bytes. @returns {Threat} */
function alignment() {
  const aligned = resident(N, 0, (i) => i % 7);
  const shifted = resident(N, 1, (i) => i % 7);
  const [one, other] = inTurns(
    () => squaredError.mean(shifted.yTrue, shifted.yPred),
    () => squaredError.mean(aligned.yTrue, aligned.yPred),
  );
  return {
    what: 'alignment: 4 bytes behind a multiple of 64',
    measured: `${perElement(one)}, aligned ${perElement(other)}`,
    ratio: one / other,
  };
}

/** A core that has been idle. @returns {Promise<Threat>} */
async function frequency() {
  const work = () => {
    let x = 1;
    for (let i = 0; i < 200_000; i++) x = Math.imul(x, 1664525) + i;
    return x;
  };
  during(work, 500);
  const busy = median(during(work, 200));
  const idle = [];
  for (let round = 0; round < 5; round++) {
    await sleep(400);
    idle.push(median(during(work, 5)));
  }
  return {
    what: 'frequency: the first 5 ms after 400 ms of rest',
    measured: `${short(median(idle) / 1000)} µs of integers, at work ${short(busy / 1000)} µs`,
    ratio: median(idle) / busy,
  };
}

/** Memory traffic of another process on the other core. @returns {Promise<Threat>} */
async function neighbours() {
  const { yTrue, yPred } = resident(2 ** 22, 0, (i) => i % 7);
  const call = () => squaredError.mean(yTrue, yPred);
  during(call, 300);
  const alone = median(during(call, 300));
  const neighbour = new Worker(
    'const a = new Float64Array(2 ** 24); for (;;) a.fill(Math.random());',
    { eval: true },
  );
  await sleep(200);
  const beside = median(during(call, 300));
  await neighbour.terminate();
  return {
    what: 'noisy neighbours: one that streams memory on the other core',
    measured: `${perElement(beside, 2 ** 22)}, alone ${perElement(alone, 2 ** 22)} (2²² elements)`,
    ratio: beside / alone,
  };
}

/** How much the same call differs from itself. @returns {Threat} */
function noise() {
  const { yTrue, yPred } = resident(N, 0, (i) => i % 7);
  const call = () => squaredError.mean(yTrue, yPred);
  during(call, 200);
  const times = during(call, 2000);
  const [p1, p50, p99] = [0.01, 0.5, 0.99].map((q) => quantile(times, q));
  return {
    what: 'noise: the slowest of a hundred calls in 2 s',
    measured: `1 % below ${perElement(p1)}, half below ${perElement(p50)}, 99 % below ${perElement(p99)}`,
    ratio: p99 / p50,
  };
}

/** Numbers too small for the exponents of their type. @param {'float32' | 'float64'} type @param {number} tiny @returns {Threat} */
function denormals(type, tiny) {
  const ordinary = resident(N, 0, (i) => 1 + (i % 7), type);
  const subnormal = resident(N, 0, (i) => tiny * (1 + (i % 7)), type);
  const { absoluteError } = createEngine();
  const [one, other] = inTurns(
    () => absoluteError.mean(subnormal.yTrue, subnormal.yPred),
    () => absoluteError.mean(ordinary.yTrue, ordinary.yPred),
  );
  return {
    what: `denormals: ${type}, ${tiny}`,
    measured: `${perElement(one)}, ordinary numbers ${perElement(other)}`,
    ratio: one / other,
  };
}

/** What collecting garbage takes: of results that are arrays, without `out`. @returns {Promise<Threat>} */
async function garbage() {
  const { yTrue, yPred } = resident(2 ** 20, 0, (i) => i % 7);
  const out = new Float32Array(2 ** 20);
  let pauses = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pauses += duration;
  });
  observer.observe({ entryTypes: ['gc'] });
  const [without, withOut] = inTurns(
    () => squaredError.perSample(yTrue, yPred),
    () => squaredError.perSample(yTrue, yPred, { out }),
  );
  await sleep(10);
  const ofSamples = pauses;
  pauses = 0;
  during(() => squaredError.mean(yTrue, yPred), 500);
  await sleep(10);
  observer.disconnect();
  return {
    what: 'garbage: perSample without `out`',
    measured: `${perElement(without, 2 ** 20)}, with it ${perElement(withOut, 2 ** 20)} (2²⁰ elements); pauses ${short(ofSamples)} ms, in half a second of \`mean\` ${short(pauses)} ms`,
    ratio: without / withOut,
  };
}

/** The library beside itself, as the study measures: an interval without 1 would be the method's fault. @param {number} size @returns {Promise<Threat>} */
async function besideItself(size) {
  const [ours] = peersWith('').filter(({ key }) => key === OURS);
  const processes = ['one', 'other'].map((name) => new Process({ name, command: ours.command }));
  const one = row('squared', 'mean');
  const files = write(distinct(one, size, Float32Array), size);
  const asked = { ...one, delta: DELTA, type: 'float32', place: 'resident' };
  for (const process of processes) await process.ask({ do: 'open', asked, files, results: '' });
  const effort = { warm: 200, rounds: 15, milliseconds: 8 };
  const [times, others] = await time(processes, effort, uniform());
  for (const process of processes) process.close();
  const { ratio, low, high } = pairedRatio(times, others);
  return {
    what: `the method: the library beside itself, ${size.toLocaleString('en-US')} elements`,
    measured: `ratio ${short(ratio)}, its interval ${short(low)} to ${short(high)}`,
    ratio,
  };
}

if (process.argv.includes('--help')) {
  process.stdout.write(`npm run bench:threats

Measures what threatens a measurement here: tier-up, caches, alignment, frequency, neighbours, noise,
denormals, garbage, and the method itself. Writes bench/results/threats.json; npm run bench:readme puts it into
docs/study.md.
`);
} else {
  const machine = environment();
  process.stdout.write(`${environmentText(machine)}\n`);
  const threats = [
    // Before anything else has been compiled.
    tierUp(),
    caches(),
    alignment(),
    await frequency(),
    await neighbours(),
    noise(),
    denormals('float32', 1e-40),
    denormals('float64', 1e-310),
    await garbage(),
    await besideItself(2 ** 10),
    await besideItself(MILLION),
  ];
  process.stdout.write(
    table([
      ['', 'ratio', ''],
      ...threats.map(({ what, measured, ratio }) => [what, short(ratio), measured]),
    ]),
  );
  const file = new URL('results/threats.json', import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  const written = { environment: machine, threats };
  writeFileSync(file, `${JSON.stringify(written, null, 2)}\n`);
  process.stderr.write(`written to ${fileURLToPath(file)}\n`);
}
process.exit();
