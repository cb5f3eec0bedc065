// As conformance.test.ts, for gradients and weights, and for logits and the options of labels.
import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/index.js';
import { outcomeOf, sameBits } from './support/bits.js';
import { logits, pair, probabilities, reals } from './support/data.js';
import { as, differences } from './support/differences.js';
import { engines } from './support/engines.js';
import { allVerbs, type FullLoss } from './support/verb-cases.js';

const LENGTHS = [0, 9, 2049, 2 * 2048 + 5];

const mixes = [
  { forPred: 'Float64Array', forTrue: 'Float64Array' },
  { forPred: 'Float32Array', forTrue: 'Uint8Array' },
  { forPred: 'Float32Array', forTrue: 'Float64Array' },
  { forPred: 'number[]', forTrue: 'number[]' },
] as const;

const binary = (options: Parameters<Engine['binaryCrossEntropy']['with']>[0]) => ({
  name: `binaryCrossEntropy with ${JSON.stringify(options)}`,
  of: (engine: Engine): FullLoss => engine.binaryCrossEntropy.with(options),
  kinds: options.fromLogits === true ? logits : probabilities,
});

const losses = [
  { name: 'squaredError', of: (engine: Engine): FullLoss => engine.squaredError, kinds: reals },
  { name: 'absoluteError', of: (engine: Engine): FullLoss => engine.absoluteError, kinds: reals },
  {
    name: 'huber with delta',
    of: (engine: Engine): FullLoss => engine.huber.with({ delta: 0.3 }),
    kinds: reals,
  },
  binary({}),
  binary({ labelSmoothing: 0.1, positiveWeight: 0.5, clip: 1e-3 }),
  binary({ fromLogits: true }),
  binary({ fromLogits: true, positiveWeight: 2.5 }),
  binary({ fromLogits: true, labelSmoothing: 0.2, positiveWeight: 0 }),
];

describe.each(losses)(
  'every verb of $name gives the same bits on every backend and anywhere in memory',
  ({ of, kinds }) => {
    it.each(mixes)('yPred $forPred, yTrue $forTrue', ({ forPred, forTrue }) => {
      const found: string[] = [];
      for (const [kind, make] of Object.entries(kinds)) {
        for (const n of LENGTHS) {
          const { yTrue, yPred } = pair(n, n + 1, make);
          for (const text of differences(of, as(forTrue, yTrue), as(forPred, yPred), n, allVerbs)) {
            found.push(`${kind}, n = ${n}, ${text}`);
          }
        }
      }
      expect(found).toEqual([]);
    });
  },
);

describe.each(losses)(
  'what holds labels and weights makes no difference: $name',
  ({ of, kinds }) => {
    const kind = kinds === reals ? 'integers' : kinds === logits ? 'in ±600' : 'hard labels';
    const make = kinds[kind];
    const labels = [
      'Float64Array',
      'Float32Array',
      'Uint8Array',
      'Int8Array',
      'Int32Array',
    ] as const;

    it.each(['Float64Array', 'Float32Array'] as const)('yPred %s', (forPred) => {
      const found: string[] = [];
      for (const n of [9, 2500]) {
        const made = pair(n, n, make);
        // Numbers that all of the types have.
        const yTrue = made.yTrue.map((y) => Math.abs(y));
        const yPred = as(forPred, made.yPred);
        const weights = yTrue.map((_, i) => i % 4);
        for (const { backend, engine } of engines) {
          for (const verb of allVerbs) {
            const outcome = (type: (typeof labels)[number] | 'number[]') =>
              outcomeOf(() => verb.call(of(engine), as(type, yTrue), yPred, as(type, weights)));
            const expected = outcome('Float64Array');
            for (const type of [...labels, 'number[]'] as const) {
              if (!sameBits(outcome(type), expected)) {
                found.push(`${backend}, ${verb.name}, ${type}, n = ${n}`);
              }
            }
          }
        }
      }
      expect(found).toEqual([]);
    });
  },
);
