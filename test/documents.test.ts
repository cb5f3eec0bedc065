// The documents in docs/: what they link to is there, and both languages say the same.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documents, read, snippetsOf } from './support/documents.js';

const root = new URL('../', import.meta.url);

/** As GitHub makes them of headings. */
function anchors(document: string): string[] {
  return [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(documents)('%s', (file) => {
  const document = read(file);
  const targets = [...document.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map(([, link, image]) => link ?? image)
    .filter((target) => !target.startsWith('https://'));

  it('links to nothing that is not there', () => {
    const missing = targets.filter((target) => {
      const [path, anchor] = target.split('#');
      const url = new URL(path, new URL(file, root));
      if (!existsSync(url)) return true;
      return anchor !== undefined && !anchors(readFileSync(url, 'utf8')).includes(anchor);
    });
    expect(missing).toEqual([]);
  });
});

describe('docs/losses.md and its translation', () => {
  const english = read('docs/losses.md');
  const chinese = read('docs/losses.zh.md');

  it('have the same snippets', () => {
    // But for what is said to the reader.
    const codes = (document: string) =>
      snippetsOf(document).map(({ code }) => code.replace(/\/\/ (?!→).*$/gm, ''));
    expect(codes(english).length).toBeGreaterThan(0);
    expect(codes(chinese)).toEqual(codes(english));
  });

  it('give the same results, section by section', () => {
    const results = (document: string) =>
      document.split(/^## /m).map((section) => [...new Set(section.match(/\d+\.\d+/g))].sort());
    expect(results(english).flat().length).toBeGreaterThan(0);
    expect(results(chinese)).toEqual(results(english));
  });

  it.each([
    ['en', english],
    ['zh', chinese],
  ])('show every figure in their language, in both themes: %s', (language, document) => {
    const shown = [...document.matchAll(/figures\/([\w.]+\.svg)/g)].map(([, name]) => name);
    const all = readdirSync(new URL('docs/figures/', root));
    const inLanguage = all.filter((name) => name.includes(`.${language}.`));
    expect(shown.sort()).toEqual(inLanguage.sort());
  });
});
