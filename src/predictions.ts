// The option that says what predictions count as, whatever array they come in.

import { Argument } from './argument.js';
import { newArray } from './arrays.js';
import { asArgument, checkChoice, domainError, outType } from './validate.js';

const TYPES: readonly ('float32' | 'float64')[] = ['float32', 'float64'];

/** Whether the option says float32; undefined if it says nothing. */
export function asPredictionType(callName: string, value: unknown): boolean | undefined {
  if (value === undefined) return undefined;
  return checkChoice(callName, 'predictions', value, TYPES) === 'float32';
}

/** An argument of predictions, copied to an array of the type they count as if it is of another. */
export function asPredictions(
  callName: string,
  values: unknown,
  isFloat32: boolean | undefined,
): Argument {
  const given = asArgument(callName, 'yPred', values);
  if (isFloat32 === undefined || isFloat32 === (given.kind === 'float32')) return given;
  given.settle();
  const { length } = given;
  const array = newArray(given.name, outType(isFloat32), length);
  given.copyTo(0, length, array);
  if (isFloat32) {
    for (let i = 0; i < length; i++) {
      if (!Object.is(array[i], given.at(i))) {
        throw domainError(
          given,
          i,
          "a number that float32 holds exactly, as predictions 'float32' are",
        );
      }
    }
  }
  return new Argument(array, isFloat32 ? 'float32' : 'float64', callName, 'yPred');
}
