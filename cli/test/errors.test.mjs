// Errors say file, row, column, what was expected and what came, and exit codes say of what kind they are.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  columnFromArray,
  fixedSizeList,
  float32,
  float64,
  int32,
  int64,
  tableFromColumns,
  tableToIPC,
  utf8,
} from '@uwdata/flechette';
import { commands, parseArguments } from '../dist/command.js';
import { openNpy } from '../dist/readers/arrays.js';
import { openSource } from '../dist/readers/open.js';
import { data, fails, folder, inFolder, run } from './command.mjs';
import { writeNpy, zip } from './npy.mjs';
import { N } from './rows.mjs';

const csv = (text) => {
  const name = inFolder(`${Math.random()}.csv`);
  writeFileSync(name, text);
  return name;
};

describe('bad data: 1', { concurrency: 4 }, () => {
  const args = '--true y --pred p --loss binaryCrossEntropy';
  const table = [
    [
      'not a number',
      'y,p\n1,0.5\n0,0.5x\n',
      'row 1 (line 3), column "p": expected a number, got "0.5x"',
    ],
    ['hexadecimal', 'y,p\n0x1,0.5\n', 'row 0 (line 2), column "y": expected a number, got "0x1"'],
    [
      'an integer that float64 has not',
      'y,p\n9007199254740993,1\n',
      'row 0 (line 2), column "y": expected an integer that float64 holds exactly, got 9007199254740993',
    ],
    [
      'an integer beyond all of float64',
      `y,p\n1,1\n1,${'-1'.padEnd(400, '0')}\n`,
      `row 1 (line 3), column "p": expected an integer that float64 holds exactly, got ${'-1'.padEnd(100, '0')}`,
    ],
    [
      'an integer that float64 has not, in quotes',
      'y,p\n1,"9007199254740993"\n',
      'row 0 (line 2), column "p": expected an integer that float64 holds exactly, got 9007199254740993',
    ],
    [
      'not a probability',
      'y,p\n1,0.5\n0,0.5\n1,1.25\n',
      'row 2, column "p": expected a probability in [0, 1], got 1.25 (binaryCrossEntropy)',
    ],
    [
      'not a label',
      'y,p\n1,0.5\n7,0.5\n',
      'row 1, column "y": expected a label in [0, 1], got 7 (binaryCrossEntropy)',
    ],
    [
      'an empty field',
      'y,p\n1,0.5\n,0.5\n',
      'row 1, column "y": expected a value, got null (--nulls drop leaves such rows out)',
    ],
  ];
  for (const [what, text, message] of table) {
    it(what, async () => {
      const file = csv(text);
      await fails(`score ${file} ${args}`, 1, `${file}: ${message}`);
    });
  }
  it('the line of a record after others of several lines', async () => {
    const file = csv('t,y,p\n"a\n\nb",1,0.5\n"c\n",1,oops\n');
    await fails(
      `score ${file} ${args}`,
      1,
      `${file}: row 1 (line 5), column "p": expected a number, got "oops"`,
    );
  });
  it('a weight below 0', async () => {
    const file = csv('y,p,w\n1,0.5,1\n1,0.5,-2\n');
    await fails(
      `score ${file} ${args} --weight w`,
      1,
      `${file}: row 1, column "w": expected a finite weight ≥ 0, got -2 (binaryCrossEntropy)`,
    );
  });
  it('the first of several, far into the file', async () => {
    const file = csv(`y,p\n${'1,0.5\n'.repeat(50_000)}1,1.5\n${'1,0.5\n'.repeat(3000)}1,2.5\n`);
    await fails(
      `score ${file} ${args}`,
      1,
      `${file}: row 50000, column "p": expected a probability in [0, 1], got 1.5 (binaryCrossEntropy)`,
    );
  });
  it('its row is that of the file, where rows before it are dropped', async () => {
    const file = csv('y,p\n1,\n1,0.5\n,0.5\n1,2\n');
    await fails(
      `score ${file} ${args} --nulls drop`,
      1,
      `${file}: row 3, column "p": expected a probability in [0, 1], got 2 (binaryCrossEntropy)`,
    );
  });
  it('a class that is none, and a row among several columns', async () => {
    const file = csv('y,a,b\n0,0.5,0.5\n2,0.5,0.5\n');
    const classes = '--true y --pred a,b --loss sparseCategoricalCrossEntropy';
    await fails(
      `score ${file} ${classes}`,
      1,
      `${file}: row 1, column "y": expected a class index, an integer from 0 to 1, got 2 (sparseCategoricalCrossEntropy)`,
    );
    const other = csv('y,a,b\n0,0.5,0.5\n1,0.5,-1\n');
    await fails(
      `score ${other} ${classes}`,
      1,
      `${other}: row 1, column "b": expected a probability in [0, 1], got -1 (sparseCategoricalCrossEntropy)`,
    );
  });
  it('nulls and lists in Parquet and Arrow', async () => {
    for (const file of ['none.parquet', 'lz4.arrow']) {
      await fails(
        `score ${file} --true label --pred maybe --loss squaredError`,
        1,
        `${file}: row 42, column "maybe": expected a value, got null (--nulls drop leaves such rows out)`,
      );
      await fails(
        `score ${file} --true label --pred ragged --loss squaredError`,
        1,
        `${file}: row 1, column "ragged": expected a list of 0 numbers, got 1`,
      );
    }
  });
  it('arrays of different lengths', async () => {
    await fails(
      'score stored.npz --true label --pred short --loss squaredError',
      1,
      `stored.npz: expected ${N} rows in "short" (as in "label"), got an array of shape (10)`,
    );
  });
  it('JSON that is no number', async () => {
    const file = inFolder('words.jsonl');
    writeFileSync(file, '{"y":1,"p":0.5}\n{"y":1,"p":"high"}\n');
    await fails(
      `score ${file} ${args}`,
      1,
      `${file}: row 1, column "p": expected a number, got "high"`,
    );
    writeFileSync(file, '{"y":1,"p":0.5}\n{"y":1}\n');
    await fails(
      `score ${file} ${args}`,
      1,
      `${file}: row 1, column "p": expected a number, got nothing`,
    );
  });
  it('JSON that float64 rounds, and rows of no numbers', async () => {
    const file = inFolder('long.jsonl');
    const integer = 'expected an integer that float64 holds exactly, got';
    for (const [line, message] of [
      ['{"y":1,"p":9007199254740993}', `${integer} 9007199254740993`],
      ['{"y":1,"p":-12345678901234567890}', `${integer} -12345678901234567890`],
      [`{"y":1,"p":${'9'.repeat(400)}}`, `${integer} ${'9'.repeat(100)}…`],
      ['{"y":1,"p":[0.5,9007199254740993]}', `${integer} 9007199254740993`],
      ['{"y":1,"p":"9007199254740993"}', 'expected a number, got "9007199254740993"'],
      ['{"y":1,"p":{"a":[9007199254740993]}}', 'expected a number, got {"a":[9007199254740993]}'],
      ['{"y":1,"p":[]}', 'expected numbers, got []'],
    ]) {
      writeFileSync(file, `${line}\n`);
      await fails(`score ${file} ${args}`, 1, `${file}: row 0, column "p": ${message}`);
    }
  });
  it('a prediction that is no float32, as --predictions says', async () => {
    const file = inFolder('double.arrow');
    const n = 10_000;
    const wrong = (at) => Float64Array.from({ length: n }, (_, i) => (i === at ? 0.1 : 0.5));
    const column = (values) => columnFromArray(values, float64());
    const list = (values, width) =>
      columnFromArray(
        Array.from({ length: n }, (_, i) => [...values.subarray(width * i, width * i + width)]),
        fixedSizeList(float64(), width),
      );
    const classes = new Float64Array(3 * n).fill(0.25);
    classes[3 * 4321 + 2] = 0.1;
    const columns = {
      y: column(new Float64Array(n)),
      p: column(wrong(5432)),
      q: column(wrong(-1)),
      w: column(Float64Array.from({ length: n }, (_, i) => (i === 5432 ? 0 : 1))),
      rows: list(classes, 3),
      big: columnFromArray(
        BigInt64Array.from({ length: n }, () => 16777217n),
        int64(),
      ),
    };
    writeFileSync(file, tableToIPC(tableFromColumns(columns), { format: 'file' }));
    const given = `score ${file} --true y --predictions float32 --loss`;
    const expected = 'expected a number that float32 holds exactly, as --predictions float32 says';
    const p = `${file}: row 5432, column "p": ${expected}, got 0.1`;
    await fails(`${given} huber --pred p`, 1, p);
    await fails(`${given} huber,squaredError --pred p --by big`, 1, p);
    const part = `--part 2/2 --state ${inFolder('double.json')}`;
    await fails(`${given} huber --pred p ${part}`, 1, p);
    assert.equal((await run(`${given} huber --pred p --weight w`)).code, 0);
    const big = `${file}: row 0, column "big": ${expected}, got 16777217`;
    await fails(`${given} huber --pred big`, 1, big);
    const sparse = `${given} sparseCategoricalCrossEntropy --pred`;
    const rows = `${file}: row 4321, column "rows"[2]: ${expected}, got 0.1`;
    await fails(`${sparse} rows`, 1, rows);
    await fails(`${sparse} q,p`, 1, p);
  });
  it('text of what is beyond float32', async () => {
    const expected = 'expected a number in the range of float32, as --predictions float32 says';
    await fails(
      'score - --true y --pred p --loss huber --predictions float32',
      1,
      `standard input: row 1, column "p": ${expected}, got 1e+300`,
      { input: 'y,p\n0,inf\n0,1e300\n' },
    );
  });
  it('arrays of rows without numbers, and of none', async () => {
    for (const shape of [[0n], [3n, 0n], []]) {
      const file = inFolder(`shape-${shape.join('-')}.npy`);
      const of = (n) => new Float64Array(Number(n));
      writeNpy(file, 'f8', shape, of(shape.reduce((a, b) => a * b, 1n)));
      const given = `score --true ${file} --pred ${file} --loss huber`;
      if (shape.length === 1) assert.equal((await run(given)).code, 0);
      else {
        await fails(
          given,
          1,
          `${file}: expected rows of numbers in ${JSON.stringify(file)}, got an array of shape (${shape.join(', ')})`,
        );
      }
    }
    // (No room is made for rows that are not there.)
    const file = inFolder('shape-0-wide.npy');
    writeNpy(file, 'f8', [0, 99999999999], new Float64Array(0));
    assert.equal((await run(`score --true ${file} --pred ${file} --loss huber`)).code, 0);
  });
  it('the mean of nothing, if it is to be an error', async () => {
    const { code } = await run('score - --true y --pred p --loss squaredError --on-empty throw', {
      input: 'y,p\n',
    });
    assert.equal(code, 1);
  });
});

