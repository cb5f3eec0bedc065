import { Accumulator, type AccumulatorOptions } from './accumulator.js';
import type { LossArray, Numbers, OutArray } from './arrays.js';
import type { Backends } from './backends.js';
import { BLOCK } from './block.js';
import { reduceBrief, reduceBriefWeighted, writeBrief } from './brief.js';
import { closeCall, openCall } from './call.js';
import { type Core, type Definition, makeCore, setCore } from './definition.js';
import { setHidden } from './hidden.js';
import { INSPECT } from './inspect.js';
import { lossText } from './loss-text.js';
import { checkOptions, checkTogether, type LossOptions } from './losses/options.js';
import {
  asDenominator,
  asReduction,
  type Denominator,
  Divisor,
  divisorOf,
  meanOf,
  meanOfNothing,
  type Reduction,
} from './means.js';
import { closeResults, openResults, writeGradient, writeLosses } from './results.js';
import { RunningSum } from './running-sum.js';
import { addAll } from './sums.js';
import { checkNames, receiverError } from './validate.js';

/** Options of a call of `sum`. */
export interface SumOptions {
  /**
   * n weights, one for each sample, finite and ≥ 0: every loss, and its gradient, times its own. A
   * sample of weight 0 is left out, whatever its values, which are not looked at: its loss and gradient
   * are 0 even if there is a NaN in it, or what would otherwise be an error.
   */
  sampleWeight?: Numbers;
}

/** Options of a call of `mean`. */
export interface MeanOptions extends SumOptions {
  /** What the sum of weighted losses is divided by: `'weight'` (default), `'count'`, `'nonzero'`. */
  denominator?: Denominator;
}

/** Options of a call of `perSample`. */
export interface PerSampleOptions<P extends Numbers, Out extends OutArray<P> = OutArray<P>>
  extends SumOptions {
  /**
   * Where the losses go: of yPred's type and one element per sample. It may be one of the inputs.
   * Written only if the whole call succeeds.
   */
  out?: Out;
}

/** Options of a call of `gradient` or `valueAndGradient`. */
export interface GradientOptions<P extends Numbers, Out extends OutArray<P> = OutArray<P>>
  extends MeanOptions {
  /**
   * Where the gradient goes: of yPred's type and length. It may be one of the inputs. Written only
   * if the whole call succeeds.
   */
  out?: Out;
  /** `'mean'` (default) or `'sum'`: of which it is. */
  reduction?: Reduction;
}

/** What `valueAndGradient` returns. */
export interface ValueAndGradient<P extends Numbers, Out extends OutArray<P> = LossArray<P>> {
  /** The mean, or the sum. */
  readonly value: number;
  /** Its derivative with respect to every element of yPred. */
  readonly gradient: Out;
}

const SUM_OPTIONS = ['sampleWeight'];
const MEAN_OPTIONS = ['sampleWeight', 'denominator'];
const PER_SAMPLE_OPTIONS = ['out', 'sampleWeight'];
const GRADIENT_OPTIONS = ['out', 'reduction', 'sampleWeight', 'denominator'];

/**
 * A loss: how far predictions are from the truth. The verbs are the same for every loss; formula,
 * gradient, shapes and domain of each stand at {@link Engine}.
 */
export class Loss<Options extends LossOptions = LossOptions> {
  /** The loss's name, as in error messages. */
  readonly name: string;
  /** The options that `with` has set. */
  readonly options: Readonly<Options>;
  declare private readonly core: Core<Options>;

  /** @internal */
  constructor(definition: Definition<Options>, backends: Backends, options: Readonly<Options>) {
    const core = makeCore(definition, backends, options);
    this.name = core.name;
    this.options = core.options;
    // Spread, cloned or as JSON, a loss is its name and options, not megabytes of kernels.
    setHidden(this, { core });
    setCore(this, core);
  }

  /**
   * The same loss with options, on the same backend. Those already set stay unless named again.
   *
   * @throws {TypeError} for an unknown option, a value of the wrong kind, or options that exclude
   *   each other
   * @throws {RangeError} for a value out of its range
   */
  with(options: Options): Loss<Options> {
    checkLoss(this, 'with');
    const { definition, backends } = this.core;
    const callName = `${this.name}.with`;
    const all = { ...this.options, ...checkOptions(callName, options, definition.options) };
    checkTogether(callName, all);
    return new Loss(definition, backends, all);
  }

