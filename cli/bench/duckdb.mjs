// What bench/run.mjs compares with: the two formulas in DuckDB's SQL.
import { DuckDBInstance } from '@duckdb/node-api';

const [path, threads] = process.argv.slice(2);
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`SET threads = ${threads}`);
const result = await connection.runAndReadAll(`
  SELECT avg(-(label * greatest(ln(p), -100) + (1 - label) * greatest(ln(1 - p), -100))),
         avg((p - label) * (p - label)) FROM '${path}'`);
console.log(JSON.stringify(result.getRowsJson()));
connection.closeSync();
