// Courses of threads without any: who does which run is decided here, so that all of it happens each time.
import { describe, expect, it, vi } from 'vitest';
import { Backends } from '../src/backends.js';
import type { Core } from '../src/definition.js';
import { Engine } from '../src/engine.js';
import { accumulator, bfloat16, createEngine, float16, type Loss, measure } from '../src/index.js';
import { Board, DECLINED, DONE, FAILED } from '../src/threads/board.js';
import { Course, type Crew } from '../src/threads/course.js';
import { type Knowledge, ReadJob } from '../src/threads/descriptor.js';
import { work } from '../src/threads/job.js';
import type { Task } from '../src/threads/threads.js';
import { isThere } from '../src/threads/worth.js';
import { RESERVED_PAGES, regionAt } from '../src/wasm/layout.js';
import { compileShared } from '../src/wasm/module.js';
import { residentOf } from '../src/wasm/residents.js';
import { WasmWorkspace } from '../src/wasm/workspace.js';
import type { Workspace } from '../src/workspace.js';
import { expectSame, type Outcome, outcomeOf } from './support/bits.js';
import { callsOf, N, sampleWeight, subjectsOfNumbers, yPred, yTrue } from './support/calls.js';
import { F64, memories as places } from './support/memories.js';
import { fill } from './support/random.js';
import { lossOf } from './support/verbs.js';

/**
 * What the other thread does with the runs that it is rung for: all of them, at once or once the caller has
 * waited for a while, some, or none, which it leaves, declines, does but in vain, or takes and forgets.
 */
type Habit = 'all' | 'late' | 'some' | 'none' | 'declines' | 'fails' | 'forgets';

/** A caller and another thread, which works while it is rung for. */
class Two implements Crew, Knowledge {
  readonly board = new Board(new SharedArrayBuffer(Board.bytes));
  readonly ring: SharedArrayBuffer;
  readonly ringAt = regionAt(2);
  readonly mayWait = false;
  readonly looks = 1;
  readonly isRehearsal: boolean;
  readonly engine: Engine;
  /** Runs that the other one has done. */
  done = 0;
  /** and those that it could not do. */
  failed = 0;
  readonly ended: string[] = [];
  private readonly common: WebAssembly.Memory;
  private readonly workspaces = new Map<WebAssembly.Memory, Workspace>();
  private readonly memories: SharedArrayBuffer[] = [];
  private readonly cores: Core[] = [];
  private job: ReadJob | undefined;

  constructor(habit: Habit) {
    const pages = 2 * RESERVED_PAGES + 9;
    this.common = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.ring = this.common.buffer as unknown as SharedArrayBuffer;
    this.memories.push(this.ring);
    this.isRehearsal = habit === 'all' || habit === 'late';
    const { board } = this;
    let rung = 0;
    const late = new Map<number, number>();
    const answers: Readonly<Record<Habit, (run: number) => void>> = {
      all: (run) => board.finish(run, this.do(run)),
      some: (run) => board.finish(run, this.do(run)),
      late: (run) => late.set(run, 5),
      declines: (run) => board.finish(run, DECLINED),
      fails: (run) => {
        this.do(run);
        board.finish(run, FAILED);
      },
      forgets: () => undefined,
      none: () => undefined,
    };
    board.ring = () => {
      rung++;
      if (habit === 'none') return;
      const most = habit === 'some' ? 1 + (rung % 2) : habit === 'forgets' ? 1 : Infinity;
      for (let left = most; left > 0; left--) {
        const run = board.take();
        if (run < 0) return;
        answers[habit](run);
      }
    };
    const fateOf = board.fateOf.bind(board);
    board.fateOf = (run) => {
      const looks = late.get(run);
      if (looks !== undefined) late.set(run, looks - 1);
      if (looks === 0) {
        late.delete(run);
        board.finish(run, this.do(run));
      }
      return fateOf(run);
    };
    const backends = new Backends(() => 'wasm');
    backends.threads = {
      count: 2,
      reason: undefined,
      run: (task: Task) => {
        if (!isThere(task)) return undefined;
        const course = new Course(this, task, 1);
        return course.isPossible ? course.go() : undefined;
      },
      end: () => undefined,
    };
    this.engine = new Engine(backends);
  }

