// A task on its way: cut into runs, handed out, and put together in order.

import type { Argument } from '../argument.js';
import type { TypedArray } from '../arrays.js';
import type { Call } from '../call.js';
import type { Core } from '../definition.js';
import { areApart, isShared } from '../exotic.js';
import type { Output } from '../formula.js';
import {
  type Board,
  DONE,
  FAILED,
  FINISHED,
  MINE,
  MOST_BLOCKS,
  OPEN,
  WAITING,
  WINDOW,
} from './board.js';
import { type Place, type Posted, typeOf, writeJob } from './descriptor.js';
import { fold, type Verb, work } from './job.js';
import type { Task } from './threads.js';

/** Runs for each thread: so many that those who are slow keep nobody waiting for long. */
const RUNS_PER_THREAD = 12;
/** Copies of runs that wait for each of the others. */
const AHEAD = 2;
/** Slots of the ring for each thread, at least. */
const SLOTS_PER_THREAD = 4;
/** A cache line, in which no two runs write. */
const LINE = 64;
/** What has not been heard of for so long is lost; */
const LOST_MS = 5000;
/** and for each element of a run so much longer, a hundred times what the slowest loss takes. */
const LOST_MS_PER_ELEMENT = 2e-3;

/** Those who do it. */
export interface Crew {
  readonly board: Board;
  /** Memory for copies, from that address on. */
  readonly ring: SharedArrayBuffer;
  readonly ringAt: number;
  /** Whether this thread may block. */
  readonly mayWait: boolean;
  /** How often it looks whether a run is done before it does. */
  readonly looks: number;
  /** Whether it leaves all work to the others. */
  readonly isRehearsal: boolean;
  memoryNumber(buffer: SharedArrayBuffer): number;
  coreNumber(core: Core): number;
  end(reason: string): void;
}

/** An array, parts of which are in the ring. */
interface Staged {
  readonly array: TypedArray;
  readonly ring: TypedArray;
  /** Elements of them for each sample. */
  readonly each: number;
  /** Of `ring`, from one run to the next. */
  readonly slot: number;
}

export class Course implements Posted {
  readonly verb: Verb;
  readonly core: Core;
  readonly call: Call;
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly blocks: number;
  readonly zeros: number;
  readonly divisor: number;
  readonly isSummed: boolean;
  readonly isDivided: boolean;
  readonly output: Output | undefined;
  readonly coreId: number;
  readonly slots: number;
  readonly places: readonly (Place | undefined)[];
  /** Whether threads can read all arrays, where they are or in the ring. */
  readonly isPossible: boolean;
  private readonly crew: Crew;
  private readonly task: Task;
  private readonly others: number;
  private readonly inputs: Staged[] = [];
  private readonly results: Staged | undefined;
  private readonly runs: number;
  private readonly window: number;
  /** The run that is handed out next, */
  private next = 0;
  /** and the one that is put together next. */
  private head = 0;
  private isLost = false;

