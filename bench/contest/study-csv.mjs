// @ts-check
// The study's rounds as CSV.
import { cell } from '../csv.mjs';

/** @typedef {{ results: readonly import('./study.mjs').StudyResult[] }} Study */

const COLUMNS = ['row', 'type', 'elements', 'place', 'peer', 'round', 'ns', 'error', 'missing'];

/** @param {Study} study */
export function studyCsv({ results }) {
  const rows = results.flatMap(({ row, type, elements, place, peer, rounds, error, missing }) =>
    rounds === undefined
      ? [[row, type, elements, place, peer, '', '', '', missing ?? '']]
      : rounds.map((ns, round) => [
          row,
          type,
          elements,
          place,
          peer,
          round,
          Number(ns.toPrecision(6)),
          Number(error?.toPrecision(3)),
          '',
        ]),
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}
