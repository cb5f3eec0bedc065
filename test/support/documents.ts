import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** What people wrote for readers, as Markdown: paths from the root. */
export const documents: readonly string[] = [
  'README.md',
  ...readdirSync(new URL('docs/', root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

export function read(file: string): string {
  return readFileSync(new URL(file, root), 'utf8');
}

/** What is between the fences of JavaScript, with the last heading above it. */
export function snippetsOf(document: string): { heading: string; code: string }[] {
  return [...document.matchAll(/^```js\n(.*?)^```/gms)].map(({ 1: code, index }) => {
    const [heading = ''] = document.slice(0, index).split(/^#+ /m).at(-1)?.split('\n') ?? [];
    return { heading, code };
  });
}
