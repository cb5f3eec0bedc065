import type { AccumulatorOptions, UpdateOptions } from './accumulator.js';
import { describe, isArray, isObject, type Numbers } from './arrays.js';
import { forEachBlock, samplesPerBlock } from './block.js';
import { type Call, openArguments } from './call.js';
import type { Core } from './definition.js';
import { type GroupedState, readGroups, writeGroups } from './grouped-state.js';
import { type GroupSums, Groups } from './groups.js';
import { refuseCopies } from './hidden.js';
import { setInspect } from './inspect.js';
import { asKey, asKeys, type Key, type Keys } from './keys.js';
import type { Loss } from './loss.js';
import { areSame, lossText } from './loss-text.js';
import { asDenominator, meanOf } from './means.js';
import { coresOf } from './measure.js';
import { asPredictions, asPredictionType } from './predictions.js';
import { checkFits, checkSameKind, checkSamples, checkUnsealed } from './sample-kind.js';
import { readStream, type Samples, type StreamOptions } from './stream.js';
import { asArgument, checkNames, lengthError, receiverError } from './validate.js';

/** What the samples of a group come to: a number, or an array of them where there are several losses. */
export interface Group<Result> {
  /** The mean, Σᵢ wᵢ·lᵢ over the denominator. */
  readonly mean: Result;
  /** The sum of the losses, each times its weight, Σᵢ wᵢ·lᵢ. */
  readonly sum: Result;
  /** The number of samples, but for those that `ignoreIndex` leaves out. */
  readonly count: Result;
  /** The sum of their weights. */
  readonly weight: Result;
}

/** A chunk of samples with their keys. */
export interface KeyedSamples extends Samples {
  /** The group of each sample. */
  keys: Keys;
}

const callName = 'groupedAccumulator';

/**
 * A mean for each group of samples, as those of a user, a segment or a class, over data that come in parts:
 * made by {@link groupedAccumulator}. It is iterated like a Map, in the order of the keys.
 *
 * However the data are cut into updates, the results have the same bits. 2,048 samples (of K classes,
 * ⌊2048/K⌋) are a block, whatever their keys, in which the samples of each key are added up, as one call
 * would; sums of blocks are exact. A group takes some 150 bytes with its key, and 90 for each further loss,
 * however many samples it has.
 */
export class GroupedAccumulator<Result extends number | number[] = number> {
  readonly #groups: Groups;
  readonly #isJoint: boolean;
  /** What predictions are taken for, if not for what they are. */
  readonly #isFloat32: boolean | undefined;

