import { asChoice, type BackendChoice, Backends, choiceFromEnvironment } from './backends.js';
import { absoluteError } from './losses/absolute-error.js';
import { BinaryCrossEntropy } from './losses/binary-cross-entropy.js';
import { CategoricalCrossEntropy } from './losses/categorical-cross-entropy.js';
import type { PointwiseLoss } from './losses/pointwise.js';
import { SparseCategoricalCrossEntropy } from './losses/sparse-categorical-cross-entropy.js';
import { squaredError } from './losses/squared-error.js';
import { checkNames } from './validate.js';

export interface EngineOptions {
  /**
   * `'auto'` (default): WebAssembly if it is there, and JavaScript for calls so small that it is
   * faster. `'wasm'`: WebAssembly always, or an error. `'js'`: JavaScript always.
   */
  backend?: BackendChoice;
}

/** The losses, bound to a backend. */
export class Engine {
  readonly squaredError: PointwiseLoss;
  readonly absoluteError: PointwiseLoss;
  readonly binaryCrossEntropy: BinaryCrossEntropy;
  readonly categoricalCrossEntropy: CategoricalCrossEntropy;
  readonly sparseCategoricalCrossEntropy: SparseCategoricalCrossEntropy;
  readonly #backends: Backends;

  constructor(backends: Backends) {
    this.#backends = backends;
    this.squaredError = squaredError(backends);
    this.absoluteError = absoluteError(backends);
    this.binaryCrossEntropy = new BinaryCrossEntropy(backends);
    this.categoricalCrossEntropy = new CategoricalCrossEntropy(backends);
    this.sparseCategoricalCrossEntropy = new SparseCategoricalCrossEntropy(backends);
  }

  /** The backend in use. Asking compiles the WebAssembly kernels if nothing has yet. */
  get backend(): 'wasm' | 'js' {
    return this.#backends.backend;
  }

  /** Why `'auto'` came down to JavaScript; undefined if it did not. */
  get fallbackReason(): string | undefined {
    return this.#backends.fallbackReason;
  }
}

/**
 * Makes an {@link Engine}. Every backend gives the same bits; they differ in speed alone.
 *
 * @throws {TypeError | RangeError} for an unknown option or backend
 * @throws {Error} if `backend` is `'wasm'` and WebAssembly is not available
 */
export function createEngine(options: EngineOptions = {}): Engine {
  checkNames('createEngine', options, ['backend']);
  const { backend } = options;
  if (backend === undefined) return new Engine(new Backends(choiceFromEnvironment));
  const choice = asChoice(backend, 'createEngine: expected backend');
  const backends = new Backends(choice === 'auto' ? choiceFromEnvironment : () => choice);
  if (choice === 'wasm') void backends.backend;
  return new Engine(backends);
}
