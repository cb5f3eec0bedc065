// Memory of every kind, and user code that runs while arrays are read, for gradients, weights,
// accumulators and measure.
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { FloatArray, PlainNumbers as Numbers } from '../src/arrays.js';
import { createArena, measure } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import { fill } from './support/random.js';
import { type AnyLoss, plainLoss } from './support/verbs.js';

const N = 5000;
const yTrue = fill(N, 1, (random) => (random() < 0.5 ? 1 : 0));
const yPred = fill(N, 2, (random) => random());
const sampleWeight = fill(N, 3, (random) => 2 * random());

const memories: Readonly<Record<string, (bytes: number) => ArrayBufferLike>> = {
  'ordinary memory': (bytes) => new ArrayBuffer(bytes),
  'an arena': (bytes) => createArena(bytes).uint8(bytes).buffer,
  'shared memory': (bytes) => new SharedArrayBuffer(bytes),
  'a shared buffer that can grow': (bytes) =>
    new SharedArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'a resizable buffer': (bytes) => new ArrayBuffer(bytes, { maxByteLength: 2 * bytes }),
  'WebAssembly memory that can grow': (bytes) =>
    new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536), maximum: 100 }).buffer,
  'a buffer of another realm': (bytes) =>
    runInNewContext(`new ArrayBuffer(${bytes})`) as ArrayBuffer,
};

/** An arena's own part of its memory, or all of another. */
function float64(memory: (bytes: number) => ArrayBufferLike, n: number): Float64Array {
  const buffer = memory(8 * n);
  return new Float64Array(buffer, buffer.byteLength - 8 * n, n);
}

function copied(memory: (bytes: number) => ArrayBufferLike, values: Float64Array): Float64Array {
  const copy = float64(memory, values.length);
  copy.set(values);
  return copy;
}

