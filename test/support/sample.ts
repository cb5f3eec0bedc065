// What is a product of everything with everything is a sample in `npm test`, another in each run, and
// whole in `npm run test:thorough`.
import { expect, onTestFailed } from 'vitest';
import { seeded } from '../losses/numbers.mjs';

export const isThorough = process.env.LOSSMETER_THOROUGH === '1';

const seed = Number(process.env.LOSSMETER_SEED ?? Math.floor(2 ** 31 * Math.random()));

let test: string | undefined;
let draw: () => number;

/** Numbers of [0, 1) for the test that runs: by the seed and its name, so that it can be repeated alone. */
function next(): number {
  const { currentTestName = '' } = expect.getState();
  if (test !== currentTestName) {
    test = currentTestName;
    draw = seeded([...test].reduce(mixed, seed));
    onTestFailed(() => console.error(`LOSSMETER_SEED=${seed} draws the same sample again.`));
  }
  return draw();
}

function mixed(hash: number, character: string): number {
  return Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
}

/**
 * So many of a list, in its order; all of it in a thorough run, or so many where all would take many
 * minutes. Only while a test runs.
 */
export function sample<T>(list: readonly T[], most: number, mostThorough = Infinity): readonly T[] {
  return someOf(list, isThorough ? mostThorough : most, next);
}

const drawTests = seeded(seed);

/**
 * The same for a table of tests, while they are collected. (One that fails says by its name which it is:
 * `npx vitest run --mode thorough -t '…'` runs it again.)
 */
export function sampleOfTests<T>(table: readonly T[], most: number): readonly T[] {
  return isThorough ? table : someOf(table, most, drawTests);
}

function someOf<T>(list: readonly T[], most: number, random: () => number): readonly T[] {
  if (list.length <= most) return list;
  const keys = list.map(() => random());
  const limit = keys.toSorted((a, b) => a - b)[most];
  return list.filter((_, i) => keys[i] < limit);
}
