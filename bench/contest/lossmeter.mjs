// @ts-check
// node lossmeter.mjs BACKEND THREADS: this library as a contestant, on one thread or more; resident data lie in an arena.
import { createArena, createEngine } from 'lossmeter';
import { environment } from '../environment.mjs';
import { inArena } from '../in-arena.mjs';
import { engineWithThreads } from '../threaded.mjs';
import { serve } from './serve.mjs';

/** @typedef {import('./serve.mjs').Asked} Asked */
/** @typedef {import('../data.mjs').Values} Values */

const [backend, threads = '1'] = process.argv.slice(2);
const engine =
  threads === '1'
    ? createEngine({ backend: backend === 'js' ? 'js' : 'auto' })
    : await engineWithThreads(Number(threads));

/** @param {Asked} asked */
function lossOf({ task, classes, delta }) {
  switch (task) {
    case 'squared':
      return engine.squaredError;
    case 'absolute':
      return engine.absoluteError;
    case 'huber':
      return engine.huber.with({ delta });
    case 'binary':
      return engine.binaryCrossEntropy;
    case 'binaryLogits':
      return engine.binaryCrossEntropy.with({ fromLogits: true });
    case 'sparseLogits':
      return engine.sparseCategoricalCrossEntropy.with({ fromLogits: true, classes });
  }
}

/**
 * The same arrays in one arena.
 *
 * @template {Record<string, Values>} T
 * @param {T} arrays
 * @returns {T}
 */
function resident(arrays) {
  const all = Object.entries(arrays);
  const bytes = all.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
  const arena = threads === '1' ? createArena(bytes) : createArena(bytes, { shared: true });
  const placed = all.map(([name, values]) => [name, inArena(arena, values)]);
  return Object.fromEntries(placed);
}

/**
 * @param {Asked} asked
 * @param {any} read
 * @returns {import('./serve.mjs').Opened}
 */
function open(asked, read) {
  const { verb, classes, place } = asked;
  const loss = lossOf(asked);
  const samples = read.yPred.length / classes;
  const length = verb === 'perSample' ? samples : read.yPred.length;
  const arrays = verb === 'mean' ? read : { ...read, out: new read.yPred.constructor(length) };
  const { yTrue, yPred, sampleWeight, out } = place === 'resident' ? resident(arrays) : arrays;
  switch (verb) {
    case 'mean': {
      const call =
        sampleWeight === undefined
          ? () => loss.mean(yTrue, yPred)
          : () => loss.mean(yTrue, yPred, { sampleWeight });
      return { call, answer: () => ({ value: call() }) };
    }
    case 'perSample': {
      const call = () => loss.perSample(yTrue, yPred, { out });
      return { call, answer: () => ({ array: call() }) };
    }
    case 'valueAndGradient': {
      const call = () => loss.valueAndGradient(yTrue, yPred, { out });
      return {
        call,
        answer: () => {
          const { value, gradient } = call();
          return { value, array: gradient };
        },
      };
    }
  }
}

/** Calls every loss, as a program that uses them all has done: V8 then compiles for all of them. */
function useEverything() {
  /** @type {import('./rows.mjs').Task[]} */
  const tasks = ['squared', 'absolute', 'huber', 'binary', 'binaryLogits', 'sparseLogits'];
  for (const type of /** @type {const} */ (['float32', 'float64'])) {
    const Floats = type === 'float32' ? Float32Array : Float64Array;
    for (const task of tasks) {
      const classes = task === 'sparseLogits' ? 8 : 1;
      for (const verb of /** @type {const} */ (['mean', 'perSample', 'valueAndGradient'])) {
        const yPred = new Floats(64).fill(0.5);
        const yTrue = classes === 1 ? new Floats(64) : new Int32Array(8);
        for (const place of /** @type {const} */ (['resident', 'ordinary'])) {
          const asked = { task, verb, weighted: false, classes, delta: 1, type, place };
          const { call } = open(asked, { yTrue, yPred });
          for (let i = 0; i < 200; i++) call();
        }
      }
    }
  }
}

useEverything();
const { lossmeter, commit } = environment();
await serve({
  versions: { lossmeter: `${lossmeter} (${commit})`, Node: process.versions.node },
  open,
});
