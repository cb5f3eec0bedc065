// Whether an engine gets threads, and why it does not.

import { describe } from '../arrays.js';
import type { Backends } from '../backends.js';
import { compileShared } from '../wasm/module.js';
import { MOST_THREADS, parallelism } from './parallelism.js';
import { Pool } from './pool.js';
import { messageOf } from './spawn.js';
import type { Threads } from './threads.js';
import { REHEARSAL } from './worth.js';

/** A checked number of threads. */
export function asThreads(value: unknown): number {
  if (value === 'auto') return parallelism();
  const isNumber = typeof value === 'number';
  if (isNumber && Number.isInteger(value) && value >= 1 && value <= MOST_THREADS) return value;
  const message = `createEngine: expected threads to be 'auto' or an integer from 1 to ${MOST_THREADS}, got ${describe(value)}`;
  throw isNumber || typeof value === 'string' ? new RangeError(message) : new TypeError(message);
}

/** The threads of an engine; `isForeign`: whether its kernels were given as a module. */
export function threadsFor(
  asked: number,
  backends: Backends,
  isForeign: boolean,
  options: object,
): Threads {
  const obstacle = obstacleTo(backends, isForeign);
  if (obstacle !== undefined) return noThreads(obstacle);
  try {
    return new Pool(asked, REHEARSAL in options);
  } catch (error) {
    return noThreads(`threads are not available: ${messageOf(error)}`);
  }
}

function obstacleTo(backends: Backends, isForeign: boolean): string | undefined {
  if (backends.backend === 'js') {
    return `threads are for WebAssembly, and the backend is 'js'${because(backends.fallbackReason)}`;
  }
  if (isForeign || compileShared === undefined) {
    return 'threads need the kernels that are embedded in lossmeter, not a module of them';
  }
  if (typeof SharedArrayBuffer !== 'undefined') return undefined;
  const { crossOriginIsolated } = globalThis as { readonly crossOriginIsolated?: boolean };
  const why = crossOriginIsolated === false ? ': the page is not cross-origin isolated' : '';
  return `there is no SharedArrayBuffer${why}`;
}

function because(reason: string | undefined): string {
  return reason === undefined ? '' : `: ${reason}`;
}

/** One thread, and why. */
export function noThreads(reason: string): Threads {
  return { count: 1, reason, run: () => undefined, end: () => {} };
}
