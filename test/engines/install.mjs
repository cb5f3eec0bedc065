// Installs the runtimes, if they are not there in the versions of the lock file.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const MINUTES = 15;

export function installRuntimes() {
  if (isInstalled()) return;
  console.log('Installing the runtimes into test/engines/node_modules: about 1 GB, once.');
  const { status, error } = spawnSync(
    'npm',
    // The level of the npm that runs this script may be silent.
    [
      'ci',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel',
      'notice',
    ],
    { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'], timeout: MINUTES * 60_000 },
  );
  if (status === 0) return;
  const why = error === undefined ? `exit code ${status}` : error.message;
  throw new Error(`npm ci in test/engines failed (${why}); the packages are for Linux on x64`);
}

/** Whether npm has noted the same versions for what it installed as the lock file has. */
function isInstalled() {
  try {
    const [wanted, got] = ['package-lock.json', 'node_modules/.package-lock.json'].map(
      (file) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')).packages,
    );
    return Object.keys(wanted).every(
      (name) => name === '' || got[name]?.version === wanted[name].version,
    );
  } catch {
    // Nothing is installed.
    return false;
  }
}
