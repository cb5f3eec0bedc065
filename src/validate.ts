// Every argument error. TypeError for the wrong kind of thing, RangeError for the wrong value.

import { Argument } from './argument.js';
import { describe, type FloatArray, isArray, isObject, kindOf, type Numbers } from './arrays.js';
import { checkAttached, plain } from './exotic.js';
import { argumentHint } from './nearly-arrays.js';

/** An argument that can be read, or a TypeError that names it. */
export function asArgument(call: string, name: string, values: unknown): Argument {
  const kind = kindOf(values);
  if (kind === undefined) {
    const got = describe(values);
    throw new TypeError(
      `${call}: expected ${name} to be a typed array or an array of numbers, got ${got}${argumentHint(values, got)}`,
    );
  }
  checkAttached(call, name, values as Numbers, kind);
  return new Argument(values as Numbers, kind, call, name);
}

/** Only these names, or a TypeError that says which is not known. */
export function checkNames(
  call: string,
  options: unknown,
  names: readonly string[],
): asserts options is Readonly<Record<string, unknown>> {
  if (!isObject(options) || isArray(options)) {
    throw new TypeError(`${call}: expected options to be an object, got ${describe(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new TypeError(
        `${call}: unknown option ${JSON.stringify(name)}, expected ${names.join(', ')}`,
      );
    }
  }
}

/** For a method that was taken off its object, as by `const { mean } = squaredError`. */
export function receiverError(method: string, expected: string, got: unknown): TypeError {
  return new TypeError(`${method}: expected to be called on ${expected}, got ${describe(got)}`);
}

/** A number with a property, or a TypeError or RangeError. */
export function checkNumber(
  call: string,
  name: string,
  value: unknown,
  expected: string,
  holds: (value: number) => boolean,
): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${call}: expected ${name} to be ${expected}, got ${describe(value)}`);
  }
  if (!holds(value)) {
    throw new RangeError(`${call}: expected ${name} to be ${expected}, got ${value}`);
  }
  return value;
}

/** One of some names, or a TypeError or RangeError. */
export function checkChoice<Choice extends string>(
  call: string,
  name: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  const names = choices.map((choice) => `'${choice}'`);
  const list = `${names.slice(0, -1).join(', ')} or ${names[names.length - 1]}`;
  const message = `${call}: expected ${name} to be ${list}, got ${describe(value)}`;
  throw typeof value === 'string' ? new RangeError(message) : new TypeError(message);
}

export function checkBoolean(call: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${call}: expected ${name} to be true or false, got ${describe(value)}`);
  }
  return value;
}

/** The array that losses go to: `out` if it is of the right type and length. */
export function checkOut(
  call: string,
  out: unknown,
  isFloat32: boolean,
  length: number,
): FloatArray {
  const wanted = isFloat32 ? 'float32' : 'float64';
  if (kindOf(out) !== wanted) {
    const name = outType(isFloat32).name;
    throw new TypeError(`${call}: expected out to be a ${name} (as yPred), got ${describe(out)}`);
  }
  checkAttached(call, 'out', out as FloatArray, wanted);
  const array = plain(out as FloatArray) as FloatArray;
  if (array.length !== length) {
    throw new RangeError(`${call}: expected out.length ${length}, got ${array.length}`);
  }
  return array;
}

/** The type of the losses of float32 predictions, and of all others. */
export function outType(isFloat32: boolean): Float32ArrayConstructor | Float64ArrayConstructor {
  return isFloat32 ? Float32Array : Float64Array;
}

export function lengthError(
  call: string,
  name: string,
  expected: number,
  why: string,
  got: number,
): RangeError {
  return new RangeError(`${call}: expected ${name}.length ${expected} (${why}), got ${got}`);
}

/** An element outside its domain. */
export function domainError(argument: Argument, i: number, expected: string): RangeError {
  return new RangeError(`${argument.name}[${i}] is ${argument.textAt(i)}, expected ${expected}`);
}
