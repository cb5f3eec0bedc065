// What every engine and browser is asked: the digest of each backend it has.
import { digestOf } from './digest.mjs';

/**
 * @typedef {import('./digest.mjs').Digest} Digest
 *
 * @typedef {object} Report
 * @property {Digest} js
 * @property {Digest | { missing: string }} wasm
 * @property {Digest} auto the digest of the default engine
 * @property {string} backend the default engine's
 * @property {string} [fallbackReason] the default engine's
 */

/**
 * @param {import('./digest.mjs').Library} library
 * @returns {Report}
 */
export function report(library) {
  const { createEngine, defaultEngine } = library;
  return {
    js: digestOf(library, createEngine({ backend: 'js' })),
    wasm: wasmDigest(library),
    auto: digestOf(library, defaultEngine),
    backend: defaultEngine.backend,
    fallbackReason: defaultEngine.fallbackReason,
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