  /**
   * The mean of the samples' losses lᵢ, in the losses' unit; NaN if there is a NaN in the data.
   *
   * @param yTrue the truth: n numbers, or n rows of K; never broadcast
   * @param yPred the predictions: n numbers, or n rows of K
   * @param options weights wᵢ of the samples, and what the sum is divided by
   * @returns Σᵢ wᵢ·lᵢ / Σᵢ wᵢ (or over another {@link Denominator}) as float64, whatever the arrays'
   *   types; without weights Σᵢ lᵢ / n
   * @throws {TypeError} if an argument is not an array of numbers, or an option not known
   * @throws {RangeError} if lengths do not fit, an element is outside the loss's domain, a weight is
   *   negative or not finite, or no sample counts and `onEmpty` is `'throw'`
   */
  mean(yTrue: Numbers, yPred: Numbers, options?: Readonly<MeanOptions>): number {
    checkLoss(this, 'mean');
    const brief = options === undefined ? reduceBrief(this.core, yTrue, yPred, true) : NaN;
    if (!Number.isNaN(brief)) return brief;
    const callName = this.core.calls.mean;
    if (options !== undefined) checkNames(callName, options, MEAN_OPTIONS);
    const denominator = asDenominator(callName, options?.denominator);
    const sampleWeight = options?.sampleWeight;
    if (sampleWeight !== undefined && denominator === 'weight') {
      const brief = reduceBriefWeighted(this.core, yTrue, yPred, sampleWeight, true);
      if (!Number.isNaN(brief)) return brief;
    }
    const call = openCall(this.core, callName, yTrue, yPred, sampleWeight);
    const divisor = new Divisor(denominator);
    const running = addAll(this.core, call, divisor);
    closeCall(this.core, call);
    return meanOf(this.core, callName, running, divisor);
  }

  /**
   * The sum of the samples' losses, Σᵢ wᵢ·lᵢ as float64; 0 if there are none.
   *
   * @throws as `mean`, but never for want of samples
   */
  sum(yTrue: Numbers, yPred: Numbers, options?: Readonly<SumOptions>): number {
    checkLoss(this, 'sum');
    const brief = options === undefined ? reduceBrief(this.core, yTrue, yPred, false) : NaN;
    if (!Number.isNaN(brief)) return brief;
    const callName = this.core.calls.sum;
    if (options !== undefined) checkNames(callName, options, SUM_OPTIONS);
    const sampleWeight = options?.sampleWeight;
    if (sampleWeight !== undefined) {
      const brief = reduceBriefWeighted(this.core, yTrue, yPred, sampleWeight, false);
      if (!Number.isNaN(brief)) return brief;
    }
    const call = openCall(this.core, callName, yTrue, yPred, sampleWeight);
    const running = addAll(this.core, call, new Divisor('count'));
    closeCall(this.core, call);
    return running.value;
  }

  /**
   * Each sample's loss times its weight, wᵢ·lᵢ, in the type of yPred (of float32, within 4 ulp of what it
   * is exactly); 0 for samples that `ignoreIndex` or a weight of 0 leaves out.
   *
   * @returns `out`, or a new array, of n elements: Float32Array if yPred is one, else Float64Array
   * @throws as `sum`, and if `out` is of another type or length; then `out` is as it was
   */
  perSample<P extends Numbers, Out extends OutArray<P> = LossArray<P>>(
    yTrue: Numbers,
    yPred: P,
    options: Readonly<PerSampleOptions<P, Out>> = {},
  ): NoInfer<Out> {
    checkLoss(this, 'perSample');
    const callName = this.core.calls.perSample;
    checkNames(callName, options, PER_SAMPLE_OPTIONS);
    const { out: given, sampleWeight } = options;
    if (sampleWeight === undefined) {
      const brief = writeBrief(this.core, callName, yTrue, yPred, given);
      if (brief !== undefined) return (given ?? brief) as Out;
    }
    const call = openCall(this.core, callName, yTrue, yPred, sampleWeight);
    const zeros = call.weights === undefined ? 0 : divisorOf(this.core, call, 'count').zeros;
    const isOneBlock = call.n <= call.blockSize;
    const results = openResults(this.core, call, given, call.n, isOneBlock, zeros);
    writeLosses(this.core, call, results, zeros);
    closeResults(call, results);
    closeCall(this.core, call);
    return (given ?? results.array) as Out;
  }

