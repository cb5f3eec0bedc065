// @ts-check
// npm run figures: draws docs/figures/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { defaultEngine } from 'lossmeter';
import { figures } from './figures.mjs';

const folder = new URL('../../docs/figures/', import.meta.url);

mkdirSync(folder, { recursive: true });
for (const { file, svg } of figures(defaultEngine)) {
  writeFileSync(new URL(file, folder), svg);
  console.log(`docs/figures/${file}`);
}
