// An accumulator as JSON, which has no NaN, no infinities and no −0.

import { describe, isArray, isObject } from './arrays.js';
import { samplesPerBlock } from './block.js';
import type { Core } from './definition.js';
import { areSame, listText, lossText, optionsText } from './loss-text.js';
import { type Denominator, Sums } from './means.js';
import { RunningSum } from './running-sum.js';
import { type SampleKind, typeName } from './sample-kind.js';
import { type Layout, type Part, Staged } from './staged.js';

/** A number, or the name of one that JSON has not. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/**
 * What `toJSON` of an accumulator gives: plain data that keep every bit through JSON. Samples are
 * added up a block at a time; those that do not fill one yet are in it one by one, up to 86 KB. Once it is
 * sealed none are, and some 300 bytes are left. Equal sums are equal text.
 */
export interface AccumulatorState {
  /** The version of this format: 2. */
  readonly version: number;
  /** The loss's name. */
  readonly loss: string;
  /** The loss's options, in alphabetical order. */
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
  /**
   * The exact sum of their losses: the number nearest to it, that nearest to what is left, and so on. (As
   * exact as the sum of a block is, which is one of two numbers.)
   */
  readonly losses: readonly JsonNumber[];
  /** That of their weights. */
  readonly weight: readonly JsonNumber[];
  /** Whether it takes no more samples. */
  readonly sealed: boolean;
  /** The other samples; null if there are none. */
  readonly staged: StagedSamples | null;
}

/** Samples in an {@link AccumulatorState} that are not added up yet. */
export interface StagedSamples {
  /** How many there are. */
  readonly samples: number;
  /** Their labels. */
  readonly yTrue: readonly JsonNumber[];
  /** Their predictions; with `check: 'used'` the one at the label alone, where no other is used. */
  readonly yPred: readonly JsonNumber[];
  /** Their weights; null if all are 1. */
  readonly weights: readonly JsonNumber[] | null;
}

export const VERSION = 2;

/** A sum has no more parts: 53 bits each, of 2,098. */
const MOST_PARTS = 41;

const NAMED: readonly unknown[] = ['NaN', 'Infinity', '-Infinity', '-0'] satisfies JsonNumber[];

/** An accumulator's state with numbers that are numbers. */
export interface State {
  readonly denominator: Denominator;
  readonly isFloat32: boolean | undefined;
  readonly classes: number | undefined;
  readonly sums: Sums;
  readonly isSealed: boolean;
  readonly staged: Staged | undefined;
}

function write(value: number): JsonNumber {
  if (Object.is(value, -0)) return '-0';
  return Number.isFinite(value) ? value : (String(value) as JsonNumber);
}

export function writeState(
  state: State & { readonly loss: string; readonly options: object },
): AccumulatorState {
  const { loss, options, denominator, isFloat32, classes, sums, isSealed, staged } = state;
  return {
    version: VERSION,
    loss,
    options: writeOptions(options),
    denominator,
    ...writeKind({ isFloat32, classes }),
    ...writeSums(sums),
    sealed: isSealed,
    staged: writeStaged(staged),
  };
}

