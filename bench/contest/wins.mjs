// @ts-check
// Where another library is faster, for certain.
import { short } from '../report.mjs';
import { isFaster } from './intervals.mjs';
import { sizeText } from './markdown.mjs';

/**
 * The rows in which libraries on one thread take less time than ours, for certain.
 *
 * @param {import('./markdown.mjs').Study} study
 * @returns {{ row: string, type: string, elements: number, place: string, by: { label: string, ratio: number }[] }[]}
 */
export function winsOf({ peers, results }) {
  const single = peers.filter(({ threads, kind }) => threads === 1 && kind !== 'ours');
  /** @type {Map<string, ReturnType<typeof winsOf>[number]>} */
  const rows = new Map();
  for (const { row, type, elements, place, peer, toOurs } of results) {
    const found = single.find(({ key }) => key === peer);
    if (found === undefined || toOurs === undefined || !isFaster(toOurs)) continue;
    const key = [row, type, elements, place].join();
    const one = rows.get(key) ?? { row, type, elements, place, by: [] };
    one.by.push({ label: found.label, ratio: toOurs.ratio });
    rows.set(key, one);
  }
  return [...rows.values()];
}

/** @param {import('./markdown.mjs').Study} study */
export function winsText(study) {
  const wins = winsOf(study);
  if (wins.length === 0) return 'In no row.';
  const rows = wins.map(({ row, type, elements, place, by }) => {
    const who = by
      .sort((a, b) => a.ratio - b.ratio)
      .map(({ label, ratio }) => `${label} ${short(ratio)}`);
    const where = place === 'resident' ? '' : ', with the way there';
    return `| ${row}, ${type}, ${sizeText(elements)}${where} | ${who.join(', ')} |`;
  });
  return `| | their time ÷ ours |\n|---|---|\n${rows.join('\n')}`;
}
