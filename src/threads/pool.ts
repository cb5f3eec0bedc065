// The threads of an engine, as the thread that calls it has them.

import type { Core } from '../definition.js';
import { PAGE, RESERVED_PAGES } from '../wasm/layout.js';
import { residentOf } from '../wasm/residents.js';
import { Board, FINISHED, MAIL, READY } from './board.js';
import { Course, type Crew } from './course.js';
import type { Message } from './messages.js';
import { parallelism } from './parallelism.js';
import { spawn, type Thread } from './spawn.js';
import type { Task, Threads } from './threads.js';
import { Told } from './told.js';
import { isThere, isWorth } from './worth.js';

/** Room for copies of arrays that threads cannot read, or may not write, where they are. */
const RING_BYTES = 2 ** 24;

/**
 * How often a thread looks for more to do before it sleeps, and the caller for a run of another: some 200 µs, so that
 * both stay awake from one call to the next. To wake it takes microseconds, and Linux may put it on the caller's processor for 20 ms and more,
 * while another is idle: two threads are then as fast as one.
 */
const LOOKS = 10_000;
/** The same where threads have to share processors: some 10 µs. */
const FEW_LOOKS = 500;

export class Pool implements Threads, Crew {
  readonly board: Board;
  readonly ring: SharedArrayBuffer;
  readonly ringAt: number;
  readonly mayWait: boolean;
  readonly looks: number;
  readonly isRehearsal: boolean;
  private readonly asked: number;
  private threads: Thread[] = [];
  private ended: string | undefined;
  private readonly memories: Told<SharedArrayBuffer>;
  private readonly cores: Told<Core>;

  /** Throws where there can be no threads. */
  constructor(asked: number, isRehearsal: boolean) {
    this.asked = asked;
    this.isRehearsal = isRehearsal;
    this.looks = asked <= parallelism() ? LOOKS : FEW_LOOKS;
    const memory = new SharedArrayBuffer(Board.bytes);
    this.board = new Board(memory);
    this.mayWait = mayWait(this.board);
    const pages = asked * RESERVED_PAGES + RING_BYTES / PAGE;
    const common = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    this.ring = common.buffer as unknown as SharedArrayBuffer;
    this.ringAt = asked * RESERVED_PAGES * PAGE;
    this.memories = new Told(
      (number, buffer) => this.tell(number, buffer),
      (number) => this.post({ type: 'forget', what: 'memories', number }),
    );
    this.cores = new Told(
      (number, { name, options }) => this.post({ type: 'loss', number, name, options }),
      (number) => this.post({ type: 'forget', what: 'cores', number }),
    );
    const { looks } = this;
    try {
      for (let index = 1; index < asked; index++) {
        const thread = spawn((reason) => this.end(`a thread has failed: ${reason}`));
        this.threads.push(thread);
        thread.post({ type: 'start', board: memory, index, common, looks } satisfies Message);
      }
    } catch (error) {
      // (Those before the one that cannot be started.)
      this.end('a thread cannot be started');
      throw error;
    }
  }

  /** How many take part now. */
  get count(): number {
    return this.ended === undefined ? 1 + Atomics.load(this.board.words, READY) : 1;
  }

  /** Why that is fewer than were asked for. */
  get reason(): string | undefined {
    if (this.ended !== undefined || this.count === this.asked) return this.ended;
    return `${this.asked - this.count} of ${this.asked} threads are still starting`;
  }

  /** Stops the threads. The first reason stays. */
  end(reason: string): void {
    if (this.ended !== undefined) return;
    this.ended = reason;
    for (const thread of this.threads) thread.end();
    this.threads = [];
  }

  run(task: Task): boolean | undefined {
    const isOfUse = this.isRehearsal ? isThere(task) : isWorth(task);
    if (!isOfUse) return undefined;
    const others = this.count - 1;
    if (others === 0) return undefined;
    const course = new Course(this, task, others);
    return course.isPossible ? course.go() : undefined;
  }

  memoryNumber(buffer: SharedArrayBuffer): number {
    return this.memories.numberOf(buffer);
  }

  coreNumber(core: Core): number {
    return this.cores.numberOf(core);
  }

  /** Threads that wait in shared memory go and fetch what has been posted. */
  private post(message: Message): void {
    for (const thread of this.threads) thread.post(message);
    Atomics.add(this.board.words, MAIL, 1);
    this.board.ring(this.threads.length);
  }

  private tell(number: number, buffer: SharedArrayBuffer): void {
    const resident = residentOf(buffer);
    const memory = resident?.memory ?? buffer;
    this.post({ type: 'memory', number, memory, regions: resident?.regions ?? 0 });
  }
}

/** Whether this thread may block: that of a page may not. */
function mayWait({ words }: Board): boolean {
  try {
    Atomics.wait(words, FINISHED, 1, 0);
    return true;
  } catch {
    return false;
  }
}
