// The option check: which probabilities must be in their domain, and what is nobody's business.

import { describe, expect, it } from 'vitest';
import {
  accumulator,
  categoricalCrossEntropy,
  createArena,
  defaultEngine,
  type Engine,
  groupedAccumulator,
  measure,
  sparseCategoricalCrossEntropy,
} from '../src/index.js';
import type { SparseOptions } from '../src/losses/options.js';
import { seeded } from './losses/numbers.mjs';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';

type Float = Float32Array | Float64Array;

/** What must not be looked at. */
const POISON = [NaN, 1.25, -3, Infinity, -Infinity, -5e-324];

interface Given {
  readonly labels: Float64Array;
  readonly clean: Float;
  /** The same but for what no loss is made of. */
  readonly poisoned: Float;
  readonly sampleWeight: Float64Array;
}

function given(
  Type: typeof Float32Array | typeof Float64Array,
  samples: number,
  classes: number,
  isSparse: boolean,
): Given {
  const random = seeded(samples * classes);
  const labels = new Float64Array(isSparse ? samples : samples * classes);
  const clean = new Type(samples * classes);
  const poisoned = new Type(samples * classes);
  const sampleWeight = Float64Array.from({ length: samples }, () =>
    random() < 0.3 ? 0 : random(),
  );
  for (let row = 0; row < samples; row++) {
    const label = Math.floor(random() * classes);
    if (isSparse) labels[row] = label;
    for (let k = 0; k < classes; k++) {
      const i = row * classes + k;
      const y = k === label ? (row % 3 === 0 ? 0.75 : 1) : row % 3 === 0 && k === 0 ? 0.25 : 0;
      if (!isSparse) labels[i] = y;
      clean[i] = 0.05 + 0.9 * random();
      const isUsed = isSparse ? k === label : y !== 0;
      poisoned[i] = isUsed ? clean[i] : POISON[i % POISON.length];
    }
  }
  return { labels, clean, poisoned, sampleWeight };
}

const losses = {
  sparseCategoricalCrossEntropy: (engine: Engine, options: SparseOptions) =>
    engine.sparseCategoricalCrossEntropy.with({ check: 'used', ...options }),
  categoricalCrossEntropy: (engine: Engine, { ignoreIndex: _, ...options }: SparseOptions) =>
    engine.categoricalCrossEntropy.with({ check: 'used', ...options }),
};

const SHAPES = [
  [3, 4],
  [700, 10],
  [2100, 3],
  [5, 1000],
  [4, 2500],
] as const;

