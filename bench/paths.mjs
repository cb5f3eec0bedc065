// @ts-check
// The ways to one number that are compared, in the order in which they are shown.

/** @typedef {'loop' | 'js' | 'wasm' | 'auto' | 'resident' | 'limit'} Path */

/** @type {Readonly<Record<Path, { label: string, color: string }>>} */
export const paths = {
  loop: { label: 'the loop people write', color: '#8a8a8a' },
  js: { label: 'JavaScript', color: '#e69f00' },
  wasm: { label: 'WASM, outside an arena', color: '#56b4e9' },
  auto: { label: 'default, outside an arena', color: '#009e73' },
  resident: { label: 'WASM, in an arena', color: '#0072b2' },
  limit: { label: 'limit: moving the bytes', color: '#c2185b' },
};

/** Those that go through the library and must agree in every bit. */
export const libraryPaths = /** @type {const} */ (['js', 'wasm', 'auto', 'resident']);

export const pathNames = /** @type {Path[]} */ (Object.keys(paths));
