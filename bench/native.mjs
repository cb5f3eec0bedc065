// @ts-check
// npm run bench:native: beside PyTorch's native code, in one run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { types } from './cases.mjs';
import { Process, time } from './contest/contest.mjs';
import { readOne, temporary, write } from './contest/files.mjs';
import { pairedRatio } from './contest/intervals.mjs';
import { pythonWithTorch } from './contest/python.mjs';
import { DELTA, distinct, row } from './contest/rows.mjs';
import { uniform } from './data.mjs';
import { environment } from './environment.mjs';
import { json } from './json.mjs';
import { environmentText, short } from './report.mjs';
import { median } from './statistics.mjs';
import { MILLION } from './targets.mjs';

const HELP = `npm run bench:native -- [options]

Times the library and PyTorch on the same 2^20 numbers, in rounds of random order, and prints
ns/element and the ratio of the two with its 95 % interval. Needs a Python with PyTorch, as
Debian's python3-torch.

  --rows=TEXT,…    only rows with one of the texts in their name, as --rows=from-logits,huber
                   (a hyphen stands for a space)
  --types=LIST     float32, float64
  --size=N         another number of elements
  --threads=N      of both (default: 1)
  --rounds=N       (default: 15)
  --name=NAME      of the files written (default: native)
  --help

Writes NAME.json into bench/results/ if all rows were measured on 2^20 elements, else into build/.
`;

/** A row, and how long it may take: ours ÷ PyTorch. */
// biome-ignore format: a table
const rows = [
  { ...row('squared', 'mean'), most: { float32: 1.4, float64: 0.9 } },
  { ...row('absolute', 'mean'), most: { float32: 0.7, float64: 0.55 } },
  { ...row('huber', 'mean'), most: { float32: 1.5, float64: 0.9 } },
  { ...row('binary', 'mean'), most: { float32: 0.1, float64: 0.1 } },
  { ...row('binary', 'mean', { weighted: true }), most: { float32: 0.3, float64: 0.5 } },
  { ...row('binary', 'perSample'), most: { float32: 0.3, float64: 0.5 } },
  { ...row('binary', 'valueAndGradient'), most: { float32: 0.4, float64: 0.3 } },
  { ...row('squared', 'perSample'), most: { float32: 1.2, float64: 1.2 } },
  { ...row('squared', 'valueAndGradient'), most: { float32: 0.7, float64: 0.4 } },
  { ...row('binaryLogits', 'mean'), most: { float32: 0.3, float64: 0.35 } },
  { ...row('binaryLogits', 'valueAndGradient'), most: { float32: 0.4, float64: 0.5 } },
  { ...row('sparseLogits', 'mean', { classes: 1024 }), most: { float32: 0.9, float64: 1.05 } },
  { ...row('sparseLogits', 'mean', { classes: 10 }), most: { float32: 0.45, float64: 0.65 } },
  { ...row('sparseLogits', 'valueAndGradient', { classes: 1024 }), most: { float32: 0.95, float64: 1.1 } },
];

/**
 * What a contestant answered: a value, an array, or both.
 *
 * @param {{ value?: number, length?: number }} answer
 * @param {string} results the array's file
 * @param {'float32' | 'float64'} type
 * @returns {ArrayLike<number>[]}
 */
function numbersOf({ value, length }, results, type) {
  return [
    ...(value == null ? [] : [[value]]),
    ...(length == null ? [] : [readOne(results, type).subarray(0, length)]),
  ];
}

/**
 * How far apart two answers are: each part's largest difference over its largest number.
 *
 * @param {readonly ArrayLike<number>[]} answer
 * @param {readonly ArrayLike<number>[]} other
 */
function apart(answer, other) {
  const parts = answer.map((part, k) => {
    if (part.length !== other[k]?.length) return NaN;
    let difference = 0;
    let largest = 0;
    for (let i = 0; i < part.length; i++) {
      difference = Math.max(difference, Math.abs(part[i] - other[k][i]));
      largest = Math.max(largest, Math.abs(part[i]));
    }
    return difference / largest;
  });
  return Math.max(...parts);
}

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '' },
    types: { type: 'string', default: 'float32,float64' },
    size: { type: 'string', default: String(MILLION) },
    threads: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '15' },
    name: { type: 'string', default: 'native' },
    help: { type: 'boolean' },
  },
});

