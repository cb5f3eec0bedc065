// @ts-check
// Apart from limit.mjs: the compiler grows a WebAssembly memory, and from the first ArrayBuffer that
// is detached on, V8 compiles every loop over typed arrays to slower code. No process that measures
// may load it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import asc from 'assemblyscript/asc';
import { LIMIT_WASM } from './limit.mjs';

const SOURCE = new URL('limit.ts', import.meta.url);

/** Compiles limit.ts. Sees no other file, so the project's asconfig.json has no say. */
export async function compileLimit() {
  /** @type {Uint8Array | undefined} */
  let wasm;
  const flags = '--outFile limit.wasm --runtime stub --noAssert --importMemory --enable simd';
  const { error, stderr } = await asc.main(
    ['limit.ts', ...flags.split(' '), '--optimizeLevel', '3', '--shrinkLevel', '0', '--converge'],
    {
      readFile: (name) => (name === 'limit.ts' ? readFileSync(SOURCE, 'utf8') : null),
      writeFile: (_, contents) => {
        if (typeof contents !== 'string') wasm = contents;
      },
      listFiles: () => [],
    },
  );
  if (error !== null || wasm === undefined) throw new Error(`limit.ts: ${stderr.toString()}`);
  mkdirSync(new URL('.', LIMIT_WASM), { recursive: true });
  writeFileSync(LIMIT_WASM, wasm);
}
