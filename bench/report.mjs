// @ts-check
// Results as text.
import { paths, pathsIn } from './paths.mjs';
import { FEW } from './targets.mjs';

/** @typedef {import('./results.mjs').Result} Result */

/** Below this share of a core, other processes have been at work. */
const BUSY = 0.97;

/** A path below this share of the limit's time has not read every byte. */
const NOT_ALL = 0.8;

/** @param {number} x with three digits that count */
export function short(x) {
  if (x === 0) return '0';
  if (x >= 100) return x.toFixed(0);
  if (x >= 0.01) return x.toPrecision(3);
  return x >= 0.0001 ? x.toPrecision(2) : x.toExponential(1);
}

/** Columns as wide as they must be, numbers to the right. @param {readonly string[][]} rows */
export function table(rows) {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  const lines = rows.map((row) =>
    row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  '),
  );
  return lines.map((line) => `  ${line.trimEnd()}\n`).join('');
}

/** @param {number} n */
const grouped = (n) => n.toLocaleString('en-US');

/** One result in full. @param {Result} result */
export function resultTable({ name, type, elements, bytes, paths: byPath, beside }) {
  const rows = pathsIn(byPath).map((path) => {
    const { nanoseconds, p25, p75, toLoop, toLimit, error } = byPath[path];
    return [
      paths[path].label,
      short(nanoseconds / elements),
      `${short(p25 / elements)}–${short(p75 / elements)}`,
      toLimit < NOT_ALL ? '–' : short(bytes / nanoseconds),
      short(toLoop),
      short(toLimit),
      error === undefined ? '' : error === 0 ? '0' : error.toExponential(1),
    ];
  });
  const head = ['', 'ns/element', 'p25–p75', 'GB/s', '÷ loop', '÷ limit', 'relative error'];
  const other =
    beside === undefined
      ? ''
      : `  resident ÷ ${beside.name} on the same arrays (${short(beside.nanoseconds / elements)} ns): ${short(beside.ratio)}\n`;
  return `${name}, ${type}, ${grouped(elements)} elements\n${table([head, ...rows])}${other}`;
}

/** Results of one case and type at many sizes. @param {readonly Result[]} results */
export function sizesTable(results) {
  const [{ name, type, paths: first }] = results;
  const measured = pathsIn(first);
  const head = ['elements', ...measured];
  const rows = results.map(({ elements, paths: byPath }) => [
    grouped(elements),
    ...measured.map((path) => short(byPath[path].nanoseconds / elements)),
  ]);
  return `${name}, ${type}: ns/element\n${table([head, ...rows])}`;
}

/** What a call costs beyond its elements. @param {readonly Result[]} results of a few elements */
export function callsTable(results) {
  const measured = pathsIn(results[0].paths).filter((path) => path !== 'limit');
  const rows = results.map(({ name, type, paths: byPath }) => [
    `${name}, ${type}`,
    ...measured.map((path) => byPath[path].nanoseconds.toFixed(0)),
    (byPath.auto.nanoseconds - byPath.loop.nanoseconds).toFixed(0),
  ]);
  const head = ['', ...measured, 'auto − loop'];
  return `A call on ${FEW} elements (one row, if it has more): ns\n${table([head, ...rows])}`;
}

/** @param {readonly import('./targets.mjs').Judgement[]} judgements */
export function targetsTable(judgements) {
  const rows = judgements.map(({ what, type, most, strict, measured, by, met }) => [
    `${what}, ${type}`,
    `${strict ? '<' : '≤'} ${short(most)}`,
    short(measured),
    met ? 'met' : 'MISSED',
    met ? '' : by,
  ]);
  return `Targets\n${table([['', 'target', 'measured', '', 'by'], ...rows])}`;
}

/** @param {Readonly<Record<string, string>>} environment */
export function environmentText(environment) {
  return table(Object.entries(environment).map(([name, value]) => [name, value])).replace(
    /^ {2}/gm,
    '',
  );
}

/** What keeps the results from being trusted. @param {readonly Result[]} results */
export function warnings(results) {
  const lines = results
    .filter(({ differing }) => differing.length > 0)
    .map(
      ({ name, type, elements, differing }) =>
        `${name}, ${type}, ${grouped(elements)} elements: not the bits of JavaScript: ${differing.join(', ')}\n`,
    );
  const busy = results.filter(({ cpuShare }) => cpuShare < BUSY);
  if (busy.length > 0) {
    const least = Math.min(...busy.map(({ cpuShare }) => cpuShare));
    lines.push(
      `The machine was busy: ${busy.length} of ${results.length} results had less than a core (the least ${Math.round(100 * least)}%), which makes long calls look longer.\n`,
    );
  }
  return lines.join('');
}
