// @ts-check
// Two runs of one benchmark, side by side.
import { unpairedRatio } from './intervals.mjs';

/**
 * @typedef {object} Timing one thing that was timed
 * @property {string} key what, of which type and size, and by whom
 * @property {readonly number[]} rounds its times
 * @property {readonly number[]} [against] of the same rounds, those of what every run times beside it: the loop,
 *   PyTorch, or this library beside others
 *
 * @typedef {object} Run
 * @property {Readonly<Record<string, string>>} environment
 * @property {string} kind of benchmark
 * @property {readonly Timing[]} timings
 */

/**
 * What a file of results has, whichever benchmark made it.
 *
 * @param {any} file
 * @returns {Run}
 */
export function runOf(file) {
  const { environment, results } = file;
  if (environment === undefined || !Array.isArray(results) || results.length === 0) {
    throw new Error('expected results of bench, bench:native, bench:peers or bench:crossover');
  }
  const [first] = results;
  if ('peer' in first) return { environment, kind: 'bench:peers', timings: ofPeers(results) };
  if ('pytorch' in first) return { environment, kind: 'bench:native', timings: ofNative(results) };
  if ('paths' in first) return { environment, kind: 'bench', timings: ofPaths(results) };
  throw new Error('expected results of bench, bench:native, bench:peers or bench:crossover');
}

/** @param {readonly import('./study.mjs').StudyResult[]} results @returns {Timing[]} */
function ofPeers(results) {
  return results.flatMap(({ row, type, elements, place, peer, rounds }) => {
    if (rounds === undefined) return [];
    const ours = results.find(
      (one) =>
        one.peer === 'lossmeter' &&
        one.row === row &&
        one.type === type &&
        one.elements === elements &&
        one.place === place,
    );
    const key = `${row}, ${type}, ${elements}, ${place}: ${peer}`;
    return [{ key, rounds, ...(ours?.rounds && { against: ours.rounds }) }];
  });
}

/** @param {readonly any[]} results @returns {Timing[]} */
function ofNative(results) {
  return results.map(({ name, type, elements, rounds, pytorchRounds }) => ({
    key: `${name}, ${type}, ${elements}`,
    rounds,
    against: pytorchRounds,
  }));
}

/** @param {readonly any[]} results @returns {Timing[]} */
function ofPaths(results) {
  return results.flatMap(({ name, type, elements, paths }) =>
    Object.entries(paths).flatMap(([path, { rounds }]) =>
      path === 'loop' || rounds === undefined
        ? []
        : [{ key: `${name}, ${type}, ${elements}: ${path}`, rounds, against: paths.loop.rounds }],
    ),
  );
}

/** What must be the same for nanoseconds to be compared, and what for ratios within a run. */
const MACHINE = /** @type {const} */ (['cpu', 'memory', 'os']);
const ENGINE = /** @type {const} */ (['node', 'Node', 'v8']);

/**
 * Why nanoseconds of two runs cannot be compared: undefined if they can.
 *
 * @param {Run} a
 * @param {Run} b
 */
export function difference(a, b) {
  const differing = [...MACHINE, ...ENGINE].filter(
    (name) => a.environment[name] !== b.environment[name],
  );
  return differing.length === 0
    ? undefined
    : differing
        .map((name) => `${name} ${a.environment[name]} and ${b.environment[name]}`)
        .join('; ');
}

/**
 * @typedef {object} Comparison
 * @property {string} key
 * @property {import('./intervals.mjs').Interval} ratio of the times, b ÷ a; or of the ratios to what was timed beside
 */

/**
 * What both runs timed: b's time ÷ a's, with an interval; where the machines differ, b's ratio to what it timed
 * beside ÷ a's.
 *
 * @param {Run} a
 * @param {Run} b
 * @returns {Comparison[]}
 */
export function compareRuns(a, b) {
  if (a.kind !== b.kind) {
    throw new Error(`cannot be compared: results of ${a.kind} and of ${b.kind}`);
  }
  const areTimes = difference(a, b) === undefined;
  const others = new Map(b.timings.map((timing) => [timing.key, timing]));
  const compared = a.timings.flatMap(({ key, rounds, against }) => {
    const other = others.get(key);
    if (other === undefined) return [];
    const values = areTimes ? rounds : ratios(rounds, against);
    const otherValues = areTimes ? other.rounds : ratios(other.rounds, other.against);
    if (values.length === 0 || otherValues.length === 0) return [];
    return [{ key, ratio: unpairedRatio(otherValues, values) }];
  });
  if (compared.length === 0)
    throw new Error('cannot be compared: they have no measurement in common');
  return compared;
}

/** @param {readonly number[]} rounds @param {readonly number[]} [against] */
function ratios(rounds, against = []) {
  const both = Math.min(rounds.length, against.length);
  return rounds.slice(0, both).map((time, round) => time / against[round]);
}
