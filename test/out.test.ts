// `out` is written when the whole call succeeds, and then right wherever it lies; nothing else is ever
// written.
import { describe, expect, it } from 'vitest';
import type { FloatArray, TypedArray } from '../src/arrays.js';
import { createArena, type Engine } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import type { Loss } from './support/loss.js';
import { isUntouched, outFor, type Place, places } from './support/places.js';
import { fill } from './support/random.js';

const N = 5000;

/** Losses of one class, so that every array has the same length. */
const losses: readonly { name: string; of: (engine: Engine) => Loss; label: number }[] = [
  { name: 'squaredError', of: (engine) => engine.squaredError, label: 1 },
  { name: 'absoluteError', of: (engine) => engine.absoluteError, label: 1 },
  { name: 'binaryCrossEntropy', of: (engine) => engine.binaryCrossEntropy, label: 1 },
  {
    name: 'binaryCrossEntropy with clip',
    of: (engine) => engine.binaryCrossEntropy.with({ clip: 0.2 }),
    label: 1,
  },
  {
    name: 'categoricalCrossEntropy',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 1 }),
    label: 1,
  },
  {
    name: 'categoricalCrossEntropy with normalize and clip',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 1, normalize: true, clip: 0.2 }),
    label: 1,
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    of: (engine) => engine.sparseCategoricalCrossEntropy,
    label: 0,
  },
  {
    name: 'sparseCategoricalCrossEntropy with normalize and clip',
    of: (engine) => engine.sparseCategoricalCrossEntropy.with({ normalize: true, clip: 0.2 }),
    label: 0,
  },
];

const labels = (label: number) => fill(N, 1, (random) => (random() < 0.5 ? label : 0));
const probabilities = () => fill(N, 2, (random) => random());

const memories = Object.entries({
  ordinary: () => ({
    float64: (n: number) => new Float64Array(n),
    float32: (n: number) => new Float32Array(n),
  }),
  resident: () => createArena(2 ** 20),
  shared: () => ({
    float64: (n: number) => new Float64Array(new SharedArrayBuffer(8 * n)),
    float32: (n: number) => new Float32Array(new SharedArrayBuffer(4 * n)),
  }),
}) as readonly (readonly [
  string,
  () => { float64(n: number): Float64Array; float32(n: number): Float32Array },
])[];

