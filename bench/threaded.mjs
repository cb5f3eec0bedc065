// @ts-check
// An engine whose threads are there: until then it computes alone, which would be measured.
import { setTimeout as sleep } from 'node:timers/promises';
import { createEngine } from 'lossmeter';

const SECONDS_TO_START = 10;

/** @param {number} threads @param {object} [rest] other options */
export async function engineWithThreads(threads, rest = {}) {
  const engine = createEngine({ threads, ...rest });
  const until = performance.now() + SECONDS_TO_START * 1000;
  while (engine.threads < threads && performance.now() < until) await sleep(5);
  if (engine.threads < threads) {
    throw new Error(`expected ${threads} threads, got ${engine.threads}: ${engine.threadsReason}`);
  }
  return engine;
}
