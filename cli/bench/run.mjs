// npm run bench: what the command takes, beside its readers alone, DuckDB and cat, in one run, and then the errors of
// its means beside DuckDB's (-- --only=errors for these alone). The data (2 GB, of 10⁷ and 10⁸ rows) are made in a folder that is kept: --folder=…, or one of the system's temporary ones.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { printErrors } from './errors.mjs';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: join(tmpdir(), 'lossmeter-cli-bench') },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    make: { type: 'boolean', default: false },
  },
});
const folder = values.folder;
const file = (name) => join(folder, name);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const LOSSES = ['--true', 'label', '--pred', 'p', '--loss', 'binaryCrossEntropy,squaredError'];

/** The same rows in every format. */
async function make() {
  mkdirSync(folder, { recursive: true });
  const connection = await (await DuckDBInstance.create()).connect();
  const rows = (n) => `SELECT (hash(i) % 10 < 3)::UTINYINT AS label,
    (hash(i + ${n}) % 1000003 + 0.5) / 1000004 AS p, (hash(i + 1) % 7)::INTEGER AS segment FROM range(${n}) r(i)`;
  for (const [name, n] of [
    ['7.parquet', 1e7],
    ['8.parquet', 1e8],
  ]) {
    if (!existsSync(file(name)))
      await connection.run(`COPY (${rows(n)}) TO '${file(name)}' (FORMAT parquet)`);
  }
  if (!existsSync(file('6.csv')))
    await connection.run(`COPY (${rows(3e6)}) TO '${file('6.csv')}' (FORMAT csv)`);
  if (!existsSync(file('3.csv')))
    await connection.run(`COPY (${rows(1e3)}) TO '${file('3.csv')}' (FORMAT csv)`);
  for (const [exponent, n] of [
    [7, 1e7],
    [8, 1e8],
  ]) {
    if (existsSync(file(`p${exponent}.npy`))) continue;
    const label = new Uint8Array(1e6).map((_, i) => Number((i * 7) % 10 < 3));
    const p = new Float64Array(1e6).map((_, i) => (((i * 7919) % 1000003) + 0.5) / 1000004);
    writeNpy(`y${exponent}.npy`, '|u1', n, label);
    writeNpy(`p${exponent}.npy`, '<f8', n, p);
  }
  connection.closeSync();
}

function writeNpy(name, type, n, piece) {
  const fd = openSync(file(name), 'w');
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${n},), }`;
  writeSync(fd, Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`, 'latin1'));
  for (let done = 0; done < n; done += piece.length) writeSync(fd, piece);
}

/** Seconds of a process, and what it prints. */
function timed(command, args) {
  const from = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const seconds = (performance.now() - from) / 1000;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return { seconds, stdout };
}

const run = (command, args) => timed(command, args).seconds;
const node = (...args) => run(process.execPath, args);
const command = (...args) => node(here('../dist/main.js'), 'score', ...args, '--json');

const duckdb = (threads) => [here('duckdb.mjs'), file('7.parquet'), String(threads)];

function measure() {
  const npy = (exponent) => [
    '--true',
    file(`y${exponent}.npy`),
    '--pred',
    file(`p${exponent}.npy`),
    '--loss',
    'squaredError',
  ];
  const contenders = {
    'an empty program': () => node('-e', '0'),
    'score, Parquet, 10⁷ rows, two losses': () => command(file('7.parquet'), ...LOSSES),
    '… its readers alone': () => node(here('readers.mjs'), file('7.parquet')),
    '… DuckDB, one thread': () => node(...duckdb(1)),
    '… DuckDB, two threads': () => node(...duckdb(2)),
    '… with --threads 2': () => command(file('7.parquet'), ...LOSSES, '--threads', '2'),
    'score, Parquet, 10⁸ rows, two losses': () => command(file('8.parquet'), ...LOSSES),
    '… with --threads 2, 10⁸ rows': () => command(file('8.parquet'), ...LOSSES, '--threads', '2'),
    'score, .npy, 10⁷ rows': () => command(...npy(7)),
    '… cat': () => run('sh', ['-c', `cat ${file('y7.npy')} ${file('p7.npy')} > /dev/null`]),
    'score, .npy, 10⁸ rows': () => command(...npy(8)),
    '… cat, 10⁸ rows': () =>
      run('sh', ['-c', `cat ${file('y8.npy')} ${file('p8.npy')} > /dev/null`]),
    'score, CSV, 3·10⁶ rows': () => command(file('6.csv'), ...LOSSES),
    '… CSV with --threads 2': () => command(file('6.csv'), ...LOSSES, '--threads', '2'),
    'score, CSV, 1,000 rows': () => command(file('3.csv'), ...LOSSES),
  };
  const chosen = Object.entries(contenders).filter(
    ([name]) => values.only === undefined || new RegExp(values.only).test(name),
  );
  const times = new Map(chosen.map(([name]) => [name, []]));
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [name, contender] of chosen) times.get(name).push(contender());
  }
  for (const [name, list] of times) {
    list.sort((a, b) => a - b);
    const [least, median, most] = [list[0], list[list.length >> 1], list[list.length - 1]];
    console.log(
      `${name.padEnd(40)} ${[median, least, most].map((s) => s.toFixed(3)).join('  ')} s`,
    );
  }
}

/** The means of both losses. */
const errors = {
  score: () => {
    const { losses } = JSON.parse(printed([here('../dist/main.js'), 'score', ...parquet]));
    return [losses.binaryCrossEntropy.mean, losses.squaredError.mean];
  },
  'DuckDB, one thread': () => JSON.parse(printed(duckdb(1)))[0],
  'DuckDB, two threads': () => JSON.parse(printed(duckdb(2)))[0],
};
const parquet = [file('7.parquet'), ...LOSSES, '--json'];
const printed = (args) => timed(process.execPath, args).stdout;

await make();
if (!values.make) {
  measure();
  if (/errors|^$/.test(values.only ?? '')) await printErrors(file('7.parquet'), errors);
}
