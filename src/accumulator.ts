import { Accumulation, addChunks, addSamples } from './accumulation.js';
import { describe, isObject, type Numbers } from './arrays.js';
import type { Core } from './definition.js';
import { refuseCopies } from './hidden.js';
import { INSPECT } from './inspect.js';
import { lossText } from './loss-text.js';
import { asDenominator, type Denominator, meanOf } from './means.js';
import { asPredictionType } from './predictions.js';
import type { AccumulatorState } from './state.js';
import type { Samples, StreamOptions } from './stream.js';
import { checkNames, receiverError } from './validate.js';

/** Options of a new accumulator. */
export interface AccumulatorOptions<State = AccumulatorState> {
  /** What `mean` divides the sum by: `'weight'` (default, or that of `from`), `'count'`, `'nonzero'`. */
  denominator?: Denominator;
  /** Where to go on: what `toJSON` of an accumulator of the same loss and options has given. */
  from?: State;
  /**
   * What yPred counts as, whatever array it comes in, where a reader of files hands out float32 data as
   * float64, or both by turns. With `'float32'`, a number that float32 does not hold is an error.
   */
  predictions?: 'float32' | 'float64';
}

/** Options of a call of `update`. */
export interface UpdateOptions {
  /** n weights, one for each sample, finite and ≥ 0: every loss times its own. */
  sampleWeight?: Numbers;
}

/**
 * The mean and the sum of a loss over data that come in parts, made by the loss:
 * `squaredError.accumulator()`. However the parts are cut, the results have the bits of one call with
 * all of them. Accumulators of parts can be merged, too, in any order: see {@link Accumulator.merge}.
 *
 * An accumulator goes to another thread or process as what `toJSON` gives; `structuredClone` of it is
 * a TypeError that says so.
 */
export class Accumulator {
  readonly #accumulation: Accumulation;
  /** What predictions are taken for, if not for what they are. */
  readonly #isFloat32: boolean | undefined;

