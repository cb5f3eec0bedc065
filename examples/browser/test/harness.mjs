// Checks, counted: the last line is `N passed, N failed`.
import { isDeepStrictEqual } from 'node:util';

let passed = 0;
let failed = 0;

/**
 * @param {string} name what it protects
 * @param {() => Promise<void> | void} run throws if it does not hold
 */
export async function check(name, run) {
  const start = performance.now();
  try {
    await run();
    passed += 1;
    console.log(`  ✓ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`  ✗ ${name}\n    ${String(error?.stack ?? error).replaceAll('\n', '\n    ')}`);
  }
}

export function close() {
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** Numbers are the same if they have the same bits. */
export function equal(got, expected, what = 'got') {
  if (isDeepStrictEqual(got, expected)) return;
  const text = (value) => JSON.stringify(value, (_, x) => (typeof x === 'number' ? String(x) : x));
  throw new Error(`${what}: ${text(got)}, expected ${text(expected)}`);
}

export function ok(holds, what) {
  if (!holds) throw new Error(what);
}
