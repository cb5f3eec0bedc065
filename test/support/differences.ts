// One answer: every backend, for arrays anywhere in memory, gives the bits (or the error) that the
// JavaScript backend gives for arrays of their own.
import type { FloatArray, PlainNumbers as Numbers, TypedArray } from '../../src/arrays.js';
import type { Engine } from '../../src/index.js';
import { difference, type Outcome, outcomeOf, sameBits } from './bits.js';
import { engines } from './engines.js';
import { isUntouched, outFor, type Place, placed, type TypeName, types } from './places.js';
import { fill } from './random.js';
import { type FullLoss, plainVerbs, type Verb } from './verb-cases.js';

export type Of = (engine: Engine) => FullLoss;

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
 * Where results differ from those of the JavaScript backend for arrays of their own, in words.
 */
export function differences(
  of: Of,
  yTrue: Numbers,
  yPred: Numbers,
  samples: number,
  verbs: readonly Verb[] = plainVerbs,
): string[] {
  const weights = weightsFor(yPred, samples);
  const call = (loss: FullLoss, { call }: Verb, [y, p, w]: readonly Numbers[], out?: FloatArray) =>
    outcomeOf(() => call(loss, y, p, w, out));
  const own: Record<string, Outcome> = {};
  for (const verb of verbs)
    own[verb.name] = call(of(reference.engine), verb, [yTrue, yPred, weights]);
  const found: string[] = [];
  for (const { backend, engine } of engines) {
    const loss = of(engine);
    for (const [forTrue, forPred, forOut] of placings.slice(0, PLACINGS[backend])) {
      const y = isTyped(yTrue) ? placed(yTrue, forTrue, 0) : yTrue;
      const p = isTyped(yPred) ? placed(yPred, forPred, 1) : yPred;
      const w = placed(weights, forTrue, 3);
      const where = `${backend}, yTrue ${forTrue}, yPred ${forPred}`;
      for (const verb of verbs) {
        const expected = own[verb.like ?? verb.name];
        const compare = (how: string, got: Outcome) => {
          if (sameOutcome(got, expected)) return;
          found.push(`${where}${how}, ${verb.name}: ${difference(got, expected)}`);
        };
        if (verb.size === 'number' || forOut === 'resident')
          compare('', call(loss, verb, [y, p, w]));
        if (verb.size === 'number') continue;
        const length = verb.size === 'samples' ? samples : yPred.length;
        const { out, behind } = outFor(yPred, forOut, length);
        const filled = call(loss, verb, [y, p, w], out);
        compare(`, out ${forOut}`, filled);
        const fails = typeof expected === 'string';
        if (!fails && filled !== out) found.push(`${where}: ${verb.name} did not return out`);
        if (fails && !isUntouched(out)) found.push(`${where}: an error, and out is changed`);
        if (!isUntouched(behind)) found.push(`${where}: what lies behind out is changed`);
      }
      if (!bytes(y).equals(bytes(yTrue))) found.push(`${where}: yTrue is changed`);
      if (!bytes(p).equals(bytes(yPred))) found.push(`${where}: yPred is changed`);
      if (!bytes(w).equals(bytes(weights))) found.push(`${where}: sampleWeight is changed`);
      if (!isTyped(yTrue) && !isTyped(yPred)) break;
    }
  }
  return found;
}

/** Some of them 0; of the type of the predictions, if that is a type for weights. */
function weightsFor(yPred: Numbers, samples: number): FloatArray {
  const weights = fill(samples, samples, (random) => (random() < 0.2 ? 0 : 3 * random()));
  return yPred instanceof Float32Array ? new Float32Array(weights) : weights;
}

/** The same bits, or the same error, whatever verb it names. */
function sameOutcome(a: Outcome, b: Outcome): boolean {
  const nameless = (outcome: Outcome) =>
    typeof outcome === 'string' ? outcome.replace(/\.\w+:/, ':') : outcome;
  return sameBits(nameless(a), nameless(b));
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
