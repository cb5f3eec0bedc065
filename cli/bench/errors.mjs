// How far means are from the exact ones of the rows of a file, of 256 bits: those of the command, and of DuckDB.
import { DuckDBInstance } from '@duckdb/node-api';
import { Exact, setBinary, setSquared } from '../../test/support/exact.mjs';

/** The terms of the two losses, each once for all rows that are alike: a logarithm of 256 bits takes 5 µs. */
async function exactMeans(path) {
  const connection = await (await DuckDBInstance.create()).connect();
  const result = await connection.stream(
    `SELECT label::DOUBLE, p, count(*)::DOUBLE FROM '${path}' GROUP BY label, p`,
  );
  let rows = 0;
  const sums = [setBinary, setSquared].map((set) => ({ set, sum: Exact.sum(0, () => {}) }));
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const [label, p, count] = [0, 1, 2].map((k) => chunk.getColumnVector(k).items);
    for (let i = 0; i < chunk.rowCount; i++) rows += count[i];
    for (const each of sums) {
      // (Of variables of their own, which live in a memory that nobody clears.)
      const one = new Exact();
      each.sum = Exact.sum(chunk.rowCount, (to, i) => {
        each.set(one.value, label[i], p[i]);
        one.timesTo(to, count[i]);
      }).plus(each.sum);
    }
  }
  connection.closeSync();
  return sums.map(({ sum }) => sum.over(rows));
}

/**
 * Prints a line for each: the relative error of its means.
 *
 * @param {string} path
 * @param {Readonly<Record<string, () => readonly number[]>>} contenders what has means of both losses
 */
export async function printErrors(path, contenders) {
  const exact = await exactMeans(path);
  const heads = ['cross-entropy', 'ulp', 'squared error', 'ulp'];
  console.log(`\n${'relative error of the mean'.padEnd(40)} ${heads.join('  ')}`);
  for (const [name, means] of Object.entries(contenders)) {
    const cells = means().flatMap((mean, k) => [
      exact[k].relativeError(mean).toExponential(1).padStart(13),
      exact[k].ulps(mean).toFixed(1).padStart(5),
    ]);
    console.log(`${name.padEnd(40)} ${cells.join('  ')}`);
  }
}
