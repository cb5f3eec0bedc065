// @ts-check
// The side of one library, in a process of its own: it answers to lines on its standard input. native.py
// speaks the same.
import { writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { hrtimeNow } from 'tinybench';
import { median } from '../statistics.mjs';
import { read } from './files.mjs';

/**
 * @typedef {object} Asked what is to be computed
 * @property {import('./rows.mjs').Task} task
 * @property {import('./rows.mjs').Verb} verb
 * @property {boolean} weighted
 * @property {number} classes
 * @property {number} delta Huber loss's
 * @property {'float32' | 'float64'} type of yPred
 * @property {'resident' | 'ordinary'} place resident: the data lie where the library wants them before the clock
 *   starts; ordinary: in ordinary typed arrays, and each call brings them there
 *
 * @typedef {object} Contestant a library
 * @property {Readonly<Record<string, string>>} versions
 * @property {(asked: Asked, arrays: Record<string, import('../data.mjs').Values>) => Opened | string | Promise<Opened | string>} open
 *   makes the call, or says why the library has none
 *
 * @typedef {object} Opened
 * @property {() => unknown} call computes it once; what it returns may be a promise
 * @property {() => Answer | Promise<Answer>} answer what it computes
 * @property {() => void} [close] frees what was made for it
 *
 * @typedef {object} Answer
 * @property {number} [value]
 * @property {Float32Array | Float64Array} [array] losses, or a gradient
 */

/** Where answers go: standard output is the libraries'. */
const ANSWERS = 3;

/** Calls are repeated until a sample takes this long, so that the clock's steps do not show. */
const SAMPLE_MS = 0.05;

/** What the calls gave, so that no engine can leave them out. @public @type {unknown} */
export let kept;

/** One sample: milliseconds of as many calls. @param {() => unknown} call @param {number} repeats */
async function sample(call, repeats) {
  const start = hrtimeNow();
  for (let i = 0; i < repeats; i++) {
    const given = call();
    kept = given instanceof Promise ? await given : given;
  }
  return hrtimeNow() - start;
}

/**
 * Samples for so many milliseconds, and at least one.
 *
 * @param {() => unknown} call
 * @param {number} repeats
 * @param {number} milliseconds
 * @returns {Promise<number[]>} milliseconds of a call, in each
 */
async function samples(call, repeats, milliseconds) {
  const times = [];
  const until = hrtimeNow() + milliseconds;
  do times.push((await sample(call, repeats)) / repeats);
  while (hrtimeNow() < until);
  return times;
}

/** @param {Contestant} contestant */
export async function serve({ versions, open }) {
  /** @type {Opened | undefined} */
  let opened;
  let repeats = 1;

  /** @type {Record<string, (message: any) => unknown>} */
  const does = {
    versions: () => ({ versions }),
    open: async ({ asked, files, results }) => {
      const made = await open(asked, read(files));
      if (typeof made === 'string') return { missing: made };
      opened = made;
      const { value, array } = await made.answer();
      if (array !== undefined) writeFileSync(results, array);
      return { value, length: array?.length };
    },
    close: () => {
      opened?.close?.();
      opened = undefined;
      return {};
    },
    warm: async ({ milliseconds }) => {
      const { call } = /** @type {Opened} */ (opened);
      const time = /** @type {number} */ ((await samples(call, 1, milliseconds)).at(-1));
      repeats = Math.max(1, Math.round(SAMPLE_MS / time));
      return { milliseconds: time };
    },
    run: async ({ milliseconds, isShort }) => {
      const { call } = /** @type {Opened} */ (opened);
      // Other processes have been at work: caches are filled before a time counts. To a long call that is nothing.
      if (isShort) await samples(call, repeats, milliseconds / 2);
      return { nanoseconds: 1e6 * median(await samples(call, repeats, milliseconds)) };
    },
  };

  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    let answer;
    try {
      answer = await does[message.do](message);
    } catch (error) {
      answer = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    writeSync(ANSWERS, `${JSON.stringify(answer)}\n`);
  }
  opened?.close?.();
}