  memoryNumber(buffer: SharedArrayBuffer): number {
    expect(buffer).toBeInstanceOf(SharedArrayBuffer);
    expect((buffer as { readonly growable?: boolean }).growable).not.toBe(true);
    if (!this.memories.includes(buffer)) this.memories.push(buffer);
    return this.memories.indexOf(buffer);
  }

  coreNumber(core: Core): number {
    if (!this.cores.includes(core)) this.cores.push(core);
    return this.cores.indexOf(core);
  }

  end(reason: string): void {
    this.ended.push(reason);
  }

  bufferOf(memory: number): SharedArrayBuffer {
    return this.memories[memory];
  }

  coreOf(id: number): Core {
    return this.cores[id];
  }

  workspaceIn(number: number): Workspace {
    const memory = residentOf(this.memories[number])?.memory ?? this.common;
    const made = this.workspaces.get(memory);
    if (made !== undefined) return made;
    const workspace = new WasmWorkspace(memory, compileShared, regionAt(1));
    this.workspaces.set(memory, workspace);
    return workspace;
  }

  private do(run: number): number {
    const { board } = this;
    if (this.job === undefined || !this.job.is(board.job)) this.job = new ReadJob(board.job, this);
    this.done++;
    try {
      const n = this.job.aim(run);
      return work(this.job, 0, n, board.records, board.recordsAt(run)) ? DONE : FAILED;
    } catch {
      this.failed++;
      return FAILED;
    } finally {
      this.job.call.workspace.release();
    }
  }
}

const alone = createEngine({ backend: 'wasm' });

const HABITS: readonly Habit[] = ['all', 'late', 'some', 'none', 'declines', 'fails'];