  constructor(crew: Crew, task: Task, others: number) {
    const { verb, core, call, from = 0, to = call.n, output } = task;
    this.crew = crew;
    this.task = task;
    this.others = others;
    this.verb = verb;
    this.core = core;
    this.call = call;
    this.from = from;
    this.to = to;
    this.zeros = task.zeros ?? 0;
    this.divisor = task.over ?? 1;
    this.isSummed = task.running !== undefined;
    this.isDivided = task.divisor !== undefined;
    this.output = output;
    this.coreId = crew.coreNumber(core);
    this.size = call.blockSize;
    const { yTrue, yPred, weights } = call;
    const inputs = weights === undefined ? [yTrue, yPred] : [yTrue, yPred, weights];
    const resultsEach = verb === 'writeLosses' ? 1 : call.classes;
    const isDirect =
      output !== undefined &&
      isShared(output.array) &&
      inputs.every(({ values }) => areApart(values, output.array));
    const staged = inputs.filter(({ values }) => !isShared(values));
    let bytes = staged.reduce((sum, argument) => sum + bytesPerSample(argument, call), 0);
    if (output !== undefined && !isDirect) bytes += resultsEach * output.array.BYTES_PER_ELEMENT;
    const all = Math.ceil((to - from) / this.size);
    this.blocks = Math.min(
      MOST_BLOCKS,
      Math.ceil(all / ((others + 1) * RUNS_PER_THREAD)),
      Math.floor(this.mostSamples(bytes) / this.size),
    );
    this.runs = Math.ceil(all / this.blocks);
    this.isPossible = this.blocks > 0 && inputs.every(canBeRead);
    const samples = this.size * this.blocks;
    const slotBytes = inLines(bytes * samples) + 4 * LINE;
    const room = crew.ring.byteLength - crew.ringAt;
    this.slots = bytes === 0 ? WINDOW : Math.min(WINDOW, Math.floor(room / slotBytes));
    this.window = this.slots;
    let at = crew.ringAt;
    const stage = (array: TypedArray, each: number): [Staged, number] => {
      const ring = new (typeOf(array))(crew.ring, at);
      const byteOffset = at;
      at += inLines(each * samples * array.BYTES_PER_ELEMENT);
      return [{ array, ring, each, slot: slotBytes / array.BYTES_PER_ELEMENT }, byteOffset];
    };
    const placeOf = (argument: Argument | undefined): Place | undefined => {
      if (argument === undefined || !this.isPossible) return undefined;
      const { values } = argument;
      if (isShared(values)) return this.placeIn(values);
      const each = (argument.length / call.n) * widthOf(argument);
      const [staged, byteOffset] = stage(values, each);
      this.inputs.push(staged);
      return { memory: 0, byteOffset, slot: staged.slot / widthOf(argument) };
    };
    const places = [placeOf(yTrue), placeOf(yPred), placeOf(weights)];
    if (output !== undefined && this.isPossible) {
      if (isDirect) {
        places.push(this.placeIn(output.array));
      } else {
        const [staged, byteOffset] = stage(output.array, resultsEach);
        this.results = staged;
        places.push({ memory: 0, byteOffset, slot: staged.slot });
      }
    }
    this.places = places;
  }

  /** Does it all; false if `checkBlock` has said so. */
  go(): boolean {
    const { board } = this.crew;
    writeJob(this, board.job);
    try {
      while (this.head < this.runs) {
        this.handOut();
        if (this.head < this.next && board.fateOf(this.head) !== OPEN) {
          if (!this.putTogether(this.head)) return false;
          this.head++;
        } else if (!this.workOn(this.takeOne())) {
          this.waitFor(this.head);
        }
      }
      return true;
    } finally {
      this.takeBack();
    }
  }

  private placeIn({ buffer, byteOffset }: TypedArray): Place {
    const memory = this.crew.memoryNumber(buffer as SharedArrayBuffer);
    return { memory, byteOffset, slot: 0 };
  }

  /** Samples of so many bytes that a slot of the ring may have at most. */
  private mostSamples(bytes: number): number {
    const { ring, ringAt } = this.crew;
    const room = (ring.byteLength - ringAt) / ((this.others + 1) * SLOTS_PER_THREAD) - 5 * LINE;
    return bytes === 0 ? Infinity : room / bytes;
  }

  /** The first sample of a run, */
  private firstOf(run: number): number {
    return this.from + run * this.size * this.blocks;
  }

  /** and how many there are. */
  private samplesOf(run: number): number {
    return Math.min(this.size * this.blocks, this.to - this.firstOf(run));
  }

  /** Whether another run may be begun: its slot must be free. */
  private get mayBegin(): boolean {
    return this.next < this.runs && this.next - this.head < this.window;
  }

  /** Copies only so far ahead as the others need, so that the caller works, too. */
  private get isAhead(): boolean {
    return this.inputs.length > 0 && this.crew.board.left >= this.others * AHEAD;
  }

