// @ts-check
// npm run bench: measures, prints, and writes results as JSON, SVG and CSV.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cases, lossesOf, types } from './cases.mjs';
import { chart } from './chart.mjs';
import { compileLimit } from './compile-limit.mjs';
import { csv } from './csv.mjs';
import { environment } from './environment.mjs';
import { HELP, optionsOf } from './options.mjs';
import { inProcess } from './processes.mjs';
import {
  callsTable,
  environmentText,
  resultTable,
  sizesTable,
  targetsTable,
  warnings,
} from './report.mjs';
import { summarize } from './results.mjs';
import { accuracyTargets, FEW, isFew, judge, speedTargets } from './targets.mjs';

/** What the chart shows: not everything, unless it was asked for. @param {readonly import('./results.mjs').Result[]} results */
function charted(results) {
  const left = new Set(
    cases.filter(({ chart, isDetail }) => chart === false || isDetail).map(({ name }) => name),
  );
  const shown = results.filter(({ name }) => !left.has(name));
  return shown.length === 0 ? results : shown;
}

/** No more digits than a measurement has. @param {unknown} value */
function rounded(value) {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}

/**
 * The cases that were asked for.
 *
 * @param {ReturnType<typeof optionsOf>} options
 */
function chosenOf({ losses, types, only }) {
  const chosen = cases
    .filter((one) => lossesOf(one).some((loss) => losses.includes(loss)))
    .flatMap(({ name, types: measured = types, isDetail = false }) =>
      types.filter((type) => measured.includes(type)).map((type) => ({ name, type, isDetail })),
    )
    .filter(({ name, type }) => `${name}, ${type}`.includes(only));
  if (chosen.length === 0) {
    throw new Error(
      `no case is left; the cases are\n${cases.map(({ name }) => `  ${name}\n`).join('')}`,
    );
  }
  return chosen;
}

/**
 * One case and type, measured in as many processes as are wanted.
 *
 * @param {{ name: string, type: string, isDetail: boolean }} one
 * @param {ReturnType<typeof optionsOf>} options
 * @param {string} label
 */
async function compare({ name, type, isDetail }, options, label) {
  const { effort, sizes, exactUpTo, threads } = options;
  const processes = isDetail ? 1 : options.processes;
  /** @type {import('./comparison.mjs').Measured[][]} */
  const runs = [];
  for (let i = 0; i < processes; i++) {
    process.stderr.write(
      `${label}${processes > 1 ? `, process ${i + 1} of ${processes}` : ''} …\n`,
    );
    // The exact value is the same every time.
    const exact = i === 0 ? exactUpTo : 0;
    runs.push(await inProcess({ name, type, sizes, effort, exactUpTo: exact, threads }));
  }
  const results = sizes.map((_, s) =>
    summarize(
      name,
      type,
      runs.map((run) => run[s]),
    ),
  );
  return { name, type, runs, results };
}

/** @param {readonly import('./results.mjs').Result[]} results of one case and type */
function tableOf(results) {
  const large = results.filter(({ size }) => size !== FEW);
  if (large.length > 1) return sizesTable(results);
  return (large.length > 0 ? large : results).map(resultTable).join('\n');
}

/** @param {ReturnType<typeof optionsOf>} options */
async function run(options) {
  const { name: file, isWarm, isWhole, help: _, ...how } = options;
  const chosen = chosenOf(options);
  const machine = environment();
  process.stdout.write(`${environmentText(machine)}\n`);
  await compileLimit();

  const measured = [];
  for (const [k, one] of chosen.entries()) {
    const made = await compare(
      one,
      options,
      `[${k + 1}/${chosen.length}] ${one.name}, ${one.type}`,
    );
    measured.push(made);
    process.stdout.write(`${tableOf(made.results)}\n`);
  }

  const results = measured.flatMap((one) => one.results);
  const few = results.filter(isFew);
  const large = results.filter(({ size }) => size !== FEW);
  const targets = judge(isWarm ? [...speedTargets, ...accuracyTargets] : accuracyTargets, results);
  const summary = [...(few.length > 0 ? [callsTable(few)] : []), targetsTable(targets)];
  process.stdout.write(`${summary.filter((text) => text !== '').join('\n')}\n${warnings(results)}`);

  const folder = new URL(isWhole ? 'results/' : '../build/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  /** @param {string} ending @param {string} text */
  const write = (ending, text) => writeFileSync(new URL(`${file}.${ending}`, folder), text);
  const written = { mode: file, ...how, environment: machine, targets, results };
  write('json', `${JSON.stringify(written, (_key, value) => rounded(value))}\n`);
  write('csv', csv(measured));
  const lengths = new Set(large.map(({ size }) => size));
  write('svg', chart(lengths.size === 1 ? charted(large) : results, machine));
  if (results.some(({ differing }) => differing.length > 0)) process.exitCode = 1;
}

try {
  const losses = [...new Set(cases.flatMap(lossesOf))];
  const options = optionsOf(process.argv.slice(2), { losses, types: Object.keys(types) });
  if (options.help) process.stdout.write(HELP);
  else await run(options);
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
