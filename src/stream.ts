// Samples that come as a stream of chunks.

import { describe, isArray, isObject, type Numbers } from './arrays.js';
import { checkNames } from './validate.js';

/** A chunk of samples, in the shapes that `update` takes. */
export interface Samples {
  /** The truth. */
  yTrue: Numbers;
  /** The predictions. */
  yPred: Numbers;
  /** A weight for each sample; 1 unless given. */
  sampleWeight?: Numbers;
}

/** How far a stream has been read. */
export interface Progress {
  /** Chunks that were added. */
  readonly chunks: number;
  /** The samples in them; where losses count them in different ways, as the first one does. */
  readonly samples: number;
}

/** Options of a call of `updateFrom`. */
export interface StreamOptions {
  /** An AbortSignal: once it is aborted no further chunk is added, and its reason is thrown. */
  signal?: Abortable;
  /** Called after each chunk. */
  onProgress?: (progress: Progress) => void;
}

/** What is needed of an `AbortSignal`. */
export interface Abortable {
  /** Whether it has been aborted. */
  readonly aborted: boolean;
  /** What is thrown then. */
  readonly reason: unknown;
  /** Has a function called when it is aborted. */
  readonly addEventListener: (type: 'abort', listener: () => void) => void;
  /** Has it called no more. */
  readonly removeEventListener: (type: 'abort', listener: () => void) => void;
}

type AnyIterator = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * Adds one chunk after the other, as objects of these members, until the stream ends; if anything fails, the
 * stream is told to stop.
 *
 * @param add adds a chunk, which errors call by this name, and says of how many samples it was
 */
export async function readStream<Chunk>(
  callName: string,
  chunks: unknown,
  members: readonly string[],
  options: Readonly<StreamOptions>,
  add: (name: string, chunk: Chunk) => number,
): Promise<void> {
  checkNames(callName, options, ['signal', 'onProgress']);
  const { signal, onProgress } = options;
  checkSignal(callName, signal);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(
      `${callName}: expected onProgress to be a function, got ${describe(onProgress)}`,
    );
  }
  const iterator = iteratorOf(callName, chunks);
  let samples = 0;
  let isOpen = true;
  const end = () => {
    isOpen = false;
  };
  try {
    for (let i = 0; ; i++) {
      const { done, value } = await nextOf(iterator, signal, end);
      if (done === true) {
        end();
        return;
      }
      const name = `${callName}: chunks[${i}]`;
      checkChunk(name, value, members);
      samples += add(name, value as Chunk);
      onProgress?.({ chunks: i + 1, samples });
    }
  } finally {
    if (isOpen) stop(iterator, chunks);
  }
}

/** What comes next, or the reason of the signal as soon as that is aborted; the stream's own error ends it. */
function nextOf(
  iterator: AnyIterator,
  signal: Abortable | undefined,
  end: () => void,
): Promise<IteratorResult<unknown>> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal?.reason);
    if (signal?.aborted) {
      abort();
      return;
    }
    // (A race against one promise for all chunks would keep something of each.)
    signal?.addEventListener('abort', abort);
    (async () => iterator.next())()
      .then(resolve, (error: unknown) => {
        end();
        reject(error);
      })
      .finally(() => signal?.removeEventListener('abort', abort));
  });
}

/**
 * Does not wait for it: a stream that is stuck would never stop. (Node's own iterator would end a stream
 * only after the chunk that is waited for.)
 */
function stop(iterator: AnyIterator, chunks: unknown): void {
  const { destroy, pipe } = chunks as { readonly destroy?: unknown; readonly pipe?: unknown };
  if (typeof destroy === 'function' && typeof pipe === 'function') destroy.call(chunks);
  void (async () => iterator.return?.())().catch(() => undefined);
}

/**
 * What reads a `ReadableStream`: not every browser's can be iterated over, and one that is cannot be cancelled
 * while a chunk is waited for.
 */
function readerOf(stream: ReadableStream<unknown>): AnyIterator {
  const reader = stream.getReader();
  return {
    next: async () => {
      let isOver = true;
      try {
        const { done, value } = await reader.read();
        isOver = done;
        return { done, value };
      } finally {
        if (isOver) reader.releaseLock();
      }
    },
    return: async () => {
      const cancelled = reader.cancel();
      reader.releaseLock();
      await cancelled;
      return { done: true, value: undefined };
    },
  };
}

function iteratorOf(callName: string, chunks: unknown): AnyIterator {
  if (isObject(chunks)) {
    if ('getReader' in chunks) return readerOf(chunks as ReadableStream<unknown>);
    const { [Symbol.asyncIterator]: make, [Symbol.iterator]: makeOrdinary } = chunks as Partial<
      AsyncIterable<unknown> & Iterable<unknown>
    >;
    if (typeof make === 'function') return make.call(chunks);
    if (typeof makeOrdinary === 'function') return makeOrdinary.call(chunks);
  }
  throw new TypeError(
    `${callName}: expected chunks to be an asynchronous iterable, got ${describe(chunks)}`,
  );
}

function checkSignal(callName: string, signal: unknown): void {
  const isSignal = isObject(signal) && 'aborted' in signal && 'addEventListener' in signal;
  if (signal === undefined || isSignal) return;
  throw new TypeError(`${callName}: expected signal to be an AbortSignal, got ${describe(signal)}`);
}

function checkChunk(name: string, chunk: unknown, members: readonly string[]): void {
  if (!isObject(chunk) || isArray(chunk)) {
    throw new TypeError(
      `${name}: expected an object of ${members.join(', ')}, got ${describe(chunk)}`,
    );
  }
  const unknown = Object.keys(chunk).find((member) => !members.includes(member));
  if (unknown === undefined) return;
  throw new TypeError(
    `${name}: unknown member ${JSON.stringify(unknown)}, expected ${members.join(', ')}`,
  );
}
