// @ts-check
// npm run bench:startup: what the package costs before its first result, in time and in bytes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'rolldown';
import { environment } from './environment.mjs';
import { environmentText, short, table } from './report.mjs';
import { median, quantile } from './statistics.mjs';

const ROUNDS = 40;
const { values: flags } = parseArgs({ options: { help: { type: 'boolean' } } });
if (flags.help === true) {
  console.log(`npm run bench:startup

Times an empty script, importing the package and a first result, in processes of their own, and
weighs the wasm and the bundle. Writes bench/results/startup.json.`);
  process.exit();
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const KILOBYTE = 1024;

const arrays = 'const a = new Float64Array(1000).fill(1), b = new Float64Array(1000);';
const firstResult = (/** @type {string} */ options) =>
  `import { createEngine } from 'lossmeter'; ${arrays} if (createEngine(${options}).squaredError.mean(a, b) !== 1) throw new Error('not 1');`;

/** @type {Readonly<Record<string, readonly string[]>>} */
const programs = {
  'an empty script': ['-e', ''],
  'an empty module': ['--input-type=module', '-e', ''],
  // What Node's loader costs by itself.
  'import a small file': ['--input-type=module', '-e', `import './bench/statistics.mjs';`],
  'import lossmeter': ['--input-type=module', '-e', `import 'lossmeter';`],
  '… and a first result, by WebAssembly': ['--input-type=module', '-e', firstResult('')],
  '… and a first result, by JavaScript': [
    '--input-type=module',
    '-e',
    firstResult(`{ backend: 'js' }`),
  ],
};

/** @param {readonly string[]} args @returns {number} milliseconds */
function timeOf(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  const time = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')}: ${stderr}`);
  return time;
}

/** The bytes of a program that uses all of the package, minified and gzipped. */
async function bundle() {
  const { output } = await build({
    input: fileURLToPath(import.meta.resolve('lossmeter')),
    write: false,
    logLevel: 'silent',
    output: { minify: true },
  });
  return gzipSync(output[0].code, { level: 9 }).length;
}

const machine = environment();
process.stdout.write(`${environmentText(machine)}\n`);

const entries = Object.entries(programs);
/** @type {Record<string, number[]>} */
const times = Object.fromEntries(entries.map(([name]) => [name, []]));
for (let round = -1; round < ROUNDS; round++) {
  for (const [name, args] of entries) {
    const time = timeOf(args);
    // The first round reads the files from the disk.
    if (round >= 0) times[name].push(time);
  }
  process.stderr.write(process.stderr.isTTY ? `\r${round + 1} of ${ROUNDS}` : '');
}
process.stderr.write(process.stderr.isTTY ? '\r\x1b[K' : '');

const startup = Object.entries(times).map(([name, all]) => ({
  name,
  milliseconds: median(all),
  p25: quantile(all, 0.25),
  p75: quantile(all, 0.75),
  // Pair by pair: what slows the machine down slows both.
  overEmptyScript: median(all.map((time, round) => time - times['an empty script'][round])),
}));
const wasmBytes = readFileSync(new URL('../build/kernels.wasm', import.meta.url)).length;
const bundleBytes = await bundle();
const sizes = [
  { what: 'the wasm', bytes: wasmBytes, most: 31 * KILOBYTE },
  { what: 'the bundle, minified and gzipped', bytes: bundleBytes, most: 38 * KILOBYTE },
];

process.stdout.write(
  `Time of a process, ${ROUNDS} of each\n${table([
    ['', 'ms', 'p25–p75', '− an empty script'],
    ...startup.map(({ name, milliseconds, p25, p75, overEmptyScript }) => [
      name,
      short(milliseconds),
      `${short(p25)}–${short(p75)}`,
      overEmptyScript.toFixed(1),
    ]),
  ])}\nBytes\n${table([
    ['', 'target', 'measured', ''],
    ...sizes.map(({ what, bytes, most }) => [
      what,
      `≤ ${most}`,
      String(bytes),
      bytes <= most ? 'met' : 'MISSED',
    ]),
  ])}`,
);

const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
writeFileSync(
  new URL('startup.json', results),
  `${JSON.stringify({ environment: machine, rounds: ROUNDS, startup, sizes }, null, 2)}\n`,
);
