import { describe, type Numbers } from './arrays.js';
import { samplesPerBlock } from './block.js';
import { type Call, openArguments, openCall } from './call.js';
import type { Core } from './definition.js';
import { INSPECT } from './inspect.js';
import { keep, zeroWeights } from './kept.js';
import { areSame, lossText } from './loss-text.js';
import { asDenominator, type Denominator, Divisor, meanOf } from './means.js';
import { RunningSum } from './running-sum.js';
import { Staged } from './staged.js';
import { type AccumulatorState, readState, type StagedState, writeState } from './state.js';
import { addBlock } from './sums.js';
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
  readonly losses: RunningSum;
  readonly divisor: Divisor;
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
    const callName = callOf(core);
    checkNames(callName, options, ['denominator', 'from']);
    const { denominator, from } = options;
    this.#core = core;
    Object.defineProperty(this, 'members', { enumerable: true, get: refuseCopy });
    if (from === undefined) {
      this.#denominator = asDenominator(callName, denominator);
      this.#sums = { losses: new RunningSum(), divisor: new Divisor(this.#denominator) };
      return;
    }
    const state = readState(callName, core, from);
    this.#denominator =
      denominator === undefined ? state.denominator : asDenominator(callName, denominator);
    if (state.denominator !== this.#denominator) {
      throw new RangeError(
        `${callName}: expected from.denominator '${this.#denominator}', got '${state.denominator}'`,
      );
    }
    const divisor = new Divisor(this.#denominator);
    divisor.addParts(state.divisor);
    this.#sums = { losses: new RunningSum(...state.losses), divisor };
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
    const callName = `${callOf(this.#core)}.update`;
    checkNames(callName, options, ['sampleWeight']);
    const call = openCall(this.#core, callName, yTrue, yPred, options.sampleWeight, true);
    if (call.n === 0) return this;
    this.#checkFits(call);
    try {
      this.#add(call);
    } finally {
      call.workspace.release();
    }
    return this;
  }

  /**
   * Adds what another accumulator of the same loss, options and denominator has; that one stays as
   * it is.
   *
   * In any order and grouping, merging gives the mean over all data within the accuracy of every
   * result: within 4 ulp of the exact value, cross-entropies within 1e-14 of it, relatively, and within
   * 1e-6 where predictions are float32. The bits are not those of one call, because each part has
   * rounded once.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no accumulator
   * @throws {RangeError} if its loss, options, denominator, number of classes or type of predictions
   *   is another
   */
  merge(other: Accumulator): this {
    Accumulator.#check(this, 'merge');
    const callName = `${callOf(this.#core)}.merge`;
    // (Neither a proxy of one, nor an object that only inherits from it, has the member.)
    if (typeof other !== 'object' || other === null || !(#core in other)) {
      throw new TypeError(`${callName}: expected an accumulator, got ${describe(other)}`);
    }
    if (!this.#isLike(other)) {
      throw new RangeError(
        `${callName}: expected an accumulator of ${this.#signature}, got one of ${other.#signature}`,
      );
    }
    for (const [name, a, b] of [
      ['classes', this.#classes, other.#classes],
      ['predictions', this.#predictions, other.#predictions],
    ]) {
      if (a !== undefined && b !== undefined && a !== b) {
        throw new RangeError(`${callName}: expected ${name} of ${a}, got ${b}`);
      }
    }
    const { losses, divisor } = other.#closed();
    const [sum, rest] = losses.parts;
    this.#sums.losses.add(sum, rest);
    this.#sums.divisor.addParts(divisor.parts);
    this.#classes ??= other.#classes;
    this.#isFloat32 ??= other.#isFloat32;
    return this;
  }

  /**
   * The mean over all samples so far, Σᵢ wᵢ·lᵢ over the denominator; of none, what the loss's
   * `onEmpty` says.
   */
  get mean(): number {
    const { losses, divisor } = this.#closed();
    return meanOf(this.#core, `${callOf(this.#core)}.mean`, losses, divisor);
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
    return this.#closedDivisor().count;
  }

  /** The sum of their weights: what the {@link Denominator} `'weight'` is. */
  get weight(): number {
    return this.#closedDivisor().weight;
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
      divisor: this.#sums.divisor.parts,
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
    const { losses, divisor } = this.#closed();
    const { name, options } = this.#core;
    // A mean that would be an error is no error here.
    const core = options.onEmpty === 'throw' ? { ...this.#core, options: {} } : this.#core;
    const mean = meanOf(core, name, losses, divisor);
    const { count, weight } = divisor;
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

  #checkFits({ name: callName, classes, yPred }: Call): void {
    const isFloat32 = yPred.kind === 'float32';
    if (this.#isFloat32 !== undefined && this.#isFloat32 !== isFloat32) {
      const [expected, got] = isFloat32 ? ['float64', 'float32'] : ['float32', 'float64'];
      throw new TypeError(`${callName}: expected yPred to be ${expected} as before, got ${got}`);
    }
    if (this.#classes !== undefined && this.#classes !== classes) {
      throw new RangeError(
        `${callName}: expected ${this.#classes} classes as before, got ${classes}`,
      );
    }
  }

  /** Adds the samples of a call. Nothing is changed before all of it has succeeded. */
  #add(call: Call): void {
    const core = this.#core;
    const { n, classes, yPred } = call;
    const size = samplesPerBlock(classes);
    const isFloat32 = yPred.kind === 'float32';
    const staged =
      this.#staged ?? new Staged({ labels: call.yTrue.length / n, classes, isFloat32 });
    const waiting = staged.n;
    const head = waiting === 0 ? 0 : Math.min(n, size - waiting);
    const tail = (n - head) % size;
    // What is staged now is added up later: it must be sound.
    this.#checkSamples(call, 0, head);
    this.#checkSamples(call, n - tail, tail);
    const sums = this.#copyOfSums();
    // (Beyond what waits: it is there only once its number says so.)
    staged.put(call, 0, head, waiting, size);
    const isWeighted = staged.isWeighted || (head > 0 && call.weights !== undefined);
    const isFull = waiting + head === size;
    if (isFull) this.#addStaged(sums, staged, size, isWeighted);
    for (let from = head; from + size <= n; from += size) {
      addBlock(core, call, from, size, sums.losses, sums.divisor);
    }
    staged.put(call, n - tail, tail, 0, size);
    staged.n = isFull || waiting === 0 ? tail : waiting + head;
    staged.isWeighted = tail > 0 ? call.weights !== undefined : !isFull && isWeighted;
    this.#staged = staged;
    this.#sums = sums;
    this.#isFloat32 = isFloat32;
    this.#classes = classes;
  }

  /**
   * Throws if one of n samples is not sound. Looking through their elements tells, for most losses; for
   * the others, computing the losses does.
   */
  #checkSamples(call: Call, from: number, n: number): void {
    if (n === 0) return;
    const { formula } = this.#core;
    const kept = keep(call, from, n, zeroWeights(call, from, n));
    if (kept.n === 0 || formula.check(kept.call, kept.from, kept.n)) return;
    formula.writeLosses(kept.call, kept.from, kept.n, call.workspace.losses);
  }

  #copyOfSums(): Sums {
    const { losses, divisor } = this.#sums;
    return { losses: new RunningSum(...losses.parts), divisor: divisor.copy() };
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
  #closedDivisor(): Divisor {
    const divisor = this.#sums.divisor.copy();
    const staged = this.#staged;
    if (staged !== undefined && staged.n > 0) {
      this.#withStaged(staged, staged.n, staged.isWeighted, (call) =>
        divisor.addBlock(call, this.#core.formula, 0, call.n, zeroWeights(call, 0, call.n)),
      );
    }
    return divisor;
  }

  #addStaged(sums: Sums, staged: Staged, n: number, isWeighted: boolean): void {
    this.#withStaged(staged, n, isWeighted, (call) =>
      addBlock(this.#core, call, 0, n, sums.losses, sums.divisor),
    );
  }

  #withStaged(staged: Staged, n: number, isWeighted: boolean, use: (call: Call) => void): void {
    // (An error can only be in the samples of a state.)
    const callName = `${callOf(this.#core)}: from.staged`;
    const yTrue = staged.argument(callName, 'yTrue', n);
    const yPred = staged.argument(callName, 'yPred', n);
    const weights = isWeighted ? staged.argument(callName, 'sampleWeight', n) : undefined;
    const call = openArguments(this.#core, callName, yTrue, yPred, weights, false);
    try {
      use(call);
    } finally {
      call.workspace.release();
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
    'an accumulator cannot be cloned, posted, spread or compared member by member: take its toJSON(), and make another of it with accumulator({ from })',
  );
}

function restage({ layout, isWeighted, yTrue, yPred, weights }: StagedState): Staged {
  const staged = new Staged(layout);
  staged.fill(yTrue, yPred, weights);
  staged.isWeighted = isWeighted;
  return staged;
}
