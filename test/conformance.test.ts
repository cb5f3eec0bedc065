import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/index.js';
import { pair, probabilities, reals } from './support/data.js';
import { as, differences } from './support/differences.js';
import { type TypeName, types } from './support/places.js';
import type { FullLoss } from './support/verb-cases.js';

const LENGTHS = [0, 1, 7, 8, 9, 63, 64, 65, 2047, 2048, 2049, 3 * 2048 + 5];
const FEW_LENGTHS = [0, 9, 2049];

/** The types that kernels or arenas know, in every mix and length; the others in some. */
const mixes = [
  ...(['Float64Array', 'Float32Array'] as const).flatMap((forPred) => [
    ...(['Float64Array', 'Float32Array', 'Uint8Array', 'Int32Array'] as const).map((forTrue) => ({
      forPred,
      forTrue,
      lengths: LENGTHS,
    })),
    ...(
      [
        'Uint8ClampedArray',
        'Int8Array',
        'Int16Array',
        'Uint16Array',
        'Uint32Array',
        'number[]',
      ] as const
    ).map((forTrue) => ({ forPred, forTrue, lengths: FEW_LENGTHS })),
  ]),
  { forPred: 'number[]', forTrue: 'number[]', lengths: LENGTHS },
  { forPred: 'number[]', forTrue: 'Uint8Array', lengths: FEW_LENGTHS },
] as const;

describe.each([
  { name: 'squaredError', of: (engine: Engine): FullLoss => engine.squaredError, kinds: reals },
  { name: 'absoluteError', of: (engine: Engine): FullLoss => engine.absoluteError, kinds: reals },
  {
    name: 'huber',
    of: (engine: Engine): FullLoss => engine.huber.with({ delta: 0.7 }),
    kinds: reals,
  },
  {
    name: 'binaryCrossEntropy',
    of: (engine: Engine): FullLoss => engine.binaryCrossEntropy,
    kinds: probabilities,
  },
  {
    name: 'binaryCrossEntropy with clip',
    of: (engine: Engine): FullLoss => engine.binaryCrossEntropy.with({ clip: 1e-7 }),
    kinds: probabilities,
  },
])('$name gives the same bits on every backend and anywhere in memory', ({ of, kinds }) => {
  it.each(mixes)('yPred $forPred, yTrue $forTrue', ({ forPred, forTrue, lengths }) => {
    const found: string[] = [];
    for (const [kind, make] of Object.entries(kinds)) {
      for (const n of lengths) {
        const { yTrue, yPred } = pair(n, n + 1, make);
        for (const text of differences(of, as(forTrue, yTrue), as(forPred, yPred), n)) {
          found.push(`${kind}, n = ${n}, ${text}`);
        }
      }
    }
    expect(found).toEqual([]);
  });

  it.each(Object.keys(types) as TypeName[])('yPred %s, too', (forPred) => {
    const { yTrue, yPred } = pair(
      2500,
      3,
      kinds === reals ? reals.integers : probabilities['exact 0 and 1, right or wrong'],
    );
    expect(differences(of, yTrue, as(forPred, yPred), 2500)).toEqual([]);
  });
});
