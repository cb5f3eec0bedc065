// --sql: rows of a query of DuckDB.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binaryCrossEntropy, sparseCategoricalCrossEntropy, squaredError } from 'lossmeter';
import { data, fails, inFolder, report } from './command.mjs';
import { index, label, p, q, w, z } from './rows.mjs';

const score = (sql, ...args) => ['score', '--sql', sql, '--true', 'y', '--pred', 'p', ...args];
const from = `FROM '${data}snappy.parquet'`;

describe('--sql', { concurrency: 4 }, () => {
  it('weights, and a column of decimals', async () => {
    const sql = `SELECT label AS y, p, w AS "the ""w""" ${from};`;
    const { losses } = await report(
      score(sql, '--weight', 'the "w"', '--loss', 'binaryCrossEntropy'),
    );
    assert.equal(
      losses.binaryCrossEntropy.mean,
      binaryCrossEntropy.mean(label, p, { sampleWeight: w }),
    );
    const decimals = await report(
      score(`SELECT "bool" AS y, q AS p ${from}`, '--loss', 'squaredError'),
    );
    assert.equal(decimals.losses.squaredError.mean, squaredError.mean(label, q));
  });
  it('several columns of logits, and int64 labels', async () => {
    const sql = `SELECT "index" AS y, rows[1] AS p0, rows[2] AS p1, rows[3] AS p2 ${from}`;
    const args = ['score', '--sql', sql, '--true', 'y', '--pred', 'p0..p2', '--from-logits'];
    const { losses } = await report([...args, '--loss', 'sparseCategoricalCrossEntropy']);
    const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true });
    assert.equal(losses.sparseCategoricalCrossEntropy.mean, loss.mean(index, z));
  });
  it('lists, arrays of a fixed length, and lists of decimals, as rows of classes', async () => {
    const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true });
    const options = ['--loss', 'sparseCategoricalCrossEntropy', '--from-logits'];
    for (const type of ['DOUBLE[]', 'DOUBLE[3]']) {
      const sql = `SELECT "index" AS y, rows::${type} AS p ${from}`;
      const { losses } = await report(score(sql, ...options));
      assert.equal(losses.sparseCategoricalCrossEntropy.mean, loss.mean(index, z), type);
    }
    // (More rows than a chunk has.)
    const many = await report(
      score('SELECT i % 2 AS y, [0.25, i % 7 + 0.5] AS p FROM range(5000) r(i)', ...options),
    );
    const n = 5000;
    const rows = Float64Array.from({ length: 2 * n }, (_, i) =>
      i % 2 === 0 ? 0.25 : (((i - 1) / 2) % 7) + 0.5,
    );
    const labels = Uint8Array.from({ length: n }, (_, i) => i % 2);
    assert.equal(many.losses.sparseCategoricalCrossEntropy.mean, loss.mean(labels, rows));
  });
  it('lists that are null, have a null, or are of other lengths', async () => {
    const options = ['--loss', 'sparseCategoricalCrossEntropy', '--from-logits'];
    const of = (...lists) =>
      `SELECT 0 AS y, unnest([${lists.map((list) => `${list}::FLOAT[]`)}]) AS p`;
    const nulls = of('[1, 2]', 'NULL', '[1, NULL]', '[3, 4]');
    const { rows, dropped } = await report(score(nulls, ...options, '--nulls', 'drop'));
    assert.deepEqual([rows, dropped], [4, 2]);
    const where = 'the query: row 1, column "p": expected';
    await fails(
      score(nulls, ...options),
      1,
      `${where} a value, got null (--nulls drop leaves such rows out)`,
    );
    await fails(score(of('[1, 2]', '[1]'), ...options), 1, `${where} a list of 2 numbers, got 1`);
    await fails(
      score(of('NULL', '[]'), ...options, '--nulls', 'drop'),
      1,
      `${where} a list of numbers, got 0`,
    );
    for (const [value, type] of [
      ['[[0.5]]', 'DECIMAL(2,1)[][]'],
      ["['a']", 'VARCHAR[]'],
    ]) {
      await fails(
        score(`SELECT 0 AS y, ${value} AS p`, ...options),
        2,
        `the query: expected column "p" to hold numbers, got ${type}`,
      );
    }
  });
  it('sums of integers, and what may end a query', async () => {
    for (const end of ['', ';', ' ;; \n', ' -- of rows']) {
      const sql = `SELECT sum(label) AS y, count(*) AS p ${from}${end}`;
      const { losses } = await report(score(sql, '--loss', 'absoluteError'));
      assert.equal(losses.absoluteError.sum, label.length - label.reduce((a, b) => a + b, 0));
    }
  });
  it('nulls', async () => {
    const sql = `SELECT label AS y, maybe AS p ${from}`;
    const { dropped, losses } = await report(
      score(sql, '--loss', 'squaredError', '--nulls', 'drop'),
    );
    assert.equal(dropped, 1);
    const kept = (values) => values.filter((_, i) => i !== 42);
    assert.equal(losses.squaredError.mean, squaredError.mean(kept(label), kept(p)));
    await fails(
      score(sql, '--loss', 'squaredError'),
      1,
      'the query: row 42, column "p": expected a value, got null (--nulls drop leaves such rows out)',
    );
  });
  it('more rows than a chunk has', async () => {
    const n = 50_000;
    const y = Float64Array.from({ length: n }, (_, i) => i);
    const sql = `SELECT i::DOUBLE AS y, i + (i % 7) / 8 AS p FROM range(${n}) r(i)`;
    const { rows, losses } = await report(score(sql, '--loss', 'squaredError'));
    assert.equal(rows, n);
    assert.equal(
      losses.squaredError.sum,
      squaredError.sum(
        y,
        y.map((value) => value + (value % 7) / 8),
      ),
    );
  });
  it('what is no query, no number, or has no parts', async () => {
    const loss = ['--loss', 'huber'];
    const texts = `SELECT label AS y, segment AS p ${from}`;
    await fails(
      score(texts, ...loss),
      2,
      'the query: expected column "p" to hold numbers, got VARCHAR',
    );
    await fails(
      score(texts, ...loss, '--part', '1/2', '--state', inFolder('sql.json')),
      2,
      '--part: expected files, got the query, which each part would need all of',
    );
    await fails(
      ['score', 'a.csv', ...score(texts, ...loss).slice(1)],
      2,
      '--sql: expected no FILE beside it, got some',
    );
  });
});
