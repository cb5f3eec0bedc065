// Checkers, each as `npm run <name>` in this folder runs it.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { HERE } from './files.mjs';

it.each([
  ['publint', 'package.json says of the tarball what is true'],
  ['attw', 'every way to import the tarball finds its types'],
  ['size', 'nothing is larger than its budget'],
  ['knip', 'no file, export or dependency is unused'],
])('%s: %s', (name) => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', name], {
    cwd: HERE,
    encoding: 'utf8',
  });
  expect(status, stdout + stderr).toBe(0);
});
