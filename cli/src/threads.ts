// --threads: files are decoded by several threads, and added up by one in the order of their rows, which
// is why there is nothing that could differ.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Chunk, keysOf, type Request, rowsOf, type Source, type Span } from './column.js';
import { text, type Values } from './command.js';
import { badUsage } from './failure.js';
import type { ReadOptions } from './readers/open.js';

/** What a thread is to read, one span after the other. */
export interface Job {
  readonly path: string;
  readonly options: ReadOptions;
  readonly request: Request;
  readonly spans: readonly Span[];
}

/** What a thread says: some rows, that a span is at its end, or that something is wrong. */
export type Message = Chunk | 'end' | 'failed';

/** Undefined for auto. */
export function readThreads(values: Values): number | undefined {
  const given = text(values, 'threads') ?? '1';
  if (given === 'auto') return undefined;
  if (/^\d{1,4}$/.test(given) && Number(given) >= 1) return Number(given);
  throw badUsage(
    `--threads: expected an integer from 1 to 9999 or auto, got ${JSON.stringify(given)}`,
  );
}

/**
 * The sources, read by so many threads.
 *
 * @param files their paths, in the same order
 */
export function inThreads(
  sources: readonly Source[],
  files: readonly string[],
  options: ReadOptions,
  given: number | undefined,
): { sources: readonly Source[]; stop(): Promise<void> } {
  const count = given ?? availableParallelism();
  if (count === 1) return { sources, stop: async () => {} };
  const other = sources.find(({ cuts }) => cuts === undefined);
  if (other !== undefined && given !== undefined) {
    throw badUsage(
      `--threads: expected files of Parquet, CSV or JSON Lines that are not compressed as a whole, got ${other.name}, which one thread reads`,
    );
  }
  const threads = new Threads(count);
  return {
    sources: sources.map((source, i) => {
      const { cuts } = source;
      if (cuts === undefined) return source;
      const job = { path: files[i], options };
      return {
        ...source,
        read: (request, span) => read(threads, source, cuts, job, request, span),
      };
    }),
    stop: () => threads.stop(),
  };
}

/** At least so many rows or bytes are a span, where there are more: each costs a message or two. */
const LEAST = { rows: 1 << 18, bytes: 1 << 22, whole: 0 };

function spansOf(cuts: readonly number[], { from, to }: Span, unit: keyof typeof LEAST): Span[] {
  const spans: Span[] = [];
  let start = from;
  for (const at of [...cuts.filter((cut) => cut > from && cut < to), to]) {
    if (at - start < LEAST[unit] && at !== to) continue;
    spans.push({ from: start, to: at });
    start = at;
  }
  return spans;
}

async function* read(
  threads: Threads,
  source: Source,
  cuts: readonly number[],
  job: Pick<Job, 'path' | 'options'>,
  request: Request,
  given: Span | undefined,
): AsyncGenerator<Chunk> {
  const { unit } = source;
  const span = given ?? { from: 0, to: cuts[cuts.length - 1] };
  const spans = spansOf(cuts, span, unit);
  if (spans.length < 2) {
    yield* source.read(request, given);
    return;
  }
  let rows = 0;
  let isDone = false;
  try {
    const used = threads.start(spans.length);
    for (const [i, thread] of used.entries()) {
      thread.begin({ ...job, request, spans: spans.filter((_, k) => k % used.length === i) });
    }
    for (const [k, { from }] of spans.entries()) {
      for (;;) {
        const message = await used[k % used.length].next();
        if (message === 'end') break;
        if (message === 'failed') {
          // One thread knows the row of what is wrong, and reads what cannot be cut: it goes on from here.
          await threads.stop();
          yield* behind(source.read(request, given), rows);
          isDone = true;
          return;
        }
        yield unit === 'rows'
          ? { ...message, done: message.done + from - span.from }
          : { ...message, first: rows };
        rows += message.n;
      }
    }
    isDone = true;
  } finally {
    // (They may be far ahead.)
    if (!isDone) await threads.stop();
  }
}

/** All but the first rows. */
async function* behind(chunks: AsyncIterable<Chunk>, rows: number): AsyncGenerator<Chunk> {
  let before = 0;
  for await (const chunk of chunks) {
    const from = Math.max(0, Math.min(chunk.n, rows - before));
    before += chunk.n;
    if (from === chunk.n) continue;
    yield {
      ...chunk,
      first: chunk.first + from,
      n: chunk.n - from,
      numbers: chunk.numbers.map((column) => rowsOf(column, from, chunk.n)),
      key: chunk.key === undefined ? undefined : keysOf(chunk.key, from, chunk.n),
    };
  }
}

class Threads {
  private readonly count: number;
  private threads: Thread[] = [];

  constructor(count: number) {
    this.count = count;
  }

  /** Threads that wait, no more than can be of use. */
  start(most: number): readonly Thread[] {
    const n = Math.min(this.count, most);
    while (this.threads.length < n) this.threads.push(new Thread());
    return this.threads.slice(0, n);
  }

  async stop(): Promise<void> {
    const stopped = this.threads;
    this.threads = [];
    await Promise.all(stopped.map((thread) => thread.stop()));
  }
}

class Thread {
  private readonly worker = new Worker(new URL('./reader-thread.js', import.meta.url));
  private readonly messages: Message[] = [];
  private wake: (() => void) | undefined;

  constructor() {
    const add = (message: Message) => {
      this.messages.push(message);
      this.wake?.();
    };
    this.worker.on('message', add);
    // What it has not caught, one thread meets again; and it may have no memory.
    this.worker.on('error', () => add('failed'));
  }

  begin(job: Job): void {
    this.worker.postMessage(job);
  }

  async next(): Promise<Message> {
    while (this.messages.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const message = this.messages.shift() as Message;
    if (typeof message === 'object') this.worker.postMessage('taken');
    return message;
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
