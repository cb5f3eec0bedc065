// @ts-check
// One comparison: all paths of a case and a type. It runs in a process of its own, so that it finds
// neither the heap nor the compiled code that other cases leave, and their order does not matter.
import { createEngine } from 'lossmeter';
import { partsOf, sameBits } from './answers.mjs';
import { cases, outLengthOf, types } from './cases.mjs';
import { arraysOf } from './data.mjs';
import { errorAgainst } from './exact.mjs';
import { inArena } from './in-arena.mjs';
import { arenaAndMemory, waysToRead, waysToReadAndWrite } from './limit.mjs';
import { measure } from './measure.mjs';
import { libraryPathsIn } from './paths.mjs';
import { FEW } from './targets.mjs';
import { engineWithThreads } from './threaded.mjs';

/**
 * @typedef {object} Job
 * @property {string} name of the case
 * @property {string} type
 * @property {readonly number[]} sizes
 * @property {import('./measure.mjs').Effort} effort
 * @property {number} exactUpTo the largest size whose exact value is computed
 * @property {number} threads of the path `threads`; 1: it is not measured
 */

/**
 * @typedef {object} Measured
 * @property {number} size that was asked for
 * @property {number} elements of yPred: the size, in whole rows
 * @property {number} bytes read, and written
 * @property {string | undefined} beside the other call that was measured
 * @property {Record<string, number[]>} nanoseconds of a call, for each path and round, and of the
 *   call beside
 * @property {Record<string, number>} errors relative to the exact value, for each path
 * @property {number} cpuShare how much of the time the process had a core
 * @property {string[]} differing the paths whose bits are not those of the JavaScript path
 */

/** @typedef {import('./loops.mjs').ArraysAndOut} ArraysAndOut */

/** @param {Job} job @returns {Promise<Measured[]>} */
async function compare({ name, type, sizes, effort, exactUpTo, threads: count }) {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no case is named ${name}`);
  const { data, loop, call, exact, writes = false, beside } = found;
  const outLength = outLengthOf(found);
  const Floats = types[type];
  const js = call(createEngine({ backend: 'js' }));
  const wasmEngine = createEngine({ backend: 'wasm' });
  const wasm = call(wasmEngine);
  const auto = call(createEngine());
  const other = beside?.call(wasmEngine);

  useEverything(effort.priorCalls);
  const inputs = sizes.map((size) => data(size, Floats));
  const ordinary = inputs.map((arrays) => ({
    ...arrays,
    out: new Floats(outLength(arrays)),
  }));
  const { resident, memory } = allInArena(ordinary);
  const threads = count > 1 ? call(await engineWithThreads(count)) : undefined;
  const shared = threads && allInArena(ordinary, true).resident;

  const calls = ordinary.map((arrays, k) => ({
    loop: () => loop(arrays),
    js: () => js(arrays),
    wasm: () => wasm(arrays),
    auto: () => auto(arrays),
    resident: () => wasm(resident[k]),
    ...(other && { beside: () => other(resident[k]) }),
    ...(threads && shared && { threads: () => threads(shared[k]) }),
  }));
  const limits = resident.map(({ out, ...read }) =>
    writes ? waysToReadAndWrite({ out, ...read }, memory) : waysToRead(read, memory),
  );
  const times = measure(
    sizes.map((_, k) => [...Object.values(calls[k]), ...limits[k]]),
    effort,
  );

  // Only now: V8 compiles a loop whose first call is a long one without knowing what follows it.
  const answers = calls.map(({ beside: _, ...paths }) =>
    Object.fromEntries(Object.entries(paths).map(([path, run]) => [path, partsOf(run())])),
  );

  return inputs.map((arrays, k) => {
    const byPath = answers[k];
    const read = arraysOf(arrays);
    const names = Object.keys(calls[k]);
    const nanoseconds = Object.fromEntries(names.map((path, p) => [path, times[k].nanoseconds[p]]));
    const reading = times[k].nanoseconds.slice(names.length);
    nanoseconds.limit = reading[0].map((_, round) =>
      Math.min(...reading.map((times) => times[round])),
    );
    /** @type {Record<string, number>} */
    const errors = {};
    if (exact.length > 0 && sizes[k] <= exactUpTo) {
      const errorOf = errorAgainst(exact, arrays);
      for (const [path, parts] of Object.entries(byPath)) errors[path] = errorOf(parts);
    }
    return {
      size: sizes[k],
      elements: arrays.yPred.length,
      bytes: read.reduce(
        (sum, [, values]) => sum + bytesOf(values),
        writes ? ordinary[k].out.byteLength : 0,
      ),
      beside: beside?.name,
      nanoseconds,
      errors,
      cpuShare: times[k].cpuShare,
      differing: libraryPathsIn(byPath).filter((path) => !sameBits(byPath[path], byPath.js)),
    };
  });
}

/**
 * Calls every loss on both float types, as a program that uses them all has done. What V8 learns from one
 * kind of call alone makes that call up to a third faster than it is in such a program.
 *
 * @param {number} times each of them
 */
function useEverything(times) {
  const engines = [createEngine({ backend: 'js' }), createEngine({ backend: 'wasm' })];
  for (const one of cases.filter(({ isDetail }) => !isDetail)) {
    const { data, call } = one;
    for (const Floats of Object.values(types)) {
      const arrays = data(FEW, Floats);
      const out = new Floats(outLengthOf(one)(arrays));
      for (const engine of engines) {
        const loss = call(engine);
        for (let i = 0; i < times; i++) loss({ ...arrays, out });
      }
    }
  }
}

/** In an ordinary array, of each number. @param {import('./data.mjs').Values} values */
const bytesOf = (values) => values.byteLength ?? 8 * values.length;

/**
 * The same arrays in one arena.
 *
 * @param {readonly ArraysAndOut[]} all
 * @param {boolean} [isShared]
 * @returns {{ resident: ArraysAndOut[], memory: WebAssembly.Memory }}
 */
function allInArena(all, isShared = false) {
  const ALIGNMENT = 64;
  const bytes = all.flatMap(arraysOf).map(([, values]) => bytesOf(values) + ALIGNMENT);
  const { arena, memory } = arenaAndMemory(
    bytes.reduce((sum, n) => sum + n),
    isShared,
  );
  const resident = all.map((arrays) => {
    const placed = arraysOf(arrays).map(([name, values]) => [name, inArena(arena, values)]);
    return { ...arrays, ...Object.fromEntries(placed) };
  });
  return { resident, memory };
}

process.once('message', (/** @type {Job} */ job) => {
  compare(job).then((measured) => process.send?.(measured, () => process.disconnect()));
});
