// @ts-check
// npm run bench: measures, prints, and writes results as JSON and SVG.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cases, types } from './cases.mjs';
import { chart } from './chart.mjs';
import { compileLimit } from './compile-limit.mjs';
import { environment } from './environment.mjs';
import { besidePyTorch, pytorchTable } from './pytorch.mjs';
import {
  callsTable,
  environmentText,
  resultTable,
  short,
  sizesTable,
  targetsTable,
  warnings,
} from './report.mjs';
import { summarize } from './results.mjs';
import { accuracyTargets, FEW, isFew, judge, MILLION, speedTargets } from './targets.mjs';

const HELP = `npm run bench -- [options]

Compares, for each loss and type, the loop people write, the library's paths and the limit: reading
and writing the same bytes and nothing else.

  --sizes          lengths from 2^3 to 2^24 instead of 8 and 2^20
  --quick          2^16 elements, in some seconds: do all paths run and give the same bits? The times
                   are rough
  --only=TEXT      only cases whose name has TEXT in it, as --only=squaredError or --only=float32
  --name=NAME      of the two files written (default: main, sizes or quick)
  --help

Writes bench/results/NAME.json and NAME.svg; with --quick or --only into build/.
Exit code 1 if two paths of the library differ in a bit. A target missed is no error.
`;

/** Processes for each comparison: memory is placed anew in each, which shows in the times. */
const THOROUGH = {
  processes: 3,
  effort: { priorCalls: 1000, spell: 12, warmSpells: 4, rounds: 4, milliseconds: 10 },
};
const MODES = {
  main: { ...THOROUGH, sizes: [FEW, MILLION] },
  sizes: {
    processes: 1,
    effort: { priorCalls: 1000, spell: 12, warmSpells: 4, rounds: 3, milliseconds: 5 },
    sizes: [3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24].map((k) => 2 ** k),
  },
  quick: {
    processes: 1,
    effort: { priorCalls: 100, spell: 3, warmSpells: 1, rounds: 3, milliseconds: 1 },
    sizes: [FEW, 2 ** 16],
  },
};

/** @param {string[]} args */
function optionsOf(args) {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      name: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.sizes && values.quick) throw new Error('--sizes and --quick exclude each other');
  const mode = values.sizes ? 'sizes' : values.quick ? 'quick' : 'main';
  if (values.name !== undefined && !/^[\w.-]+$/.test(values.name)) {
    throw new Error(`--name is '${values.name}', expected letters, digits, '.', '-' and '_'`);
  }
  return { ...values, mode: /** @type {keyof typeof MODES} */ (mode) };
}

/**
 * @param {import('./comparison.mjs').Job} job
 * @returns {Promise<import('./comparison.mjs').Measured[]>}
 */
function inProcess(job) {
  const { LOSSMETER_BACKEND: _, ...env } = process.env;
  const child = fork(new URL('comparison.mjs', import.meta.url), { env });
  return new Promise((resolve, reject) => {
    child.once('message', (measured) => resolve(/** @type {any} */ (measured)));
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      reject(new Error(`${job.name}, ${job.type}: the process ended with ${signal ?? code}`));
    });
    child.send(job);
  });
}

/** What the chart shows: not everything, unless it was asked for. @param {readonly import('./results.mjs').Result[]} results */
function charted(results) {
  const left = new Set(cases.filter(({ chart }) => chart === false).map(({ name }) => name));
  const shown = results.filter(({ name }) => !left.has(name));
  return shown.length === 0 ? results : shown;
}

/** On a terminal, one line that is written over. @param {string} text */
function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** No more digits than a measurement has. @param {unknown} value */
function rounded(value) {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}

/** @param {ReturnType<typeof optionsOf>} options */
async function run({ mode, only, name, sizes: bySize, quick }) {
  const { processes, effort, sizes } = MODES[mode];
  const chosen = cases
    .filter((one) => !bySize || one.sizes === true)
    .flatMap((one) => Object.keys(types).map((type) => ({ name: one.name, type })))
    .filter((one) => `${one.name}, ${one.type}`.includes(only));
  if (chosen.length === 0) throw new Error(`--only=${only}: no case has that in its name`);
  const machine = environment();
  process.stdout.write(`${environmentText(machine)}\n`);
  await compileLimit();

  /** @type {import('./results.mjs').Result[]} */
  const results = [];
  for (const [k, one] of chosen.entries()) {
    const label = `[${k + 1}/${chosen.length}] ${one.name}, ${one.type}`;
    /** @type {import('./comparison.mjs').Measured[][]} */
    const runs = [];
    for (let i = 0; i < processes; i++) {
      progress(`${label} … process ${i + 1} of ${processes}`);
      // The exact value is the same every time.
      const exactUpTo = i === 0 ? MILLION : 0;
      runs.push(await inProcess({ ...one, sizes, effort, exactUpTo }));
    }
    const summaries = sizes.map((_, s) =>
      summarize(
        one.name,
        one.type,
        runs.map((run) => run[s]),
      ),
    );
    results.push(...summaries);
    const { elements, paths } = summaries[summaries.length - 1];
    progress('');
    process.stderr.write(
      `${label}: loop ${short(paths.loop.nanoseconds / elements)}, default ${short(paths.auto.nanoseconds / elements)}, resident ${short(paths.resident.nanoseconds / elements)}, limit ${short(paths.limit.nanoseconds / elements)} ns/element\n`,
    );
  }

  const few = results.filter(isFew);
  // A quick run is not warm.
  const judged = quick ? accuracyTargets : [...speedTargets, ...accuracyTargets];
  const judgements = judge(judged, results);
  const large = results.filter(({ size }) => size !== FEW);
  const tables = bySize
    ? chosen.map((one) =>
        sizesTable(results.filter((r) => r.name === one.name && r.type === one.type)),
      )
    : large.map(resultTable);
  const pytorch = besidePyTorch(results);
  const summary = [callsTable(few), targetsTable(judgements), pytorchTable(pytorch)];
  process.stdout.write(
    `\n${[...tables, ...summary.filter((text) => text !== '')].join('\n')}\n${warnings(results)}`,
  );

  const folder = new URL(quick || only !== '' ? '../build/' : 'results/', import.meta.url);
  const written = {
    mode,
    ...MODES[mode],
    environment: machine,
    targets: judgements,
    pytorch,
    results,
  };
  mkdirSync(folder, { recursive: true });
  const file = name ?? mode;
  const json = JSON.stringify(written, (_, value) => rounded(value), 2);
  writeFileSync(new URL(`${file}.json`, folder), `${json}\n`);
  writeFileSync(new URL(`${file}.svg`, folder), chart(bySize ? results : charted(large), machine));
  if (results.some(({ differing }) => differing.length > 0)) process.exitCode = 1;
}

try {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