async function run() {
  const wanted = flags.rows.split(',').map((text) => text.replaceAll('-', ' '));
  const chosen = rows.filter(({ name }) => wanted.some((text) => name.includes(text)));
  if (chosen.length === 0) {
    throw new Error(
      `no row is left; the rows are\n${rows.map(({ name }) => `  ${name}\n`).join('')}`,
    );
  }
  const chosenTypes = /** @type {('float32' | 'float64')[]} */ (flags.types.split(','));
  const size = Number(flags.size);
  const rounds = Number(flags.rounds);
  const effort = { warm: 150, rounds, milliseconds: 12 };

  const python = pythonWithTorch();
  if (python === undefined) {
    throw new Error('no python3 has PyTorch; on Debian: apt-get install python3-torch');
  }
  const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
  const ours = new Process({
    name: 'lossmeter',
    command: [process.execPath, file('contest/lossmeter.mjs'), 'auto', flags.threads],
  });
  const torch = new Process({
    name: 'PyTorch',
    command: [python, file('native.py'), 'torch', flags.threads],
  });
  const both = [ours, torch];

  const { node: _, lossmeter: __, ...machine } = environment();
  const versions = Object.assign(
    {},
    ...(await Promise.all(both.map((one) => one.ask({ do: 'versions' })))).map(
      ({ versions }) => versions,
    ),
  );
  const about = {
    ...machine,
    ...versions,
    PyTorch: `${versions.PyTorch}, ${flags.threads} thread${flags.threads === '1' ? '' : 's'}`,
  };
  process.stdout.write(
    `${environmentText(about)}\nns/element of ${size.toLocaleString('en-US')}\n`,
  );

  const results = [];
  for (const { most, ...one } of chosen) {
    for (const type of chosenTypes) {
      const arrays = distinct(one, size, types[type]);
      const samples = Math.round(size / one.classes);
      const files = write(arrays, samples);
      const asked = { ...one, delta: DELTA, type, place: 'resident' };
      const answers = [];
      for (const [k, process] of both.entries()) {
        const results = temporary(`results-${k}`);
        const answer = await process.ask({ do: 'open', asked, files, results });
        answers.push(numbersOf(answer, results, type));
      }
      const times = await time(both, effort, uniform());
      const elements = samples * one.classes;
      const [lossmeter, pytorch] = times.map((all) => median(all) / elements);
      const interval = pairedRatio(times[0], times[1]);
      const result = {
        name: one.name,
        type,
        elements,
        lossmeter,
        pytorch,
        ...interval,
        most: most[type],
        rounds: times[0],
        pytorchRounds: times[1],
        apart: apart(answers[0], answers[1]),
      };
      results.push(result);
      process.stdout.write(line(result));
    }
  }
  for (const one of both) one.close();

  const isWhole = chosen.length === rows.length && chosenTypes.length === 2 && size === MILLION;
  const folder = new URL(isWhole ? 'results/' : '../build/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const written = {
    command: `npm run bench:native -- ${process.argv.slice(2).join(' ')}`.trim(),
    environment: about,
    effort,
    results,
  };
  writeFileSync(new URL(`${flags.name}.json`, folder), json(written));
}

const width = Math.max(...rows.map(({ name }) => name.length)) + ', float32'.length;

/** @param {{ name: string, type: string, lossmeter: number, pytorch: number, ratio: number, low: number, high: number, most: number, apart: number }} result */
function line({ name, type, lossmeter, pytorch, ratio, low, high, most, apart }) {
  const cells = [
    `${name}, ${type}`.padEnd(width),
    short(lossmeter).padStart(5),
    `PyTorch ${short(pytorch).padStart(5)}`,
    `ratio ${short(ratio).padStart(5)}`,
    `[${short(low)}, ${short(high)}]`.padEnd(14),
    `to reach ${short(most)}`.padEnd(14),
    (ratio <= most ? '' : 'MISSED').padEnd(6),
    `apart ${apart.toExponential(0)}`,
  ];
  return `  ${cells.join('  ')}\n`;
}

try {
  if (flags.help === true) process.stdout.write(HELP);
  else await run();
} catch (error) {
  process.stderr.write(`bench:native: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
process.exit();
