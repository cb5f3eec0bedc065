// npm start: a flow whose children score parts and whose parent merges them, by two workers, one of which is
// killed midway. The means must be those of this process alone, bit for bit. Needs redis-server (Debian's will do).
import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FlowProducer, QueueEvents } from 'bullmq';
import { Redis } from 'ioredis';
import { MERGE_QUEUE, mergeParts, PARTS_QUEUE, parts, scorePart } from './jobs.js';

const folder = mkdtempSync(join(tmpdir(), 'lossmeter-bullmq-'));
const socket = join(folder, 'redis.sock');
const redis = spawn(
  'redis-server',
  ['--port', '0', '--unixsocket', socket, '--dir', folder, '--save', ''],
  {
    stdio: 'ignore',
  },
);
redis.on('error', (error) => {
  console.error(`redis-server: ${error.message}; on Debian: apt-get install redis-server`);
  process.exit(1);
});
const connection = new Redis(socket, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
connection.on('error', () => {});
const workers: ChildProcess[] = [];

function startWorker(): ChildProcess {
  const worker = fork(fileURLToPath(new URL('worker.js', import.meta.url)), {
    env: { ...process.env, REDIS_URL: socket },
  });
  workers.push(worker);
  return worker;
}

try {
  while (connection.status !== 'ready') await sleep(50);
  const events = new QueueEvents(MERGE_QUEUE, { connection: connection.duplicate() });
  await events.waitUntilReady();
  const flow = await new FlowProducer({ connection }).add({
    name: 'mean',
    queueName: MERGE_QUEUE,
    children: parts.map((data, i) => ({ name: `part ${i}`, queueName: PARTS_QUEUE, data })),
  });

  const first = startWorker();
  startWorker();
  await once(first, 'message');
  first.kill('SIGKILL');
  await once(first, 'exit');
  console.log('One of two workers was killed in the middle of a part.');

  const merged: unknown = await flow.job.waitUntilFinished(events, 120_000);
  const alone = mergeParts(await Promise.all(parts.map(scorePart)));
  assert.deepEqual(merged, alone);
  console.log(`${parts.length} parts by workers: ${JSON.stringify(merged)}`);
  console.log(`One process:          ${JSON.stringify(alone)}`);
  await events.close();
} finally {
  for (const worker of workers) worker.kill('SIGKILL');
  connection.disconnect();
  redis.kill('SIGKILL');
  await once(redis, 'exit');
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
