// What Node, Bun and Deno run: prints the report as JSON.
import * as library from '../../dist/index.js';
import { report } from '../digest/report.mjs';

console.log(JSON.stringify(await report(library)));
