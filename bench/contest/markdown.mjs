// @ts-check
// The study as Markdown: a table for each loss.
import { short } from '../report.mjs';
import { errorText, isWrong } from './errors.mjs';
import { isFaster } from './intervals.mjs';

/**
 * @typedef {object} Study
 * @property {string} command
 * @property {Readonly<Record<string, string>>} environment
 * @property {Readonly<Record<string, Readonly<Record<string, string>>>>} versions
 * @property {import('./contest.mjs').Effort} effort
 * @property {number} seconds
 * @property {readonly { key: string, label: string, kind: string, threads: number }[]} peers
 * @property {readonly import('./study.mjs').StudyResult[]} results
 */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** 2¹⁰, and other numbers with their thousands grouped. @param {number} n */
export function sizeText(n) {
  const power = Math.log2(n);
  if (!Number.isInteger(power)) return n.toLocaleString('en-US');
  return `2${[...String(power)].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;
}

/** The part of a row's name that says what is computed. @param {import('./study.mjs').StudyResult} result */
function titleOf({ row, elements, classes, place }) {
  const what =
    classes === 1
      ? sizeText(elements)
      : `${elements / classes} × ${classes.toLocaleString('en-US')}`;
  const where = place === 'resident' ? '' : ', with the way there';
  return `${row.replace(/, \d+ classes$/, '')}, ${what}${where}`;
}

/** ns/element, the ratio with its interval, the error. @param {import('./study.mjs').StudyResult | undefined} result */
function cell(result) {
  if (result?.nanoseconds === undefined || result.toOurs === undefined) return '';
  const { nanoseconds, elements, toOurs, error = NaN, peer } = result;
  const { ratio, low, high } = toOurs;
  const time = short(nanoseconds / elements);
  const against = peer === 'lossmeter' ? '' : ` · ${short(ratio)} [${short(low)}, ${short(high)}]`;
  const wins = isFaster(toOurs) ? ' **faster**' : '';
  const wrong = isWrong(error) ? ' **wrong: ' : ' · ';
  return `${time}${against}${wins}${wrong}${errorText(error)}${isWrong(error) ? ' off**' : ''}`;
}

/** @param {Study} study */
export function markdown({ command, environment, versions, effort, seconds, peers, results }) {
  const titles = [...new Set(results.map(titleOf))];
  const tables = titles.map((title) => {
    const ofTitle = results.filter((result) => titleOf(result) === title);
    const types = [...new Set(ofTitle.map(({ type }) => type))];
    const rows = peers.flatMap(({ key, label }) => {
      const cells = types.map((type) =>
        cell(ofTitle.find((one) => one.peer === key && one.type === type)),
      );
      return cells.every((text) => text === '') ? [] : [`| ${label} | ${cells.join(' | ')} |`];
    });
    return `### ${title}\n\n| | ${types.join(' | ')} |\n|---|${'---|'.repeat(types.length)}\n${rows.join('\n')}\n`;
  });
  const named = peers.map(({ key, label }) => {
    const text = Object.entries(versions[key] ?? {}).map(([name, version]) => `${name} ${version}`);
    return `| ${label} | ${text.join(', ')} |`;
  });
  return `# lossmeter beside others

Made by \`${command}\` on ${environment.date} in ${seconds} s: ${environment.cpu}, ${environment.os}, Node ${environment.node}, commit ${environment.commit}. Medians of ${effort.rounds} rounds in random order, ${effort.milliseconds} ms each, every library in a process of its own. [docs/study.md](../../docs/study.md) says how, and what to be wary of.

A cell has ns per element, its time ÷ lossmeter's with a 95 % interval, and the relative error against the exact value (of samples, the largest).

${tables.join('\n')}
## What has no answer

| | why not |
|---|---|
${missingRows(peers, results).join('\n')}

## Versions

| | |
|---|---|
${named.join('\n')}
`;
}

/** Each reason once, with what it is for. @param {Study['peers']} peers @param {Study['results']} results */
function missingRows(peers, results) {
  return peers.flatMap(({ key, label }) => {
    /** @type {Map<string, Set<string>>} */
    const reasons = new Map();
    for (const { peer, missing, row, type } of results) {
      if (peer !== key || missing === undefined) continue;
      const rows = reasons.get(missing) ?? new Set();
      reasons.set(
        missing,
        rows.add(missing.includes('float64') ? type : row.replace(/, \d+ classes$/, '')),
      );
    }
    return [...reasons].map(([why, rows]) => `| ${label}: ${[...rows].join('; ')} | ${why} |`);
  });
}
