// Checkers, each as `npm run <name>` in this folder runs it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { HERE, ROOT } from './files.mjs';

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

it('README.md says how large the library is, and a program of one loss', () => {
  const json = ['run', '--silent', 'size', '--', '--json'];
  const sizes = JSON.parse(spawnSync('npm', json, { cwd: HERE, encoding: 'utf8' }).stdout);
  const kilobytes = (wanted) => Math.round(sizes.find(({ name }) => name === wanted).size / 1000);
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  expect(readme).toContain(
    `is some ${kilobytes('everything')} KB; a program that imports \`squaredError\` alone gets ${kilobytes('squaredError')}.`,
  );
});
