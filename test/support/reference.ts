// Every loss, option and verb as its formula says: one sample after the other, in float64, by Math.log
// and Math.exp. Slow, and as plain as can be: this file is to be read as the specification.
import type { PlainNumbers as Numbers } from '../../src/arrays.js';

export type LossName =
  | 'squaredError'
  | 'absoluteError'
  | 'huber'
  | 'binaryCrossEntropy'
  | 'categoricalCrossEntropy'
  | 'sparseCategoricalCrossEntropy';

type Denominator = 'weight' | 'count' | 'nonzero';

/** Options of `with`. */
export interface Options {
  readonly onEmpty?: 'nan' | 'zero' | 'throw';
  readonly delta?: number;
  readonly fromLogits?: boolean;
  readonly positiveWeight?: number;
  readonly labelSmoothing?: number;
  readonly clip?: number;
  readonly normalize?: boolean;
  readonly classes?: number;
  readonly classWeight?: readonly number[];
  readonly ignoreIndex?: number;
}

/** Options of a call. */
export interface Call {
  readonly sampleWeight?: Numbers;
  readonly denominator?: Denominator;
  readonly reduction?: 'mean' | 'sum';
}

/** What one sample comes to before it is weighted. */
export interface Sample {
  readonly loss: number;
  /** The derivative with respect to the sample's predictions, as many as it has. */
  readonly gradient: readonly number[];
  /** What the sample counts for in the denominator 'weight': 1, or the weight of its class. */
  readonly weight: number;
  /** False for a row that is ignored: its loss and gradient are 0. */
  readonly kept: boolean;
}

type Row = readonly number[];

// ---------- What one sample comes to ----------

/** The samples of a call, whatever the loss. */
export function samplesOf(
  loss: LossName,
  options: Options,
  yTrue: Numbers,
  yPred: Numbers,
): Sample[] {
  const n =
    loss === 'categoricalCrossEntropy' ? yTrue.length / (options.classes ?? 1) : yTrue.length;
  const isFloat32 = yPred instanceof Float32Array;
  return Array.from({ length: n }, (_, i) =>
    FORMULAS[loss](part(yTrue, i, n), part(yPred, i, n), options, isFloat32),
  );
}

/** The i-th of n equal parts. */
function part(values: Numbers, i: number, n: number): Row {
  const size = values.length / n;
  return Array.from(values.slice(i * size, (i + 1) * size));
}

const FORMULAS: Readonly<
  Record<LossName, (y: Row, p: Row, options: Options, isFloat32: boolean) => Sample>
> = {
  squaredError: ([y], [p]) => single(squaredError(y, p)),
  absoluteError: ([y], [p]) => single(absoluteError(y, p)),
  huber: ([y], [p], { delta = 1 }) => single(huber(y, p, delta)),
  binaryCrossEntropy: ([y], [p], options, isFloat32) => single(binary(y, p, options, isFloat32)),
  categoricalCrossEntropy: dense,
  sparseCategoricalCrossEntropy: ([label], p, options, isFloat32) =>
    sparse(label, p, options, isFloat32),
};

type Pointwise = readonly [loss: number, derivative: number];

function single([loss, derivative]: Pointwise): Sample {
  return { loss, gradient: [derivative], weight: 1, kept: true };
}

/** (p − y)² */
function squaredError(y: number, p: number): Pointwise {
  return [(p - y) * (p - y), 2 * (p - y)];
}

/** |p − y|; the derivative is 0 at equality. */
function absoluteError(y: number, p: number): Pointwise {
  return [Math.abs(p - y), Math.sign(p - y)];
}

/** ½d² if |d| ≤ δ, else δ(|d| − ½δ). */
function huber(y: number, p: number, delta: number): Pointwise {
  const d = p - y;
  const loss = Math.abs(d) <= delta ? 0.5 * d * d : delta * (Math.abs(d) - 0.5 * delta);
  return [loss, Math.min(Math.max(d, -delta), delta)];
}

function binary(label: number, p: number, options: Options, isFloat32: boolean): Pointwise {
  const { labelSmoothing: alpha = 0, positiveWeight: c = 1 } = options;
  const y = label * (1 - alpha) + alpha / 2;
  if (options.fromLogits === true) return binaryFromLogit(y, p, c);
  const range = clipRange(options, isFloat32);
  if (range === undefined) return binaryFromProbability(y, p, c, -100);
  const inside = clamp(p, range);
  const [loss, derivative] = binaryFromProbability(y, inside, c, -Infinity);
  return [loss, isMoved(p, range) ? 0 : derivative];
}

/** −(c·y·max(ln p, floor) + (1 − y)·max(ln(1 − p), floor)) */
function binaryFromProbability(y: number, p: number, c: number, floor: number): Pointwise {
  const ofOne = Math.max(Math.log(p), floor);
  const ofZero = Math.max(Math.log1p(-p), floor);
  const slope = p - y + (1 - c) * y * (1 - p);
  return [-(times(c * y, ofOne) + times(1 - y, ofZero)), slope / Math.max(p * (1 - p), 1e-12)];
}

