// The short way of calls with few elements, for which preparing a call would take longer than the sum
// (8 elements: 40 instead of 150 ns). It is JavaScript's kernels alone, and gives up where anything is
// not as simple, errors and NaN included: then the ordinary way decides.

import { isFloat32Array, isFloat64Array } from './arrays.js';
import { BLOCK, type Block } from './block.js';
import type { Core } from './definition.js';
import { totalValue } from './js/lanes.js';
import { jsWorkspace } from './js/workspace.js';
import { quotient } from './running-sum.js';
import { copyIn, type ElementType } from './workspace.js';

/** What a formula knows of it. */
export interface ShortWay {
  /** Copies the elements of two arrays to `fewTrue` and `fewPred`: how many of yPred, or 0. */
  stage(yTrue: unknown, yPred: unknown, most: number): number;
  /** Leaves the sum of the losses in the JavaScript workspace's total: of how many samples, or 0. */
  total(n: number, type: ElementType): number;
  /** Leaves each loss in the JavaScript workspace's losses; false if the data ask for more. */
  each?(n: number): boolean;
}

export const fewTrue: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };
export const fewPred: Block = { array: /* @__PURE__ */ new Float64Array(BLOCK), at: 0, ptr: 0 };

/** Stages two arrays of one type and length. */
export function stagePairs(yTrue: unknown, yPred: unknown, most: number): number {
  const isPair =
    (isFloat64Array(yTrue) && isFloat64Array(yPred)) ||
    (isFloat32Array(yTrue) && isFloat32Array(yPred));
  if (!isPair) return 0;
  const n = yTrue.length;
  if (n === 0 || n > most || yPred.length !== n) return 0;
  // Detached, whatever their length: see checkAttached.
  /* v8 ignore next -- only in Node 20, and only in code that is hot */
  if (yTrue[0] === undefined || yPred[0] === undefined) return 0;
  copyIn(yTrue, 0, n, fewTrue.array);
  copyIn(yPred, 0, n, fewPred.array);
  return n;
}

/** The number of samples whose losses' sum `meanOfFew` and `sumOfFew` are of; 0 if this is no such call. */
export function sumFew(core: Core, yTrue: unknown, yPred: unknown): number {
  const { short } = core.formula;
  if (short === undefined || !core.backends.mayUseJs) return 0;
  const n = short.stage(yTrue, yPred, core.definition.few);
  if (n === 0) return 0;
  const samples = short.total(n, isFloat32Array(yPred) ? 'f32' : 'f64');
  return Number.isNaN(jsWorkspace.total.array[0]) ? 0 : samples;
}

/** The number of samples whose losses are in the JavaScript workspace; 0 if this is no such call. */
export function writeFew(core: Core, yTrue: unknown, yPred: unknown): number {
  const { short } = core.formula;
  if (short?.each === undefined || !core.backends.mayUseJs) return 0;
  const n = short.stage(yTrue, yPred, core.definition.few);
  return n > 0 && short.each(n) ? n : 0;
}

export function sumOfFew(): number {
  return totalValue(jsWorkspace.total);
}

export function meanOfFew(samples: number): number {
  const { array } = jsWorkspace.total;
  return quotient(array[0], array[1], samples);
}
