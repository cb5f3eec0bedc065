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

/** Imports kernels.wasm instead of embedding it. */
function importing(specifier) {
  return {
    name: 'importing',
    resolveId(id) {
      if (id.endsWith('/wasm/module.js')) {
        return fileURLToPath(new URL('src/wasm/imported.ts', import.meta.url));
      }
      return id === './kernels.wasm' ? { id: specifier, external: true } : undefined;
    },
  };
}

export default [
  { input, output: { file: 'dist/index.js' }, plugins: [kernels] },
  { input, output: { file: 'dist/workerd.js' }, plugins: [importing('./kernels.wasm')] },
  // Next.js and Vercel take an import for a compiled module only if it says so.
  { input, output: { file: 'dist/edge-light.js' }, plugins: [importing('./kernels.wasm?module')] },
];
