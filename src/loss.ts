import {
  type FloatArray,
  isFloat32Array,
  isFloat64Array,
  type LossArray,
  type Numbers,
} from './arrays.js';
import type { Backends } from './backends.js';
import { BLOCK, type Block } from './block.js';
import { Fold, forEachBlock } from './blocks.js';
import { jsWorkspace, smallPred, smallTrue } from './js/workspace.js';
import type { Source } from './source.js';
import { asSource, checkNames, checkOut, outType } from './validate.js';
import { copyIn, copyOut, type ElementType, FEW, type Workspace } from './workspace.js';

/** What `mean` is of no samples at all. */
export type OnEmpty = 'nan' | 'zero' | 'throw';

/** Options of every loss. */
export interface LossOptions {
  /** The mean of nothing: NaN (default), 0, or a RangeError. The sum of nothing is 0. */
  onEmpty?: OnEmpty;
}

/** Options of a call of `perSample`. */
export interface PerSampleOptions<P extends Numbers> {
  /**
   * Where the losses go: of yPred's type and one element per sample. It may be one of the inputs.
   * Written only if the whole call succeeds.
   */
  out?: LossArray<P>;
}

/** One call: the arguments, checked, and where they will be read. */
export interface Pass {
  /** The loss and the verb, as `squaredError.mean`. */
  readonly call: string;
  readonly yTrue: Source;
  readonly yPred: Source;
  /** Samples. */
  readonly n: number;
  /** Elements of yPred per sample. */
  readonly classes: number;
  readonly type: ElementType;
  readonly workspace: Workspace;
}

const PER_SAMPLE_OPTIONS = ['out'];

/**
 * A loss: how far predictions are from the truth. The verbs are the same for every loss; its formula,
 * domain and options stand with its name.
 */
export abstract class Loss<Options extends LossOptions = LossOptions> {
  /** The loss's name, as in error messages. */
  readonly name: string;
  /** The options that `with` has set. */
  readonly options: Readonly<Options>;
  protected readonly backends: Backends;
  /** Under this many elements JavaScript is faster, and up to it a call may take the short way. */
  protected readonly few: number = FEW;
  /** As errors name the calls; made once, because making them would take longer than a small call. */
  private readonly calls: {
    readonly mean: string;
    readonly sum: string;
    readonly perSample: string;
  };

  constructor(name: string, backends: Backends, options: Readonly<Options>) {
    this.name = name;
    this.backends = backends;
    this.options = options;
    this.calls = { mean: `${name}.mean`, sum: `${name}.sum`, perSample: `${name}.perSample` };
  }

  /**
   * The same loss with options. Those already set stay unless named again.
   *
   * @throws {TypeError} for an unknown option or a value of the wrong kind
   * @throws {RangeError} for a value out of its range
   */
  abstract with(options: Options): Loss<Options>;

  /**
   * The mean of the samples' losses, in the losses' unit; NaN if there is a NaN in the data.
   *
   * @param yTrue the truth: n numbers, or n rows of classes
   * @param yPred the predictions: n numbers, or n rows of classes
   * @param options none; anything but an empty object is an error
   * @returns Σᵢ lᵢ / n as float64, whatever the arrays' types
   * @throws {TypeError} if an argument is not an array of numbers
   * @throws {RangeError} if lengths do not fit, or an element is outside the loss's domain
   */
  mean(yTrue: Numbers, yPred: Numbers, options?: Readonly<Record<string, never>>): number {
    const few = options === undefined ? this.small(yTrue, yPred) : 0;
    if (few > 0) return jsWorkspace.total.array[0] / few;
    const pass = this.open(this.calls.mean, yTrue, yPred, options);
    if (pass.n === 0) return this.meanOfNothing(pass);
    return this.total(pass) / pass.n;
  }

  /**
   * The sum of the samples' losses, Σᵢ lᵢ as float64; 0 if there are none.
   *
   * @throws as `mean`
   */
  sum(yTrue: Numbers, yPred: Numbers, options?: Readonly<Record<string, never>>): number {
    if (options === undefined && this.small(yTrue, yPred) > 0) return jsWorkspace.total.array[0];
    return this.total(this.open(this.calls.sum, yTrue, yPred, options));
  }

  /**
   * Each sample's loss, computed in float64 and rounded once to the type of yPred.
   *
   * @returns `out`, or a new array: Float32Array if yPred is one, else Float64Array
   * @throws as `mean`, and if `out` is of another type or length; then `out` is as it was
   */
  perSample<P extends Numbers>(
    yTrue: Numbers,
    yPred: P,
    options: Readonly<PerSampleOptions<P>> = {},
  ): LossArray<P> {
    const call = this.calls.perSample;
    checkNames(call, options, PER_SAMPLE_OPTIONS);
    const given = options.out;
    const few = this.stageFew(yTrue, yPred);
    if (few > 0 && this.smallEach(few)) {
      const isFloat32 = yPred instanceof Float32Array;
      const out =
        given === undefined ? new (outType(isFloat32))(few) : checkOut(call, given, isFloat32, few);
      copyOut(jsWorkspace.losses.array, 0, out, 0, few);
      return (given ?? out) as LossArray<P>;
    }
    const pass = this.open(call, yTrue, yPred);
    const isFloat32 = pass.yPred.kind === 'float32';
    if (given === undefined) {
      return this.each(pass, new (outType(isFloat32))(pass.n)) as LossArray<P>;
    }
    const out = checkOut(call, given, isFloat32, pass.n);
    const isOneBlock = pass.n <= samplesPerBlock(pass);
    if (isOneBlock || (canStream(pass, out) && this.check(pass))) this.each(pass, out);
    else out.set(this.each(pass, new (outType(isFloat32))(pass.n)));
    return given;
  }

