import { asChoice, type BackendChoice, Backends, choiceFromEnvironment } from './backends.js';
import { setInspect } from './inspect.js';
import { type Loss, lossOf } from './loss.js';
import * as losses from './losses/definitions.js';
import type {
  BinaryOptions,
  HuberOptions,
  QuantileOptions,
  RowOptions,
  SparseOptions,
} from './losses/options.js';
import { setDispose } from './threads/dispose.js';
// (For its declarations, too, which programs need that know no `using`.)
import './threads/dispose.js';
import { asThreads, noThreads, threadsFor } from './threads/engage.js';
import { checkNames, receiverError } from './validate.js';
import './wasm/global.js';
import { asKernels } from './wasm/seal.js';

/** Options of {@link createEngine}. */
export interface EngineOptions {
  /**
   * `'auto'` (default): WebAssembly if it is there, and JavaScript for calls so small that it is
   * faster. `'wasm'`: WebAssembly always, or an error. `'js'`: JavaScript always.
   */
  backend?: BackendChoice;
  /**
   * The kernels, compiled from `lossmeter/kernels.wasm`, instead of those that are embedded: where
   * bytes may not be compiled but a `.wasm` file can be imported, or to compile without blocking.
   */
  module?: WebAssembly.Module;
  /**
   * How many threads share the work of large calls, that which calls included: a number from 1 (default)
   * to 128, or `'auto'` for as many as there are processors. Where there can be no more than one,
   * {@link Engine.threadsReason} says why.
   */
  threads?: 'auto' | number;
}

/**
 * The losses, bound to a backend. y is an element of yTrue; one of yPred is p, or z where it is a
 * logit; n is the number of samples, K that of classes. A loss is in the unit its formula gives it:
 * that of y squared, that of y, or nats. Gradients are one sample's, with respect to yPred.
 */
export class Engine {
  /**
   * Squared error, (p − y)², without the ½ that some texts have; gradient 2(p − y). Takes n numbers
   * each, any float64. Its mean is scikit-learn's `mean_squared_error` and PyTorch's `mse_loss`.
   */
  readonly squaredError: Loss;
  /**
   * Absolute error, |p − y|; gradient sign(p − y), which is 0 where they are equal. Takes n numbers
   * each, any float64. Its mean is scikit-learn's `mean_absolute_error` and PyTorch's `l1_loss`.
   */
  readonly absoluteError: Loss;
  /**
   * Huber loss, ½d² where |d| ≤ δ and δ(|d| − ½δ) beyond, d = p − y; gradient d, moved into [−δ, δ].
   * Takes n numbers each, any float64. The option `delta` is δ, 1 unless given; the unit is that of y
   * squared. Its mean is PyTorch's `huber_loss`.
   */
  readonly huber: Loss<HuberOptions>;
  /**
   * Quantile loss, or pinball loss: q·d where d = y − p ≥ 0 and (q − 1)·d below, without a factor of 2;
   * gradient −q where p < y, 1 − q where p > y, 0 where they are equal.
   * Takes n numbers each, any float64. The option `quantile` is q, 0.5 unless given, of which it is
   * ½|p − y|. Its mean is scikit-learn's `mean_pinball_loss`.
   */
  readonly quantile: Loss<QuantileOptions>;
  /**
   * Binary cross-entropy of n labels in [0, 1] and n predictions of the label 1.
   *
   * - Probabilities in [0, 1]: −(y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)), gradient
   *   (p − y) / max(p(1 − p), 1e-12). Both bounds are those of PyTorch's `binary_cross_entropy`; the
   *   option `clip` is the other convention.
   * - With the option `fromLogits`, logits, any float64: max(z, 0) − zy + log1p(e^−|z|), gradient
   *   σ(z) − y. It is PyTorch's `binary_cross_entropy_with_logits`. At z = ±∞ it is the limit.
   *
   * A RangeError names the first label or probability that is outside.
   */
  readonly binaryCrossEntropy: Loss<BinaryOptions>;
  /**
   * Categorical cross-entropy of n rows of K labels in [0, 1], one-hot or soft, and n rows of K
   * predictions, row after row. Needs the option `classes`, K. A term with yₖ = 0 is 0, in the loss
   * and in the gradient.
   *
   * - Probabilities in [0, 1]: −Σₖ yₖ·max(ln pₖ, −100), gradient −yₖ/pₖ. Rows are taken as they are,
   *   as scikit-learn's `log_loss` does; the option `normalize` divides them by their sums, as Keras.
   * - With the option `fromLogits`, logits, any float64: −Σₖ yₖ·log_softmax(z)ₖ, gradient
   *   softmax(z)ₖ·Σy − yₖ. It is PyTorch's `cross_entropy`. With infinite logits it is the limit, and
   *   NaN where there is none: all −∞, or two +∞.
   *
   * A RangeError names the first label or probability that is outside.
   */
  readonly categoricalCrossEntropy: Loss<RowOptions>;
  /**
   * Categorical cross-entropy by class index, of n integers from 0 to K − 1 and n rows of K
   * predictions, row after row. K is yPred.length / yTrue.length.
   *
   * - Probabilities in [0, 1], all of which are checked unless the option `check` says otherwise:
   *   −max(ln p_y, −100), gradient −1/p_y at y and 0 elsewhere. Its mean is PyTorch's `nll_loss` of ln p.
   * - With the option `fromLogits`, logits, any float64: logsumexp(z) − z_y, gradient
   *   softmax(z)ₖ − [k = y]. It is PyTorch's `cross_entropy`. Infinite logits are as for
   *   {@link Engine.categoricalCrossEntropy}.
   *
   * A RangeError names the first index or probability that is outside.
   */
  readonly sparseCategoricalCrossEntropy: Loss<SparseOptions>;
  /** The same as {@link Engine.close}, for `using`. */
  declare readonly [Symbol.dispose]: () => void;
  readonly #backends: Backends;

