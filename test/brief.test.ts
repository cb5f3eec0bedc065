// Calls with brief arrays use what the call before them has left: objects, and places in memory. Nothing of
// that may be seen.
import { describe, expect, it } from 'vitest';
import type { FloatArray, Numbers } from '../src/arrays.js';
import { createEngine } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { callsOf, subjectsOfNumbers } from './support/calls.js';
import { engines } from './support/engines.js';
import { byName } from './support/option-sets.js';
import { fill } from './support/random.js';
import { sampleOfTests } from './support/sample.js';
import { lossOf } from './support/verbs.js';

/** By JavaScript's kernels and by WebAssembly's, copied as a whole, and not. */
const lengths = [1, 9, 300, 512, 513];

type View = Float64ArrayConstructor | Float32ArrayConstructor | Uint8ArrayConstructor;

/** Labels of that type, probabilities and weights. */
function arrays(n: number, Labels: View, Floats: View, seed: number): [Numbers, Numbers, Numbers] {
  const labels = fill(n, seed, (random) => (random() < 0.5 ? 1 : 0));
  const predictions = fill(n, seed + 1, (random) => random());
  return [
    new Labels(labels),
    new Floats(predictions),
    new Floats(fill(n, seed + 2, (random) => 2 * random())),
  ];
}

const types: readonly (readonly [View, View])[] = [
  [Float64Array, Float64Array],
  [Float32Array, Float32Array],
  [Uint8Array, Float32Array],
];

describe.each(engines)('on the backend $backend', ({ backend, engine }) => {
  describe.each(byName(sampleOfTests(subjectsOfNumbers, 3)))('%s', (_name, subject) => {
    const calls = callsOf(engine, lossOf(engine, subject));

    it.each(calls)('has the bits of a first call: %s', (name, call) => {
      for (const n of lengths) {
        for (const [Labels, Floats] of types) {
          const first = arrays(n, Labels, Floats, 10);
          const second = arrays(n, Labels, Floats, 20);
          const other = createEngine({ backend });
          const alone = callsOf(other, lossOf(other, subject)).find(([one]) => one === name)?.[1];
          const expected = alone?.(...second) as number | FloatArray;
          const before = call(...first);
          const kept = typeof before === 'number' ? before : before.slice();
          expectSame(call(...second), expected);
          // And what the first has returned is as it was.
          expectSame(before, kept);
        }
      }
    });

    it('has the bits of a call of arrays that are not plain', () => {
      class Doubles extends Float64Array {}
      class Floats extends Float32Array {}
      const [sum, losses] = calls.map(([, call]) => call);
      for (const n of lengths) {
        for (const [Labels, View] of types) {
          const [yTrue, yPred, weights] = arrays(n, Labels, View, 40);
          const other = new (yPred instanceof Float32Array ? Floats : Doubles)(yPred as FloatArray);
          expectSame(sum(yTrue, yPred, weights), sum(yTrue, other, weights));
          expectSame(losses(yTrue, yPred, weights), losses(yTrue, other, weights));
        }
      }
    });

    it.each(calls)('after an error: %s', (_, call) => {
      const [yTrue, yPred, weights] = arrays(9, Float64Array, Float64Array, 30);
      const expected = call(yTrue, yPred, weights);
      expect(() => call(yTrue, new Float64Array(8), weights)).toThrow('yPred.length');
      expectSame(call(yTrue, yPred, weights), expected);
      const detached = new Float64Array(9);
      structuredClone(detached.buffer, { transfer: [detached.buffer] });
      expect(() => call(yTrue, detached, weights)).toThrow(/yPred(\.length| has lost its memory)/);
      expectSame(call(yTrue, yPred, weights), expected);
    });
  });

  it('says which call it is', () => {
    const { binaryCrossEntropy: loss } = engine;
    const sampleWeight = Float64Array.of(1, 1);
    const yTrue = Float64Array.of(0, 1);
    const good = Float64Array.of(0.5, 0.5);
    const wrong = Float64Array.of(0.5, 1.5);
    loss.mean(yTrue, good, { sampleWeight });
    expect(() => loss.gradient(yTrue, wrong, { sampleWeight })).toThrow(
      'binaryCrossEntropy.gradient: yPred[1] is 1.5, expected a probability',
    );
    loss.perSample(yTrue, good);
    expect(() => loss.sum(yTrue, wrong)).toThrow('binaryCrossEntropy.sum: yPred[1] is 1.5');
    const masked = { sampleWeight: Float64Array.of(1, 0, 1) };
    const labels = Float64Array.of(0, 7, 1);
    loss.gradient(labels, Float64Array.of(0.5, 7, 0.5), masked);
    expect(() => loss.perSample(labels, Float64Array.of(0.5, 7, 1.5), masked)).toThrow(
      'binaryCrossEntropy.perSample: yPred[2] is 1.5',
    );
  });

  it('reads its own arrays after a call of ordinary ones, and leaves them as they are', () => {
    const { squaredError: loss } = engine;
    const yTrue = Float64Array.of(0, 1);
    const yPred = Float64Array.of(NaN, 3);
    for (const verb of ['sum', 'perSample'] as const) {
      loss[verb]([1, 2], [3, 5]);
      expect(loss.sum(yTrue, yPred)).toBe(NaN);
      expect([yTrue, yPred]).toEqual([Float64Array.of(0, 1), Float64Array.of(NaN, 3)]);
    }
  });

  it('has its own weights, whatever those of the call before', () => {
    const { absoluteError: loss } = engine;
    const yTrue = Float64Array.of(0, 0);
    const yPred = Float64Array.of(-1, 2);
    const list = { sampleWeight: [1, 3] };
    const float64 = { sampleWeight: Float64Array.of(1, 3) };
    const float32 = { sampleWeight: Float32Array.of(1, 3) };
    const choices = [{}, list, float64, float32];
    for (const before of choices) {
      for (const options of choices) {
        const last = options === choices[0] ? 1 : 3;
        loss.gradient(yTrue, yPred, before);
        const gradient = loss.gradient(yTrue, yPred, { ...options, reduction: 'sum' });
        expect([...gradient]).toEqual([-1, last]);
        loss.gradient(yTrue, yPred, before);
        expect([...loss.perSample(yTrue, yPred, options)]).toEqual([1, 2 * last]);
      }
    }
  });

  it('may be called while the options of a call are read', () => {
    const { squaredError: loss } = engine;
    const yTrue = Float64Array.of(0, 0);
    const yPred = Float64Array.of(1, 2);
    const out = new Float64Array(2);
    loss.gradient(yTrue, yPred);
    const disturb = () => loss.gradient(yPred, Float64Array.of(9, 9));
    const options = {
      get out() {
        disturb();
        return out;
      },
      get reduction() {
        disturb();
        return 'sum' as const;
      },
      get sampleWeight() {
        disturb();
        return yPred;
      },
    };
    expect([...loss.gradient(yTrue, yPred, options)]).toEqual([2, 8]);
    expect(out).toEqual(Float64Array.of(2, 8));
  });
});
