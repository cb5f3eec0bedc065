// The packed library in programs that were bundled and minified, run in Node.
import { execFileSync } from 'node:child_process';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import { describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { BUILD, HERE } from './files.mjs';

const PROGRAMS = `${HERE}/programs`;

/** Each bundles a program of programs/, with what it exports, as `${folder}/bundle.js`. */
const bundlers = {
  Vite: (program, folder) =>
    vite.build({
      root: HERE,
      configFile: false,
      logLevel: 'warn',
      build: {
        outDir: folder,
        emptyOutDir: true,
        minify: true,
        lib: { entry: `${PROGRAMS}/${program}.js`, formats: ['es'], fileName: () => 'bundle.js' },
      },
    }),

  webpack: (program, folder) =>
    new Promise((resolve, reject) => {
      const config = {
        mode: 'production',
        context: HERE,
        entry: `${PROGRAMS}/${program}.js`,
        experiments: { outputModule: true },
        output: { path: folder, filename: 'bundle.js', library: { type: 'module' } },
      };
      webpack(config, (error, stats) => {
        if (error ?? stats.hasErrors()) reject(error ?? new Error(stats.toString()));
        else resolve();
      });
    }),

  Rollup: async (program, folder) => {
    const bundle = await rollup({
      input: `${PROGRAMS}/${program}.js`,
      plugins: [nodeResolve()],
      onwarn: (warning) => {
        throw new Error(warning.message);
      },
    });
    await bundle.write({ file: `${folder}/bundle.js`, compact: true });
  },

  esbuild: (program, folder) =>
    esbuild.build({
      entryPoints: [`${PROGRAMS}/${program}.js`],
      outfile: `${folder}/bundle.js`,
      bundle: true,
      format: 'esm',
      minify: true,
    }),
};

/** What the bundle's function `report` returns, in a Node process of its own. */
function run(folder) {
  const bundle = JSON.stringify(`${folder}/bundle.js`);
  const code = `console.log(JSON.stringify(await (await import(${bundle})).report()));`;
  const { LOSSMETER_BACKEND: _, NODE_OPTIONS: __, ...env } = process.env;
  const options = { env, encoding: 'utf8' };
  return JSON.parse(execFileSync('node', ['--input-type=module', '--eval', code], options));
}

describe.each(Object.entries(bundlers))('bundled by %s', (name, bundle) => {
  it('computes by WebAssembly what JavaScript computes', async () => {
    const folder = `${BUILD}/${name}`;
    await bundle('default', folder);
    expect(run(folder)).toEqual({ mean: 0.3125, isSame: true, backend: 'wasm', reason: null });
  });
});

it('Vite serves lossmeter/kernels.wasm, and createEngine takes it', async () => {
  const folder = `${BUILD}/Vite-url`;
  await bundlers.Vite('vite-url', folder);
  expect(run(folder)).toEqual({ sum: 4, backend: 'wasm' });
});