describe('bad usage: 2', { concurrency: 4 }, () => {
  const table = [
    ['', undefined],
    ['scroe', 'expected a command, got "scroe"; see lossmeter --help'],
    ['score w.csv', 'expected --loss, got none; see --help'],
    ['score --loss huber', 'expected --true, got none; see --help'],
    [
      'score --loss hubert',
      '--loss: expected squaredError, absoluteError, huber, quantile, binaryCrossEntropy, categoricalCrossEntropy, sparseCategoricalCrossEntropy, got "hubert"',
    ],
    ['score --loss huber,huber', '--loss: huber is there twice'],
    [
      'score w.csv --loss squaredError --true y --loss huber --pred p',
      '--loss: expected it once, got it 2 times; several are written as --loss squaredError,huber',
    ],
    [
      'score w.csv --loss huber --true y --pred=a --pred b --pred c',
      '--pred: expected it once, got it 3 times; several are written as --pred p0,p1',
    ],
    [
      'score w.csv --loss huber --true y --pred a --delta 1 --delta -1',
      '--delta: expected it once, got it 2 times',
    ],
    ['merge a.json --expect 2 --expect 2', '--expect: expected it once, got it 2 times'],
    ['score --los huber', "Unknown option '--los'; see lossmeter score --help"],
    [
      'score none.parquet --true label --pred p --loss huber --delta wide',
      '--delta: expected a number, got "wide"',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --delta -2',
      'huber.with: expected delta to be a finite number above 0, got -2',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --quantile 0.5',
      '--quantile: not an option of huber',
    ],
    ['score none.parquet --true label --pred pp --loss huber', undefined],
    [
      'score none.parquet --true label --pred z0..z999999999 --loss huber',
      '--pred: expected a range of at most 131072 columns, got "z0..z999999999"',
    ],
    [
      'score none.parquet --true z10..z9 --pred p --loss huber',
      '--true: expected a range of columns that goes up, got "z10..z9"',
    ],
    ['score --sql= --true y --pred p --loss huber', '--sql: expected a query, got ""'],
    [
      'score none.parquet --true label --pred segment --loss huber',
      'none.parquet: expected column "segment" to hold numbers, got Utf8',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --nulls keep',
      '--nulls: expected error, drop, got "keep"',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --json --csv',
      '--json and --csv: expected one of them, got both',
    ],
    [
      'score --true label.npy --pred p --loss huber',
      'expected a FILE, or .npy files as --true, --pred and --weight, got "p"',
    ],
    [
      'score label.npy --true label --pred p --loss huber',
      'label.npy: .npy files go to --true, --pred and --weight',
    ],
    [
      'score - --format parquet --true label --pred p --loss huber',
      'standard input: expected csv, jsonl or arrow, got parquet, which is read here and there',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --delimiter ab',
      '--delimiter: expected one character of ASCII, and no quote, got "ab"',
    ],
    [
      'score w.csv --true label --pred p --loss huber --delimiter "',
      '--delimiter: expected one character of ASCII, and no quote, got "\\""',
    ],
    [
      'score none.parquet --true label --pred p --loss huber --delimiter ;',
      '--delimiter: expected files of CSV, got none.parquet',
    ],
    [
      'score none.parquet lz4.arrow --true label --pred p --loss huber --no-header',
      '--no-header: expected files of CSV, got none.parquet, lz4.arrow',
    ],
    [
      'score - --format jsonl --true label --pred p --loss huber --delimiter ;',
      '--delimiter: expected files of CSV, got -',
    ],
    [
      'score --true label.npy --pred p-f8.npy --loss huber --no-header',
      '--no-header: expected files of CSV, got label.npy, p-f8.npy',
    ],
    [
      'score --true label.npy --pred p-f8.npy --loss huber --format npz',
      '--format: expected files, got label.npy, p-f8.npy',
    ],
    ...['--format=csv', '--delimiter=;', '--no-header'].map((option) => [
      `score --sql SELECT --true y --pred p --loss huber ${option}`,
      `${option.split('=')[0]}: expected files${option.startsWith('--f') ? '' : ' of CSV'}, got --sql`,
    ]),
    [
      'score none.parquet --true label --pred p --loss huber --per-sample ./none.parquet',
      '--per-sample: expected another file than those that are read, got ./none.parquet',
    ],
    [
      'score --true label.npy --pred p-f8.npy --loss huber --per-sample p-f8.npy',
      '--per-sample: expected another file than those that are read, got p-f8.npy',
    ],
    ['score none.parquet --true label --pred rows --loss binaryCrossEntropy', undefined],
  ];
  for (const [args, message] of table) {
    it(args, async () => {
      if (message !== undefined) await fails(args, 2, message);
      else assert.equal((await run(args)).code, 2);
    });
  }
});

