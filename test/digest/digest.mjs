// One hash of all that the library computes. Nothing here may depend on the engine it runs on.
import { dataOf } from './data.mjs';
import { Hash } from './hash.mjs';
import { families, lossesOf } from './losses.mjs';
import { mixes } from './mixes.mjs';
import { isHalf, partOf, placed, placesOf } from './places.mjs';
import { questionsOf } from './verbs.mjs';

/**
 * @typedef {any} Library the exports of `lossmeter`
 * @typedef {any} Engine one of the library's
 *
 * @typedef {object} Digest
 * @property {string} all
 * @property {Record<string, string>} groups by loss with options, verb and types
 * @property {number} calls
 */

/**
 * @param {Library} library
 * @param {Engine} engine
 * @param {number} [every] of so many calls one is made
 * @returns {Digest}
 */
export function digestOf(library, engine, every = 1) {
  const { createArena } = library;
  const places = placesOf(createArena);
  const lossOf = lossesOf(engine);
  /** @type {Map<string, Hash>} */
  const hashes = new Map();
  let calls = 0;

  /**
   * Hashes what a call comes to, wherever its arrays lie.
   *
   * @param {string} name
   * @param {import('./data.mjs').Data} data
   * @param {(call: import('./verbs.mjs').Call) => readonly (number | ArrayLike<number>)[]} run
   */
  function add(name, data, run) {
    for (const { group, yTrue, yPred, places: chosen } of mixes) {
      const key = `${name} | ${group}`;
      const hash = hashes.get(key) ?? new Hash();
      hashes.set(key, hash);
      const isFloat32 = yPred === 'Float32Array' || isHalf(yPred);
      const forResult = isFloat32 ? 'Float32Array' : 'Float64Array';
      const forWeights = isHalf(yPred) ? yPred : forResult;
      for (const where of chosen(data)) {
        const place = places[where];
        calls += 1;
        if (calls % every !== 0) continue;
        addOutcome(hash, data, () =>
          run({
            yTrue: placed(data.yTrue, 'yTrue', yTrue, place, library),
            yPred: placed(data.yPred, 'yPred', yPred, place, library),
            sampleWeight: placed(data.sampleWeight, 'sampleWeight', forWeights, place, library),
            out: (n) => place('out', forResult, n),
            part: (array, from, to) => partOf(array, from, to, library),
          }),
        );
      }
    }
  }

  for (const family of families) {
    const questions = questionsOf(family, library);
    for (const data of dataOf(family)) {
      for (const { name, isPlain, losses, ask } of questions) {
        if (!(isPlain || data.isFew)) continue;
        const made = losses.map((loss) => lossOf(loss, data.classes));
        add(name, data, (call) => ask(made, call));
      }
    }
  }

  const groups = Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.hex]));
  const all = new Hash();
  all.text(JSON.stringify(groups));
  return { all: all.hex, groups, calls: Math.floor(calls / every) };
}

/**
 * Hashes a result, or the error of data outside a loss's domain. No other error is a result.
 *
 * @param {Hash} hash
 * @param {import('./data.mjs').Data} data
 * @param {() => readonly any[]} run
 */
function addOutcome(hash, { kind }, run) {
  let results;
  try {
    results = run();
  } catch (error) {
    if (!(kind.startsWith('outside') && error instanceof RangeError)) throw error;
    hash.text(error.message);
    return;
  }
  for (const result of results) {
    if (typeof result === 'number') hash.number(result);
    else hash.array(result);
  }
}
