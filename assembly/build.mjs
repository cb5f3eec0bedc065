// Compiles the kernels: assembly/modules/, each to a module that is embedded, and all of them to
// kernels.wasm. Writes src/wasm/bytes.ts, so that nothing has to be fetched at run time.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

async function compile(entry, name) {
  const asc = at('node_modules/assemblyscript/bin/asc.js');
  const files = ['--outFile', `build/${name}.wasm`, '--textFile', `build/${name}.wat`];
  await run(process.execPath, [asc, entry, ...files, '--disableWarning'], { cwd: at('.') });
  return readFileSync(at(`build/${name}.wasm`));
}

/** A length as one byte of LEB128, then the text. */
const prefixed = (text) => String.fromCharCode(text.length) + text;

mkdirSync(at('build'), { recursive: true });
const names = readdirSync(at('assembly/modules')).map((file) => file.replace('.ts', ''));
const [all, ...modules] = await Promise.all([
  compile('assembly/index.ts', 'all'),
  ...names.map((name) => compile(`assembly/modules/${name}.ts`, name)),
]);

// A custom section (0), which engines skip: src/wasm/seal.ts tells by it these kernels from others.
const digest = createHash('sha256').update(all).digest('hex').slice(0, 16);
const section = `\0${prefixed(prefixed('lossmeter') + digest)}`;
writeFileSync(at('build/kernels.wasm'), Buffer.concat([all, Buffer.from(section, 'latin1')]));

// As hexadecimal digits, because gzip finds in them what it finds in bytes: 9.3 KB for all kernels,
// where base64, whose digits straddle them, comes to 12.3.
const embedded = modules.map(
  (bytes, i) => `export const ${names[i]}Hex: string =\n  '${bytes.toString('hex')}';\n`,
);
writeFileSync(
  at('src/wasm/bytes.ts'),
  `// Made by assembly/build.mjs.
export const digest: string = '${digest}';
${embedded.join('')}`,
);
