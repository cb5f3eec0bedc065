// The packed library in programs that were bundled and minified, run in Node.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import { describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { BUILD, HERE, LIBRARY } from './files.mjs';

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

/** The modules that the library embeds, by their names: of each its hexadecimal digits. */
const embedded = new Map(
  Array.from(
    readFileSync(`${LIBRARY}/dist/index.js`, 'utf8').matchAll(/\b(\w+)Hex = "(0061736d\w+)"/g),
    ([, name, digits]) => [name, digits],
  ),
);

/** The names of those that a bundle has. */
const modulesIn = (text) =>
  [...embedded.keys()].filter((name) => text.includes(embedded.get(name)));

/** Words that a bundle of squared error has no use for. */
const OTHERS = ['absoluteError', 'delta', 'CrossEntropy', 'createEngine'];

const othersIn = (text) => OTHERS.filter((other) => text.includes(other));

/** A program, bundled and then minified by the same minifier, whatever its bundler has minified. */
async function minified(program, bundler) {
  const folder = `${BUILD}/${bundler}-${program}`;
  await bundlers[bundler](program, folder);
  const text = readFileSync(`${folder}/bundle.js`, 'utf8');
  const { code } = await esbuild.transform(text, { minify: true, format: 'esm' });
  return { folder, code, size: gzipSync(code, { level: 9 }).length };
}

describe.each(Object.entries(bundlers))('bundled by %s', (name, bundle) => {
  it('computes by WebAssembly what JavaScript computes', async () => {
    const folder = `${BUILD}/${name}`;
    await bundle('default', folder);
    expect(run(folder)).toEqual({ mean: 0.3125, isSame: true, backend: 'wasm', reason: null });
  });

  it('has of the losses the one that is imported', async () => {
    const { folder, code, size } = await minified('one-loss', name);
    expect(run(folder)).toEqual({ few: 4, many: 1250 });
    expect(modulesIn(code)).toEqual(['common', 'squared']);
    expect(othersIn(code)).toEqual([]);
    // What they leave in differs by 1 %; a module more would be 6 %.
    expect(size).toBeLessThan(1.03 * (await minified('one-loss', 'esbuild')).size);
  });
});

it.each(['Vite', 'webpack'])('%s makes a file of its own of what threads run', async (name) => {
  const folder = `${BUILD}/${name}-threads`;
  await bundlers[name]('default', folder);
  const scripts = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.js'));
  const [worker, ...more] = scripts.filter((file) => file !== 'bundle.js');
  expect(more).toEqual([]);
  const found = modulesIn(readFileSync(`${folder}/${worker}`, 'utf8'));
  expect(found.sort()).toEqual([...embedded.keys()].sort());
});

it('what a bundle of one loss is without is in one of all losses', async () => {
  const { code } = await minified('default', 'esbuild');
  const all = [
    'absolute',
    'binary',
    'common',
    'huber',
    'probabilities',
    'quantile',
    'rows',
    'squared',
  ];
  expect(modulesIn(code).sort()).toEqual(all);
  expect(othersIn(code)).toEqual(OTHERS);
});

it('Vite serves lossmeter/kernels.wasm, and createEngine takes it', async () => {
  const folder = `${BUILD}/Vite-url`;
  await bundlers.Vite('vite-url', folder);
  expect(run(folder)).toEqual({ sum: 4, backend: 'wasm' });
});
