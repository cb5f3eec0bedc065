import { describe, type FloatArray, type Numbers } from './arrays.js';
import { Fold } from './blocks.js';
import { addBlock, asDenominator, type Core, meanOf, open, openSources } from './core.js';
import { INSPECT, type Inspect, lossText } from './inspect.js';
import { type Pass, samplesPerBlock } from './pass.js';
import { Source } from './source.js';
import {
  type AccumulatorState,
  optionsText,
  readState,
  type StagedState,
  type State,
  writeState,
} from './state.js';
import { type Denominator, Tally } from './tally.js';
import { checkNames, outType, receiverError } from './validate.js';

/** Options of a new accumulator. */
export interface AccumulatorOptions {
  /** What `mean` divides the sum by: `'weight'` (default, or that of `from`), `'count'`, `'nonzero'`. */
  denominator?: Denominator;
  /** Where to go on: what `toJSON` of an accumulator of the same loss and options has given. */
  from?: AccumulatorState;
}

/** Options of a call of `update`. */
export interface UpdateOptions {
  /** n weights, one for each sample, finite and ≥ 0: every loss times its own. */
  sampleWeight?: Numbers;
}

/** Samples that do not fill a block yet. */
interface Staged {
  readonly yTrue: Float64Array;
  readonly yPred: FloatArray;
  /** 1 where none was given. */
  readonly weights: Float64Array;
  isWeighted: boolean;
  n: number;
}

/** Sums over whole blocks, and over what was merged. */
interface Sums {
  readonly losses: Fold;
  readonly tally: Tally;
}

const accumulators = new WeakSet<object>();

/**
 * The mean and the sum of a loss over data that come in parts, made by the loss:
 * `squaredError.accumulator()`. However the parts are cut, the results have the bits of one call with
 * all of them; merged parts come within 1 ulp of it.
 */
export class Accumulator {
  private readonly core: Core;
  private readonly name: string;
  private readonly denominator: Denominator;
  private sums: Sums;
  private staged: Staged | undefined;
  /** Of the predictions: fixed by the first that come. */
  private isFloat32: boolean | undefined;
  private classes: number | undefined;

  /** @internal */
  constructor(core: Core, options: Readonly<AccumulatorOptions>) {
    this.core = core;
    this.name = `${core.name}.accumulator`;
    checkNames(this.name, options, ['denominator', 'from']);
    const { denominator, from } = options;
    accumulators.add(this);
    if (from === undefined) {
      this.denominator = asDenominator(this.name, denominator);
      this.sums = { losses: new Fold(), tally: new Tally(this.denominator) };
      return;
    }
    const state = readState(this.name, core, from);
    this.denominator =
      denominator === undefined ? state.denominator : asDenominator(this.name, denominator);
    if (state.denominator !== this.denominator) {
      throw new RangeError(
        `${this.name}: expected from.denominator '${this.denominator}', got '${state.denominator}'`,
      );
    }
    const tally = new Tally(this.denominator);
    tally.addParts(state.tally);
    this.sums = { losses: new Fold(...state.losses), tally };
    this.isFloat32 = state.isFloat32;
    this.classes = state.classes;
    if (state.staged !== undefined) {
      this.staged = restage(state.staged, state);
      // Whoever has made the state, its samples must be such that they can be added up.
      this.closed();
    }
  }

  /**
   * Adds samples: n of them, in the shapes that the loss's `mean` takes. After an error the
   * accumulator is as it was.
   *
   * @returns the accumulator itself
   * @throws {TypeError} as the loss's `mean`, or if yPred is a Float32Array and was none before, or
   *   the other way round
   * @throws {RangeError} as the loss's `sum`, or if the number of classes is another than before
   */
  update(yTrue: Numbers, yPred: Numbers, options: Readonly<UpdateOptions> = {}): this {
    checkAccumulator(this, 'update');
    const call = `${this.name}.update`;
    checkNames(call, options, ['sampleWeight']);
    const pass = open(this.core, call, yTrue, yPred, options.sampleWeight, true);
    if (pass.n === 0) return this;
    this.checkFits(pass);
    try {
      this.add(pass);
    } finally {
      pass.workspace.release();
    }
    return this;
  }

