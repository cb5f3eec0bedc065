/** The losses of chosen columns. */
import type { Engine } from 'lossmeter';
import type { Column, Values } from './columns';
import { Problem } from './problem';

export const LOSSES = [
  'squaredError',
  'absoluteError',
  'huber',
  'quantile',
  'binaryCrossEntropy',
  'sparseCategoricalCrossEntropy',
] as const;
export type LossName = (typeof LOSSES)[number];

/** What was chosen; columns by their number. */
export interface Query {
  readonly loss: LossName;
  readonly truth: number;
  /** The first and the last column of the predictions: one each class, in order. */
  readonly from: number;
  readonly to: number;
  readonly weight: number | undefined;
  /** Of Huber loss, */
  readonly delta: number;
  /** and of quantile loss. */
  readonly quantile: number;
  readonly fromLogits: boolean;
}

interface Sample {
  readonly row: number;
  readonly yTrue: number;
  readonly yPred: readonly number[];
  readonly loss: number;
}

export interface Score {
  readonly rows: number;
  readonly mean: number;
  readonly sum: number;
  readonly worst: readonly Sample[];
  readonly bins: readonly number[];
  readonly least: number;
  readonly largest: number;
  /** Losses that are infinite or NaN, which are in no bin. */
  readonly odd: number;
}

const WORST = 10;
const BINS = 40;

export const usesRows = (loss: LossName) => loss === 'sparseCategoricalCrossEntropy';
export const usesLogits = (loss: LossName) => /CrossEntropy$/.test(loss);

export function score(engine: Engine, columns: readonly Column[], query: Query): Score {
  const { loss: name, truth, from, to, weight } = query;
  const guesses = columns.slice(from, usesRows(name) ? to + 1 : from + 1);
  const yTrue = valuesOf(columns[truth]);
  const yPred = rowMajor(guesses.map(valuesOf));
  const sampleWeight = weight === undefined ? undefined : valuesOf(columns[weight]);
  const options = sampleWeight === undefined ? {} : { sampleWeight };
  const loss = lossOf(engine, query);
  try {
    const losses = loss.perSample(yTrue, yPred, options);
    return {
      rows: yTrue.length,
      mean: loss.mean(yTrue, yPred, options),
      sum: loss.sum(yTrue, yPred, options),
      worst: worstOf(losses).map((i) => ({
        row: i + 1,
        yTrue: yTrue[i] ?? Number.NaN,
        yPred: guesses.map(({ values }) => values[i] ?? Number.NaN),
        loss: losses[i] ?? Number.NaN,
      })),
      ...histogram(losses),
    };
  } catch (error) {
    throw located(error, {
      yTrue: [columns[truth]],
      yPred: guesses,
      sampleWeight: [columns[weight ?? -1]],
    });
  }
}

function lossOf(engine: Engine, { loss, delta, quantile, fromLogits }: Query) {
  if (loss === 'huber') return engine.huber.with({ delta });
  if (loss === 'quantile') return engine.quantile.with({ quantile });
  if (loss === 'binaryCrossEntropy') return engine.binaryCrossEntropy.with({ fromLogits });
  if (loss === 'sparseCategoricalCrossEntropy') {
    return engine.sparseCategoricalCrossEntropy.with({ fromLogits });
  }
  return engine[loss];
}

function valuesOf(column: Column | undefined): Values {
  if (column === undefined) throw new Problem('dataNoColumn');
  const { bad, name, values } = column;
  if (bad !== undefined) throw new Problem('dataCell', bad.row, name, bad.text);
  return values;
}

/** Columns as rows, one after the other; of float32 if all are. */
function rowMajor(columns: readonly Values[]): Values {
  const [first] = columns;
  if (first === undefined) throw new Problem('dataNoColumn');
  if (columns.length === 1) return first;
  const isFloat32 = columns.every((values) => values instanceof Float32Array);
  const n = first.length * columns.length;
  const rows = isFloat32 ? new Float32Array(n) : new Float64Array(n);
  columns.forEach((values, k) => {
    for (let i = 0; i < values.length; i++) rows[i * columns.length + k] = values[i] ?? Number.NaN;
  });
  return rows;
}

/** The rows of the largest losses, NaN before all others; the first of equals first. */
function worstOf(losses: ArrayLike<number>): number[] {
  const worst: number[] = [];
  const rank = (i: number) => {
    const loss = losses[i] ?? Number.NaN;
    return Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss;
  };
  for (let i = 0; i < losses.length; i++) {
    if (worst.length === WORST && rank(i) <= rank(worst[WORST - 1] ?? 0)) continue;
    const at = worst.findIndex((other) => rank(other) < rank(i));
    worst.splice(at < 0 ? worst.length : at, 0, i);
    worst.length = Math.min(worst.length, WORST);
  }
  return worst;
}

function histogram(losses: ArrayLike<number>) {
  let least = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  let odd = 0;
  for (let i = 0; i < losses.length; i++) {
    const loss = losses[i] ?? Number.NaN;
    if (!Number.isFinite(loss)) {
      odd += 1;
      continue;
    }
    least = Math.min(least, loss);
    largest = Math.max(largest, loss);
  }
  const bins = new Array<number>(BINS).fill(0);
  const width = (largest - least) / BINS || 1;
  for (let i = 0; i < losses.length; i++) {
    const loss = losses[i] ?? Number.NaN;
    if (!Number.isFinite(loss)) continue;
    const bin = Math.min(BINS - 1, Math.floor((loss - least) / width));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { bins, least, largest, odd };
}

type Places = Readonly<Record<string, readonly (Column | undefined)[]>>;

/** The library names an element; the page names its row and column. */
function located(error: unknown, places: Places): unknown {
  if (!(error instanceof RangeError)) return error;
  const match = /(\w+)\[(\d+)\] is (.+), expected (.+)$/.exec(error.message);
  const [, name = '', index = '', value = '', expected = ''] = match ?? [];
  const columns = places[name] ?? [];
  const i = Number(index);
  const column = columns[i % columns.length];
  if (column === undefined) return new Problem('dataError', error.message);
  return new Problem(
    'dataDomain',
    Math.floor(i / columns.length) + 1,
    column.name,
    value,
    expected,
  );
}
