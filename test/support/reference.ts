// What the samples of a call come to, as the formulas say.
import type { PlainNumbers as Numbers } from '../../src/arrays.js';
import { type Formula, type Options, type Sample, sumOf } from '../losses/formulas.mjs';

type Denominator = 'weight' | 'count' | 'nonzero';

/** Options of a call. */
export interface Call {
  readonly sampleWeight?: Numbers;
  readonly denominator?: Denominator;
  readonly reduction?: 'mean' | 'sum';
}

/** What each of n samples comes to before it is weighted. */
export function samplesOf(
  formula: Formula,
  options: Options,
  yTrue: Numbers,
  yPred: Numbers,
  n: number,
): Sample[] {
  const isFloat32 = yPred instanceof Float32Array;
  return Array.from({ length: n }, (_, i) =>
    formula(part(yTrue, i, n), part(yPred, i, n), options, isFloat32),
  );
}

/** The i-th of n equal parts. */
function part(values: Numbers, i: number, n: number): readonly number[] {
  const size = values.length / n;
  return Array.from(values.slice(i * size, (i + 1) * size));
}

/** w·l */
export function perSample(samples: readonly Sample[], { sampleWeight }: Call = {}): number[] {
  return samples.map(({ loss, kept }, i) => (kept ? weightOf(sampleWeight, i) * loss : 0));
}

/** Σ w·l */
export function sum(samples: readonly Sample[], call: Call = {}): number {
  return sumOf(perSample(samples, call));
}

/** Σ w·l over the denominator. */
export function mean(
  samples: readonly Sample[],
  call: Call = {},
  { onEmpty = 'nan' }: Options = {},
): number {
  if (!samples.some(({ kept }) => kept)) {
    if (onEmpty === 'throw') throw new RangeError('no sample');
    return onEmpty === 'zero' ? 0 : NaN;
  }
  return sum(samples, call) / denominatorOf(samples, call);
}

/** Σ w (times the class's weight, by class index), or how many are kept, or of those with w ≠ 0. */
export function denominatorOf(
  samples: readonly Sample[],
  { sampleWeight, denominator = 'weight' }: Call = {},
): number {
  const count = (sample: Sample, i: number): number => {
    if (!sample.kept) return 0;
    if (denominator === 'count') return 1;
    const weight = weightOf(sampleWeight, i);
    if (denominator === 'nonzero') return weight === 0 ? 0 : 1;
    return weight * sample.weight;
  };
  return sumOf(samples.map(count));
}

/** Each sample's own gradient times w, over the denominator unless it is that of the sum. */
export function gradient(samples: readonly Sample[], call: Call = {}): number[] {
  const divisor = call.reduction === 'sum' ? 1 : denominatorOf(samples, call);
  return samples.flatMap((sample, i) => {
    const factor = weightOf(call.sampleWeight, i) / divisor;
    return sample.gradient.map((value) => (sample.kept ? factor * value : 0));
  });
}

function weightOf(sampleWeight: Numbers | undefined, i: number): number {
  return sampleWeight === undefined ? 1 : sampleWeight[i];
}
