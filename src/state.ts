// An accumulator as JSON, which has no NaN, no infinities and no −0.
import { describe, isArray, isObject, mapArray } from './arrays.js';
import type { Core } from './core.js';
import { samplesPerBlock } from './pass.js';
import type { Denominator, TallyParts } from './tally.js';

/** A number, or the name of one that JSON has not. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/**
 * What `toJSON` of an accumulator gives: plain data that keep every bit through JSON. Samples are
 * added up a block at a time; those that do not fill one yet are in it one by one.
 */
export interface AccumulatorState {
  /** The version of this format: 1. */
  readonly version: number;
  /** The loss's name. */
  readonly loss: string;
  /** The loss's options. */
  readonly options: object;
  /** What the mean is divided by. */
  readonly denominator: Denominator;
  /** The type of the predictions, `'float32'` or `'float64'`; null before there are any. */
  readonly predictions: string | null;
  /** Elements of yPred per sample; null before there are any. */
  readonly classes: number | null;
  /** How many samples were added up. */
  readonly count: number;
  /** How many of them have a weight other than 0. */
  readonly nonzero: number;
  /** The sum of their losses, and its remainder. */
  readonly losses: readonly JsonNumber[];
  /** The sum of their weights, and its remainder. */
  readonly weight: readonly JsonNumber[];
  /** The other samples; null if there are none. */
  readonly staged: StagedSamples | null;
}

/** Samples in an {@link AccumulatorState} that are not added up yet. */
export interface StagedSamples {
  /** How many there are. */
  readonly samples: number;
  /** Their labels. */
  readonly yTrue: readonly JsonNumber[];
  /** Their predictions. */
  readonly yPred: readonly JsonNumber[];
  /** Their weights; null if all are 1. */
  readonly weights: readonly JsonNumber[] | null;
}

const VERSION = 1;

const NAMED: readonly unknown[] = ['NaN', 'Infinity', '-Infinity', '-0'] satisfies JsonNumber[];

/** An accumulator's state with numbers that are numbers. */
export interface State {
  readonly denominator: Denominator;
  readonly isFloat32: boolean | undefined;
  readonly classes: number | undefined;
  readonly losses: readonly [sum: number, rest: number];
  readonly tally: TallyParts;
  readonly staged: StagedState | undefined;
}

export interface StagedState {
  readonly n: number;
  readonly isWeighted: boolean;
  readonly yTrue: readonly number[];
  readonly yPred: readonly number[];
  readonly weights: readonly number[];
}

/** Options as text, the same whatever their order. */
export function optionsText(options: object, what = 'options'): string {
  const entries = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  const list = (values: readonly unknown[]) => mapArray(what, values, describe).join(', ');
  const text = (value: unknown) => (isArray(value) ? `[${list(value)}]` : describe(value));
  return `{ ${entries.map(([name, value]) => `${name}: ${text(value)}`).join(', ')} }`;
}

function write(value: number): JsonNumber {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}

export function writeState(
  state: State & { readonly loss: string; readonly options: object },
): AccumulatorState {
  const { loss, options, denominator, isFloat32, classes, losses, tally, staged } = state;
  return {
    version: VERSION,
    loss,
    options,
    denominator,
    predictions: isFloat32 === undefined ? null : isFloat32 ? 'float32' : 'float64',
    classes: classes ?? null,
    count: tally.count,
    nonzero: tally.nonzero,
    losses: losses.map(write),
    weight: tally.weight.map(write),
    staged:
      staged === undefined
        ? null
        : {
            samples: staged.n,
            yTrue: staged.yTrue.map(write),
            yPred: staged.yPred.map(write),
            weights: staged.isWeighted ? staged.weights.map(write) : null,
          },
  };
}

/** Reads the members of what may be a state, or throws an error that names the first that is wrong. */
class Reader {
  private readonly call: string;
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly path: string;