describe('rows of other numbers than the loss takes: 2', { concurrency: 4 }, () => {
  const labels = 'as there are labels in column "label", 1, got 3';
  for (const [args, message] of [
    [
      'none.parquet --true label --pred rows --loss squaredError',
      `none.parquet: expected as many predictions in each row of column "rows" ${labels} (squaredError)`,
    ],
    [
      '--true label.npy --pred z.npy --loss huber',
      'label.npy, z.npy: expected as many predictions in each row of column "z.npy" as there are labels in column "label.npy", 1, got 3 (huber)',
    ],
    [
      'none.parquet --true label --pred p,q,w --loss binaryCrossEntropy',
      `none.parquet: expected as many predictions in each row of columns "p", "q", "w" ${labels} (binaryCrossEntropy)`,
    ],
    [
      'none.parquet --true index --pred rows --loss sparseCategoricalCrossEntropy --classes 5',
      'none.parquet: expected 5 predictions in each row of column "rows", one for each class, got 3 (sparseCategoricalCrossEntropy)',
    ],
    [
      'none.parquet --true rows --pred rows --loss sparseCategoricalCrossEntropy',
      'none.parquet: expected one class index in each row of column "rows", got 3 numbers: rows of labels are for categoricalCrossEntropy (sparseCategoricalCrossEntropy)',
    ],
    [
      'none.parquet --true label --pred rows --loss categoricalCrossEntropy',
      'none.parquet: expected 3 labels in each row of column "label", as many as there are predictions in column "rows", got 1: class indices are for sparseCategoricalCrossEntropy (categoricalCrossEntropy)',
    ],
    [
      'none.parquet --true label --pred p --loss categoricalCrossEntropy',
      'none.parquet: expected a prediction for each class in each row of column "p", got 1 (categoricalCrossEntropy)',
    ],
    [
      'none.parquet --true index --pred rows --loss sparseCategoricalCrossEntropy --class-weight 1,2 --from-logits',
      'none.parquet: --class-weight: expected 3 weights, one for each class, got 2 (sparseCategoricalCrossEntropy)',
    ],
  ]) {
    it(args, () => fails(`score ${args}`, 2, message));
  }
});

