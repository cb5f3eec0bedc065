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
import { expsOf, LEAST_REST, RUN, raise, second, settledRest, top } from './softmax-row.js';

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
  for (let row = 0; row < COLUMNS; row++) {
    // (Beyond the last row, that is done once more.)
    const taken = Math.min(row, rows - 1);
    const k = baseOf(isFloat32, zeros[taken]);
    starts[row] = from + taken * classes;
    shifts[row] = shiftOf(isFloat32, k);
    leasts[row] = leastOf(isFloat32, k);
    raise(isFloat32, zeros[taken], k);
    tops[row] = top[0];
  }
  if (isFloat32) {
    scaledFloat32(columns, classes, z, expsOf.f32, -from);
  } else {
    for (let row = 0; row < rows; row++) {
      scaledFloat64(z, starts[row], classes, shifts[row], leasts[row], expsOf.f64, row * classes);
    }
  }
}

/** How many elements of a row are its maximum. */
let ties = 0;

/** The sum of a row's exponentials but for those of the maximum, which are counted. */
function othersOf(
  isFloat32: boolean,
  z: Float64Array,
  from: number,
  n: number,
  max: number,
  at: number,
): number {
  const { fround } = Math;
  const e = isFloat32 ? expsOf.f32 : expsOf.f64;
  let count = 0;
  let sum = 0;
  for (let start = 0; start < n; start += RUN) {
    const end = Math.min(start + RUN, n);
    let part = 0;
    let i = start;
    for (; i + 4 <= end; i += 4) {
      let e0 = e[at + i];
      let e1 = e[at + i + 1];
      let e2 = e[at + i + 2];
      let e3 = e[at + i + 3];
      if (z[from + i] === max) {
        e0 = 0;
        count++;
      }
      if (z[from + i + 1] === max) {
        e1 = 0;
        count++;
      }
      if (z[from + i + 2] === max) {
        e2 = 0;
        count++;
      }
      if (z[from + i + 3] === max) {
        e3 = 0;
        count++;
      }
      if (isFloat32) part = fround(part + fround(fround(e0 + e1) + fround(e2 + e3)));
      else part += e0 + e1 + (e2 + e3);
    }
    for (; i < end; i++) {
      if (z[from + i] === max) count++;
      else part = isFloat32 ? fround(part + e[at + i]) : part + e[at + i];
    }
    sum += part;
  }
  ties = count;
  return sum;
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
    const start = from + row * classes;
    let most = -Infinity;
    for (let i = start; i < start + classes; i++) if (z[i] > most) most = z[i];
    max.array[max.at + first + row] = most;
  }
  columnsExps(isFloat32, z, from, rows, classes, max, first);
  for (let row = 0; row < rows; row++) {
    const start = from + row * classes;
    const most = max.array[max.at + first + row];
    const sum = othersOf(isFloat32, z, start, classes, most, row * classes);
    const others = sum / tops[row] + (ties - 1);
    rest.array[rest.at + first + row] =
      others >= (isFloat32 ? LEAST_REST : 0)
        ? others
        : settledRest(z, start, classes, most, second(z, start, classes, most), ties);
  }
}
