// What README.md and docs/ say: their snippets run and give what they show, and the options that
// README.md lists are those there are.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as lossmeterBare from '../src/bare.js';
import * as lossmeter from '../src/index.js';
import { documents, read, snippetsOf } from './support/documents.js';

const readme = read('README.md');
const snippets = documents.flatMap((file) =>
  snippetsOf(read(file)).map((snippet) => ({ file, ...snippet })),
);

type Show = (compute: () => unknown, expected: string) => void;

const AsyncFunction = (async () => {}).constructor as new (
  ...lines: string[]
) => (
  library: typeof lossmeter,
  bare: typeof lossmeterBare,
  kernels: string,
  show: Show,
) => Promise<void>;

/** A snippet as a function, which shows every `expression; // → value`. */
function runnable(code: string) {
  const lines = code
    .replace(/^import (\{[^}]*\}) from 'lossmeter';$/gm, 'const $1 = library;')
    .replace(/^import (\{[^}]*\}) from 'lossmeter\/bare';$/gm, 'const $1 = bare;')
    .replace(/^import url from 'lossmeter\/kernels.wasm\?url';.*$/gm, 'const url = kernels;')
    .split('\n')
    .map((line) => {
      if (!line.includes('→')) return line;
      const [, expression, expected] = /^(.*); \/\/ → (.*)$/.exec(line) ?? [];
      if (expression === undefined) throw new Error(`No expression and value: ${line}`);
      return `show(() => (${expression}), ${JSON.stringify(expected)});`;
    });
  return new AsyncFunction('library', 'bare', 'kernels', 'show', lines.join('\n'));
}

/** A value as a snippet shows it. */
function text(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name} ${text(Array.from(value as Float64Array))}`;
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${text(member)}`);
    return `{ ${members.join(', ')} }`;
  }
  return String(value);
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** A text with its numbers rounded as the other has them, if that has 4 digits after the point. */
function roundedAs(expected: string, got: string): string {
  const tokens = expected.match(NUMBER) ?? [];
  let i = 0;
  return got.replace(NUMBER, (exact) => {
    const [, decimals = '', exponent] = /(?:\.(\d+))?(e.*)?$/.exec(tokens[i++] ?? '') ?? [];
    if (exponent !== undefined) return Number(exact).toExponential(decimals.length);
    return decimals.length < 4 ? exact : Number(exact).toFixed(decimals.length);
  });
}

const kernels = readFileSync(new URL('../build/kernels.wasm', import.meta.url), 'base64');

describe('the snippets of the documents', () => {
  it.each(snippets)('$file: $heading, snippet %#', async ({ code }) => {
    await runnable(code)(
      lossmeter,
      lossmeterBare,
      `data:application/wasm;base64,${kernels}`,
      (compute, expected) => {
        let got: unknown;
        try {
          got = compute();
        } catch (error) {
          got = error;
        }
        expect(roundedAs(expected, text(got))).toBe(expected);
      },
    );
  });
});

describe('the options that README.md lists', () => {
  const losses = {
    squared: lossmeter.squaredError,
    absolute: lossmeter.absoluteError,
    huber: lossmeter.huber,
    quantile: lossmeter.quantile,
    binary: lossmeter.binaryCrossEntropy,
    categorical: lossmeter.categoricalCrossEntropy,
    sparse: lossmeter.sparseCategoricalCrossEntropy,
  };
  const [, table] = /^\| option of `with` .*\n.*\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  const rows = [...table.matchAll(/^\| `(\w+)` \| (.*?) \|/gm)];

  it.each(Object.keys(losses) as (keyof typeof losses)[])('are those of %s', (name) => {
    const listed = rows.filter(([, , of]) => of === 'all' || of.includes(name));
    let known = '';
    try {
      losses[name].with({ none: 0 } as object);
    } catch (error) {
      known = (error as Error).message.split('expected ')[1];
    }
    expect(listed.map(([, option]) => option).sort()).toEqual(known.split(', ').sort());
  });
});
