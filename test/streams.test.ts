// Samples that come as a stream: whole chunks or nothing of them, and an end to it when asked.
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  accumulator as accumulatorOf,
  binaryCrossEntropy,
  type Samples,
  squaredError,
} from '../src/index.js';
import { fill } from './support/random.js';

const n = 5000;
const yTrue = fill(n, 1, (random) => Math.round(random()));
const yPred = fill(n, 2, (random) => random());
const sampleWeight = fill(n, 3, (random) => random());

/** Chunks of 1,000 samples. */
function* chunks(): Generator<Samples> {
  for (let from = 0; from < n; from += 1000) {
    const part = (values: Float64Array) => values.subarray(from, from + 1000);
    yield { yTrue: part(yTrue), yPred: part(yPred), sampleWeight: part(sampleWeight) };
  }
}

async function* slowly(source: Iterable<Samples>): AsyncGenerator<Samples> {
  for (const chunk of source) {
    await new Promise((resolve) => setTimeout(resolve));
    yield chunk;
  }
}

/** A stream that says what has become of it. */
function observed(source: Iterable<unknown>) {
  const log: string[] = [];
  const iterator = source[Symbol.iterator]();
  const stream = {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        log.push('next');
        return iterator.next();
      },
      return: async () => {
        log.push('return');
        return { done: true as const, value: undefined };
      },
    }),
  };
  return { log, stream: stream as AsyncIterable<Samples> };
}

const expected = () => squaredError.accumulator().update(yTrue, yPred, { sampleWeight }).toJSON();

