// A table for people: columns aligned, numbers in full.
import { type Cell, type Lines, type Report, scoreLines, worstLines } from './report.js';

export function toTable(report: Report): string {
  const { rows, dropped, worst } = report;
  const parts = [write(scoreLines(report))];
  if (worst !== undefined) parts.push(write(worstLines(worst)));
  const left = dropped === 0 ? '' : `, ${grouped(dropped)} of them dropped for nulls`;
  parts.push(`${grouped(rows)} rows${left}\n`);
  return parts.join('\n');
}

function write({ header, rows }: Lines): string {
  const cells = [[...header], ...rows.map((row) => row.map(shown))];
  const isNumber = header.map((_, k) => rows.some((row) => typeof row[k] === 'number'));
  const widths = header.map((_, k) => Math.max(...cells.map((row) => row[k].length)));
  return cells
    .map((row) => {
      const aligned = row.map((text, k) =>
        isNumber[k] ? text.padStart(widths[k]) : text.padEnd(widths[k]),
      );
      return `${aligned.join('  ').trimEnd()}\n`;
    })
    .join('');
}

function shown(value: Cell): string {
  if (value === undefined) return 'all';
  // In quotes where it would not be seen, or would break the line.
  if (typeof value === 'string') return /^$|\p{C}/u.test(value) ? JSON.stringify(value) : value;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** 1234567 as 1,234,567. (`toLocaleString` takes 15 ms the first time.) */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}
