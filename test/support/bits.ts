import { expect } from 'vitest';
import type { FloatArray } from '../../src/arrays.js';

/** What a call came to: its result, or its error as text. */
export type Outcome = number | FloatArray | string;

export function outcomeOf(call: () => number | FloatArray): Outcome {
  try {
    return call();
  } catch (error) {
    return String(error);
  }
}

/** Equal in every bit, −0 and 0 told apart, any NaN equal to any other; arrays also in their type. */
export function sameBits(a: Outcome, b: Outcome): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return Object.is(a, b);
  if (a.constructor !== b.constructor || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!Object.is(a[i], b[i])) return false;
  }
  return true;
}

/** Where two outcomes differ, for a message. */
export function difference(a: Outcome, b: Outcome): string {
  if (typeof a !== 'object' || typeof b !== 'object') return `${show(a)} instead of ${show(b)}`;
  if (a.constructor !== b.constructor || a.length !== b.length) {
    return `${show(a)} instead of ${show(b)}`;
  }
  const i = a.findIndex((value, k) => !Object.is(value, b[k]));
  return `[${i}] is ${a[i]} instead of ${b[i]}`;
}

/** An assertion that says where the bits differ; on long arrays much faster than toEqual. */
export function expectSame(got: Outcome, expected: Outcome): void {
  expect(sameBits(got, expected) ? '' : difference(got, expected)).toBe('');
}

function show(value: Outcome): string {
  if (typeof value === 'object') return `${value.constructor.name}(${value.length})`;
  return Object.is(value, -0) ? '-0' : String(value);
}
