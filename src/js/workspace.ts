import { type FloatArray, isFixed } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import type { Float64Kernels } from '../kernels.js';
import type { Source } from '../source.js';
import { asLabel, copyIn, copyOut, FEW, type Workspace } from '../workspace.js';
import { absoluteEach, absoluteTotal } from './absolute.js';
import { binaryEach, binaryTotal } from './binary.js';
import { categoricalEach, categoricalTotal } from './categorical.js';
import { sumTotal } from './lanes.js';
import { rowsClip, rowsDivide, rowsGather, rowsNormalize, rowsTotal, rowsUnit } from './rows.js';
import { squaredEach, squaredTotal } from './squared.js';

const kernels: Float64Kernels = {
  absoluteEach,
  absoluteTotal,
  binaryEach,
  binaryTotal,
  categoricalEach,
  categoricalTotal,
  rowsClip,
  rowsDivide,
  rowsGather,
  rowsNormalize,
  rowsTotal,
  rowsUnit,
  squaredEach,
  squaredTotal,
  sumTotal,
};

function block(length = BLOCK): Block {
  return { array: new Float64Array(length), at: 0, ptr: 0 };
}

const MAX_INDEX = 2 ** 31 - 1;

/** A staging block, and the block a kernel is shown: the argument itself if it can be read there. */
class Slot {
  private readonly staged = new Float64Array(BLOCK);
  private readonly shown: Block = { array: this.staged, at: 0, ptr: 0 };

  load(source: Source, from: number, n: number): Block {
    const { values, base } = source;
    // Only plain Float64Arrays: kernels that have seen one kind of array stay twice as fast. And
    // only where indices are int32. For a few elements, asking for the buffer takes longer.
    if (n > FEW && source.kind === 'float64' && from - base + n <= MAX_INDEX && isFixed(values)) {
      this.shown.array = values as Float64Array;
      this.shown.at = from - base;
    } else {
      copyIn(values, from - base, n, this.staged);
      this.shown.array = this.staged;
      this.shown.at = 0;
    }
    return this.shown;
  }

  release(): void {
    this.shown.array = this.staged;
  }
}

const yTrue = new Slot();
const yPred = new Slot();
const labels = block();
const prepared = block();
const losses = block();
const direct = block(0);

/** The JavaScript backend. One for all engines: no user code runs while its blocks are in use. */
export const jsWorkspace: Workspace = {
  backend: 'js',
  f32: kernels,
  f64: kernels,
  total: block(2),
  losses,
  prepared,
  ones: { array: new Float64Array(BLOCK).fill(1), at: 0, ptr: 0 },
  yTrue: (source, from, n) => yTrue.load(source, from, n),
  yPred: (source, from, n) => yPred.load(source, from, n),
  copy(source, from, n) {
    copyIn(source.values, from - source.base, n, prepared.array);
    return prepared;
  },
  labels(source, from, n) {
    for (let i = 0; i < n; i++) labels.array[i] = asLabel(source.at(from + i));
    return labels;
  },
  target(out: FloatArray, from: number) {
    if (!(out instanceof Float64Array && from + BLOCK <= MAX_INDEX && isFixed(out))) return losses;
    direct.array = out;
    direct.at = from;
    return direct;
  },
  store(written, out, from, n) {
    if (written === losses) copyOut(losses.array, 0, out, from, n);
  },
  release() {
    yTrue.release();
    yPred.release();
    direct.array = losses.array;
  },
};

/** Where the elements of a call go that is too small for a pass. */
export const smallTrue = block();
export const smallPred = block();
