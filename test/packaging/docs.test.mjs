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

const textOf = ({ comment }) =>
  comment.summary
    .map(({ text }) => text)
    .join('')
    .replaceAll('`', '');

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

/** The names of those whose text lacks the pattern; there must be `atLeast` of them to look at. */
function silentAbout(pattern, reflections, atLeast) {
  expect(reflections.length).toBeGreaterThanOrEqual(atLeast);
  return reflections.filter((it) => !pattern.test(textOf(it))).map(({ path }) => path);
}

const losses = () =>
  all.filter(({ path, type }) => /^Engine\./.test(path) && /Loss$|Entropy$/.test(type?.name));

it.each([
  ['formula', /[²|]|\bln\b/],
  ['gradient', /\bgradient\b/],
  ['shape', /\bn (numbers|labels|rows|integers)\b/],
  ['domain', /any float64|in \[0, 1\]/],
  ['source', /PyTorch|Keras|scikit-learn/],
])('says of every loss its %s', (_, pattern) => {
  expect(silentAbout(pattern, losses(), 6)).toEqual([]);
});

it.each([
  ['option', /With the option fromLogits/],
  ['formula', /log1p|log_softmax|logsumexp/],
  ['gradient', /gradient\s+(σ|softmax)\(z\)/],
  ['domain', /logits, any float64/],
  ['limit', /±∞|[Ii]nfinite logits/],
  ['source', /It is PyTorch's/],
])('says of every loss that takes logits what they are to it: %s', (_, pattern) => {
  const takesLogits = ({ type }) => {
    const [options] = type.typeArguments ?? [];
    return all.some(({ path }) => path === `${options?.name}.fromLogits`);
  };
  const those = losses().filter(takesLogits);
  expect(silentAbout(pattern, those, 3)).toEqual([]);
});

it.each([
  ['fromLogits', /logits z, with p = /, 3],
  ['clip', /Not with fromLogits/, 3],
  ['normalize', /Not with fromLogits/, 2],
  ['check', /'all'\s+\(default[\s\S]*Not with fromLogits/, 2],
  ['sampleWeight', /n weights, one for each sample, finite and ≥ 0/, 5],
  ['denominator', /'weight' \(default.*'count'.*'nonzero'/, 3],
])('says wherever there is the option %s what it takes', (option, pattern, atLeast) => {
  const options = all.filter(({ name, path }) => name === option && path.includes('Options.'));
  expect(silentAbout(pattern, options, atLeast)).toEqual([]);
});

it('says in what unit losses are', () => {
  expect(textOf(all.find(({ path }) => path === 'Engine'))).toContain('unit');
});
