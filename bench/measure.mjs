// @ts-check
// How long calls take: warmed up until V8 has done all it will, then interleaved in rounds.
import { Bench, hrtimeNow } from 'tinybench';

/** Calls are repeated until a sample takes this long, so that the clock's steps do not show. */
const SAMPLE_MS = 0.05;

/** What the calls gave, so that no engine can leave them out. @public @type {unknown} */
export let kept;

/**
 * Arrays that other calls have pushed out of the caches are read three times before they stay
 * there: 2^20 float64 at 1.5, 1.5, 0.9 and then 0.55 ns an element. To a call of many milliseconds
 * they make no difference.
 */
const CACHE_PASSES = 5;
const CACHE_MS = 10;

/**
 * @typedef {object} Effort
 * @property {number} priorCalls of every loss and type, before anything is measured
 * @property {number} spell milliseconds: V8 compiles in the background, within some spells
 * @property {number} warmSpells for how many a call must not have become faster to count as warm
 * @property {number} rounds
 * @property {number} milliseconds for each call in a round
 */

/**
 * @param {() => unknown} call
 * @param {Effort} effort
 * @returns {number} the milliseconds of a call
 */
function warmUp(call, { spell, warmSpells }) {
  let best = Infinity;
  for (let spells = 0; spells < warmSpells; spells++) {
    const start = hrtimeNow();
    let calls = 0;
    let spent = 0;
    while (spent < spell) {
      kept = call();
      calls++;
      spent = hrtimeNow() - start;
    }
    if (spent / calls < 0.98 * best) spells = 0;
    best = Math.min(best, spent / calls);
  }
  return best;
}

/**
 * Measures the calls of each group against each other: in each round each of them, forwards and
 * backwards in turn.
 *
 * @param {readonly (readonly (() => unknown)[])[]} groups
 * @param {Effort} effort
 * @returns {{ nanoseconds: number[][], cpuShare: number }[]} for each group: of each call a median
 *   for each round, and how much of the time this process had a core
 */
export function measure(groups, effort) {
  const { rounds, milliseconds } = effort;
  const warm = groups.map((calls) =>
    calls.map((call, index) => {
      const repeats = Math.max(1, Math.round(SAMPLE_MS / warmUp(call, effort)));
      const run = () => {
        for (let i = 0; i < repeats; i++) kept = call();
      };
      return { index, repeats, run };
    }),
  );
  return warm.map((tasks) => {
    /** @type {number[][]} */
    const nanoseconds = tasks.map(() => []);
    const start = hrtimeNow();
    const cpuStart = process.cpuUsage();
    for (let round = 0; round < rounds; round++) {
      const bench = new Bench({
        time: milliseconds,
        iterations: 3,
        // tinybench would warm up all calls before it times the first.
        warmup: false,
        throws: true,
        now: hrtimeNow,
      });
      for (const { index, run } of tasks) {
        const beforeAll = () => {
          const until = hrtimeNow() + CACHE_MS;
          for (let pass = 0; pass < CACHE_PASSES && (pass === 0 || hrtimeNow() < until); pass++) {
            run();
          }
        };
        bench.add(String(index), run, { beforeAll });
      }
      bench.runSync();
      for (const { index, repeats } of tasks) {
        const result = bench.getTask(String(index))?.result;
        if (!(result && 'latency' in result)) throw new Error('tinybench gave no result');
        nanoseconds[index].push((1e6 * result.latency.p50) / repeats);
      }
      tasks.reverse();
    }
    const { user, system } = process.cpuUsage(cpuStart);
    return { nanoseconds, cpuShare: (user + system) / 1000 / (hrtimeNow() - start) };
  });
}
