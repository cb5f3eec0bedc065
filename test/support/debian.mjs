// node test/support/debian.mjs <package>:<command>…: installs Debian's packages of the commands that are not there,
// as root; otherwise it says what is missing, and ends with 1.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Daemons are where only root looks for them. */
const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];

const missing = () =>
  process.argv
    .slice(2)
    .map((argument) => argument.split(':'))
    .filter(([, command]) => !folders.some((folder) => existsSync(join(folder, command))))
    .map(([name]) => name);

if (missing().length > 0 && process.getuid?.() === 0) {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...missing()]]) {
    spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=900', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
}
if (missing().length > 0) {
  console.log(`Missing; as root, on Debian: apt-get install ${missing().join(' ')}`);
  process.exit(1);
}
