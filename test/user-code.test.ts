// Reading an argument can run the caller's code: getters, proxies, subclasses. Whatever that does, a call
// gives the right result or an error, and leaves the next call alone.
import { describe, expect, it } from 'vitest';
import type { FloatArray, Numbers } from '../src/arrays.js';
import { expectSame } from './support/bits.js';
import {
  callsOf,
  isWeighted,
  N,
  sampleWeight,
  subjectsOfNumbers,
  yPred,
  yTrue,
} from './support/calls.js';
import { engines } from './support/engines.js';
import { byName, plainSubjects, type Subject } from './support/option-sets.js';
import { fill } from './support/random.js';
import { sample, sampleOfTests } from './support/sample.js';
import { lossOf, plainLoss } from './support/verbs.js';

interface Case {
  readonly name: string;
  readonly subject: Subject;
  readonly classes: number;
}

/** Rows shorter and longer than a block. */
const cases: readonly Case[] = plainSubjects
  .filter(({ name }) => !/clip.*normalize/.test(name))
  .map((subject) => ({
    name: subject.name,
    subject,
    classes: subject.shape === 'single' ? 1 : subject.name.includes('normalize') ? 2500 : 4,
  }));

/** Three blocks of samples, or three long rows. */
function dataFor({ classes, subject }: Case): { yTrue: number[]; yPred: number[] } {
  const labels = subject.shape === 'dense' ? classes : 1;
  const n = classes > 2048 ? 3 : Math.ceil(5000 / classes);
  return {
    yTrue: Array.from(fill(n * labels, 1, (random) => (random() < 0.5 ? 1 : 0))),
    yPred: Array.from(fill(n * classes, 2, (random) => 0.01 + 0.98 * random())),
  };
}

/** The array, with code that runs when the middle of it is read. */
function withGetter(values: readonly number[], run: () => void, at = values.length - 2): number[] {
  const copy = values.slice();
  Object.defineProperty(copy, at, {
    get() {
      run();
      return values[at];
    },
  });
  return copy;
}

/** The same by a proxy, on every element. */
function withProxy(values: readonly number[], run: () => void): number[] {
  return new Proxy(values.slice(), {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && Number(key) % 777 === 0) run();
      return Reflect.get(target, key, receiver);
    },
  });
}

/** What the members of the classes below run. */
let current = (): void => undefined;

/** Float64Arrays with a member of their own. */
const overriding: Readonly<Record<string, new (values: readonly number[]) => Float64Array>> = {
  subarray: class extends Float64Array {
    override subarray(begin?: number, end?: number): Float64Array<ArrayBuffer> {
      current();
      return super.subarray(begin, end) as Float64Array<ArrayBuffer>;
    }
  },
  'Symbol.species': class extends Float64Array {
    static get [Symbol.species](): Float64ArrayConstructor {
      current();
      return Float64Array;
    }
  },
  length: class extends Float64Array {
    override get length(): number {
      current();
      return super.length;
    }
  },
  buffer: class extends Float64Array {
    override get buffer(): ArrayBuffer {
      current();
      return super.buffer as ArrayBuffer;
    }
  },
};

