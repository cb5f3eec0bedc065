import { Accumulation, addChunks, addSamples } from './accumulation.js';
import type { AccumulatorOptions, UpdateOptions } from './accumulator.js';
import { describe, isArray, isObject, type Numbers } from './arrays.js';
import type { Core } from './definition.js';
import { refuseCopies } from './hidden.js';
import { setInspect } from './inspect.js';
import type { Loss } from './loss.js';
import { asDenominator, type Denominator, meanOf } from './means.js';
import { coresOf } from './measure.js';
import { asPredictionType } from './predictions.js';
import type { AccumulatorState } from './state.js';
import type { Samples, StreamOptions } from './stream.js';
import { checkNames, receiverError } from './validate.js';

/** What `toJSON` of a {@link JointAccumulator} gives: the states of its losses, in their order. */
export type JointState = readonly AccumulatorState[];

const callName = 'accumulator';

/**
 * Means and sums of several losses over data that come in parts, made by {@link accumulator}. Each result
 * is an array, with what the loss's own {@link Accumulator} gives, bit for bit, in the order of the losses.
 */
export class JointAccumulator {
  readonly #accumulations: readonly Accumulation[];
  /** What predictions are taken for, if not for what they are. */
  readonly #isFloat32: boolean | undefined;

  /** @internal */
  constructor(cores: readonly Core[], options: Readonly<AccumulatorOptions<JointState>>) {
    checkNames(callName, options, ['denominator', 'from', 'predictions']);
    const { denominator, from, predictions } = options;
    refuseCopies(this);
    setInspect(this, (style, inspect) => {
      const { mean, sum, count, weight } = this;
      return `JointAccumulator ${inspect({ mean, sum, count, weight }, style)}`;
    });
    this.#isFloat32 = asPredictionType(callName, predictions);
    const checked = denominator === undefined ? undefined : asDenominator(callName, denominator);
    this.#accumulations =
      from === undefined
        ? cores.map((core) => new Accumulation(core, checked ?? 'weight'))
        : restored(
            callName,
            'from',
            cores.map((core) => ({ core, denominator: checked })),
            from,
            this.#isFloat32,
          );
  }

  /**
   * Adds samples, in the shapes that each loss's `mean` takes; they are read from memory once for all
   * losses. After an error the accumulator is as it was.
   *
   * @returns the accumulator itself
   * @throws as {@link Accumulator.update} of any of the losses
   */
  update(yTrue: Numbers, yPred: Numbers, options: Readonly<UpdateOptions> = {}): this {
    const accumulations = JointAccumulator.#of(this, 'update');
    addSamples(`${callName}.update`, accumulations, this.#isFloat32, yTrue, yPred, options);
    return this;
  }

  /**
   * Adds the samples of each chunk of a stream: see {@link Accumulator.updateFrom}.
   *
   * @throws as `update`, or the signal's reason; what was added stays, whole chunks of it
   */
  async updateFrom(
    chunks: AsyncIterable<Samples> | Iterable<Samples>,
    options: Readonly<StreamOptions> = {},
  ): Promise<this> {
    const accumulations = JointAccumulator.#of(this, 'updateFrom');
    await addChunks(`${callName}.updateFrom`, accumulations, this.#isFloat32, chunks, options);
    return this;
  }

  /**
   * Adds what another accumulator of the same losses has, or one's state: see {@link Accumulator.merge}.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no accumulator of several losses, nor what `toJSON` gives
   * @throws {RangeError} as {@link Accumulator.merge} of any of the losses
   */
  merge(other: JointAccumulator | JointState): this {
    const accumulations = JointAccumulator.#of(this, 'merge');
    const name = `${callName}.merge`;
    const others = JointAccumulator.#from(name, accumulations, other);
    checkCount(name, 'other', accumulations.length, others.length);
    accumulations.forEach((accumulation, i) => {
      accumulation.checkMerges(`${name}: ${accumulation.core.name}`, others[i]);
    });
    accumulations.forEach((accumulation, i) => {
      accumulation.merge(others[i]);
    });
    return this;
  }

  /** Adds up what waits for a block to be full, and takes no more samples: see {@link Accumulator.seal}. */
  seal(): this {
    for (const accumulation of JointAccumulator.#of(this, 'seal')) accumulation.seal();
    return this;
  }

  /** Each loss's mean over all samples so far. */
  get mean(): number[] {
    return this.#accumulations.map((accumulation) => {
      const { core } = accumulation;
      const { losses, divisor } = accumulation.closed();
      return meanOf(core, `${callName}.mean: ${core.name}`, losses, divisor);
    });
  }

  /** The sum of each loss. */
  get sum(): number[] {
    return this.#accumulations.map((accumulation) => accumulation.closed().losses.value);
  }

  /** The number of samples, as each loss counts them. */
  get count(): number[] {
    return this.#accumulations.map((accumulation) => accumulation.closedDivisor().count);
  }

  /** The sum of their weights, as each loss counts them. */
  get weight(): number[] {
    return this.#accumulations.map((accumulation) => accumulation.closedDivisor().weight);
  }

  /**
   * The states of the losses, which `JSON.stringify` calls for; parsed, `accumulator(losses, { from })` goes
   * on from there with the same bits, as does each loss with its own.
   */
  toJSON(): JointState {
    return JointAccumulator.#of(this, 'toJSON').map((accumulation) => accumulation.state());
  }

  static #of(accumulator: object, method: string): readonly Accumulation[] {
    if (#accumulations in Object(accumulator)) {
      return (accumulator as JointAccumulator).#accumulations;
    }
    throw receiverError(method, `an accumulator, as in accumulator.${method}(…)`, accumulator);
  }

  /** What an accumulator has, or the states of one. */
  static #from(
    name: string,
    accumulations: readonly Accumulation[],
    other: unknown,
  ): readonly Accumulation[] {
    if (isObject(other) && #accumulations in other) return other.#accumulations;
    return restored(name, 'other', accumulations, other);
  }
}

/** What goes on from the states of an accumulator, which may be anything. */
function restored(
  name: string,
  path: string,
  wanted: readonly { readonly core: Core; readonly denominator: Denominator | undefined }[],
  states: unknown,
  isFloat32?: boolean,
): Accumulation[] {
  if (!isArray(states)) {
    throw new TypeError(
      `${name}: expected ${path} to be what toJSON of an accumulator of several losses gives, got ${describe(states)}`,
    );
  }
  checkCount(name, path, wanted.length, states.length);
  return wanted.map(({ core, denominator }, i) =>
    Accumulation.from(name, `${path}[${i}]`, core, states[i], denominator, isFloat32),
  );
}

function checkCount(name: string, path: string, expected: number, got: number): void {
  if (got === expected) return;
  throw new RangeError(`${name}: expected ${path} to be of ${expected} losses, got ${got}`);
}

/**
 * The mean and the sum of several losses over data that come in parts, which are read from memory once for
 * all of them, as by {@link measure}.
 *
 * @param losses losses, each with its options, in its unit and on its engine's backend
 * @throws {TypeError} if `losses` is not an array of losses, for an unknown option, or a `from` that no
 *   `toJSON` gives
 * @throws {RangeError} for an unknown denominator, or a `from` of another version, losses, options or
 *   denominator
 */
export function accumulator(
  losses: readonly Loss[],
  options: Readonly<AccumulatorOptions<JointState>> = {},
): JointAccumulator {
  return new JointAccumulator(coresOf(callName, losses), options);
}
