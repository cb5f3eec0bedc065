import { existsSync } from 'node:fs';
import { report } from './report.mjs';

const library = new URL('../../dist/index.js', import.meta.url);

/** The report of this Node process; all others are held against its `js`. */
export async function reference() {
  if (!existsSync(library)) throw new Error('dist/index.js is not there: npm run build makes it');
  // It would decide for the default engine.
  delete process.env.LOSSMETER_BACKEND;
  return report(await import(library.href));
}
