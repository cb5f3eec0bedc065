// @ts-check
// npm run bench:peers: this library beside others, in one run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { types } from '../cases.mjs';
import { uniform } from '../data.mjs';
import { environment } from '../environment.mjs';
import { environmentText, short } from '../report.mjs';
import { median } from '../statistics.mjs';
import { MILLION } from '../targets.mjs';
import { Process, time } from './contest.mjs';
import { readOne, temporary, write } from './files.mjs';
import { pairedRatio } from './intervals.mjs';
import { markdown } from './markdown.mjs';
import { OURS, peersWith } from './peers.mjs';
import { peersChart } from './peers-chart.mjs';
import { pythonWithTorch } from './python.mjs';
import { DELTA, distinct, errors, row, tasks } from './rows.mjs';
import { studyCsv } from './study-csv.mjs';
import { HELP, studyOptionsOf } from './study-options.mjs';

/** @typedef {import('./rows.mjs').Row & { place: 'resident' | 'ordinary' }} PlacedRow */

/**
 * @typedef {object} StudyResult one library's answer to one row
 * @property {string} row its name
 * @property {import('./rows.mjs').Task} task
 * @property {import('./rows.mjs').Verb} verb
 * @property {'resident' | 'ordinary'} place
 * @property {boolean} constant
 * @property {'float32' | 'float64'} type
 * @property {number} elements
 * @property {number} classes
 * @property {string} peer
 * @property {string} [missing] why it has no answer
 * @property {number} [nanoseconds] of a call, the median of the rounds
 * @property {number[]} [rounds]
 * @property {import('./intervals.mjs').Interval} [toOurs] its time ÷ ours
 * @property {number} [error] relative to the exact value; of samples, the largest
 */

/** The vocabulary of GPT-2. */
const VOCABULARY = 50_257;
const TOKENS = 64;

/** The rows of a loss at a size. @param {import('./rows.mjs').Task} task @param {number} size @returns {{ row: PlacedRow, samples: number }[]} */
function rowsOf(task, size) {
  /** @param {import('./rows.mjs').Row} one @param {number} samples */
  const everyPlace = (one, samples) =>
    /** @type {const} */ (['resident', 'ordinary']).map((place) => ({
      row: { ...one, place },
      samples,
    }));
  /** @param {import('./rows.mjs').Row} one @param {number} samples */
  const resident = (one, samples) => everyPlace(one, samples).slice(0, 1);
  const verbs = /** @type {const} */ (['perSample', 'valueAndGradient']);
  if (task !== 'sparseLogits') {
    return [
      ...everyPlace(row(task, 'mean'), size),
      // Longer ones say nothing else of samples and gradients, and fill the memory.
      ...(size > MILLION ? [] : verbs.flatMap((verb) => resident(row(task, verb), size))),
      ...(size === MILLION && (task === 'squared' || task === 'absolute')
        ? resident(row(task, 'mean', { constant: true }), size)
        : []),
    ];
  }
  if (size !== MILLION) return [];
  return [
    { classes: 1024, samples: 1024 },
    { classes: VOCABULARY, samples: TOKENS },
  ].flatMap(({ classes, samples }) => [
    ...everyPlace(row(task, 'mean', { classes }), samples),
    ...verbs.flatMap((verb) => resident(row(task, verb, { classes }), samples)),
  ]);
}

/**
 * @param {{ value?: number, length?: number }} answer
 * @param {string} results
 * @param {'float32' | 'float64'} type
 * @param {ReturnType<typeof errors>} exact
 * @param {number} known how many samples' exact losses are known
 */
function errorOf({ value, length }, results, type, exact, known) {
  if (value != null) return exact.ofMean(value);
  if (length == null) return NaN;
  return exact.ofEach(readOne(results, type).subarray(0, Math.min(length, known)));
}

/** The contestants of one loss, at work. */
class Contest {
  /** @type {Map<string, Process>} */
  #processes = new Map();
  #random = uniform();

  /** @param {readonly import('./peers.mjs').Peer[]} peers @param {import('./contest.mjs').Effort} effort */
  constructor(peers, effort) {
    this.effort = effort;
    for (const { key, command, env } of peers) {
      this.#processes.set(key, new Process({ name: key, command, ...(env && { env }) }));
    }
  }

  /** @returns {Promise<Record<string, Record<string, string>>>} by contestant; one that does not start is left out */
  async versions() {
    /** @type {Record<string, Record<string, string>>} */
    const versions = {};
    for (const [key, process] of this.#processes) {
      try {
        versions[key] = (await process.ask({ do: 'versions' })).versions;
      } catch (error) {
        this.#drop(key, error);
      }
    }
    return versions;
  }

