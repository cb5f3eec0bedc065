// What threads are made of, each by itself: how many there are, what they are told, the runs they take.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Backends } from '../src/backends.js';
import { type Definition, makeCore } from '../src/definition.js';
import { createArena, createEngine } from '../src/index.js';
import { huber } from '../src/losses/definitions.js';
import { Board, DONE, FAILED, MAIL, OPEN, WINDOW } from '../src/threads/board.js';
import { asThreads } from '../src/threads/engage.js';
import type { Message } from '../src/threads/messages.js';
import { parallelism } from '../src/threads/parallelism.js';
import { Pool } from '../src/threads/pool.js';
import { Told } from '../src/threads/told.js';
import { regionAt } from '../src/wasm/layout.js';
import { residentOf } from '../src/wasm/residents.js';

const { getBuiltinModule } = process;
const { Worker: ownWorker } = globalThis;
const ownNavigator = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

afterEach(() => {
  process.getBuiltinModule = getBuiltinModule;
  define('Worker', ownWorker);
  Reflect.deleteProperty(globalThis, 'Deno');
  Reflect.deleteProperty(globalThis, 'navigator');
  if (ownNavigator !== undefined) Object.defineProperty(globalThis, 'navigator', ownNavigator);
});

/** Has the library find these modules of Node, and no others. */
function pretendModules(modules: Readonly<Record<string, unknown>>): void {
  process.getBuiltinModule = ((name: string) => modules[name]) as typeof getBuiltinModule;
}

/** A machine of so many processors, and what its files say; without any, there is no file system. */
function pretend(processors: number | undefined, files?: Readonly<Record<string, string>>): void {
  pretendModules({
    'node:os': processors === undefined ? undefined : { availableParallelism: () => processors },
    'node:fs': files && {
      readFileSync(path: string, encoding: string) {
        expect(encoding).toBe('utf8');
        const text = files[path.replace('/sys/fs/cgroup/', '')];
        if (text === undefined) throw new Error(`ENOENT: ${path}`);
        return text;
      },
    },
  });
}

describe('as many threads as', () => {
  const old = (quota: number) => ({
    'cpu/cpu.cfs_quota_us': `${quota}\n`,
    'cpu/cpu.cfs_period_us': '100000\n',
  });

  it.each<
    readonly [
      what: string,
      processors: number,
      files: Record<string, string> | undefined,
      expected: number,
    ]
  >([
    ['there are processors', 8, {}, 8],
    ['there are processors, without files', 8, undefined, 8],
    ['128 at most', 500, {}, 128],
    ['processors, of which a container may use all', 8, { 'cpu.max': 'max 100000\n' }, 8],
    ['a container may use', 8, { 'cpu.max': '400000 100000\n' }, 4],
    ['a container may use, the last in part', 8, { 'cpu.max': '150000 100000\n' }, 2],
    ['one, of which a container may use a part', 8, { 'cpu.max': '50000 100000\n' }, 1],
    ['processors, where a container may use more', 2, { 'cpu.max': '400000 100000\n' }, 2],
    ['processors, where a file is damaged', 8, { 'cpu.max': '400000 0\n' }, 8],
    ['processors, where a file says none', 8, { 'cpu.max': '0 100000\n' }, 8],
    ['processors, where an older kernel says none', 8, old(0), 8],
    ['an older kernel lets a container use', 8, old(250_000), 3],
    ['processors, all of which an older kernel lets it use', 8, old(-1), 8],
    ['processors, where an older kernel says half', 8, { 'cpu/cpu.cfs_quota_us': '250000' }, 8],
    ['one, where there are none', 0, {}, 1],
  ])('%s: %i processors, %j', (_, processors, files, expected) => {
    pretend(processors, files);
    expect(parallelism()).toBe(expected);
  });

  it('a browser says, and one if it does not', () => {
    pretend(undefined);
    define('navigator', { hardwareConcurrency: 6 });
    expect(parallelism()).toBe(6);
    pretendModules({ 'node:os': {} });
    expect(parallelism()).toBe(6);
    define('navigator', {});
    expect(parallelism()).toBe(1);
    define('navigator', undefined);
    expect(parallelism()).toBe(1);
  });

  it('Deno has, of which no file is asked for', () => {
    pretend(8, { 'cpu.max': '100000 100000' });
    define('Deno', {});
    expect(parallelism()).toBe(8);
  });
});

