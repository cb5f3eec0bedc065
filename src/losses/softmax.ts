import type { Block } from '../block.js';
import { logSums } from '../js/math/log.js';
import { softmaxRows } from '../js/softmax.js';
import type { Scratch } from '../workspace.js';

function numbers(n: number): Block {
  return { array: new Float64Array(n), at: 0, ptr: 0 };
}

const pair = /* @__PURE__ */ numbers(2);
const most = /* @__PURE__ */ numbers(1);
const others = /* @__PURE__ */ numbers(1);
const logs = /* @__PURE__ */ numbers(1);
const number = /* @__PURE__ */ new Float64Array(1);
const result = /* @__PURE__ */ new Float64Array(1);
const one = /* @__PURE__ */ Float64Array.of(1);

/** e^(x − max) for x < max, by the kernels' own function, on every backend. */
function exp(x: number, max: number): number {
  pair.array[0] = x;
  pair.array[1] = max;
  softmaxRows(pair, 1, 2, most, others, logs);
  return others.array[0];
}

function log1p(x: number): number {
  number[0] = x;
  logSums(one, number, 1, result);
  return result[0];
}

/** The softmax of a row that is longer than a block, from its pieces. */
export class LongSoftmax {
  private max = -Infinity;
  /** Σ y·(max − z), */
  private line = 0;
  /** and Σ y. */
  private mass = 0;
  /** Σ e^(z − max), less 1 for the maximum itself. */
  private others = -1;

  /** Σ e^(z − max) over all but the maximum; NaN where there is no limit. */
  private get rest(): number {
    return this.max === -Infinity ? NaN : this.others;
  }

  /** Leaves what it is where the kernels leave that of whole rows. */
  store({ max, rest, log, line, mass }: Scratch): void {
    max.array[max.at] = this.max;
    rest.array[rest.at] = this.rest;
    log.array[log.at] = log1p(this.rest);
    line.array[line.at] = this.line;
    mass.array[mass.at] = this.mass;
  }

  /** Adds a piece: its largest logit, the sum over its others, Σ y·(its largest − z), and Σ y. */
  add(max: number, others: number, line: number, mass: number): void {
    if (max > this.max) {
      this.others = others + (1 + this.others) * exp(this.max, max);
      this.line += shift(this.mass, max - this.max);
      this.max = max;
    } else if (max < this.max) {
      this.others += (1 + others) * exp(max, this.max);
      this.line += shift(mass, this.max - max);
    } else {
      // Two logits of +∞ have no limit.
      this.others = max === Infinity ? NaN : this.others + (others + 1);
    }
    this.line += line;
    this.mass += mass;
  }
}

/** y·distance; 0 where y is, even if the distance is infinite. */
function shift(mass: number, distance: number): number {
  return mass === 0 ? 0 : mass * distance;
}
