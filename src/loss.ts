import { Accumulator, type AccumulatorOptions } from './accumulator.js';
import {
  type FloatArray,
  isFloat32Array,
  isFloat64Array,
  type LossArray,
  type Numbers,
  newArray,
  type OutArray,
} from './arrays.js';
import type { Backends } from './backends.js';
import { BLOCK } from './block.js';
import { Fold, forEachBlock, quotient } from './blocks.js';
import {
  addAll,
  addBlock,
  asDenominator,
  asReduction,
  type Core,
  meanOf,
  type OnEmpty,
  open,
  type Reduction,
  setCore,
  tallyOf,
} from './core.js';
import type { Formula } from './formula.js';
import { setHidden } from './hidden.js';
import { INSPECT, type Inspect, lossText } from './inspect.js';
import { totalValue } from './js/lanes.js';
import { jsWorkspace, smallPred, smallTrue } from './js/workspace.js';
import { checkLengths, type Factors, type Output, type Pass, samplesPerBlock } from './pass.js';
import type { Source } from './source.js';
import { type Denominator, Tally } from './tally.js';
import { checkNames, checkOut, outType, receiverError } from './validate.js';
import { copyIn, copyOut, type ElementType, FEW } from './workspace.js';

/** Options of every loss. */
export interface LossOptions {
  /**
   * The mean of no samples, also where `ignoreIndex` leaves out all of them: `'nan'` (default),
   * `'zero'`, or `'throw'` for a RangeError. Their sum is 0.
   */
  onEmpty?: OnEmpty;
}

/** Options of a call of `sum`. */
export interface SumOptions {
  /** n weights, one for each sample, finite and ≥ 0: every loss, and its gradient, times its own. */
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
export abstract class Loss<Options extends LossOptions = LossOptions> {
  /** The loss's name, as in error messages. */
  readonly name: string;
  /** The options that `with` has set. */
  readonly options: Readonly<Options>;
  /** @internal */
  declare protected readonly backends: Backends;
  /**
   * Under this many elements JavaScript is faster, and up to it a call may take the short way.
   *
   * @internal
   */
  declare protected readonly few: number;
  declare private readonly core: Core;
  /** As errors name the calls; made once, because making them would take longer than a small call. */
  declare private readonly calls: {
    readonly mean: string;
    readonly sum: string;
    readonly perSample: string;
    readonly gradient: string;
    readonly valueAndGradient: string;
  };

  /** @internal */
  constructor(
    name: string,
    backends: Backends,
    options: Readonly<Options>,
    formula: Formula,
    few = FEW,
  ) {
    this.name = name;
    // Formulas are made of them: they stay as they were checked.
    this.options = Object.freeze(options);
    const core = { name, options, formula, backends, few };
    setCore(this, core);
    const calls = {
      mean: `${name}.mean`,
      sum: `${name}.sum`,
      perSample: `${name}.perSample`,
      gradient: `${name}.gradient`,
      valueAndGradient: `${name}.valueAndGradient`,
    };
    // Spread, cloned or as JSON, a loss is its name and options, not megabytes of kernels.
    setHidden(this, { backends, few, core, calls });
  }

  /**
   * The same loss with options, on the same backend. Those already set stay unless named again.
   *
   * @throws {TypeError} for an unknown option, a value of the wrong kind, or options that exclude
   *   each other
   * @throws {RangeError} for a value out of its range
   */
  abstract with(options: Options): Loss<Options>;

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
   *   negative or not finite, or there are no samples and `onEmpty` is `'throw'`
   */
  mean(yTrue: Numbers, yPred: Numbers, options?: Readonly<MeanOptions>): number {
    checkLoss(this, 'mean');
    const few = options === undefined ? this.small(yTrue, yPred) : 0;
    if (few > 0) return meanOfFew(few);
    const call = this.calls.mean;
    if (options !== undefined) checkNames(call, options, MEAN_OPTIONS);
    const denominator = asDenominator(call, options?.denominator);
    const pass = open(this.core, call, yTrue, yPred, options?.sampleWeight);
    const tally = new Tally(denominator);
    return meanOf(this.core, call, addAll(this.core, pass, tally), tally);
  }

  /**
   * The sum of the samples' losses, Σᵢ wᵢ·lᵢ as float64; 0 if there are none.
   *
   * @throws as `mean`, but never for want of samples
   */
  sum(yTrue: Numbers, yPred: Numbers, options?: Readonly<SumOptions>): number {
    checkLoss(this, 'sum');
    if (options === undefined && this.small(yTrue, yPred) > 0) return sumOfFew();
    const call = this.calls.sum;
    if (options !== undefined) checkNames(call, options, SUM_OPTIONS);
    const pass = open(this.core, call, yTrue, yPred, options?.sampleWeight);
    return addAll(this.core, pass, new Tally('count')).value;
  }

