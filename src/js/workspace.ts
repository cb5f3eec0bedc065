import type { Argument } from '../argument.js';
import type { FloatArray, TypedArray } from '../arrays.js';
import { BLOCK, type Block, filled } from '../block.js';
import { isFixed } from '../exotic.js';
import { dot, numbers, sum } from '../kernels.js';
import { asLabel, copyIn, Outbox, type Workspace } from '../workspace.js';

function block(length = BLOCK): Block {
  return { array: new Float64Array(length), at: 0, ptr: 0 };
}

const MAX_INDEX = 2 ** 31 - 1;

/** A staging block, and the block a kernel is shown: the argument itself if it can be read there. */
class Slot {
  private readonly staged = new Float64Array(BLOCK);
  private readonly shown: Block = { array: this.staged, at: 0, ptr: 0 };

  load(argument: Argument, from: number, n: number): Block {
    const { values, base } = argument;
    // Only plain Float64Arrays: kernels that have seen one kind of array stay twice as fast. And
    // only where indices are int32.
    if (
      !argument.isBrief &&
      argument.kind === 'float64' &&
      from - base + n <= MAX_INDEX &&
      isFixed(values)
    ) {
      this.shown.array = values as Float64Array;
      this.shown.at = from - base;
    } else {
      argument.copyTo(from, n, this.staged);
      this.shown.array = this.staged;
      this.shown.at = 0;
    }
    return this.shown;
  }

  stage(values: TypedArray): Block {
    copyIn(values, 0, values.length, this.staged);
    this.shown.array = this.staged;
    this.shown.at = 0;
    return this.shown;
  }

  release(): void {
    this.shown.array = this.staged;
  }
}

const slots = {
  yTrue: /* @__PURE__ */ new Slot(),
  yPred: /* @__PURE__ */ new Slot(),
  weights: /* @__PURE__ */ new Slot(),
};
const { yTrue, yPred, weights } = slots;
const labels = /* @__PURE__ */ block();
const copies = { prepared: /* @__PURE__ */ block(), targets: /* @__PURE__ */ block() };
const results = /* @__PURE__ */ block();
const written = /* @__PURE__ */ new Outbox(results.array);
const direct = /* @__PURE__ */ block(0);

/** The JavaScript backend. One for all engines: no user code runs while its blocks are in use. */
export const jsWorkspace: Workspace = {
  backend: 'js',
  numbers,
  sum,
  dot,
  of: (kernels) => kernels,
  total: /* @__PURE__ */ block(6),
  losses: /* @__PURE__ */ block(),
  prepared: copies.prepared,
  targets: copies.targets,
  multipliers: /* @__PURE__ */ block(),
  max: /* @__PURE__ */ block(),
  rest: /* @__PURE__ */ block(),
  log: /* @__PURE__ */ block(),
  line: /* @__PURE__ */ block(),
  mass: /* @__PURE__ */ block(),
  sums: /* @__PURE__ */ block(),
  indices: /* @__PURE__ */ block(),
  dots: /* @__PURE__ */ block(),
  slopes: /* @__PURE__ */ block(),
  atLabel: /* @__PURE__ */ block(),
  shares: /* @__PURE__ */ block(),
  ones: { array: /* @__PURE__ */ filled(1), at: 0, ptr: 0 },
  stage: (to, values) => slots[to].stage(values),
  yTrue: (argument, from, n) => yTrue.load(argument, from, n),
  yPred: (argument, from, n) => yPred.load(argument, from, n),
  weights: (argument, from, n) => weights.load(argument, from, n),
  copy(argument, from, n, to) {
    argument.copyTo(from, n, copies[to].array);
    return copies[to];
  },
  // (A loop over typed arrays is as fast as its twin.)
  inPlace: () => undefined,
  labels(argument, from, n, ignored) {
    for (let i = 0; i < n; i++) {
      const value = argument.at(from + i);
      labels.array[i] = value === ignored ? 0 : asLabel(value);
    }
    return labels;
  },
  target(out: FloatArray, from: number, _type, inScratch) {
    if (inScratch || !(out instanceof Float64Array && from + BLOCK <= MAX_INDEX && isFixed(out))) {
      return results;
    }
    direct.array = out;
    direct.at = from;
    return direct;
  },
  store(target, out, from, n) {
    if (target === results) written.copyTo(out, from, n);
  },
  release() {
    yTrue.release();
    yPred.release();
    weights.release();
    direct.array = results.array;
  },
};
