// The library's options as options of the command. What a loss knows, the library is asked.
import {
  type BinaryOptions,
  type Denominator,
  defaultEngine,
  type Engine,
  type HuberOptions,
  type Loss,
  type QuantileOptions,
  type SparseOptions,
} from 'lossmeter';
import { badUsage, reason } from './failure.js';

type AllOptions = BinaryOptions & HuberOptions & QuantileOptions & SparseOptions;

export type LossName = {
  [Name in keyof Engine]: Engine[Name] extends { accumulator(): unknown } ? Name : never;
}[keyof Engine];

export const lossNames = Object.keys(defaultEngine).filter(
  (name) => typeof (defaultEngine as unknown as Record<string, unknown>)[name] === 'object',
) as LossName[];

/** How an option is written. */
export interface LossOption {
  readonly kind: 'flag' | 'number' | 'numbers' | 'text';
  readonly placeholder: string;
  readonly help: string;
}

/** Every option that a loss of the library has; the compiler sees that none is missing. */
export const lossOptions: { readonly [Name in keyof Required<AllOptions>]: LossOption } = {
  fromLogits: { kind: 'flag', placeholder: '', help: 'predictions are logits, not probabilities' },
  classes: {
    kind: 'number',
    placeholder: 'K',
    help: 'number of classes; else as many as there are predictions in a row',
  },
  delta: { kind: 'number', placeholder: 'D', help: 'huber: where the parabola becomes a line (1)' },
  quantile: { kind: 'number', placeholder: 'Q', help: 'quantile: which one, from 0 to 1 (0.5)' },
  labelSmoothing: { kind: 'number', placeholder: 'A', help: 'mix labels with A of a uniform one' },
  positiveWeight: { kind: 'number', placeholder: 'C', help: 'binary: weight of the label 1' },
  classWeight: { kind: 'numbers', placeholder: 'W,W,…', help: 'one weight for each class' },
  ignoreIndex: {
    kind: 'number',
    placeholder: 'I',
    help: 'sparse: rows of this label do not count',
  },
  clip: { kind: 'number', placeholder: 'E', help: 'move probabilities into [E, 1 − E]' },
  normalize: { kind: 'flag', placeholder: '', help: 'divide rows of probabilities by their sum' },
  check: {
    kind: 'text',
    placeholder: 'WHAT',
    help: "which probabilities of a row must be in [0, 1]: 'all' (default), or 'used', those that its loss is made of",
  },
  onEmpty: {
    kind: 'text',
    placeholder: 'WHAT',
    help: "the mean of nothing: 'nan' (default), 'zero' or 'throw'",
  },
};

/** What means are divided by: the library's option of an accumulator. */
export const denominators: readonly Denominator[] = ['weight', 'count', 'nonzero'];

/** `labelSmoothing` is written `label-smoothing`. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The value of each option that is given, by its name in the library. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** Reads the values of the losses' options from what `parseArgs` gives. */
export function readLossOptions(values: Readonly<Record<string, unknown>>): GivenOptions {
  const given: Record<string, unknown> = {};
  for (const [name, { kind }] of Object.entries<LossOption>(lossOptions)) {
    const flag = flagName(name);
    const value = values[flag];
    if (value === undefined) continue;
    if (kind === 'number') given[name] = asNumber(flag, String(value));
    else if (kind === 'numbers') {
      given[name] = String(value)
        .split(',')
        .map((part) => asNumber(flag, part));
    } else given[name] = value;
  }
  return given;
}

function asNumber(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) {
    throw badUsage(`--${flag}: expected a number, got ${JSON.stringify(text)}`);
  }
  return value;
}

/** A list of losses by name, as `squaredError,huber`. */
export function readLossNames(list: string): LossName[] {
  const names = list.split(',').map((name) => name.trim());
  for (const [i, name] of names.entries()) {
    if (!lossNames.some((known) => known === name)) {
      throw badUsage(`--loss: expected ${lossNames.join(', ')}, got ${JSON.stringify(name)}`);
    }
    if (names.indexOf(name) !== i) throw badUsage(`--loss: ${name} is there twice`);
  }
  return names as LossName[];
}

/**
 * The losses with those of the options that each of them knows.
 *
 * @param width elements of yPred in a row: the number of classes, where none is given
 */
export function makeLosses(
  engine: Engine,
  names: readonly LossName[],
  options: GivenOptions,
  width: number,
): Loss[] {
  for (const option of Object.keys(options)) {
    if (!names.some((name) => knows(name, option))) {
      throw badUsage(`--${flagName(option)}: not an option of ${names.join(', ')}`);
    }
  }
  return names.map((name) => {
    const own = Object.entries(options).filter(([option]) => knows(name, option));
    if (width > 1 && options.classes === undefined && knows(name, 'classes')) {
      own.push(['classes', width]);
    }
    try {
      return (engine[name] as Loss<object>).with(Object.fromEntries(own));
    } catch (error) {
      throw badUsage(reason(error));
    }
  });
}

/** Whether a loss has an option: an unknown one is an error even where it is undefined. */
export function knows(name: LossName, option: string): boolean {
  try {
    (defaultEngine[name] as Loss<object>).with({ [option]: undefined });
    return true;
  } catch {
    return false;
  }
}
