// One answer: every loss of the table by every verb, bit for bit the same on every backend, for arrays
// anywhere in memory and of any type.
import { describe, expect, it } from 'vitest';
import type { PlainNumbers as Numbers } from '../src/arrays.js';
import * as library from '../src/index.js';
import { losses } from './losses/losses.mjs';
import { pairsOf } from './losses/pairs.mjs';
import { rowsOf } from './losses/rows.mjs';
import { outcomeOf, sameBits } from './support/bits.js';
import { allPairs, allRows } from './support/data.js';
import { as, differences } from './support/differences.js';
import { engines } from './support/engines.js';
import { byName, fewSubjects, plainSubjects, type Subject } from './support/option-sets.js';
import { type TypeName, types } from './support/places.js';
import { sample, sampleOfTests } from './support/sample.js';
import { allVerbs, plainVerbs, type Verb } from './support/verb-cases.js';
import { lossOf } from './support/verbs.js';

it('is asked of every loss there is', () => {
  const isLoss = (value: unknown) =>
    typeof value === 'object' && value !== null && 'perSample' in value;
  const names = Object.entries(library).flatMap(([name, value]) => (isLoss(value) ? [name] : []));
  expect(losses.map(({ name }) => name).sort()).toEqual(names.sort());
});

interface Size {
  readonly samples: number;
  readonly classes: number;
}

/** Parts of blocks, whole blocks, and what is at their ends; rows longer than a block. */
const SIZES = {
  single: [0, 1, 7, 8, 9, 63, 64, 65, 2047, 2048, 2049, 2 * 2048 + 5, 3 * 2048 + 5].map(
    (samples) => ({ samples, classes: 1 }),
  ),
  rows: [
    ...[0, 9, 2049].map((samples) => ({ samples, classes: 1 })),
    ...[65, 1025].map((samples) => ({ samples, classes: 2 })),
    ...[1, 3, 683].map((samples) => ({ samples, classes: 3 })),
    ...[7, 205].map((samples) => ({ samples, classes: 10 })),
    { samples: 2, classes: 2047 },
    { samples: 1, classes: 2048 },
    { samples: 2, classes: 2049 },
    { samples: 0, classes: 5003 },
    { samples: 1, classes: 5003 },
  ],
} as const;

/** Some of them. */
const FEW_SIZES = {
  single: [0, 9, 2049, 2 * 2048 + 5].map((samples) => ({ samples, classes: 1 })),
  rows: [
    { samples: 9, classes: 1 },
    { samples: 683, classes: 3 },
    { samples: 205, classes: 10 },
    { samples: 1, classes: 2048 },
    { samples: 0, classes: 5003 },
    { samples: 1, classes: 5003 },
  ],
} as const;

const shapeOf = ({ shape }: Subject) => (shape === 'single' ? 'single' : 'rows');

interface Kind {
  readonly name: string;
  readonly make: (size: Size) => { readonly yTrue: Float64Array; readonly yPred: Float64Array };
}

/** All kinds of data that a loss may be fed; the first has a truth that every type holds. */
function kindsFor({ domain, shape }: Subject): Kind[] {
  if (shape === 'single' || domain === 'reals') {
    return allPairs(domain).map(([name, make]) => ({
      name,
      make: ({ samples }) => pairsOf(make, samples, samples + 1),
    }));
  }
  return allRows(domain).map(([name, make]) => ({
    name,
    make: ({ samples, classes }) => {
      const { indices, labels, yPred } = rowsOf(make, samples, classes, classes + samples);
      return { yTrue: shape === 'sparse' ? indices : labels, yPred };
    },
  }));
}

interface Mix {
  readonly forPred: TypeName | 'number[]';
  readonly forTrue: TypeName | 'number[]';
}

/** Differences for some of the kinds of data in some of the sizes; for all of them in a thorough run. */
function differencesOf(
  subject: Subject,
  { forPred, forTrue }: Mix,
  verbs: readonly Verb[],
  sizes: readonly Size[],
  most: number,
): string[] {
  const all = kindsFor(subject).flatMap((kind) => sizes.map((size) => ({ kind, size })));
  return sample(all, most, 24).flatMap(({ kind, size }) => {
    const { samples, classes } = size;
    const made = kind.make(size);
    const yTrue = as(typeFor(forTrue, made.yTrue, subject), made.yTrue);
    const yPred = as(forPred, made.yPred);
    return differences(
      (engine) => lossOf(engine, subject, classes),
      yTrue,
      yPred,
      samples,
      verbs,
    ).map((text) => `${kind.name}, ${samples} × ${classes}, ${text}`);
  });
}

/** The type; a larger one for class indices that it does not hold. */
function typeFor(type: Mix['forTrue'], values: Float64Array, { shape }: Subject): Mix['forTrue'] {
  if (shape !== 'sparse' || type === 'number[]') return type;
  const most = { Int8Array: 127, Uint8Array: 255, Uint8ClampedArray: 255 } as const;
  const isTooSmall = type in most && values.some((y) => y > most[type as keyof typeof most]);
  return isTooSmall ? 'Uint16Array' : type;
}

