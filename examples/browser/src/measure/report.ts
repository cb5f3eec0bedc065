/** A measurement as it is copied and loaded. */
import { Problem } from '../data/problem';
import type { Machine } from './machine';
import { type Settings, TASKS, TYPES } from './task';

export const PATHS = ['loop', 'js', 'wasm', 'arena', 'threads'] as const;
export type Path = (typeof PATHS)[number];

export interface Measured {
  readonly path: Path;
  /** Of one element, each of a round. */
  readonly nanoseconds: readonly number[];
  readonly mean: number;
  /** Of the mean, as 16 hexadecimal digits. */
  readonly bits: string;
  readonly relativeError: number;
}

export interface Report extends Settings {
  readonly format: typeof FORMAT;
  readonly version: 1;
  readonly lossmeter: string;
  readonly date: string;
  readonly machine: Machine;
  readonly exact: { readonly high: number; readonly low: number };
  readonly paths: readonly Measured[];
}

export const FORMAT = 'lossmeter measurement';

export function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** Of sorted values, between the two that are nearest. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** A report from text that anybody may have written. */
export function parseReport(text: string): Report {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new Problem('jsonSyntax', error instanceof Error ? error.message : String(error));
  }
  const report = object(data, '');
  member(report, 'format', (value) => value === FORMAT);
  member(report, 'version', (value) => value === 1);
  member(report, 'lossmeter', isText);
  member(report, 'date', isText);
  member(report, 'loss', (value) => TASKS.some((name) => name === value));
  member(report, 'type', (value) => TYPES.some((name) => name === value));
  member(report, 'elements', isPositive);
  const machine = object(report.machine, 'machine');
  member(machine, 'browser', isText, 'machine.');
  member(machine, 'system', isText, 'machine.');
  member(machine, 'processors', isPositive, 'machine.');
  member(machine, 'clock', isPositive, 'machine.');
  // Earlier reports are without threads.
  member(machine, 'threads', orMissing(isPositive), 'machine.');
  member(machine, 'threadsReason', orMissing(isText), 'machine.');
  const exact = object(report.exact, 'exact');
  member(exact, 'high', Number.isFinite, 'exact.');
  if (!Array.isArray(report.paths)) throw new Problem('reportMember', 'paths');
  report.paths.forEach((value: unknown, i) => {
    const path = `paths[${i}].`;
    const measured = object(value, `paths[${i}]`);
    member(measured, 'path', (name) => PATHS.some((one) => one === name), path);
    member(measured, 'nanoseconds', (list) => isList(list), path);
    member(measured, 'mean', Number.isFinite, path);
    member(measured, 'bits', (bits) => isText(bits) && /^[0-9a-f]{16}$/.test(bits), path);
    member(measured, 'relativeError', Number.isFinite, path);
  });
  return data as Report;
}

type Members = Readonly<Record<string, unknown>>;

function object(value: unknown, name: string): Members {
  if (typeof value !== 'object' || value === null) throw new Problem('reportMember', name || '{}');
  return value as Members;
}

function member(of: Members, name: string, isRight: (value: unknown) => boolean, path = '') {
  if (!isRight(of[name])) throw new Problem('reportMember', path + name);
}

const orMissing = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  value === undefined || isRight(value);
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length < 2000;
const isPositive = (value: unknown) =>
  typeof value === 'number' && Number.isFinite(value) && value > 0;
const isList = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.length < 1000 && value.every(isPositive);
