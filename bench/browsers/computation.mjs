// @ts-check
// Times the library in a page or in a worker, and posts the results.
import { post } from '../../test/browsers/post.mjs';
import { rows, types } from './rows.mjs';

/** Clocks of pages stand still for up to a millisecond. */
const SAMPLE_MS = 40;
const WARM_MS = 150;
const ROUNDS = 5;

/** @type {unknown} */
let kept;

/** Milliseconds that so many calls take. @param {() => unknown} call @param {number} calls */
function sample(call, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) kept = call();
  return performance.now() - start;
}

/** Calls until they have taken a while, and says how many make a sample. @param {() => unknown} call */
function warmUp(call) {
  let calls = 1;
  let spent = 0;
  for (const until = performance.now() + WARM_MS; performance.now() < until; ) {
    spent = sample(call, calls);
    if (spent < SAMPLE_MS / 4) calls *= 2;
  }
  return Math.max(1, Math.ceil((calls * SAMPLE_MS) / Math.max(spent, 1)));
}

/**
 * A median for each path, of rounds in which each takes its turn.
 *
 * @param {Readonly<Record<string, () => unknown>>} paths
 * @returns {Record<string, number[]>} nanoseconds of a call, by path and round
 */
function measure(paths) {
  const tasks = Object.entries(paths).map(([path, call]) => ({ path, call, calls: warmUp(call) }));
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(tasks.map(({ path }) => [path, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { path, call, calls } of tasks)
      times[path].push((1e6 * sample(call, calls)) / calls);
    tasks.reverse();
  }
  return times;
}

/** The same arrays in an arena. @param {any} library @param {any} arrays */
function inArena({ createArena }, arrays) {
  const { yTrue, yPred, out } = arrays;
  const arena = createArena(yTrue.byteLength + yPred.byteLength + out.byteLength);
  const place = (/** @type {any} */ values) => {
    const kind =
      values instanceof Int32Array
        ? 'int32'
        : values.BYTES_PER_ELEMENT === 4
          ? 'float32'
          : 'float64';
    const copy = arena[kind](values.length);
    copy.set(values);
    return copy;
  };
  return { ...arrays, yTrue: place(yTrue), yPred: place(yPred), out: place(out) };
}

try {
  const library = await import('../../dist/index.js');
  const js = library.createEngine({ backend: 'js' });
  const auto = library.createEngine();
  const results = rows.flatMap(({ name, size, data, loop, call }) =>
    Object.entries(types).map(([type, Floats]) => {
      const made = data(size, Floats);
      const arrays = { ...made, out: new Floats(made.yPred.length) };
      const resident = inArena(library, arrays);
      const byJs = call(js);
      const byDefault = call(auto);
      const rounds = measure({
        loop: () => loop(arrays),
        js: () => byJs(arrays),
        auto: () => byDefault(arrays),
        resident: () => byDefault(resident),
      });
      return { name, type, elements: made.yPred.length, rounds };
    }),
  );
  const { userAgent, hardwareConcurrency } = navigator;
  const scope = globalThis.constructor.name;
  const { backend, fallbackReason } = auto;
  await post({
    scope,
    report: { userAgent, hardwareConcurrency, backend, fallbackReason, results, kept: typeof kept },
  });
} catch (error) {
  await post({ error: `${error}\n${error instanceof Error ? error.stack : ''}` });
}