it('files of other types than those before, and a way out', async () => {
  const table = (name, p, g) => {
    const columns = { y: columnFromArray(Float64Array.of(1), float64()), p, g };
    writeFileSync(inFolder(name), tableToIPC(tableFromColumns(columns), { format: 'file' }));
    return inFolder(name);
  };
  const texts = columnFromArray(['1'], utf8());
  const a = table('a.arrow', columnFromArray(Float64Array.of(0.5), float64()), texts);
  const b = table('b.arrow', columnFromArray(Float32Array.of(0.5), float32()), texts);
  const c = table(
    'c.arrow',
    columnFromArray(Float64Array.of(0.5), float64()),
    columnFromArray(Int32Array.of(1), int32()),
  );
  const given = '--true y --pred p --loss huber';
  const hint = '--predictions float64 takes all for float64';
  await fails(
    `score ${a} ${b} ${given}`,
    2,
    `${b}: expected predictions of float64, as in ${a}, got float32: ${hint}`,
  );
  assert.equal((await run(`score ${a} ${b} ${given} --predictions float64`)).code, 0);
  await fails(
    `score ${a} ${c} ${given} --by g`,
    2,
    `${c}: --by: expected texts, as in ${a}, got integers`,
  );
});

it('--format that says what the name does, and options of CSV where one of the files is CSV', async () => {
  const given = '--true label --pred p --loss huber';
  assert.equal((await run(`score none.parquet ${given} --format parquet`)).code, 0);
  const file = csv('label;p\n1;0.5\n');
  assert.equal((await run(`score none.parquet ${file} ${given} --delimiter ;`)).code, 0);
});

