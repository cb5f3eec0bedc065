// A thread of the engine: a worker of Node, Deno and Bun, or of the web.

import { builtin } from './builtin.js';

/** What Node calls a worker, as far as it is needed here. */
interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: string, listen: (what: unknown) => void): void;
  unref(): void;
  terminate(): unknown;
}

/** What `worker_threads` has, where it is. */
interface WorkerThreads {
  readonly Worker: new (url: URL, options: object) => NodeWorker;
}

/** A worker that runs worker.ts. */
export interface Thread {
  post(message: unknown): void;
  end(): void;
}

/**
 * Starts a worker. `fail` is called with what is wrong if it cannot be started after all, or comes to an
 * end by itself.
 */
export function spawn(fail: (reason: string) => void): Thread {
  const node = builtin('node:worker_threads') as WorkerThreads | undefined;
  return node === undefined ? ofWeb(fail) : ofNode(node, fail);
}

function ofNode({ Worker }: WorkerThreads, fail: (reason: string) => void): Thread {
  // (Not as a bundler would look for it: it makes another file of what `ofWeb` names.)
  const here = import.meta.url;
  const worker = new Worker(new URL('./worker.js', here), { name: 'lossmeter', execArgv: [] });
  worker.on('error', (error) => fail(messageOf(error)));
  worker.on('exit', () => fail('it has ended'));
  worker.unref();
  return { post: (message) => worker.postMessage(message), end: () => void worker.terminate() };
}

function ofWeb(fail: (reason: string) => void): Thread {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    type: 'module',
    name: 'lossmeter',
  });
  worker.onerror = (event) => {
    // What a page has of its own for uncaught errors is not for this one.
    event.preventDefault();
    fail(event.message ?? 'its script could not be loaded');
  };
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
