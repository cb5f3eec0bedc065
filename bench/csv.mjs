// @ts-check
// The time of each round, as CSV: what the results are the medians of.

const COLUMNS = ['case', 'type', 'size', 'elements', 'bytes', 'path', 'process', 'round', 'ns'];

/** @param {string | number} value */
export function cell(value) {
  return typeof value === 'string' && /[",\n]/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : String(value);
}

/**
 * @typedef {object} Runs all processes of one case and type
 * @property {string} name
 * @property {string} type
 * @property {readonly (readonly import('./comparison.mjs').Measured[])[]} runs by process, then by size
 */

/** @param {readonly Runs[]} all */
export function csv(all) {
  const rows = all.flatMap(({ name, type, runs }) =>
    runs.flatMap((measured, process) =>
      measured.flatMap(({ size, elements, bytes, nanoseconds }) =>
        Object.entries(nanoseconds).flatMap(([path, times]) =>
          times.map((ns, round) => [
            name,
            type,
            size,
            elements,
            bytes,
            path,
            process,
            round,
            Number(ns.toPrecision(6)),
          ]),
        ),
      ),
    ),
  );
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\n`).join('');
}
