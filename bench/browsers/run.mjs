// @ts-check
// npm run bench:browsers: the paths in Chromium, Firefox and WebKit, on a page and in a worker.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Visits } from '../../test/browsers/visits.mjs';
import { environment } from '../environment.mjs';
import { json } from '../json.mjs';
import { environmentText, short, table } from '../report.mjs';
import { median } from '../statistics.mjs';

/** @typedef {{ name: string, type: string, elements: number, rounds: Record<string, number[]> }} BrowserResult */

const PAGE = '../../bench/browsers/computation.mjs';

if (process.argv.includes('--help')) {
  console.log(`npm run bench:browsers

Times the loop people write and the library's paths in Debian's Chromium, Firefox and WebKit, headless,
on a page and in a worker: some three minutes. As root on Debian it installs them first. Writes
bench/results/browsers/NAME.json, one for each.`);
  process.exit();
}

const folder = new URL('../results/browsers/', import.meta.url);
mkdirSync(folder, { recursive: true });
const machine = environment();
process.stdout.write(`${environmentText(machine)}\n`);
const visits = await Visits.open();
try {
  for (const browser of visits.browsers) {
    for (const scope of /** @type {const} */ (['page', 'worker'])) {
      const name = `${browser.name.toLowerCase()}-${scope}`;
      const { version } = browser;
      const report = await visits.visit(browser, { scope, isStrict: false, run: PAGE });
      if (report.backend !== 'wasm') throw new Error(`${name}: ${report.fallbackReason}`);
      const { kept: _, results, ...about } = report;
      const written = {
        browser: browser.name,
        version,
        scope,
        environment: machine,
        ...about,
        results,
      };
      writeFileSync(new URL(`${name}.json`, folder), json(written));
      process.stdout.write(
        `${browser.name} ${version}, ${scope}: ns/element\n${resultsTable(results)}\n`,
      );
    }
  }
} finally {
  await visits.close();
}

/** @param {readonly BrowserResult[]} results */
function resultsTable(results) {
  const [first] = results;
  const paths = Object.keys(first?.rounds ?? {});
  return table([
    ['', ...paths],
    ...results.map(({ name, type, elements, rounds }) => [
      `${name}, ${type}`,
      ...paths.map((path) => short(median(rounds[path]) / elements)),
    ]),
  ]);
}
