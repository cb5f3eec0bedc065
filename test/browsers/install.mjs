// Installs Debian's packages of the browsers that are not there.
import { spawnSync } from 'node:child_process';
import { browsers, screen } from './browsers.mjs';

const MINUTES = 15;

/** @param {readonly import('./browsers.mjs').Tool[]} tools */
export function installBrowsers(tools = [...browsers, screen]) {
  const names = missing(tools);
  if (names.length === 0) return;
  const byHand = `as root, on Debian: apt-get install ${names.join(' ')}`;
  if (process.getuid?.() !== 0) throw new Error(`missing ${names.join(' ')}; ${byHand}`);
  console.log(`Installing ${names.join(' ')}`);
  aptGet(['update'], byHand);
  aptGet(['install', '--yes', '--no-install-recommends', ...names], byHand);
  const still = missing(tools);
  if (still.length > 0) throw new Error(`installed, but not found: ${still.join(' ')}`);
}

/**
 * The packages of what is not there.
 *
 * @param {readonly import('./browsers.mjs').Tool[]} tools
 */
function missing(tools) {
  return tools.filter(({ find }) => find() === undefined).map(({ debianPackage }) => debianPackage);
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
