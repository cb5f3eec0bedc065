// Browsers that visit a page of the test's own server, each time in a new profile.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { browsers, screen } from './browsers.mjs';
import { installBrowsers } from './install.mjs';
import { Program } from './processes.mjs';
import { Server } from './server.mjs';

const MINUTES = 12;

/** @typedef {import('./browsers.mjs').Browser & { version: string }} InstalledBrowser */

export class Visits {
  #server;
  #display;
  #folder;
  #env;
  /** @type {readonly InstalledBrowser[]} */
  browsers;

  /** Installs the browsers that are not there, and starts what they need. */
  static async open() {
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
    return new Visits(server, display, folder, env);
  }

  /**
   * @param {Server} server
   * @param {Program} display
   * @param {string} folder
   * @param {NodeJS.ProcessEnv} env
   */
  constructor(server, display, folder, env) {
    this.#server = server;
    this.#display = display;
    this.#folder = folder;
    this.#env = env;
    this.browsers = browsers.map((browser) => {
      const said = execFileSync(String(browser.find()), ['--version'], {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [version = ''] = said.match(/\d[\w.]*/) ?? [];
      return { ...browser, version };
    });
  }

  /**
   * Opens the page in a new profile, and returns what it posts.
   *
   * @param {InstalledBrowser} browser
   * @param {{ scope: 'page' | 'worker', isStrict: boolean, isIsolated?: boolean, run?: string }} options
   */
  async visit({ find, args, prepare, env: own, isolatedEnv }, options) {
    const profile = await mkdtemp(join(this.#folder, 'profile-'));
    const { address, posted } = this.#server.visit(options);
    await prepare?.(profile);
    // All that it writes goes there.
    const program = new Program(String(find()), args(profile, address), {
      ...this.#env,
      HOME: profile,
      TMPDIR: profile,
      XDG_RUNTIME_DIR: profile,
      ...own,
      ...(options.isIsolated === false ? {} : isolatedEnv),
    });
    const tooLate = new AbortController();
    try {
      const { error, scope, report } = await Promise.race([
        posted,
        program.ended,
        sleep(MINUTES * 60_000, undefined, { signal: tooLate.signal }).then(() => {
          throw new Error(`no report in ${MINUTES} minutes`);
        }),
      ]);
      if (error !== undefined) throw new Error(error);
      const expected = options.scope === 'worker' ? 'DedicatedWorkerGlobalScope' : 'Window';
      if (scope !== expected) throw new Error(`ran in a ${scope}, expected a ${expected}`);
      return report;
    } finally {
      tooLate.abort();
      await program.stop();
    }
  }

  async close() {
    this.#server.close();
    await this.#display.stop();
  }
}
