import { type FloatArray, isFixed } from '../arrays.js';
import { BLOCK, type Block } from '../block.js';
import type { Float64Kernels } from '../kernels.js';
import type { Source } from '../source.js';
import { asLabel, copyOut, FEW, type Workspace } from '../workspace.js';
import { absoluteEach, absoluteGradient, absoluteTotal } from './absolute.js';
import { binaryEach, binaryGradient, binaryTotal } from './binary.js';
import { categoricalEach, categoricalGradient, categoricalTotal } from './categorical.js';
import { huberEach, huberGradient, huberTotal } from './huber.js';
import { dotTotal, sumTotal } from './lanes.js';
import { logitsEach, logitsGradient, logitsTotal, logitsTotalFloat32 } from './logits.js';
import {
  rowsClip,
  rowsDivide,
  rowsFinite,
  rowsGather,
  rowsNarrow,
  rowsNormalize,
  rowsScale,
  rowsSubtract,
  rowsTotal,
  rowsUnit,
} from './rows.js';
import {
  softmaxEach,
  softmaxEachFloat32,
  softmaxLines,
  softmaxRows,
  softmaxRowsFloat32,
} from './softmax.js';
import { squaredEach, squaredGradient, squaredTotal } from './squared.js';

const float64: Float64Kernels = {
  absoluteEach,
  absoluteGradient,
  absoluteTotal,
  binaryEach,
  binaryGradient,
  binaryTotal,
  categoricalEach,
  categoricalGradient,
  categoricalTotal,
  dotTotal,
  huberEach,
  huberGradient,
  huberTotal,
  logitsEach,
  logitsGradient,
  logitsTotal,
  rowsClip,
  rowsDivide,
  rowsFinite,
  rowsGather,
  rowsNarrow,
  rowsNormalize,
  rowsScale,
  rowsSubtract,
  rowsTotal,
  rowsUnit,
  softmaxEach,
  softmaxLines,
  softmaxRows,
  squaredEach,
  squaredGradient,
  squaredTotal,
  sumTotal,
};

/** Only where an exponential is computed in float32 does the type of the logits show. */
const float32 = {
  ...float64,
  logitsTotal: logitsTotalFloat32,
  softmaxEach: softmaxEachFloat32,
  softmaxRows: softmaxRowsFloat32,
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
      source.copyTo(from, n, this.staged);
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
const weights = new Slot();
const labels = block();
const copies = { prepared: block(), targets: block() };
const results = block();
const direct = block(0);

/** The JavaScript backend. One for all engines: no user code runs while its blocks are in use. */
export const jsWorkspace: Workspace = {
  backend: 'js',
  f32: float32,
  f64: float64,
  total: block(2),
  losses: block(),
  prepared: copies.prepared,
  targets: copies.targets,
  factors: block(),
  max: block(),
  rest: block(),
  log: block(),
  line: block(),
  mass: block(),
  ones: { array: new Float64Array(BLOCK).fill(1), at: 0, ptr: 0 },
  yTrue: (source, from, n) => yTrue.load(source, from, n),
  yPred: (source, from, n) => yPred.load(source, from, n),
  weights: (source, from, n) => weights.load(source, from, n),
  copy(source, from, n, to) {
    source.copyTo(from, n, copies[to].array);
    return copies[to];
  },
  labels(source, from, n, ignored) {
    for (let i = 0; i < n; i++) {
      const value = source.at(from + i);
      labels.array[i] = value === ignored ? 0 : asLabel(value);
    }
    return labels;
  },
  target(out: FloatArray, from: number, _type, inScratch) {
    const isDirect = out instanceof Float64Array && from + BLOCK <= MAX_INDEX && isFixed(out);
    if (inScratch || !isDirect) return results;
    direct.array = out;
    direct.at = from;
    return direct;
  },
  store(written, out, from, n) {
    if (written === results) copyOut(results.array, 0, out, from, n);
  },
  release() {
    yTrue.release();
    yPred.release();
    weights.release();
    direct.array = results.array;
  },
};

/** Where the elements of a call go that is too small for a pass. */
export const smallTrue = block();
export const smallPred = block();