describe('an engine', () => {
  /** A worker that does nothing, of Node or of the web; `most` of them can be started. */
  function workers(most: number) {
    const log: string[] = [];
    const made: FakeWorker[] = [];
    const posted: Message[] = [];
    class FakeWorker {
      readonly listeners: Record<string, (what: unknown) => void> = {};
      onerror: ((event: object) => void) | undefined;

      constructor(url: URL, { name, type }: { name: string; type?: string }) {
        if (made.length === most) throw new Error('no more workers');
        expect(url.href).toMatch(/\/worker\.js$/);
        log.push(['made', name, type ?? []].flat().join(' '));
        made.push(this);
      }

      on(event: string, listen: (what: unknown) => void): void {
        this.listeners[event] = listen;
      }

      postMessage(message: Message): void {
        posted.push(message);
        if (message.type === 'start') log.push(`start ${message.index}`);
      }

      unref(): void {
        log.push('unref');
      }

      terminate(): void {
        log.push(`terminate ${made.indexOf(this) + 1}`);
      }
    }
    return { log, made, posted, FakeWorker };
  }

  function ofNode(most: number) {
    const { FakeWorker, ...rest } = workers(most);
    pretendModules({ 'node:worker_threads': { Worker: FakeWorker } });
    return rest;
  }

  it.each([
    [0, RangeError],
    [1.5, RangeError],
    [129, RangeError],
    [NaN, RangeError],
    ['many', RangeError],
    [null, TypeError],
    [2n, TypeError],
  ])('threads %s is an error', (threads, type) => {
    const create = () => createEngine({ threads: threads as never });
    expect(create).toThrow(type);
    expect(create).toThrow(
      /^createEngine: expected threads to be 'auto' or an integer from 1 to 128, got /,
    );
  });

  it('says why there is one thread', () => {
    const js = createEngine({ backend: 'js', threads: 2 });
    expect(js.threads).toBe(1);
    expect(js.threadsReason).toBe("threads are for WebAssembly, and the backend is 'js'");
    vi.stubGlobal('WebAssembly', undefined);
    const auto = createEngine({ threads: 2 });
    expect(auto.threadsReason).toBe(
      `threads are for WebAssembly, and the backend is 'js': ${auto.fallbackReason}`,
    );
    vi.unstubAllGlobals();
    vi.stubGlobal('SharedArrayBuffer', undefined);
    expect(createEngine({ threads: 2 }).threadsReason).toBe('there is no SharedArrayBuffer');
    vi.stubGlobal('crossOriginIsolated', false);
    expect(createEngine({ threads: 2 }).threadsReason).toBe(
      'there is no SharedArrayBuffer: the page is not cross-origin isolated',
    );
    vi.unstubAllGlobals();
  });

  it('takes any number of threads from 1 to 128', () => {
    expect([1, 2, 128].map(asThreads)).toEqual([1, 2, 128]);
    pretend(3, {});
    expect(asThreads('auto')).toBe(3);
  });

  it('has one thread where there is one processor, and says so', () => {
    pretend(1, {});
    const { threads, threadsReason } = createEngine({ threads: 'auto' });
    expect([threads, threadsReason]).toEqual([1, 'there is one processor']);
  });

  it('has one thread with a module, and says so', () => {
    const kernels = new URL('../build/kernels.wasm', import.meta.url);
    const module = new WebAssembly.Module(readFileSync(kernels));
    const { threads, threadsReason } = createEngine({ module, threads: 2 });
    expect([threads, threadsReason]).toEqual([
      1,
      'threads need the kernels that are embedded in lossmeter, not a module of them',
    ]);
  });

  it('starts one worker less than it has threads, which keep no process alive', () => {
    const { log } = ofNode(2);
    const engine = createEngine({ threads: 3 });
    const each = ['made lossmeter', 'unref'];
    expect(log.splice(0)).toEqual([...each, 'start 1', ...each, 'start 2']);
    expect([engine.threads, engine.threadsReason]).toEqual([
      1,
      '2 of 3 threads are still starting',
    ]);
    engine.close();
    expect(log).toEqual(['terminate 1', 'terminate 2']);
  });

  it('has room for copies beyond where its threads have their scratch', () => {
    const { posted } = ofNode(2);
    const pool = new Pool(3, false);
    // (Seven pages for each.)
    expect(pool.ringAt).toBe(3 * 7 * 65536);
    expect(pool.ringAt).toBe(regionAt(3));
    expect(pool.ring.byteLength).toBe(regionAt(3) + 2 ** 24);
    for (const message of posted) {
      expect(message.type === 'start' && message.common.buffer).toBe(pool.ring);
    }
  });

  it('tells all workers of losses and memories, once, and of what they may forget', () => {
    const { posted } = ofNode(2);
    const pool = new Pool(3, false);
    const mails = () => Atomics.load(pool.board.words, MAIL);
    posted.length = 0;
    const buffers = Array.from({ length: 17 }, () => new SharedArrayBuffer(8));
    const arena = createArena(64, { shared: true }).uint8(1).buffer as unknown as SharedArrayBuffer;
    const resident = residentOf(arena);
    const cores = Array.from({ length: 17 }, (_, i) =>
      makeCore(huber as Definition, new Backends(() => 'wasm'), { delta: i + 1 } as object),
    );
    const both = (message: object) => [message, message];
    expect(pool.memoryNumber(arena)).toBe(1);
    expect(pool.memoryNumber(arena)).toBe(1);
    expect(posted.splice(0)).toEqual(
      both({ type: 'memory', number: 1, memory: resident?.memory, regions: resident?.regions }),
    );
    expect(pool.memoryNumber(buffers[0])).toBe(2);
    expect(posted.splice(0)).toEqual(
      both({ type: 'memory', number: 2, memory: buffers[0], regions: 0 }),
    );
    for (const buffer of buffers.slice(1, 15)) pool.memoryNumber(buffer);
    expect(mails()).toBe(16);
    posted.length = 0;
    pool.memoryNumber(buffers[15]);
    expect(posted.splice(0, 2)).toEqual(both({ type: 'forget', what: 'memories', number: 1 }));
    posted.length = 0;
    expect(cores.map((core) => pool.coreNumber(core))).toEqual(cores.map((_, i) => i + 1));
    expect(posted.slice(0, 2)).toEqual(
      both({ type: 'loss', number: 1, name: 'huber', options: { delta: 1 } }),
    );
    expect(posted.slice(32, 34)).toEqual(both({ type: 'forget', what: 'cores', number: 1 }));
    expect(mails()).toBe(16 + 2 + 18);
  });

  it('does not wait where that is forbidden, as it is on a page', () => {
    ofNode(2);
    expect(new Pool(2, false).mayWait).toBe(true);
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      throw new TypeError('Atomics.wait cannot be called in this context');
    });
    expect(new Pool(2, false).mayWait).toBe(false);
    wait.mockRestore();
  });

  it('stops the workers before one that cannot be started', () => {
    const { log } = ofNode(2);
    const engine = createEngine({ threads: 4 });
    expect(engine.threads).toBe(1);
    expect(engine.threadsReason).toBe('threads are not available: no more workers');
    expect(log.slice(-2)).toEqual(['terminate 1', 'terminate 2']);
    expect(engine.squaredError.mean([1, 2], [2, 4])).toBe(2.5);
  });

  it.each([
    ['error', new Error('out of memory'), 'out of memory'],
    ['error', 'out of memory', 'out of memory'],
    ['exit', 1, 'it has ended'],
  ])('stops all workers where one has come to an end: %s %s', (event, what, reason) => {
    const { log, made } = ofNode(2);
    const engine = createEngine({ threads: 3 });
    made[1].listeners[event](what);
    // The first reason stays.
    made[0].listeners.exit(0);
    expect(engine.threadsReason).toBe(`a thread has failed: ${reason}`);
    expect(log.slice(-2)).toEqual(['terminate 1', 'terminate 2']);
  });

  it.each([
    [{ message: 'refused' }, 'refused'],
    [{}, 'its script could not be loaded'],
  ])(
    'does the same with workers of the web, whose errors are not for the page: %j',
    (event, reason) => {
      const { log, made, FakeWorker } = workers(1);
      pretendModules({});
      define('Worker', FakeWorker);
      const engine = createEngine({ threads: 2 });
      expect(log.splice(0)).toEqual(['made lossmeter module', 'start 1']);
      let isPrevented = false;
      const preventDefault = () => {
        isPrevented = true;
      };
      made[0].onerror?.({ ...event, preventDefault });
      expect(isPrevented).toBe(true);
      expect(engine.threadsReason).toBe(`a thread has failed: ${reason}`);
      expect(log).toEqual(['terminate 1']);
    },
  );
});