  /** @internal */
  constructor(
    cores: readonly Core[],
    isJoint: boolean,
    options: Readonly<AccumulatorOptions<GroupedState>>,
  ) {
    checkNames(callName, options, ['denominator', 'from', 'predictions']);
    const { denominator, from, predictions } = options;
    refuseCopies(this);
    setInspect(this, () => {
      const names = this.#groups.cores.map(({ name, options }) => lossText(name, options));
      return `GroupedAccumulator(${names.join(', ')}) { size: ${this.size} }`;
    });
    this.#isJoint = isJoint;
    this.#isFloat32 = asPredictionType(callName, predictions);
    const checked = denominator === undefined ? undefined : asDenominator(callName, denominator);
    this.#groups =
      from === undefined
        ? new Groups(cores, checked ?? 'weight')
        : readGroups(callName, 'from', cores, from, checked, this.#isFloat32);
  }

  /**
   * Adds samples: n of them, in the shapes that the loss's `mean` takes, and a key for each. After an error
   * the accumulator is as it was.
   *
   * @returns the accumulator itself
   * @throws {TypeError} as {@link Accumulator.update}, or if keys are neither integers nor strings, or are
   *   strings and were integers before, or the other way round
   * @throws {RangeError} as {@link Accumulator.update}, or for a key that is no integer of 64 bits
   */
  update(keys: Keys, yTrue: Numbers, yPred: Numbers, options: Readonly<UpdateOptions> = {}): this {
    const groups = GroupedAccumulator.#of(this, 'update');
    const name = `${callName}.update`;
    checkNames(name, options, ['sampleWeight']);
    addSamples(name, groups, this.#isFloat32, keys, yTrue, yPred, options.sampleWeight);
    return this;
  }

  /**
   * Adds the samples of each chunk of a stream, as objects of `keys`, `yTrue`, `yPred` and perhaps
   * `sampleWeight`: see {@link Accumulator.updateFrom}.
   *
   * @throws as `update`, or the signal's reason; what was added stays, whole chunks of it
   */
  async updateFrom(
    chunks: AsyncIterable<KeyedSamples> | Iterable<KeyedSamples>,
    options: Readonly<StreamOptions> = {},
  ): Promise<this> {
    const groups = GroupedAccumulator.#of(this, 'updateFrom');
    const name = `${callName}.updateFrom`;
    checkUnsealed(name, groups);
    const members = ['keys', 'yTrue', 'yPred', 'sampleWeight'];
    await readStream<KeyedSamples>(name, chunks, members, options, (chunkName, chunk) => {
      const { keys, yTrue, yPred, sampleWeight } = chunk;
      return addSamples(chunkName, groups, this.#isFloat32, keys, yTrue, yPred, sampleWeight);
    });
    return this;
  }

  /**
   * Adds what another grouped accumulator of the same losses and denominator has, or one's state; that one
   * stays as it is. Merging has the same bits in any order and grouping, and those of one accumulator where
   * parts are cut at multiples of 2,048 samples: see {@link Accumulator.merge}.
   *
   * @returns the accumulator itself
   * @throws {TypeError} if it is no grouped accumulator, nor what `toJSON` gives, or keys are of another kind
   * @throws {RangeError} as {@link Accumulator.merge}
   */
  merge(other: GroupedAccumulator<Result> | GroupedState): this {
    const groups = GroupedAccumulator.#of(this, 'merge');
    const name = `${callName}.merge`;
    const others = GroupedAccumulator.#from(name, groups, other);
    checkMerges(name, groups, others);
    groups.merge(others);
    return this;
  }

  /** Adds up what waits for a block to be full, and takes no more samples: see {@link Accumulator.seal}. */
  seal(): this {
    GroupedAccumulator.#of(this, 'seal').seal();
    return this;
  }

  /** How many groups there are. */
  get size(): number {
    return this.#groups.table.keys.length;
  }

  /** The keys in order: integers by size, strings by their code units. */
  keys(): readonly Key[] {
    return [...GroupedAccumulator.#of(this, 'keys').keys()];
  }

  /**
   * What the samples of a key have come to so far; undefined if there is none.
   *
   * @throws {TypeError} if it is not a grouped accumulator's
   */
  get(key: Key): Group<Result> | undefined {
    const groups = GroupedAccumulator.#of(this, 'get');
    const sums = groups.get(typeof key === 'bigint' ? asKey(key) : key);
    return sums === undefined ? undefined : this.#group(sums);
  }

  /** Keys with what their samples have come to, in the order of the keys. */
  *[Symbol.iterator](): IterableIterator<[key: Key, group: Group<Result>]> {
    for (const key of this.keys()) yield [key, this.get(key) as Group<Result>];
  }

  /**
   * All it knows as plain data, which `JSON.stringify` calls for, with the groups in order of their keys;
   * parsed, `groupedAccumulator(loss, { from })` goes on from there with the same bits.
   */
  toJSON(): GroupedState {
    return writeGroups(GroupedAccumulator.#of(this, 'toJSON'));
  }

  #group(sums: GroupSums): Group<Result> {
    const { cores } = this.#groups;
    const each = (result: (sums: GroupSums[number], i: number) => number) =>
      (this.#isJoint ? sums.map(result) : result(sums[0], 0)) as Result;
    return {
      mean: each(({ losses, divisor }, i) =>
        meanOf(cores[i], `${callName}: ${cores[i].name}`, losses, divisor),
      ),
      sum: each(({ losses }) => losses.value),
      count: each(({ divisor }) => divisor.count),
      weight: each(({ divisor }) => divisor.weight),
    };
  }

  static #of(accumulator: object, method: string): Groups {
    if (#groups in Object(accumulator)) return (accumulator as GroupedAccumulator).#groups;
    throw receiverError(method, `an accumulator, as in accumulator.${method}(…)`, accumulator);
  }

  /** What an accumulator has, or the state of one. */
  static #from(name: string, { cores, denominator }: Groups, other: unknown): Groups {
    if (isObject(other)) {
      if (#groups in other) return other.#groups;
      if ('version' in other) {
        return readGroups(name, 'other', cores, other, denominator, undefined);
      }
    }
    throw new TypeError(
      `${name}: expected a grouped accumulator, or what its toJSON gives, got ${describe(other)}`,
    );
  }
}

/** Adds samples, all of them or, after an error, none; of how many samples. */
function addSamples(
  name: string,
  groups: Groups,
  isFloat32: boolean | undefined,
  keys: Keys,
  yTrue: Numbers,
  yPred: Numbers,
  sampleWeight: Numbers | undefined,
): number {
  checkUnsealed(name, groups);
  const list = asKeys(name, keys);
  const truth = asArgument(name, 'yTrue', yTrue);
  const predictions = asPredictions(name, yPred, isFloat32);
  const weights =
    sampleWeight === undefined ? undefined : asArgument(name, 'sampleWeight', sampleWeight);
  const calls = groups.cores.map((core) =>
    openArguments(core, `${name}: ${core.name}`, truth, predictions, weights, true),
  );
  try {
    list.numbers?.checkLength();
    for (const { n } of calls) {
      if (n !== list.length) {
        throw lengthError(name, 'keys', n, 'one for each sample', list.length);
      }
    }
    const [first] = calls;
    if (first === undefined || list.kind === undefined) return 0;
    if (groups.kind !== undefined && groups.kind !== list.kind) {
      throw new TypeError(
        `${name}: expected keys to be ${groups.kind} as before, got ${list.kind}`,
      );
    }
    for (const [i, call] of calls.entries()) {
      checkFits(call, groups);
      checkAll(groups.cores[i], call);
    }
    groups.add(calls, list);
    return first.n;
  } finally {
    for (const { workspace } of calls) workspace.release();
  }
}

/** Throws if a sample is not sound: so that all or none are added, without a copy of all sums. */
function checkAll(core: Core, call: Call): void {
  forEachBlock(call.n, samplesPerBlock(call.classes), (from, n) => {
    checkSamples(core, call, from, n);
  });
}

function checkMerges(name: string, mine: Groups, other: Groups): void {
  const isLike =
    mine.denominator === other.denominator &&
    mine.cores.length === other.cores.length &&
    mine.cores.every(
      (core, i) =>
        core.name === other.cores[i].name && areSame(core.options, other.cores[i].options),
    );
  if (!isLike) {
    throw new RangeError(
      `${name}: expected an accumulator of ${signatureOf(mine)}, got one of ${signatureOf(other)}`,
    );
  }
  checkSameKind(name, mine, other);
  if (mine.kind !== undefined && other.kind !== undefined && mine.kind !== other.kind) {
    throw new TypeError(`${name}: expected keys that are ${mine.kind}, got ${other.kind}`);
  }
}

function signatureOf({ cores, denominator }: Groups): string {
  const losses = cores.map(({ name, options }) => lossText(name, options));
  return `${losses.join(' and ')}, denominator '${denominator}'`;
}

/**
 * The mean and the sum of a loss, or of several, for each group of samples over data that come in parts.
 *
 * @param losses a loss, or an array of at least one, each with its options and on its engine's backend
 * @throws {TypeError} if that is no loss, for an unknown option, or a `from` that no `toJSON` gives
 * @throws {RangeError} for an unknown denominator, no loss, or a `from` of another version, losses, options
 *   or denominator
 */
export function groupedAccumulator(
  losses: Loss,
  options?: Readonly<AccumulatorOptions<GroupedState>>,
): GroupedAccumulator<number>;
export function groupedAccumulator(
  losses: readonly Loss[],
  options?: Readonly<AccumulatorOptions<GroupedState>>,
): GroupedAccumulator<number[]>;
export function groupedAccumulator(
  losses: Loss | readonly Loss[],
  options: Readonly<AccumulatorOptions<GroupedState>> = {},
): GroupedAccumulator<number> | GroupedAccumulator<number[]> {
  const isJoint = isArray(losses);
  const cores = coresOf(callName, isJoint ? losses : [losses]);
  if (cores.length === 0) throw new RangeError(`${callName}: expected at least one loss, got 0`);
  return isJoint
    ? new GroupedAccumulator<number[]>(cores, true, options)
    : new GroupedAccumulator<number>(cores, false, options);
}
