// Threads: the same verbs, the same bits, the same errors, and no result that depends on them.
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Backends } from '../src/backends.js';
import { Engine } from '../src/engine.js';
import { createArena, createEngine, measure } from '../src/index.js';
import { Pool } from '../src/threads/pool.js';
import { expectSame, type Outcome, outcomeOf } from './support/bits.js';
import { callsOf, N, sampleWeight, subjectsOfNumbers, yPred, yTrue } from './support/calls.js';
import { F64, memories, type View } from './support/memories.js';
import { fill } from './support/random.js';
import { lossOf } from './support/verbs.js';

const alone = createEngine({ backend: 'wasm' });

interface Crew {
  readonly pool: Pool;
  readonly engine: Engine;
}

/**
 * An engine and its threads, once they are up. In a rehearsal they do all of the work, however little it
 * is, and the caller none.
 */
async function crewOf(threads: number, isRehearsal: boolean): Promise<Crew> {
  const pool = new Pool(threads, isRehearsal);
  const backends = new Backends(() => 'wasm');
  backends.threads = pool;
  await vi.waitFor(() => expect(pool.count).toBe(threads), { timeout: 50_000 });
  return { pool, engine: new Engine(backends) };
}

/** Memory of every kind, and what is none that threads can read. */
const places = {
  ...memories,
  'an array of numbers': (_: View, values: Float64Array) => Array.from(values),
};

describe.each([2, 3])('with %i threads', (threads) => {
  let crew: Crew;
  beforeAll(async () => {
    crew = await crewOf(threads, true);
  });
  afterAll(() => crew.engine.close());

  describe.each(Object.entries(places))('in %s', (_, place) => {
    it.each([Float32Array, F64])('%o has the bits of one thread', (View) => {
      const { engine, pool } = crew;
      const [y, p, w] = [yTrue, yPred, sampleWeight].map((values) => place(View, values));
      const taken = () => Atomics.load(pool.board.words, 0);
      const before = taken();
      for (const subject of subjectsOfNumbers) {
        const got = callsOf(engine, lossOf(engine, subject));
        const expected = callsOf(alone, lossOf(alone, subject));
        got.forEach(([, call], i) => {
          expectSame(
            outcomeOf(() => call(y, p, w)),
            outcomeOf(() => expected[i][1](y, p, w)),
          );
        });
      }
      expect(pool.count).toBe(threads);
      expect(taken()).toBeGreaterThan(before);
    });

    it('writes over what it reads, and to memory of every kind', () => {
      const write = (engine: Engine, to: 'yPred' | keyof typeof places) => {
        const y = place(F64, yTrue);
        const p = place(F64, yPred);
        const isArray = Array.isArray(p);
        if (to === 'yPred' ? isArray : to === 'an array of numbers') return new Float64Array(0);
        const out = (to === 'yPred' ? p : places[to](F64, yPred)) as Float64Array;
        const options = { out, sampleWeight };
        expect(engine.binaryCrossEntropy.gradient(y, p as Float64Array, options)).toBe(out);
        return out;
      };
      for (const to of ['yPred', ...Object.keys(places)] as ('yPred' | keyof typeof places)[]) {
        expectSame(Float64Array.from(write(crew.engine, to)), Float64Array.from(write(alone, to)));
      }
    });

    it('has the same first error, and leaves out as it was', () => {
      const bad = Float64Array.from(yPred);
      bad[4999] = 2;
      bad[2100] = -1;
      const labels = Float64Array.from(yTrue);
      labels[2101] = 7;
      const [y, p] = [place(F64, labels), place(F64, bad)];
      const out = places['a shared arena'](F64, yPred) as Float64Array;
      const call = (engine: Engine) => [
        outcomeOf(() => engine.binaryCrossEntropy.mean(y, p)),
        outcomeOf(() => engine.binaryCrossEntropy.perSample(y, p as Float64Array, { out })),
        outcomeOf(() => engine.binaryCrossEntropy.gradient(y, p as Float64Array, { out })),
        outcomeOf(() => engine.binaryCrossEntropy.accumulator().update(y, p).sum),
        // Of two losses it is the one whose block comes first.
        outcomeOf(
          () =>
            measure(
              [engine.binaryCrossEntropy.with({ clip: 0.1 }), engine.binaryCrossEntropy],
              y,
              p,
            )[0],
        ),
      ];
      const got = call(crew.engine);
      expect(got).toEqual(call(alone));
      expect(got.filter((outcome) => /\[210[01]\] is/.test(String(outcome)))).toHaveLength(4);
      expect(out).toEqual(places['a shared arena'](F64, yPred));
      expect(crew.pool.count).toBe(threads);
    });
  });

  it('takes rows of any length, of any labels', () => {
    for (const classes of [3, 1000, 2048, 2049, 5003]) {
      const n = Math.ceil(12_000 / classes);
      const logits = fill(n * classes, 4, (random) => 20 * random() - 10);
      const indices = BigInt64Array.from({ length: n }, (_, i) => BigInt((i * 7) % classes));
      const oneHot = new Uint8Array(n * classes);
      indices.forEach((k, i) => {
        oneHot[i * classes + Number(k)] = 1;
      });
      const weights = fill(n, 5, (random) => Math.floor(3 * random()));
      const calls = (engine: Engine): Outcome[] => {
        const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
        const masked = sparse.with({ ignoreIndex: 7 });
        const dense = engine.categoricalCrossEntropy.with({ classes, fromLogits: true });
        const probable = engine.categoricalCrossEntropy.with({ classes, clip: 1e-7 });
        return [
          sparse.mean(indices, logits),
          masked.mean(indices, logits, { sampleWeight: weights }),
          masked.gradient(indices, logits, { sampleWeight: weights }),
          dense.perSample(oneHot, logits),
          dense.valueAndGradient(oneHot, logits).gradient,
          probable.sum(oneHot, logits),
        ];
      };
      const expected = calls(alone);
      for (const [i, got] of calls(crew.engine).entries()) expectSame(got, expected[i]);
    }
    expect(crew.pool.count).toBe(threads);
  });

  it('calls from within a getter are calls like any other', () => {
    const p: number[] = Array.from(yPred);
    let inner = NaN;
    Object.defineProperty(p, 3000, {
      get: () => {
        inner = crew.engine.squaredError.mean(yTrue, yPred);
        return yPred[3000];
      },
    });
    const outer = crew.engine.binaryCrossEntropy.perSample(yTrue, p);
    expectSame(outer, alone.binaryCrossEntropy.perSample(yTrue, yPred));
    expect(inner).toBe(alone.squaredError.mean(yTrue, yPred));
  });
});

