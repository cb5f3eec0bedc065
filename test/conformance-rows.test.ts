import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/index.js';
import { rowKinds, rowsOf } from './support/data.js';
import { as, differences } from './support/differences.js';
import type { FullLoss } from './support/verb-cases.js';

/** How many samples of so many classes: whole blocks, parts of blocks, rows longer than a block. */
const shapes: readonly (readonly [classes: number, samples: readonly number[]])[] = [
  [1, [0, 9, 2049]],
  [2, [65, 1025]],
  [3, [1, 3, 683]],
  [10, [7, 205]],
  [2047, [2]],
  [2048, [1]],
  [2049, [2]],
  [5003, [0, 1]],
];

const mixes = [
  { forPred: 'Float64Array', forTrue: 'Float64Array' },
  { forPred: 'Float32Array', forTrue: 'Uint8Array' },
] as const;

const moreMixes = [
  { forPred: 'Float64Array', forTrue: 'Uint8Array' },
  { forPred: 'Float64Array', forTrue: 'Int32Array' },
  { forPred: 'Float64Array', forTrue: 'Int8Array' },
  { forPred: 'Float32Array', forTrue: 'Float64Array' },
  { forPred: 'Float32Array', forTrue: 'Float32Array' },
  { forPred: 'Float32Array', forTrue: 'Int32Array' },
  { forPred: 'Float32Array', forTrue: 'Uint32Array' },
  { forPred: 'number[]', forTrue: 'number[]' },
] as const;

const variants = [
  { options: 'no options', set: {}, types: [...mixes, ...moreMixes] },
  { options: 'clip', set: { clip: 1e-7 }, types: mixes },
  { options: 'normalize', set: { normalize: true }, types: mixes },
  { options: 'clip and normalize', set: { clip: 1e-3, normalize: true }, types: mixes },
] as const;

describe.each(variants)('with $options', ({ set, types }) => {
  describe.each([
    {
      name: 'categoricalCrossEntropy',
      of: (engine: Engine, classes: number): FullLoss =>
        engine.categoricalCrossEntropy.with({ ...set, classes }),
      truth: 'yTrue',
    },
    {
      name: 'sparseCategoricalCrossEntropy',
      of: (engine: Engine, classes: number): FullLoss =>
        engine.sparseCategoricalCrossEntropy.with({ ...set, classes }),
      truth: 'labels',
    },
  ] as const)(
    '$name gives the same bits on every backend and anywhere in memory',
    ({ of, truth }) => {
      it.each(types)('yPred $forPred, yTrue $forTrue', ({ forPred, forTrue }) => {
        const found: string[] = [];
        for (const [kind, make] of Object.entries(rowKinds)) {
          for (const [classes, sizes] of shapes) {
            // The class indices of more do not fit in an int8.
            if (forTrue === 'Int8Array' && classes > 127) continue;
            for (const samples of sizes) {
              const rows = rowsOf(samples, classes, classes + samples, make);
              const yTrue = as(forTrue, rows[truth]);
              const yPred = as(forPred, rows.yPred);
              for (const text of differences(
                (engine) => of(engine, classes),
                yTrue,
                yPred,
                samples,
              )) {
                found.push(`${kind}, ${samples} rows of ${classes}, ${text}`);
              }
            }
          }
        }
        expect(found).toEqual([]);
      });
    },
  );
});
