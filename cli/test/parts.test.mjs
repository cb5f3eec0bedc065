// Parts of the rows, and their sum: the bits of one process.
import assert from 'node:assert/strict';
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { float64, int32, tableFromArrays, tableToIPC } from '@uwdata/flechette';
import { fails, folder, inFolder, report, run } from './command.mjs';
import { writeNpy } from './npy.mjs';

const sizes = [70_001, 3_000, 123_457];
const paths = sizes.map((_, i) => inFolder(`part ${i}.parquet`));
const args = ['--true', 'label', '--pred', 'p', '--loss', 'binaryCrossEntropy,squaredError'];
const rows = 30_000;
const z = Float64Array.from({ length: 3 * rows }, (_, i) => (((i * 7919) % 1009) - 504) / 64);
const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 3);

before(async () => {
  const connection = await (await DuckDBInstance.create()).connect();
  for (const [i, size] of sizes.entries()) {
    await connection.run(`
      COPY (SELECT (i * 7 % 3 = 0)::UTINYINT AS label, ((i * 7919 + ${i}) % 10007 + 0.5) / 10008 AS p
            FROM range(${size}) r(i))
      TO '${paths[i]}' (FORMAT parquet, ROW_GROUP_SIZE 20480, CODEC ${['zstd', 'snappy', 'gzip'][i]})`);
  }
  connection.closeSync();
  writeNpy(inFolder('y.npy'), 'i4', [rows], y);
  writeNpy(inFolder('z.npy'), 'f8', [rows, 3], z);
});

/** Scores all parts, and merges them in another order. */
async function merged(what, of, name) {
  const states = Array.from({ length: of }, (_, i) => inFolder(`${name}-${i + 1}.json`));
  const parts = [];
  for (const [i, state] of states.entries()) {
    parts.push(await report([...what, '--part', `${i + 1}/${of}`, '--state', state]));
  }
  const whole = await report(['merge', ...states.reverse(), '--expect', String(of)]);
  assert.equal(
    whole.rows,
    parts.reduce((sum, part) => sum + part.rows, 0),
  );
  return whole;
}

describe('merged parts have the bits of one process', { concurrency: 2 }, () => {
  for (const of of [1, 2, 7]) {
    it(`uneven files of Parquet, in ${of} parts`, async () => {
      const what = ['score', ...paths, ...args];
      assert.deepEqual(await merged(what, of, `parquet${of}`), await report(what));
    });
  }
  it('rows of three classes', async () => {
    const arrays = ['--true', inFolder('y.npy'), '--pred', inFolder('z.npy')];
    const what = ['score', ...arrays, '--loss', 'sparseCategoricalCrossEntropy', '--from-logits'];
    assert.deepEqual(await merged(what, 4, 'classes'), await report(what));
  });
  it('rows of three classes, of which one is looked at', async () => {
    const arrays = ['--true', inFolder('y.npy'), '--pred', inFolder('z.npy')];
    const used = ['--check', 'used', '--clip', '0.125'];
    const what = ['score', ...arrays, '--loss', 'sparseCategoricalCrossEntropy', ...used];
    assert.deepEqual(await merged(what, 4, 'used'), await report(what));
  });
  it('rows of three numbers, with a loss of each number beside one of each row', async () => {
    const arrays = ['--true', inFolder('z.npy'), '--pred', inFolder('z.npy')];
    const what = ['score', ...arrays, '--loss', 'squaredError,huber'];
    assert.deepEqual(await merged(what, 4, 'elements'), await report(what));
  });
  it('batches of Arrow', async () => {
    const table = tableFromArrays(
      { y, p: z.subarray(0, rows) },
      { types: { y: int32(), p: float64() }, maxBatchRows: 7_000 },
    );
    writeFileSync(inFolder('batches.arrow'), tableToIPC(table, { format: 'file' }));
    const what = [
      'score',
      inFolder('batches.arrow'),
      '--true',
      'y',
      '--pred',
      'p',
      '--loss',
      'huber',
    ];
    assert.deepEqual(await merged(what, 3, 'arrow'), await report(what));
  });
  it('more parts than blocks', async () => {
    const what = ['score', paths[1], ...args];
    assert.deepEqual(await merged(what, 5, 'small'), await report(what));
  });
});

