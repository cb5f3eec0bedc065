// CSV and JSON Lines: what others write is read to the same bits, and papaparse is asked about the rest.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { binaryCrossEntropy, sparseCategoricalCrossEntropy, squaredError } from 'lossmeter';
import Papa from 'papaparse';
import { openBytes } from '../dist/readers/bytes.js';
import { openCsv } from '../dist/readers/csv.js';
import { openJsonLines } from '../dist/readers/jsonl.js';
import { fails, inFolder, report } from './command.mjs';
import { index, label, N, p, segment, w, z } from './rows.mjs';

const rows = Array.from({ length: N }, (_, i) => [label[i], p[i], w[i], segment[i]]);
const fields = ['label', 'p', 'w', 'segment'];
const lines = (delimiter = ',') => [fields, ...rows].map((row) => row.join(delimiter));
const expected = binaryCrossEntropy.mean(label, p, { sampleWeight: w });

/** Text that must all be the same numbers. */
const texts = {
  'lines of CSV': ['a.csv', `${lines().join('\n')}\n`],
  'no newline at the end': ['b.csv', lines().join('\n')],
  'CRLF and empty lines': ['c.csv', `${lines().join('\r\n')}\r\n\r\n`],
  'a byte order mark': ['d.csv', `\ufeff${lines().join('\n')}\n`],
  'every field in quotes': ['e.csv', Papa.unparse({ fields, data: rows }, { quotes: true })],
  tabs: ['f.tsv', `${lines('\t').join('\n')}\n`],
  'semicolons, found by themselves': ['g.csv', `${lines(';').join('\n')}\n`],
  gzip: ['h.csv.gz', gzipSync(`${lines().join('\n')}\n`)],
  'gzip in two members': [
    'i.csv.gz',
    Buffer.concat([
      gzipSync(`${lines().slice(0, 50).join('\n')}\n`),
      gzipSync(lines().slice(50).join('\n')),
    ]),
  ],
  'JSON Lines': ['j.jsonl', rows.map((row) => `${JSON.stringify(named(row))}\n`).join('')],
  'JSON Lines, gzip': [
    'k.ndjson.gz',
    gzipSync(rows.map((row) => JSON.stringify(named(row))).join('\r\n')),
  ],
};

function named(row) {
  return Object.fromEntries(fields.map((field, k) => [field, row[k]]));
}

describe('the same numbers, written in other ways', { concurrency: 4 }, () => {
  const args = '--true label --pred p --weight w --loss binaryCrossEntropy';
  for (const [what, [name, content]] of Object.entries(texts)) {
    it(what, async () => {
      writeFileSync(inFolder(name), content);
      const { rows: n, losses } = await report(`score ${inFolder(name)} ${args}`);
      assert.equal(n, N);
      assert.equal(losses.binaryCrossEntropy.mean, expected);
    });
  }
  it('standard input', async () => {
    const input = texts['lines of CSV'][1];
    const { losses } = await report(`score - ${args}`, { input });
    assert.equal(losses.binaryCrossEntropy.mean, expected);
  });
  it('standard input without a header, any delimiter', async () => {
    const input = lines('^').slice(1).join('\n');
    const { losses } = await report(
      'score - --no-header --delimiter ^ --true 0 --pred 1 --weight 2 --loss binaryCrossEntropy',
      { input },
    );
    assert.equal(losses.binaryCrossEntropy.mean, expected);
  });
  it('standard input of JSON Lines', async () => {
    const { losses } = await report(`score - --format jsonl ${args}`, {
      input: texts['JSON Lines'][1],
    });
    assert.equal(losses.binaryCrossEntropy.mean, expected);
  });
  it('a range of columns, and a list of them', async () => {
    const text = [
      'z00,y,z01,z02',
      ...Array.from(index, (y, i) => `${z[3 * i]},${y},${z[3 * i + 1]},${z[3 * i + 2]}`),
    ];
    writeFileSync(inFolder('classes.csv'), text.join('\n'));
    const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true });
    for (const pred of ['z00..z02', 'z00,z01,z02']) {
      const { losses } = await report(
        `score ${inFolder('classes.csv')} --true y --pred ${pred} --loss sparseCategoricalCrossEntropy --from-logits`,
      );
      assert.equal(losses.sparseCategoricalCrossEntropy.mean, loss.mean(index, z));
    }
  });
  it('arrays in JSON Lines, and names of numbers that JSON has not', async () => {
    const text = Array.from(index, (y, i) =>
      JSON.stringify({ y, z: Array.from(z.subarray(3 * i, 3 * i + 3)) }),
    );
    writeFileSync(inFolder('rows.jsonl'), text.join('\n'));
    const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true });
    const { losses } = await report(
      `score ${inFolder('rows.jsonl')} --true y --pred z --loss sparseCategoricalCrossEntropy --from-logits`,
    );
    assert.equal(losses.sparseCategoricalCrossEntropy.mean, loss.mean(index, z));
    const named = await report('score - --format jsonl --true y --pred p --loss squaredError', {
      input: '{"y":1,"p":NaN,"t":"a, NaN"}\n{"y":"-Infinity","p":2}\n',
    });
    assert.deepEqual(named.losses.squaredError.sum, 'NaN');
  });
});

