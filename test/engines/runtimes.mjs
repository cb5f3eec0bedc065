// The runtimes that test/engines/package.json installs, and how each runs the digest.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {string} file the executable
 * @property {readonly string[]} args
 * @property {Readonly<Record<string, string>>} [env]
 * @property {RegExp} [withoutWasm] what the default engine says where there must be no WebAssembly
 * @property {RegExp} [withoutThreads] what engines say where there must be one thread
 */

/** @param {string} path */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** @param {string} path */
const installed = (path) => here(`node_modules/${path}`);

const program = here('program.mjs');
const bun = installed('@oven/bun-linux-x64/bin/bun');

/**
 * @param {22 | 24 | 26} version
 * @param {readonly string[]} [flags]
 * @returns {Runtime}
 */
function node(version, flags = []) {
  return {
    name: ['Node', version, ...flags].join(' '),
    file: installed(`node-${version}/bin/node`),
    args: [...flags, program],
  };
}

/** @returns {readonly Runtime[]} */
export function runtimes() {
  return [
    node(22),
    node(24),
    node(26),
    // The same engine by way of its other compilers: those that optimise most, those that are quickest
    // to compile (of JavaScript the second quickest, as the digest would take minutes), and SSE
    // instead of AVX.
    node(24, ['--always-turbofan', '--no-liftoff']),
    node(24, ['--no-opt', '--liftoff-only']),
    node(24, ['--no-enable-avx']),
    { name: 'Bun', file: bun, args: [program] },
    {
      name: 'Bun without its best compilers',
      file: bun,
      args: [program],
      env: { BUN_JSC_useFTLJIT: '0', BUN_JSC_useOMGJIT: '0' },
    },
    // Without any permission: the library must need none, but for the file that threads run.
    {
      name: 'Deno',
      file: installed('@deno/linux-x64-glibc/deno'),
      args: ['run', '--no-prompt', program],
      withoutThreads: /Requires read access/,
    },
    {
      name: 'Deno that may read',
      file: installed('@deno/linux-x64-glibc/deno'),
      args: ['run', '--no-prompt', '--allow-read', program],
    },
    // It compiles no bytes that come with the code, but the module that its export condition imports.
    { ...workerd('index.js'), withoutWasm: /code generation disallowed/ },
    { ...workerd('workerd.js'), withoutThreads: /kernels that are embedded/ },
  ];
}

/**
 * @param {'index.js' | 'workerd.js'} library in dist/
 * @returns {Runtime}
 */
function workerd(library) {
  return {
    name: `workerd with ${library}`,
    file: installed('@cloudflare/workerd-linux-64/bin/workerd'),
    args: ['test', workerdConfig(library)],
  };
}

/**
 * Writes a configuration for workerd, with every file that its program imports, into build/.
 *
 * @param {string} library
 */
function workerdConfig(library) {
  const own = ['digest', 'losses'].flatMap((folder) =>
    readdirSync(here(`../${folder}`)).map((file) => `test/${folder}/${file}`),
  );
  const modules = [
    ...['test/engines/workerd.mjs', ...own].map((name) => module(name, 'esModule', name)),
    module('dist/index.js', 'esModule', `dist/${library}`),
    ...(library === 'workerd.js' ? [module('dist/kernels.wasm', 'wasm', 'dist/kernels.wasm')] : []),
  ];
  const path = here(`../../build/workerd-${library}.capnp`);
  mkdirSync(here('../../build'), { recursive: true });
  writeFileSync(
    path,
    `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "main", worker = .main)]);

const main :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    ${modules.join(',\n    ')}
  ]
);
`,
  );
  return path;
}

/**
 * @param {string} name what it is imported as
 * @param {'esModule' | 'wasm'} kind
 * @param {string} file
 */
function module(name, kind, file) {
  return `(name = "${name}", ${kind} = embed "../${file}")`;
}
