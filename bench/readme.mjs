// @ts-check
// npm run bench:readme: writes the results in bench/results/ into README.md, CONTRIBUTING.md and docs/study.md.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cases } from './cases.mjs';
import { sizeText } from './contest/markdown.mjs';
import { winsText } from './contest/wins.mjs';
import { paths } from './paths.mjs';
import { short } from './report.mjs';
import { median } from './statistics.mjs';
import { isFew, MILLION } from './targets.mjs';

/** @typedef {import('./results.mjs').Result} Result */

const README = new URL('../README.md', import.meta.url);
const CONTRIBUTING = new URL('../CONTRIBUTING.md', import.meta.url);
const STUDY = new URL('../docs/study.md', import.meta.url);

/** The paths that a reader chooses from, as README.md names them. */
const COLUMNS = /** @type {const} */ ([
  ['loop', paths.loop.label],
  ['js', "`backend: 'js'`"],
  ['auto', paths.auto.label],
  ['resident', 'arena'],
  ['limit', paths.limit.label],
]);

/** What makes each file. @type {Readonly<Record<string, string>>} */
const makers = {
  'main.json': 'npm run bench -- --thorough',
  'startup.json': 'npm run bench:startup',
  'native.json': 'npm run bench:native',
  'native-2.json': 'npm run bench:native -- --threads=2 --name=native-2',
  'threads.json': 'npm run bench:threads',
  'crossover.json': 'npm run bench:crossover',
  'peers.json': 'npm run bench:peers',
  'threats.json': 'npm run bench:threats',
};

