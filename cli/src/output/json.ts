// One object of JSON, with numbers that read back to the same bits.
import type { Report } from './report.js';

export function toJson(report: Report): string {
  return `${JSON.stringify(report, (_, value: unknown) => (typeof value === 'number' ? jsonNumber(value) : value), 2)}\n`;
}

/** A number, or the name of one that JSON has not. */
function jsonNumber(value: number): number | string {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : String(value);
}
