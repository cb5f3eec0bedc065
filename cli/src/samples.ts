// Rows of a source as samples: labels, predictions and weights, in the shapes that losses take.
import type { AccumulatorOptions } from 'lossmeter';
import {
  anyNull,
  type Chunk,
  interleave,
  type KeyColumn,
  type NumberColumn,
  type Request,
  type Source,
  type Values,
  withoutRows,
} from './column.js';
import { badData, badUsage, unreadable } from './failure.js';

/** The columns by what they are for. */
export interface Roles {
  readonly yTrue: readonly string[];
  readonly yPred: readonly string[];
  readonly weight: string | undefined;
  readonly key: string | undefined;
}

/** What a user writes for them. */
export interface RoleNames {
  readonly true: string;
  readonly pred: string;
  readonly weight: string | undefined;
  readonly by: string | undefined;
}

/** A part of a file's rows; those that are left out are not in the arrays. */
export interface Samples {
  readonly source: string;
  readonly roles: Roles;
  readonly n: number;
  readonly dropped: number;
  /** 1 for each row that is dropped; undefined if none is. */
  readonly leftOut: Uint8Array | undefined;
  readonly yTrue: Values;
  readonly yPred: Values;
  readonly sampleWeight: Values | undefined;
  readonly keys: KeyColumn['keys'] | undefined;
  /** Elements of yPred for each of them. */
  readonly width: number;
  /** The row in its file that the i-th sample is. */
  row(i: number): number;
  readonly done: number;
}

/** Finds the columns of a source, or says which it has. */
export function findRoles(source: Source, names: RoleNames): Roles {
  return {
    yTrue: find(source, 'true', names.true),
    yPred: find(source, 'pred', names.pred),
    weight: names.weight === undefined ? undefined : findOne(source, 'weight', names.weight),
    key: names.by === undefined ? undefined : findOne(source, 'by', names.by),
  };
}

function findOne(source: Source, flag: string, name: string): string {
  const at = source.columns.indexOf(name);
  if (at < 0) throw unknownColumn(source, flag, name);
  if (source.columns.includes(name, at + 1)) {
    throw unreadable(
      `${source.name}: expected columns of different names, got ${JSON.stringify(name)} twice`,
    );
  }
  return name;
}

/** One column, a range of them as `p0..p9`, or a list as `cat,dog`. */
function find(source: Source, flag: string, text: string): string[] {
  if (source.columns.includes(text)) return [findOne(source, flag, text)];
  const range = /^(.*?)(\d+)\.\.(.*?)(\d+)$/.exec(text);
  const names =
    range !== null && range[1] === range[3]
      ? numbered(flag, range[1], range[2], range[4])
      : text.split(',');
  return names.map((name) => findOne(source, flag, name));
}

function numbered(flag: string, prefix: string, first: string, last: string): string[] {
  // p00 … p11 keep their zeros.
  const digits = first.startsWith('0') && first.length === last.length ? first.length : 0;
  const from = Number(first);
  const to = Number(last);
  const range = JSON.stringify(`${prefix}${first}..${prefix}${last}`);
  if (to < from) {
    throw badUsage(`--${flag}: expected a range of columns that goes up, got ${range}`);
  }
  if (to - from >= MOST_COLUMNS) {
    throw badUsage(`--${flag}: expected a range of at most ${MOST_COLUMNS} columns, got ${range}`);
  }
  return Array.from(
    { length: to - from + 1 },
    (_, i) => prefix + String(from + i).padStart(digits, '0'),
  );
}

const MOST_COLUMNS = 1 << 17;

function unknownColumn({ name, columns }: Source, flag: string, column: string) {
  const shown = columns.slice(0, 20).map((known) => JSON.stringify(known));
  if (shown.length === 0) {
    return badUsage(
      `${name}: --${flag}: expected column ${JSON.stringify(column)}, got no columns`,
    );
  }
  const more = columns.length > 20 ? ` and ${columns.length - 20} more` : '';
  return badUsage(
    `${name}: --${flag}: expected one of the columns ${shown.join(', ')}${more}, got ${JSON.stringify(column)}`,
  );
}

export function requestOf({ yTrue, yPred, weight, key }: Roles): Request {
  return { numbers: [...yTrue, ...yPred, ...(weight === undefined ? [] : [weight])], key };
}

/** How rows become samples. */
export interface SampleOptions {
  /** Whether a null leaves its row out; else it is an error. */
  readonly dropsNulls: boolean;
  /** What predictions are taken for, if not for what they are. */
  readonly predictions: PredictionType | undefined;
}

type PredictionType = NonNullable<AccumulatorOptions['predictions']>;

/** The samples of a chunk. */
export function samplesOf(
  source: Source,
  roles: Roles,
  chunk: Chunk,
  { dropsNulls, predictions }: SampleOptions,
): Samples {
  const samples = samplesAsRead(source, roles, chunk, dropsNulls);
  const yPred = predictionsAs(predictions, source, samples);
  return yPred === samples.yPred ? samples : { ...samples, yPred };
}

/**
 * Predictions as an array of the type that they are taken for. Text does not say whether its 0.1 was
 * a float32, so it is read as the nearest one; what is stored as a number is that number.
 */
