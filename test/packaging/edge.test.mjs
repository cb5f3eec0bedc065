// Runtimes that compile no bytes: with the export conditions, without them, and with createEngine.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { describe, expect, it } from 'vitest';
import { BUILD, HERE, LIBRARY, TOOLS } from './files.mjs';

/** Bundles as bundle.js; the bundle's text. */
async function bundle(program, folder, options) {
  const outfile = `${folder}/bundle.js`;
  await esbuild.build({
    entryPoints: [`${HERE}/programs/${program}.js`],
    outfile,
    bundle: true,
    format: 'esm',
    minify: true,
    ...options,
  });
  return readFileSync(outfile, 'utf8');
}

/** How the bytes of a WebAssembly module begin, in hexadecimal. */
const EMBEDDED = '0061736d01';

const COMPUTED = { mean: 0.3125, isSame: true };
const FORBIDDEN = /^WebAssembly is not available: .*Wasm code generation disallowed by embedder/;

describe('in workerd', () => {
  /** Bundles a program as wrangler does, and runs its function `report`. */
  async function inWorkerd(program, conditions) {
    const folder = `${BUILD}/workerd-${program}-${conditions.join('-')}`;
    const wasm = { loader: { '.wasm': 'copy' }, assetNames: '[name]' };
    const text = await bundle(program, folder, { conditions, ...wasm });
    writeFileSync(
      `${folder}/main.js`,
      `import { report } from './bundle.js';
       export default { test() { console.log(JSON.stringify(report())); } };`,
    );
    copyFileSync(`${LIBRARY}/dist/kernels.wasm`, `${folder}/kernels.wasm`);
    writeFileSync(
      `${folder}/config.capnp`,
      `using Workerd = import "/workerd/workerd.capnp";
       const config :Workerd.Config = (services = [(name = "main", worker = (
         compatibilityDate = "2025-01-01",
         modules = [
           (name = "main.js", esModule = embed "main.js"),
           (name = "bundle.js", esModule = embed "bundle.js"),
           (name = "kernels.wasm", wasm = embed "kernels.wasm"),
         ]))]);`,
    );
    const options = { encoding: 'utf8', stdio: 'pipe' };
    const args = ['test', `${folder}/config.capnp`];
    const output = execFileSync(`${TOOLS}/.bin/workerd`, args, options);
    return { result: JSON.parse(output), text };
  }

  it('the condition workerd gives WebAssembly, and no embedded bytes', async () => {
    const { result, text } = await inWorkerd('default', ['workerd', 'worker', 'browser']);
    expect(result).toEqual({ ...COMPUTED, backend: 'wasm', reason: null });
    expect(text).not.toContain(EMBEDDED);
  });

  it('without the condition it is JavaScript, with the reason', async () => {
    const { result, text } = await inWorkerd('default', []);
    expect(result).toEqual({
      ...COMPUTED,
      backend: 'js',
      reason: expect.stringMatching(FORBIDDEN),
    });
    expect(text).toContain(EMBEDDED);
  });

  it('without the condition an imported module works', async () => {
    const { result } = await inWorkerd('module', []);
    expect(result).toEqual({ sum: 4, backend: 'wasm' });
  });
});

describe('with the condition edge-light', () => {
  /**
   * Runs a program's function `report` in a context that forbids to compile, where importing
   * `kernels.wasm?module` gives what the code `imported` does: as Next.js does it.
   */
  async function inContext(imported) {
    const folder = `${BUILD}/edge-light`;
    const text = await bundle('default', folder, {
      conditions: ['edge-light'],
      external: ['*.wasm?module'],
    });
    const code = `
      import { readFileSync } from 'node:fs';
      import { createContext, SourceTextModule, SyntheticModule } from 'node:vm';
      const context = createContext({ atob }, { codeGeneration: { strings: false, wasm: false } });
      const text = readFileSync(${JSON.stringify(`${folder}/bundle.js`)}, 'utf8');
      const program = new SourceTextModule(text, { context });
      await program.link((specifier) => {
        if (specifier !== './kernels.wasm?module') throw new Error(specifier);
        const bytes = readFileSync(${JSON.stringify(`${LIBRARY}/dist/kernels.wasm`)});
        const fill = function () { this.setExport('default', ${imported}); };
        return new SyntheticModule(['default'], fill, { context });
      });
      await program.evaluate();
      console.log(JSON.stringify(program.namespace.report()));`;
    const flags = ['--experimental-vm-modules', '--no-warnings', '--input-type=module'];
    const output = execFileSync('node', [...flags, '--eval', code], { encoding: 'utf8' });
    return { result: JSON.parse(output), text };
  }

  it('an import with ?module gives WebAssembly, and no embedded bytes', async () => {
    const { result, text } = await inContext('new WebAssembly.Module(bytes)');
    expect(result).toEqual({ ...COMPUTED, backend: 'wasm', reason: null });
    expect(text).not.toContain(EMBEDDED);
  });

  it('an import that gives something else is JavaScript, with the reason', async () => {
    const { result } = await inContext(`'/assets/kernels.wasm'`);
    const reason =
      'WebAssembly is not available: expected the import of kernels.wasm to be a WebAssembly.Module, got the string "/assets/kernels.wasm"';
    expect(result).toEqual({ ...COMPUTED, backend: 'js', reason });
  });
});

it('lossmeter/bare takes its kernels from kernels.wasm, and embeds none', async () => {
  const folder = `${BUILD}/bare`;
  const text = await bundle('bare', folder, { platform: 'node' });
  expect(text).not.toContain(EMBEDDED);
  const code = `
    import { readFileSync } from 'node:fs';
    import { report } from ${JSON.stringify(`${folder}/bundle.js`)};
    const bytes = readFileSync(${JSON.stringify(`${LIBRARY}/dist/kernels.wasm`)});
    console.log(JSON.stringify(report(new WebAssembly.Module(bytes))));`;
  const output = execFileSync('node', ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual({
    sum: 4,
    backend: 'wasm',
    without: 'js',
    reason: expect.stringMatching(/no kernels are embedded in lossmeter\/bare/),
  });
});

it('in Node lossmeter/kernels.wasm is the file that createEngine takes', () => {
  const code = `
    import { readFileSync } from 'node:fs';
    import { createEngine } from 'lossmeter';
    const module = new WebAssembly.Module(readFileSync(new URL(import.meta.resolve('lossmeter/kernels.wasm'))));
    const engine = createEngine({ backend: 'wasm', module });
    console.log(JSON.stringify([engine.squaredError.sum([1, 2, 3], [1, 2, 5]), engine.backend]));`;
  const options = { cwd: HERE, encoding: 'utf8' };
  const output = execFileSync('node', ['--input-type=module', '--eval', code], options);
  expect(JSON.parse(output)).toEqual([4, 'wasm']);
});
