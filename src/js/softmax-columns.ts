// Rows of few classes, up to eight side by side: the twin of assembly/softmax-columns.ts. What is done with each is
// that of softmax-row.ts.
import type { Block } from '../block.js';
import {
  baseOf,
  EightLanes,
  isFar,
  leastOf,
  scaledFloat32,
  scaledFloat64,
  shiftOf,
} from './math/scaled.js';
import { exps, expsOf, LEAST_REST, RUN, second, settledRest, topOf } from './softmax-row.js';

export const FEW_CLASSES = 64;
export const COLUMNS = 8;

const columns = /* @__PURE__ */ new EightLanes();
/** Where far rows are as logits less their maximum. */
const moved = /* @__PURE__ */ new Float64Array(COLUMNS * FEW_CLASSES);
/** What is taken for the maximum of each row, */
const zeros = /* @__PURE__ */ new Float64Array(COLUMNS);
/** and the exponential of that. */
export const tops = /* @__PURE__ */ new Float64Array(COLUMNS);

/** Copies rows, and takes the maximum from those that are far. (The first of these rows is that of max.at + first.) */
function moveRows(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  rows: number,
  classes: number,
  max: Block,
  first: number,
): void {
  for (let row = 0; row < rows; row++) {
    const offset = zeros[row] === 0 ? max.array[max.at + first + row] : 0;
    const start = row * classes;
    for (let i = start; i < start + classes; i++) {
      const less = z[from + i] - offset;
      moved[i] = isFloat32 ? Math.fround(less) : less;
    }
  }
}

/** Leaves the exponentials of rows, and those of their maxima. */
export function columnsExps(
  isFloat32: boolean,
  givenZ: Float64Array,
  givenFrom: number,
  rows: number,
  classes: number,
  max: Block,
  first: number,
): void {
  const { starts, shifts, leasts } = columns;
  let areMoved = false;
  for (let row = 0; row < rows; row++) {
    const most = max.array[max.at + first + row];
    const isRowFar = isFar(isFloat32, most);
    zeros[row] = isRowFar ? 0 : most;
    if (isRowFar) areMoved = true;
  }
  if (areMoved) moveRows(isFloat32, givenZ, givenFrom, rows, classes, max, first);
  const z = areMoved ? moved : givenZ;
  const from = areMoved ? 0 : givenFrom;
  // (Lanes beyond the last row do that once more.)
  const lanes = isFloat32 ? COLUMNS : rows;
  for (let row = 0; row < lanes; row++) {
    const taken = Math.min(row, rows - 1);
    const k = baseOf(isFloat32, zeros[taken]);
    starts[row] = from + taken * classes;
    shifts[row] = shiftOf(isFloat32, k);
    leasts[row] = leastOf(isFloat32, k);
    tops[row] = topOf(isFloat32, zeros[taken], k);
  }
  // Lanes without a row cost as much as those with one.
  if (isFloat32 && COLUMNS * classes <= rows * ((classes + 7) & ~7)) {
    scaledFloat32(columns, classes, z, expsOf.f32, -from);
    return;
  }
  for (let row = 0; row < rows; row++) {
    const to = row * classes;
    if (isFloat32) {
      exps(true, z, starts[row], classes, shifts[row], leasts[row], expsOf.f32, to);
    } else {
      scaledFloat64(z, starts[row], classes, shifts[row], leasts[row], expsOf.f64, to);
    }
  }
}

/** How many elements of each row are its maximum, and which is the first. */
const ties = /* @__PURE__ */ new Int32Array(COLUMNS);
const firsts = /* @__PURE__ */ new Int32Array(COLUMNS);

/** The sum of exponentials. */
function sumOf(isFloat32: boolean, e: Float64Array, from: number, n: number): number {
  const { fround } = Math;
  let sum = 0;
  for (let start = from; start < from + n; start += RUN) {
    const end = Math.min(start + RUN, from + n);
    let part = 0;
    let i = start;
    if (isFloat32) {
      for (; i + 4 <= end; i += 4) {
        part = fround(part + fround(fround(e[i] + e[i + 1]) + fround(e[i + 2] + e[i + 3])));
      }
      for (; i < end; i++) part = fround(part + e[i]);
    } else {
      for (; i + 4 <= end; i += 4) part += e[i] + e[i + 1] + (e[i + 2] + e[i + 3]);
      for (; i < end; i++) part += e[i];
    }
    sum += part;
  }
  return sum;
}

/**
 * The sum of a row's exponentials but for those of the maximum. (They are made 0 for it, and brought back: a
 * comparison of each is mispredicted once a row.)
 */
function othersOf(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  row: number,
): number {
  const e = isFloat32 ? expsOf.f32 : expsOf.f64;
  const at = row * n;
  const first = firsts[row];
  const kept = e[at + first];
  e[at + first] = 0;
  if (ties[row] > 1) for (let i = first; i < n; i++) if (z[from + i] === max) e[at + i] = 0;
  const sum = sumOf(isFloat32, e, at, n);
  e[at + first] = kept;
  if (ties[row] > 1) for (let i = first; i < n; i++) if (z[from + i] === max) e[at + i] = kept;
  return sum;
}

/** Leaves the maximum of a row, NaN left out. */
function findMax(z: Float64Array, from: number, n: number, row: number): number {
  let max = -Infinity;
  let first = 0;
  let count = 0;
  for (let i = 0; i < n; i++) {
    const x = z[from + i];
    if (x > max) {
      max = x;
      first = i;
      count = 1;
    } else if (x === max) {
      count++;
    }
  }
  ties[row] = count;
  firsts[row] = first;
  return max;
}

/** max and rest of up to eight rows, and what `columnsExps` leaves. */
export function columnsRest(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  rows: number,
  classes: number,
  max: Block,
  rest: Block,
  first: number,
): void {
  for (let row = 0; row < rows; row++) {
    max.array[max.at + first + row] = findMax(z, from + row * classes, classes, row);
  }
  columnsExps(isFloat32, z, from, rows, classes, max, first);
  for (let row = 0; row < rows; row++) {
    const start = from + row * classes;
    const most = max.array[max.at + first + row];
    const count = ties[row];
    const others = othersOf(isFloat32, z, start, classes, most, row) / tops[row] + (count - 1);
    rest.array[rest.at + first + row] =
      others >= (isFloat32 ? LEAST_REST : 0)
        ? others
        : settledRest(z, start, classes, most, second(z, start, classes, most), count);
  }
}
