// Seals the compiled kernels with their digest, and writes both as a TypeScript module, so that nothing
// has to be fetched at run time.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const at = (path) => new URL(`../${path}`, import.meta.url);

const compiled = readFileSync(at('build/unsealed.wasm'));
const digest = createHash('sha256').update(compiled).digest('hex').slice(0, 16);

/** A length as one byte of LEB128, then the text. */
const prefixed = (text) => String.fromCharCode(text.length) + text;
// A custom section (0), which engines skip: src/wasm/seal.ts tells by it these kernels from others.
const section = `\0${prefixed(prefixed('lossmeter') + digest)}`;
const sealed = Buffer.concat([compiled, Buffer.from(section, 'latin1')]);

writeFileSync(at('build/kernels.wasm'), sealed);
writeFileSync(
  at('src/wasm/bytes.ts'),
  `// Made by assembly/embed.mjs from build/kernels.wasm.
export const digest: string = '${digest}';
export const base64: string =
  '${sealed.toString('base64')}';
`,
);