describe('updateFrom', () => {
  it.each<readonly [what: string, make: () => AsyncIterable<Samples> | Iterable<Samples>]>([
    ['an asynchronous generator', () => slowly(chunks())],
    [
      'a stream of the web',
      () =>
        new ReadableStream<Samples>({
          start(controller) {
            for (const chunk of chunks()) controller.enqueue(chunk);
            controller.close();
          },
        }) as unknown as AsyncIterable<Samples>,
    ],
    ['a generator', () => chunks()],
    ['a list', () => [...chunks()]],
  ])('adds the chunks of %s', async (_, make) => {
    const accumulator = squaredError.accumulator();
    expect(await accumulator.updateFrom(make())).toBe(accumulator);
    expect(accumulator.toJSON()).toEqual(expected());
    const joint = accumulatorOf([absoluteError, squaredError]);
    expect(await joint.updateFrom(make())).toBe(joint);
    expect(joint.toJSON()[1]).toEqual(expected());
  });

  it('says how far it is', async () => {
    const progress: unknown[] = [];
    const { log, stream } = observed(chunks());
    await squaredError.accumulator().updateFrom(stream, { onProgress: (p) => progress.push(p) });
    expect(progress).toEqual([1, 2, 3, 4, 5].map((chunks) => ({ chunks, samples: 1000 * chunks })));
    // Which has ended by itself.
    expect(log).toEqual(Array(6).fill('next'));
  });

  it('keeps the chunks before one that is wrong, which it names, and stops the stream', async () => {
    const good = [...chunks()];
    const bad: Samples = { yTrue: [1, 1], yPred: [0.5, 1.25] };
    const { log, stream } = observed([good[0], good[1], bad, good[2]]);
    const accumulator = binaryCrossEntropy.accumulator();
    await expect(accumulator.updateFrom(stream)).rejects.toThrow(
      new RangeError(
        'binaryCrossEntropy.accumulator.updateFrom: chunks[2]: yPred[1] is 1.25, expected a probability in [0, 1]',
      ),
    );
    expect(accumulator.count).toBe(2000);
    expect(log).toEqual(['next', 'next', 'next', 'return']);
    const joint = accumulatorOf([squaredError, binaryCrossEntropy]);
    await expect(joint.updateFrom([good[0], bad])).rejects.toThrow(
      'accumulator.updateFrom: chunks[1]: yPred[1] is 1.25',
    );
    expect(joint.count).toEqual([1000, 1000]);
  });

  it.each<readonly [what: string, chunk: unknown, message: string]>([
    ['nothing', null, 'expected an object of yTrue, yPred, sampleWeight, got null'],
    ['a pair', [[1], [1]], 'expected an object of yTrue, yPred, sampleWeight, got an Array'],
    [
      'a misspelt member',
      { yTrue: [1], yPred: [1], weights: [1] },
      'unknown member "weights", expected yTrue, yPred, sampleWeight',
    ],
    [
      'no predictions',
      { yTrue: [1] },
      'expected yPred to be a typed array or an array of numbers, got undefined',
    ],
  ])('refuses a chunk that is %s', async (_, chunk, message) => {
    await expect(squaredError.accumulator().updateFrom([chunk as Samples])).rejects.toThrow(
      new TypeError(`squaredError.accumulator.updateFrom: chunks[0]: ${message}`),
    );
  });

  it('throws what the stream throws, which has ended with that', async () => {
    const error = new Error('the disk is gone');
    const { log, stream } = observed({
      *[Symbol.iterator]() {
        yield [...chunks()][0];
        throw error;
      },
    });
    const accumulator = squaredError.accumulator();
    await expect(accumulator.updateFrom(stream)).rejects.toBe(error);
    expect(accumulator.count).toBe(1000);
    expect(log).toEqual(['next', 'next']);
  });

  it('throws what onProgress throws, after the chunk', async () => {
    const error = new Error('enough');
    const { log, stream } = observed(chunks());
    const accumulator = squaredError.accumulator();
    const onProgress = () => {
      throw error;
    };
    await expect(accumulator.updateFrom(stream, { onProgress })).rejects.toBe(error);
    expect(accumulator.count).toBe(1000);
    expect(log).toEqual(['next', 'return']);
  });

  it('stops between chunks when it is aborted, with the reason', async () => {
    const controller = new AbortController();
    const { log, stream } = observed(chunks());
    const accumulator = squaredError.accumulator();
    const onProgress = ({ chunks }: { readonly chunks: number }) => {
      if (chunks === 2) controller.abort('enough');
    };
    const { signal } = controller;
    await expect(accumulator.updateFrom(stream, { signal, onProgress })).rejects.toBe('enough');
    expect(accumulator.count).toBe(2000);
    expect(log).toEqual(['next', 'next', 'return']);
  });

  it('stops while it waits for a chunk that never comes', async () => {
    const controller = new AbortController();
    let isStopped = false;
    const stuck: AsyncIterable<Samples> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: () => {
          isStopped = true;
          return new Promise(() => undefined);
        },
      }),
    };
    const waiting = squaredError.accumulator().updateFrom(stuck, { signal: controller.signal });
    setTimeout(() => controller.abort());
    const reason: unknown = await waiting.catch((error: unknown) => error);
    expect(reason).toBe(controller.signal.reason);
    expect(reason).toMatchObject({ name: 'AbortError' });
    expect(isStopped).toBe(true);
  });

  it('has a stream of the web that is stuck cancelled at once, and leaves it to others', async () => {
    const controller = new AbortController();
    let reason: unknown = 'none';
    const stuck = new ReadableStream<Samples>({
      start: (queue) => queue.enqueue({ yTrue: [1], yPred: [3] }),
      cancel: () => {
        reason = 'cancelled';
      },
    });
    const accumulator = squaredError.accumulator();
    const waiting = accumulator.updateFrom(stuck as unknown as AsyncIterable<Samples>, {
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(7)),
    });
    await expect(waiting).rejects.toBe(7);
    expect(reason).toBe('cancelled');
    expect(stuck.locked).toBe(false);
    expect(accumulator.sum).toBe(4);
  });

  it('has a stream of Node that is stuck destroyed at once', async () => {
    const controller = new AbortController();
    const stuck = new Readable({ objectMode: true, read: () => undefined });
    stuck.push({ yTrue: [1], yPred: [3] });
    const waiting = squaredError.accumulator().updateFrom(stuck, {
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(7)),
    });
    await expect(waiting).rejects.toBe(7);
    expect(stuck.destroyed).toBe(true);
  });

  it('reads a stream of the web that cannot be iterated over, to its end or its error', async () => {
    const made = (end: (queue: ReadableStreamDefaultController<Samples>) => void) => {
      const stream = new ReadableStream<Samples>({
        start(queue) {
          for (const chunk of chunks()) queue.enqueue(chunk);
          end(queue);
        },
      });
      return Object.assign(stream as unknown as AsyncIterable<Samples>, {
        [Symbol.asyncIterator]: undefined as never,
      });
    };
    const whole = made((queue) => queue.close());
    const accumulator = await squaredError.accumulator().updateFrom(whole);
    expect(accumulator.toJSON()).toEqual(expected());
    expect(whole).toMatchObject({ locked: false });
    const broken = made((queue) => queue.error('broken'));
    await expect(squaredError.accumulator().updateFrom(broken)).rejects.toBe('broken');
    expect(broken).toMatchObject({ locked: false });
  });

  it('asks for nothing if it was aborted before', async () => {
    const { log, stream } = observed(chunks());
    const waiting = squaredError.accumulator().updateFrom(stream, { signal: AbortSignal.abort(7) });
    await expect(waiting).rejects.toBe(7);
    expect(log).toEqual(['return']);
  });

  it('leaves no listener at the signal', async () => {
    const { signal } = new AbortController();
    const listeners = new Map<() => void, string>();
    let added = 0;
    const counted = {
      get aborted() {
        return signal.aborted;
      },
      reason: undefined,
      addEventListener: (type: string, listener: () => void) => {
        listeners.set(listener, type);
        added += 1;
      },
      removeEventListener: (type: string, listener: () => void) => {
        if (listeners.get(listener) === type) listeners.delete(listener);
      },
    };
    await squaredError.accumulator().updateFrom(slowly(chunks()), { signal: counted });
    // One for each chunk, and for the end.
    expect(added).toBe(6);
    expect(listeners.size).toBe(0);
  });

  it('swallows what stopping the stream throws', async () => {
    const stream = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: null as unknown as Samples }),
        return: async () => {
          throw new Error('cannot stop');
        },
      }),
    };
    await expect(squaredError.accumulator().updateFrom(stream)).rejects.toThrow('got null');
  });

  it.each<readonly [what: string, chunks: unknown, options: unknown, message: string]>([
    [
      'what is not iterable',
      { yTrue, yPred },
      {},
      'expected chunks to be an asynchronous iterable, got an Object',
    ],
    [
      'text',
      'chunks',
      {},
      'expected chunks to be an asynchronous iterable, got the string "chunks"',
    ],
    ['nothing', undefined, {}, 'expected chunks to be an asynchronous iterable, got undefined'],
    [
      'an unknown option',
      [],
      { progress: 1 },
      'unknown option "progress", expected signal, onProgress',
    ],
    ['options that are none', [], null, 'expected options to be an object, got null'],
    [
      'a signal that is none',
      [],
      { signal: true },
      'expected signal to be an AbortSignal, got true',
    ],
    [
      'a controller',
      [],
      { signal: new AbortController() },
      'expected signal to be an AbortSignal, got an AbortController',
    ],
    [
      'a flag',
      [],
      { signal: { aborted: false } },
      'expected signal to be an AbortSignal, got an Object',
    ],
    [
      'an event target',
      [],
      { signal: new EventTarget() },
      'expected signal to be an AbortSignal, got an EventTarget',
    ],
    ['no function', [], { onProgress: 1 }, 'expected onProgress to be a function, got 1'],
  ])('is an error with %s', async (_, chunks, options, message) => {
    const accumulator = squaredError.accumulator();
    await expect(accumulator.updateFrom(chunks as never, options as never)).rejects.toThrow(
      new TypeError(`squaredError.accumulator.updateFrom: ${message}`),
    );
  });

  it('refuses a sealed accumulator before it reads anything', async () => {
    const { log, stream } = observed(chunks());
    await expect(squaredError.accumulator().seal().updateFrom(stream)).rejects.toThrow(
      new TypeError(
        'squaredError.accumulator.updateFrom: expected an accumulator that takes samples, got a sealed one',
      ),
    );
    expect(log).toEqual([]);
  });
});