  /**
   * The derivative of the mean (or of the sum) with respect to every element of yPred: wᵢ·∂lᵢ/∂yPred
   * over the mean's denominator (over 1), in the type of yPred (of float32, within 4 ulp); 0 for
   * samples that `ignoreIndex` or a weight of 0 leaves out. That of the mean of nothing is what
   * `onEmpty` says, for every element.
   *
   * @returns `out`, or a new array, of yPred's length: Float32Array if yPred is one, else Float64Array
   * @throws as `mean` (or `sum`), and if `out` is of another type or length; then `out` is as it was
   */
  gradient<P extends Numbers, Out extends OutArray<P> = LossArray<P>>(
    yTrue: Numbers,
    yPred: P,
    options: Readonly<GradientOptions<P, Out>> = {},
  ): NoInfer<Out> {
    checkLoss(this, 'gradient');
    return this.differentiate(this.core.calls.gradient, yTrue, yPred, options, undefined).gradient;
  }

  /**
   * The mean (or the sum) with its gradient. Each block of data is taken from memory once for both, but
   * where they are looked through beforehand: weights, and class indices with `classWeight` or
   * `ignoreIndex`, for what the mean is divided by; and labels and probabilities of several blocks
   * where results go to `out` directly. Of float64 numbers, value and gradient without weights come from
   * one kernel; else they are computed one after the other.
   *
   * @returns what `mean` (or `sum`) and `gradient` give, bit for bit
   * @throws as `mean` (or `sum`) and as `gradient`
   */
  valueAndGradient<P extends Numbers, Out extends OutArray<P> = LossArray<P>>(
    yTrue: Numbers,
    yPred: P,
    options: Readonly<GradientOptions<P, Out>> = {},
  ): ValueAndGradient<P, NoInfer<Out>> {
    checkLoss(this, 'valueAndGradient');
    return this.differentiate(
      this.core.calls.valueAndGradient,
      yTrue,
      yPred,
      options,
      new RunningSum(),
    );
  }

  /**
   * The mean and the sum over data that come in any number of parts.
   *
   * @throws {TypeError} for an unknown option, or a `from` that no `toJSON` gives
   * @throws {RangeError} for an unknown denominator, or a `from` of another version, loss, options or
   *   denominator
   */
  accumulator(options: Readonly<AccumulatorOptions> = {}): Accumulator {
    checkLoss(this, 'accumulator');
    return new Accumulator(this.core, options);
  }

  /**
   * Its name and its options, which `JSON.stringify` calls for: `engine[name].with(options)` is the
   * same loss again. `structuredClone` and `postMessage` make the same of it.
   */
  toJSON(): Pick<Loss<Options>, 'name' | 'options'> {
    checkLoss(this, 'toJSON');
    const { name, options } = this;
    return { name, options };
  }

  /** @internal */
  [INSPECT](): string {
    return lossText(this.name, this.options);
  }

  private differentiate<P extends Numbers, Out extends OutArray<P>>(
    callName: string,
    yTrue: Numbers,
    yPred: P,
    options: Readonly<GradientOptions<P, Out>>,
    running: RunningSum | undefined,
  ): ValueAndGradient<P, Out> {
    checkNames(callName, options, GRADIENT_OPTIONS);
    const { out, sampleWeight } = options;
    const isMean = asReduction(callName, options.reduction) === 'mean';
    const denominator = asDenominator(callName, options.denominator);
    const call = openCall(this.core, callName, yTrue, yPred, sampleWeight, true);
    const divisor = divisorOf(this.core, call, denominator);
    const { length } = call.yPred;
    const { zeros } = divisor;
    if (isMean && divisor.nonzero === 0) {
      const value = meanOfNothing(this.core, callName, divisor);
      const { array } = openResults(this.core, call, out, length, true, zeros);
      array.fill(value);
      return { value, gradient: (out ?? array) as Out };
    }
    const results = openResults(this.core, call, out, length, length <= BLOCK, zeros);
    const { value } = divisor;
    writeGradient(this.core, call, results, isMean ? value : 1, zeros, running);
    closeResults(call, results);
    closeCall(this.core, call);
    const gradient = (out ?? results.array) as Out;
    if (running === undefined) return { value: NaN, gradient };
    return { value: isMean ? running.over(value) : running.value, gradient };
  }
}

function checkLoss(loss: unknown, verb: string): void {
  if (loss instanceof Loss) return;
  throw receiverError(verb, `a loss, as in squaredError.${verb}(…)`, loss);
}

/** A loss without options; the same for the same backends. */
export function lossOf<Options extends LossOptions>(
  definition: Definition<Options>,
  backends: Backends,
): Loss<Options> {
  let loss = backends.losses.get(definition);
  if (loss === undefined) {
    loss = new Loss(definition, backends, {} as Options);
    backends.losses.set(definition, loss);
  }
  return loss as Loss<Options>;
}
