// A loss and its options as text: what consoles print and errors say.
import { describe, isArray } from './arrays.js';

/** Options that are listed. */
const MOST = 20;
/** Elements of an array that are shown. */
const SHOWN = 8;

/** As the call that makes it: `huber.with({ delta: 2 })`; of a loss without options, its name. */
export function lossText(name: string, options: object): string {
  return Object.keys(options).length === 0 ? name : `${name}.with(${optionsText(options)})`;
}

/** Options as they are written, in alphabetical order. */
export function optionsText(options: object): string {
  const names = Object.keys(options);
  // No loss has as many; what is given as a state may have millions.
  if (names.length > MOST) return `an object of ${names.length} members`;
  const entries = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([name, value]) => `${name}: ${valueText(value)}`).join(', ')} }`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return isArray(value) ? listText(value) : describe(value);
}

/** Some elements of an array. */
export function listText(values: readonly unknown[]): string {
  // (The array may be a proxy, and its length anything.)
  const n: unknown = values.length;
  if (!Number.isSafeInteger(n)) return describe(values);
  const shown = Array.from({ length: Math.min(n as number, SHOWN) }, (_, i) => describe(values[i]));
  const more = (n as number) - SHOWN;
  return `[${[...shown, ...(more > 0 ? [`… ${more} more`] : [])].join(', ')}]`;
}

/** Whether two sets of options are the same, whatever their order. */
export function areSame(options: Readonly<Record<string, unknown>>, others: object): boolean {
  const names = Object.keys(others);
  return (
    names.length === Object.keys(options).length &&
    names.every(
      (name) =>
        Object.hasOwn(options, name) &&
        isSame(options[name], (others as Readonly<Record<string, unknown>>)[name]),
    )
  );
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isArray(a)) return a === b;
  return isArray(b) && a.length === b.length && a.every((value, i) => value === b[i]);
}