describe('large calls', () => {
  const n = 2 ** 18 + 77;
  const y = places['a shared arena'](
    Float32Array,
    fill(n, 1, (random) => Math.round(random())),
  );
  const p = places['ordinary memory'](
    Float32Array,
    fill(n, 2, (random) => random()),
  );

  it.each([2, 5])('are shared by the caller and others: %i threads', async (threads) => {
    const { engine } = await crewOf(threads, false);
    const calls = (engine: Engine): Outcome[] => [
      engine.squaredError.mean(y, y),
      engine.binaryCrossEntropy.with({ fromLogits: true }).mean(y, p as Float32Array),
      engine.binaryCrossEntropy.perSample(y, p as Float32Array),
      engine.huber.gradient(p, y as Float32Array),
      engine.squaredError.accumulator().update(y.slice(0, 5), p.slice(0, 5)).update(y, p).sum,
    ];
    const expected = calls(alone);
    for (let i = 0; i < 20; i++) {
      for (const [k, got] of calls(engine).entries()) expectSame(got, expected[k]);
    }
    engine.close();
  });
});

describe('an engine', () => {
  it('without threads has one, and nothing to say', () => {
    for (const engine of [createEngine(), createEngine({ threads: 1 })]) {
      expect(engine.threads).toBe(1);
      expect(engine.threadsReason).toBeUndefined();
      expect(engine.toJSON()).toEqual({ backend: 'wasm' });
      engine.close();
      expect(engine.threadsReason).toBeUndefined();
    }
  });

  it('starts its threads while it is used, and stops them when it is closed', async () => {
    const engine = createEngine({ threads: 2 });
    expect(engine.threadsReason).toBe('1 of 2 threads are still starting');
    expect(engine.squaredError.mean([1, 2], [2, 4])).toBe(2.5);
    await vi.waitFor(() => expect(engine.threads).toBe(2), { timeout: 50_000 });
    expect(engine.threadsReason).toBeUndefined();
    expect(engine.toJSON()).toEqual({ backend: 'wasm', threads: 2 });
    engine.close();
    engine.close();
    expect(engine.threads).toBe(1);
    expect(engine.threadsReason).toBe('the engine is closed');
    expect(engine.squaredError.mean(yTrue, yPred)).toBe(alone.squaredError.mean(yTrue, yPred));
  });

  it('can be closed by using, where the language has it', async () => {
    const { engine } = await crewOf(2, false);
    engine[Symbol.dispose]();
    expect(engine.threads).toBe(1);
    expect(Object.keys(engine)).not.toContain('close');
  });
});

describe('a shared arena', () => {
  it('is shared memory, which any engine reads in place', () => {
    const arena = createArena(8 * N, { shared: true });
    expect(arena.shared).toBe(true);
    const y = arena.float64(N);
    expect(y.buffer).toBeInstanceOf(SharedArrayBuffer);
    y.set(yTrue);
    expect(alone.squaredError.mean(y, yPred)).toBe(alone.squaredError.mean(yTrue, yPred));
    expect(createArena(8, { shared: false }).shared).toBe(false);
    expect(createArena(8).float64(1).buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('is ordinary memory where none can be shared, and says so', () => {
    vi.stubGlobal('SharedArrayBuffer', undefined);
    const arena = createArena(8 * N, { shared: true });
    vi.unstubAllGlobals();
    expect(arena.shared).toBe(false);
    expect(arena.float64(N).buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('is shared memory where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    const arena = createArena(8 * N, { shared: true });
    vi.unstubAllGlobals();
    expect(arena.float64(N).buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it.each([
    [{ shared: 1 }, TypeError, 'createArena: expected shared to be true or false, got 1'],
    [{ share: true }, TypeError, 'createArena: unknown option "share", expected shared'],
  ])('%o is an error', (options, type, message) => {
    expect(() => createArena(8, options as never)).toThrow(new type(message));
  });
});

it('an engine says as JSON how many threads it has, if it was asked for any, and why not more', () => {
  expect(JSON.stringify(createEngine({ backend: 'js', threads: 2 }))).toBe(
    '{"backend":"js","threads":1,"threadsReason":"threads are for WebAssembly, and the backend is \'js\'"}',
  );
  expect(JSON.stringify(createEngine({ backend: 'js' }))).toBe('{"backend":"js"}');
});
