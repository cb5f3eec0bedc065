// What comes out, where it goes, and what is there when it is interrupted.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { tableFromIPC } from '@uwdata/flechette';
import { binaryCrossEntropy, huber, squaredError } from 'lossmeter';
import Papa from 'papaparse';
import { readParquet } from 'parquet-wasm';
import { data, folder, inFolder, main, report, run, start } from './command.mjs';
import { parseNpy } from './npy.mjs';
import { label, N, p, w } from './rows.mjs';

const args = 'stored.npz --true label --pred p --weight w --loss binaryCrossEntropy,squaredError';
const losses = [binaryCrossEntropy, squaredError];
const weighted = { sampleWeight: w };

describe('numbers read back to the same bits', () => {
  it('as a table', async () => {
    const { out } = await run(`score ${args}`);
    const [header, ...lines] = out.split('\n').map((line) => line.trim().split(/ {2,}/));
    assert.deepEqual(header, ['loss', 'mean', 'sum', 'count', 'weight']);
    for (const [k, loss] of losses.entries()) {
      const { mean, sum, count, weight } = loss.accumulator().update(label, p, weighted);
      assert.deepEqual(lines[k], [loss.name, ...[mean, sum, count, weight].map(String)]);
    }
    assert.match(out, /\n100 rows\n$/);
  });
  it('as CSV', async () => {
    const { out } = await run(`score ${args} --csv`);
    const { data: lines } = Papa.parse(out, {
      header: true,
      dynamicTyping: true,
      skipEmptyLines: true,
    });
    for (const [k, loss] of losses.entries()) {
      const { mean, sum, count, weight } = loss.accumulator().update(label, p, weighted);
      assert.deepEqual(lines[k], { loss: loss.name, mean, sum, count, weight });
    }
  });
  it('as JSON, also those that JSON has not', async () => {
    const input = 'y,p\n0,inf\n';
    const found = await report('score - --true y --pred p --loss absoluteError,squaredError', {
      input,
    });
    assert.equal(found.losses.absoluteError.mean, 'Infinity');
    const nothing = await report('score - --true y --pred p --loss squaredError', {
      input: 'y,p\n',
    });
    assert.deepEqual(nothing, {
      rows: 0,
      dropped: 0,
      losses: { squaredError: { mean: 'NaN', sum: 0, count: 0, weight: 0 } },
    });
  });
});

it('groups are not mistaken for one another, nor for all rows', async () => {
  const input = 'y,p,g\n1,1,""\n1,1,all\n1,1,"a\nb"\n';
  const args = 'score - --true y --pred p --loss huber --by g';
  const keys = async (flags) => {
    const { out } = await run(`${args} ${flags}`, { input });
    return out.split('\n').map((line) => line.split(/ {2,}|,/)[0]);
  };
  assert.deepEqual((await keys('')).slice(1, 5), ['""', '"a\\nb"', 'all', 'all']);
  assert.deepEqual((await keys('--csv')).slice(1, 6), ['""', '"a', 'b"', 'all', '']);
});

describe('rows with nulls', () => {
  it('are left out and counted, in every role', async () => {
    const input = `y,p,w\n${Array.from(p, (value, i) => `${i === 7 ? '' : label[i]},${i === 50 ? '' : value},${i > 97 ? '' : w[i]}`).join('\n')}\n`;
    const kept = (values) => values.filter((_, i) => i !== 7 && i !== 50 && i <= 97);
    const {
      rows,
      dropped,
      losses: found,
    } = await report('score - --true y --pred p --weight w --loss huber --nulls drop', { input });
    assert.deepEqual([rows, dropped], [N, 4]);
    assert.equal(found.huber.mean, huber.mean(kept(label), kept(p), { sampleWeight: kept(w) }));
  });
});

describe('--worst', () => {
  it('are the largest losses, with their files and rows', async () => {
    const { worst } = await report(`score ${args} --worst 7`);
    for (const [k, loss] of losses.entries()) {
      const values = loss.perSample(label, p, weighted);
      const order = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b).slice(0, 7);
      const samples = order.map((row) => ({ file: 'stored.npz', row, value: values[row] }));
      assert.deepEqual(worst[k], { loss: loss.name, samples });
    }
  });
  it('NaN is the worst, and rows are those of each file', async () => {
    const input = `y,p\n${'1,1\n'.repeat(3)}1,\n1,nan\n1,inf\n1,5\n`;
    const { worst } = await report(
      'score - --true y --pred p --loss squaredError --nulls drop --worst 3',
      { input },
    );
    assert.deepEqual(
      worst[0].samples.map(({ row, value }) => [row, value]),
      [
        [4, 'NaN'],
        [5, 'Infinity'],
        [6, 16],
      ],
    );
  });
});

