// --by: the losses of each group, with the bits of the library's own groups.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { binaryCrossEntropy, groupedAccumulator, squaredError } from 'lossmeter';
import Papa from 'papaparse';
import { fails, inFolder, report, run } from './command.mjs';
import { index, label, N, p, segment, w } from './rows.mjs';

const losses = [binaryCrossEntropy, squaredError];
const names = losses.map(({ name }) => name);
const args = (file) =>
  `score ${file} --true label --pred p --weight w --loss ${names.join(',')} --by`;

/** The groups as --json has them. */
function expected(keys, options = { sampleWeight: w }) {
  const groups = groupedAccumulator(losses).update(keys, label, p, options);
  return Array.from(groups, ([key, { mean, sum, count, weight }]) => ({
    key,
    losses: Object.fromEntries(
      names.map((name, k) => [
        name,
        { mean: mean[k], sum: sum[k], count: count[k], weight: weight[k] },
      ]),
    ),
  }));
}

describe('groups', { concurrency: 4 }, () => {
  for (const file of ['zstd.parquet', 'lz4.arrow', 'stream.arrows']) {
    for (const column of ['segment', 'place']) {
      it(`${file}: ${column}`, async () => {
        const { rows, groups } = await report(`${args(file)} ${column}`);
        assert.equal(rows, N);
        assert.deepEqual(groups, expected(segment));
      });
    }
    it(`${file}: integers`, async () => {
      const { groups } = await report(`${args(file)} index`);
      assert.deepEqual(groups, expected(index));
    });
  }
  it('arrays of NumPy', async () => {
    for (const by of ['index-big-i8.npy', 'index-little-u2.npy']) {
      const { groups } = await report(
        `score --true label.npy --pred p-f8.npy --weight w.npy --loss ${names.join(',')} --by ${by}`,
      );
      assert.deepEqual(groups, expected(index));
    }
  });
  it('CSV, where keys are texts, and CSV again', async () => {
    const input = [
      'label,p,w,segment',
      ...segment.map((key, i) => `${label[i]},${p[i]},${w[i]},"${key}"`),
    ];
    const { out } = await run(`${args('-')} segment --csv`, { input: input.join('\n') });
    const { data } = Papa.parse(out, { header: true, skipEmptyLines: true });
    const lines = expected(segment).flatMap(({ key, losses: own }) =>
      names.map((name) => ({ group: key, loss: name, mean: String(own[name].mean) })),
    );
    const shown = data.map(({ group, loss, mean }) => ({ group, loss, mean }));
    assert.deepEqual(shown.slice(0, lines.length), lines);
    // The last lines are all groups together.
    assert.deepEqual(
      shown.slice(lines.length).map(({ group }) => group),
      ['', ''],
    );
  });
  it('JSON Lines, and a key that is null', async () => {
    const lines = segment.map((key, i) =>
      JSON.stringify({ label: label[i], p: p[i], w: w[i], key: i === 0 ? null : key }),
    );
    const input = lines.join('\n');
    const { dropped, groups } = await report(`${args('-')} key --format jsonl --nulls drop`, {
      input,
    });
    assert.equal(dropped, 1);
    const kept = groupedAccumulator(losses).update(
      segment.slice(1),
      label.subarray(1),
      p.subarray(1),
      { sampleWeight: w.subarray(1) },
    );
    assert.deepEqual(
      groups.map(({ key, losses: own }) => [key, own.squaredError.mean]),
      Array.from(kept, ([key, { mean }]) => [key, mean[1]]),
    );
    await fails(
      `${args('-')} key --format jsonl`,
      1,
      'standard input: row 0, column "key": expected a value, got null (--nulls drop leaves such rows out)',
      { input },
    );
  });
  it('are merged, in the order of their keys', async () => {
    const states = [1, 2].map((part) => inFolder(`groups-${part}.json`));
    for (const [i, state] of states.entries()) {
      await report(`${args('zstd.parquet')} segment --part ${i + 1}/2 --state ${state}`);
    }
    const { groups } = await report(`merge ${states.reverse().join(' ')}`);
    assert.deepEqual(groups, expected(segment));
  });
  it('floats and lists are no keys', async () => {
    await fails(
      `${args('zstd.parquet')} p`,
      2,
      'zstd.parquet: expected column "p" to hold texts or integers, to group by, got Float',
    );
  });
});

describe('integers beyond 2⁵³ are keys as they are written', { concurrency: 4 }, () => {
  const keys = [
    '1152921504606846976',
    '1152921504606847000',
    '-9223372036854775808',
    '-9223372036854775807',
    '1000000000000000000000',
    '9007199254740992',
    '9007199254740993',
    '9007199254740991',
    '7',
  ];
  const texts = {
    csv: `y,p,g\n${keys.map((key, i) => `0,${i},${key}\n`).join('')}`,
    jsonl: keys.map((key, i) => `{"y":0,"p":${i},"g":${key}}\n`).join(''),
  };
  for (const [format, input] of Object.entries(texts)) {
    it(format, async () => {
      const given = `score - --format ${format} --true y --pred p --loss squaredError --by g`;
      const { groups } = await report(given, { input });
      assert.deepEqual(
        groups.map(({ key, losses }) => [key, losses.squaredError.sum]).sort(),
        keys.map((key, i) => [key, i * i]).sort(),
      );
    });
  }
});