  /** @internal */
  constructor(core: Core, options: Readonly<AccumulatorOptions>) {
    const callName = callOf(core);
    checkNames(callName, options, ['denominator', 'from', 'predictions']);
    const { denominator, from, predictions } = options;
    refuseCopies(this);
    this.#isFloat32 = asPredictionType(callName, predictions);
    this.#accumulation =
      from === undefined
        ? new Accumulation(core, asDenominator(callName, denominator))
        : Accumulation.from(callName, 'from', core, from, denominator, this.#isFloat32);
  }

  /**
   * Adds samples: n of them, in the shapes that the loss's `mean` takes. After an error the
   * accumulator is as it was.
   *
   * @returns the accumulator itself
   * @throws {TypeError} as the loss's `mean`, or if yPred is a Float32Array and was none before, or
   *   the other way round (see `predictions`), or if the accumulator is sealed
   * @throws {RangeError} as the loss's `sum`, or if the number of classes is another than before
   */
  update(yTrue: Numbers, yPred: Numbers, options: Readonly<UpdateOptions> = {}): this {
    const accumulation = Accumulator.#of(this, 'update');
    const callName = `${callOf(accumulation.core)}.update`;
    addSamples(callName, [accumulation], this.#isFloat32, yTrue, yPred, options);
    return this;
  }

  /**
   * Adds the samples of each chunk of a stream, as {@link Accumulator.update} does: of an asynchronous
   * iterable (as streams of the web and of Node are) or of an ordinary one. If it fails, chunks before stay
   * added, and the error names the chunk; the stream is told to stop.
   *
   * @returns the accumulator itself, once the stream has ended
   * @throws as `update`; what the stream or `onProgress` throws; `signal.reason` once that is aborted,
   *   also while a chunk is waited for
   */
  async updateFrom(
    chunks: AsyncIterable<Samples> | Iterable<Samples>,
    options: Readonly<StreamOptions> = {},
  ): Promise<this> {
    const accumulation = Accumulator.#of(this, 'updateFrom');
    const callName = `${callOf(accumulation.core)}.updateFrom`;
    await addChunks(callName, [accumulation], this.#isFloat32, chunks, options);
    return this;
  }

  /**
   * Adds what another accumulator of the same loss, options and denominator has, or one's state; that one
   * stays as it is.
   *
   * Sums of whole blocks are exact until they are read. So merging has the same bits in any order and
   * grouping, and those of one call where each part but one is of whole blocks: a multiple of 2,048
   * samples, or, with K classes, of ⌊2048/K⌋ (1 from K = 2,048 on). Cut elsewhere, the mean is within
   * the accuracy of every result: within 4 ulp of the exact value, cross-entropies within 1e-14 of it,
   * relatively, and within 1e-6 where predictions are float32.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no accumulator, nor what `toJSON` gives
   * @throws {RangeError} if its loss, options, denominator, number of classes or type of predictions
   *   is another, or if it is a state of another version
   */
  merge(other: Accumulator | AccumulatorState): this {
    const accumulation = Accumulator.#of(this, 'merge');
    const { core, denominator } = accumulation;
    const callName = `${callOf(core)}.merge`;
    const others = Accumulator.#from(callName, core, denominator, other);
    accumulation.checkMerges(callName, others);
    accumulation.merge(others);
    return this;
  }

  /**
   * Adds up the samples that wait for a block to be full, and takes no more: what is left is the sums, and
   * a state of some 300 bytes. Sealed ones that were merged from the same data, in whatever order, have
   * the same state, byte for byte.
   *
   * @returns the accumulator itself
   */
  seal(): this {
    Accumulator.#of(this, 'seal').seal();
    return this;
  }

  /**
   * The mean over all samples so far, Σᵢ wᵢ·lᵢ over the denominator; of none, what the loss's
   * `onEmpty` says.
   */
  get mean(): number {
    const { core } = this.#accumulation;
    const { losses, divisor } = this.#accumulation.closed();
    return meanOf(core, `${callOf(core)}.mean`, losses, divisor);
  }

  /** The sum of the losses, each times its weight, Σᵢ wᵢ·lᵢ. */
  get sum(): number {
    return this.#accumulation.closed().losses.value;
  }

  /**
   * The number of samples, also of those of weight 0, but for those that `ignoreIndex` leaves out. The
   * mean is that of nothing where none of them has a weight other than 0.
   */
  get count(): number {
    return this.#accumulation.closedDivisor().count;
  }

  /** The sum of their weights: what the {@link Denominator} `'weight'` is. */
  get weight(): number {
    return this.#accumulation.closedDivisor().weight;
  }

  /**
   * All it knows as plain data, which `JSON.stringify` calls for; parsed, `loss.accumulator({ from })`
   * goes on from there with the same bits.
   */
  toJSON(): AccumulatorState {
    return Accumulator.#of(this, 'toJSON').state();
  }

  /**
   * What consoles of Node, Deno and Bun print:
   * `Accumulator(squaredError) { mean: 2.5, sum: 10, count: 4, weight: 4 }`.
   */
  [INSPECT](): string {
    // (What only inherits from an accumulator can be printed, too.)
    if (!(#accumulation in this)) return 'Accumulator {}';
    const { core } = this.#accumulation;
    const { losses, divisor } = this.#accumulation.closed();
    const { name, options } = core;
    // A mean that would be an error is no error here.
    const lenient = options.onEmpty === 'throw' ? { ...core, options: {} } : core;
    const mean = meanOf(lenient, name, losses, divisor);
    const { count, weight } = divisor;
    return `Accumulator(${lossText(name, options)}) { mean: ${mean}, sum: ${losses.value}, count: ${count}, weight: ${weight} }`;
  }

  static #of(accumulator: object, method: string): Accumulation {
    // (Neither a proxy of one, nor an object that only inherits from it, has the member.)
    if (#accumulation in Object(accumulator)) return (accumulator as Accumulator).#accumulation;
    throw receiverError(method, `an accumulator, as in accumulator.${method}(…)`, accumulator);
  }

  /** What an accumulator has, or the state of one. */
  static #from(
    callName: string,
    core: Core,
    denominator: Denominator,
    other: unknown,
  ): Accumulation {
    if (isObject(other)) {
      if (#accumulation in other) return other.#accumulation;
      if ('version' in other) {
        return Accumulation.from(callName, 'other', core, other, denominator, undefined);
      }
    }
    throw new TypeError(
      `${callName}: expected an accumulator, or what its toJSON gives, got ${describe(other)}`,
    );
  }
}

/** As errors name it; made anew, because thousands of accumulators would each keep it. */
function callOf({ name }: Core): string {
  return `${name}.accumulator`;
}
