// One answer: every backend, for arrays anywhere in memory, gives the bits (or the error) that the
// JavaScript backend gives for arrays of their own.
import type { FloatArray, Numbers, TypedArray } from '../../src/arrays.js';
import type { Engine } from '../../src/index.js';
import { difference, type Outcome, outcomeOf, sameBits } from './bits.js';
import { engines } from './engines.js';
import type { Loss } from './loss.js';
import { isUntouched, outFor, type Place, placed, type TypeName, types } from './places.js';

export type Of = (engine: Engine) => Loss;

const [reference] = engines;

/** yTrue, yPred, out. */
const placings: readonly (readonly [Place, Place, Place])[] = [
  ['ordinary', 'ordinary', 'resident'],
  ['ordinary, misaligned', 'ordinary, misaligned', 'ordinary, misaligned'],
  ['resident', 'resident', 'resident'],
  ['resident, misaligned', 'resident, misaligned', 'resident, misaligned'],
  ['resident', 'resident elsewhere', 'ordinary'],
  ['resident', 'ordinary', 'resident elsewhere'],
  ['ordinary, misaligned', 'resident, misaligned', 'resident elsewhere'],
];

/** All of them where it makes a difference; in JavaScript no memory is special. */
const PLACINGS = { js: 3, wasm: placings.length, auto: 1 } as const;

/**
 * Where results differ from those of the JavaScript backend for arrays of their own, in words. Samples is
 * the length of `out`.
 */
export function differences(of: Of, yTrue: Numbers, yPred: Numbers, samples: number): string[] {
  const expected: Readonly<Record<string, Outcome>> = {
    sum: outcomeOf(() => of(reference.engine).sum(yTrue, yPred)),
    mean: outcomeOf(() => of(reference.engine).mean(yTrue, yPred)),
    perSample: outcomeOf(() => of(reference.engine).perSample(yTrue, yPred)),
  };
  const found: string[] = [];
  const compare = (where: string, verb: string, call: () => number | FloatArray): Outcome => {
    const got = outcomeOf(call);
    if (!sameBits(got, expected[verb])) {
      found.push(`${where}, ${verb}: ${difference(got, expected[verb])}`);
    }
    return got;
  };
  const fails = typeof expected.perSample === 'string';
  for (const { backend, engine } of engines) {
    const loss = of(engine);
    for (const [forTrue, forPred, forOut] of placings.slice(0, PLACINGS[backend])) {
      const y = isTyped(yTrue) ? placed(yTrue, forTrue, 0) : yTrue;
      const p = isTyped(yPred) ? placed(yPred, forPred, 1) : yPred;
      const { out, behind } = outFor(yPred, forOut, samples);
      const where = `${backend}, yTrue ${forTrue}, yPred ${forPred}`;
      compare(where, 'sum', () => loss.sum(y, p));
      compare(where, 'mean', () => loss.mean(y, p));
      if (forOut === 'resident') compare(where, 'perSample', () => loss.perSample(y, p));
      const filled = compare(`${where}, out ${forOut}`, 'perSample', () =>
        loss.perSample(y, p, { out }),
      );
      if (!fails && filled !== out) found.push(`${where}: perSample did not return out`);
      if (fails && !isUntouched(out)) found.push(`${where}: an error, and out is changed`);
      if (!isUntouched(behind)) found.push(`${where}: what lies behind out is changed`);
      if (!bytes(y).equals(bytes(yTrue))) found.push(`${where}: yTrue is changed`);
      if (!bytes(p).equals(bytes(yPred))) found.push(`${where}: yPred is changed`);
      if (!isTyped(yTrue) && !isTyped(yPred)) break;
    }
  }
  return found;
}

function isTyped(values: Numbers): values is TypedArray {
  return !Array.isArray(values);
}

/** The bytes of an array that nothing is to change. */
function bytes(values: Numbers): Buffer {
  return isTyped(values)
    ? Buffer.from(values.buffer, values.byteOffset, values.byteLength)
    : Buffer.from(Float64Array.from(values).buffer);
}

/** Values as an array of that type, by that type's own conversion. */
export function as(name: TypeName | 'number[]', values: Float64Array): Numbers {
  return name === 'number[]' ? Array.from(values) : new types[name](values);
}
