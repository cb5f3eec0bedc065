import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const input = 'src/index.ts';

/** Ships the kernels as a file of their own, too. */
const kernels = {
  name: 'kernels',
  buildStart() {
    const emit = (fileName, path) =>
      this.emitFile({ type: 'asset', fileName, source: readFileSync(path) });
    emit('kernels.wasm', 'build/kernels.wasm');
    emit('kernels.wasm.d.ts', 'src/wasm/kernels.d.wasm.ts');
  },
};

/** Leaves the embedded kernels out. */
const bare = {
  name: 'bare',
  transform(code, id) {
    return id.endsWith('/wasm/bytes.ts') ? code.replace(/'[0-9a-f]{32,}'/g, "''") : undefined;
  },
};

/** Another source in the place of src/wasm/module.ts, and none in that of the threads, which need it. */
function replacingModule(file) {
  const at = (path) => fileURLToPath(new URL(path, import.meta.url));
  return {
    name: 'replacing-module',
    resolveId(id) {
      if (id.endsWith('/wasm/module.js') || id === './module.js') return at(`src/wasm/${file}`);
      return id.endsWith('/pool.js') ? at('src/threads/absent.ts') : undefined;
    },
  };
}

/** Imports kernels.wasm instead of embedding it. */
function importing(specifier) {
  const resolveId = (id) =>
    id === './kernels.wasm' ? { id: specifier, external: true } : undefined;
  return [bare, replacingModule('imported.ts'), { name: 'importing', resolveId }];
}

/** What threads run: a program of its own, which nobody reads. */
const worker = {
  input: 'src/threads/worker.ts',
  output: { file: 'dist/worker.js', minify: true },
};

export default [
  { input, output: { file: 'dist/index.js', sourcemap: true }, plugins: [kernels] },
  worker,
  {
    input: 'src/bare.ts',
    output: { file: 'dist/bare.js' },
    plugins: [bare, replacingModule('absent.ts')],
  },
  { input, output: { file: 'dist/workerd.js' }, plugins: importing('./kernels.wasm') },
  // Next.js and Vercel take an import for a compiled module only if it says so.
  { input, output: { file: 'dist/edge-light.js' }, plugins: importing('./kernels.wasm?module') },
];