describe('lines of text are cut at bytes: every row is in one part', { concurrency: 2 }, () => {
  const numbers = Array.from({ length: 5_000 }, (_, i) => [i, i + 0.5 + (i % 7)]);
  const files = {
    'lines.csv': ['y,p', ...numbers].join('\r\n'),
    'lines.jsonl': numbers.map(([a, b]) => `{"y":${a},"p":${b}}`).join('\n'),
  };
  for (const [name, content] of Object.entries(files)) {
    it(name, async () => {
      writeFileSync(inFolder(name), content);
      const what = ['score', inFolder(name), inFolder(name), '--true', 'y', '--pred', 'p'];
      what.push('--loss', 'absoluteError');
      // (Multiples of ½: their sum is exact, however they are cut.)
      assert.deepEqual(await merged(what, 7, name), await report(what));
    });
  }
  for (const [name, header, line] of [
    ['csv', 'y,p\n', '1,0.5\n'],
    ['jsonl', '', '{"y":1,"p":0.5}\n'],
  ]) {
    it(`compressed ${name} is cut between files, of which no row is lost`, async () => {
      // (More rows than are read at a time, and fewer.)
      const files = [40_000, 5, 1_000].map((rows, i) => {
        const path = inFolder(`zipped ${i}.${name}.gz`);
        writeFileSync(path, gzipSync(header + line.repeat(rows)));
        return path;
      });
      const what = ['score', ...files, '--true', 'y', '--pred', 'p', '--loss', 'squaredError'];
      assert.deepEqual(await merged(what, 2, `zipped ${name}`), await report(what));
    });
  }
  it('a quoted field over several lines cannot be cut', async () => {
    writeFileSync(inFolder('quoted.csv'), `t,y,p\n${'"a\nb",1,1\n'.repeat(100)}`);
    const what = ['score', inFolder('quoted.csv'), '--true', 'y', '--pred', 'p', '--loss', 'huber'];
    const { code, errors } = await run([...what, '--part', '1/2', '--state', inFolder('q.json')]);
    assert.equal(code, 2);
    assert.match(errors, /over several lines; such a file cannot be cut into parts/);
  });
});

describe('the part of a task', () => {
  const score = ['score', paths[1], ...args];
  for (const [what, part, env, expected] of [
    [
      'Slurm',
      'auto',
      { SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_MIN: '10', SLURM_ARRAY_TASK_COUNT: '4' },
      [3, 4],
    ],
    [
      'Slurm, with steps',
      'auto',
      {
        SLURM_ARRAY_TASK_ID: '9',
        SLURM_ARRAY_TASK_MIN: '1',
        SLURM_ARRAY_TASK_STEP: '4',
        SLURM_ARRAY_TASK_COUNT: '3',
      },
      [3, 3],
    ],
    ['Kubernetes', 'auto/8', { JOB_COMPLETION_INDEX: '0' }, [1, 8]],
    [
      'AWS Batch',
      'auto',
      { AWS_BATCH_JOB_ARRAY_INDEX: '4', AWS_BATCH_JOB_ARRAY_SIZE: '5' },
      [5, 5],
    ],
  ]) {
    it(what, async () => {
      const state = inFolder(`${what}.json`);
      const { code } = await run([...score, '--part', part, '--state', state], { env });
      assert.equal(code, 0);
      const { part: index, job } = JSON.parse(readFileSync(state, 'utf8'));
      assert.deepEqual([index, job.parts], expected);
    });
  }
  const state = ['--state', inFolder('no.json')];
  for (const [given, message, options] of [
    [
      ['--part', 'auto', ...state],
      '--part auto: expected SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX, got none of them',
    ],
    [
      ['--part', 'auto', ...state],
      '--part: expected how many parts there are, as in auto/16, got auto',
      { env: { JOB_COMPLETION_INDEX: '0' } },
    ],
    [['--part', '0/4', ...state], '--part: expected a part from 1 to 4, got 0'],
    [['--part', '5/4', ...state], '--part: expected a part from 1 to 4, got 5'],
    [
      ['--part', 'auto', ...state],
      '--part: expected a part from 1 to 3, got 2.5',
      {
        env: {
          SLURM_ARRAY_TASK_ID: '3',
          SLURM_ARRAY_TASK_MIN: '0',
          SLURM_ARRAY_TASK_STEP: '2',
          SLURM_ARRAY_TASK_COUNT: '3',
        },
      },
    ],
    [
      ['--part', '1/99999999999999999999', ...state],
      '--part: expected as many parts as an integer can count, got 99999999999999999999',
    ],
    [['--part', '1/4'], '--part and --state: expected both of them or none, got one'],
  ]) {
    it(message, () => fails([...score, ...given], 2, message, options));
  }
  it('standard input has no parts', () =>
    fails(
      ['score', '-', ...args, '--part', '1/2', ...state],
      2,
      '--part: expected files, got standard input, which each part would need all of',
      { input: 'label,p\n' },
    ));
});

