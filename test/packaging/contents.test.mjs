// What is published.
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { packedFiles, ROOT } from './files.mjs';

it('the tarball has these files, and the types of every source file', () => {
  const types = readdirSync(`${ROOT}/src`, { recursive: true })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.wasm.ts'))
    .map((file) => `dist/${file.replace(/\.ts$/, '.d.ts')}`);
  expect(packedFiles().sort()).toEqual(
    [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'package.json',
      'dist/bare.js',
      'dist/edge-light.js',
      'dist/index.js',
      'dist/index.js.map',
      'dist/kernels.wasm',
      'dist/kernels.wasm.d.ts',
      'dist/worker.js',
      'dist/workerd.js',
      ...types,
    ].sort(),
  );
});
