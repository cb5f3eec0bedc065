// The types of the tarball: in a program of strict settings, and of what they speak.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BUILD, HERE, LIBRARY, ROOT, TOOLS } from './files.mjs';

const STRICT = { strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false };

/** The oldest compiler is that which README.md names: those before it know no Float64Array<ArrayBuffer>. */
const COMPILERS = ['typescript-oldest', 'typescript', 'typescript-newest'].map((name) => ({
  folder: `${TOOLS}/${name}`,
  version: JSON.parse(readFileSync(`${TOOLS}/${name}/package.json`, 'utf8')).version,
}));

describe.each(COMPILERS)('a consumer compiles with TypeScript $version', ({ folder, version }) => {
  it.each([
    ['as bundlers resolve', { module: 'esnext', moduleResolution: 'bundler' }],
    ['as Node 16 resolves', { module: 'node16', moduleResolution: 'node16' }],
    ['for Node, without the types of browsers', { module: 'nodenext', lib: ['es2022'] }],
    ['for Node, with its types', { module: 'nodenext', lib: ['es2022'], types: ['node'] }],
  ])('%s', (how, options) => {
    const config = `${BUILD}/${version} ${how}.json`;
    const typeRoots = [`${ROOT}/node_modules/@types`];
    const compilerOptions = { target: 'es2022', noEmit: true, types: [], typeRoots, ...STRICT };
    const files = [`${HERE}/programs/consumer.ts`];
    writeFileSync(
      config,
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }),
    );
    const tsc = [`${folder}/bin/tsc`, '--project', config];
    const { status, stdout, stderr } = spawnSync('node', tsc, { encoding: 'utf8' });
    expect(status, stdout + stderr).toBe(0);
  });
});

it('README.md names the oldest compiler that works', () => {
  const [{ version }] = COMPILERS;
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  expect(readme).toContain(`TypeScript ${version.replace(/\.\d+$/, '')} or later`);
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
