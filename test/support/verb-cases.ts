// The verbs of a loss as a table, to be compared between backends and places in memory.
import type { FloatArray, PlainNumbers as Numbers } from '../../src/arrays.js';
import type { GradientOptions, MeanOptions, SumOptions } from '../../src/index.js';

/** What the losses have in common, whatever their options and their arrays' types are. */
export interface FullLoss {
  mean(yTrue: Numbers, yPred: Numbers, options?: MeanOptions): number;
  sum(yTrue: Numbers, yPred: Numbers, options?: SumOptions): number;
  perSample(
    yTrue: Numbers,
    yPred: Numbers,
    options?: SumOptions & { out?: FloatArray },
  ): FloatArray;
  gradient(yTrue: Numbers, yPred: Numbers, options?: Out<GradientOptions<Numbers>>): FloatArray;
  valueAndGradient(
    yTrue: Numbers,
    yPred: Numbers,
    options?: Out<GradientOptions<Numbers>>,
  ): { readonly value: number; readonly gradient: FloatArray };
}

type Out<Options> = Omit<Options, 'out'> & { out?: FloatArray };

/** One verb with its options. */
export interface Verb {
  readonly name: string;
  /** How many elements it returns: one number, one for each sample, or one for each of yPred. */
  readonly size: 'number' | 'samples' | 'elements';
  /** Another that must give the same bits; without it, itself on the reference backend. */
  readonly like?: string;
  call(
    loss: FullLoss,
    yTrue: Numbers,
    yPred: Numbers,
    sampleWeight: Numbers,
    out?: FloatArray,
  ): number | FloatArray;
}

const given = (out: FloatArray | undefined) => (out === undefined ? {} : { out });

export const plainVerbs: readonly Verb[] = [
  { name: 'sum', size: 'number', call: (loss, y, p) => loss.sum(y, p) },
  { name: 'mean', size: 'number', call: (loss, y, p) => loss.mean(y, p) },
  {
    name: 'perSample',
    size: 'samples',
    call: (loss, y, p, _, out) => loss.perSample(y, p, given(out)),
  },
];

const gradientVerbs: readonly Verb[] = [
  {
    name: 'gradient',
    size: 'elements',
    call: (loss, y, p, _, out) => loss.gradient(y, p, given(out)),
  },
  {
    name: 'gradient of the sum',
    size: 'elements',
    call: (loss, y, p, _, out) => loss.gradient(y, p, { reduction: 'sum', ...given(out) }),
  },
  {
    name: 'value of valueAndGradient',
    size: 'number',
    like: 'mean',
    call: (loss, y, p) => loss.valueAndGradient(y, p).value,
  },
  {
    name: 'gradient of valueAndGradient',
    size: 'elements',
    like: 'gradient',
    call: (loss, y, p, _, out) => loss.valueAndGradient(y, p, given(out)).gradient,
  },
];

const weightedVerbs: readonly Verb[] = [
  {
    name: 'weighted sum',
    size: 'number',
    call: (loss, y, p, sampleWeight) => loss.sum(y, p, { sampleWeight }),
  },
  {
    name: 'weighted mean',
    size: 'number',
    call: (loss, y, p, sampleWeight) => loss.mean(y, p, { sampleWeight }),
  },
  {
    name: 'mean over nonzero weights',
    size: 'number',
    call: (loss, y, p, sampleWeight) => loss.mean(y, p, { sampleWeight, denominator: 'nonzero' }),
  },
  {
    name: 'weighted perSample',
    size: 'samples',
    call: (loss, y, p, sampleWeight, out) => loss.perSample(y, p, { sampleWeight, ...given(out) }),
  },
  {
    name: 'weighted gradient',
    size: 'elements',
    call: (loss, y, p, sampleWeight, out) => loss.gradient(y, p, { sampleWeight, ...given(out) }),
  },
  {
    name: 'value of weighted valueAndGradient',
    size: 'number',
    like: 'weighted mean',
    call: (loss, y, p, sampleWeight) => loss.valueAndGradient(y, p, { sampleWeight }).value,
  },
];

export const allVerbs: readonly Verb[] = [...plainVerbs, ...gradientVerbs, ...weightedVerbs];
