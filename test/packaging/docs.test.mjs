// The documentation: nothing public is without, and it says what a reader must know.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { BUILD, ROOT, TOOLS } from './files.mjs';

/** Every name's reflection in TypeDoc's JSON, with those of its members: `Engine.squaredError`. */
function* reflections(parent, path = '') {
  for (const child of parent.children ?? []) {
    yield { ...child, path: path + child.name };
    yield* reflections(child, `${path}${child.name}.`);
  }
}

let typedoc;
/** Everything public. */
let all = [];

beforeAll(() => {
  const json = `${BUILD}/api.json`;
  const args = [`${TOOLS}/typedoc/bin/typedoc`, '--json', json, '--html', `${BUILD}/docs`];
  typedoc = spawnSync('node', args, { cwd: ROOT, encoding: 'utf8' });
  // A warning is an error: see typedoc.json.
  if (typedoc.status === 0) all = [...reflections(JSON.parse(readFileSync(json, 'utf8')))];
});

const textOf = ({ comment }) => comment.summary.map(({ text }) => text).join('');

it('is made without a warning, which an undocumented public name would be', () => {
  expect(typedoc.status, typedoc.stdout + typedoc.stderr).toBe(0);
});

it('says of every function and method with parameters what it throws', () => {
  const signatures = all.flatMap(({ path, signatures = [] }) =>
    signatures.map((signature) => ({ path, ...signature })),
  );
  const silent = signatures.filter(
    ({ name, parameters = [], comment }) =>
      name !== 'constructor' &&
      parameters.length > 0 &&
      !comment.blockTags?.some(({ tag }) => tag === '@throws'),
  );
  expect(signatures.length).toBeGreaterThan(5);
  expect(silent.map(({ path }) => path)).toEqual([]);
});

it.each([
  ['formula', /[²|]|\bln\b/],
  ['shape', /\bn (numbers|labels|rows|integers)\b/],
  ['domain', /any float64|in \[0, 1\]/],
  ['source', /PyTorch|Keras|scikit-learn/],
])('says of every loss its %s', (_, pattern) => {
  const losses = all.filter(({ path, type }) => /^Engine\./.test(path) && type?.name !== undefined);
  expect(losses.map(({ name }) => name)).toContain('squaredError');
  expect(losses.filter((loss) => !pattern.test(textOf(loss))).map(({ name }) => name)).toEqual([]);
});

it('says in what unit losses are', () => {
  expect(textOf(all.find(({ path }) => path === 'Engine'))).toContain('unit');
});