  /**
   * Computes a call of few elements in two arrays of one type, where preparing a pass would take
   * longer than the sum (8 elements: 40 instead of 150 ns). The number of samples, with the sum in
   * the JavaScript workspace's total; or 0 for anything not as simple, errors and NaN included:
   * then the ordinary way decides.
   */
  protected small(yTrue: unknown, yPred: unknown): number {
    const n = this.stageFew(yTrue, yPred);
    return n === 0 ? 0 : sumOfFew(this.smallTotal(n, isFloat32Array(yPred) ? 'f32' : 'f64'));
  }

  /** Copies few elements of two arrays of one type to where small calls are computed: how many. */
  private stageFew(yTrue: unknown, yPred: unknown): number {
    const isPair =
      (isFloat64Array(yTrue) && isFloat64Array(yPred)) ||
      (isFloat32Array(yTrue) && isFloat32Array(yPred));
    if (!isPair) return 0;
    const n = yTrue.length;
    if (n === 0 || n > this.few || yPred.length !== n || !this.backends.mayUseJs) return 0;
    copyIn(yTrue, 0, n, smallTrue.array);
    copyIn(yPred, 0, n, smallPred.array);
    return n;
  }

  /**
   * Leaves the sum of the losses of n staged elements in the JavaScript workspace's total; the
   * number of samples, or 0 if an option asks for more than a kernel.
   */
  protected abstract smallTotal(n: number, type: ElementType): number;

  /**
   * Leaves each loss of n staged elements in the JavaScript workspace's losses; false if an option
   * or the data ask for more than a kernel.
   */
  protected smallEach(_n: number): boolean {
    return false;
  }

  /** Lengths and types of the two arrays that this loss takes, or an error. */
  protected abstract shape(
    call: string,
    yTrue: Source,
    yPred: Source,
  ): { n: number; classes: number; type: ElementType };

  /** Adds the losses of all samples, block by block. */
  protected abstract addAll(pass: Pass, fold: Fold): void;

  /** Writes the losses of samples from … from + n − 1 to out. */
  protected abstract writeBlock(pass: Pass, from: number, n: number, out: Block): void;

  /**
   * Throws if an element is outside the domain. False if that takes the losses themselves to know.
   */
  protected abstract check(pass: Pass): boolean;

  private open(call: string, yTrue: unknown, yPred: unknown, options?: unknown): Pass {
    if (options !== undefined) checkNames(call, options, []);
    const truth = asSource(call, 'yTrue', yTrue);
    const predictions = asSource(call, 'yPred', yPred);
    const { n, classes, type } = this.shape(call, truth, predictions);
    const workspace = this.backends.workspace(truth, predictions, this.few);
    return { call, yTrue: truth, yPred: predictions, n, classes, type, workspace };
  }

  private meanOfNothing(pass: Pass): number {
    const { onEmpty } = this.options;
    if (onEmpty === 'throw')
      throw new RangeError(`${pass.call}: expected at least one sample, got 0`);
    return onEmpty === 'zero' ? 0 : NaN;
  }

  private total(pass: Pass): number {
    const fold = new Fold();
    try {
      this.addAll(pass, fold);
    } finally {
      pass.workspace.release();
    }
    checkLengths(pass);
    return fold.value;
  }

  /**
   * Writes every loss to out. A single block goes to scratch first, so that nothing is written if
   * there is an error in it.
   */
  private each<A extends FloatArray>(pass: Pass, out: A): A {
    const { workspace } = pass;
    const size = samplesPerBlock(pass);
    // User code may run while an ordinary array is read, and use the workspace's other targets.
    const inScratch = pass.n <= size || !(pass.yTrue.isStable && pass.yPred.isStable);
    try {
      forEachBlock(pass.n, size, (from, n) => {
        const target = inScratch ? workspace.losses : workspace.target(out, from);
        this.writeBlock(pass, from, n, target);
        if (inScratch) checkLengths(pass);
        workspace.store(target, out, from, n);
      });
    } finally {
      workspace.release();
    }
    checkLengths(pass);
    return out;
  }
}

/** Adds up the total of few samples; 0 instead of their number if it is not a number. */
export function sumOfFew(samples: number): number {
  const { array } = jsWorkspace.total;
  // An infinite sum has NaN for a remainder.
  if (!Number.isNaN(array[1])) array[0] += array[1];
  return Number.isNaN(array[0]) ? 0 : samples;
}

/** As many whole samples as a block holds; one, if it holds none. */
export function samplesPerBlock(pass: Pass): number {
  return Math.max(1, Math.floor(BLOCK / pass.classes));
}

/** Adds the total that a kernel has just left; true if it is NaN and wants a closer look. */
export function addTotal(pass: Pass, fold: Fold): boolean {
  const { array, at } = pass.workspace.total;
  fold.add(array[at], array[at + 1]);
  return Number.isNaN(array[at]);
}

function checkLengths(pass: Pass): void {
  pass.yTrue.checkLength();
  pass.yPred.checkLength();
}

/** Whether losses can be written to `out` while the inputs are still being read. */
function canStream(pass: Pass, out: FloatArray): boolean {
  return [pass.yTrue, pass.yPred].every((source) => {
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