describe('what threads are told', () => {
  it('is told once, and forgotten where 16 others have been used since', () => {
    const log: string[] = [];
    const told = new Told<{ readonly name: string }>(
      (number, { name }) => log.push(`${number} is ${name}`),
      (number) => log.push(`forget ${number}`),
    );
    const things = Array.from({ length: 17 }, (_, i) => ({ name: `thing ${i + 1}` }));
    const numbers = () => things.slice(0, 16).map((thing) => told.numberOf(thing));
    const upTo16 = things.slice(0, 16).map((_, i) => i + 1);
    expect(numbers()).toEqual(upTo16);
    expect(numbers()).toEqual(upTo16);
    expect(log.splice(0)).toEqual(upTo16.map((i) => `${i} is thing ${i}`));
    // The first is used again, so that the second goes.
    expect(told.numberOf(things[0])).toBe(1);
    expect(told.numberOf(things[16])).toBe(17);
    expect(log.splice(0)).toEqual(['forget 2', '17 is thing 17']);
    expect(told.numberOf(things[1])).toBe(18);
    expect(log.splice(0)).toEqual(['forget 3', '18 is thing 2']);
    expect(told.numberOf(things[0])).toBe(1);
    expect(log).toEqual([]);
  });
});

it('what threads are told is forgotten, once, when it is gone', () => {
  let collect: (number: number) => void = () => {};
  vi.stubGlobal(
    'FinalizationRegistry',
    class {
      constructor(collected: (number: number) => void) {
        collect = collected;
      }

      register(): void {}
    },
  );
  const forgotten: number[] = [];
  const told = new Told<object>(
    () => {},
    (number) => forgotten.push(number),
  );
  vi.unstubAllGlobals();
  for (let i = 0; i < 3; i++) told.numberOf({});
  for (const number of [2, 2, 9]) collect(number);
  expect(forgotten).toEqual([2]);
});