  /** @param {string} key @param {unknown} error */
  #drop(key, error) {
    process.stderr.write(`left out: ${error instanceof Error ? error.message : error}\n`);
    this.#processes.get(key)?.close();
    this.#processes.delete(key);
  }

  /**
   * @param {PlacedRow} one
   * @param {number} samples
   * @param {'float32' | 'float64'} type
   * @returns {Promise<StudyResult[]>}
   */
  async measure(one, samples, type) {
    const { name, task, verb, place, constant, classes } = one;
    const elements = samples * classes;
    const arrays = distinct(one, elements, types[type]);
    const files = write(arrays, samples);
    const exact = errors(one, arrays);
    const asked = { ...one, delta: DELTA, type };
    const results = temporary('results');
    const about = { row: name, task, verb, place, constant, type, elements, classes };

    /** @type {StudyResult[]} */
    const missing = [];
    /** @type {{ peer: string, process: Process, error: number }[]} */
    const present = [];
    for (const [peer, process] of this.#processes) {
      try {
        const answer = await process.ask({ do: 'open', asked, files, results });
        if (answer.missing === undefined) {
          const error = errorOf(answer, results, type, exact, arrays.yPred.length / classes);
          present.push({ peer, process, error });
        } else {
          missing.push({ ...about, peer, missing: answer.missing });
        }
      } catch (error) {
        const [why] = /** @type {Error} */ (error).message.replace(`${peer}: `, '').split('\n');
        missing.push({ ...about, peer, missing: why });
        if (process.hasEnded) this.#processes.delete(peer);
      }
    }
    const times = await time(
      present.map(({ process }) => process),
      this.effort,
      this.#random,
    );
    for (const { process } of present) await process.ask({ do: 'close' });
    const ours = times[present.findIndex(({ peer }) => peer === OURS)];
    return [
      ...present.map(({ peer, error }, k) => ({
        ...about,
        peer,
        nanoseconds: median(times[k]),
        rounds: times[k],
        toOurs: pairedRatio(times[k], ours),
        error,
      })),
      ...missing,
    ];
  }

  close() {
    for (const process of this.#processes.values()) process.close();
  }
}

/** @param {readonly StudyResult[]} results of one row */
function line(results) {
  const cells = results
    .filter(({ nanoseconds }) => nanoseconds !== undefined)
    .map(({ peer, nanoseconds = NaN, elements }) => `${peer} ${short(nanoseconds / elements)}`);
  const [{ row, type, elements, place }] = results;
  return `${row}, ${type}, ${elements.toLocaleString('en-US')}, ${place}: ${cells.join(', ')}\n`;
}

/** @param {unknown} value */
const rounded = (value) =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;

async function run() {
  const python = pythonWithTorch();
  const everyone = peersWith(python ?? '');
  const options = studyOptionsOf(process.argv.slice(2), {
    losses: [...new Set(Object.values(tasks).map(({ loss }) => loss))],
    peers: everyone.map(({ key }) => key),
  });
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  if (python === undefined) process.stderr.write('left out: no python3 has PyTorch\n');
  const peers = everyone.filter(
    ({ key, command: [file] }) => key === OURS || (options.peers.includes(key) && file !== ''),
  );
  const installed = spawnSync('node', ['test/support/install.mjs', 'bench/peers'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: 'inherit',
  });
  if (installed.status !== 0) throw new Error('the libraries could not be installed');

  const started = Date.now();
  const machine = environment();
  process.stdout.write(environmentText(machine));
  const chosen = Object.entries(tasks)
    .filter(([, { loss }]) => options.losses.includes(loss))
    .map(([task]) => /** @type {import('./rows.mjs').Task} */ (task));
  const total =
    chosen.flatMap((task) => options.sizes.flatMap((size) => rowsOf(task, size))).length *
    options.types.length;

  /** @type {StudyResult[]} */
  const results = [];
  /** @type {Record<string, Record<string, string>>} */
  let versions = {};
  let done = 0;
  for (const task of chosen) {
    const contest = new Contest(peers, options.effort);
    versions = { ...versions, ...(await contest.versions()) };
    for (const size of options.sizes) {
      for (const { row, samples } of rowsOf(task, size)) {
        for (const type of options.types) {
          done++;
          const measured = await contest.measure(row, samples, type);
          results.push(...measured);
          const seconds = ((Date.now() - started) / 1000).toFixed(0);
          process.stdout.write(`[${done}/${total}, ${seconds} s] ${line(measured)}`);
        }
      }
    }
    contest.close();
  }

  const study = {
    command: `npm run bench:peers -- ${process.argv.slice(2).join(' ')}`.replace(/ -- $/, ''),
    environment: machine,
    versions,
    effort: options.effort,
    seconds: Math.round((Date.now() - started) / 1000),
    peers: peers
      .filter(({ key }) => key in versions)
      .map(({ key, label, kind, threads }) => ({ key, label, kind, threads })),
    results,
  };
  const folder = new URL(options.isWhole ? '../results/' : '../../build/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  /** @param {string} ending @param {string} text */
  const save = (ending, text) => writeFileSync(new URL(`${options.name}.${ending}`, folder), text);
  save('json', `${JSON.stringify(study, (_key, value) => rounded(value))}\n`);
  save('csv', studyCsv(study));
  save('md', markdown(study));
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    save(`${theme}.svg`, peersChart(study, theme));
  }
  process.stdout.write(
    `${study.seconds} s; written to ${fileURLToPath(folder)}${options.name}.*\n`,
  );
}

try {
  await run();
} catch (error) {
  process.stderr.write(`bench:peers: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
process.exit();
