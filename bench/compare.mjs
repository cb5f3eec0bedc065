// @ts-check
// npm run bench:compare a.json b.json: two runs of one benchmark.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareRuns, difference, runOf } from './contest/runs.mjs';
import { short, table } from './report.mjs';

const HELP = `npm run bench:compare -- a.json b.json

Compares two runs of one benchmark (bench, bench:native, bench:peers or bench:crossover): b ÷ a with a
95 % interval for everything that both have timed. Where machines or engines differ, times say
nothing; then it compares the ratios to what each run has timed beside (the loop, PyTorch, this
library).

  --all            also what is the same within its interval
  --help
`;

/** @param {string} file */
function read(file) {
  try {
    return runOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: ${/** @type {Error} */ (error).message}`);
  }
}

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});

function run() {
  const [first, second] = positionals;
  if (first === undefined || second === undefined || positionals.length > 2) {
    throw new Error('expected two files, as in npm run bench:compare -- a.json b.json');
  }
  const a = read(first);
  const b = read(second);
  const why = difference(a, b);
  const compared = compareRuns(a, b);
  const shown = compared.filter(({ ratio: { low, high } }) => flags.all || high < 1 || low > 1);
  const commits = [a, b].map(({ environment }) => `${environment.commit}, ${environment.date}`);
  process.stdout.write(
    why === undefined
      ? `Times of b (${commits[1]}) ÷ a (${commits[0]})\n`
      : `Times cannot be compared: ${why}.\nRatios to what each run timed beside, b (${commits[1]}) ÷ a (${commits[0]})\n`,
  );
  const rows = shown
    .sort((x, y) => x.ratio.ratio - y.ratio.ratio)
    .map(({ key, ratio: { ratio, low, high } }) => [
      key,
      short(ratio),
      `${short(low)}–${short(high)}`,
      low > 1 ? 'slower' : high < 1 ? 'faster' : '',
    ]);
  if (rows.length > 0) process.stdout.write(table([['', 'b ÷ a', '95 %', ''], ...rows]));
  process.stdout.write(
    `${compared.length - shown.length} of ${compared.length} differ by no more than their intervals.\n`,
  );
}

try {
  if (flags.help) process.stdout.write(HELP);
  else run();
} catch (error) {
  process.stderr.write(`bench:compare: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
