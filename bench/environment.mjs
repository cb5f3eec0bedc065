// @ts-check
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** @param {readonly string[]} args @returns {string | undefined} */
function git(...args) {
  try {
    const cwd = new URL('..', import.meta.url);
    return execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    // A package without its repository, or a machine without git.
    return undefined;
  }
}

function commit() {
  const hash = git('rev-parse', '--short', 'HEAD')?.trim();
  if (hash === undefined) return 'unknown';
  const changes = git(
    'status',
    '--porcelain',
    '--',
    'assembly',
    'src',
    'bench/*.mjs',
    'bench/*.ts',
  );
  return changes === '' ? hash : `${hash} with changes`;
}

/** What the numbers hold for: the machine and the versions, without a name or a path of either. */
export function environment() {
  const cpus = os.cpus();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return {
    cpu: `${cpus[0]?.model.trim() ?? 'unknown'}, ${cpus.length} cores`,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    os: `${os.type()} ${os.release()}, ${os.arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    lossmeter: version,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  };
}