it('the delimiter is found outside of quotes', async () => {
  for (const [header, delimiter] of [
    ['y;"p,q"', ';'],
    ['"p,q";y', ';'],
    ['"p\n,q"\ty', '\t'],
    ['"p "",""\n"|y', '|'],
    ['"p;q",y', ','],
    ['"y"', ','],
  ]) {
    const names = header.split(delimiter).map((name) => name.replace(/^"|"$/g, ''));
    const row = names.map(() => '0.5').join(delimiter);
    const found = await readColumns('quoted.csv', `${header}\n${row}\n`, ['y']);
    assert.deepEqual(found.y, [0.5], header);
  }
});

it('--predictions float32: numbers are the nearest float32, with the bits of those', async () => {
  const floats = new Float32Array(p);
  // (As NumPy prints them: digits enough to tell them apart.)
  const printed = Array.from(floats, (value) => String(Number(value.toPrecision(9))));
  const sum = binaryCrossEntropy.accumulator().update(label, floats).sum;
  const csv = ['y,p', ...printed.map((value, i) => `${label[i]},${value}`)];
  const jsonl = printed.map((value, i) => `{"y":${label[i]},"p":${value}}`);
  for (const [format, lines] of Object.entries({ csv, jsonl })) {
    const file = inFolder(`float32.npy`);
    const found = await report(
      `score - --format ${format} --true y --pred p --loss binaryCrossEntropy --predictions float32 --per-sample ${file}`,
      { input: lines.join('\n') },
    );
    assert.equal(found.losses.binaryCrossEntropy.sum, sum);
    assert.match(readFileSync(file, 'latin1'), /'descr': '<f4'/);
  }
});

it('numbers are rounded once, as JavaScript and Python do', async () => {
  const texts = [
    '0.1',
    '-0',
    '+7',
    '.5',
    '5.',
    '1e-7',
    '1E+22',
    '123456789012345',
    '1234567890123456',
    '0.30000000000000004',
    '9007199254740992',
    '-0.000001',
    '1.7976931348623157e308',
    '4.9e-324',
    ' 2',
    '"3"',
    'Infinity',
    '-inf',
    'TRUE',
    'false',
    '999999999999999.9',
    '0.00000000000000000000001',
  ];
  const numbers = texts.map((text) => {
    const bare = text.replaceAll('"', '').trim().toLowerCase();
    const named = { infinity: Infinity, '-inf': -Infinity, true: 1, false: 0 };
    return named[bare] ?? Number(bare);
  });
  const columns = await readColumns(
    'numbers.csv',
    `x,y\n${texts.map((text) => `${text},0\n`).join('')}`,
    ['x'],
  );
  assert.deepEqual(columns.x, numbers);
});

describe('JSON Lines beside what JSON.parse does not take as it is written', {
  concurrency: 4,
}, () => {
  // What makes a line one that cannot be parsed as it is.
  const others = ['12345678901234567890', '-9223372036854775809', 'NaN', '-Infinity', '[NaN,1e5]'];
  const numbers = [
    '0.056532224776248086',
    '-0.9876543210987651',
    '1234567890123456.5',
    '12345678901234567890.25',
    '0.12345678901234567890e-12',
    '1.0e12345678901234567',
    '-1e12345678901234567',
    '1E-12345678901234567',
    '1152921504606846976',
    '-9223372036854775808',
    '1000000000000000000000',
    '9007199254740992',
    '-0',
  ];
  it('numbers are those of JSON.parse', async () => {
    const lines = others.flatMap((id) => numbers.map((x) => `{"id":${id},"y":0,"x":${x}}`));
    const { x } = await readColumns('beside.jsonl', lines.join('\n'), ['x']);
    assert.deepEqual(
      x,
      others.flatMap(() => numbers.map((text) => JSON.parse(text))),
    );
  });
  it('elements of arrays are, too', async () => {
    const line = `{"x":[${numbers}],"id":${others[0]}}`;
    const { x } = await readColumns('arrays.jsonl', line, ['x']);
    assert.deepEqual(x, JSON.parse(`[${numbers}]`));
  });
  it('texts stay what they are', async () => {
    const texts = [
      '0.1234567890123456789 and 12345678901234567890',
      '{"a":12345678901234567890}',
      '\\" 12345678901234567890 \\\\',
      'NaN, Infinity, "-Infinity"',
      '12345678901234567890',
    ];
    const lines = others.flatMap((id) =>
      texts.map((text) => `{"id":${id},"t":${JSON.stringify(text)},"y":0}`),
    );
    const { t } = await readColumns('strings.jsonl', lines.join('\n'), ['y'], 't');
    assert.deepEqual(
      t,
      others.flatMap(() => texts),
    );
  });
  it('what is no JSON is none', async () => {
    for (const number of [
      '01234567890123456789',
      '.12345678901234567890',
      '+12345678901234567890',
      '--12345678901234567890',
      '12345678901234567890.',
      '12345678901234567890NaN',
      '-NaN',
    ]) {
      await fails(
        'score - --format jsonl --true y --pred y --loss huber',
        3,
        `standard input: row 1: expected an object in JSON, got {"y":0,"x":${number}}`,
        { input: `{"y":0}\n{"y":0,"x":${number}}\n` },
      );
    }
  });
});

