// @ts-check
// Libraries side by side: each in a process of its own, in rounds of random order.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {readonly string[]} command that speaks as serve.mjs does
 * @property {Readonly<Record<string, string>>} [env]
 */

/** No answer for so long is an error. */
const MINUTES = 3;

/** A library's process. */
export class Process {
  /** @type {((line: string) => void)[]} */
  #waiting = [];
  #child;
  #ended = '';

  /** @param {Entry} entry */
  constructor({ name, command: [file, ...args], env }) {
    this.name = name;
    const { LOSSMETER_BACKEND: _, ...inherited } = process.env;
    const child = spawn(file, args, {
      env: { ...inherited, ...env },
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    });
    this.#child = /** @type {import('node:child_process').ChildProcessWithoutNullStreams} */ (
      child
    );
    let said = '';
    this.#child.stderr.on('data', (text) => {
      said = (said + text).slice(-2000);
    });
    // What is written to a process that has ended: its end is told below.
    this.#child.stdin.on('error', () => {});
    const lines = createInterface({ input: /** @type {any} */ (this.#child.stdio[3]) });
    lines.on('line', (line) => this.#waiting.shift()?.(line));
    this.#child.once('error', (error) => this.#end(error.message));
    this.#child.once('close', (code, signal) => {
      this.#end(`the process ended with ${signal ?? code}: ${said.trim()}`);
    });
  }

  get hasEnded() {
    return this.#ended !== '';
  }

  /** @param {string} why */
  #end(why) {
    this.#ended = why;
    for (const answer of this.#waiting.splice(0)) answer(JSON.stringify({ error: why }));
  }

  /**
   * @param {object} message
   * @returns {Promise<any>}
   */
  async ask(message) {
    if (this.#ended !== '') throw new Error(`${this.name}: ${this.#ended}`);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), MINUTES * 60_000);
    /** @type {string} */
    const line = await new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    });
    clearTimeout(timer);
    const answer = JSON.parse(line);
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer;
  }

  close() {
    this.#child.stdin.end();
  }
}

/**
 * @typedef {object} Effort
 * @property {number} warm milliseconds of calls before the first round: V8 compiles within them
 * @property {number} rounds
 * @property {number} milliseconds of each in a round
 */

/** Longer calls take part in fewer rounds. */
const LONG_MS = 150;
const LONG_ROUNDS = 3;

/**
 * Times what the processes have open, in rounds, in each of which they take turns in another order.
 *
 * @param {readonly Process[]} processes
 * @param {Effort} effort
 * @param {() => number} random
 * @returns {Promise<number[][]>} nanoseconds of a call, by process and round
 */
export async function time(processes, { warm, rounds, milliseconds }, random) {
  /** @type {boolean[]} */
  const short = [];
  for (const one of processes) {
    const call = await one.ask({ do: 'warm', milliseconds: warm });
    short.push(call.milliseconds <= LONG_MS);
  }
  /** @type {number[][]} */
  const nanoseconds = processes.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const k of shuffled(processes.length, random)) {
      const isShort = short[k];
      if (!isShort && round >= LONG_ROUNDS) continue;
      const { nanoseconds: time } = await processes[k].ask({ do: 'run', milliseconds, isShort });
      nanoseconds[k].push(time);
    }
  }
  return nanoseconds;
}

/** 0 to n − 1 in random order. @param {number} n @param {() => number} random */
export function shuffled(n, random) {
  const order = Array.from({ length: n }, (_, k) => k);
  for (let k = n - 1; k > 0; k--) {
    const other = Math.floor((k + 1) * random());
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}