export function writeOptions(options: object): object {
  return Object.fromEntries(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function writeKind({
  isFloat32,
  classes,
}: SampleKind): Pick<AccumulatorState, 'predictions' | 'classes'> {
  return { predictions: typeName(isFloat32) ?? null, classes: classes ?? null };
}

export function writeSums({
  losses,
  divisor,
}: Sums): Pick<AccumulatorState, 'count' | 'nonzero' | 'losses' | 'weight'> {
  const { count, nonzero, weights } = divisor;
  return { count, nonzero, losses: losses.parts.map(write), weight: weights.parts.map(write) };
}

export function writeStaged(staged: Staged | undefined): StagedSamples | null {
  if (staged === undefined || staged.n === 0) return null;
  const { n, isWeighted } = staged;
  const numbers = (part: Part) => Array.from(staged.first(part, n), write);
  return {
    samples: n,
    yTrue: numbers('yTrue'),
    yPred: numbers('yPred'),
    weights: isWeighted ? numbers('sampleWeight') : null,
  };
}

/**
 * Reads the members of what may be a state, each once, or throws an error that names the first that is
 * wrong. Nothing is read, or made, that is longer than it must be.
 */
export class Reader {
  private readonly call: string;
  private readonly path: string;
  private readonly values: object;

  constructor(call: string, path: string, values: unknown) {
    if (!isObject(values) || isArray(values)) {
      throw new TypeError(
        `${call}: expected ${path} to be what toJSON gives, got ${shortly(values)}`,
      );
    }
    this.call = call;
    this.path = path;
    this.values = values;
  }

  get(name: string): unknown {
    return (this.values as Readonly<Record<string, unknown>>)[name];
  }

  error(name: string, expected: string, got: string): TypeError {
    return new TypeError(
      `${this.call}: expected ${this.path}.${name} to be ${expected}, got ${got}`,
    );
  }

  expect(name: string, expected: unknown): void {
    const value = this.get(name);
    if (value !== expected) throw this.unlike(name, shortly(expected), shortly(value));
  }

  unlike(name: string, expected: string, got: string): RangeError {
    return new RangeError(`${this.call}: expected ${this.path}.${name} ${expected}, got ${got}`);
  }

  /** An integer from `least` to `most`. */
  count(name: string, least: number, most: number): number {
    const value = this.get(name);
    // (No −0.)
    if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) {
      return (value as number) + 0;
    }
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw this.error(name, `an integer, ${range}`, shortly(value));
  }

  choice<Choice>(name: string, choices: readonly Choice[]): Choice {
    const value = this.get(name);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw this.error(name, choices.map(shortly).join(' or '), shortly(value));
  }

  /** So many numbers, all with a property. */
  numbers(
    name: string,
    n: number,
    kind = 'numbers',
    holds: (value: number) => boolean = () => true,
  ): number[] {
    const expected = `an array of ${n} ${kind}`;
    const list = this.list(name, expected);
    if (list.length !== n) throw this.error(name, expected, `one of ${shortly(list.length)}`);
    return this.elements(name, list, n, expected, holds);
  }

  /** A sum of numbers ≥ 0, in the parts that it has and no others. */
  sum(name: string): RunningSum {
    const expected = 'a sum of numbers ≥ 0, in its parts';
    const list = this.list(name, expected);
    const n: unknown = list.length;
    const isShort = Number.isSafeInteger(n) && (n as number) >= 1 && (n as number) <= MOST_PARTS;
    if (!isShort) throw this.error(name, expected, `an array of ${shortly(n)}`);
    const parts = this.elements(name, list, n as number, expected, () => true);
    const sum = new RunningSum();
    for (const part of parts) sum.add(part, 0);
    const own = sum.parts;
    if (!(parts[0] < 0) && own.length === n && own.every((part, i) => Object.is(part, parts[i]))) {
      return sum;
    }
    throw this.error(name, expected, listText(parts));
  }

  list(name: string, expected: string): readonly unknown[] {
    const list = this.get(name);
    if (isArray(list)) return list;
    throw this.error(name, expected, shortly(list));
  }

  private elements(
    name: string,
    list: readonly unknown[],
    n: number,
    expected: string,
    holds: (value: number) => boolean,
  ): number[] {
    return Array.from({ length: n }, (_, i) => {
      const value: unknown = list[i];
      const number = NAMED.includes(value) ? Number(value) : value;
      if (typeof number === 'number' && holds(number)) return number;
      throw this.error(name, expected, `one whose element ${i} is ${shortly(value)}`);
    });
  }
}

/** What a value is, in few words however long it is. */
export function shortly(value: unknown): string {
  const isLong = typeof value === 'string' && value.length > 100;
  return isLong ? `a string of ${value.length} characters` : describe(value);
}

/** A state of a loss; throws for anything else, which errors call by its path. */
export function readState(call: string, path: string, core: Core, from: unknown): State {
  const reader = new Reader(call, path, from);
  reader.expect('version', VERSION);
  readLoss(core, reader);
  const denominator = readDenominator(reader);
  const layout = readLayout(core, reader);
  const sums = readSums(core, reader, denominator, layout);
  const isSealed = reader.choice('sealed', [true, false]);
  const staged = readStaged(call, path, reader, isSealed ? undefined : layout);
  return {
    denominator,
    isFloat32: layout?.isFloat32,
    classes: layout?.classes,
    sums,
    isSealed,
    staged,
  };
}

export function readDenominator(reader: Reader): Denominator {
  return reader.choice('denominator', ['weight', 'count', 'nonzero'] as const);
}

/** Throws unless it is the state of this loss with its options. */
export function readLoss(core: Core, reader: Reader): void {
  reader.expect('loss', core.name);
  checkSameOptions(core, reader);
}

/** What samples are made of; undefined before there are any. */
export function readLayout(core: Core, reader: Reader): Layout | undefined {
  const predictions = reader.choice('predictions', ['float32', 'float64', null] as const);
  if (predictions !== null) return layoutOf(core, reader, predictions === 'float32');
  reader.choice('classes', [null]);
  return undefined;
}

/** Sums over samples of a layout; without one, of nothing. */
export function readSums(
  core: Core,
  reader: Reader,
  denominator: Denominator,
  layout: Layout | undefined,
): Sums {
  const count = reader.count('count', 0, layout === undefined ? 0 : Number.MAX_SAFE_INTEGER);
  const nonzero = reader.count('nonzero', 0, count);
  const sums = new Sums(denominator);
  sums.losses.addSum(reader.sum('losses'));
  // (First: without weights of its own, each sample counts for 1.)
  sums.divisor.weights.addSum(reader.sum('weight'));
  sums.divisor.count = count;
  sums.divisor.nonzero = nonzero;
  checkSums(core, sums, reader);
  return sums;
}

function checkSameOptions(core: Core, reader: Reader): void {
  const options = reader.get('options');
  if (!isObject(options) || isArray(options)) {
    throw reader.error('options', 'an object', shortly(options));
  }
  if (!areSame(core.options, options)) {
    throw reader.unlike('options', optionsText(core.options), optionsText(options).slice(0, 500));
  }
}

/** What samples of so many classes are made of: as the loss takes one. */
function layoutOf(core: Core, reader: Reader, isFloat32: boolean): Layout {
  const classes = reader.count('classes', 1, Number.MAX_SAFE_INTEGER);
  const extent = (length: number) => ({ length, kind: 'float64' }) as const;
  for (const labels of [1, classes]) {
    try {
      const shape = core.formula.shape('', extent(labels), extent(classes));
      if (shape.n === 1 && shape.classes === classes) {
        return { labels, classes, held: shape.reads ?? classes, isFloat32 };
      }
    } catch {
      // No sample of this loss: the other, or none.
    }
  }
  throw reader.error(
    'classes',
    `a number of classes of ${lossText(core.name, core.options)}`,
    `${classes}`,
  );
}

/** Throws if the sums cannot be those of so many samples. */
function checkSums(
  core: Core,
  { losses: { value: sum }, divisor: { nonzero, weight } }: Sums,
  reader: Reader,
): void {
  // (A finite weight that is not 0 may still make 0, multiplied by that of a class.)
  const isNothing = nonzero === 0;
  const isPlain = core.formula.writeShares === undefined;
  if (isNothing ? weight !== 0 : Number.isNaN(weight)) {
    throw reader.error('weight', isNothing ? 'of nothing, 0' : 'no NaN', `${weight}`);
  }
  if (isPlain && nonzero > 0 && weight === 0) {
    throw reader.error('weight', `that of ${nonzero} samples that have one`, '0');
  }
  if (isNothing && sum !== 0) {
    throw reader.error('losses', 'of nothing, 0', `${sum}`);
  }
}

/** Samples that are not added up yet; null without a layout. */
export function readStaged(
  call: string,
  path: string,
  parent: Reader,
  layout: Layout | undefined,
): Staged | undefined {
  const value = layout === undefined ? parent.choice('staged', [null]) : parent.get('staged');
  if (value === null || layout === undefined) return undefined;
  const { labels, held, isFloat32 } = layout;
  const reader = new Reader(call, `${path}.staged`, value);
  // What fills a block is added up, and no longer there.
  const n = reader.count('samples', 1, samplesPerBlock(held) - 1);
  const weights = reader.get('weights');
  const staged = new Staged(layout);
  staged.fill(
    reader.numbers('yTrue', n * labels),
    isFloat32
      ? reader.numbers('yPred', n * held, 'float32 numbers', isFloat32Number)
      : reader.numbers('yPred', n * held),
    weights === null
      ? Array<number>(n).fill(1)
      : reader.numbers('weights', n, 'finite weights ≥ 0', isWeight),
  );
  staged.isWeighted = weights !== null;
  return staged;
}

function isFloat32Number(value: number): boolean {
  return Object.is(Math.fround(value), value);
}

function isWeight(value: number): boolean {
  return value >= 0 && value < Infinity;
}