  constructor(call: string, values: unknown, path: string) {
    if (!isObject(values)) {
      throw new TypeError(
        `${call}: expected ${path} to be what toJSON gives, got ${describe(values)}`,
      );
    }
    this.call = call;
    this.values = values as Readonly<Record<string, unknown>>;
    this.path = path;
  }

  get(name: string): unknown {
    return this.values[name];
  }

  error(name: string, expected: string): TypeError {
    return new TypeError(
      `${this.call}: expected ${this.path}.${name} to be ${expected}, got ${describe(this.get(name))}`,
    );
  }

  expect(name: string, expected: unknown): void {
    const value = this.get(name);
    if (value === expected) return;
    const got = typeof value === 'string' ? value : describe(value);
    throw new RangeError(`${this.call}: expected ${this.path}.${name} ${expected}, got ${got}`);
  }

  count(name: string, least = 0): number {
    const value = this.get(name);
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    throw this.error(name, 'a count');
  }

  numbers(name: string): number[] {
    const list = this.get(name);
    if (!isArray(list)) throw this.error(name, 'an array of numbers');
    return mapArray(`${this.call}: ${this.path}.${name}`, list, (value) => {
      const number = NAMED.includes(value) ? Number(value) : value;
      if (typeof number !== 'number') throw this.error(name, 'an array of numbers');
      return number;
    });
  }

  pair(name: string): readonly [number, number] {
    const [sum, rest, more] = this.numbers(name);
    if (sum === undefined || rest === undefined || more !== undefined) {
      throw this.error(name, 'two numbers');
    }
    return [sum, rest];
  }
}

/** A state of a loss; throws for anything else. */
export function readState(call: string, core: Core, from: unknown): State {
  const reader = new Reader(call, from, 'from');
  reader.expect('version', VERSION);
  reader.expect('loss', core.name);
  const options = reader.get('options');
  if (!isObject(options) || isArray(options)) throw reader.error('options', 'an object');
  const [expected, got] = [
    optionsText(core.options),
    optionsText(options, `${call}: from.options`),
  ];
  if (expected !== got) {
    throw new RangeError(`${call}: expected from.options ${expected}, got ${got}`);
  }
  const predictions = reader.get('predictions');
  const hasStaged = reader.get('staged') !== null;
  if (predictions === null ? hasStaged : predictions !== 'float32' && predictions !== 'float64') {
    throw reader.error('predictions', `'float32'${hasStaged ? '' : ', null'} or 'float64'`);
  }
  const isOpen = reader.get('classes') === null && !hasStaged;
  const classes = isOpen ? undefined : reader.count('classes', 1);
  const denominator = reader.get('denominator');
  if (denominator !== 'weight' && denominator !== 'count' && denominator !== 'nonzero') {
    throw reader.error('denominator', "'weight', 'count' or 'nonzero'");
  }
  return {
    denominator,
    isFloat32: predictions === null ? undefined : predictions === 'float32',
    classes,
    losses: reader.pair('losses'),
    tally: {
      count: reader.count('count'),
      nonzero: reader.count('nonzero'),
      weight: reader.pair('weight'),
    },
    staged: hasStaged
      ? readStaged(call, reader.get('staged'), reader.count('classes', 1))
      : undefined,
  };
}

function readStaged(call: string, staged: unknown, classes: number): StagedState {
  const reader = new Reader(call, staged, 'from.staged');
  const n = reader.count('samples');
  const isWeighted = reader.get('weights') !== null;
  const yTrue = reader.numbers('yTrue');
  const yPred = reader.numbers('yPred');
  const weights = isWeighted ? reader.numbers('weights') : new Array<number>(n).fill(1);
  if (!(n >= 1 && n < samplesPerBlock(classes))) throw reader.error('samples', 'part of a block');
  if (yTrue.length !== n && yTrue.length !== n * classes)
    throw reader.error('yTrue', `${n} labels`);
  if (yPred.length !== n * classes) throw reader.error('yPred', `${n * classes} numbers`);
  if (weights.length !== n) throw reader.error('weights', `${n} numbers`);
  return { n, isWeighted, yTrue, yPred, weights };
}