describe.each(Object.entries(losses))("%s with check: 'used'", (name, of) => {
  const isSparse = name.startsWith('sparse');

  describe.each(engines)('$backend', ({ engine }) => {
    describe.each([Float32Array, Float64Array])('%o', (Type) => {
      it.each(SHAPES)('looks at nothing else: %d rows of %d', (samples, classes) => {
        const { labels, clean, poisoned, sampleWeight } = given(Type, samples, classes, isSparse);
        const weights = Array.from({ length: classes }, (_, k) => 1 + (k % 4));
        for (const options of [
          {},
          { clip: 1e-3 },
          { classWeight: weights },
          { ignoreIndex: 1 },
          { ignoreIndex: 0, classWeight: weights, clip: 0.3 },
        ]) {
          const loss = of(engine, { classes, ...options });
          for (const call of [{}, { sampleWeight }]) {
            for (const p of [poisoned, Array.from(poisoned)]) {
              const q = p === poisoned ? clean : Array.from(clean);
              expectSame(loss.mean(labels, p, call), loss.mean(labels, q, call));
              expectSame(loss.sum(labels, p, call), loss.sum(labels, q, call));
              expectSame(loss.perSample(labels, p, call), loss.perSample(labels, q, call));
              expectSame(loss.gradient(labels, p, call), loss.gradient(labels, q, call));
              const { value, gradient } = loss.valueAndGradient(labels, p, call);
              expectSame(value, loss.mean(labels, q, call));
              expectSame(gradient, loss.gradient(labels, q, call));
              expect(measure([loss], labels, p, call)).toEqual(measure([loss], labels, q, call));
            }
            const out = new Type(clean.length);
            loss.gradient(labels, poisoned, { ...call, out: out as Float64Array });
            expectSame(out, loss.gradient(labels, clean, call));
          }
        }
      });

      it.each(SHAPES)('in parts, too: %d rows of %d', (samples, classes) => {
        const { labels, clean, poisoned, sampleWeight } = given(Type, samples, classes, isSparse);
        const width = labels.length / samples;
        const loss = of(engine, { classes });
        for (const weights of [undefined, sampleWeight]) {
          const call = weights === undefined ? {} : { sampleWeight: weights };
          const keys = Int32Array.from({ length: samples }, (_, i) => i % 3);
          const single = loss.accumulator();
          const joint = accumulator([loss, loss.with({ clip: 0.1 })]);
          const grouped = groupedAccumulator(loss);
          const sound = groupedAccumulator(loss);
          for (let from = 0, to = 1; from < samples; from = to, to = Math.min(samples, 3 * to)) {
            const end = Math.min(to, samples);
            const y = labels.subarray(from * width, end * width);
            const p = poisoned.subarray(from * classes, end * classes);
            const part = weights === undefined ? {} : { sampleWeight: weights.subarray(from, end) };
            single.update(y, p, part);
            joint.update(y, p, part);
            grouped.update(keys.subarray(from, end), y, p, part);
            sound.update(
              keys.subarray(from, end),
              y,
              clean.subarray(from * classes, end * classes),
              part,
            );
            if (end === samples) break;
          }
          const mean = loss.mean(labels, clean, call);
          expectSame(single.mean, mean);
          expectSame(joint.mean[0], mean);
          expectSame(joint.mean[1], loss.with({ clip: 0.1 }).mean(labels, clean, call));
          const state = JSON.parse(JSON.stringify(single)) as object;
          expectSame(loss.accumulator({ from: state as never }).mean, mean);
          const groups = JSON.parse(JSON.stringify(grouped)) as never;
          const again = groupedAccumulator(loss, { from: groups });
          for (const key of [0, 1, 2]) expect(again.get(key)?.mean).toBe(sound.get(key)?.mean);
          for (const key of [0, 1, 2]) expect(grouped.get(key)?.mean).toBe(sound.get(key)?.mean);
        }
      });

      it.each(SHAPES)('says what it looks at: %d rows of %d', (samples, classes) => {
        const { labels, poisoned } = given(Type, samples, classes, isSparse);
        const row = samples - 1;
        const i = isSparse ? row * classes + labels[row] : labels.findLastIndex((y) => y > 0);
        const loss = of(engine, { classes });
        const message = new RegExp(
          `yPred\\[${i}\\] is 1\\.5, expected a probability in \\[0, 1\\]$`,
        );
        const wrong = poisoned.slice();
        wrong[i] = 1.5;
        const missing = poisoned.slice();
        missing[i] = NaN;
        const out = new Type(wrong.length).fill(7);
        const losses = new Type(samples).fill(7);
        const into = loss.accumulator();
        into.update(labels, poisoned);
        const before = JSON.stringify(into);
        for (const call of [
          () => loss.mean(labels, wrong),
          () => loss.sum(labels, wrong),
          () => loss.perSample(labels, wrong, { out: losses as Float64Array }),
          () => loss.gradient(labels, wrong, { out: out as Float64Array }),
          () => loss.valueAndGradient(labels, wrong, { out: out as Float64Array }),
          () => loss.mean(labels, Array.from(wrong)),
          () => loss.mean(labels, wrong, { sampleWeight: new Float64Array(samples).fill(2) }),
          () => measure([loss], labels, wrong),
          () => into.update(labels, wrong),
          () => groupedAccumulator(loss).update(new Int32Array(samples), labels, wrong),
        ]) {
          expect(call).toThrow(message);
        }
        expect(losses.every((x) => x === 7) && out.every((x) => x === 7)).toBe(true);
        expect(JSON.stringify(into)).toBe(before);
        expect(loss.mean(labels, missing)).toBeNaN();
        expect(loss.perSample(labels, missing)[row]).toBeNaN();
        expect(loss.with({ clip: 0.1 }).mean(labels, wrong)).toBeGreaterThan(0);
        const bad = labels.slice();
        bad[bad.length - 1] = isSparse ? classes : 2;
        expect(() => loss.mean(bad, poisoned)).toThrow(/yTrue\[\d+\] is/);
        expect(() => into.update(bad, poisoned)).toThrow(/yTrue\[\d+\] is/);
      });

      it('looks at nothing of samples of weight 0', () => {
        const { labels, clean, poisoned, sampleWeight } = given(Type, 700, 10, isSparse);
        const width = labels.length / 700;
        const spoiled = labels.slice();
        for (const [i, weight] of sampleWeight.entries()) {
          if (weight !== 0) continue;
          spoiled.fill(i % 2 === 0 ? -1 : 1e9, i * width, (i + 1) * width);
          poisoned.fill(NaN, i * 10, (i + 1) * 10);
        }
        const weights = Array.from({ length: 10 }, (_, k) => k);
        for (const options of [{}, { classWeight: weights }, { ignoreIndex: 3, clip: 0.1 }]) {
          const loss = of(engine, { classes: 10, ...options });
          const call = { sampleWeight };
          expectSame(loss.mean(spoiled, poisoned, call), loss.mean(labels, clean, call));
          expectSame(loss.perSample(spoiled, poisoned, call), loss.perSample(labels, clean, call));
          expectSame(loss.gradient(spoiled, poisoned, call), loss.gradient(labels, clean, call));
          const parts = loss.accumulator();
          parts.update(spoiled, poisoned, call);
          expectSame(parts.mean, loss.mean(labels, clean, call));
        }
      });

      it('reads in an arena what it reads elsewhere', () => {
        const { labels, clean, poisoned } = given(Type, 300, 40, isSparse);
        const arena = createArena(2 ** 20);
        const y = isSparse ? arena.int32(labels.length) : arena.float64(labels.length);
        const p = Type === Float32Array ? arena.float32(clean.length) : arena.float64(clean.length);
        y.set(labels);
        p.set(poisoned);
        const loss = of(engine, { classes: 40 });
        expectSame(loss.mean(y, p), loss.mean(labels, clean));
        expectSame(loss.gradient(y, p), loss.gradient(labels, clean));
        y[17] = -1;
        expect(() => loss.mean(y, p)).toThrow(/yTrue\[17\] is -1/);
      });
    });

    it('checks all where all is used', () => {
      const { labels, poisoned } = given(Float64Array, 50, 10, isSparse);
      for (const options of [{ normalize: true }, { labelSmoothing: 0.1 }]) {
        const loss = of(engine, { classes: 10, ...options });
        const checking = of(engine, { classes: 10, ...options, check: 'all' });
        const outcome = (of: typeof loss) => {
          try {
            return of.mean(labels, poisoned);
          } catch (error) {
            return String(error);
          }
        };
        expect(outcome(loss)).toMatch(/expected a probability/);
        expect(outcome(loss)).toBe(outcome(checking));
      }
    });

    it.each(SHAPES)('gives what checking all gives: %d rows of %d', (samples, classes) => {
      const { labels, clean } = given(Float64Array, samples, classes, isSparse);
      const loss = of(engine, { classes });
      const checking = of(engine, { classes, check: 'all' });
      expectSame(loss.perSample(labels, clean), checking.perSample(labels, clean));
      expectSame(loss.gradient(labels, clean), checking.gradient(labels, clean));
      const mean = checking.mean(labels, clean);
      expect(Math.abs(loss.mean(labels, clean) - mean)).toBeLessThanOrEqual(1e-14 * mean);
    });
  });

  it('is not for logits', () => {
    const loss = of(defaultEngine, { classes: 3 });
    expect(() => loss.with({ fromLogits: true })).toThrow(
      new TypeError(`${name}.with: check is for probabilities, not with fromLogits`),
    );
    expect(loss.with({ check: 'all', fromLogits: true }).options.check).toBe('all');
  });
});

