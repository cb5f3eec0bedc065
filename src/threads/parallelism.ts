// How many threads are of use.

import { builtin } from './builtin.js';

/** What more threads would cost in memory alone: see CONTRIBUTING.md for where they stop to help. */
export const MOST_THREADS = 128;

/** As many as run at once here, within a container's limit. */
export function parallelism(): number {
  return Math.max(1, Math.min(MOST_THREADS, processors(), Math.ceil(quota())));
}

function processors(): number {
  const os = builtin('node:os') as { availableParallelism?: () => number } | undefined;
  const { navigator } = globalThis as { readonly navigator?: { hardwareConcurrency?: number } };
  return os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 1;
}

/** The processors that Linux lets a container use; Node counts those of the machine. */
function quota(): number {
  // Deno would ask its user for a permission.
  if ('Deno' in globalThis) return Infinity;
  const fs = builtin('node:fs') as { readFileSync(path: string, as: 'utf8'): string } | undefined;
  if (fs === undefined) return Infinity;
  const read = (path: string) => {
    try {
      return fs.readFileSync(`/sys/fs/cgroup/${path}`, 'utf8').trim().split(' ').map(Number);
    } catch {
      // Another system, or none that limits.
      return [];
    }
  };
  const [quota, period] = read('cpu.max');
  if (quota > 0 && period > 0) return quota / period;
  const [oldQuota] = read('cpu/cpu.cfs_quota_us');
  const [oldPeriod] = read('cpu/cpu.cfs_period_us');
  return oldQuota > 0 && oldPeriod > 0 ? oldQuota / oldPeriod : Infinity;
}