  /**
   * Adds what another accumulator of the same loss, options and denominator has; that one stays as
   * it is.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no accumulator
   * @throws {RangeError} if its loss, options, denominator, number of classes or type of predictions
   *   is another
   */
  merge(other: Accumulator): this {
    checkAccumulator(this, 'merge');
    const call = `${this.name}.merge`;
    if (!isAccumulator(other)) {
      throw new TypeError(`${call}: expected an accumulator, got ${describe(other)}`);
    }
    const mine = this.signature;
    const theirs = other.signature;
    if (mine !== theirs) {
      throw new RangeError(`${call}: expected an accumulator of ${mine}, got one of ${theirs}`);
    }
    for (const [name, a, b] of [
      ['classes', this.classes, other.classes],
      ['predictions', this.predictions, other.predictions],
    ]) {
      if (a !== undefined && b !== undefined && a !== b) {
        throw new RangeError(`${call}: expected ${name} of ${a}, got ${b}`);
      }
    }
    const { losses, tally } = other.closed();
    const [sum, rest] = losses.parts;
    this.sums.losses.add(sum, rest);
    this.sums.tally.addParts(tally.parts);
    this.classes ??= other.classes;
    this.isFloat32 ??= other.isFloat32;
    return this;
  }

  /**
   * The mean over all samples so far, Σᵢ wᵢ·lᵢ over the denominator; of none, what the loss's
   * `onEmpty` says.
   */
  get mean(): number {
    const { losses, tally } = this.closed();
    return meanOf(this.core, `${this.name}.mean`, losses, tally);
  }

  /** The sum of the losses, each times its weight, Σᵢ wᵢ·lᵢ. */
  get sum(): number {
    return this.closed().losses.value;
  }

  /** The number of samples, but for those that `ignoreIndex` leaves out. */
  get count(): number {
    return this.closed().tally.count;
  }

  /** The sum of their weights: what the {@link Denominator} `'weight'` is. */
  get weight(): number {
    return this.closed().tally.weight;
  }

  /**
   * All it knows as plain data, which `JSON.stringify` calls for; parsed, `loss.accumulator({ from })`
   * goes on from there with the same bits.
   */
  toJSON(): AccumulatorState {
    checkAccumulator(this, 'toJSON');
    const { staged, core, classes, denominator } = this;
    return writeState({
      loss: core.name,
      options: core.options,
      denominator,
      isFloat32: this.isFloat32,
      classes,
      losses: this.sums.losses.parts,
      tally: this.sums.tally.parts,
      staged:
        staged === undefined || staged.n === 0
          ? undefined
          : {
              n: staged.n,
              isWeighted: staged.isWeighted,
              yTrue: firstOf(staged, staged.yTrue),
              yPred: firstOf(staged, staged.yPred),
              weights: firstOf(staged, staged.weights),
            },
    });
  }

  /** @internal */
  [INSPECT](_depth: number, style: object, inspect: Inspect): string {
    const { core, denominator, sum, count, weight } = this;
    const made = denominator === 'weight' ? '' : inspect({ denominator }, style);
    // The mean of nothing may be an error.
    const results = count === 0 ? { count } : { mean: this.mean, sum, count, weight };
    return `${lossText(core, style, inspect)}.accumulator(${made}) ${inspect(results, style)}`;
  }

  private get predictions(): string | undefined {
    return this.isFloat32 === undefined ? undefined : this.isFloat32 ? 'float32' : 'float64';
  }

  private get signature(): string {
    return `${this.core.name} with ${optionsText(this.core.options)}, denominator '${this.denominator}'`;
  }

  private checkFits({ call, classes, yPred }: Pass): void {
    const isFloat32 = yPred.kind === 'float32';
    if (this.isFloat32 !== undefined && this.isFloat32 !== isFloat32) {
      const [expected, got] = isFloat32 ? ['float64', 'float32'] : ['float32', 'float64'];
      throw new TypeError(`${call}: expected yPred to be ${expected} as before, got ${got}`);
    }
    if (this.classes !== undefined && this.classes !== classes) {
      throw new RangeError(`${call}: expected ${this.classes} classes as before, got ${classes}`);
    }
  }