  /**
   * Each sample's loss times its weight, wᵢ·lᵢ, computed in float64 and rounded once to the type of
   * yPred; 0 for samples that `ignoreIndex` leaves out.
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
    const call = this.calls.perSample;
    checkNames(call, options, PER_SAMPLE_OPTIONS);
    const { out: given, sampleWeight } = options;
    const few = sampleWeight === undefined ? this.stageFew(yTrue, yPred) : 0;
    if (few > 0 && this.smallEach(few)) {
      const isFloat32 = yPred instanceof Float32Array;
      const out =
        given === undefined ? new (outType(isFloat32))(few) : checkOut(call, given, isFloat32, few);
      copyOut(jsWorkspace.losses.array, 0, out, 0, few);
      return (given ?? out) as Out;
    }
    const pass = open(this.core, call, yTrue, yPred, sampleWeight);
    if (pass.weights !== undefined) tallyOf(this.core, pass, 'count');
    const size = samplesPerBlock(pass.classes);
    return this.results<Out>(pass, given, pass.n, pass.n <= size, (output) =>
      this.writeLosses(pass, output),
    );
  }

  /**
   * The derivative of the mean (or of the sum) with respect to every element of yPred: wᵢ·∂lᵢ/∂yPred
   * over the mean's denominator (over 1), computed in float64 and rounded to the type of yPred; 0 for
   * samples that `ignoreIndex` leaves out.
   *
   * @returns `out`, or a new array, of yPred's length: Float32Array if yPred is one, else Float64Array
   * @throws as `sum`, and if `out` is of another type or length; then `out` is as it was
   */
  gradient<P extends Numbers, Out extends OutArray<P> = LossArray<P>>(
    yTrue: Numbers,
    yPred: P,
    options: Readonly<GradientOptions<P, Out>> = {},
  ): NoInfer<Out> {
    checkLoss(this, 'gradient');
    return this.differentiate(this.calls.gradient, yTrue, yPred, options, undefined).gradient;
  }

  /**
   * The mean (or the sum) with its gradient, in one pass over the data.
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
    return this.differentiate(this.calls.valueAndGradient, yTrue, yPred, options, new Fold());
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
  [INSPECT](_depth: number, style: object, inspect: Inspect): string {
    return lossText(this, style, inspect);
  }

  /**
   * Computes a call of few elements in two arrays of one type, where preparing a pass would take
   * longer than the sum (8 elements: 40 instead of 150 ns). The number of samples, with the sum in
   * the JavaScript workspace's total; or 0 for anything not as simple, errors and NaN included:
   * then the ordinary way decides.
   *
   * @internal
   */
  protected small(yTrue: unknown, yPred: unknown): number {
    const n = this.stageFew(yTrue, yPred);
    return n === 0 ? 0 : unlessNaN(this.smallTotal(n, isFloat32Array(yPred) ? 'f32' : 'f64'));
  }

  /** Copies few elements of two arrays of one type to where small calls are computed: how many. */
  private stageFew(yTrue: unknown, yPred: unknown): number {
    const isPair =
      (isFloat64Array(yTrue) && isFloat64Array(yPred)) ||
      (isFloat32Array(yTrue) && isFloat32Array(yPred));
    if (!isPair) return 0;
    const n = yTrue.length;
    if (n === 0 || n > this.few || yPred.length !== n || !this.backends.mayUseJs) return 0;
    // Detached, whatever their length: see checkAttached.
    /* v8 ignore next -- only in Node 20, and only in code that is hot */
    if (yTrue[0] === undefined || yPred[0] === undefined) return 0;
    copyIn(yTrue, 0, n, smallTrue.array);
    copyIn(yPred, 0, n, smallPred.array);
    return n;
  }

  /**
   * Leaves the sum of the losses of n staged elements in the JavaScript workspace's total; the
   * number of samples, or 0 if an option asks for more than a kernel.
   *
   * @internal
   */
  protected abstract smallTotal(n: number, type: ElementType): number;

  /**
   * Leaves each loss of n staged elements in the JavaScript workspace's losses; false if an option
   * or the data ask for more than a kernel.
   *
   * @internal
   */
  protected smallEach(_n: number): boolean {
    return false;
  }

  private differentiate<P extends Numbers, Out extends OutArray<P>>(
    call: string,
    yTrue: Numbers,
    yPred: P,
    options: Readonly<GradientOptions<P, Out>>,
    fold: Fold | undefined,
  ): ValueAndGradient<P, Out> {
    checkNames(call, options, GRADIENT_OPTIONS);
    const isMean = asReduction(call, options.reduction) === 'mean';
    const denominator = asDenominator(call, options.denominator);
    const pass = open(this.core, call, yTrue, yPred, options.sampleWeight, true);
    const tally = tallyOf(this.core, pass, denominator);
    const reduced = (sum: Fold) => (isMean ? meanOf(this.core, call, sum, tally) : sum.value);
    // Before anything is written: the mean of nothing may be an error.
    if (fold !== undefined) reduced(fold);
    const divisor = !isMean ? 1 : tally.count === 0 ? Infinity : tally.divisor;
    const { length } = pass.yPred;
    const gradient = this.results<Out>(pass, options.out, length, length <= BLOCK, (output) =>
      this.writeGradient(pass, output, divisor, fold),
    );
    return { value: fold === undefined ? NaN : reduced(fold), gradient };
  }

