// @ts-check
// npm run bench:readme: writes README.md's block of results from those in bench/results/.
import { readFileSync, writeFileSync } from 'node:fs';
import { cases } from './cases.mjs';
import { paths } from './paths.mjs';
import { besidePyTorch } from './pytorch.mjs';
import { short } from './report.mjs';
import { isFew, MILLION } from './targets.mjs';

/** @typedef {import('./results.mjs').Result} Result */

const README = new URL('../README.md', import.meta.url);
const BLOCK = /(?<=<!-- results -->\n)[\s\S]*?(?=<!-- \/results -->)/;

/** The paths that a reader chooses from, as README.md names them. */
const COLUMNS = /** @type {const} */ ([
  ['loop', paths.loop.label],
  ['js', "`backend: 'js'`"],
  ['auto', paths.auto.label],
  ['resident', 'arena'],
  ['limit', paths.limit.label],
]);

/** @param {string} file */
function json(file) {
  return JSON.parse(readFileSync(new URL(`results/${file}`, import.meta.url), 'utf8'));
}

/** @param {readonly (readonly string[])[]} rows the first is the head */
function markdown(rows) {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`.replace(/^\| {2}/, '| '));
  return [head, `|${'---|'.repeat(rows[0].length)}`, ...body].join('\n');
}

/** The call as code, and what sets it apart. @param {string} name */
function titled(name) {
  const [, call, rest] = /** @type {RegExpExecArray} */ (/^([\w.]+)(.*)$/.exec(name));
  return `\`${call}\`${rest}`;
}

/** float32 / float64. @param {readonly number[]} values */
const both = (values) => values.map((x) => (x < 1 ? x.toPrecision(2) : short(x))).join(' / ');

/** @param {readonly Result[]} results */
function timesTable(results) {
  const details = new Set(cases.filter(({ isDetail }) => isDetail).map(({ name }) => name));
  const names = [...new Set(results.map(({ name }) => name))].filter((name) => !details.has(name));
  const rows = names.map((name) => {
    const ofBothTypes = results.filter((one) => one.name === name);
    const cells = COLUMNS.map(([path]) =>
      both(ofBothTypes.map((one) => one.paths[path].nanoseconds / one.elements)),
    );
    return [titled(name), ...cells];
  });
  return markdown([['', ...COLUMNS.map(([, label]) => label)], ...rows]);
}

/** @param {ReturnType<typeof besidePyTorch>['losses']} losses */
function rivalsTable(losses) {
  const rows = [...new Set(losses.map(({ loss }) => loss))].map((loss) => {
    const ofBothTypes = losses.filter((one) => one.loss === loss);
    return [
      `\`${loss.replace(',', '`,')}${loss.includes(',') ? '' : '`'}`,
      both(ofBothTypes.map(({ pytorch }) => pytorch)),
      both(ofBothTypes.map(({ resident }) => resident)),
      ofBothTypes.map(({ reached }) => (reached ? 'yes' : 'no')).join(' / '),
    ];
  });
  return markdown([['', 'PyTorch', 'arena', 'as fast'], ...rows]);
}

/** From … to of numbers, rounded to tens. @param {readonly number[]} numbers */
function range(numbers) {
  const tens = (/** @type {number} */ x) => 10 * Math.round(x / 10);
  return `${tens(Math.min(...numbers))} to ${tens(Math.max(...numbers))}`;
}

/** @param {Record<string, number>} overEmptyScript milliseconds, by program */
function startupText(overEmptyScript) {
  const all = overEmptyScript['… and a first result, by WebAssembly'];
  const any = overEmptyScript['import a small file'];
  return `Importing the package and a first result take ${all.toFixed(0)} ms more than an empty script, ${any.toFixed(0)} of which any imported file takes ([startup.json](bench/results/startup.json)).`;
}

/** Lines of at most 106 characters. @param {string} text */
function wrapped(text) {
  return text.replace(/(?=\S)(.{1,106})(?: |$)/g, '$1\n').trimEnd();
}

const { environment, results } = json('main.json');
const { startup } = json('startup.json');
const large = /** @type {Result[]} */ (results).filter(({ size }) => size === MILLION);
const few = /** @type {Result[]} */ (results).filter(isFew);
const pytorch = besidePyTorch(large);
const differing = large.filter(({ differing }) => differing.length > 0);
const overEmptyScript = Object.fromEntries(
  startup.map((/** @type {any} */ one) => [one.name, one.overEmptyScript]),
);
const [first, ...others] = few;
/** @param {Result} result */
const aCall = ({ paths }) => paths.auto.nanoseconds;

const block = `![Time per element, by loss and path](bench/results/main.svg)

Nanoseconds per element, float32 / float64, at 2²⁰ elements:

${timesTable(large)}

${wrapped(
  `Medians of one run of \`npm run bench -- --thorough\` (${environment.cpu}, Node ${environment.node}, one thread, arrays warm in the cache, commit ${environment.commit}); spreads, GB/s, ratios and errors are in [main.json](bench/results/main.json). ${differing.length === 0 ? 'All paths gave the same bits.' : `${differing.length} results were not the same bits on all paths.`} A call on 8 elements takes ${short(aCall(first))} ns for \`${first.name}\` (the loop: ${short(first.paths.loop.nanoseconds)}) and ${range(others.map(aCall))} ns for the others. ${startupText(overEmptyScript)}`,
)}

${wrapped(`Beside PyTorch's native code, ns per element (${pytorch.source.replace('2^20', '2²⁰')}: another machine's times, a hint and no more):`)}

${rivalsTable(pytorch.losses)}
`;

const readme = readFileSync(README, 'utf8');
if (!BLOCK.test(readme)) throw new Error('README.md has no block of results');
writeFileSync(
  README,
  readme.replace(BLOCK, () => block),
);
