// What may happen to threads, none of which may cost a result.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, vi } from 'vitest';
import { Backends } from '../src/backends.js';
import { Engine } from '../src/engine.js';
import { createArena, createEngine } from '../src/index.js';
import { Pool } from '../src/threads/pool.js';
import { fill } from './support/random.js';

/** Nothing is timed; a busy machine may take long to start many threads. */
const PATIENCE = 150_000;
vi.setConfig({ testTimeout: 2 * PATIENCE });

const n = 2 ** 17;
const arena = createArena(8 * n, { shared: true });
const yTrue = arena.float32(n);
const yPred = arena.float32(n);
yTrue.set(fill(n, 1, (random) => Math.round(random())));
yPred.set(fill(n, 2, (random) => random()));

const alone = createEngine({ backend: 'wasm' }).binaryCrossEntropy;
const expected = alone.mean(yTrue, yPred);

interface Crew {
  readonly pool: Pool;
  readonly engine: Engine;
}

async function crewOf(threads: number, isRehearsal = false): Promise<Crew> {
  const pool = new Pool(threads, isRehearsal);
  const backends = new Backends(() => 'wasm');
  backends.threads = pool;
  await vi.waitFor(() => expect(pool.count).toBe(threads), { timeout: PATIENCE });
  return { pool, engine: new Engine(backends) };
}

/** What the pool has of its threads. */
function threadsOf(pool: Pool): readonly { post(message: unknown): void; end(): void }[] {
  return (pool as unknown as { threads: [] }).threads;
}

describe('a thread that is gone', () => {
  it.each([true, false])(
    'in the middle of a call: the rest is done by the caller (%s)',
    async (isRehearsal) => {
      const { pool, engine } = await crewOf(3, isRehearsal);
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
      for (const thread of threadsOf(pool)) thread.end();
      // They stop while this is computed.
      for (let i = 0; i < 20; i++)
        expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
      await vi.waitFor(() => expect(pool.count).toBe(1), { timeout: PATIENCE });
      expect(pool.reason).toMatch(/^a thread has (failed: it has ended|not answered)$/);
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    },
  );

  it('with a run that it has taken: the caller does it after a while', async () => {
    const { pool, engine } = await crewOf(2);
    const thief = new Worker(THIEF, { eval: true, workerData: pool.board.words.buffer });
    await new Promise((resolve) => thief.once('message', resolve));
    let calls = 0;
    while (pool.count > 1 && calls < 10_000) {
      calls++;
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    }
    expect(pool.reason).toBe('a thread has not answered');
    expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    await thief.terminate();
  });

  it('by an exception of its own', async () => {
    const { pool, engine } = await crewOf(2);
    threadsOf(pool)[0].post({ type: 'loss', number: 99, name: 'noSuchLoss', options: {} });
    Atomics.add(pool.board.words, 96, 1);
    pool.board.ring(1);
    expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    await vi.waitFor(() => expect(pool.count).toBe(1), { timeout: PATIENCE });
    expect(pool.reason).toMatch(/^a thread has failed: /);
    expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
  });
});

/** Takes a run whenever there is one, and never does it. */
const THIEF = `
const { parentPort, workerData } = require('node:worker_threads');
const words = new Int32Array(workerData, 0, 128);
parentPort.postMessage('here');
for (;;) {
  const taken = Atomics.load(words, 0);
  if (taken === Atomics.load(words, 16)) continue;
  if (Atomics.compareExchange(words, 0, taken, (taken + 1) | 0) === taken) break;
}
`;

describe('many', () => {
  it('losses and arrays, one after the other', async () => {
    const { pool, engine } = await crewOf(2);
    const call = (i: number) => {
      const own = new Float32Array(new SharedArrayBuffer(4 * 2 ** 14));
      const loss = engine.binaryCrossEntropy.with({
        fromLogits: true,
        positiveWeight: 1 + (i % 50),
      });
      return loss.mean(own, own);
    };
    const results = new Set(Array.from({ length: 1000 }, (_, i) => call(i % 50)));
    expect(results.size).toBe(1);
    expect(pool.count).toBe(2);
    engine.close();
  });

  it('engines at once, with the same arena', async () => {
    const crews = await Promise.all(Array.from({ length: 20 }, () => crewOf(2)));
    for (const { engine } of crews) {
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    }
    for (const { engine } of crews) engine.close();
  });

  it('threads on few processors', async () => {
    const { engine } = await crewOf(64);
    for (let i = 0; i < 10; i++)
      expect(engine.binaryCrossEntropy.mean(yTrue, yPred)).toBe(expected);
    engine.close();
  });
});

describe('a process', () => {
  const library = fileURLToPath(new URL('../build/plain.js', import.meta.url));

  /** What a program prints that has the library, and an engine with threads. */
  async function output(program: string): Promise<string> {
    const source = `
      import { createArena, createEngine } from ${JSON.stringify(library)};
      const engine = createEngine({ threads: 3 });
      const isUp = async () => {
        while (engine.threads < 3) await new Promise((go) => setTimeout(go, 1));
      };
      ${program}`;
    const args = ['--expose-gc', '--input-type=module', '--eval', source];
    return (await promisify(execFile)(process.execPath, args, { timeout: PATIENCE })).stdout;
  }

  it.each([
    ['right after a call', '', '0 1\n'],
    ['while its threads wait', 'await isUp();', '0 3\n'],
  ])('ends %s, though it has not closed its engine', async (_, wait, expected) => {
    const program = `${wait}
      const y = createArena(2 ** 20, { shared: true }).float32(2 ** 18);
      console.log(engine.binaryCrossEntropy.mean(y, y), engine.threads);`;
    expect(await output(program)).toBe(expected);
  });

  it('takes no more memory for 10⁵ calls, nor time while there are none', async () => {
    const program = `
      const y = createArena(2 ** 17, { shared: true }).float32(2 ** 14);
      const loss = engine.binaryCrossEntropy.with({ fromLogits: true });
      const calls = (n) => {
        for (let i = 0; i < n; i++) loss.mean(y, y);
        gc();
        return process.memoryUsage().heapUsed;
      };
      await isUp();
      const before = calls(10_000);
      const after = calls(100_000);
      const start = process.cpuUsage();
      await new Promise((go) => setTimeout(go, 1000));
      const { user, system } = process.cpuUsage(start);
      console.log(JSON.stringify({
        heap: after - before,
        idle: user + system,
        threads: engine.threads,
      }));`;
    const { heap, idle, threads } = JSON.parse(await output(program));
    expect(threads).toBe(3);
    // What a few dozen bytes for each call would come to.
    expect(heap).toBeLessThan(2 ** 20);
    // In µs; a thread that looks for work all the time would take all of them.
    expect(idle).toBeLessThan(500_000);
  });
});