describe.each(HABITS)('runs of which another thread does: %s', (habit) => {
  const two = new Two(habit);
  // Others for each habit.
  const subjects = subjectsOfNumbers.filter((_, i) => HABITS[i % HABITS.length] === habit);

  describe.each(Object.entries(places))('in %s', (_, place) => {
    it.each([Float32Array, F64])('have the bits of one thread: %o', (View) => {
      const [y, p] = [yTrue, yPred].map((values) => place(View, values));
      const zeros = sampleWeight.map((weight, i) => (i % 5 === 2 ? 0 : weight));
      const w = place(View, zeros);
      const before = two.done;
      const failed = two.failed;
      for (const subject of subjects) {
        const got = callsOf(two.engine, lossOf(two.engine, subject));
        const expected = callsOf(alone, lossOf(alone, subject));
        got.forEach(([, call], i) => {
          expectSame(
            outcomeOf(() => call(y, p, w)),
            outcomeOf(() => expected[i][1](y, p, w)),
          );
        });
      }
      expect(two.done > before).toBe(habit !== 'none' && habit !== 'declines');
      expect(two.failed).toBe(failed);
      expect(two.ended).toEqual([]);
    });

    it('write where they are told to, and nowhere else', () => {
      const failed = two.failed;
      const write = (engine: Engine, to: keyof typeof places, isOver: boolean) => {
        const y = place(F64, yTrue);
        const p = place(F64, yPred);
        const out = (isOver ? p : places[to](F64, yPred)) as Float64Array;
        engine.binaryCrossEntropy.gradient(y, p as Float64Array, { out, sampleWeight });
        return [out, y, isOver ? y : p].map((values) => Float64Array.from(values));
      };
      for (const to of Object.keys(places) as (keyof typeof places)[]) {
        for (const isOver of [false, true]) {
          const got = write(two.engine, to, isOver);
          for (const [i, expected] of write(alone, to, isOver).entries())
            expectSame(got[i], expected);
        }
      }
      expect(two.failed).toBe(failed);
    });

    it('have the first error of all, and leave out as it was', () => {
      const bad = yPred.slice();
      bad[4999] = 2;
      bad[2100] = -1;
      const y = place(F64, yTrue);
      const p = place(F64, bad) as Float64Array;
      const out = place(F64, yPred) as Float64Array;
      const call = (engine: Engine) => [
        outcomeOf(() => engine.binaryCrossEntropy.mean(y, p)),
        outcomeOf(() => engine.binaryCrossEntropy.perSample(y, p, { out })),
        outcomeOf(() => engine.binaryCrossEntropy.gradient(y, p, { out })),
        outcomeOf(() => engine.binaryCrossEntropy.accumulator().update(y, p).sum),
        outcomeOf(
          () =>
            measure(
              [engine.binaryCrossEntropy.with({ clip: 0.1 }), engine.binaryCrossEntropy],
              y,
              p,
            )[0],
        ),
      ];
      const got = call(two.engine);
      expect(got).toEqual(call(alone));
      // Of two losses it is the one that is first in the data, and not the first loss's.
      const labels = yTrue.slice();
      labels[4999] = 7;
      const both = ({ binaryCrossEntropy }: Engine) =>
        [binaryCrossEntropy.with({ fromLogits: true }), binaryCrossEntropy] as readonly Loss[];
      const wrong = place(F64, labels);
      expect(() => measure(both(two.engine), wrong, p)).toThrow('measure: yPred[2100] is -1');
      const joint = accumulator(both(two.engine));
      const before = JSON.stringify(joint);
      labels[4999] = 1;
      labels[4000] = 7;
      const early = yPred.slice().fill(-1, 100, 101);
      expect(() => joint.update(place(F64, labels), place(F64, early))).toThrow(
        'accumulator.update: yPred[100] is -1',
      );
      expect(JSON.stringify(joint)).toBe(before);
      expect(got.filter((outcome) => /\[2100\] is -1/.test(String(outcome)))).toHaveLength(4);
      expect(out).toEqual(place(F64, yPred));
      // Nothing is left to a thread that looks later.
      expect(two.board.left).toBe(0);
    });
  });

  it('are of several blocks where there are many', () => {
    const n = 51_303;
    const failed = two.failed;
    const labels = fill(n, 1, (random) => Math.round(random()));
    const predictions = fill(n, 2, (random) => random());
    const weights = fill(n, 3, (random, i) => (i % 5 === 2 ? 0 : random()));
    for (const place of Object.values(places)) {
      const [y, p, w] = [labels, predictions, weights].map((values) => place(Float32Array, values));
      const calls = (engine: Engine): Outcome[] =>
        [engine.squaredError, engine.binaryCrossEntropy].flatMap((loss) =>
          callsOf(engine, loss as never).map(([, call]) => call(y, p, w)),
        );
      const expected = calls(alone);
      for (const [i, got] of calls(two.engine).entries()) expectSame(got, expected[i]);
      // From the midst of the arrays on; and where threads can read one of them only, or a copy.
      const options = { maxByteLength: 8 * n };
      const growing = new Float32Array(
        new (SharedArrayBuffer as new (bytes: number, options: object) => SharedArrayBuffer)(
          4 * n,
          options,
        ) as never as ArrayBuffer,
      );
      growing.set(predictions);
      const parts = (engine: Engine): Outcome[] => [
        engine.squaredError.sum(growing, p),
        engine.squaredError.accumulator().update([1, 2], Float32Array.of(3, 5)).update(y, p).sum,
        engine.squaredError.sum(Array.from(y), p),
        engine.squaredError.sum(y, Array.from(p)),
      ];
      expect(parts(two.engine)).toEqual(parts(alone));
    }
    expect(two.failed).toBe(failed);
  });

  it('leave all that their sums are rounded by, and nothing of runs before', () => {
    const zeros = new Float64Array(N);
    for (let seed = 1; seed <= 10; seed++) {
      const weights = fill(N, seed, (random) => random());
      const calls = ({ absoluteError }: Engine): Outcome[] => [
        absoluteError.accumulator().update(zeros, zeros, { sampleWeight: weights }).weight,
        absoluteError.mean(zeros, yPred, { sampleWeight: weights }),
        absoluteError.sum(zeros, weights),
      ];
      expect(calls(two.engine)).toEqual(calls(alone));
    }
    const { sparseCategoricalCrossEntropy } = two.engine;
    const masked = sparseCategoricalCrossEntropy.with({ fromLogits: true, ignoreIndex: 1 });
    expect(masked.sum(new Uint8Array(N).fill(1), new Float64Array(2 * N))).toBe(0);
  });

  it('are of rows, with labels of every type', () => {
    const failed = two.failed;
    for (const classes of [3, 1000, 2048, 2049, 5003]) {
      const n = Math.ceil(12_000 / classes);
      const logits = fill(n * classes, 4, (random) => 20 * random() - 10);
      const indices = BigInt64Array.from({ length: n }, (_, i) => BigInt((i * 7) % classes));
      const oneHot = new Uint8Array(n * classes);
      for (const [i, k] of indices.entries()) oneHot[i * classes + Number(k)] = 1;
      const shared = new BigInt64Array(new SharedArrayBuffer(8 * n));
      shared.set(indices);
      const weights = fill(n, 5, (random) => Math.floor(3 * random()));
      const bits = Uint16Array.from(logits, (_, i) => 0x3800 + (i % 1000));
      const sharedBits = new Uint16Array(new SharedArrayBuffer(bits.byteLength));
      sharedBits.set(bits);
      const halves = [float16, bfloat16];
      const calls = (engine: Engine): Outcome[] => {
        const sparse = engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
        const masked = sparse.with({ ignoreIndex: 2 });
        const dense = engine.categoricalCrossEntropy.with({ classes, fromLogits: true });
        return [
          ...[
            indices,
            shared,
            BigUint64Array.from(indices),
            Uint16Array.from(indices, Number),
            Uint32Array.from(indices, Number),
            Int16Array.from(indices, Number),
          ].flatMap((labels) => [
            sparse.mean(labels, logits),
            masked.mean(labels, logits, { sampleWeight: weights }),
            masked.gradient(labels, logits, { sampleWeight: weights }),
          ]),
          ...halves.flatMap((make) => [
            sparse.mean(indices, make(bits)),
            dense.perSample(oneHot, make(sharedBits)),
            sparse.sum(indices, logits, { sampleWeight: make(bits.subarray(0, n)) }),
          ]),
          ...[
            oneHot,
            Int8Array.from(oneHot),
            Uint8ClampedArray.from(oneHot),
            Int32Array.from(oneHot),
          ].flatMap((labels) => [
            dense.perSample(labels, logits),
            dense.valueAndGradient(labels, logits).gradient,
          ]),
        ];
      };
      const expected = calls(alone);
      for (const [i, got] of calls(two.engine).entries()) expectSame(got, expected[i]);
    }
    expect(two.failed).toBe(failed);
  });
});

it('a run of which nothing is heard for five seconds is done by the caller', () => {
  const two = new Two('forgets');
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 1000;
    return now;
  });
  try {
    const got = two.engine.binaryCrossEntropy.mean(yTrue, yPred);
    expectSame(got, alone.binaryCrossEntropy.mean(yTrue, yPred));
    // (And 4 ms: 2 µs for each element.)
    expect(clock).toHaveBeenCalledTimes(1 + 6);
    expect(two.ended).toEqual(['a thread has not answered']);
  } finally {
    clock.mockRestore();
  }
});