describe('--per-sample', () => {
  it('.npy has the losses of one, of the type of the predictions', async () => {
    for (const [type, values] of [
      ['f8', p],
      ['f4', new Float32Array(p)],
    ]) {
      const out = inFolder(`losses-${type}.npy`);
      await report(
        `score --true label.npy --pred p-${type}.npy --loss binaryCrossEntropy --per-sample ${out}`,
      );
      assert.deepEqual(parseNpy(readFileSync(out)), binaryCrossEntropy.perSample(label, values));
    }
  });
  it('.parquet has a column for each, over all files, and null where a row is left out', async () => {
    const out = inFolder('losses.parquet');
    const { dropped } = await report(
      `score none.parquet zstd.parquet --true label --pred maybe --loss squaredError,huber --nulls drop --per-sample ${out}`,
    );
    assert.equal(dropped, 2);
    const table = tableFromIPC(readParquet(readFileSync(out)).intoIPCStream());
    for (const loss of [squaredError, huber]) {
      const once = Array.from(loss.perSample(label, p), (value, i) => (i === 42 ? null : value));
      assert.deepEqual([...table.getChild(loss.name)], [...once, ...once]);
    }
  });
  it('after an error, there is no file', async () => {
    for (const name of ['error.npy', 'error.parquet']) {
      const { code } = await run(
        `score - --true y --pred p --loss huber --per-sample ${inFolder(name)}`,
        { input: `y,p\n${'1,1\n'.repeat(40_000)}1,x\n` },
      );
      assert.equal(code, 1);
    }
    assert.deepEqual(leftovers('error'), []);
  });
});

const leftovers = (name) => readdirSync(folder).filter((file) => file.startsWith(name));

it('Ctrl-C leaves no half-written file', async () => {
  const out = inFolder('stopped.npy');
  const { child, ended } = start(`score - --true y --pred p --loss huber --per-sample ${out}`, {
    input: null,
  });
  child.stdin.write(`y,p\n${'1,1\n'.repeat(700_000)}`);
  // (Until it has begun to write: it is cut off then, whatever the machine is busy with.)
  while (leftovers('stopped').length === 0) await sleep(20);
  child.kill('SIGINT');
  const { signal, out: printed } = await ended;
  assert.deepEqual([signal, printed], ['SIGINT', '']);
  assert.deepEqual(leftovers('stopped'), []);
});

/** Back to the beginning of the line, which is erased. */
const CLEAR = '\r\x1b[K';

describe('progress', () => {
  const command = `${process.execPath} ${main} score`;
  // `script` runs it on a terminal of its own; a pipe into it takes a while, so that there is progress.
  const onTerminal = (flags) =>
    spawnSync(
      'script',
      [
        '-qec',
        `(echo y,p; yes 1,2 | head -n 3000000) | ${command} - --true y --pred p --loss huber ${flags}`,
        '/dev/null',
      ],
      { cwd: dirname(data), encoding: 'utf8', input: '' },
    ).stdout;
  it('is on a terminal: rows and rows a second, and nothing of it is left', () => {
    const lines = onTerminal('').split(CLEAR);
    assert.match(lines[1], /^[\d,]+ rows, [\d,]+ rows\/s$/);
    assert.match(lines[lines.length - 1], /^loss +mean/);
  });
  it('is not there with --quiet', () => {
    assert.doesNotMatch(onTerminal('--quiet'), /rows\/s/);
  });
  it('has a share and a time where the size is known', async () => {
    const { Progress } = await import('../dist/progress.js');
    const written = [];
    const out = { isTTY: true, columns: 40, write: (text) => written.push(text) };
    const progress = new Progress(out, false);
    await sleep(150);
    progress.show(1_234_567, 0.25);
    progress.clear();
    assert.match(written[0].slice(CLEAR.length), /^25 %, 1,234,567 rows, [\d,]+ rows\/s/);
    assert.ok(written[0].startsWith(CLEAR) && written[0].length === CLEAR.length + 39);
    assert.equal(written[1], CLEAR);
  });
  it('is not in a pipe', async () => {
    const { errors } = await run(`score ${args}`);
    assert.equal(errors, '');
  });
});
