// Lines of CSV, with numbers that read back to the same bits.
import { type Cell, type Lines, type Report, scoreLines, worstLines } from './report.js';

export function toCsv(report: Report): string {
  const parts = [scoreLines(report)];
  if (report.worst !== undefined) parts.push(worstLines(report.worst));
  return parts.map(write).join('\n');
}

function write({ header, rows }: Lines): string {
  return [header, ...rows].map((cells) => `${cells.map(cell).join(',')}\n`).join('');
}

function cell(value: Cell): string {
  if (value === undefined) return '';
  // (An empty text is none that is missing.)
  if (value === '') return '""';
  if (Object.is(value, -0)) return '-0';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
