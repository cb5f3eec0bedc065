// What threads share: the words they call each other by, the job, and what its runs come to.

/** Runs that are handed out at once, at most: a power of two. */
export const WINDOW = 256;
/** Blocks in a run, at most. */
export const MOST_BLOCKS = 64;
/** Numbers that a block leaves: see job.ts. */
export const RECORD = 7;
/** Numbers that say what a job is: see descriptor.ts. */
export const JOB_NUMBERS = 64;

/** Words, each in a cache line of its own: runs taken since there are threads, */
const TAKEN = 0;
/** and runs there were to take; */
const PUBLISHED = 16;
/** what idle threads wait at, counted up when there is something to do; */
export const BELL = 32;
/** how many wait there; */
export const SLEEPING = 48;
/** runs that are done, where the caller waits; */
export const FINISHED = 64;
/** whether it does; */
export const WAITING = 80;
/** messages posted to each thread; */
export const MAIL = 96;
/** threads that are up. */
export const READY = 112;
const WORDS = 128;

/** What has become of a run: nothing yet, */
export const OPEN = 0;
export const DONE = 1;
/** it is for the caller to do, alone: it has thrown, or there is something in it to look at; */
export const FAILED = 2;
/** or the thread did not know enough; */
export const DECLINED = 3;
/** or the caller has done it itself. */
export const MINE = 4;

/** Views of that memory, which every thread makes for itself. */
export class Board {
  static readonly bytes =
    4 * (WORDS + 2 * WINDOW) + 8 * (JOB_NUMBERS + WINDOW * MOST_BLOCKS * RECORD);
  readonly words: Int32Array;
  /** What has become of each run in the window. */
  readonly fates: Int32Array;
  readonly job: Float64Array;
  readonly records: Float64Array;
  /** The runs to take, in turn. */
  private readonly queue: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, WORDS);
    this.queue = new Int32Array(memory, 4 * WORDS, WINDOW);
    this.fates = new Int32Array(memory, 4 * (WORDS + WINDOW), WINDOW);
    const numbers = 4 * (WORDS + 2 * WINDOW);
    this.job = new Float64Array(memory, numbers, JOB_NUMBERS);
    this.records = new Float64Array(memory, numbers + 8 * JOB_NUMBERS);
  }

  /**
   * Takes a run, or −1 if there is none. What the job is may be read after that: it stays as it is until
   * the run is done.
   */
  take(): number {
    const { words, queue } = this;
    for (;;) {
      const taken = Atomics.load(words, TAKEN);
      if (taken === Atomics.load(words, PUBLISHED)) return -1;
      if (Atomics.compareExchange(words, TAKEN, taken, (taken + 1) | 0) === taken) {
        return Atomics.load(queue, taken & (WINDOW - 1));
      }
    }
  }

  /** Runs that nobody has taken yet. */
  get left(): number {
    return (Atomics.load(this.words, PUBLISHED) - Atomics.load(this.words, TAKEN)) | 0;
  }

  /** Hands out a run. Only the caller does, so that no other number comes between. */
  publish(run: number): void {
    const { words, queue, fates } = this;
    const published = Atomics.load(words, PUBLISHED);
    Atomics.store(fates, run & (WINDOW - 1), OPEN);
    Atomics.store(queue, published & (WINDOW - 1), run);
    Atomics.store(words, PUBLISHED, (published + 1) | 0);
  }

  /** Wakes so many of those who wait for something to do. */
  ring(threads: number): void {
    Atomics.add(this.words, BELL, 1);
    if (Atomics.load(this.words, SLEEPING) > 0) Atomics.notify(this.words, BELL, threads);
  }

  fateOf(run: number): number {
    return Atomics.load(this.fates, run & (WINDOW - 1));
  }

  /** Says what has become of a run, */
  settle(run: number, fate: number): void {
    Atomics.store(this.fates, run & (WINDOW - 1), fate);
  }

  /** and wakes the caller if it waits. */
  finish(run: number, fate: number): void {
    const { words } = this;
    this.settle(run, fate);
    Atomics.add(words, FINISHED, 1);
    if (Atomics.load(words, WAITING) === 1) Atomics.notify(words, FINISHED);
  }

  /** Where a run leaves its records. */
  recordsAt(run: number): number {
    return (run & (WINDOW - 1)) * MOST_BLOCKS * RECORD;
  }
}
