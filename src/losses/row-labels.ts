// Where a categorical loss has its labels from: rows of them, or class indices.

import type { Argument } from '../argument.js';
import type { Block } from '../block.js';
import type { Call, Shape } from '../call.js';
import type { WriteShares } from '../formula.js';
import { LEFT_OUT } from '../means.js';
import { domainError, lengthError } from '../validate.js';
import { asLabel } from '../workspace.js';

import {
  areInUnit,
  checkLabels,
  checkPairs,
  inspect,
  inspectLabels,
  inspectPairs,
  inspectUsedPairs,
} from './domain.js';
import { smoothed } from './labels.js';
import type { Checked, RowOptions, SparseOptions } from './options.js';
import { checksUsed, typeOf } from './probabilities.js';
import { forEachPiece } from './rows.js';

const FOR_INDICES = 'for class indices use sparseCategoricalCrossEntropy';
const FOR_ROWS = 'for rows of labels use categoricalCrossEntropy';

/** Labels as rows of K numbers in [0, 1]. */
export interface RowLabels {
  shape(call: string, yTrue: Argument, yPred: Argument): Shape;
  /** Those of elements from … from + n − 1, smoothed; throws if one is outside its domain. */
  block(call: Call, from: number, n: number): Block;
  /** The same where TypeScript can read them. */
  copy(call: Call, from: number, n: number): Block;
  /** Throws for the first label or probability of some elements that is outside its domain. */
  inspect(call: Call, from: number, n: number): void;
  /** Looks through the labels of rows before anything is written. */
  check(call: Call, row: number, rows: number): void;
  readonly mayIgnore: boolean;
  /** Whether a row counts for nothing. */
  isIgnored(call: Call, row: number): boolean;
  readonly writeShares: WriteShares | undefined;
}

/** n rows of K labels. */
export class DenseLabels implements RowLabels {
  readonly writeShares = undefined;
  readonly mayIgnore = false;
  private readonly name: string;
  private readonly classes: number | undefined;
  private readonly smoothing: number;
  /** Whether predictions may be any numbers. */
  private readonly isFree: boolean;
  /** Whether only those of labels other than 0 have a domain. */
  private readonly isUsed: boolean;

  constructor(name: string, options: Readonly<RowOptions>) {
    this.name = name;
    this.isUsed = checksUsed(options);
    this.isFree = options.fromLogits === true || options.clip !== undefined;
    this.classes = options.classes;
    this.smoothing = options.labelSmoothing ?? 0;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const { classes } = this;
    if (classes === undefined) {
      const hint = yPred.length === yTrue.length ? '' : `; ${FOR_INDICES}`;
      throw new TypeError(
        `${call}: expected the option classes, as in ${this.name}.with({ classes: 3 })${hint}`,
      );
    }
    if (yPred.length !== yTrue.length) {
      const hint = yPred.length === yTrue.length * classes ? `; ${FOR_INDICES}` : '';
      throw lengthError(call, 'yPred', yTrue.length, `as yTrue.length${hint}`, yPred.length);
    }
    const n = yPred.length / classes;
    if (!Number.isInteger(n)) {
      throw new RangeError(
        `${call}: expected yPred.length to be a multiple of classes, ${classes}, got ${yPred.length}`,
      );
    }
    return { n, classes, type: typeOf(yTrue, yPred), losses: 'f64' };
  }

  block(call: Call, from: number, n: number): Block {
    if (this.smoothing !== 0) return this.copy(call, from, n);
    const { workspace, yTrue } = call;
    const labels = workspace.yTrue(yTrue, from, n, 'f64');
    areInUnit(workspace, 'f64', labels, n, () => this.inspect(call, from, n));
    return labels;
  }

  copy(call: Call, from: number, n: number): Block {
    const rest = this.smoothing / call.classes;
    return smoothed(call, from, n, this.smoothing, rest, () => this.inspect(call, from, n));
  }

  inspect(call: Call, from: number, n: number): void {
    if (this.isFree) inspectLabels(call, from, n);
    else if (this.isUsed) inspectUsedPairs(call, from, n);
    else inspectPairs(call, from, n);
  }

  check(call: Call, row: number, rows: number): void {
    const check = this.isFree || this.isUsed ? checkLabels : checkPairs;
    forEachPiece(call, row, rows, (from, n) => check(call, from, n));
  }

  isIgnored(): boolean {
    return false;
  }
}

/** n class indices, which can be spelled out as rows. */
export class ClassIndices implements RowLabels {
  readonly writeShares: WriteShares | undefined;
  readonly mayIgnore: boolean;
  private readonly classes: number | undefined;
  private readonly smoothing: number;
  private readonly ignoreIndex: number | undefined;
  private readonly clip: number | undefined;
  /** The classWeight. (To read a frozen array of numbers takes 10 ns each.) */
  readonly weights: Float64Array | undefined;