describe("an accumulator of sparseCategoricalCrossEntropy with check: 'used'", () => {
  const loss = sparseCategoricalCrossEntropy.with({ check: 'used' });
  const state = () => {
    const accumulator = loss.accumulator();
    accumulator.update(Int32Array.of(2, 0), Float64Array.of(9, 9, 0.5, 0.25, 9, 9));
    return accumulator.toJSON();
  };

  it('keeps the probabilities of the labels alone', () => {
    expect(state().classes).toBe(3);
    expect(state().staged).toEqual({
      samples: 2,
      yTrue: [2, 0],
      yPred: [0.5, 0.25],
      weights: null,
    });
  });

  it('goes on from its state, which it looks through', () => {
    const again = loss.accumulator({ from: state() });
    again.update(Int32Array.of(1), Float64Array.of(-1, 0.125, -1));
    expect(again.mean).toBeCloseTo(2 * Math.LN2, 14);
    const { staged, ...rest } = state();
    const from = (members: object) => () =>
      loss.accumulator({ from: { ...rest, staged: { ...staged, ...members } } as never });
    expect(from({ yPred: [0.5, 1.5] })).toThrow(/staged: yPred\[1\] is 1.5/);
    expect(from({ yTrue: [2, 3] })).toThrow(/staged: yTrue\[1\] is 3/);
    expect(from({ yPred: [1, 0.5, 1, 1, 1, 1] })).toThrow(/yPred to be an array of 2 numbers/);
  });

  it('does not go together with one that checks all', () => {
    const other = sparseCategoricalCrossEntropy.accumulator();
    expect(() => other.merge(loss.accumulator())).toThrow(/check: 'used'/);
    expect(() => sparseCategoricalCrossEntropy.accumulator({ from: state() })).toThrow(/options/);
  });

  it('merges with its like', () => {
    const [a, b] = [loss.accumulator({ from: state() }), loss.accumulator({ from: state() })];
    a.merge(b);
    expect(a.count).toBe(4);
    expect(a.mean).toBeCloseTo(1.5 * Math.LN2, 14);
  });
});

it('reads no integer of 64 bits that it does not use', () => {
  const loss = sparseCategoricalCrossEntropy.with({ check: 'used', clip: 0.1 });
  const large = 2n ** 53n + 1n;
  expect(loss.mean(Int32Array.of(0), BigInt64Array.of(1n, large))).toBeGreaterThan(0);
  expect(() => loss.mean(Int32Array.of(1), BigInt64Array.of(1n, large))).toThrow(
    /yPred\[1\] is 9007199254740993n?, expected an integer that float64 holds exactly/,
  );
});

it('is one of two words', () => {
  for (const loss of [sparseCategoricalCrossEntropy, categoricalCrossEntropy]) {
    expect(() => loss.with({ check: 'none' as 'all' })).toThrow(
      new RangeError(
        `${loss.name}.with: expected check to be 'all' or 'used', got the string "none"`,
      ),
    );
  }
});
