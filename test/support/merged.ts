// How far results of merged accumulators may be from those of one call.
import { expect } from 'vitest';
import type { Subject } from './option-sets.js';

const bitsOf = (value: number): bigint => new BigInt64Array(Float64Array.of(value).buffer)[0];

/** How many float64 lie between two numbers ≥ 0. */
export function ulps(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(Number(bitsOf(a) - bitsOf(b)));
}

/** How far a result may be from the exact one: in ulp, or relatively. */
export function accuracyOf(
  { domain }: Subject,
  type: 'float64' | 'float32',
): { readonly ulp: number } | { readonly relative: number } {
  if (domain === 'reals') return { ulp: 4 };
  return { relative: type === 'float64' ? 1e-14 : 1e-6 };
}

/** Two results, each of which is as far from the exact one as it may be. */
export function expectAsAccurate(
  a: number,
  b: number,
  subject: Subject,
  type: 'float64' | 'float32',
): void {
  if (Object.is(a, b)) return;
  expect([Number.isFinite(a), Number.isFinite(b)]).toEqual([true, true]);
  const accuracy = accuracyOf(subject, type);
  if ('ulp' in accuracy) expect(ulps(a, b)).toBeLessThanOrEqual(2 * accuracy.ulp);
  else expect(Math.abs(a - b)).toBeLessThanOrEqual(2 * accuracy.relative * b);
}
