// What bench/run.mjs compares with: the same columns of a file, read and thrown away.
import { openSource } from '../dist/readers/open.js';

const options = { format: undefined, delimiter: undefined, hasHeader: true };
const source = await openSource(process.argv[2], options);
let rows = 0;
for await (const { n } of source.read({ numbers: ['label', 'p'], key: undefined }, undefined))
  rows += n;
await source.close();
console.log(rows);