  private handOut(): void {
    const { board } = this.crew;
    let handed = 0;
    while (this.mayBegin && !this.isAhead) {
      this.copyIn(this.next);
      board.publish(this.next);
      this.next++;
      handed++;
    }
    if (handed > 0) board.ring(Math.min(handed, this.others));
  }

  /** A run to do oneself, best one that is not copied; −1 if there is none. */
  private takeOne(): number {
    if (this.crew.isRehearsal) return -1;
    if (!this.mayBegin) return this.crew.board.take();
    this.next++;
    return this.next - 1;
  }

  private workOn(run: number): boolean {
    if (run < 0) return false;
    this.crew.board.settle(run, this.tries(run) ? MINE : FAILED);
    return true;
  }

  /** Does a run; an error is for later, when all runs before have been put together without one. */
  private tries(run: number): boolean {
    try {
      return this.does(run);
    } catch {
      return false;
    }
  }

  private does(run: number): boolean {
    const { board } = this.crew;
    const at = board.recordsAt(run);
    return work(this, this.firstOf(run), this.samplesOf(run), board.records, at);
  }

  private copyIn(run: number): void {
    const first = this.firstOf(run);
    const n = this.samplesOf(run);
    for (const { array, ring, each, slot } of this.inputs) {
      ring.set(array.subarray(first * each, (first + n) * each), (run % this.slots) * slot);
    }
  }

  private copyOut(run: number): void {
    if (this.results === undefined) return;
    const { array, ring, each, slot } = this.results;
    const at = (run % this.slots) * slot;
    array.set(ring.subarray(at, at + this.samplesOf(run) * each), this.firstOf(run) * each);
  }

  /** Adds what a run has come to; what another could not do is done now, with its error. */
  private putTogether(run: number): boolean {
    const { board } = this.crew;
    const fate = board.fateOf(run);
    if (fate === DONE) this.copyOut(run);
    else if (fate !== MINE && !this.does(run)) return false;
    const blocks = Math.ceil(this.samplesOf(run) / this.size);
    fold(board.records, board.recordsAt(run), blocks, this.task.running, this.task.divisor);
    return true;
  }

  private waitFor(run: number): void {
    const { board, mayWait } = this.crew;
    const { words } = board;
    for (let looks = 0; looks < this.crew.looks; looks++) if (board.fateOf(run) !== OPEN) return;
    const patience = LOST_MS + LOST_MS_PER_ELEMENT * this.samplesOf(run) * this.call.classes;
    let finished = Atomics.load(words, FINISHED);
    let since = performance.now();
    Atomics.store(words, WAITING, 1);
    while (board.fateOf(run) === OPEN) {
      if (this.isLost) break;
      if (mayWait) Atomics.wait(words, FINISHED, finished, patience);
      const now = performance.now();
      if (Atomics.load(words, FINISHED) !== finished) {
        finished = Atomics.load(words, FINISHED);
        since = now;
      } else if (now - since >= patience) {
        this.isLost = true;
        this.crew.end('a thread has not answered');
      }
    }
    Atomics.store(words, WAITING, 0);
    if (board.fateOf(run) === OPEN) board.settle(run, FAILED);
  }

  /** Leaves nothing for the others to do, and waits for those who still do something. */
  private takeBack(): void {
    const { board } = this.crew;
    for (let run = board.take(); run >= 0; run = board.take()) board.settle(run, FAILED);
    for (let run = this.head; run < this.next; run++) {
      if (board.fateOf(run) === OPEN) this.waitFor(run);
    }
  }
}

/** Whether the same elements can be read again, and all there is to know of them is in the array. */
function canBeRead({ isStable, mayRound, isInt64 }: Argument): boolean {
  return isStable && (isInt64 || !mayRound);
}

/** Elements of an array for one of the argument. */
function widthOf({ isInt64 }: Argument): number {
  return isInt64 ? 2 : 1;
}

function bytesPerSample(argument: Argument, { n }: Call): number {
  return (argument.length / n) * widthOf(argument) * argument.values.BYTES_PER_ELEMENT;
}

function inLines(bytes: number): number {
  return Math.ceil(bytes / LINE) * LINE;
}
