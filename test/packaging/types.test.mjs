// The types of the tarball: in a program of strict settings, and of what they speak.
import { spawnSync } from 'node:child_process';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { HERE, LIBRARY, TOOLS } from './files.mjs';

const STRICT = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];

describe('a consumer compiles', () => {
  it.each([
    ['as bundlers resolve', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ['as Node 16 resolves', ['--module', 'node16', '--moduleResolution', 'node16']],
    ['for Node, without the types of browsers', ['--module', 'nodenext', '--lib', 'es2022']],
  ])('%s', (_, options) => {
    const args = ['--ignoreConfig', '--noEmit', '--target', 'es2022', ...STRICT, ...options];
    const tsc = [`${TOOLS}/typescript/bin/tsc`, ...args, 'programs/consumer.ts'];
    const { status, stdout } = spawnSync('node', tsc, { cwd: HERE, encoding: 'utf8' });
    expect(status, stdout).toBe(0);
  });
});

it('public types speak of nothing that is not exported', () => {
  const index = `${LIBRARY}/dist/index.d.ts`;
  const program = ts.createProgram([index], { module: ts.ModuleKind.NodeNext, types: [] });
  const checker = program.getTypeChecker();
  const original = (symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const module = checker.getSymbolAtLocation(program.getSourceFile(index));
  const exported = new Set(checker.getExportsOfModule(module).map(original));
  const leaks = new Set();
  const inspect = (node) => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const meant = symbol === undefined ? undefined : original(symbol);
    const isOurs = meant?.declarations?.some(
      ({ parent }) => ts.isSourceFile(parent) && parent.fileName.startsWith(LIBRARY),
    );
    if (isOurs && !exported.has(meant)) leaks.add(node.text);
    ts.forEachChild(node, inspect);
  };
  for (const { declarations } of exported) for (const node of declarations) inspect(node);
  expect(exported.size).toBeGreaterThan(40);
  expect([...leaks]).toEqual([]);
});
