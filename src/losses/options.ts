// The options of `with`: what each may be.
import { type Numbers, newArray } from '../arrays.js';
import { asSource, checkBoolean, checkChoice, checkNames, checkNumber } from '../validate.js';

/** Returns the value of an option, or throws an error that names it. */
type Check = (call: string, value: unknown) => unknown;

export type Checks = Readonly<Record<string, Check>>;

/** Every option checked by its own rule; an option that is undefined counts as not given. */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  checks: Checks,
): Options {
  const given: unknown = options;
  checkNames(call, given, Object.keys(checks));
  const checked: Record<string, unknown> = {};
  for (const [name, check] of Object.entries(checks)) {
    const value = given[name];
    if (value !== undefined) checked[name] = check(call, value);
  }
  return checked as Options;
}

/** Options that are for probabilities are an error, rather than ignored, with logits. */
export function checkTogether(
  call: string,
  options: { readonly fromLogits?: boolean; readonly clip?: number; readonly normalize?: boolean },
): void {
  if (options.fromLogits !== true) return;
  for (const name of ['clip', 'normalize'] as const) {
    if (options[name] !== undefined && options[name] !== false) {
      throw new TypeError(`${call}: ${name} is for probabilities, not with fromLogits`);
    }
  }
}

export const onEmpty: Check = (call, value) =>
  checkChoice(call, 'onEmpty', value, ['nan', 'zero', 'throw']);

export const clip: Check = (call, value) =>
  checkNumber(call, 'clip', value, 'a number between 0 and 0.5', (x) => x > 0 && x < 0.5);

export const normalize: Check = (call, value) => checkBoolean(call, 'normalize', value);

export const fromLogits: Check = (call, value) => checkBoolean(call, 'fromLogits', value);

export const delta: Check = (call, value) =>
  checkNumber(call, 'delta', value, 'a finite number above 0', (x) => x > 0 && x < Infinity);

export const positiveWeight: Check = (call, value) =>
  checkNumber(call, 'positiveWeight', value, 'a finite number ≥ 0', (x) => x >= 0 && x < Infinity);

export const labelSmoothing: Check = (call, value) =>
  checkNumber(call, 'labelSmoothing', value, 'a number in [0, 1]', (x) => x >= 0 && x <= 1);

export const ignoreIndex: Check = (call, value) =>
  checkNumber(call, 'ignoreIndex', value, 'an integer', (x) => Number.isSafeInteger(x));

export const classes: Check = (call, value) =>
  checkNumber(
    call,
    'classes',
    value,
    'an integer of at least 1',
    (x) => Number.isSafeInteger(x) && x >= 1,
  );

/** A copy: what the caller does with the array later changes nothing. */
export const classWeight: Check = (call, value) => {
  const source = asSource(call, 'classWeight', value);
  source.settle();
  const numbers = newArray(source.name, Float64Array, source.length);
  source.copyTo(0, source.length, numbers);
  const weights = Array.from(numbers);
  const i = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (i >= 0) {
    throw new RangeError(
      `${call}: classWeight[${i}] is ${weights[i]}, expected a finite weight ≥ 0`,
    );
  }
  return Object.freeze(weights) satisfies Numbers;
};
