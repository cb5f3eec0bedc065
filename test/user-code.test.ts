// Reading an argument can run the caller's code: getters, proxies, subclasses. Whatever that does, a call
// gives the right result or an error, and leaves the next call alone.
import { describe, expect, it } from 'vitest';
import type { FloatArray } from '../src/arrays.js';
import type { Engine } from '../src/index.js';
import { expectSame } from './support/bits.js';
import { engines } from './support/engines.js';
import type { Loss } from './support/loss.js';
import { fill } from './support/random.js';

interface Subject {
  readonly name: string;
  readonly of: (engine: Engine) => Loss;
  /** Elements of yPred per sample. */
  readonly classes: number;
  /** Elements of yTrue per sample. */
  readonly labels: number;
}

const subjects: readonly Subject[] = [
  { name: 'squaredError', of: (engine) => engine.squaredError, classes: 1, labels: 1 },
  { name: 'absoluteError', of: (engine) => engine.absoluteError, classes: 1, labels: 1 },
  { name: 'binaryCrossEntropy', of: (engine) => engine.binaryCrossEntropy, classes: 1, labels: 1 },
  {
    name: 'binaryCrossEntropy with clip',
    of: (engine) => engine.binaryCrossEntropy.with({ clip: 0.1 }),
    classes: 1,
    labels: 1,
  },
  {
    name: 'categoricalCrossEntropy',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 4 }),
    classes: 4,
    labels: 4,
  },
  {
    name: 'categoricalCrossEntropy of long rows, with normalize',
    of: (engine) => engine.categoricalCrossEntropy.with({ classes: 2500, normalize: true }),
    classes: 2500,
    labels: 2500,
  },
  {
    name: 'sparseCategoricalCrossEntropy',
    of: (engine) => engine.sparseCategoricalCrossEntropy.with({ classes: 4 }),
    classes: 4,
    labels: 1,
  },
  {
    name: 'sparseCategoricalCrossEntropy of long rows, with normalize',
    of: (engine) => engine.sparseCategoricalCrossEntropy.with({ classes: 2500, normalize: true }),
    classes: 2500,
    labels: 1,
  },
];

/** Three blocks of samples, or three long rows. */
function dataFor({ classes, labels }: Subject): { yTrue: number[]; yPred: number[] } {
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
  const others = subjects.map((subject) => {
    const { yTrue, yPred } = dataFor(subject);
    const ones = new Float64Array(yTrue).fill(1);
    return { loss: subject.of(engine), ones, yPred: new Float64Array(yPred) };
  });

  /** Code that makes calls of every kind the first few times it runs, so that all that calls share is used. */
  const disturber = (): (() => void) => {
    let left = 3;
    return () => {
      if (left-- <= 0) return;
      for (const { loss, ones, yPred } of others) {
        loss.sum(new Uint8Array(ones), yPred);
        loss.perSample(new Float32Array(ones), new Float32Array(yPred));
        loss.perSample(ones, yPred);
      }
    };
  };

  describe.each(subjects)('$name', (subject) => {
    const loss = subject.of(engine);
    const { yTrue, yPred } = dataFor(subject);
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
});
