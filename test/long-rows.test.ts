// Rows that are longer than a block, with what is special in one of their pieces.
import { describe, expect, it } from 'vitest';
import type { PlainNumbers as Numbers } from '../src/arrays.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { type AnyLoss, plainLoss } from './support/verbs.js';

const CLASSES = 5000;
/** In the second of three pieces. */
const LABEL = 3000;

const oneHot = new Float64Array(CLASSES).fill(1, LABEL, LABEL + 1);

function row(make: (k: number) => number): Float64Array {
  return Float64Array.from({ length: CLASSES }, (_, k) => make(k));
}

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const subjects = (options: object): (readonly [Numbers, AnyLoss])[] => [
    [[LABEL], plainLoss(engine, 'sparseCategoricalCrossEntropy').with(options)],
    [oneHot, plainLoss(engine, 'categoricalCrossEntropy').with({ classes: CLASSES, ...options })],
  ];

  describe('of logits', () => {
    it.each([
      ['the first piece', [0, 2048]],
      ['the last', [4096, CLASSES]],
      ['all but the label’s', [0, 2048, 4096, CLASSES]],
    ])('−∞ in %s counts for nothing', (_, ends) => {
      const z = row((k) => (k % 7) - 3);
      for (let i = 0; i < ends.length; i += 2) z.fill(-Infinity, ends[i], ends[i + 1]);
      const finite = z.filter((value) => value > -Infinity);
      const largest = finite.reduce((a, b) => Math.max(a, b));
      const rest = finite.reduce((sum, value) => sum + Math.exp(value - largest), 0);
      for (const [y, loss] of subjects({ fromLogits: true })) {
        const got = loss.mean(y, z);
        expect(got).toBeCloseTo(largest - z[LABEL] + Math.log(rest), 11);
        const gradient = loss.gradient(y, z);
        expect(gradient[ends[0]]).toBe(0);
        expect(Array.from(gradient).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 12);
      }
    });

    it('−∞ in the label’s piece is infinitely wrong', () => {
      const z = new Float64Array(CLASSES).fill(-Infinity, 2048, 4096);
      for (const [y, loss] of subjects({ fromLogits: true }))
        expect(loss.mean(y, z)).toBe(Infinity);
    });

    it.each([
      ['nothing but −∞', row(() => -Infinity)],
      ['+∞ in two pieces', row((k) => (k === 1 || k === 4999 ? Infinity : 0))],
      ['+∞ twice in a piece', row((k) => (k === 1 || k === 2 ? Infinity : 0))],
      ['NaN among −∞', row((k) => (k >= 2048 ? 0 : k === 5 ? NaN : -Infinity))],
    ])('%s has no limit', (_, z) => {
      for (const [y, loss] of subjects({ fromLogits: true })) {
        expect(loss.mean(y, z)).toBeNaN();
        expect(loss.perSample(y, z)[0]).toBeNaN();
      }
    });
  });

  describe('of probabilities', () => {
    it.each([{}, { clip: 0.1 }, { normalize: true }, { normalize: true, clip: 1e-5 }])(
      'a NaN in any piece makes the row NaN: %j',
      (options) => {
        for (const at of [0, LABEL - 1, LABEL, LABEL + 1, CLASSES - 1]) {
          const p = new Float64Array(CLASSES).fill(1 / CLASSES);
          p[at] = NaN;
          const [[y, loss]] = subjects(options);
          expect(loss.mean(y, p)).toBeNaN();
        }
      },
    );

    it.each([{}, { normalize: true }])(
      'what is outside [0, 1] is named, and out untouched: %j',
      (options) => {
        for (const at of [0, LABEL, CLASSES - 1]) {
          const p = new Float64Array(CLASSES).fill(1 / CLASSES);
          p[at] = 1.5;
          for (const [y, loss] of subjects(options)) {
            for (const verb of ['mean', 'gradient'] as const) {
              expect(() => loss[verb](y, p)).toThrow(`yPred[${at}] is 1.5, expected a probability`);
            }
            const out = new Float64Array(CLASSES).fill(-7);
            expect(() => loss.valueAndGradient(y, p, { out })).toThrow(RangeError);
            expectSame(out, new Float64Array(CLASSES).fill(-7));
          }
        }
      },
    );
  });

  it('few classes that are not those of the options are an error', () => {
    const loss = engine.sparseCategoricalCrossEntropy.with({ classes: 3 });
    expect(() => loss.mean(new Float64Array(2), new Float64Array(4))).toThrow(
      new RangeError(
        'sparseCategoricalCrossEntropy.mean: expected yPred.length 6 (yTrue.length · classes), got 4',
      ),
    );
  });
});
