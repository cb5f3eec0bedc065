// npm run test:mutation -- src/state.ts …: changes a file in every small way there is, one at a time, and
// says which changes no test notices.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { tests } from './tests.mjs';

/** What is changed in a twin is another bit than its kernel's: conformance notices it. */
const TWINS = 'src/js/';

/** Where reports go. */
const REPORTS = 'build/mutation';

/** @param {string} file */
function testsFor(file) {
  if (!/^src\/.+\.ts$/.test(file) || !existsSync(file)) {
    throw new Error(`${file} is no file of src/`);
  }
  if (file.startsWith(TWINS)) throw new Error(`${file} is a twin: they are left out`);
  const found = tests.find(([pattern]) => pattern.test(file.slice('src/'.length)));
  return found?.[1] ?? [];
}

/**
 * @param {string} file
 * @param {readonly string[]} names of tests
 */
async function mutate(file, names) {
  const missing = names.filter((name) => !existsSync(`test/${name}.test.ts`));
  if (missing.length > 0) throw new Error(`there is no test/${missing[0]}.test.ts`);
  process.env.LOSSMETER_MUTATION_TESTS = names.join(' ');
  // The same samples for all mutants.
  process.env.LOSSMETER_SEED = '1';
  console.log(`${file}, by ${names.join(', ')}`);
  const start = performance.now();
  const results = await new Stryker({
    mutate: [file],
    testRunner: 'bundled',
    plugins: [new URL('runner.mjs', import.meta.url).href],
    coverageAnalysis: 'perTest',
    reporters: ['clear-text', 'json'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${REPORTS}/${file.replaceAll('/', '-')}.json` },
    tempDirName: `${REPORTS}/sandboxes`,
    ignorePatterns: [
      '/build/*',
      '!/build/*.wasm',
      '!/build/plain.js',
      '/bench',
      '/docs',
      '/coverage',
      '/dist',
    ],
    allowConsoleColors: false,
    // (Loops without an end are counted, and stopped.)
    timeoutMS: 130_000,
  }).runMutationTest();
  const seconds = (performance.now() - start) / 1000;
  return { file, ...scoreOf(results), secondsPerMutant: seconds / results.length };
}

/** @param {readonly { status: string }[]} results */
function scoreOf(results) {
  /** @param {readonly string[]} wanted */
  const count = (...wanted) => results.filter(({ status }) => wanted.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const missed = count('Survived', 'NoCoverage');
  return { noticed, missed, score: noticed / (noticed + missed) };
}

const { positionals: files, values } = parseArgs({
  allowPositionals: true,
  options: { tests: { type: 'string' } },
});
if (files.length === 0) {
  console.error('npm run test:mutation -- src/state.ts … [--tests=accumulator,errors]');
  process.exitCode = 1;
}
// For tests that start a process of their own, where nothing is changed.
const rolldown = 'node_modules/rolldown/bin/cli.mjs';
const plain = ['src/index.ts', '--file', 'build/plain.js', '--logLevel', 'silent'];
execFileSync(process.execPath, [rolldown, ...plain]);
const scores = [];
for (const file of files) {
  const names = testsFor(file);
  scores.push(await mutate(file, values.tests?.split(',') ?? names));
}
for (const { file, noticed, missed, score, secondsPerMutant } of scores) {
  const percent = `${(100 * score).toFixed(1)} %`.padStart(7);
  const time = `${secondsPerMutant.toFixed(1)} s each`;
  console.log(`${percent}  ${file}: ${noticed} noticed, ${missed} not, ${time}`);
}
