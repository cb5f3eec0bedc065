// @ts-check
import { fork } from 'node:child_process';

/**
 * One comparison, in a process of its own.
 *
 * @param {import('./comparison.mjs').Job} job
 * @returns {Promise<import('./comparison.mjs').Measured[]>}
 */
export function inProcess(job) {
  const { LOSSMETER_BACKEND: _, ...env } = process.env;
  const child = fork(new URL('comparison.mjs', import.meta.url), { env });
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(/** @type {any} */ (measured)));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${job.name}, ${job.type}: the process ended with ${signal ?? code}`));
    });
    child.send(job);
  });
}
