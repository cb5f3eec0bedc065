// What samples are to an accumulator: which go together, and which are sound.

import type { Call } from './call.js';
import type { Core } from './definition.js';
import { keep, zeroWeights } from './kept.js';
import { asDenominator, type Denominator } from './means.js';

/** What the first samples fix for all others; undefined before there are any. */
export interface SampleKind {
  /** Of the predictions. */
  readonly isFloat32: boolean | undefined;
  readonly classes: number | undefined;
}

export function typeName(isFloat32: boolean | undefined): string | undefined {
  return isFloat32 === undefined ? undefined : isFloat32 ? 'float32' : 'float64';
}

/** Throws if the samples of a call are of another kind than those before. */
export function checkFits({ name, classes, yPred }: Call, before: SampleKind): void {
  const isFloat32 = yPred.kind === 'float32';
  if (before.isFloat32 !== undefined && before.isFloat32 !== isFloat32) {
    const [expected, got] = [before.isFloat32, isFloat32].map(typeName);
    throw new TypeError(`${name}: expected yPred to be ${expected} as before, got ${got}`);
  }
  if (before.classes !== undefined && before.classes !== classes) {
    throw new RangeError(`${name}: expected ${before.classes} classes as before, got ${classes}`);
  }
}

/** Throws if what is to be merged is of samples of another kind. */
export function checkSameKind(callName: string, mine: SampleKind, other: SampleKind): void {
  for (const [name, a, b] of [
    ['classes', mine.classes, other.classes],
    ['predictions', typeName(mine.isFloat32), typeName(other.isFloat32)],
  ]) {
    if (a !== undefined && b !== undefined && a !== b) {
      throw new RangeError(`${callName}: expected ${name} of ${a}, got ${b}`);
    }
  }
}

export function checkUnsealed(
  callName: string,
  { isSealed }: { readonly isSealed: boolean },
): void {
  if (!isSealed) return;
  throw new TypeError(`${callName}: expected an accumulator that takes samples, got a sealed one`);
}

/** Throws if a state is not one of what an accumulator is asked to be, if it is. */
export function checkAsWanted(
  callName: string,
  path: string,
  state: { readonly denominator: Denominator; readonly isFloat32: boolean | undefined },
  denominator: Denominator | undefined,
  isFloat32: boolean | undefined,
): void {
  if (isFloat32 !== undefined && (state.isFloat32 ?? isFloat32) !== isFloat32) {
    const [expected, got] = [isFloat32, state.isFloat32].map(typeName);
    throw new RangeError(`${callName}: expected ${path}.predictions '${expected}', got '${got}'`);
  }
  if (denominator !== undefined && state.denominator !== asDenominator(callName, denominator)) {
    throw new RangeError(
      `${callName}: expected ${path}.denominator '${denominator}', got '${state.denominator}'`,
    );
  }
}

/**
 * Throws if one of n samples, at most a block, is not sound: it must be, before it is staged. Looking
 * through their elements tells, for most losses; for the others, computing the losses does.
 */
export function checkSamples({ formula }: Core, call: Call, from: number, n: number): void {
  if (n === 0) return;
  const kept = keep(call, from, n, zeroWeights(call, from, n));
  if (kept.n === 0 || formula.check(kept.call, kept.from, kept.n)) return;
  formula.writeLosses(kept.call, kept.from, kept.n, call.workspace.losses);
}