describe('what papaparse reads', () => {
  // Records of more than a buffer in all, with everything that may be in a field.
  for (const newline of ['\n', '\r\n']) {
    it(`texts of any kind, ${JSON.stringify(newline)}`, async () => {
      let state = 12345;
      const random = (n) => {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        return Math.floor((state / 2 ** 32) * n);
      };
      const pieces = ['a', '"', ',', newline, 'é', '日本', ' ', '""', 'x'.repeat(100)];
      const text = () =>
        Array.from({ length: random(6) }, () => pieces[random(pieces.length)]).join('');
      const data = Array.from({ length: 40_000 }, (_, i) => [i / 7, `t${text()}`, text(), -i]);
      const csv = Papa.unparse({ fields: ['x', 'text', 'other', 'last'], data }, { newline });
      const { data: parsed } = Papa.parse(csv, { header: true, newline });
      const { x, last, text: texts } = await readColumns('texts.csv', csv, ['x', 'last'], 'text');
      assert.deepEqual(
        x,
        parsed.map((row) => Number(row.x)),
      );
      assert.deepEqual(
        last,
        parsed.map((row) => Number(row.last)),
      );
      assert.deepEqual(
        texts,
        parsed.map((row) => row.text),
      );
    });
  }
});

/** Columns of numbers, and one of texts, as the reader itself gives them. */
async function readColumns(name, content, numbers, key) {
  writeFileSync(inFolder(name), content);
  const bytes = await openBytes(inFolder(name));
  const options = { delimiter: undefined, hasHeader: true };
  const source = await (name.endsWith('.jsonl') ? openJsonLines(bytes) : openCsv(bytes, options));
  const columns = Object.fromEntries([...numbers, key].map((column) => [column, []]));
  for await (const chunk of source.read({ numbers, key }, undefined)) {
    for (const [k, column] of numbers.entries()) columns[column].push(...chunk.numbers[k].values);
    if (key !== undefined) columns[key].push(...chunk.key.keys);
  }
  return columns;
}

it('a mean over more rows than a chunk has', async () => {
  const n = 100_003;
  const y = Float64Array.from({ length: n }, (_, i) => (i * 7) % 1000);
  const yPred = y.map((value, i) => value + ((i % 13) - 6) / 8);
  writeFileSync(
    inFolder('long.csv'),
    ['y,p', ...Array.from(y, (value, i) => `${value},${yPred[i]}`)].join('\n'),
  );
  const { rows: read, losses } = await report(
    `score ${inFolder('long.csv')} --true y --pred p --loss squaredError`,
  );
  assert.equal(read, n);
  assert.equal(losses.squaredError.sum, squaredError.sum(y, yPred));
});

it('rows of many columns are read a few at a time', async () => {
  // (32,768 of these would be 5 GB.)
  const columns = Array.from({ length: 20_000 }, (_, i) => `z${i}`);
  writeFileSync(inFolder('wide.csv'), `${columns.join()}\n${'0,'.repeat(columns.length - 1)}0\n`);
  const options = { delimiter: undefined, hasHeader: true };
  const source = await openCsv(await openBytes(inFolder('wide.csv')), options);
  for await (const { n, numbers } of source.read({ numbers: columns, key: undefined }, undefined)) {
    assert.equal(n, 1);
    const bytes = numbers.reduce((sum, { values }) => sum + values.buffer.byteLength, 0);
    assert.ok(bytes <= 1 << 24, `${bytes} bytes`);
  }
});
