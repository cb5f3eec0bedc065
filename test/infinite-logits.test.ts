// Logits of ±∞: the limit where there is one, NaN where there is none; in rows of any length.

import { describe, expect, it } from 'vitest';
import { BLOCK } from '../src/block.js';
import { engines } from './support/engines.js';
import { sample, sampleOfTests } from './support/sample.js';

const { log, log1p, LN2 } = Math;
const views = [Float64Array, Float32Array] as const;
const cases = engines.flatMap(({ backend, engine }) =>
  views.map((View) => ({ backend, engine, type: View.name, View })),
);

describe.each(sampleOfTests(cases, 3))('$type on the backend $backend', ({ engine, View }) => {
  const binary = engine.binaryCrossEntropy.with({ fromLogits: true });
  const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });

  describe('binary cross-entropy', () => {
    const samples = [
      { y: 1, z: Infinity, loss: 0, slope: 0 },
      { y: 0, z: Infinity, loss: Infinity, slope: 1 },
      { y: 1, z: -Infinity, loss: Infinity, slope: -1 },
      { y: 0, z: -Infinity, loss: 0, slope: 0 },
      { y: 0.25, z: Infinity, loss: Infinity, slope: 0.75 },
      { y: 0.25, z: -Infinity, loss: Infinity, slope: -0.25 },
      { y: 1, z: NaN, loss: NaN, slope: NaN },
    ];

    it.each(samples)('y = $y, z = $z: $loss, with the gradient $slope', ({ y, z, loss, slope }) => {
      for (const n of [1, 9, BLOCK, 3000]) {
        for (const at of [0, n - 1]) {
          // All the others are right for certain.
          const yTrue = new Float64Array(n).fill(1);
          const yPred = new View(n).fill(Infinity);
          yTrue[at] = y;
          yPred[at] = z;
          expect(binary.sum(yTrue, yPred)).toBe(loss);
          expect(binary.perSample(yTrue, yPred)[at]).toBe(loss);
          const gradient = binary.gradient(yTrue, yPred, { reduction: 'sum' });
          // −0 and 0 alike.
          expect(gradient[at] + 0).toBe(slope);
          expect(gradient.filter((x) => x !== 0).length).toBe(slope === 0 ? 0 : 1);
        }
      }
    });

    it('a weight of 0 makes a term 0, infinite or not', () => {
      const without = binary.with({ positiveWeight: 0 });
      expect(without.sum([1, 1, 0], new View([-Infinity, Infinity, -Infinity]))).toBe(0);
      expect(without.sum([1, 0], new View([-Infinity, Infinity]))).toBe(Infinity);
    });
  });

  describe.each([
    // Rows in a block, rows as long as one, rows in pieces, and a vocabulary.
    { classes: 2, places: [[0, 1]] },
    {
      classes: 5,
      places: [
        [0, 4],
        [3, 2],
      ],
    },
    {
      classes: BLOCK,
      places: [
        [0, BLOCK - 1],
        [7, 8],
      ],
    },
    {
      classes: 5003,
      places: [
        [0, 1],
        [5002, 0],
        [BLOCK - 1, BLOCK],
        [BLOCK, 2 * BLOCK],
        [5002, 4999],
      ],
    },
    {
      classes: 100_000,
      places: [
        [99_999, 1],
        [50_000, 50_001],
      ],
    },
  ])('rows of $classes classes', ({ classes, places }) => {
    const categorical = engine.categoricalCrossEntropy.with({ fromLogits: true, classes });

    /** Two special logits in a row of others: the losses with the label at either of them. */
    const expectLosses = (
      others: number,
      a: number,
      b: number,
      [ofA, ofB]: readonly [number, number],
    ) => {
      for (const [i, j] of sample(places, 1)) {
        const row = new View(classes).fill(others);
        row[i] = a;
        row[j] = b;
        for (const [label, loss] of [
          [i, ofA],
          [j, ofB],
        ]) {
          const oneHot = new Uint8Array(classes);
          oneHot[label] = 1;
          // (As float32 it may be infinite.)
          const [rounded] = new View([loss]);
          const results = [
            [sparse.sum([label], row), loss],
            [categorical.sum(oneHot, row), loss],
            [sparse.valueAndGradient([label], row).value, loss],
            [sparse.perSample([label], row)[0], rounded],
            [categorical.perSample(oneHot, row)[0], rounded],
          ];
          for (const [result, expected] of results) {
            const where = `label ${label}, [${i}] ${a}, [${j}] ${b}, others ${others}`;
            if (Number.isFinite(expected) && expected !== 0) {
              expect(Math.abs(result / expected - 1), where).toBeLessThan(1e-6);
            } else {
              expect(result, where).toBe(expected);
            }
          }
        }
      }
    };
    const others = classes - 2;

    it('+∞ alone is right for certain, all else wrong', () => {
      expectLosses(-1, Infinity, 3, [0, Infinity]);
      expectLosses(-Infinity, Infinity, 3, [0, Infinity]);
      expectLosses(1e30, Infinity, -Infinity, [0, Infinity]);
    });

    it('two of +∞ have no limit', () => {
      expectLosses(0, Infinity, Infinity, [NaN, NaN]);
      expectLosses(-Infinity, Infinity, Infinity, [NaN, NaN]);
    });

    it('−∞ is a class that cannot be', () => {
      expectLosses(0, -Infinity, 0, [Infinity, log(1 + others)]);
      expectLosses(-Infinity, 2, 2, [LN2, LN2]);
      expectLosses(-Infinity, 2, 0, [log1p(Math.exp(-2)), log1p(Math.exp(-2)) + 2]);
      expectLosses(-Infinity, -Infinity, 5, [Infinity, 0]);
      expectLosses(-Infinity, -1e30, -Infinity, [0, Infinity]);
    });

    it('nothing but −∞ has no limit', () => {
      expectLosses(-Infinity, -Infinity, -Infinity, [NaN, NaN]);
    });

    it('NaN anywhere is NaN', () => {
      expectLosses(0, NaN, 0, [NaN, NaN]);
      expectLosses(-Infinity, NaN, -Infinity, [NaN, NaN]);
      expectLosses(-Infinity, NaN, 1, [NaN, NaN]);
      expectLosses(-Infinity, NaN, Infinity, [NaN, NaN]);
      expectLosses(NaN, NaN, NaN, [NaN, NaN]);
    });

    it('ties for the maximum count each', () => {
      expectLosses(-1000, 5, 5, [LN2, LN2]);
      expectLosses(3, 3, 3, [log(classes), log(classes)]);
      expectLosses(0, 1000, 1000, [LN2, LN2]);
      expectLosses(-0, 0, -0, [log(classes), log(classes)]);
    });

    it('finite logits as far apart as can be are finite losses', () => {
      const most = View === Float32Array ? 3.4028234663852886e38 : Number.MAX_VALUE;
      expectLosses(-most, most, 0, [0, most]);
      // The difference of these is more than there is; for float32 it is computed in float64.
      expectLosses(0, most, -most, [0, 2 * most]);
      expectLosses(-1e30, -1e20, 5e12, [1e20, 0]);
      expectLosses(-1e30, -1e10, -1e20, [0, 1e20]);
    });

    it('the gradient is 1 and −1 where all is certain, NaN where there is no limit', () => {
      for (const [i, j] of sample(places, 1)) {
        const row = new View(classes).fill(-1);
        const oneHot = new Uint8Array(classes);
        oneHot[j] = 1;
        row[i] = Infinity;
        for (const gradient of [sparse.gradient([j], row), categorical.gradient(oneHot, row)]) {
          expect(gradient[i]).toBe(1);
          expect(gradient[j]).toBe(-1);
          expect(gradient.filter((x) => x !== 0)).toHaveLength(2);
        }
        expect(sparse.gradient([i], row).every((x) => x === 0)).toBe(true);
        row[j] = Infinity;
        for (const gradient of [sparse.gradient([j], row), categorical.gradient(oneHot, row)]) {
          expect(gradient.every((x) => Number.isNaN(x))).toBe(true);
        }
      }
    });

    it('a term with the label 0 is 0, infinite or not', () => {
      for (const [i, j] of sample(places, 1)) {
        const row = new View(classes).fill(-Infinity);
        row[i] = 2;
        row[j] = 2;
        const soft = new Float64Array(classes);
        soft[i] = 0.25;
        soft[j] = 0.75;
        expect(categorical.sum(soft, row)).toBeCloseTo(LN2, 14);
        expect(categorical.sum(new Uint8Array(classes), row)).toBe(0);
      }
    });

    it('so is one with the class weight 0', () => {
      for (const [i, j] of sample(places, 1)) {
        const row = new View(classes);
        row[i] = -Infinity;
        const classWeight = new Float64Array(classes).fill(1);
        classWeight[i] = 0;
        const oneHot = new Uint8Array(classes);
        oneHot[i] = 1;
        expect(sparse.with({ classWeight }).sum([i], row)).toBe(0);
        expect(categorical.with({ classWeight }).sum(oneHot, row)).toBe(0);
        expect(sparse.with({ classWeight }).sum([j], row)).toBeCloseTo(log(classes - 1), 12);
        expect(sparse.with({ classWeight }).sum([i], row.fill(-Infinity))).toBeNaN();
        expect(categorical.with({ classWeight }).sum(oneHot, row)).toBeNaN();
      }
    });
  });
});
