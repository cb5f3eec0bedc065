// npm run test:browsers: the same bits from every browser, on a page and in a worker, and also where
// a Content-Security-Policy forbids WebAssembly.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reference } from '../digest/reference.mjs';
import { Verdict } from '../digest/verdict.mjs';
import { browsers, screen } from './browsers.mjs';
import { installBrowsers } from './install.mjs';
import { Program } from './processes.mjs';
import { Server } from './server.mjs';

const MINUTES = 5;

const VISITS = /** @type {const} */ ([
  { scope: 'page', isStrict: false },
  { scope: 'worker', isStrict: false },
  { scope: 'page', isStrict: true },
  { scope: 'worker', isStrict: true },
]);

installBrowsers();
const folder = mkdtempSync(join(tmpdir(), 'lossmeter-browsers-'));
const server = new Server();
await server.listen();
// Registered after the programs' own: nothing writes to it any more.
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const display = new Program(
  String(screen.find()),
  ['-displayfd', '1', '-nolisten', 'tcp'],
  process.env,
);
const env = { ...process.env, DISPLAY: `:${await display.firstLine()}` };

/**
 * Opens the page in a new profile, and returns what it posts.
 *
 * @param {import('./browsers.mjs').Browser} browser
 * @param {(typeof VISITS)[number]} options
 */
async function visit({ find, args, prepare, env: own }, options) {
  const profile = await mkdtemp(join(folder, 'profile-'));
  const { address, posted } = server.visit(options);
  await prepare?.(profile);
  // All that it writes goes there.
  const program = new Program(String(find()), args(profile, address), {
    ...env,
    HOME: profile,
    TMPDIR: profile,
    XDG_RUNTIME_DIR: profile,
    ...own,
  });
  const tooLate = new AbortController();
  try {
    return await Promise.race([
      posted,
      program.ended,
      sleep(MINUTES * 60_000, undefined, { signal: tooLate.signal }).then(() => {
        throw new Error(`no report in ${MINUTES} minutes`);
      }),
    ]);
  } finally {
    tooLate.abort();
    await program.stop();
  }
}

try {
  const verdict = new Verdict();
  await verdict.row({ name: 'Node, this one', version: process.versions.node }, reference);
  for (const browser of browsers) {
    const said = execFileSync(String(browser.find()), ['--version'], {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [version = ''] = said.match(/\d[\w.]*/) ?? [];
    for (const options of VISITS) {
      const { scope, isStrict } = options;
      const name = `${browser.name}, ${scope}${isStrict ? ', strict policy' : ''}`;
      const withoutWasm = isStrict ? /Content.Security.Policy|CSP/i : undefined;
      await verdict.row({ name, version, withoutWasm }, async () => {
        const { error, scope: found, report } = await visit(browser, options);
        if (error !== undefined) throw new Error(error);
        const expected = scope === 'worker' ? 'DedicatedWorkerGlobalScope' : 'Window';
        if (found !== expected) throw new Error(`ran in a ${found}, expected a ${expected}`);
        return report;
      });
    }
  }
  verdict.close();
} finally {
  server.close();
  await display.stop();
}
