import { describe, type Numbers } from './arrays.js';
import { Fold } from './blocks.js';
import { addBlock, asDenominator, type Core, meanOf, open, openSources } from './core.js';
import { INSPECT } from './inspect.js';
import { keep, zeroWeights } from './kept.js';
import { areSame, lossText } from './loss-text.js';
import { type Pass, samplesPerBlock } from './pass.js';
import { Staged } from './staged.js';
import { type AccumulatorState, readState, type StagedState, writeState } from './state.js';
import { type Denominator, Tally } from './tally.js';
import { checkNames, receiverError } from './validate.js';

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

/** Sums over whole blocks, and over what was merged. */
interface Sums {
  readonly losses: Fold;
  readonly tally: Tally;
}

/**
 * The mean and the sum of a loss over data that come in parts, made by the loss:
 * `squaredError.accumulator()`. However the parts are cut, the results have the bits of one call with
 * all of them. Accumulators that are merged give the mean over all data, too, but have rounded once
 * each: see {@link Accumulator.merge}.
 *
 * An accumulator goes to another thread or process as what `toJSON` gives; `structuredClone` of it is
 * a TypeError that says so.
 */
export class Accumulator {
  readonly #core: Core;
  readonly #denominator: Denominator;
  #sums: Sums;
  #staged: Staged | undefined;
  /** Of the predictions: fixed by the first that come. */
  #isFloat32: boolean | undefined;
  #classes: number | undefined;

