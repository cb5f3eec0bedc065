// --threads: the bits, rows and errors of one thread.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { data, fails, inFolder, report, run } from './command.mjs';

/** Enough to be cut: a thread reads 4 MB of text, or 2¹⁸ rows, at least. */
const N = 600_000;
const columns = ['--true', 'y', '--pred', 'p', '--loss', 'absoluteError,squaredError'];
const files = {
  parquet: inFolder('large.parquet'),
  csv: inFolder('large.csv'),
  jsonl: inFolder('large.jsonl'),
};

before(async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  const nulls = `CASE WHEN i % 1009 = 5 THEN NULL ELSE`;
  const rows = `SELECT (i % 3)::INTEGER AS y, ${nulls} (hash(i) % 1000003 / 1000003) END AS p,
    [(i % 5)::FLOAT, (i % 7)::FLOAT, 1] AS z, 'group ' || (i % 11) AS g FROM range(${N}) r(i)`;
  const format = "FORMAT parquet, ROW_GROUP_SIZE 40960, COMPRESSION 'zstd'";
  await connection.run(`COPY (${rows}) TO '${files.parquet}' (${format})`);
  const text = `SELECT * EXCLUDE z FROM '${files.parquet}'`;
  await connection.run(`COPY (${text}) TO '${files.csv}' (FORMAT csv)`);
  await connection.run(`COPY (${text}) TO '${files.jsonl}' (FORMAT json)`);
  connection.closeSync();
});

describe('the same as from one thread', { concurrency: 2 }, () => {
  for (const format of Object.keys(files)) {
    for (const [what, flags] of [
      ['groups', ['--by', 'g']],
      ['worst rows', ['--worst', '5']],
    ]) {
      it(`${format}, with nulls left out and ${what}`, async () => {
        // (A small file in between is read by one.)
        const small = inFolder(`small.${format === 'parquet' ? 'csv' : format}`);
        writeFileSync(
          small,
          format === 'jsonl' ? '{"y":1,"p":3,"g":"x"}\n'.repeat(9) : 'y,p,g\n1,3,x\n',
        );
        const args = ['score', files[format], small, files[format], ...columns];
        args.push('--nulls', 'drop', ...flags);
        const one = await report(args);
        assert.equal(one.dropped > 0, true);
        for (const threads of ['2', '3', 'auto']) {
          assert.deepEqual(await report([...args, '--threads', threads]), one, threads);
        }
      });
    }
  }
  it("every row's losses", async () => {
    const args = ['score', files.parquet, ...columns.slice(0, -1), 'huber', '--nulls', 'drop'];
    const written = [];
    for (const threads of ['1', '2']) {
      const out = inFolder(`threads-${threads}.npy`);
      await report([...args, '--per-sample', out, '--threads', threads]);
      written.push(readFileSync(out));
    }
    assert.equal(written[0].equals(written[1]), true);
  });
  it('rows of classes', async () => {
    const args = ['score', files.parquet, '--true', 'y', '--pred', 'z', '--from-logits'];
    args.push('--loss', 'sparseCategoricalCrossEntropy');
    assert.deepEqual(await report([...args, '--threads', '2']), await report(args));
  });
  it('a part, and its state', async () => {
    const args = ['score', files.parquet, ...columns, '--nulls', 'drop', '--part', '2/2'];
    const states = [];
    for (const threads of ['1', '2']) {
      const state = inFolder(`state-${threads}.json`);
      await report([...args, '--state', state, '--threads', threads]);
      states.push(readFileSync(state, 'utf8'));
    }
    assert.equal(states[0], states[1]);
  });
  it('a text with line breaks in quotes, which cannot be cut', async () => {
    const file = inFolder('breaks.csv');
    const line = '1,2,"a\nb"\n';
    writeFileSync(file, `y,p,g\n${'1,2,ab\n'.repeat(N)}${line}${'1,2,c\n'.repeat(N)}`);
    const args = ['score', file, ...columns, '--by', 'g'];
    const one = await report(args);
    assert.equal(one.rows, 2 * N + 1);
    assert.deepEqual(await report([...args, '--threads', '2']), one);
  });
});

describe('errors are those of one thread', { concurrency: 2 }, () => {
  const lines = (wrong) => ['y,p', ...Array(N).fill('1,0.25'), ...wrong, ...Array(N).fill('1,0.5')];
  for (const [what, wrong, message] of [
    ['not a number', ['1,x'], 'row 600000 (line 600002), column "p": expected a number, got "x"'],
    ['a short row', ['1'], 'row 600000 (line 600002): expected 2 fields, got 1'],
    [
      'not a probability',
      ['1,2', '1,3'],
      'row 600000, column "p": expected a probability in [0, 1], got 2 (binaryCrossEntropy)',
    ],
    [
      'a null',
      ['1,'],
      'row 600000, column "p": expected a value, got null (--nulls drop leaves such rows out)',
    ],
  ]) {
    it(what, async () => {
      const file = inFolder(`${what.replaceAll(' ', '-')}.csv`);
      writeFileSync(file, lines(wrong).join('\n'));
      const args = `score ${file} --true y --pred p --loss binaryCrossEntropy --threads`;
      for (const threads of [1, 2]) {
        const { code, errors } = await run(`${args} ${threads}`);
        assert.equal(errors, `lossmeter: ${file}: ${message}\n`);
        assert.notEqual(code, 0);
      }
    });
  }
  it('a damaged Parquet file', async () => {
    const bytes = readFileSync(files.parquet);
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 5000);
    writeFileSync(inFolder('damaged.parquet'), bytes);
    const args = ['score', inFolder('damaged.parquet'), ...columns, '--nulls', 'drop'];
    const [one, two] = [await run(args), await run([...args, '--threads', '2'])];
    assert.equal(one.code, 3);
    assert.deepEqual([two.code, two.errors], [one.code, one.errors]);
  });
});

describe('what one thread reads', () => {
  const args = '--true label --pred p --loss huber --threads';
  const only =
    '--threads: expected files of Parquet, CSV or JSON Lines that are not compressed as a whole, got';
  for (const [files, name] of [
    ['-', 'standard input'],
    ['none.parquet lz4.arrow', 'lz4.arrow'],
    ['stored.npz', 'stored.npz'],
  ]) {
    it(`is no file for several: ${files}`, async () => {
      const options = { input: 'label,p\n1,0.5\n', cwd: data };
      await fails(
        `score ${files} ${args} 2`,
        2,
        `${only} ${name}, which one thread reads`,
        options,
      );
      const { rows } = await report(`score ${files} ${args} auto`, options);
      assert.notEqual(rows, 0);
    });
  }
  for (const given of ['0', '-1', '1.5', 'all', '10000', '']) {
    it(`--threads ${given}`, () =>
      fails(
        ['score', 'none.parquet', ...args.split(' '), given],
        2,
        `--threads: expected an integer from 1 to 9999 or auto, got ${JSON.stringify(given)}`,
      ));
  }
});
