// What every engine and browser is asked: the digest of each backend it has.
import { digestOf } from './digest.mjs';

/**
 * @typedef {import('./digest.mjs').Digest} Digest
 *
 * @typedef {object} Report
 * @property {Digest} js
 * @property {Digest | { missing: string }} wasm
 * @property {Digest} some that of `js` for some of the calls, which is that of what follows, too
 * @property {Digest} auto the digest of the default engine
 * @property {string} backend the default engine's
 * @property {string} [fallbackReason] the default engine's
 * @property {Digest | { missing: string }} twoThreads
 * @property {Digest | { missing: string }} threeThreads
 */

/** Beside the options: see src/threads/worth.ts. */
const REHEARSAL = Symbol.for('lossmeter.rehearsal');
const SECONDS_TO_START = 60;
/**
 * Of so many calls one is made with threads, because all of them take half a minute, and with the default engine,
 * which has one of the two others make it. (A prime: so it is not always that of the same place.)
 */
const EVERY = 5;

/**
 * @param {import('./digest.mjs').Library} library
 * @returns {Promise<Report>}
 */
export async function report(library) {
  const { createEngine, defaultEngine } = library;
  const js = createEngine({ backend: 'js' });
  return {
    js: digestOf(library, js),
    wasm: wasmDigest(library),
    some: digestOf(library, js, EVERY),
    auto: digestOf(library, defaultEngine, EVERY),
    backend: defaultEngine.backend,
    fallbackReason: defaultEngine.fallbackReason,
    twoThreads: await threadsDigest(library, 2),
    threeThreads: await threadsDigest(library, 3),
  };
}

/** @param {import('./digest.mjs').Library} library */
function wasmDigest(library) {
  let engine;
  try {
    engine = library.createEngine({ backend: 'wasm' });
  } catch (error) {
    return { missing: String(error) };
  }
  return digestOf(library, engine);
}

/**
 * The digest of so many threads, of which the caller leaves all work to the others; what is in an arena
 * is read there by all of them.
 *
 * @param {import('./digest.mjs').Library} library
 * @param {number} threads
 */
async function threadsDigest(library, threads) {
  // ('auto' would have JavaScript do calls of few elements.)
  const backend = library.defaultEngine.backend === 'wasm' ? 'wasm' : 'auto';
  const engine = library.createEngine({ backend, threads, [REHEARSAL]: true });
  const start = Date.now();
  while (engine.threads < threads) {
    const { threadsReason } = engine;
    const isStarting = threadsReason.endsWith('still starting');
    if (!isStarting || Date.now() - start > 1000 * SECONDS_TO_START)
      return { missing: threadsReason };
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  /** @param {number} bytes */
  const createArena = (bytes) => library.createArena(bytes, { shared: true });
  const digest = digestOf({ ...library, createArena }, engine, EVERY);
  // Where one has been lost on the way, it is not that of so many.
  const reason = engine.threadsReason;
  engine.close();
  return reason === undefined ? digest : { missing: reason };
}