  /** @internal */
  constructor(core: Core, options: Readonly<AccumulatorOptions>) {
    const call = callOf(core);
    checkNames(call, options, ['denominator', 'from']);
    const { denominator, from } = options;
    this.#core = core;
    Object.defineProperty(this, 'members', { enumerable: true, get: refuseCopy });
    if (from === undefined) {
      this.#denominator = asDenominator(call, denominator);
      this.#sums = { losses: new Fold(), tally: new Tally(this.#denominator) };
      return;
    }
    const state = readState(call, core, from);
    this.#denominator =
      denominator === undefined ? state.denominator : asDenominator(call, denominator);
    if (state.denominator !== this.#denominator) {
      throw new RangeError(
        `${call}: expected from.denominator '${this.#denominator}', got '${state.denominator}'`,
      );
    }
    const tally = new Tally(this.#denominator);
    tally.addParts(state.tally);
    this.#sums = { losses: new Fold(...state.losses), tally };
    this.#isFloat32 = state.isFloat32;
    this.#classes = state.classes;
    if (state.staged !== undefined) {
      this.#staged = restage(state.staged);
      // Whoever has made the state, its samples must be such that they can be added up.
      this.#closed();
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
    Accumulator.#check(this, 'update');
    const call = `${callOf(this.#core)}.update`;
    checkNames(call, options, ['sampleWeight']);
    const pass = open(this.#core, call, yTrue, yPred, options.sampleWeight, true);
    if (pass.n === 0) return this;
    this.#checkFits(pass);
    try {
      this.#add(pass);
    } finally {
      pass.workspace.release();
    }
    return this;
  }

  /**
   * Adds what another accumulator of the same loss, options and denominator has; that one stays as
   * it is.
   *
   * In any order and grouping, merging gives the mean over all data within the accuracy of every
   * result: squared, absolute and Huber errors within 4 ulp of the exact value, cross-entropies within
   * 1e-14 of it, relatively, and within 1e-6 where predictions are float32. The bits are not those of
   * one call, because each part has rounded once.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no accumulator
   * @throws {RangeError} if its loss, options, denominator, number of classes or type of predictions
   *   is another
   */
  merge(other: Accumulator): this {
    Accumulator.#check(this, 'merge');
    const call = `${callOf(this.#core)}.merge`;
    // (Neither a proxy of one, nor an object that only inherits from it, has the member.)
    if (typeof other !== 'object' || other === null || !(#core in other)) {
      throw new TypeError(`${call}: expected an accumulator, got ${describe(other)}`);
    }
    if (!this.#isLike(other)) {
      throw new RangeError(
        `${call}: expected an accumulator of ${this.#signature}, got one of ${other.#signature}`,
      );
    }
    for (const [name, a, b] of [
      ['classes', this.#classes, other.#classes],
      ['predictions', this.#predictions, other.#predictions],
    ]) {
      if (a !== undefined && b !== undefined && a !== b) {
        throw new RangeError(`${call}: expected ${name} of ${a}, got ${b}`);
      }
    }
    const { losses, tally } = other.#closed();
    const [sum, rest] = losses.parts;
    this.#sums.losses.add(sum, rest);
    this.#sums.tally.addParts(tally.parts);
    this.#classes ??= other.#classes;
    this.#isFloat32 ??= other.#isFloat32;
    return this;
  }

  /**
   * The mean over all samples so far, Σᵢ wᵢ·lᵢ over the denominator; of none, what the loss's
   * `onEmpty` says.
   */
  get mean(): number {
    const { losses, tally } = this.#closed();
    return meanOf(this.#core, `${callOf(this.#core)}.mean`, losses, tally);
  }

  /** The sum of the losses, each times its weight, Σᵢ wᵢ·lᵢ. */
  get sum(): number {
    return this.#closed().losses.value;
  }

  /**
   * The number of samples, also of those of weight 0, but for those that `ignoreIndex` leaves out. The
   * mean is that of nothing where none of them has a weight other than 0.
   */
  get count(): number {
    return this.#closedTally().count;
  }

  /** The sum of their weights: what the {@link Denominator} `'weight'` is. */
  get weight(): number {
    return this.#closedTally().weight;
  }

  /**
   * All it knows as plain data, which `JSON.stringify` calls for; parsed, `loss.accumulator({ from })`
   * goes on from there with the same bits.
   */
  toJSON(): AccumulatorState {
    Accumulator.#check(this, 'toJSON');
    const staged = this.#staged;
    return writeState({
      loss: this.#core.name,
      options: this.#core.options,
      denominator: this.#denominator,
      isFloat32: this.#isFloat32,
      classes: this.#classes,
      losses: this.#sums.losses.parts,
      tally: this.#sums.tally.parts,
      staged:
        staged === undefined || staged.n === 0
          ? undefined
          : {
              layout: staged.layout,
              isWeighted: staged.isWeighted,
              yTrue: Array.from(staged.first('yTrue', staged.n)),
              yPred: Array.from(staged.first('yPred', staged.n)),
              weights: Array.from(staged.first('sampleWeight', staged.n)),
            },
    });
  }

  /**
   * What consoles of Node, Deno and Bun print:
   * `Accumulator(squaredError) { mean: 2.5, sum: 10, count: 4, weight: 4 }`.
   */
  [INSPECT](): string {
    // (What only inherits from an accumulator can be printed, too.)
    if (!(#core in this)) return 'Accumulator {}';
    const { losses, tally } = this.#closed();
    const { name, options } = this.#core;
    // A mean that would be an error is no error here.
    const core = options.onEmpty === 'throw' ? { ...this.#core, options: {} } : this.#core;
    const mean = meanOf(core, name, losses, tally);
    const { count, weight } = tally;
    return `Accumulator(${lossText(name, options)}) { mean: ${mean}, sum: ${losses.value}, count: ${count}, weight: ${weight} }`;
  }

  static #check(accumulator: object, method: string): void {
    if (#core in Object(accumulator)) return;
    throw receiverError(method, `an accumulator, as in accumulator.${method}(…)`, accumulator);
  }

  get #predictions(): string | undefined {
    return this.#isFloat32 === undefined ? undefined : this.#isFloat32 ? 'float32' : 'float64';
  }

  #isLike(other: Accumulator): boolean {
    const { name, options } = other.#core;
    return (
      this.#core.name === name &&
      this.#denominator === other.#denominator &&
      areSame(this.#core.options, options)
    );
  }

  get #signature(): string {
    const { name, options } = this.#core;
    return `${lossText(name, options)}, denominator '${this.#denominator}'`;
  }

  #checkFits({ call, classes, yPred }: Pass): void {
    const isFloat32 = yPred.kind === 'float32';
    if (this.#isFloat32 !== undefined && this.#isFloat32 !== isFloat32) {
      const [expected, got] = isFloat32 ? ['float64', 'float32'] : ['float32', 'float64'];
      throw new TypeError(`${call}: expected yPred to be ${expected} as before, got ${got}`);
    }
    if (this.#classes !== undefined && this.#classes !== classes) {
      throw new RangeError(`${call}: expected ${this.#classes} classes as before, got ${classes}`);
    }
  }

  /** Adds a pass. Nothing is changed before all of it has succeeded. */
  #add(pass: Pass): void {
    const core = this.#core;
    const { n, classes, yPred } = pass;
    const size = samplesPerBlock(classes);
    const isFloat32 = yPred.kind === 'float32';
    const staged =
      this.#staged ?? new Staged({ labels: pass.yTrue.length / n, classes, isFloat32 });
    const waiting = staged.n;
    const head = waiting === 0 ? 0 : Math.min(n, size - waiting);
    const tail = (n - head) % size;
    // What is staged now is added up later: it must be sound.
    this.#checkSamples(pass, 0, head);
    this.#checkSamples(pass, n - tail, tail);
    const sums = this.#copyOfSums();
    // (Beyond what waits: it is there only once its number says so.)
    staged.put(pass, 0, head, waiting, size);
    const isWeighted = staged.isWeighted || (head > 0 && pass.weights !== undefined);
    const isFull = waiting + head === size;
    if (isFull) this.#addStaged(sums, staged, size, isWeighted);
    for (let from = head; from + size <= n; from += size) {
      addBlock(core, pass, from, size, sums.losses, sums.tally);
    }
    staged.put(pass, n - tail, tail, 0, size);
    staged.n = isFull || waiting === 0 ? tail : waiting + head;
    staged.isWeighted = tail > 0 ? pass.weights !== undefined : !isFull && isWeighted;
    this.#staged = staged;
    this.#sums = sums;
    this.#isFloat32 = isFloat32;
    this.#classes = classes;
  }

  /**
   * Throws if one of n samples is not sound. Looking through their elements tells, for most losses; for
   * the others, computing the losses does.
   */
  #checkSamples(pass: Pass, from: number, n: number): void {
    if (n === 0) return;
    const { formula } = this.#core;
    const kept = keep(pass, from, n, zeroWeights(pass, from, n));
    if (kept.n === 0 || formula.check(kept.pass, kept.from, kept.n)) return;
    formula.writeLosses(kept.pass, kept.from, kept.n, pass.workspace.losses);
  }

  #copyOfSums(): Sums {
    const { losses, tally } = this.#sums;
    return { losses: new Fold(...losses.parts), tally: tally.copy() };
  }

  /** The sums with what is staged. */
  #closed(): Sums {
    const sums = this.#copyOfSums();
    const staged = this.#staged;
    if (staged !== undefined && staged.n > 0) {
      this.#addStaged(sums, staged, staged.n, staged.isWeighted);
    }
    return sums;
  }

  /** What all samples count for, without their losses. */
  #closedTally(): Tally {
    const tally = this.#sums.tally.copy();
    const staged = this.#staged;
    if (staged !== undefined && staged.n > 0) {
      this.#withStaged(staged, staged.n, staged.isWeighted, (pass) =>
        tally.addBlock(pass, this.#core.formula, 0, pass.n, zeroWeights(pass, 0, pass.n)),
      );
    }
    return tally;
  }

  #addStaged(sums: Sums, staged: Staged, n: number, isWeighted: boolean): void {
    this.#withStaged(staged, n, isWeighted, (pass) =>
      addBlock(this.#core, pass, 0, n, sums.losses, sums.tally),
    );
  }

  #withStaged(staged: Staged, n: number, isWeighted: boolean, use: (pass: Pass) => void): void {
    // (An error can only be in the samples of a state.)
    const call = `${callOf(this.#core)}: from.staged`;
    const yTrue = staged.source(call, 'yTrue', n);
    const yPred = staged.source(call, 'yPred', n);
    const weights = isWeighted ? staged.source(call, 'sampleWeight', n) : undefined;
    const pass = openSources(this.#core, call, yTrue, yPred, weights, false);
    try {
      use(pass);
    } finally {
      pass.workspace.release();
    }
  }
}

/** As errors name it; made anew, because thousands of accumulators would each keep it. */
function callOf({ name }: Core): string {
  return `${name}.accumulator`;
}

/** `structuredClone`, and whatever else copies members, would make an empty object. */
function refuseCopy(): never {
  throw new TypeError(
    'an accumulator cannot be cloned, posted or spread: take its toJSON(), and make another of it with accumulator({ from })',
  );
}

function restage({ layout, isWeighted, yTrue, yPred, weights }: StagedState): Staged {
  const staged = new Staged(layout);
  staged.fill(yTrue, yPred, weights);
  staged.isWeighted = isWeighted;
  return staged;
}