describe('states', () => {
  const score = ['score', paths[1], ...args];
  const state = (name) => inFolder(`${name}.json`);
  before(async () => {
    for (const i of [1, 2]) {
      await report([...score, '--part', `${i}/2`, '--state', state(`s${i}`)]);
    }
    await report([...score, '--part', '2/2', '--state', state('copy')]);
    await report([...score, '--part', '2/3', '--state', state('third')]);
    const other = ['score', paths[1], '--true', 'label', '--pred', 'p', '--loss', 'huber'];
    await report([...other, '--part', '2/2', '--state', state('other')]);
    const found = JSON.parse(readFileSync(state('s2'), 'utf8'));
    const { job, states } = found;
    const write = (name, changes) =>
      writeFileSync(state(name), JSON.stringify({ ...found, ...changes }));
    write('many', { job: { ...job, parts: Number.MAX_SAFE_INTEGER } });
    write('version', { job: { ...job, lossmeter: '0.0.1' } });
    write('forged', { states: [{ ...states[0], count: -1 }, states[1]] });
    write('floats', { part: 1, states: states.map((one) => ({ ...one, predictions: 'float32' })) });
    write('null', { states: [null, null] });
    write('delta', { job: { ...job, parts: 1, options: { delta: 1 } }, part: 1 });
    write('hubert', { job: { ...job, parts: 1, losses: ['a', 'b'] }, part: 1 });
    writeFileSync(state('cut'), readFileSync(state('s2')).subarray(0, 300));
  });
  it('equal data, equal bytes', () => {
    assert.deepEqual(readFileSync(state('copy')), readFileSync(state('s2')));
  });
  const ofJob = (name) => `${state(name)}: expected the job of ${state('s1')}, got one of`;
  for (const [names, exitCode, message] of [
    [['s1'], 1, 'expected 2 parts, got 1: 2 missing'],
    [['s1', 's2', 'copy'], 1, `${state('copy')}: part 2 is in ${state('s2')}, too`],
    [['s1', 'third'], 1, `${ofJob('third')} other parts: 3 instead of 2`],
    [
      ['s1', 'other'],
      1,
      `${ofJob('other')} other losses: ["huber"] instead of ["binaryCrossEntropy","squaredError"]`,
    ],
    [['s1', 'version'], 1, `${ofJob('version')} other lossmeter: "0.0.1" instead of "0.1.0"`],
    [
      ['s1', 'forged'],
      1,
      `${state('forged')}: expected states[0].count to be an integer, 0 or more, got -1`,
    ],
    [
      ['floats', 's2'],
      1,
      `${state('s2')}: binaryCrossEntropy: expected predictions of float32, got float64: --predictions float64 takes all for float64`,
    ],
    [
      ['s1', 'null'],
      3,
      `${state('null')}: expected the state of a part, as --state writes it, got other JSON`,
    ],
    [['delta'], 1, `${state('delta')}: --delta: not an option of binaryCrossEntropy, squaredError`],
    [['hubert'], 1, undefined],
    [
      ['many'],
      1,
      'expected 9007199254740991 parts, got 1: 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21 and 9007199254740970 more missing',
    ],
    [
      ['s1', 'cut'],
      3,
      `${state('cut')}: expected the state of a part, as --state writes it, got no JSON`,
    ],
    [['s1', 'nowhere'], 3, `${state('nowhere')}: there is no such file`],
    [[], 2, 'expected the states of parts, as --state writes them, got none'],
  ]) {
    it(`merge ${names.join(' ')}: ${exitCode}`, async () => {
      const given = ['merge', ...names.map(state)];
      if (message !== undefined) await fails(given, exitCode, message);
      else assert.equal((await run(given)).code, exitCode);
    });
  }
  it('a folder is no state', async () => {
    await fails(['merge', folder], 3, `${folder}: it is a directory`);
    const part = ['--part', '1/2', '--state', folder];
    await fails([...score, ...part], 3, `${folder}: it is a directory`);
  });
  it('as many as are expected', async () => {
    await fails(
      ['merge', state('nowhere'), '--expect', '0'],
      2,
      '--expect: expected an integer of at least 1, got "0"',
    );
    const message = `${state('s1')}: expected a job of 3 parts, got one of 2`;
    await fails(['merge', state('s1'), state('s2'), '--expect', '3'], 1, message);
  });
  it('a part that is done is not done again, and its file stays as it is', async () => {
    const old = statSync(state('s1'), { bigint: true });
    const given = [...score, '--part', '1/2', '--state', state('s1')];
    const { code, errors } = await run(given);
    assert.deepEqual(
      [code, errors],
      [0, `lossmeter: ${state('s1')}: the sums of part 1 are there already: nothing is read\n`],
    );
    const again = await report([...given, '--quiet']);
    const now = statSync(state('s1'), { bigint: true });
    assert.deepEqual([now.ino, now.mtimeNs], [old.ino, old.mtimeNs]);
    assert.equal(again.rows, JSON.parse(readFileSync(state('s1'), 'utf8')).rows);
  });
  it('a file that has been written since is an error, of the same size, too', async () => {
    const [a, b] = ['a', 'b'].map((name) => inFolder(`since ${name}.npy`));
    writeNpy(a, 'f8', [3], Float64Array.of(1, 2, 3));
    writeNpy(b, 'f8', [3], Float64Array.of(1, 2, 3));
    const path = state('since');
    const given = ['score', '--true', a, '--pred', b, '--loss', 'huber', '--part', '1/1'];
    given.push('--state', path);
    await report(given);
    const old = JSON.parse(readFileSync(path, 'utf8'));
    assert.equal((await run(given)).code, 0);
    writeNpy(b, 'f8', [3], Float64Array.of(4, 5, 6));
    utimesSync(b, 1e9, 1e9);
    await fails(
      given,
      2,
      `${path}: expected the state of these files or no file, got one of before ${b} was written`,
    );
    // (A state that does not say when.)
    writeFileSync(path, JSON.stringify({ ...old, modified: undefined }));
    assert.equal((await run(given)).code, 0);
  });
  it('another part or job does not overwrite it', async () => {
    const path = state('s1');
    await fails(
      [...score, '--part', '2/2', '--state', path],
      2,
      `${path}: expected the state of part 2 or no file, got that of part 1`,
    );
    await fails(
      [...score, '--nulls', 'drop', '--part', '1/2', '--state', path],
      2,
      `${path}: expected the state of this job or no file, got one of other nulls: "error" instead of "drop"`,
    );
  });
});