  /** @internal */
  constructor(backends: Backends) {
    setInspect(this, (style, inspect) => `Engine ${inspect(this.toJSON(), style)}`);
    this.#backends = backends;
    setDispose(this);
    this.squaredError = lossOf(losses.squaredError, backends);
    this.absoluteError = lossOf(losses.absoluteError, backends);
    this.huber = lossOf(losses.huber, backends);
    this.quantile = lossOf(losses.quantile, backends);
    this.binaryCrossEntropy = lossOf(losses.binaryCrossEntropy, backends);
    this.categoricalCrossEntropy = lossOf(losses.categoricalCrossEntropy, backends);
    this.sparseCategoricalCrossEntropy = lossOf(losses.sparseCategoricalCrossEntropy, backends);
  }

  /** The backend in use. Asking compiles the WebAssembly kernels if nothing has yet. */
  get backend(): 'wasm' | 'js' {
    return this.#backends.backend;
  }

  /** Why `'auto'` came down to JavaScript; undefined if it did not. */
  get fallbackReason(): string | undefined {
    return this.#backends.fallbackReason;
  }

  /**
   * How many threads take part in large calls now: those that were asked for, once they have started;
   * 1 until then, after {@link Engine.close}, and where there can be no more.
   */
  get threads(): number {
    return this.#backends.threads?.count ?? 1;
  }

  /** Why these are not as many as were asked for; undefined if they are. */
  get threadsReason(): string | undefined {
    return this.#backends.threads?.reason;
  }

  /**
   * Stops the threads; those that are idle use no processor and keep no process alive, but take memory.
   * The engine's losses go on with one thread. To close it once more, or one without threads, does nothing.
   */
  close(): void {
    if (!(this instanceof Engine)) {
      throw receiverError('close', 'an engine, as in engine.close()', this);
    }
    this.#backends.threads?.end('the engine is closed');
  }

  /**
   * The backend in use, and why it is JavaScript if `'auto'` came down to it; and the same of threads,
   * where they were asked for: for `JSON.stringify`.
   */
  toJSON(): Pick<Engine, 'backend'> &
    Partial<Pick<Engine, 'fallbackReason' | 'threads' | 'threadsReason'>> {
    const { backend, fallbackReason, threads, threadsReason } = this;
    return {
      backend,
      ...(fallbackReason === undefined ? {} : { fallbackReason }),
      ...(this.#backends.threads === undefined ? {} : { threads }),
      ...(threadsReason === undefined ? {} : { threadsReason }),
    };
  }
}

/**
 * Makes an {@link Engine}. Every backend and any number of threads give the same bits; they differ in
 * speed alone.
 *
 * @throws {TypeError | RangeError} for an unknown option or backend, a number of threads that is no
 *   integer from 1 to 128, a `module` that is not this version's kernels, or a `module` for backend
 *   `'js'`, which would not use it
 * @throws {Error} if `backend` is `'wasm'` and WebAssembly is not available
 */
export function createEngine(options: EngineOptions = {}): Engine {
  checkNames('createEngine', options, ['backend', 'module', 'threads']);
  const { backend = 'auto', module, threads } = options;
  const choice = asChoice(backend, 'createEngine: expected backend');
  let compile: (() => WebAssembly.Module) | undefined;
  if (module !== undefined) {
    const given = asKernels(module, 'createEngine: expected module');
    if (choice === 'js') {
      throw new TypeError("createEngine: expected no module with backend 'js', which uses none");
    }
    compile = () => given;
  }
  const backends = new Backends(choice === 'auto' ? choiceFromEnvironment : () => choice, compile);
  const count = threads === undefined ? 1 : asThreads(threads);
  if (choice === 'wasm') void backends.backend;
  if (count > 1) backends.threads = threadsFor(count, backends, module !== undefined, options);
  else if (threads === 'auto') backends.threads = noThreads('there is one processor');
  return new Engine(backends);
}
