// test/data/peer-cases.json: cases from other libraries' test suites, in this library's terms.
import { readFileSync } from 'node:fs';
import type { Case } from './cases.js';

type Nested = number | string | readonly Nested[];

interface Peer {
  readonly id: string;
  readonly loss: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputs: Readonly<Record<string, Nested>>;
  readonly expected: Nested;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
}

const LOSSES: Readonly<Record<string, string>> = {
  mse: 'squaredError',
  half_mse: 'squaredError',
  mae: 'absoluteError',
  // The mean or sum of numbers is that of their distances from 0.
  mean_only: 'absoluteError',
  sum_only: 'absoluteError',
  huber: 'huber',
  smooth_l1: 'huber',
  bce: 'binaryCrossEntropy',
  bce_logits: 'binaryCrossEntropy',
  ce_probs: 'categoricalCrossEntropy',
  ce_logits: 'categoricalCrossEntropy',
  sparse_ce_probs: 'sparseCategoricalCrossEntropy',
  sparse_ce_logits: 'sparseCategoricalCrossEntropy',
  // Logarithms of probabilities that sum to 1 are logits.
  nll: 'sparseCategoricalCrossEntropy',
};

/** How each reduction is called here, and what the sum of weighted losses is divided by. */
const REDUCTIONS: Readonly<Record<string, { verb: string; denominator?: string }>> = {
  mean: { verb: 'mean' },
  sum: { verb: 'sum' },
  none: { verb: 'perSample' },
  NONE: { verb: 'perSample' },
  sum_over_batch_size: { verb: 'mean', denominator: 'count' },
  mean_with_sample_weight: { verb: 'mean', denominator: 'weight' },
  MEAN: { verb: 'mean', denominator: 'weight' },
  SUM_BY_NONZERO_WEIGHTS: { verb: 'mean', denominator: 'nonzero' },
  raw_values: { verb: 'perSample' },
  uniform_average: { verb: 'mean' },
};

function numbers(nested: Nested): number[] {
  return Array.isArray(nested) ? nested.flatMap(numbers) : [Number(nested)];
}

function lastDimension(nested: Nested): number {
  if (!Array.isArray(nested)) return 1;
  return Array.isArray(nested[0]) ? lastDimension(nested[0]) : nested.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/** Options of `with`, by this library's names. */
function optionsOf({ loss, options, inputs }: Peer): Record<string, unknown> {
  const set: Record<string, unknown> = {};
  const rename = (from: string, to: string) => {
    if (options[from] !== undefined) set[to] = options[from];
  };
  // Keras and TensorFlow divide 0 by 0 to 0.
  if (options.convention === 'keras' || options.convention === 'tf1') set.onEmpty = 'zero';
  if (loss.endsWith('_logits') || loss === 'nll') set.fromLogits = true;
  if (loss.startsWith('ce_')) set.classes = lastDimension(inputs.target);
  // TensorFlow.js adds its epsilon to p under the logarithm; the others clip.
  if (options.convention !== 'tfjs_logloss') rename('epsilon', 'clip');
  if (options.normalize === true || options.normalizeRows === true) set.normalize = true;
  if (loss === 'huber') rename('delta', 'delta');
  if (loss === 'smooth_l1') rename('beta', 'delta');
  rename('labelSmoothing', 'labelSmoothing');
  rename('classWeight', 'classWeight');
  rename('ignoreIndex', 'ignoreIndex');
  if (options.posWeight !== undefined) set.positiveWeight = numbers(options.posWeight as Nested)[0];
  return set;
}

/** One weight for each sample, where there are any. Rows of samples of one weight repeat it. */
function weightsOf({ inputs, options }: Peer, samples: number): Float64Array | undefined {
  const given = [inputs.sampleWeight, inputs.weights, inputs.mask].filter((w) => w !== undefined);
  if (given.length === 0) return undefined;
  return Float64Array.from({ length: samples }, (_, i) => {
    const row = options.rowMean === true ? Math.floor(i / lastDimension(inputs.target)) : i;
    return given
      .map((w) => (Array.isArray(w) ? numbers(w)[row] : Number(w)))
      .reduce((a, b) => a * b);
  });
}

/** What remains to be done where samples stand in rows, each with a mean of its own, or in columns. */
function after({ options, inputs }: Peer, verb: string): Case['after'] {
  const size = lastDimension(inputs.target);
  const each = (result: readonly number[], parts: number, pick: (i: number) => number) =>
    Array.from({ length: parts }, (_, part) =>
      mean(result.filter((_value, i) => pick(i) === part)),
    );
  if (options.multioutput === 'raw_values') return (result) => each(result, size, (i) => i % size);
  if (options.rowMean !== true) return undefined;
  if (verb === 'sum') return (result) => result.map((value) => value / size);
  if (verb !== 'perSample') return undefined;
  return (result) => each(result, result.length / size, (i) => Math.floor(i / size));
}

function translated(peer: Peer): Case {
  const { id, loss, options, inputs, expected, tolerance } = peer;
  const reduction = String(options.reduction ?? options.multioutput ?? 'mean');
  const { verb, denominator } = REDUCTIONS[reduction] ?? { verb: `reduction ${reduction}` };
  const isDouble = options.dtype === 'float64' || /sklearn|optax/.test(String(options.convention));
  const Type = isDouble ? Float64Array : Float32Array;
  const filled = inputs.predFill ?? inputs.valueFill;
  const n = Number(inputs.n);
  const given = inputs.pred ?? inputs.logits ?? inputs.logProbs ?? [];
  const yPred = () =>
    filled === undefined ? new Type(numbers(given)) : new Type(n).fill(Number(filled));
  const yTrue = () => {
    if (filled !== undefined) return new Uint8Array(n);
    return inputs.labels === undefined
      ? new Float64Array(numbers(inputs.target))
      : new Int32Array(numbers(inputs.labels));
  };
  const samples = loss.startsWith('ce_')
    ? yTrue().length / lastDimension(inputs.target)
    : yTrue().length;
  const weights = filled === undefined ? weightsOf(peer, samples) : undefined;
  const masked = inputs.mask !== undefined;
  const call: Record<string, () => unknown> = {};
  if (weights !== undefined) {
    call.sampleWeight = () => weights;
    if (verb === 'mean') call.denominator = () => (masked ? 'nonzero' : denominator);
  }
  return {
    id,
    loss: LOSSES[loss] ?? loss,
    options: optionsOf(peer),
    verb,
    call,
    yTrue,
    yPred,
    after: after(peer, verb),
    expected: numbers(expected),
    ...tolerance,
  };
}

const peers = JSON.parse(
  readFileSync(new URL('../data/peer-cases.json', import.meta.url), 'utf8'),
) as readonly Peer[];

export const peerCases: readonly Case[] = peers
  // Labels that are smoothed, and no loss of them.
  .filter(({ loss }) => loss !== 'smooth_labels')
  .map(translated);