/**
 * c·y·softplus(−z) + (1 − y)·softplus(z), which is (1 − y)z + (1 + (c − 1)y)·softplus(−z) without
 * its cancellation.
 */
function binaryFromLogit(y: number, z: number, c: number): Pointwise {
  const loss = times(c * y, softplus(-z)) + times(1 - y, softplus(z));
  return [loss, (1 - y) * sigmoid(z) - c * y * sigmoid(-z)];
}

/** ln(1 + eᶻ) */
function softplus(z: number): number {
  return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

function dense(y: Row, p: Row, options: Options, isFloat32: boolean): Sample {
  return { ...row(targets(y, options), p, options, isFloat32), weight: 1, kept: true };
}

/** As a one-hot row; but a sample counts for the weight of its class, or not at all. */
function sparse(label: number, p: Row, options: Options, isFloat32: boolean): Sample {
  if (label === options.ignoreIndex) {
    return { loss: 0, gradient: p.map(() => 0), weight: 0, kept: false };
  }
  const oneHot = p.map((_, k) => (k === label ? 1 : 0));
  const weight = options.classWeight?.[label] ?? 1;
  return { ...row(targets(oneHot, options), p, options, isFloat32), weight, kept: true };
}

/** tₖ = wₖ·((1 − α)yₖ + α/K) */
function targets(y: Row, { labelSmoothing: alpha = 0, classWeight }: Options): Row {
  return y.map((label, k) => (classWeight?.[k] ?? 1) * ((1 - alpha) * label + alpha / y.length));
}

type RowResult = Pick<Sample, 'loss' | 'gradient'>;

/** −Σₖ tₖ·ln pₖ */
function row(t: Row, p: Row, options: Options, isFloat32: boolean): RowResult {
  return options.fromLogits === true
    ? rowFromLogits(t, p)
    : rowFromProbabilities(t, p, options, isFloat32);
}

function rowFromProbabilities(t: Row, p: Row, options: Options, isFloat32: boolean): RowResult {
  const isNormalized = options.normalize === true;
  const sum = isNormalized ? sumOf(p) : 1;
  const q = p.map((value) => value / sum);
  const range = clipRange(options, isFloat32);
  const clipped = range === undefined ? q : q.map((value) => clamp(value, range));
  const floor = range === undefined ? -100 : -Infinity;
  const loss = -sumOf(t.map((value, k) => times(value, Math.max(Math.log(clipped[k]), floor))));
  // dL/dqₖ is −tₖ/qₖ, and 0 where clip has moved q. (times: −∞ at q = 0, unless t is 0, too.)
  const counts = t.map((value, k) => (range !== undefined && isMoved(q[k], range) ? 0 : value));
  const slope = counts.map((value, k) => times(-value, 1 / q[k]));
  if (!isNormalized) return { loss, gradient: slope };
  // (gⱼ − Σₖ gₖ·qₖ) / S, where gₖ·qₖ is −tₖ.
  const mean = -sumOf(counts);
  return { loss, gradient: slope.map((value) => (value - mean) / sum) };
}

function rowFromLogits(t: Row, z: Row): RowResult {
  const logs = logSoftmax(z);
  const total = sumOf(t);
  return {
    loss: -sumOf(t.map((value, k) => times(value, logs[k]))),
    gradient: t.map((value, k) => Math.exp(logs[k]) * total - value),
  };
}

/** zₖ − ln Σ eᶻ; the limit where a logit is infinite, NaN where there is none. */
function logSoftmax(z: Row): Row {
  const max = z.reduce((a, b) => Math.max(a, b));
  const largest = z.indexOf(max);
  if (max === Infinity) {
    const isAlone = z.indexOf(Infinity, largest + 1) < 0;
    return z.map((value) => (isAlone ? (value === Infinity ? 0 : -Infinity) : NaN));
  }
  const others = sumOf(z.map((value, k) => (k === largest ? 0 : Math.exp(value - max))));
  return z.map((value) => value - max - Math.log1p(others));
}

/** [clip, 1 − clip], in float32 for predictions of float32. */
function clipRange({ clip }: Options, isFloat32: boolean): readonly [number, number] | undefined {
  if (clip === undefined) return undefined;
  if (!isFloat32) return [clip, 1 - clip];
  return [Math.fround(clip), Math.fround(1 - Math.fround(clip))];
}

function clamp(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(Math.max(value, low), high);
}

function isMoved(value: number, [low, high]: readonly [number, number]): boolean {
  return value < low || value > high;
}

/** A product where 0·∞ is 0; NaN stays NaN. */
function times(weight: number, value: number): number {
  return weight === 0 && !Number.isNaN(value) ? 0 : weight * value;
}

// ---------- What many samples come to ----------

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

/** Σ, with the rounding errors added up, too (Neumaier). */
function sumOf(values: readonly number[]): number {
  let total = 0;
  let rest = 0;
  for (const value of values) {
    const next = total + value;
    rest += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + rest : total;
}
