// npm run cli:slurm: an array job of Slurm over uneven files of Parquet, of which one task is killed midway and
// one node is lost; the merged losses are those of one process, bit for bit. --rows=4e7 for many.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { Cluster } from './cluster.mjs';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '4e5' } } });
const FILES = 16;
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'lossmeter-slurm-'));
const work = join(folder, 'work');
mkdirSync(work);
const cluster = new Cluster(folder);
let passed = 0;
try {
  await makeFiles(Number(values.rows));
  await cluster.start();
  console.log(
    `Slurm: ${cluster
      .nodes()
      .map(({ name, state }) => `${name} ${state}`)
      .join(', ')}`,
  );
  await test();
} finally {
  cluster.stop();
  if (passed > 0) rmSync(folder, { recursive: true, force: true });
  else console.log(`What is left is in ${folder}`);
}
console.log(`\n${passed} passed, ${passed > 0 ? 0 : 1} failed`);

/** So many rows in files of very different sizes. */
async function makeFiles(rows) {
  const connection = await (await DuckDBInstance.create()).connect();
  const shares = Array.from({ length: FILES }, (_, i) => 1 + ((i * 5) % 7));
  const sum = shares.reduce((a, b) => a + b);
  for (const [i, share] of shares.entries()) {
    const n = Math.round((rows * share) / sum) + i;
    await connection.run(`
      COPY (SELECT (hash(i + ${i}) % 10 < 3)::UTINYINT AS label, (hash(i * 31 + ${i}) % 1000003 + 0.5) / 1000004 AS p
            FROM range(${n}) r(i))
      TO '${join(work, `rows-${String(i).padStart(2, '0')}.parquet`)}' (FORMAT parquet)`);
  }
  connection.closeSync();
}

async function test() {
  const options = '--true label --pred p --loss binaryCrossEntropy,squaredError --json';
  // Task 3 is killed in its first attempt; who comes to the second node first waits until it is lost.
  writeFileSync(
    join(work, 'array.sh'),
    `#!/bin/bash
#SBATCH --array=1-${FILES} --requeue --output=${work}/log-%a.txt --open-mode=append
cd ${work}
echo "$PPID $$" > ${folder}/$SLURMD_NODENAME.pids
if [ "$SLURMD_NODENAME" = n2 ] && [ ! -e lost ]; then touch waiting; sleep 600; fi
for attempt in 1 2 3; do
  ${process.execPath} ${main} score rows-*.parquet ${options} --part auto --state state-$SLURM_ARRAY_TASK_ID.json &
  if [ $SLURM_ARRAY_TASK_ID = 3 ] && [ ! -e killed ]; then
    sleep 0.1; touch killed; kill -KILL $!
  fi
  wait $!
  code=$?
  echo "attempt $attempt on $SLURMD_NODENAME: $code"
  # What is wrong with the data or the command is wrong the next time, too.
  [ $code -lt 128 ] && exit $code
done
exit $code
`,
  );
  const [id] = cluster.run('sbatch', '--parsable', join(work, 'array.sh')).split(';');
  cluster.run(
    'sbatch',
    '--parsable',
    `--dependency=afterok:${id}`,
    `--output=${work}/merge.txt`,
    `--chdir=${work}`,
    '--wrap',
    `${process.execPath} ${main} merge state-*.json --expect ${FILES} --json > merged.json.tmp && mv merged.json.tmp merged.json`,
  );
  await cluster.until('a task on the node that will be lost', () =>
    existsSync(join(work, 'waiting')),
  );
  writeFileSync(join(work, 'lost'), '');
  cluster.lose('n2');
  await cluster.until(
    'the merged losses',
    () => {
      // (Slurm lets a task that has lost its node wait for two minutes, which this test has not.)
      for (const task of cluster.waiting())
        cluster.run('scontrol', 'update', `JobId=${task}`, 'StartTime=now');
      return existsSync(join(work, 'merged.json'));
    },
    600,
  );
  const logs = readdirSync(work)
    .filter((name) => name.startsWith('log-'))
    .map((name) => readFileSync(join(work, name), 'utf8'));
  const attempts = logs.join('').match(/^attempt .*$/gm) ?? [];
  console.log(
    `${attempts.length} attempts, ${attempts.filter((line) => line.endsWith(': 137')).length} of them killed`,
  );
  const whole = execFileSync(
    process.execPath,
    [
      main,
      'score',
      ...readdirSync(work)
        .filter((name) => name.endsWith('.parquet'))
        .sort(),
      ...options.split(' '),
    ],
    { cwd: work, encoding: 'utf8' },
  );
  assert.equal(readFileSync(join(work, 'merged.json'), 'utf8'), whole);
  assert.ok(
    attempts.some((line) => line.startsWith('attempt 2')),
    'a task has had a second attempt',
  );
  assert.equal(
    cluster
      .nodes()
      .find(({ name }) => name === 'n2')
      .state.startsWith('down'),
    true,
  );
  console.log(whole);
  passed = 1;
}