describe('the board', () => {
  const board = () => new Board(new SharedArrayBuffer(Board.bytes));

  it('hands out each run once, in turn', () => {
    const one = board();
    expect(one.take()).toBe(-1);
    for (let run = 0; run < 5 * WINDOW; run += 2) {
      one.publish(run);
      one.publish(run + 1);
      expect(one.left).toBe(2);
      expect([one.take(), one.left, one.take(), one.left, one.take()]).toEqual([
        run,
        1,
        run + 1,
        0,
        -1,
      ]);
    }
  });

  it('keeps what has become of the runs of a window, until others come in their places', () => {
    const one = board();
    for (let run = 0; run < WINDOW; run++) one.publish(run);
    one.settle(0, DONE);
    one.finish(WINDOW - 1, FAILED);
    const fates = [0, 1, WINDOW - 2, WINDOW - 1].map((run) => one.fateOf(run));
    expect(fates).toEqual([DONE, OPEN, OPEN, FAILED]);
    one.publish(WINDOW);
    expect([one.fateOf(WINDOW), one.fateOf(WINDOW - 1)]).toEqual([OPEN, FAILED]);
  });

  it('has room for the records of a window, and no part lies over another', () => {
    const one = board();
    const each = one.recordsAt(1);
    expect(one.recordsAt(0)).toBe(0);
    expect(one.recordsAt(WINDOW + 2)).toBe(2 * each);
    expect(one.records.length).toBe(WINDOW * each);
    expect(one.records.byteOffset + one.records.byteLength).toBe(Board.bytes);
    const parts = [one.words, one.fates, one.job, one.records];
    for (const [i, { byteOffset, byteLength }] of parts.slice(0, -1).entries()) {
      expect(byteOffset + byteLength).toBeLessThanOrEqual(parts[i + 1].byteOffset);
    }
  });

  it('goes on when its count of runs is beyond 2³¹', () => {
    const one = board();
    // (Words 0 and 16: taken, and published.)
    for (const word of [0, 16]) one.words[word] = 2 ** 31 - 1;
    for (const run of [7, 8]) one.publish(run);
    expect([one.left, one.take(), one.take(), one.take(), one.left]).toEqual([2, 7, 8, -1, 0]);
  });
});