it('an option that takes one value is given once, whichever it is; a flag may be repeated', async () => {
  for (const { name, groups } of commands) {
    const given = groups.flatMap(({ options }) => options).filter((option) => option.placeholder);
    for (const option of given) {
      const twice = [`--${option.name}`, '1', `--${option.name}`, '1'];
      assert.throws(
        () => parseArguments({ name, groups }, twice),
        new RegExp(`^Error: --${option.name}: expected it once, got it 2 times`),
      );
    }
  }
  const { code } = await run('score none.parquet --true label --pred p --loss huber --json --json');
  assert.equal(code, 0);
});

describe('files that cannot be read: 3', { concurrency: 4 }, () => {
  const args = '--true label --pred p --loss squaredError';
  for (const name of [
    'none.csv',
    'none.parquets.parquet',
    'none.arrow',
    'none.npz',
    'none.jsonl',
  ]) {
    it(`${name} is not there`, async () => {
      await fails(`score ${name} ${args}`, 3, `${name}: there is no such file`);
    });
  }
  it('a folder', async () => {
    mkdirSync(inFolder('folder.parquet'));
    await fails(
      `score ${inFolder('folder.parquet')} ${args}`,
      3,
      `${inFolder('folder.parquet')}: it is a directory`,
    );
  });
  it('an array of what is no number', async () => {
    await fails(
      'score --true label.npy --pred complex.npy --loss squaredError',
      3,
      'complex.npy: expected an array of numbers, got one of type "<c16"',
    );
  });
  for (const [what, text, message] of [
    ['nothing', '', 'expected a header, got nothing'],
    ['a short row', 'label,p\n1,0.5\n1\n1,0.5\n', 'row 1 (line 3): expected 2 fields, got 1'],
    ['a long row', 'label,p\n1,0.5,0\n', 'row 0 (line 2): expected 2 fields, got 3'],
    [
      'a last row that is cut off',
      'label,p\n1,0.5\n1',
      'row 1 (line 3): expected 2 fields, got 1: is the file cut off?',
    ],
    [
      'a quote that is not closed',
      'label,p\n1,"0.5\n1,0.5\n',
      'line 2: expected a quoted field to end, got the end of the file',
    ],
    [
      'a quote inside a field',
      'label,p\n1,0"5\n',
      'line 2: expected quotes around a field or doubled in one, got one at byte 11',
    ],
    [
      'text after a quote',
      'label,p\n1,"0"5\n',
      'line 2: expected quotes around a field or doubled in one, got one at byte 12',
    ],
    [
      'two columns of one name',
      'label,p,p\n1,0.5,0.5\n',
      'expected columns of different names, got "p" twice',
    ],
    [
      'UTF-16',
      Buffer.from('\ufefflabel,p\n1,0.5\n', 'utf16le'),
      'expected text in UTF-8, got UTF-16',
    ],
    [
      'Latin-1 in a name',
      Buffer.from('label,p,\xf6\n1,0.5,1\n', 'latin1'),
      'line 1: expected text in UTF-8, got "\ufffd"',
    ],
  ]) {
    it(`CSV with ${what}`, async () => {
      const file = csv(text);
      await fails(`score ${file} ${args}`, 3, `${file}: ${message}`);
    });
  }
});

