// As conformance-rows.test.ts, for gradients and weights, and for logits and the options of labels.
import { describe, expect, it } from 'vitest';
import type { Engine } from '../src/index.js';
import { outcomeOf, sameBits } from './support/bits.js';
import { logitRows, rowKinds, rowsOf } from './support/data.js';
import { as, differences } from './support/differences.js';
import { engines } from './support/engines.js';
import { allVerbs, type FullLoss } from './support/verb-cases.js';

/** How many samples of so many classes: whole blocks, parts of blocks, rows longer than a block. */
const shapes: readonly (readonly [classes: number, samples: number])[] = [
  [1, 9],
  [3, 683],
  [10, 205],
  [2048, 1],
  [5003, 0],
  [5003, 1],
];

const mixes = [
  { forPred: 'Float64Array', forTrue: 'Float64Array' },
  { forPred: 'Float32Array', forTrue: 'Uint8Array' },
] as const;

type Options = Parameters<Engine['categoricalCrossEntropy']['with']>[0];
type SparseOptions = Parameters<Engine['sparseCategoricalCrossEntropy']['with']>[0];
type Weighted = { readonly classWeight?: true };

/** Some of them 0. */
const classWeight = (classes: number) => Array.from({ length: classes }, (_, k) => (k % 4) / 3);

const filled = <T extends object>(options: T & Weighted, classes: number) => ({
  ...options,
  classes,
  ...(options.classWeight === true ? { classWeight: classWeight(classes) } : {}),
});

const dense = (options: Omit<Options, 'classWeight'> & Weighted) => ({
  name: `categoricalCrossEntropy with ${JSON.stringify(options)}`,
  of: (engine: Engine, classes: number): FullLoss =>
    engine.categoricalCrossEntropy.with(filled(options, classes) as Options),
  truth: 'yTrue' as const,
  kinds: options.fromLogits === true ? logitRows : rowKinds,
});

const sparse = (options: Omit<SparseOptions, 'classWeight'> & Weighted) => ({
  name: `sparseCategoricalCrossEntropy with ${JSON.stringify(options)}`,
  of: (engine: Engine, classes: number): FullLoss =>
    engine.sparseCategoricalCrossEntropy.with(filled(options, classes) as SparseOptions),
  truth: 'labels' as const,
  kinds: options.fromLogits === true ? logitRows : rowKinds,
});

const losses = [
  dense({}),
  dense({ classWeight: true, labelSmoothing: 0.1 }),
  dense({ normalize: true, clip: 1e-3, classWeight: true }),
  dense({ fromLogits: true }),
  dense({ fromLogits: true, labelSmoothing: 0.1 }),
  dense({ fromLogits: true, classWeight: true }),
  sparse({}),
  sparse({ classWeight: true, ignoreIndex: 0 }),
  sparse({ normalize: true, clip: 1e-3, ignoreIndex: 1 }),
  sparse({ labelSmoothing: 0.1, normalize: true, classWeight: true, ignoreIndex: 0 }),
  sparse({ fromLogits: true }),
  sparse({ fromLogits: true, classWeight: true, ignoreIndex: 0 }),
  sparse({ fromLogits: true, labelSmoothing: 0.1 }),
  sparse({ fromLogits: true, labelSmoothing: 0.1, classWeight: true, ignoreIndex: 1 }),
];

describe.each(losses)(
  'every verb of $name gives the same bits on every backend and anywhere in memory',
  ({ of, truth, kinds }) => {
    it.each(mixes)('yPred $forPred, yTrue $forTrue', ({ forPred, forTrue }) => {
      const found: string[] = [];
      for (const [kind, make] of Object.entries(kinds)) {
        for (const [classes, samples] of shapes) {
          const rows = rowsOf(samples, classes, classes + samples, make);
          // (A Uint8Array has no class index of 5,003.)
          const yTrue = as(
            truth === 'labels' && forTrue === 'Uint8Array' ? 'Uint16Array' : forTrue,
            rows[truth],
          );
          const yPred = as(forPred, rows.yPred);
          for (const text of differences(
            (engine) => of(engine, classes),
            yTrue,
            yPred,
            samples,
            allVerbs,
          )) {
            found.push(`${kind}, ${samples} rows of ${classes}, ${text}`);
          }
        }
      }
      expect(found).toEqual([]);
    });
  },
);

describe.each(losses)(
  'what holds labels and weights makes no difference: $name',
  ({ of, truth, kinds }) => {
    const make = kinds === logitRows ? logitRows['in ±600'] : rowKinds['that sum to 1'];

    it.each(['Float64Array', 'Float32Array'] as const)('yPred %s', (forPred) => {
      const found: string[] = [];
      for (const [classes, samples] of [
        [3, 3],
        [10, 205],
        [100, 30],
      ]) {
        const rows = rowsOf(samples, classes, classes, make);
        const yPred = as(forPred, rows.yPred);
        const weights = Float64Array.from({ length: samples }, (_, i) => i % 4);
        for (const { backend, engine } of engines) {
          for (const verb of allVerbs) {
            const outcome = (
              type:
                | 'Float64Array'
                | 'Float32Array'
                | 'Uint8Array'
                | 'Int8Array'
                | 'Int32Array'
                | 'number[]',
            ) =>
              outcomeOf(() =>
                verb.call(of(engine, classes), as(type, rows[truth]), yPred, as(type, weights)),
              );
            const expected = outcome('Float64Array');
            for (const type of [
              'Float32Array',
              'Uint8Array',
              'Int8Array',
              'Int32Array',
              'number[]',
            ] as const) {
              if (!sameBits(outcome(type), expected)) {
                found.push(`${backend}, ${verb.name}, ${type}, ${samples} rows of ${classes}`);
              }
            }
          }
        }
      }
      expect(found).toEqual([]);
    });
  },
);