/** @param {string} file */
function json(file) {
  const url = new URL(`results/${file}`, import.meta.url);
  if (!existsSync(url)) throw new Error(`bench/results/${file} is missing: ${makers[file]}`);
  return JSON.parse(readFileSync(url, 'utf8'));
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

/** @param {readonly { name: string, type: string, lossmeter: number, pytorch: number, ratio: number, low: number, high: number }[]} results */
function nativeTable(results) {
  const rows = [...new Set(results.map(({ name }) => name))].map((name) => {
    const ofBothTypes = results.filter((one) => one.name === name);
    return [
      titled(name),
      both(ofBothTypes.map(({ pytorch }) => pytorch)),
      both(ofBothTypes.map(({ lossmeter }) => lossmeter)),
      both(ofBothTypes.map(({ ratio }) => ratio)),
    ];
  });
  return markdown([['', 'PyTorch', 'arena', 'arena ÷ PyTorch'], ...rows]);
}

/** An engine without its compilers runs the loop no faster than this: ns an element. */
const INTERPRETED = 40;

/** How fast it is in browsers, in a sentence or two. */
function browsersText() {
  const folder = new URL('results/browsers/', import.meta.url);
  if (!existsSync(folder)) return '';
  const all = readdirSync(folder).map((file) => json(`browsers/${file}`));
  const pages = all.filter(({ scope }) => scope === 'page');
  /** @param {any} run @param {string} name @param {string} type @param {string} path */
  const time = ({ results }, name, type, path) => {
    const found = results.find((/** @type {any} */ one) => one.name === name && one.type === type);
    return median(found.rounds[path]) / found.elements;
  };
  const isCompiled = (/** @type {any} */ run) =>
    time(run, 'squaredError.mean', 'float32', 'loop') < INTERPRETED;
  const shown = pages.filter(isCompiled).map((run) => {
    const cells = ['squaredError.mean', 'binaryCrossEntropy.mean, 0/1 labels'].map((name) =>
      ['loop', 'js', 'auto', 'resident']
        .map((path) => short(time(run, name, 'float32', path)))
        .join(', '),
    );
    return `${run.browser} ${run.version.split('.')[0]} ${cells.join(' and ')}`;
  });
  const left = pages
    .filter((run) => !isCompiled(run))
    .map(({ browser, version }) => `${browser} ${version.split('.')[0]}`);
  const without =
    left.length === 0
      ? ''
      : ` ${left.join(' and ')} ran everything a hundred times slower on this machine, loops and WebAssembly alike, and so is left out.`;
  return `In a browser tab, 2¹⁸ float32 numbers, the loop, JavaScript, the default and an arena take, for squared error and for 0/1 labels: ${shown.join('; ')} ns per element ([page and worker](bench/results/browsers/)).${without}`;
}

/** One thread and two, by row. */
function threadsTable() {
  /** @type {readonly { name: string, type: string, elements: number, oneThread: number, ratio: number }[]} */
  const results = threads.results;
  const keys = [...new Set(results.map(({ name, elements }) => `${elements} ${name}`))];
  const rows = keys.map((key) => {
    const ofBothTypes = results.filter(({ name, elements }) => `${elements} ${name}` === key);
    const [{ name, elements }] = ofBothTypes;
    return [
      `${titled(name)}, ${sizeText(elements)}`,
      both(ofBothTypes.map(({ oneThread }) => oneThread / elements)),
      both(ofBothTypes.map(({ ratio }) => ratio)),
    ];
  });
  return markdown([['', 'one thread, ns per element', 'two threads ÷ one'], ...rows]);
}

/** How two threads do beside PyTorch's two. */
function nativeThreadsText() {
  /** @type {readonly { name: string, type: string, ratio: number }[]} */
  const results = native2.results;
  const behind = results.filter(({ ratio }) => ratio > 1);
  const named = behind.map(
    ({ name, type, ratio }) => `${titled(name)} of ${type} (${ratio.toPrecision(2)})`,
  );
  const rest = behind.length === 0 ? '' : `, and more in ${behind.length}: ${named.join(', ')}`;
  return `Beside PyTorch with two threads (\`${native2.command}\`), two of ours take less time in ${results.length - behind.length} of ${results.length} rows${rest}.`;
}

/** Simulated. */
function scalingTable() {
  return markdown([
    ['', ...threads.cores.map((/** @type {number} */ cores) => `${cores} cores`)],
    ...threads.scaling.map((/** @type {any} */ { name, elements, faster }) => [
      `${titled(name)}, ${sizeText(elements)}`,
      ...faster.map(short),
    ]),
  ]);
}

/** Where the default is not the faster of its two paths. */
function aboveText() {
  /** @type {readonly import('./envelope.mjs').Above[]} */
  const all = crossover.above;
  // (Of rows of ten classes, the first lengths are the same.)
  const above = all.filter(
    (one, k) => k === 0 || one.elements !== all[k - 1].elements || one.name !== all[k - 1].name,
  );
  const calls = crossover.results.length;
  if (all.length === 0) return `The default was so in none of ${calls} calls.`;
  const rows = above.map(({ name, type, elements, auto, best, by }) => [
    `${titled(name)}, ${type}, ${elements.toLocaleString('en-US')}`,
    short(auto),
    `${short(best)} (${by})`,
  ]);
  return `In ${all.length} of ${calls} calls it was, which are of ${above.length} lengths:\n\n${markdown([['', 'default, ns', 'the faster path, ns'], ...rows])}`;
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

/** Replaces what stands between two marks. @param {URL} file @param {string} mark @param {string} block */
function fill(file, mark, block) {
  const text = readFileSync(file, 'utf8');
  const between = new RegExp(`(?<=<!-- ${mark} -->\\n)[\\s\\S]*?(?=<!-- /${mark} -->)`);
  if (!between.test(text)) throw new Error(`${file.pathname} has no block of ${mark}`);
  writeFileSync(
    file,
    text.replace(between, () => block),
  );
}

/** @param {string} name of the file, without its theme @param {string} alt @param {string} folder */
const picture = (name, alt, folder) => `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${folder}${name}.dark.svg">
  <img src="${folder}${name}.light.svg" width="720" alt="${alt}">
</picture>`;

const { environment, results } = json('main.json');
const { startup } = json('startup.json');
const native = json('native.json');
const study = json('peers.json');
const { threats, environment: threatened } = json('threats.json');
const native2 = json('native-2.json');
const threads = json('threads.json');
const crossover = json('crossover.json');
const large = /** @type {Result[]} */ (results).filter(({ size }) => size === MILLION);
const few = /** @type {Result[]} */ (results).filter(isFew);
const differing = large.filter(({ differing }) => differing.length > 0);
const overEmptyScript = Object.fromEntries(
  startup.map((/** @type {any} */ one) => [one.name, one.overEmptyScript]),
);
const [first, ...others] = few;
/** @param {Result} result */
const aCall = ({ paths }) => paths.auto.nanoseconds;
const peersAlt =
  'Bars of nanoseconds per element by library, for three losses; those whose result is wrong by more than one in a thousand are outlined.';

fill(
  README,
  'results',
  `${picture('peers', peersAlt, 'bench/results/')}

${wrapped(`One run of \`${study.command}\` (${study.environment.cpu}, Node ${study.environment.node}, commit ${study.environment.commit}): [all rows](bench/results/peers.md), with intervals, errors, and who is faster. [docs/study.md](docs/study.md) says how it was measured and what to be wary of.`)}

${wrapped(`Beside PyTorch's native code in one run of \`npm run bench:native\` (PyTorch ${native.environment.PyTorch}, 2²⁰ elements, ${native.environment.cpu}, commit ${native.environment.commit}), ns per element, float32 / float64:`)}

${nativeTable(native.results)}

Its own paths, nanoseconds per element, float32 / float64, at 2²⁰ elements:

${timesTable(large)}

${wrapped(
  `Medians of one run of \`npm run bench -- --thorough\` (${environment.cpu}, Node ${environment.node}, one thread, arrays warm in the cache, commit ${environment.commit}); options, gradients, other types and batches, spreads, GB/s, ratios and errors are in [main.json](bench/results/main.json), all lengths in [a chart](docs/study.md#at-every-length). ${differing.length === 0 ? 'All paths gave the same bits.' : `${differing.length} results were not the same bits on all paths.`} A call on 8 elements takes ${short(aCall(first))} ns for \`${first.name}\` (the loop: ${short(first.paths.loop.nanoseconds)}) and ${range(others.map(aCall))} ns for the others. ${startupText(overEmptyScript)} ${browsersText()}`,
)}
`,
);
fill(
  README,
  'threads',
  `${threadsTable()}

${wrapped(`Two idle cores (${threads.environment.cpu}, Node ${threads.environment.node}, commit ${threads.environment.commit}; \`npm run bench:threads\`), float32 / float64, in a shared arena where nothing else is said. A round trip to a thread takes ${short(threads.roundTrip.awake / 1000)} µs, to one that sleeps ${short(threads.roundTrip.asleep / 1000)}. ${nativeThreadsText()}`)}
`,
);
fill(
  CONTRIBUTING,
  'scaling',
  `${scalingTable()}
`,
);
fill(
  STUDY,
  'chart',
  `${picture('peers', peersAlt, '../bench/results/')}

${wrapped(`${study.environment.cpu}, Node ${study.environment.node}, ${study.environment.date}, commit ${study.environment.commit}: [all rows](../bench/results/peers.md).`)}
`,
);
fill(
  STUDY,
  'lengths',
  `${picture('crossover', 'Lines of the time of a call over the number of elements, for each path, in six panels, one for each loss and type.', '')}

${aboveText()}
`,
);
fill(
  STUDY,
  'threats',
  `${markdown([
    ['', 'ratio', 'measured'],
    ...threats.map((/** @type {any} */ { what, measured, ratio }) => [
      what,
      short(ratio),
      measured,
    ]),
  ])}

${wrapped(`\`npm run bench:threats\` on ${threatened.cpu}, Node ${threatened.node}, ${threatened.date}.`)}
`,
);
fill(
  STUDY,
  'wins',
  `${winsText(study)}
`,
);