describe.each(engines)('on the backend $backend', ({ engine }) => {
  const others = cases.map((one) => {
    const { yTrue, yPred } = dataFor(one);
    return {
      loss: lossOf(engine, one.subject, one.classes),
      bytes: new Uint8Array(yTrue.length).fill(1),
      floats: new Float32Array(yTrue.length).fill(1),
      doubles: new Float64Array(yTrue.length).fill(1),
      yPred: new Float64Array(yPred),
      narrow: new Float32Array(yPred),
    };
  });

  /** Code that makes calls of every kind the first few times it runs, so that all that calls share is used. */
  const disturber = (): (() => void) => {
    let left = 3;
    return () => {
      if (left-- <= 0) return;
      for (const { loss, bytes, floats, doubles, yPred, narrow } of sample(others, 3)) {
        loss.sum(bytes, yPred);
        loss.perSample(floats, narrow);
        loss.perSample(doubles, yPred);
      }
    };
  };

  describe.each(byName(sampleOfTests(cases, 5)))('%s', (_name, one) => {
    const loss = lossOf(engine, one.subject, one.classes);
    const { yTrue, yPred } = dataFor(one);
    const sum = loss.sum(yTrue, yPred);
    const each = loss.perSample(yTrue, yPred);

    it.each([
      ['a getter', withGetter],
      ['a proxy', withProxy],
    ] as const)('gives the same when %s calls the library', (_, made) => {
      expectSame(loss.sum(made(yTrue, disturber()), yPred), sum);
      expectSame(loss.sum(yTrue, made(yPred, disturber())), sum);
      expectSame(loss.sum(new Float64Array(yTrue), made(yPred, disturber())), sum);
      expectSame(loss.perSample(made(yTrue, disturber()), yPred), each);
      expectSame(loss.perSample(yTrue, made(yPred, disturber())), each);
      expectSame(loss.perSample(made(yTrue, disturber()), new Float64Array(yPred)), each);
    });

    it.each(Object.keys(overriding))(
      'gives the same, or an error, when a subclass with its own %s calls the library',
      (member) => {
        const attempt = <R extends FloatArray | number>(call: () => R, expected: R): void => {
          try {
            expectSame(call(), expected);
          } catch (error) {
            if (!(error instanceof TypeError)) throw error;
          }
        };
        for (const [truth, predictions] of [
          [overriding[member], Float64Array],
          [Float64Array, overriding[member]],
          [Float32Array, overriding[member]],
        ] as const) {
          const arrays = (): [Float64Array | Float32Array, Float64Array] => {
            current = () => undefined;
            const y = new truth(yTrue);
            const p = new predictions(yPred);
            current = disturber();
            return [y, p];
          };
          attempt(() => loss.sum(...arrays()), sum);
          attempt(() => loss.perSample(...arrays()), each);
        }
      },
    );

    it.each([1, -1])('says so when an array changes its length by %d while it is read', (by) => {
      const n = yPred.length;
      let changed = false;
      const list: number[] = withGetter(
        yPred,
        () => {
          if (!changed) list.length = n + by;
          changed = true;
        },
        0,
      );
      // A shorter array may be found to have a hole first.
      expect(() => loss.sum(yTrue, list)).toThrow(
        new RegExp(
          `^${loss.name}\\.sum: yPred(\\[${n - 1}\\] is undefined, expected a number| changed its length from ${n} to ${n + by} during the call)$`,
        ),
      );
    });

    it('is an error when the other array loses its memory while one is read', () => {
      const detachable = new Float64Array(yPred);
      const detach = (): void =>
        void structuredClone(detachable.buffer, { transfer: [detachable.buffer] });
      expect(() => loss.sum(withGetter(yTrue, detach, 0), detachable)).toThrow();
      const buffer = new ArrayBuffer(8 * yPred.length, { maxByteLength: 8 * yPred.length });
      const shrinkable = new Float64Array(buffer);
      shrinkable.set(yPred);
      const shrink = (): void => buffer.resize(0);
      expect(() => loss.perSample(withGetter(yTrue, shrink, 0), shrinkable)).toThrow();
    });

    it('passes on what a getter throws, and works again', () => {
      const fail = (): never => {
        throw new Error('mine');
      };
      const out = each.slice().fill(-7);
      expect(() => loss.sum(yTrue, withGetter(yPred, fail))).toThrow(new Error('mine'));
      expect(() => loss.perSample(withGetter(yTrue, fail), yPred, { out })).toThrow(
        new Error('mine'),
      );
      expect(new Set(out)).toEqual(new Set([-7]));
      expectSame(loss.sum(yTrue, yPred), sum);
      expectSame(loss.perSample(yTrue, yPred), each);
    });

    it('writes out only at the end, also if a getter looks', () => {
      const out = each.slice().fill(-7);
      const seen = new Set<number>();
      loss.perSample(
        withGetter(yTrue, () => {
          for (const value of out) seen.add(value);
        }),
        yPred,
        { out },
      );
      expect([...seen]).toEqual([-7]);
      expectSame(out, each);
    });

    it('names an argument that is a proxy of a typed array', () => {
      const proxy = new Proxy(new Float64Array(yPred), {});
      expect(() => loss.sum(yTrue, proxy)).toThrow(
        expect.objectContaining({ name: 'TypeError', message: expect.stringContaining('yPred') }),
      );
    });
  });

  describe.each(byName(sampleOfTests(subjectsOfNumbers, 2)))(
    'weights, gradients, accumulators: %s',
    (_title, subject) => {
      const loss = lossOf(engine, subject);
      const calls = callsOf(engine, loss);
      const expected = Object.fromEntries(
        calls.map(([name, call]) => [name, call(yTrue, yPred, sampleWeight)]),
      );

      /** The array, with code that runs when an element of it is read. */
      const getterAt = (values: Float64Array, at: number, run: () => void): number[] =>
        Object.defineProperty(Array.from(values), at, {
          get() {
            run();
            return values[at];
          },
        });
      const others = callsOf(engine, plainLoss(engine, 'binaryCrossEntropy'));
      const disturb = () => {
        for (const [, call] of others)
          call(new Float32Array(N), new Float32Array(N).fill(0.5), yTrue);
        for (const [, call] of calls) call(yPred, yTrue, yTrue);
      };

      it.each(calls)('may call the library: %s', (name, call) => {
        const got = (y: Numbers, p: Numbers, w: Numbers) =>
          expectSame(call(y, p, w), expected[name]);
        got(getterAt(yTrue, N - 2, disturb), yPred, sampleWeight);
        got(yTrue, getterAt(yPred, N - 2, disturb), sampleWeight);
        got(yTrue, yPred, getterAt(sampleWeight, N - 2, disturb));
      });

      it.each(calls)('may call the library with arrays of the same few numbers: %s', (_, call) => {
        const n = 20;
        const few = [yTrue, yPred, sampleWeight].map((values) => values.slice(0, n));
        const others = [yPred, yTrue, yTrue].map((values) => Array.from(values.slice(n, 2 * n)));
        const direct = call(few[0], few[1], few[2]);
        const disturb = () => {
          for (const [, call] of calls) call(others[0], others[1], others[2]);
        };
        disturb();
        few.forEach((values, i) => {
          const lists = few.map((each) => Array.from(each));
          lists[i] = getterAt(values, n - 2, disturb);
          expectSame(call(lists[0], lists[1], lists[2]), direct);
        });
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
          const list: number[] = getterAt(yPred, 0, () => {
            list.length = N + by;
          });
          expect(() => call(yTrue, list, sampleWeight)).toThrow(changed('yPred', by));
          const other = Array.from(yTrue);
          const getter = getterAt(yPred, 0, () => {
            other.length = N + by;
          });
          expect(() => call(other, getter, sampleWeight)).toThrow(changed('yTrue', by));
        }
        if (!isWeighted(name)) return;
        const weights: number[] = getterAt(sampleWeight, 0, () => {
          weights.length = N + 1;
        });
        expect(() => call(yTrue, yPred, weights)).toThrow(changed('sampleWeight', 1));
      });

      it.each(calls)('may not take the memory of another array: %s', (_, call) => {
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
            const list = getterAt(y, n - 1, () => {
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
      });

      it('may not take the memory of out', () => {
        for (const n of [10, N]) {
          const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
          const out = new Float64Array(buffer).fill(-7);
          const list = getterAt(yTrue.subarray(0, n), n - 1, () => buffer.resize(8));
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
        const list = getterAt(yTrue, 7, () => {
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
          getterAt(values, N - 1, () => {
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
    },
  );
});