describe.each(engines)('on the backend $backend', ({ engine }) => {
  describe.each(losses)('$name', ({ name, of, label }) => {
    const loss = of(engine);
    const expected = loss.perSample(labels(label), probabilities());

    describe.each(memories)('in memory that is %s', (_, memory) => {
      it('out may be yPred', () => {
        const yPred = memory().float64(N);
        yPred.set(probabilities());
        expect(loss.perSample(labels(label), yPred, { out: yPred })).toBe(yPred);
        expectSame(yPred, expected);
      });

      it('out may be yTrue', () => {
        const yTrue = memory().float64(N);
        yTrue.set(labels(label));
        expect(loss.perSample(yTrue, probabilities(), { out: yTrue })).toBe(yTrue);
        expectSame(yTrue, expected);
      });

      // A row of one class that is 0 cannot be normalized.
      if (!name.includes('normalize')) {
        it('out may be yTrue and yPred', () => {
          const both = memory().float64(N);
          both.set(labels(label));
          const alone = loss.perSample(labels(label), labels(label));
          expectSame(loss.perSample(both, both, { out: both }), alone);
        });
      }

      it.each([1, -1, 7, 2048, -2048])('out may overlap yPred, %d elements on', (shift) => {
        const room = memory().float64(N + 2 * 2048);
        const yPred = room.subarray(2048, 2048 + N);
        yPred.set(probabilities());
        const out = room.subarray(2048 + shift, 2048 + shift + N);
        expectSame(loss.perSample(labels(label), yPred, { out }), expected);
      });

      it.each([1, -1, 2048])('out may overlap yTrue, %d elements on', (shift) => {
        const room = memory().float64(N + 2 * 2048);
        const yTrue = room.subarray(2048, 2048 + N);
        yTrue.set(labels(label));
        const out = room.subarray(2048 + shift, 2048 + shift + N);
        expectSame(loss.perSample(yTrue, probabilities(), { out }), expected);
      });

      it.each([0, 8])('out may lie in the bytes of labels of another type, %d on', (at) => {
        const out = memory().float64(N);
        const yTrue = new Uint8Array(out.buffer, out.byteOffset + at, N);
        yTrue.set(labels(label));
        expectSame(loss.perSample(yTrue, probabilities(), { out }), expected);
      });

      it('out of float32 may be yPred', () => {
        const yPred = memory().float32(N);
        yPred.set(probabilities());
        const alone = loss.perSample(labels(label), new Float32Array(probabilities()));
        expectSame(loss.perSample(labels(label), yPred, { out: yPred }), alone);
      });
    });
  });

  describe('an error leaves out as it was', () => {
    const wrong: readonly {
      name: string;
      call: (yTrue: Float64Array, yPred: FloatArray, out: FloatArray) => unknown;
      truth: number;
      yTrue?: number;
      yPred?: number;
    }[] = losses.slice(2).flatMap(({ name, of, label }) => {
      const call = (yTrue: Float64Array, yPred: FloatArray, out: FloatArray) =>
        of(engine).perSample(yTrue, yPred, { out });
      return [
        // (Clip moves it.)
        ...(name.includes('clip')
          ? []
          : [{ name: `${name}: a probability of 1.5`, call, truth: label, yPred: 1.5 }]),
        { name: `${name}: a label of −2`, call, truth: label, yTrue: -2 },
        ...(name.includes('normalize')
          ? [{ name: `${name}: a row of zeros`, call, truth: label, yPred: 0 }]
          : []),
      ];
    });

    describe.each(wrong)('$name', ({ call, truth, yTrue, yPred }) => {
      it.each(Object.keys(places) as Place[])('out is %s', (place) => {
        for (const Type of [Float64Array, Float32Array]) {
          for (const at of [0, 2047, 2048, N - 1]) {
            const y = labels(truth);
            const p = new Type(probabilities());
            if (yTrue !== undefined) y[at] = yTrue;
            if (yPred !== undefined) p[at] = yPred;
            const { out } = outFor(p, place, N);
            expect(() => call(y, p, out)).toThrow(RangeError);
            expect(isUntouched(out)).toBe(true);
          }
        }
      });

      it('out is yPred', () => {
        const y = labels(truth);
        const p = probabilities();
        if (yTrue !== undefined) y[N - 1] = yTrue;
        if (yPred !== undefined) p[N - 1] = yPred;
        const before = p.slice();
        expect(() => call(y, p, p)).toThrow(RangeError);
        expectSame(p, before);
      });
    });

    it('also where an element of an ordinary array is no number', () => {
      const yTrue: unknown[] = Array(N).fill(0);
      yTrue[N - 1] = 'one';
      for (const { of } of losses) {
        const out = new Float64Array(N).fill(-7);
        expect(() => of(engine).perSample(yTrue as number[], probabilities(), { out })).toThrow(
          TypeError,
        );
        expect(isUntouched(out)).toBe(true);
      }
    });
  });

  it.each(losses)('$name returns a new array where there is no out', ({ of, label }) => {
    const yPred = probabilities();
    const first = of(engine).perSample(labels(label), yPred);
    const second = of(engine).perSample(labels(label), yPred);
    expectSame(first, second);
    expect(first.buffer).not.toBe(second.buffer);
    expect(first.buffer).not.toBe(yPred.buffer);
  });

  it('writes to no argument that is frozen or read only by getters', () => {
    const values: readonly number[] = Object.freeze([0, 1, 1]);
    const typed: readonly TypedArray[] = [new Uint8Array(values), new Float32Array(values)];
    for (const { of } of losses.slice(0, 6)) {
      for (const yTrue of typed) {
        expect(of(engine).perSample(yTrue, Object.freeze([0.5, 0.5, 0.5]))).toHaveLength(3);
        expect(Array.from(yTrue)).toEqual(values);
      }
    }
  });
});
