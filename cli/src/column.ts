// Columns of numbers as typed arrays, whatever file they come from.

export type Values =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Some rows of a column of numbers: `width` elements of `values` for each. */
export interface NumberColumn {
  readonly values: Values;
  readonly width: number;
  /** 1 for each row that is null; undefined if none is. */
  readonly nulls: Uint8Array | undefined;
}

/** Some rows of a column of what rows are grouped by. */
export interface KeyColumn {
  readonly keys: readonly string[] | Exclude<Values, Float32Array | Float64Array>;
  readonly nulls: Uint8Array | undefined;
}

/** The columns that are to be read. */
export interface Request {
  readonly numbers: readonly string[];
  readonly key: string | undefined;
}

/** Consecutive rows of a source. The arrays hold them until the next chunk is asked for. */
export interface Chunk {
  /** The number of the first row in its file, from 0. */
  readonly first: number;
  readonly n: number;
  /** In the order of the request. */
  readonly numbers: readonly NumberColumn[];
  readonly key: KeyColumn | undefined;
  /** How far the source is read, in its unit. */
  readonly done: number;
}

/** What of a source is to be read: from … to − 1 in its unit. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What rows are read from: a file, or arrays that belong together. */
export interface Source {
  /** As errors name it. */
  readonly name: string;
  readonly columns: readonly string[];
  /**
   * What its size is counted in, and it can be cut by: rows; bytes, where only reading tells rows;
   * or nothing, where it can only be read from its beginning to its end.
   */
  readonly unit: 'rows' | 'bytes' | 'whole';
  /** Whether it can be read only once: a pipe, a query. */
  readonly isOnce: boolean;
  /** Whether its numbers are written as text, which has no types. */
  readonly isText?: boolean;
  /**
   * Where reading can begin and end at no cost, from 0 to its end, if that is worth it: what lies
   * between is decoded, and can be by several threads.
   */
  readonly cuts?: readonly number[];
  /** How much is to be read for these columns; undefined where only reading tells. */
  size(request: Request): number | undefined;
  read(request: Request, span: Span | undefined): AsyncIterable<Chunk>;
  close(): Promise<void>;
}

/** The rows from … to − 1 of a column. */
export function rowsOf(column: NumberColumn, from: number, to: number): NumberColumn {
  const { values, width, nulls } = column;
  return {
    values: values.subarray(from * width, to * width),
    width,
    nulls: nulls?.subarray(from, to),
  };
}

export function keysOf({ keys, nulls }: KeyColumn, from: number, to: number): KeyColumn {
  return {
    keys: Array.isArray(keys) ? keys.slice(from, to) : (keys as Uint8Array).subarray(from, to),
    nulls: nulls?.subarray(from, to),
  };
}

/** Whether a row is to be left out: 1 for each that is null in any of them. */
export function anyNull(columns: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const given = columns.filter((nulls) => nulls !== undefined);
  if (given.length <= 1) return given[0];
  return given[0].map((_, i) => (given.some((nulls) => nulls[i] === 1) ? 1 : 0));
}

/**
 * The rows that are not null, in a copy of the same type. (`copyWithin` is the way to move elements
 * that is the same for numbers and for bigints.)
 */
export function withoutRows(values: Values, width: number, leftOut: Uint8Array): Values {
  const kept = values.slice();
  let to = 0;
  for (let row = 0; row < leftOut.length; ) {
    const end = leftOut[row] === 1 ? row : endOfRun(leftOut, row);
    if (end > row) kept.copyWithin(to * width, row * width, end * width);
    to += end - row;
    row = Math.max(end, row + 1);
  }
  return kept.subarray(0, to * width);
}

function endOfRun(leftOut: Uint8Array, from: number): number {
  const end = leftOut.indexOf(1, from);
  return end < 0 ? leftOut.length : end;
}

/** The float32 numbers that half floats are, exactly. */
export function widenHalf(bits: Uint16Array): Float32Array {
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    const half = bits[i];
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const size =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 0x1f
          ? fraction === 0
            ? Infinity
            : NaN
          : (1 + fraction / 1024) * 2 ** (exponent - 15);
    floats[i] = half & 0x8000 ? -size : size;
  }
  return floats;
}

/** Columns as rows that lie one after the other: of their type if they share one, else of float64. */
export function interleave(columns: readonly Values[], n: number): Values {
  const width = columns.length;
  const Same = columns[0].constructor as new (length: number) => Values;
  if (columns.every((values) => values instanceof Same)) {
    const rows = new Same(n * width);
    for (const [k, values] of columns.entries()) copyStrided(values, rows, k, width, n);
    return rows;
  }
  const rows = new Float64Array(n * width);
  for (const [k, values] of columns.entries()) {
    for (let i = 0; i < n; i++) rows[i * width + k] = Number(values[i]);
  }
  return rows;
}

/** (Both of one type, so that what holds for float64 holds for them.) */
function copyStrided(from: Values, to: Values, start: number, step: number, n: number): void {
  const source = from as Float64Array;
  const target = to as Float64Array;
  for (let i = 0, at = start; i < n; i++, at += step) target[at] = source[i];
}
