// Programs that run until they are stopped, each in a process group of its own so that none of
// their children is left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** As much as is shown of what a program said before it failed. */
const LAST_WORDS = 2000;
const SECONDS_TO_STOP = 5;

/** @type {Set<Program>} */
const running = new Set();
process.once('exit', () => {
  for (const program of running) program.kill();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

export class Program {
  #child;
  #said = '';
  /** Rejects when the program ends by itself. */
  ended;

  /**
   * @param {string} file
   * @param {readonly string[]} args
   * @param {Readonly<Record<string, string | undefined>>} env
   */
  constructor(file, args, env) {
    this.#child = spawn(file, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (text) => {
        this.#said = (this.#said + text).slice(-LAST_WORDS);
      });
    }
    this.ended = once(this.#child, 'exit').then(([code, signal]) => {
      throw new Error(`${file} ended (${signal ?? `exit code ${code}`}): ${this.#said}`);
    });
    // Also where nobody waits for it.
    this.ended.catch(() => {});
    running.add(this);
  }

  /** The first line of its standard output. */
  async firstLine() {
    const [text] = await Promise.race([once(this.#child.stdout, 'data'), this.ended]);
    return String(text).split('\n')[0];
  }

  /** Ends it and its children at once. */
  kill() {
    this.#signal('SIGKILL');
    running.delete(this);
  }

  /** Asks it to end, and ends what is left of it. */
  async stop() {
    this.#signal('SIGTERM');
    const tooLate = sleep(SECONDS_TO_STOP * 1000, undefined, { ref: false });
    await Promise.race([this.ended.catch(() => {}), tooLate]);
    this.kill();
  }

  /** @param {'SIGTERM' | 'SIGKILL'} name */
  #signal(name) {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(-pid, name);
    } catch {
      // The group is empty: all have ended.
    }
  }
}
