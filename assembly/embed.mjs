// Writes the compiled kernels as a TypeScript module, so that nothing has to be fetched at run time.
import { readFileSync, writeFileSync } from 'node:fs';

const wasm = readFileSync(new URL('../build/kernels.wasm', import.meta.url));
writeFileSync(
  new URL('../src/wasm/bytes.ts', import.meta.url),
  `// Made by assembly/embed.mjs from build/kernels.wasm.\nexport const base64: string =\n  '${wasm.toString('base64')}';\n`,
);
