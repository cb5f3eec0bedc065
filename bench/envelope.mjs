// @ts-check
// Whether the default is as fast as the faster of the library's own paths, at every length.

/** @typedef {import('./results.mjs').Result} Result */

/** What choosing may cost: nanoseconds, and a part of the faster path's time. */
const MOST_NS = 100;
const MOST_PART = 0.1;

/**
 * @typedef {object} Above
 * @property {string} name
 * @property {string} type
 * @property {number} elements
 * @property {number} auto nanoseconds of a call
 * @property {number} best
 * @property {'js' | 'wasm'} by
 */

/**
 * Where the default lies above the lower envelope of the two paths it chooses from.
 *
 * @param {readonly Result[]} results
 * @returns {Above[]} the farthest first, by what it costs beyond what it may
 */
export function aboveEnvelope(results) {
  return results
    .map(({ name, type, elements, paths }) => {
      /** @type {'js' | 'wasm'} */
      const by = paths.js.nanoseconds <= paths.wasm.nanoseconds ? 'js' : 'wasm';
      return {
        name,
        type,
        elements,
        auto: paths.auto.nanoseconds,
        best: paths[by].nanoseconds,
        by,
      };
    })
    .filter(({ auto, best }) => excess(auto, best) > 0)
    .sort((a, b) => excess(b.auto, b.best) - excess(a.auto, a.best));
}

/** @param {number} auto @param {number} best */
function excess(auto, best) {
  return auto - (MOST_NS + (1 + MOST_PART) * best);
}