describe('every verb', () => {
  const mixes = [
    { forPred: 'Float64Array', forTrue: 'Float64Array' },
    { forPred: 'Float32Array', forTrue: 'Uint8Array' },
    { forPred: 'Float32Array', forTrue: 'Float64Array' },
    { forPred: 'number[]', forTrue: 'number[]' },
  ] as const;

  describe.each(byName(fewSubjects))('%s', (_, subject) => {
    it.each(sampleOfTests(mixes, 1))('yPred $forPred, yTrue $forTrue', (mix) => {
      const found = differencesOf(subject, mix, allVerbs, FEW_SIZES[shapeOf(subject)], 2);
      expect(found).toEqual([]);
    });
  });
});

/** The types that kernels or arenas know, and the others. */
const TRUTHS = ['Float64Array', 'Float32Array', 'Uint8Array', 'Int32Array'] as const;
const OTHER_TRUTHS = [
  'Uint8ClampedArray',
  'Int8Array',
  'Int16Array',
  'Uint16Array',
  'Uint32Array',
  'number[]',
] as const;

/** All sizes for the mixes that have kernels or loads of their own. */
function sizesFor(forPred: TypeName, forTrue: TypeName): typeof SIZES | typeof FEW_SIZES {
  const isMain = forTrue === forPred || (forPred === 'Float32Array' && forTrue === 'Uint8Array');
  return isMain ? SIZES : FEW_SIZES;
}

describe.each(byName(plainSubjects))('every mix of types: %s', (_, subject) => {
  const shape = shapeOf(subject);
  const mixes = [
    ...(['Float64Array', 'Float32Array'] as const).flatMap((forPred) => [
      ...TRUTHS.map((forTrue) => ({ forPred, forTrue, sizes: sizesFor(forPred, forTrue)[shape] })),
      ...OTHER_TRUTHS.map((forTrue) => ({ forPred, forTrue, sizes: FEW_SIZES[shape] })),
    ]),
    { forPred: 'number[]', forTrue: 'number[]', sizes: FEW_SIZES[shape] },
    { forPred: 'number[]', forTrue: 'Uint8Array', sizes: FEW_SIZES[shape] },
  ] as const;

  it.each(sampleOfTests(mixes, 3))('yPred $forPred, yTrue $forTrue', ({ sizes, ...mix }) => {
    expect(differencesOf(subject, mix, plainVerbs, sizes, 3)).toEqual([]);
  });

  // Whole numbers of the domain.
  const kinds = kindsFor(subject);
  const { make } = kinds.find(({ name }) => name.startsWith('exactly 0 and 1')) ?? kinds[0];

  it.each(sampleOfTests(Object.keys(types) as TypeName[], 3))('yPred %s', (forPred) => {
    const size = shape === 'single' ? { samples: 2500, classes: 1 } : { samples: 834, classes: 3 };
    const { yTrue, yPred } = make(size);
    const found = differences(
      (engine) => lossOf(engine, subject, size.classes),
      yTrue,
      as(forPred, yPred),
      size.samples,
    );
    expect(found).toEqual([]);
  });
});

describe.each(byName(fewSubjects))(
  'what holds labels and weights makes no difference: %s',
  (_, subject) => {
    const sizes = {
      single: [9, 2500].map((samples) => ({ samples, classes: 1 })),
      rows: [
        { samples: 3, classes: 3 },
        { samples: 205, classes: 10 },
        { samples: 30, classes: 100 },
      ],
    };
    const labels = ['Float32Array', 'Uint8Array', 'Int8Array', 'Int32Array', 'number[]'] as const;

    it.each(['Float64Array', 'Float32Array'] as const)('yPred %s', (forPred) => {
      const [{ make }] = kindsFor(subject);
      const found: string[] = [];
      for (const size of sizes[shapeOf(subject)]) {
        const { samples, classes } = size;
        const { yTrue, yPred: values } = make(size);
        const yPred = as(forPred, values);
        const weights = Float64Array.from({ length: samples }, (_value, i) => i % 4);
        for (const { backend, engine } of engines) {
          const loss = lossOf(engine, subject, classes);
          for (const verb of sample(allVerbs, 2)) {
            const ask = (y: Numbers, w: Numbers) => outcomeOf(() => verb.call(loss, y, yPred, w));
            const expected = ask(yTrue, weights);
            for (const type of sample(labels, 2)) {
              if (sameBits(ask(as(type, yTrue), as(type, weights)), expected)) continue;
              found.push(`${backend}, ${verb.name}, ${type}, ${samples} × ${classes}`);
            }
          }
        }
      }
      expect(found).toEqual([]);
    });
  },
);
