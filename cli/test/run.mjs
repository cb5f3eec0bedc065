// npm test: the files *.test.mjs beside this one, or those whose names have the words that are given.
// The last line is `N passed, N failed`.
import { readdirSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { run } from 'node:test';
import { spec as Spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const files = readdirSync(here)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .map((name) => here + name);

const counts = { passed: 0, failed: 0 };
const events = run({ files, concurrency: 2, timeout: 300_000 });
// A suite or a file passes or fails by the tests in it, unless it fails itself.
const isTest = ({ name, file, details }) => details.type !== 'suite' && name !== file;
events.on('test:pass', (event) => {
  if (isTest(event)) counts.passed++;
});
events.on('test:fail', (event) => {
  if (isTest(event) || event.details.error.failureType !== 'subtestsFailed') counts.failed++;
});
const report = events.compose(new Spec());
report.pipe(process.stdout);
await finished(report);
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