type Call = (y: Numbers, p: Numbers, w: Numbers) => number | FloatArray;

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const losses = [
    plainLoss(engine, 'squaredError'),
    plainLoss(engine, 'huber'),
    plainLoss(engine, 'binaryCrossEntropy'),
    plainLoss(engine, 'binaryCrossEntropy').with({ clip: 0.1 }),
    plainLoss(engine, 'binaryCrossEntropy').with({ fromLogits: true }),
    plainLoss(engine, 'categoricalCrossEntropy').with({ classes: 1 }),
    plainLoss(engine, 'categoricalCrossEntropy').with({ classes: 1, fromLogits: true }),
  ].map((loss) => ({
    title: `${loss.name} ${JSON.stringify((loss as unknown as { options: object }).options)}`,
    loss,
  }));

  const callsOf = (loss: AnyLoss): Readonly<Record<string, Call>> => ({
    'the weighted mean': (y, p, w) => loss.mean(y, p, { sampleWeight: w }),
    'the weighted sum': (y, p, w) => loss.sum(y, p, { sampleWeight: w }),
    'weighted losses': (y, p, w) => loss.perSample(y, p, { sampleWeight: w }),
    'the gradient': (y, p) => loss.gradient(y, p),
    'the weighted gradient': (y, p, w) => loss.gradient(y, p, { sampleWeight: w }),
    'the value with its gradient': (y, p, w) => {
      const { value, gradient } = loss.valueAndGradient(y, p, { sampleWeight: w });
      return Float64Array.of(value, ...gradient);
    },
    'an accumulator': (y, p, w) => {
      const all = loss.accumulator().update(y, p, { sampleWeight: w });
      return Float64Array.of(all.mean, all.sum, all.count, all.weight);
    },
    measure: (y, p, w) =>
      Float64Array.from(measure([loss as never, engine.squaredError], y, p, { sampleWeight: w })),
  });

  describe.each(losses)('$title', ({ loss }) => {
    const calls = Object.entries(callsOf(loss));
    const expected = Object.fromEntries(
      calls.map(([name, call]) => [name, call(yTrue, yPred, sampleWeight)]),
    );

    describe.each(Object.entries(memories))('in %s', (_, memory) => {
      it('arguments and weights are read', () => {
        const [y, p, w] = [yTrue, yPred, sampleWeight].map((values) => copied(memory, values));
        for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
        expectSame(Float64Array.from(w), sampleWeight);
      });

      it.each([0, 1, -1, 7, 2048, -2048])('out overlaps yPred, %d elements on', (shift) => {
        const room = float64(memory, N + 2 * 2048);
        for (const options of [{}, { sampleWeight }]) {
          const p = room.subarray(2048, 2048 + N);
          p.set(yPred);
          const plain = loss.gradient(yTrue, yPred, options);
          const out = room.subarray(2048 + shift, 2048 + shift + N);
          expect(loss.gradient(yTrue, p, { ...options, out })).toBe(out);
          expectSame(Float64Array.from(out), plain);
        }
      });

      it.each([0, 1, -1, 2048])('out overlaps yTrue, %d elements on', (shift) => {
        const room = float64(memory, N + 2 * 2048);
        const y = room.subarray(2048, 2048 + N);
        y.set(yTrue);
        const out = room.subarray(2048 + shift, 2048 + shift + N);
        expectSame(
          Float64Array.from(loss.valueAndGradient(y, yPred, { out }).gradient),
          loss.gradient(yTrue, yPred),
        );
      });

      it.each([0, 1, -1, 2048])('out overlaps the weights, %d elements on', (shift) => {
        for (const verb of ['perSample', 'gradient'] as const) {
          const room = float64(memory, N + 2 * 2048);
          const w = room.subarray(2048, 2048 + N);
          w.set(sampleWeight);
          const out = room.subarray(2048 + shift, 2048 + shift + N);
          const got = loss[verb](yTrue, yPred, { sampleWeight: w, out });
          expectSame(Float64Array.from(got), loss[verb](yTrue, yPred, { sampleWeight }));
        }
      });

      it('out may be all of the arguments at once', () => {
        const both = copied(memory, yTrue);
        const plain = loss.gradient(yTrue, yTrue, { sampleWeight: yTrue });
        loss.gradient(both, both, { sampleWeight: both, out: both });
        expectSame(Float64Array.from(both), plain);
      });
    });

    it('arrays that follow the length of their buffer are as long as they are at the call', () => {
      const buffers = [yTrue, yPred, sampleWeight].map((values) => {
        const buffer = new ArrayBuffer(8, { maxByteLength: 8 * N });
        return { buffer, values, array: new Float64Array(buffer) };
      });
      for (const { buffer, values, array } of buffers) {
        buffer.resize(8 * N);
        array.set(values);
      }
      const [y, p, w] = buffers.map(({ array }) => array);
      for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
    });

    it('frozen arrays and proxies are read like others', () => {
      const lists = [yTrue, yPred, sampleWeight].map((values) => Array.from(values));
      for (const wrap of [
        (list: number[]): readonly number[] => Object.freeze(list.slice()),
        (list: number[]): readonly number[] => new Proxy(list, {}),
      ]) {
        const [y, p, w] = lists.map(wrap);
        for (const [name, call] of calls) expectSame(call(y, p, w), expected[name]);
      }
    });

    describe('an array without its memory', () => {
      const detached = (): Float64Array => {
        const values = new Float64Array(N);
        structuredClone(values.buffer, { transfer: [values.buffer] });
        return values;
      };
      const shrunk = (): Float64Array => {
        const buffer = new ArrayBuffer(8 * N, { maxByteLength: 8 * N });
        const values = new Float64Array(buffer, 0, N);
        buffer.resize(8);
        return values;
      };

      it.each([
        ['detached', detached],
        ['out of its buffer’s bounds', shrunk],
      ])('is an error: %s', (_, make) => {
        for (const [name, call] of calls) {
          const lost = (argument: string) =>
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(`${argument} has lost its memory`),
            });
          expect(() => call(make(), yPred, sampleWeight)).toThrow(lost('yTrue'));
          expect(() => call(yTrue, make(), sampleWeight)).toThrow(lost('yPred'));
          if (name !== 'the gradient') {
            expect(() => call(yTrue, yPred, make())).toThrow(lost('sampleWeight'));
          }
        }
        for (const verb of ['perSample', 'gradient', 'valueAndGradient'] as const) {
          expect(() => loss[verb](yTrue, yPred, { out: make() })).toThrow(
            expect.objectContaining({
              name: 'TypeError',
              message: expect.stringMatching(`^${loss.name}\\.${verb}: out has lost its memory`),
            }),
          );
        }
      });
    });

    describe('user code that runs while an array is read', () => {
      /** The array, with code that runs when an element of it is read. */
      const withGetter = (values: Float64Array, at: number, run: () => void): number[] =>
        Object.defineProperty(Array.from(values), at, {
          get() {
            run();
            return values[at];
          },
        });
      const others = Object.values(callsOf(plainLoss(engine, 'binaryCrossEntropy')));
      const disturb = () => {
        for (const call of others) call(new Float32Array(N), new Float32Array(N).fill(0.5), yTrue);
        for (const [, call] of calls) call(yPred, yTrue, yTrue);
      };

      it.each(calls)('may call the library: %s', (name, call) => {
        const got = (y: Numbers, p: Numbers, w: Numbers) =>
          expectSame(call(y, p, w), expected[name]);
        got(withGetter(yTrue, N - 2, disturb), yPred, sampleWeight);
        got(yTrue, withGetter(yPred, N - 2, disturb), sampleWeight);
        got(yTrue, yPred, withGetter(sampleWeight, N - 2, disturb));
      });

      it.each(calls)('may not change the length of that array, or of another: %s', (name, call) => {
        const changed = (argument: string, by: number) =>
          expect.objectContaining({
            message: expect.stringMatching(
              new RegExp(
                `^(${loss.name}\\..*|measure): ${argument}(\\[${N - 1}\\] is undefined|.* changed its length from ${N} to ${N + by})`,
              ),
            ),
          });
        for (const by of [1, -1]) {
          const list: number[] = withGetter(yPred, 0, () => {
            list.length = N + by;
          });
          expect(() => call(yTrue, list, sampleWeight)).toThrow(changed('yPred', by));
          const other = Array.from(yTrue);
          const getter = withGetter(yPred, 0, () => {
            other.length = N + by;
          });
          expect(() => call(other, getter, sampleWeight)).toThrow(changed('yTrue', by));
        }
        if (name === 'the gradient') return;
        const weights: number[] = withGetter(sampleWeight, 0, () => {
          weights.length = N + 1;
        });
        expect(() => call(yTrue, yPred, weights)).toThrow(changed('sampleWeight', 1));
      });

      it.each([...calls, ['the sum', (y: Numbers, p: Numbers) => loss.sum(y, p)] as const])(
        'may not take the memory of another array: %s',
        (_, call) => {
          for (const n of [10, N]) {
            const y = yTrue.slice(0, n);
            const w = sampleWeight.slice(0, n);
            const whole = yPred.slice(0, n);
            const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
            const shrinking = new Float64Array(buffer);
            for (const [p, take] of [
              [whole, () => structuredClone(whole.buffer, { transfer: [whole.buffer] })],
              [shrinking, () => buffer.resize(8)],
            ] as const) {
              let isTaken = false;
              const list = withGetter(y, n - 1, () => {
                if (!isTaken) take();
                isTaken = true;
              });
              expect(() => call(list, p, w)).toThrow(
                expect.objectContaining({
                  name: 'RangeError',
                  message: expect.stringMatching(
                    new RegExp(`yPred changed its length from ${n} to [01] during the call$`),
                  ),
                }),
              );
            }
          }
        },
      );

      it('may not take the memory of out', () => {
        for (const n of [10, N]) {
          const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
          const out = new Float64Array(buffer).fill(-7);
          const list = withGetter(yTrue.subarray(0, n), n - 1, () => buffer.resize(8));
          for (const verb of ['perSample', 'gradient'] as const) {
            buffer.resize(8 * n);
            out.fill(-7);
            expect(() => loss[verb](list, yPred.subarray(0, n), { out })).toThrow(
              expect.objectContaining({
                name: 'RangeError',
                message: expect.stringMatching(`^${loss.name}\\.${verb}: .*out.* ${n}.* 1`),
              }),
            );
            expect(Array.from(out)).toEqual([-7]);
          }
        }
      });

      it('may update the same accumulator: both updates count', () => {
        const accumulator = loss.accumulator();
        let left = 1;
        const list = withGetter(yTrue, 7, () => {
          if (left-- > 0) accumulator.update(yTrue, yPred);
        });
        accumulator.update(list, yPred);
        expectSame(
          accumulator.sum,
          loss.accumulator().update(yTrue, yPred).update(yTrue, yPred).sum,
        );
        expect(accumulator.count).toBe(2 * N);
      });

      it('passes on what it throws; then the accumulator is as it was', () => {
        const mine = new Error('mine');
        const failing = (values: Float64Array) =>
          withGetter(values, N - 1, () => {
            throw mine;
          });
        for (const [, call] of calls) {
          expect(() => call(failing(yTrue), yPred, sampleWeight)).toThrow(mine);
          expect(() => call(yTrue, failing(yPred), sampleWeight)).toThrow(mine);
        }
        const accumulator = loss.accumulator().update(yTrue, yPred, { sampleWeight });
        const before = JSON.stringify(accumulator);
        for (const arrays of [
          [failing(yTrue), yPred, sampleWeight],
          [yTrue, failing(yPred), sampleWeight],
          [yTrue, yPred, failing(sampleWeight)],
        ] as const) {
          const [y, p, w] = arrays;
          expect(() => accumulator.update(y, p, { sampleWeight: w })).toThrow(mine);
          expect(JSON.stringify(accumulator)).toBe(before);
        }
      });
    });
  });

  it('an array without its memory is an error also in code that is hot and has seen resizable ones', () => {
    const { squaredError } = engine;
    const resizable = new Float64Array(new ArrayBuffer(24, { maxByteLength: 48 }));
    const ordinary = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) {
      squaredError.perSample(i % 2 === 0 ? resizable : ordinary, ordinary);
      squaredError.mean(i % 2 === 0 ? resizable : ordinary, ordinary);
    }
    const detached = new Float64Array(3);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    for (const verb of ['mean', 'sum', 'perSample', 'gradient'] as const) {
      expect(() => squaredError[verb](detached, ordinary)).toThrow(/yTrue has lost its memory/);
      expect(() => squaredError[verb](ordinary, detached)).toThrow(/yPred has lost its memory/);
    }
  });
});
