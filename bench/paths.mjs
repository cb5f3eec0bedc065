// @ts-check
// The ways to one number that are compared, in the order in which they are shown.

/** @typedef {'loop' | 'js' | 'wasm' | 'auto' | 'resident' | 'threads' | 'limit'} Path */

/** @type {Readonly<Record<Path, { label: string, color: string }>>} */
export const paths = {
  loop: { label: 'the loop people write', color: '#8a8a8a' },
  js: { label: 'JavaScript', color: '#e69f00' },
  wasm: { label: 'WASM, outside an arena', color: '#56b4e9' },
  auto: { label: 'default, outside an arena', color: '#009e73' },
  resident: { label: 'WASM, in an arena', color: '#0072b2' },
  threads: { label: 'threads, in a shared arena', color: '#d55e00' },
  limit: { label: 'limit: moving the bytes', color: '#c2185b' },
};

/** Those that go through the library and must agree in every bit. */
const ofLibrary = /** @type {const} */ (['js', 'wasm', 'auto', 'resident', 'threads']);

const pathNames = /** @type {Path[]} */ (Object.keys(paths));

/**
 * The names of the paths that something has, in their order: threads are measured where they are asked for.
 *
 * @param {Partial<Record<Path, unknown>>} byPath
 */
export const pathsIn = (byPath) => pathNames.filter((path) => byPath[path] !== undefined);

/** Of these, the library's. @param {Partial<Record<Path, unknown>>} byPath */
export const libraryPathsIn = (byPath) => ofLibrary.filter((path) => byPath[path] !== undefined);