function predictionsAs(type: PredictionType | undefined, source: Source, samples: Samples): Values {
  const { yPred, width, roles, sampleWeight } = samples;
  if (type === undefined || (type === 'float32') === yPred instanceof Float32Array) return yPred;
  if (type === 'float64') return yPred instanceof Float32Array ? Float64Array.from(yPred) : yPred;
  const floats = new Float32Array(yPred.length);
  for (let i = 0; i < floats.length; i++) {
    const value = yPred[i];
    floats[i] = Number(value);
    const isHeld =
      typeof value === 'bigint'
        ? BigInt(floats[i]) === value
        : source.isText === true
          ? Number.isFinite(floats[i]) || !Number.isFinite(value)
          : Object.is(floats[i], value);
    // (What has no weight is not looked at.)
    if (isHeld || Number(sampleWeight?.[Math.floor(i / width)]) === 0) continue;
    const what = source.isText === true ? 'in the range of float32' : 'that float32 holds exactly';
    throw badData(
      `${source.name}: row ${samples.row(Math.floor(i / width))}, column ${columnOf(roles.yPred, width, i)}: expected a number ${what}, as --predictions float32 says, got ${value}`,
    );
  }
  return floats;
}

function samplesAsRead(source: Source, roles: Roles, chunk: Chunk, dropsNulls: boolean): Samples {
  const { n, first, key } = chunk;
  const leftOut = anyNull([...chunk.numbers.map(({ nulls }) => nulls), key?.nulls]);
  if (leftOut !== undefined && !dropsNulls) throw nullError(source, roles, chunk, leftOut);
  const { yTrue, yPred } = roles;
  const truth = rowsFrom(source, yTrue, chunk.numbers.slice(0, yTrue.length), n);
  const predictions = rowsFrom(
    source,
    yPred,
    chunk.numbers.slice(yTrue.length, yTrue.length + yPred.length),
    n,
  );
  const weights = roles.weight === undefined ? undefined : chunk.numbers[chunk.numbers.length - 1];
  if (weights !== undefined && weights.width !== 1) {
    throw badUsage(
      `${source.name}: --weight: expected one number in each row, got ${weights.width}`,
    );
  }
  const common = {
    leftOut,
    source: source.name,
    roles,
    width: predictions.width,
    done: chunk.done,
  };
  if (leftOut === undefined) {
    return {
      ...common,
      n,
      dropped: 0,
      yTrue: truth.values,
      yPred: predictions.values,
      sampleWeight: weights?.values,
      keys: key?.keys,
      row: (i) => first + i,
    };
  }
  const dropped = leftOut.reduce((sum, isNull) => sum + isNull, 0);
  return {
    ...common,
    n: n - dropped,
    dropped,
    yTrue: withoutRows(truth.values, truth.width, leftOut),
    yPred: withoutRows(predictions.values, predictions.width, leftOut),
    sampleWeight: weights === undefined ? undefined : withoutRows(weights.values, 1, leftOut),
    keys: key === undefined ? undefined : keptKeys(key.keys, leftOut),
    row: (i) => first + nthKept(leftOut, i),
  };
}

function keptKeys(keys: KeyColumn['keys'], leftOut: Uint8Array): KeyColumn['keys'] {
  if (Array.isArray(keys)) return keys.filter((_, i) => leftOut[i] === 0);
  return withoutRows(keys as Int32Array, 1, leftOut) as Int32Array;
}

function nthKept(leftOut: Uint8Array, n: number): number {
  let row = -1;
  for (let left = n; left >= 0; left--) row = leftOut.indexOf(0, row + 1);
  return row;
}

/** Some columns as one array of rows. */
function rowsFrom(
  { name }: Source,
  names: readonly string[],
  columns: readonly NumberColumn[],
  n: number,
): { values: Values; width: number } {
  if (columns.length === 1) return columns[0];
  const wide = columns.findIndex(({ width }) => width !== 1);
  if (wide >= 0) {
    throw badUsage(
      `${name}: expected one number in each row of ${JSON.stringify(names[wide])}, one of several columns, got ${columns[wide].width}`,
    );
  }
  return {
    values: interleave(
      columns.map(({ values }) => values),
      n,
    ),
    width: columns.length,
  };
}

function nullError(
  { name }: Source,
  roles: Roles,
  { numbers, key, first }: Chunk,
  leftOut: Uint8Array,
) {
  const i = leftOut.indexOf(1);
  const names = requestOf(roles).numbers;
  const found = numbers.findIndex(({ nulls }) => nulls?.[i] === 1);
  const column = found >= 0 ? names[found] : key === undefined ? '' : roles.key;
  return badData(
    `${name}: row ${first + i}, column ${JSON.stringify(column)}: expected a value, got null (--nulls drop leaves such rows out)`,
  );
}

/** The column and the place in it of an element of yTrue or yPred. */
export function columnOf(names: readonly string[], width: number, element: number): string {
  const k = element % width;
  if (names.length > 1) return JSON.stringify(names[k]);
  return width === 1 ? JSON.stringify(names[0]) : `${JSON.stringify(names[0])}[${k}]`;
}
