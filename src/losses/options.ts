// The options of `with`: what each may be.
import { describe } from '../arrays.js';
import { checkBoolean, checkNames, checkNumber } from '../validate.js';

/** Returns the value of an option, or throws an error that names it. */
type Check = (call: string, value: unknown) => unknown;

/** Every option checked by its own rule; an option that is undefined counts as not given. */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  checks: Readonly<Record<string, Check>>,
): Options {
  checkNames(call, options, Object.keys(checks));
  const checked: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checked[name] = (checks[name] as Check)(call, value);
  }
  return checked as Options;
}

export const onEmpty: Check = (call, value) => {
  if (value === 'nan' || value === 'zero' || value === 'throw') return value;
  const message = `${call}: expected onEmpty to be 'nan', 'zero' or 'throw', got ${describe(value)}`;
  throw typeof value === 'string' ? new RangeError(message) : new TypeError(message);
};

export const clip: Check = (call, value) =>
  checkNumber(call, 'clip', value, 'a number between 0 and 0.5', (x) => x > 0 && x < 0.5);

export const normalize: Check = (call, value) => checkBoolean(call, 'normalize', value);

export const classes: Check = (call, value) =>
  checkNumber(
    call,
    'classes',
    value,
    'an integer of at least 1',
    (x) => Number.isSafeInteger(x) && x >= 1,
  );
