// A thread of --threads: decodes spans of a file, and hands their rows over.
import { parentPort } from 'node:worker_threads';
import type { Chunk, KeyColumn, NumberColumn, Source } from './column.js';
import { openSource } from './readers/open.js';
import type { Job, Message } from './threads.js';

/** So many bytes may be handed over before they are taken: enough to be ahead, however large a span is. */
const AHEAD = 1 << 24;

const port = parentPort as NonNullable<typeof parentPort>;
/** The bytes of each chunk that is not taken yet. */
const waiting: number[] = [];
let ahead = 0;
let wake: (() => void) | undefined;

port.on('message', async (message: Job | 'taken') => {
  if (message === 'taken') {
    ahead -= waiting.shift() as number;
    wake?.();
    return;
  }
  try {
    await work(message);
  } catch {
    say('failed');
  }
});

async function work({ path, options, request, spans }: Job): Promise<void> {
  const source: Source = await openSource(path, options);
  try {
    for (const span of spans) {
      for await (const chunk of source.read(request, span)) await hand(chunk);
      say('end');
    }
  } finally {
    await source.close();
  }
}

async function hand(chunk: Chunk): Promise<void> {
  const moved: ArrayBuffer[] = [];
  // (A reader may use its arrays again, and several may lie in one buffer.)
  const own = <View extends { slice(): View; buffer: ArrayBufferLike }>(view: View): View => {
    const copy = view.slice();
    moved.push(copy.buffer as ArrayBuffer);
    return copy;
  };
  const nulls = (view: Uint8Array | undefined) => (view === undefined ? undefined : own(view));
  const numbers = chunk.numbers.map(
    (column): NumberColumn => ({
      ...column,
      values: own(column.values as Float64Array),
      nulls: nulls(column.nulls),
    }),
  );
  const key: KeyColumn | undefined =
    chunk.key === undefined
      ? undefined
      : {
          keys: Array.isArray(chunk.key.keys)
            ? chunk.key.keys
            : own(chunk.key.keys as unknown as Int32Array),
          nulls: nulls(chunk.key.nulls),
        };
  const bytes = moved.reduce((sum, { byteLength }) => sum + byteLength, 0);
  waiting.push(bytes);
  ahead += bytes;
  say({ ...chunk, numbers, key }, moved);
  while (ahead > AHEAD) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

function say(message: Message, moved: ArrayBuffer[] = []): void {
  port.postMessage(message, moved);
}
