// What is read from and written to pipes: the shell's, of any format that is read from its beginning to its end.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { data, fails, inFolder, main, report, run } from './command.mjs';
import { N } from './rows.mjs';

const bash = (script) =>
  promisify(execFile)('bash', ['-c', script, 'bash', process.execPath, main], { cwd: data }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, errors: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, errors: stderr }),
  );

describe('what nobody reads on', () => {
  writeFileSync(
    inFolder('groups.csv'),
    `y,p,g\n${Array.from({ length: 20_000 }, (_, i) => `1,0.5,g${i}\n`).join('')}`,
  );
  for (const format of ['', '--csv', '--json']) {
    it(`is no error: ${format || 'a table'} into head`, async () => {
      // (What is printed is more than a pipe holds.)
      const score = `"$1" "$2" score ${inFolder('groups.csv')} --true y --pred p --by g --loss huber ${format}`;
      const { code, out, errors } = await bash(`set -o pipefail; ${score} | head -n 1`);
      assert.deepEqual([code, errors], [0, '']);
      assert.equal(out.split('\n').length, 2);
    });
  }
  it('help, too', async () => {
    const { code, errors } = await bash('set -o pipefail; "$1" "$2" score --help | true');
    assert.deepEqual([code, errors], [0, '']);
  });
});

it('what cannot be written is an error', { skip: !existsSync('/dev/full') }, async () => {
  const { code, errors } = await bash(
    '"$1" "$2" score none.parquet --true label --pred p --loss huber >/dev/full',
  );
  assert.equal(code, 3);
  assert.match(errors, /^lossmeter: standard output: it cannot be written: ENOSPC/);
});

describe('from a pipe', { concurrency: 2 }, () => {
  const args = ['--true', 'label', '--pred', 'p', '--loss', 'squaredError'];
  const csv = `label,p\n${'1,0.5\n'.repeat(N)}`;
  const lines = '{"label":1,"p":0.5}\n'.repeat(N);
  for (const [what, format, input] of [
    ['CSV', 'csv', csv],
    ['gzipped CSV', 'csv', gzipSync(csv)],
    ['JSON Lines', 'jsonl', lines],
    ['gzipped JSON Lines', 'jsonl', gzipSync(lines)],
    ['a stream of Arrow', 'arrow', readFileSync(`${data}stream.arrows`)],
    ['a file of Arrow', 'arrow', readFileSync(`${data}lz4.arrow`)],
  ]) {
    it(`standard input, ${what}`, async () => {
      const { rows } = await report(['score', '-', '--format', format, ...args], { input });
      assert.equal(rows, N);
    });
    it(`the shell's <(…), ${what}`, async () => {
      const file = inFolder(`${what}.${format}`);
      writeFileSync(file, input);
      const { out, errors } = await bash(
        `"$1" "$2" score <(cat '${file}') --format ${format} ${args.join(' ')} --json`,
      );
      assert.equal(errors, '');
      assert.equal(JSON.parse(out).rows, N);
    });
  }
  for (const [name, flags] of [
    ['none.parquet', 'FILE --true label --pred p'],
    ['stored.npz', 'FILE --true label --pred p'],
    ['label.npy', '--true FILE --pred p-f8.npy'],
  ]) {
    it(`not what is read here and there: ${name}`, async () => {
      const pipe = inFolder(`pipe-${name}`);
      assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
      await fails(
        `score ${flags.replace('FILE', pipe)} --loss huber`,
        3,
        `${pipe}: expected a file that can be read here and there, got a pipe`,
      );
    });
  }
  it('only once', () =>
    fails(['score', '-', '-', ...args], 2, '-: expected standard input once, got it twice', {
      input: csv,
    }));
  it('a pipe has no parts', async () => {
    const { code, errors } = await bash(
      `"$1" "$2" score <(cat none.parquet) --format csv ${args.join(' ')} --part 1/2 --state ${inFolder('pipe.json')}`,
    );
    assert.notEqual(code, 0, errors);
    const { code: usage } = await bash(
      `"$1" "$2" score <(printf 'label,p\\n1,1\\n') --format csv ${args.join(' ')} --part 1/2 --state ${inFolder('pipe.json')}`,
    );
    assert.equal(usage, 2);
  });
});

it('a file that cannot be read to its end says why', {
  skip: !existsSync('/proc/self/mem'),
}, async () => {
  const { code, errors } = await run(
    'score /proc/self/mem --format csv --true y --pred p --loss huber',
  );
  assert.equal(code, 3);
  assert.match(errors, /^lossmeter: \/proc\/self\/mem: EIO/);
});
