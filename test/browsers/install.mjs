// Installs Debian's packages of the browsers that are not there.
import { spawnSync } from 'node:child_process';
import { browsers, screen } from './browsers.mjs';

const MINUTES = 15;

export function installBrowsers() {
  const missing = [...browsers, screen]
    .filter(({ find }) => find() === undefined)
    .map(({ debianPackage }) => debianPackage);
  if (missing.length === 0) return;
  const names = missing.join(' ');
  const byHand = `as root: apt-get install ${names}`;
  if (process.getuid?.() !== 0) throw new Error(`${names}: not installed; ${byHand}`);
  console.log(`Installing ${names}`);
  aptGet(['update'], byHand);
  aptGet(['install', '--yes', '--no-install-recommends', ...missing], byHand);
}

/**
 * @param {readonly string[]} args
 * @param {string} byHand
 */
function aptGet(args, byHand) {
  const waiting = ['-q', '-o', `DPkg::Lock::Timeout=${MINUTES * 60}`];
  const { status, error } = spawnSync('apt-get', [...waiting, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: MINUTES * 60_000,
  });
  if (status === 0) return;
  const why = error === undefined ? `exit code ${status}` : error.message;
  throw new Error(`apt-get ${args.join(' ')} failed (${why}); ${byHand}`);
}
