// Runs the command as a user does, in a process of its own.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
export const data = fileURLToPath(new URL('data/', import.meta.url));

/** A folder for the files of a test file, removed at its end. */
export const folder = mkdtempSync(join(tmpdir(), 'lossmeter-cli-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
export const inFolder = (name) => join(folder, name);

/** Arguments as a line, where none has a space; or as a list. */
const split = (args) => (Array.isArray(args) ? args : args.split(' ').filter((arg) => arg !== ''));

/** Starts it: `input` is all that comes from standard input; after null, more may come. */
export function start(args, { input, env, cwd = data } = {}) {
  const child = spawn(process.execPath, [main, ...split(args)], {
    cwd,
    env: { ...process.env, ...env },
  });
  // (It need not read all of it.)
  child.stdin.on('error', () => {});
  if (input !== null) child.stdin.end(input);
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, errors }));
  });
  return { child, ended };
}

export const run = (args, options) => start(args, options).ended;

/** What it prints as JSON, with nothing on stderr. */
export async function report(args, options) {
  const { code, out, errors } = await run([...split(args), '--json'], options);
  assert.deepEqual([code, errors], [0, ''], `lossmeter ${split(args).join(' ')}`);
  return JSON.parse(out);
}

/** Wants it to fail with an exit code and a message. */
export async function fails(args, exitCode, message, options) {
  const { code, out, errors } = await run(args, options);
  assert.equal(errors.split('\n')[0], `lossmeter: ${message}`, split(args).join(' '));
  assert.deepEqual([code, out], [exitCode, '']);
}
