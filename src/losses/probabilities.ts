// What the losses of probabilities share: the domain, the −100 floor, clipping, normalizing.

import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import type { Call } from '../call.js';
import * as kernels from '../kernels.js';
import type { ElementType } from '../workspace.js';
import type { RowOptions } from './options.js';

/**
 * The mean loss below which a product of factors in float64 is too coarse for the type: a factor
 * is off by 1.7e-16 at most, which makes 1e-14 of the result for float64, 1e-11 for float32.
 */
export const LEAST_MEAN: Readonly<Record<ElementType, number>> = { f64: 2 ** -6, f32: 2 ** -16 };

export function leastMean(yPred: Argument): number {
  return LEAST_MEAN[yPred.kind === 'float32' ? 'f32' : 'f64'];
}

/** Whether only some probabilities of a row are checked: what its loss is made of, if not all. */
export function checksUsed({ check, normalize, labelSmoothing }: Readonly<RowOptions>): boolean {
  return check === 'used' && normalize !== true && (labelSmoothing ?? 0) === 0;
}

/** PyTorch's floor under a logarithm. */
export const FLOOR = -100;

/** [clip, 1 − clip] in the precision of the predictions. */
export function clipRange(call: Call, clip: number): readonly [number, number] {
  if (call.yPred.kind !== 'float32') return [clip, 1 - clip];
  const low = Math.fround(clip);
  return [low, Math.fround(1 - low)];
}

/**
 * Where clip leaves p alone, so that its gradient is that without clip: not at 0 and 1 themselves, even
 * if its bounds have rounded to them, nor where 1/p is too large a number for the type of p.
 */
export function unmovedRange(call: Call, clip: number): readonly [number, number] {
  const [low, high] = clipRange(call, clip);
  const least = call.yPred.kind === 'float32' ? 2 ** -126 : 2 ** -1022;
  return [Math.max(low, least), Math.min(high, 1 - 2 ** -53)];
}

/** float32 kernels if the predictions are float32 and float32 holds every valid label. */
export function typeOf(yTrue: Argument, yPred: Argument): ElementType {
  return yPred.kind === 'float32' && yTrue.kind !== 'float64' ? 'f32' : 'f64';
}

/** A fetched block's probabilities as float64, clipped. */
export function clipped(call: Call, from: number, n: number, clip: number): Block {
  const { workspace, yPred } = call;
  const p = workspace.copy(yPred, from, n, 'prepared');
  const [low, high] = clipRange(call, clip);
  workspace.of(kernels.probabilities).f64.clip(p, n, low, high);
  return p;
}