  /** Adds a pass. Nothing is changed before all of it has succeeded. */
  private add(pass: Pass): void {
    const { core } = this;
    const { n, classes, yPred } = pass;
    const size = samplesPerBlock(pass.classes);
    const waiting = this.staged?.n ?? 0;
    const head = waiting === 0 ? 0 : Math.min(n, size - waiting);
    const tail = (n - head) % size;
    // What is staged now is added up later: it must be sound.
    this.check(pass, 0, head);
    this.check(pass, n - tail, tail);
    const sums = this.copyOfSums();
    const isFloat32 = yPred.kind === 'float32';
    const staged = this.staged ?? stage(size, pass.yTrue.length / n, classes, isFloat32);
    // (Beyond what waits: it is there only once its number says so.)
    append(staged, pass, 0, head, waiting);
    const isWeighted =
      (waiting > 0 && staged.isWeighted) || (head > 0 && pass.weights !== undefined);
    const isFull = waiting + head === size;
    if (isFull) this.addStaged(sums, staged, size, isWeighted);
    for (let from = head; from + size <= n; from += size) {
      addBlock(core, pass, from, size, sums.losses, sums.tally);
    }
    append(staged, pass, n - tail, tail, 0);
    staged.n = isFull || waiting === 0 ? tail : waiting + head;
    staged.isWeighted = tail > 0 ? pass.weights !== undefined : isWeighted;
    this.staged = staged;
    this.sums = sums;
    this.isFloat32 = isFloat32;
    this.classes = classes;
  }

  private check(pass: Pass, from: number, n: number): void {
    if (n === 0) return;
    const { formula } = this.core;
    new Tally(this.denominator).addBlock(pass, formula, from, n);
    formula.writeLosses(pass, from, n, pass.workspace.losses);
  }

  private copyOfSums(): Sums {
    const { losses, tally } = this.sums;
    return { losses: new Fold(...losses.parts), tally: tally.copy() };
  }

  /** The sums with what is staged. */
  private closed(): Sums {
    const sums = this.copyOfSums();
    const { staged } = this;
    if (staged !== undefined && staged.n > 0) {
      this.addStaged(sums, staged, staged.n, staged.isWeighted);
    }
    return sums;
  }

  private addStaged(sums: Sums, staged: Staged, n: number, isWeighted: boolean): void {
    const { core, name } = this;
    const source = (values: FloatArray, size: number, argument: string) => {
      const kind = values instanceof Float32Array ? 'float32' : 'float64';
      return new Source(values.subarray(0, (values.length / size) * n), kind, name, argument);
    };
    const size = staged.weights.length;
    const yTrue = source(staged.yTrue, size, 'yTrue');
    const yPred = source(staged.yPred, size, 'yPred');
    const weights = isWeighted ? source(staged.weights, size, 'sampleWeight') : undefined;
    const pass = openSources(core, name, yTrue, yPred, weights, false);
    if (pass.n !== n) {
      throw new RangeError(
        `${name}: expected from.staged to have ${n} labels, got ${yTrue.length}`,
      );
    }
    try {
      addBlock(core, pass, 0, n, sums.losses, sums.tally);
    } finally {
      pass.workspace.release();
    }
  }
}

function checkAccumulator(accumulator: unknown, method: string): void {
  if (accumulator instanceof Accumulator) return;
  throw receiverError(method, `an accumulator, as in accumulator.${method}(…)`, accumulator);
}

/** (Neither a proxy of one, nor an object that only inherits from it.) */
function isAccumulator(value: unknown): value is Accumulator {
  return typeof value === 'object' && value !== null && accumulators.has(value);
}

/** The elements of the samples that are staged. */
function firstOf({ n, weights }: Staged, values: FloatArray): readonly number[] {
  return Array.from(values.subarray(0, (values.length / weights.length) * n));
}

/** Room for a block of samples of so many elements each. */
function stage(size: number, labels: number, classes: number, isFloat32: boolean): Staged {
  return {
    yTrue: new Float64Array(size * labels),
    yPred: new (outType(isFloat32))(size * classes),
    weights: new Float64Array(size),
    isWeighted: false,
    n: 0,
  };
}

function restage(state: StagedState, { classes = 1, isFloat32 = false }: State): Staged {
  const { n, isWeighted, yTrue, yPred, weights } = state;
  const staged = stage(samplesPerBlock(classes), yTrue.length / n, classes, isFloat32);
  staged.yTrue.set(yTrue);
  staged.yPred.set(yPred);
  staged.weights.set(weights);
  return { ...staged, isWeighted, n };
}

/** Copies n samples of a pass to where sample `at` is staged. */
function append(staged: Staged, pass: Pass, from: number, n: number, at: number): void {
  const { yTrue, yPred, weights } = pass;
  const size = staged.weights.length;
  for (const [source, to] of [
    [yTrue, staged.yTrue],
    [yPred, staged.yPred],
  ] as const) {
    const each = to.length / size;
    source.copyTo(from * each, n * each, to, at * each);
  }
  if (weights === undefined) staged.weights.fill(1, at, at + n);
  else weights.copyTo(from, n, staged.weights, at);
}
