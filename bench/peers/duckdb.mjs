// @ts-check
// DuckDB as a contestant: SQL over a table of two columns.
import { DOUBLE, DuckDBDataChunk, DuckDBInstance, FLOAT, version } from '@duckdb/node-api';
import { serve } from '../contest/serve.mjs';

/** Rows of a chunk. */
const CHUNK = 2048;

/** @param {import('../contest/serve.mjs').Asked} asked each sample's loss */
function lossOf({ task, delta }) {
  switch (task) {
    case 'squared':
      return '(p - y) * (p - y)';
    case 'absolute':
      return 'abs(p - y)';
    case 'huber':
      return `CASE WHEN abs(p - y) <= ${delta} THEN 0.5 * (p - y) * (p - y) ELSE ${delta} * (abs(p - y) - 0.5 * ${delta}) END`;
    case 'binary':
      return '-(y * ln(p) + (1 - y) * ln(1 - p))';
    case 'binaryLogits':
      return 'greatest(p, 0) - p * y + ln(1 + exp(-abs(p)))';
    case 'sparseLogits':
      return undefined;
  }
}

const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const connection = await instance.connect();

await serve({
  versions: { DuckDB: version(), Node: process.versions.node },
  open: async (asked, { yTrue, yPred }) => {
    const { verb, type, place } = asked;
    const loss = lossOf(asked);
    if (loss === undefined) return 'it has no rows of classes';
    if (verb === 'valueAndGradient') return 'it has no gradients';
    const sqlType = type === 'float32' ? FLOAT : DOUBLE;
    const put = async () => {
      await connection.run(`CREATE OR REPLACE TABLE t (y ${sqlType}, p ${sqlType})`);
      const appender = await connection.createAppender('t');
      for (let from = 0; from < yPred.length; from += CHUNK) {
        const rows = Math.min(CHUNK, yPred.length - from);
        const chunk = DuckDBDataChunk.create([sqlType, sqlType], rows);
        for (const [k, values] of [yTrue, yPred].entries()) {
          const vector = /** @type {any} */ (chunk.getColumnVector(k));
          vector.items.set(values.subarray(from, from + rows));
          vector.flush();
        }
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    };
    await put();
    const query = await connection.prepare(
      verb === 'mean' ? `SELECT avg(${loss}) FROM t` : `SELECT ${loss} FROM t`,
    );
    /** @param {(items: any) => void} use of each chunk of results */
    const compute = async (use) => {
      if (place === 'ordinary') await put();
      const result = await query.stream();
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk === undefined || chunk.rowCount === 0) return;
        use(/** @type {any} */ (chunk.getColumnVector(0)).items);
      }
    };
    if (verb === 'mean') {
      const call = async () => {
        let value = NaN;
        await compute((items) => {
          value = items[0];
        });
        return value;
      };
      return { call, answer: async () => ({ value: await call() }) };
    }
    return {
      // Every chunk of losses is fetched, and looked at no further.
      call: () => compute(() => {}),
      answer: async () => {
        const array =
          type === 'float32' ? new Float32Array(yPred.length) : new Float64Array(yPred.length);
        let at = 0;
        await compute((items) => {
          array.set(items, at);
          at += items.length;
        });
        return { array };
      },
    };
  },
});