  constructor(options: Checked<SparseOptions>) {
    const { classes, labelSmoothing, ignoreIndex, classWeight, clip } = options;
    const weights = classWeight === undefined ? undefined : Float64Array.from(classWeight);
    this.weights = weights;
    this.classes = classes;
    this.smoothing = labelSmoothing ?? 0;
    this.clip = clip;
    this.ignoreIndex = ignoreIndex;
    this.mayIgnore = ignoreIndex !== undefined;
    const writeShares: WriteShares = (call, from, n, { array, at }) => {
      const { yTrue, weights: sampleWeight, classes } = call;
      const isPlain = yTrue.format === 'plain';
      const { values } = yTrue;
      const first = from - yTrue.base;
      for (let i = 0; i < n; i++) {
        const value = isPlain ? values[first + i] : yTrue.at(from + i);
        const label = asLabel(value);
        if (value === ignoreIndex) {
          array[at + i] = LEFT_OUT;
        } else if (label >= 0 && label < classes) {
          array[at + i] = weights === undefined ? 1 : weights[label];
        } else {
          // (The label of a sample of weight 0 may be anything.)
          if (sampleWeight?.at(from + i) !== 0) this.read(call, from + i);
          array[at + i] = 1;
        }
      }
    };
    const isOne = weights === undefined && ignoreIndex === undefined;
    this.writeShares = isOne ? undefined : writeShares;
  }

  shape(call: string, yTrue: Argument, yPred: Argument): Shape {
    const n = yTrue.length;
    const classes = this.classes ?? (n === 0 ? 1 : yPred.length / n);
    if (yPred.length !== n * classes) {
      const hint = yPred.length === n ? `; ${FOR_ROWS}` : '';
      throw lengthError(call, 'yPred', n * classes, `yTrue.length · classes${hint}`, yPred.length);
    }
    if (!(Number.isInteger(classes) && classes >= 1)) {
      throw new RangeError(
        `${call}: expected yPred.length to be a multiple of yTrue.length, ${n}, got ${yPred.length}`,
      );
    }
    const type = yPred.kind === 'float32' ? 'f32' : 'f64';
    return { n, classes, type, losses: 'f64' };
  }

  /** The label of a row, −1 if it is ignored; throws if it is not a class index. */
  read({ yTrue, classes }: Call, row: number): number {
    const value = yTrue.at(row);
    if (value === this.ignoreIndex) return -1;
    const label = asLabel(value);
    if (label >= 0 && label < classes) return label;
    const hint = classes === 1 && value === 1 ? `; ${FOR_ROWS}` : '';
    throw domainError(yTrue, row, `a class index, an integer from 0 to ${classes - 1}${hint}`);
  }

  /** The labels of rows: 1.5 ns each, one by one 6. */
  readAll(call: Call, row: number, rows: number, { array, at }: Block): void {
    const { yTrue, classes } = call;
    const { ignoreIndex } = this;
    const isPlain = yTrue.format === 'plain';
    const { values } = yTrue;
    const first = row - yTrue.base;
    for (let r = 0; r < rows; r++) {
      const value = isPlain ? values[first + r] : yTrue.at(row + r);
      const label = asLabel(value);
      const isOne = value !== ignoreIndex && label >= 0 && label < classes;
      array[at + r] = isOne ? label : this.read(call, row + r);
    }
  }

  /** Multiplies the losses of such rows by the weights of their classes. */
  weigh(labels: Block, rows: number, { array, at }: Block): void {
    const { weights } = this;
    for (let r = 0; r < rows; r++) {
      const label = labels.array[labels.at + r];
      const weight = label < 0 ? 0 : weights === undefined ? 1 : weights[label];
      const loss = array[at + r];
      // 0·∞ is 0, as with rows of labels; NaN is NaN, but in a row that is ignored.
      const isNothing = weight === 0 && (label < 0 || !Number.isNaN(loss));
      array[at + r] = isNothing ? 0 : weight * loss;
    }
  }

  /** Multiplies what goes with such rows, which are numbers, by the weights of their classes, 0 if ignored. */
  scale(labels: Block, rows: number, { array, at }: Block): void {
    const { weights } = this;
    for (let r = 0; r < rows; r++) {
      const label = labels.array[labels.at + r];
      array[at + r] *= label < 0 ? 0 : weights === undefined ? 1 : weights[label];
    }
  }

  isIgnored({ yTrue }: Call, row: number): boolean {
    return yTrue.at(row) === this.ignoreIndex;
  }

  block(call: Call, from: number, n: number): Block {
    const { workspace, classes } = call;
    const { targets } = workspace;
    const { array, at } = targets;
    const least = this.smoothing / classes;
    const first = Math.floor(from / classes);
    for (let row = first; row * classes < from + n; row++) {
      const start = Math.max(row * classes, from) - from;
      const end = Math.min((row + 1) * classes, from + n) - from;
      const label = this.read(call, row);
      array.fill(label < 0 ? 0 : least, at + start, at + end);
      const i = row * classes + label - from;
      if (label >= 0 && i >= start && i < end) array[at + i] = 1 - this.smoothing + least;
    }
    return targets;
  }

  copy(call: Call, from: number, n: number): Block {
    return this.block(call, from, n);
  }

  inspect(call: Call, from: number, n: number): void {
    const { classes, yPred } = call;
    const first = Math.floor(from / classes);
    for (let row = first; row * classes < from + n; row++) {
      if (this.read(call, row) < 0) continue;
      if (this.clip !== undefined) continue;
      const start = Math.max(row * classes, from);
      inspect(yPred, start, Math.min((row + 1) * classes, from + n) - start);
    }
  }

  check(call: Call, row: number, rows: number): void {
    for (let r = row; r < row + rows; r++) this.read(call, r);
  }
}