it('texts of Latin-1 are an error where rows are grouped by them, as all would be the same', async () => {
  const file = csv(Buffer.from('label,p,g\n1,0.5,\xf6st\n1,0.5,\xe4st\n', 'latin1'));
  const given = `score ${file} --true label --pred p --loss huber`;
  assert.equal((await run(given)).code, 0);
  await fails(`${given} --by g`, 3, `${file}: line 2: expected text in UTF-8, got "\ufffdst"`);
  const lines = inFolder('latin1.jsonl');
  writeFileSync(lines, Buffer.from('{"label":1,"p":1,"g":"\xf6"}\n', 'latin1'));
  const { code } = await run(`score ${lines} --true label --pred p --loss huber --by g`);
  assert.equal(code, 3);
});

it('two columns of one name are an error where they are asked for, in every format', async () => {
  const empty = csv('label,p,,\n1,0.5,,\n');
  assert.equal((await run(`score ${empty} --true label --pred p --loss huber`)).code, 0);
  const column = columnFromArray(Float64Array.of(1), float64());
  const table = tableFromColumns(['label', 'p', 'p'].map((name) => [name, column]));
  writeFileSync(inFolder('twice.arrow'), tableToIPC(table, { format: 'file' }));
  await fails(
    `score ${inFolder('twice.arrow')} --true label --pred p --loss huber`,
    3,
    `${inFolder('twice.arrow')}: expected columns of different names, got "p" twice`,
  );
});

it('an array of texts in an .npz is an error only where it is asked for', async () => {
  const header = `{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }`.padEnd(117);
  const texts = Buffer.concat([
    Buffer.from(`\x93NUMPY\x01\x00\x76\x00${header}\n`, 'latin1'),
    Buffer.from('a\0\0\0'),
  ]);
  const file = inFolder('texts.npz');
  writeFileSync(file, zip({ 'names.npy': texts, 'p.npy': readFileSync(`${data}p-f8.npy`) }));
  assert.equal((await run(`score ${file} --true p --pred p --loss huber`)).code, 0);
  await fails(
    `score ${file} --true p --pred names --loss huber`,
    3,
    `${file}: names: expected an array of numbers, got one of type "<U1"`,
  );
});

it('a file that takes the place of none: exit code 3, and nothing is left', async () => {
  mkdirSync(inFolder('taken.npy'));
  const { code, errors } = await run(
    `score none.parquet --true label --pred p --loss huber --per-sample ${inFolder('taken.npy')}`,
  );
  assert.equal(code, 3, errors);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('taken')),
    ['taken.npy'],
  );
});

/** Reads all of a file; what it throws must be a failure with a message, and one of these exit codes. */
async function exhaust(path, ...exitCodes) {
  let rows = 0;
  let source;
  try {
    const options = { format: undefined, delimiter: undefined, hasHeader: true };
    source = path.endsWith('.npy') ? await openNpy([path]) : await openSource(path, options);
    const known = ['label', 'p', 'w', 'rows', 'segment', 'index', 'fortran'];
    const numbers = path.endsWith('.npy')
      ? [path]
      : known.filter((name) => name !== 'segment' && source.columns.includes(name));
    const key = source.columns.includes('segment') ? 'segment' : undefined;
    for await (const chunk of source.read({ numbers, key }, undefined)) rows += chunk.n;
    return rows;
  } catch (error) {
    assert.ok([3, ...exitCodes].includes(error.exitCode), error.stack);
    assert.match(error.message, /^.+: .+/);
    return undefined;
  } finally {
    await source?.close();
  }
}

