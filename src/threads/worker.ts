// What a thread of an engine runs: the library, told by messages what to know, and by shared memory what
// to do.

import { Backends } from '../backends.js';
import { type Core, type Definition, makeCore } from '../definition.js';
import * as losses from '../losses/definitions.js';
import { regionAt } from '../wasm/layout.js';
import { compileShared } from '../wasm/module.js';
import { WasmWorkspace } from '../wasm/workspace.js';
import type { Workspace } from '../workspace.js';
import { BELL, Board, DECLINED, DONE, FAILED, MAIL, READY, SLEEPING } from './board.js';
import { builtin } from './builtin.js';
import { type Knowledge, ReadJob } from './descriptor.js';
import { work } from './job.js';
import type { Message } from './messages.js';

/** A memory, and where this thread has its scratch in it, if it has. */
interface Shared {
  readonly buffer: SharedArrayBuffer;
  readonly workspace: () => Workspace;
}

class Servant implements Knowledge {
  private readonly board: Board;
  private readonly index: number;
  private readonly looks: number;
  private readonly memories = new Map<number, Shared>();
  private readonly cores = new Map<number, Core>();
  private readonly backends = new Backends(() => 'wasm');
  private received = 0;
  private job: ReadJob | undefined;

  constructor({ board, index, common, looks }: Message & { readonly type: 'start' }) {
    this.board = new Board(board);
    this.index = index;
    this.looks = looks;
    this.memories.set(0, this.inPlace(common));
    Atomics.add(this.board.words, READY, 1);
  }

  receive(message: Message): void {
    this.received++;
    switch (message.type) {
      case 'memory': {
        const { number, memory, regions } = message;
        const buffer = memory instanceof WebAssembly.Memory ? memory.buffer : memory;
        const isInPlace = memory instanceof WebAssembly.Memory && this.index < regions;
        const shared = {
          buffer: buffer as SharedArrayBuffer,
          workspace: () => this.workspaceIn(0),
        };
        this.memories.set(number, isInPlace ? this.inPlace(memory) : shared);
        break;
      }
      case 'loss':
        this.cores.set(message.number, this.make(message.name, message.options));
        break;
      case 'forget':
        this[message.what].delete(message.number);
        this.job = undefined;
        break;
    }
  }

  /** Works whenever there is something to do, until there is a message to be received. */
  serve(): void {
    const { board } = this;
    const { words } = board;
    for (;;) {
      const bell = Atomics.load(words, BELL);
      if (this.received < Atomics.load(words, MAIL)) return;
      const run = board.take();
      if (run >= 0) {
        board.finish(run, this.do(run));
        continue;
      }
      let looks = 0;
      while (looks < this.looks && Atomics.load(words, BELL) === bell) looks++;
      if (looks < this.looks) continue;
      Atomics.add(words, SLEEPING, 1);
      Atomics.wait(words, BELL, bell);
      Atomics.sub(words, SLEEPING, 1);
    }
  }

  bufferOf(memory: number): SharedArrayBuffer | undefined {
    return this.memories.get(memory)?.buffer;
  }

  workspaceIn(memory: number): Workspace {
    return (this.memories.get(memory) as Shared).workspace();
  }

  coreOf(number: number): Core | undefined {
    return this.cores.get(number);
  }

  /** Does a run, and says what has become of it. */
  private do(run: number): number {
    const { board } = this;
    let job = this.job;
    if (job === undefined || !job.is(board.job)) {
      try {
        job = new ReadJob(board.job, this);
      } catch {
        // A message that it needs is still on its way.
        return DECLINED;
      }
      this.job = job;
    }
    try {
      const n = job.aim(run);
      return work(job, 0, n, board.records, board.recordsAt(run)) ? DONE : FAILED;
    } catch {
      // The caller does the run once more, and has the error itself.
      return FAILED;
    } finally {
      job.call.workspace.release();
    }
  }

  private inPlace(memory: WebAssembly.Memory): Shared {
    let workspace: Workspace | undefined;
    return {
      buffer: memory.buffer as unknown as SharedArrayBuffer,
      workspace: () => {
        workspace ??= new WasmWorkspace(memory, compileShared, regionAt(this.index));
        return workspace;
      },
    };
  }

  private make(name: string, options: object): Core {
    const definitions = losses as unknown as Readonly<Record<string, Definition>>;
    return makeCore(definitions[name], this.backends, options);
  }
}

let servant: Servant | undefined;

function receive(message: Message): void {
  if (message.type === 'start') {
    servant = new Servant(message);
  } else {
    servant?.receive(message);
  }
  servant?.serve();
}

interface Port {
  on(event: 'message', listen: (message: Message) => void): void;
}

const node = builtin('node:worker_threads') as { readonly parentPort: Port | null } | undefined;
if (node?.parentPort) node.parentPort.on('message', receive);
else globalThis.onmessage = ({ data }: MessageEvent<Message>) => receive(data);
