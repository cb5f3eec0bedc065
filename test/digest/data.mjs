// The data of each call, as float64: kinds of elements, how many of them, and weights.
import { integer, seeded } from '../losses/numbers.mjs';
import { pairsOf } from '../losses/pairs.mjs';
import { rowsOf } from '../losses/rows.mjs';

/**
 * @typedef {object} Data
 * @property {string} kind
 * @property {boolean} isFirst whether it is of its table's first kind: what any type of array holds
 * @property {boolean} isFew whether it is of one of the few sizes that all kinds have
 * @property {Float64Array} yTrue
 * @property {Float64Array} yPred
 * @property {Float64Array} sampleWeight one for each sample
 * @property {number | undefined} classes none for losses of pairs
 */

/** About the lanes, the groups and the blocks of the kernels. */
const LENGTHS = [0, 1, 7, 8, 9, 16, 17, 63, 64, 65, 2047, 2048, 2049, 4101];
const FEW_LENGTHS = [11, 2113];

/** Parts of blocks, whole blocks, rows longer than a block. */
const SHAPES = [
  { classes: 1, samples: 9 },
  { classes: 2, samples: 1025 },
  { classes: 3, samples: 0 },
  { classes: 3, samples: 5 },
  { classes: 10, samples: 211 },
  { classes: 2047, samples: 1 },
  { classes: 2048, samples: 2 },
  { classes: 2049, samples: 1 },
  { classes: 5003, samples: 1 },
];
const FEW_SHAPES = [
  { classes: 10, samples: 23 },
  { classes: 2051, samples: 1 },
];

/**
 * All the data that a family's losses are fed: few sizes of each kind, and of the first kind more.
 *
 * @param {import('./losses.mjs').Family} family
 * @returns {Data[]}
 */
export function dataOf(family) {
  const { pairs = {}, rows = {} } = family;
  return [
    ...sized(pairs, FEW_LENGTHS, LENGTHS, pairData),
    ...sized(rows, FEW_SHAPES, SHAPES, (make, shape) =>
      rowData(make, shape, family.shape === 'sparse'),
    ),
  ];
}

/**
 * @template Make, Size
 * @param {Readonly<Record<string, Make>>} kinds
 * @param {readonly Size[]} few
 * @param {readonly Size[]} more
 * @param {(make: Make, size: Size) => Pick<Data, 'yTrue' | 'yPred' | 'sampleWeight' | 'classes'>} dataFor
 * @returns {Data[]}
 */
function sized(kinds, few, more, dataFor) {
  return Object.entries(kinds).flatMap(([kind, make], i) => {
    const isFirst = i === 0;
    return [
      ...few.map((size) => ({ kind, isFirst, isFew: true, ...dataFor(make, size) })),
      ...(isFirst ? more : []).map((size) => ({
        kind,
        isFirst,
        isFew: false,
        ...dataFor(make, size),
      })),
    ];
  });
}

/**
 * @param {import('../losses/pairs.mjs').MakePair} make
 * @param {number} n
 */
function pairData(make, n) {
  return { ...pairsOf(make, n, n), sampleWeight: weights(n), classes: undefined };
}

/**
 * @param {import('../losses/rows.mjs').MakeRow} make
 * @param {{ classes: number, samples: number }} shape
 * @param {boolean} asIndices whether the truth is class indices
 */
function rowData(make, { classes, samples }, asIndices) {
  const { indices, labels, yPred } = rowsOf(make, samples, classes, classes + samples);
  const yTrue = asIndices ? indices : labels;
  return { yTrue, yPred, sampleWeight: weights(samples), classes };
}

/**
 * Some whole numbers, some fractions, some zeros.
 *
 * @param {number} n
 */
function weights(n) {
  const random = seeded(-1 - n);
  return Float64Array.from({ length: n }, () =>
    random() < 0.5 ? integer(random, 0, 3) : 3 * random(),
  );
}