const lines = ['label,p', ...Array.from({ length: N }, (_, i) => `${i % 2},0.5`)].join('\n');
const objects = Array.from({ length: N }, (_, i) => `{"label":${i % 2},"p":0.25}`).join('\n');
writeFileSync(inFolder('whole.csv.gz'), gzipSync(lines));
writeFileSync(inFolder('whole.jsonl'), objects);
writeFileSync(inFolder('whole.jsonl.gz'), gzipSync(objects));

describe('a file that is cut off anywhere', () => {
  const files = [
    'none.parquet',
    'snappy.parquet',
    'zstd.parquet',
    'uncompressed.arrow',
    'lz4.arrow',
    'zstd.arrow',
    'stream.arrows',
    'p-f8.npy',
    'z-fortran.npy',
    'stored.npz',
    'deflated.npz',
  ]
    .map((name) => data + name)
    .concat(['whole.csv.gz', 'whole.jsonl.gz'].map(inFolder));
  for (const file of files) {
    it(`${file.split('/').at(-1)}: an error that says so`, async () => {
      const whole = readFileSync(file);
      assert.equal(await exhaust(file), N);
      const cut = inFolder(`cut-${file.split('/').at(-1)}`);
      // A prime step, so that it falls everywhere, and the ends.
      const step = Math.max(1, Math.floor(whole.length / 150)) | 1;
      const lengths = new Set([0, 1, 5, 8, whole.length - 1, whole.length - 8]);
      for (let length = 0; length < whole.length; length += step) lengths.add(length);
      for (const length of lengths) {
        writeFileSync(cut, whole.subarray(0, length));
        assert.equal(await exhaust(cut), undefined, `${length} of ${whole.length} bytes`);
      }
    });
  }
  it('whole.jsonl: never half a row', async () => {
    const cut = inFolder('cut.jsonl');
    for (let length = 1; length < objects.length; length += 7) {
      writeFileSync(cut, objects.slice(0, length));
      const isWhole = objects[length - 1] === '}' || objects[length - 1] === '\n';
      assert.equal((await exhaust(cut)) === undefined, !isWhole, `${length} bytes`);
    }
  });
});

describe('a file with a byte that is another', { concurrency: 4 }, () => {
  it('snappy.parquet: read, or an error of its own, and no crash', async () => {
    // (In processes of their own: the reader can panic.)
    const whole = readFileSync(`${data}snappy.parquet`);
    const places = Array.from({ length: 24 }, (_, i) => Math.floor((whole.length * i) / 24));
    // Where it panics.
    places.push(8970);
    for (const at of places) {
      const bytes = Buffer.from(whole);
      bytes[at] ^= 0xff;
      writeFileSync(inFolder('other.parquet'), bytes);
      const { code, errors } = await run(
        `score ${inFolder('other.parquet')} --true label --pred p --loss squaredError`,
      );
      assert.ok(
        code === 0 || (code <= 3 && errors.includes('lossmeter: ')),
        `byte ${at}: ${code}, ${errors}`,
      );
    }
  });
  for (const name of [
    'uncompressed.arrow',
    'lz4.arrow',
    'zstd.arrow',
    'stream.arrows',
    'p-f8.npy',
    'stored.npz',
    'deflated.npz',
  ]) {
    it(`${name}: read, or an error of its own, and no crash`, async () => {
      const whole = readFileSync(data + name);
      const other = inFolder(`other-${name}`);
      const step = Math.max(1, Math.floor(whole.length / 200)) | 1;
      for (let at = 0; at < whole.length; at += step) {
        const bytes = Buffer.from(whole);
        bytes[at] ^= 0xff;
        writeFileSync(other, bytes);
        // (What was a list of three may be one of four now, which is bad data.)
        const rows = await exhaust(other, 1).catch((error) => {
          throw new Error(`byte ${at}: ${error.message}`);
        });
        if (rows !== undefined && name.endsWith('.npz')) {
          // Its checksums notice what is in the arrays; what is left is what nobody reads.
          assert.equal(rows, N);
        }
      }
    });
  }
});