  /**
   * Has results written to a new array, or to the one given: there only once nothing can fail any
   * more. A single block goes to scratch first, so that nothing is written if there is an error in
   * it; more are checked beforehand, or written elsewhere.
   */
  private results<Out>(
    pass: Pass,
    given: unknown,
    length: number,
    isOneBlock: boolean,
    write: (output: Output) => void,
  ): Out {
    const isFloat32 = pass.yPred.kind === 'float32';
    const View = outType(isFloat32);
    const isStable = pass.yTrue.isStable && pass.yPred.isStable;
    // User code may run while an ordinary array is read, and use the workspace's other targets. And
    // weights may be where the results go.
    const inScratch = isOneBlock || !isStable || pass.weights !== undefined;
    if (given === undefined) {
      const array = newArray(pass.call, View, length);
      write({ array, inScratch });
      return array as Out;
    }
    const out = checkOut(pass.call, given, isFloat32, length);
    if (isOneBlock || (canStream(pass, out) && this.core.formula.check(pass))) {
      write({ array: out, inScratch });
    } else {
      const array = newArray(pass.call, View, length);
      write({ array, inScratch });
      checkRoom(pass.call, out, length);
      out.set(array);
    }
    return given as Out;
  }

  private writeLosses(pass: Pass, { array, inScratch }: Output): void {
    const { workspace, weights } = pass;
    const { length } = array;
    try {
      forEachBlock(pass.n, samplesPerBlock(pass.classes), (from, n) => {
        const target = workspace.target(array, from, 'f64', inScratch);
        this.core.formula.writeLosses(pass, from, n, target);
        if (weights !== undefined) {
          workspace.f64.rowsScale(target, n, 1, workspace.weights(weights, from, n));
        }
        if (inScratch) {
          checkLengths(pass);
          checkRoom(pass.call, array, length);
        }
        workspace.store(target, array, from, n, 'f64');
      });
    } finally {
      workspace.release();
    }
    checkLengths(pass);
  }

  private writeGradient(pass: Pass, output: Output, divisor: number, fold: Fold | undefined): void {
    const { formula } = this.core;
    const scale = 1 / divisor;
    try {
      forEachBlock(pass.n, samplesPerBlock(pass.classes), (from, n) => {
        if (pass.weights === undefined) {
          formula.writeGradient(pass, from, n, { scale, each: undefined }, output, fold);
        } else {
          if (fold !== undefined) addBlock(this.core, pass, from, n, fold, undefined);
          const factors = factorsOf(pass, pass.weights, from, n, divisor);
          formula.writeGradient(pass, from, n, factors, output, undefined);
        }
      });
    } finally {
      pass.workspace.release();
    }
  }
}

export function checkLoss(loss: unknown, verb: string): void {
  if (loss instanceof Loss) return;
  throw receiverError(verb, `a loss, as in squaredError.${verb}(…)`, loss);
}

/** The weights of a block's samples, over what the mean is divided by. */
function factorsOf(pass: Pass, weights: Source, from: number, n: number, divisor: number): Factors {
  const { workspace } = pass;
  const each = workspace.factors;
  for (let i = 0; i < n; i++) each.array[each.at + i] = weights.at(from + i) / divisor;
  return { scale: 1, each };
}

/** The number of samples whose total is in the JavaScript workspace; 0 if that is not a number. */
export function unlessNaN(samples: number): number {
  return Number.isNaN(jsWorkspace.total.array[0]) ? 0 : samples;
}

function sumOfFew(): number {
  return totalValue(jsWorkspace.total);
}

function meanOfFew(samples: number): number {
  const { array } = jsWorkspace.total;
  return quotient(array[0], array[1], samples);
}

/** Throws if user code has taken memory away from `out`. */
function checkRoom(call: string, out: FloatArray, length: number): void {
  if (out.length !== length) {
    throw new RangeError(
      `${call}: out changed its length from ${length} to ${out.length} during the call`,
    );
  }
}

/** Whether results can be written to `out` while the inputs are still being read. */
function canStream(pass: Pass, out: FloatArray): boolean {
  const { yTrue, yPred, weights } = pass;
  if (yPred.mayRound) return false;
  return [yTrue, yPred, weights].every((source) => {
    if (source === undefined) return true;
    if (!source.isStable) return false;
    const { values } = source;
    // Two objects may stand for the same shared memory.
    if (!(values.buffer instanceof ArrayBuffer || out.buffer instanceof ArrayBuffer)) return false;
    if (values.buffer !== out.buffer) return true;
    const apart =
      values.byteOffset >= out.byteOffset + out.byteLength ||
      out.byteOffset >= values.byteOffset + values.byteLength;
    const same = values.byteOffset === out.byteOffset && values.byteLength === out.byteLength;
    return apart || same;
  });
}
