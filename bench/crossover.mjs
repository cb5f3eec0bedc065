// @ts-check
// npm run bench:crossover: what a call takes at every length, and whether the default chooses well.
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cases, types } from './cases.mjs';
import { compileLimit } from './compile-limit.mjs';
import { crossoverChart } from './crossover-chart.mjs';
import { aboveEnvelope } from './envelope.mjs';
import { environment } from './environment.mjs';
import { json } from './json.mjs';
import { inProcess } from './processes.mjs';
import { environmentText, short, sizesTable, table } from './report.mjs';
import { summarize } from './results.mjs';

const HELP = `npm run bench:crossover -- [options]

Times a call of 1 to 2^24 elements by every path, draws that, and says where the default is slower
than the faster of the two paths that it chooses from, by more than 100 ns and 10 %.

  --all            every loss, option and type, of 1 to 4,096 elements, without a chart
  --only=TEXT      of those, only the ones whose name has TEXT in it
  --help

Writes bench/results/crossover.json and docs/crossover.light.svg and .dark.svg; with --all or --only,
build/crossover.json alone.
`;

/** What the chart shows. @type {readonly (readonly [name: string, type: string])[]} */
const charted = [
  ['squaredError.mean', 'float32'],
  ['squaredError.mean', 'float64'],
  ['binaryCrossEntropy.mean, 0/1 labels', 'float32'],
  ['binaryCrossEntropy.mean, uint8 labels', 'float32'],
  ['binaryCrossEntropy.mean, from logits', 'float32'],
  ['sparseCategoricalCrossEntropy.mean, from logits, 10 classes', 'float32'],
];

const powers = Array.from({ length: 25 }, (_, k) => 2 ** k);
/** And where ways change: just above blocks, groups of lanes and vectors. */
const between = [3, 6, 12, 17, 24, 33, 48, 65, 96, 129];
const allSizes = [...powers, ...between].sort((a, b) => a - b);
const fewSizes = [1, 8, 16, 17, 32, 33, 64, 65, 128, 256, 512, 1024, 2048, 4096];

const EFFORT = { priorCalls: 1000, spell: 8, warmSpells: 3, rounds: 4, milliseconds: 5 };

const THREADS = 2;

const { values: flags } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

async function run() {
  const isChart = !flags.all && flags.only === undefined;
  const { only = '' } = flags;
  const chosen = isChart
    ? charted
    : cases
        .flatMap(({ name, types: measured = Object.keys(types) }) =>
          measured.map((type) => /** @type {const} */ ([name, type])),
        )
        .filter(([name]) => name.includes(only));
  const machine = environment();
  process.stdout.write(`${environmentText(machine)}\n`);
  await compileLimit();

  const sizes = isChart ? allSizes : fewSizes;
  const results = [];
  for (const [k, [name, type]] of chosen.entries()) {
    process.stderr.write(`[${k + 1}/${chosen.length}] ${name}, ${type} …\n`);
    const measured = await inProcess({
      name,
      type,
      sizes,
      effort: EFFORT,
      exactUpTo: 0,
      threads: isChart ? THREADS : 1,
    });
    const made = measured.map((one) => summarize(name, type, [one]));
    results.push(...made);
    process.stdout.write(`${sizesTable(made)}\n`);
  }

  const above = aboveEnvelope(results);
  process.stdout.write(envelopeText(above, results.length));
  const folder = new URL(isChart ? 'results/' : '../build/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const written = { environment: machine, threads: THREADS, effort: EFFORT, above, results };
  writeFileSync(new URL('crossover.json', folder), json(written));
  if (!isChart) return;
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    const file = new URL(`../docs/crossover.${theme}.svg`, import.meta.url);
    writeFileSync(file, crossoverChart(results, machine, theme));
  }
}

/** @param {readonly import('./envelope.mjs').Above[]} above @param {number} count */
function envelopeText(above, count) {
  if (above.length === 0) return `The default is on the lower envelope, in all ${count} calls.\n`;
  const rows = above.map(({ name, type, elements, auto, best, by }) => [
    `${name}, ${type}, ${elements}`,
    short(auto),
    short(best),
    by,
  ]);
  return `The default is above the lower envelope in ${above.length} of ${count} calls\n${table([['', 'default, ns', 'best', 'by'], ...rows])}`;
}

if (flags.help) process.stdout.write(HELP);
else await run();
