// npm run test:engines: the same bits from every runtime.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { reference } from '../digest/reference.mjs';
import { Verdict } from '../digest/verdict.mjs';
import { installRuntimes } from './install.mjs';
import { runtimes } from './runtimes.mjs';

const MINUTES = 10;
const { LOSSMETER_BACKEND: _, NODE_OPTIONS: __, ...environment } = process.env;

/**
 * What a program prints.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [env]
 */
async function output(file, args, env = {}) {
  const run = promisify(execFile)(file, args, {
    env: { ...environment, NO_COLOR: '1', ...env },
    timeout: MINUTES * 60_000,
    killSignal: 'SIGKILL',
    maxBuffer: 2 ** 26,
  });
  run.child.stdin?.end();
  try {
    return (await run).stdout;
  } catch (error) {
    const { killed, stderr, message } = /** @type {any} */ (error);
    throw new Error(killed ? `no report in ${MINUTES} minutes` : stderr || message);
  }
}

installRuntimes();
const verdict = new Verdict();
await verdict.row({ name: 'Node, this one', version: process.versions.node }, reference);
const asked = [];
for (const { name, file, args, env, withoutWasm, withoutThreads } of runtimes()) {
  const [version = ''] = (await output(file, ['--version'])).match(/\d[\d.-]*/) ?? [];
  const ask = async () => JSON.parse(await output(file, args, env));
  asked.push(/** @type {const} */ ([{ name, version, withoutWasm, withoutThreads }, ask]));
}
await verdict.rows(asked);
verdict.close();
