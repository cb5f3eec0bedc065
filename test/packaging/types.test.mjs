// The types of the tarball, in a program of strict settings.
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { HERE, TOOLS } from './files.mjs';

const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];

describe('a consumer compiles', () => {
  it.each([
    ['as bundlers resolve', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ['as Node 16 resolves', ['--module', 'node16', '--moduleResolution', 'node16']],
    ['for Node, without the types of browsers', ['--module', 'nodenext', '--lib', 'es2022']],
  ])('%s', (_, options) => {
    const args = ['--ignoreConfig', '--noEmit', '--target', 'es2022', ...STRICT, ...options];
    const tsc = [`${TOOLS}/typescript/bin/tsc`, ...args, 'programs/consumer.ts'];
    const { status, stdout } = spawnSync('node', tsc, { cwd: HERE, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});
