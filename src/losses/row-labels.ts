// Where a categorical loss has its labels from: rows of them, or class indices.
import type { Block } from '../block.js';
import { BLOCK } from '../block.js';
import { forEachBlock } from '../blocks.js';
import type { WriteShares } from '../formula.js';
import type { Pass, Shape } from '../pass.js';
import type { Source } from '../source.js';
import { LEFT_OUT } from '../tally.js';
import { domainError, lengthError } from '../validate.js';
import { asLabel } from '../workspace.js';
import { checkLabels, inspectLabels, smoothed } from './labels.js';
import { checkPairs, inspect, inspectPairs, typeOf } from './probabilities.js';
import type { Checked, RowOptions } from './rows.js';

const FOR_INDICES = 'for class indices use sparseCategoricalCrossEntropy';
const FOR_ROWS = 'for rows of labels use categoricalCrossEntropy';

/** Options of the categorical loss with class indices. */
export interface SparseOptions extends RowOptions {
  /**
   * An integer, which may lie outside 0 … K − 1: samples of this label count for nothing, and their
   * predictions are not looked at (PyTorch's `ignore_index`). Unless given, none is ignored.
   */
  ignoreIndex?: number;
}

/** Labels as rows of K numbers in [0, 1]. */
export interface RowLabels {
  shape(call: string, yTrue: Source, yPred: Source): Shape;
  /** Those of elements from … from + n − 1, smoothed; throws if one is outside its domain. */
  block(pass: Pass, from: number, n: number): Block;
  /** The same where TypeScript can read them. */
  copy(pass: Pass, from: number, n: number): Block;
  /** Throws for the first label or probability of some elements that is outside its domain. */
  inspect(pass: Pass, from: number, n: number): void;
  /** Looks through all labels before anything is written. */
  check(pass: Pass): void;
  readonly mayIgnore: boolean;
  /** Whether a row counts for nothing. */
  isIgnored(pass: Pass, row: number): boolean;
  readonly writeShares: WriteShares | undefined;
}

/** n rows of K labels. */
export class DenseLabels implements RowLabels {
  readonly writeShares = undefined;
  readonly mayIgnore = false;
  private readonly name: string;
  private readonly classes: number | undefined;
  private readonly smoothing: number;
  private readonly fromLogits: boolean;

  constructor(name: string, options: Readonly<RowOptions>) {
    this.name = name;
    this.fromLogits = options.fromLogits === true;
    this.classes = options.classes;
    this.smoothing = options.labelSmoothing ?? 0;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
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
    return { n, classes, type: typeOf(yTrue, yPred) };
  }

  block(pass: Pass, from: number, n: number): Block {
    if (this.smoothing !== 0) return this.copy(pass, from, n);
    const { workspace, yTrue } = pass;
    const labels = workspace.yTrue(yTrue, from, n, 'f64');
    if (workspace.f64.rowsUnit(labels, n) === 0) this.inspect(pass, from, n);
    return labels;
  }

  copy(pass: Pass, from: number, n: number): Block {
    const rest = this.smoothing / pass.classes;
    return smoothed(pass, from, n, this.smoothing, rest, () => this.inspect(pass, from, n));
  }

  inspect(pass: Pass, from: number, n: number): void {
    if (this.fromLogits) inspectLabels(pass, from, n);
    else inspectPairs(pass, from, n);
  }

  check(pass: Pass): void {
    if (this.fromLogits) checkLabels(pass);
    else checkPairs(pass);
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

  constructor({ classes, labelSmoothing, ignoreIndex, classWeight }: Checked<SparseOptions>) {
    this.classes = classes;
    this.smoothing = labelSmoothing ?? 0;
    this.ignoreIndex = ignoreIndex;
    this.mayIgnore = ignoreIndex !== undefined;
    const writeShares: WriteShares = (pass, from, n, { array, at }) => {
      for (let i = 0; i < n; i++) {
        const label = this.read(pass, from + i);
        array[at + i] = label < 0 ? LEFT_OUT : (classWeight?.[label] ?? 1);
      }
    };
    const isOne = classWeight === undefined && ignoreIndex === undefined;
    this.writeShares = isOne ? undefined : writeShares;
  }

  shape(call: string, yTrue: Source, yPred: Source): Shape {
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
    return { n, classes, type: yPred.kind === 'float32' ? 'f32' : 'f64' };
  }

  /** The label of a row, −1 if it is ignored; throws if it is not a class index. */
  read({ yTrue, classes }: Pass, row: number): number {
    const value = yTrue.at(row);
    if (value === this.ignoreIndex) return -1;
    const label = asLabel(value);
    if (label >= 0 && label < classes) return label;
    const hint = classes === 1 && value === 1 ? `; ${FOR_ROWS}` : '';
    throw domainError(yTrue, row, `a class index, an integer from 0 to ${classes - 1}${hint}`);
  }

  isIgnored({ yTrue }: Pass, row: number): boolean {
    return yTrue.at(row) === this.ignoreIndex;
  }

  block(pass: Pass, from: number, n: number): Block {
    const { workspace, classes } = pass;
    const { targets } = workspace;
    const { array, at } = targets;
    const least = this.smoothing / classes;
    const first = Math.floor(from / classes);
    for (let row = first; row * classes < from + n; row++) {
      const start = Math.max(row * classes, from) - from;
      const end = Math.min((row + 1) * classes, from + n) - from;
      const label = this.read(pass, row);
      array.fill(label < 0 ? 0 : least, at + start, at + end);
      const i = row * classes + label - from;
      if (label >= 0 && i >= start && i < end) array[at + i] = 1 - this.smoothing + least;
    }
    return targets;
  }

  copy(pass: Pass, from: number, n: number): Block {
    return this.block(pass, from, n);
  }

  inspect(pass: Pass, from: number, n: number): void {
    const { classes, yPred } = pass;
    const first = Math.floor(from / classes);
    for (let row = first; row * classes < from + n; row++) {
      if (this.read(pass, row) < 0) continue;
      const start = Math.max(row * classes, from);
      inspect(yPred, start, Math.min((row + 1) * classes, from + n) - start);
    }
  }

  check(pass: Pass): void {
    forEachBlock(pass.n, BLOCK, (from, n) => {
      for (let row = from; row < from + n; row++) this.read(pass, row);
    });
  }
}
