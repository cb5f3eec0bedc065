// A process that scores parts and merges them: start as many as there are cores, on as many machines.
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { MERGE_QUEUE, mergeParts, PARTS_QUEUE, type Part, scorePart } from './jobs.js';

const connection = new Redis(process.env.REDIS_URL ?? 'redis://127.0.0.1:6379', {
  maxRetriesPerRequest: null,
});

// A worker that is killed renews its lock no more; after that time another one takes its part.
const options = { connection, lockDuration: 2_000, stalledInterval: 1_000, maxStalledCount: 3 };

new Worker<Part>(
  PARTS_QUEUE,
  (job) => {
    process.send?.('busy');
    return scorePart(job.data);
  },
  options,
);
new Worker(
  MERGE_QUEUE,
  async (job) => mergeParts(Object.values(await job.getChildrenValues())),
  options,
);
