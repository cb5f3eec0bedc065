// What the command says of itself.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { defaultEngine } from 'lossmeter';
import { commands } from '../dist/command.js';
import { flagName, lossNames, lossOptions } from '../dist/options.js';
import { readme } from '../readme.mjs';
import { report, run } from './command.mjs';

it('README.md is made of what --help says (npm run readme)', () => {
  assert.equal(readFileSync(new URL('../README.md', import.meta.url), 'utf8'), readme());
});

it('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  assert.equal((await run('--version')).out, `${version}\n`);
});

describe('--help', () => {
  for (const { name, groups } of commands) {
    it(`of ${name} has every option, in lines of 80 characters but for examples`, async () => {
      const { code, out } = await run(`${name} --help`);
      assert.equal(code, 0);
      for (const option of groups.flatMap(({ options }) => options)) {
        assert.match(out, new RegExp(`^  --${option.name}\\b`, 'm'));
      }
      const text = out.slice(0, out.indexOf('Examples:'));
      for (const line of text.split('\n')) assert.ok(line.length <= 80, line);
    });
  }
  it('of the whole has every command', async () => {
    const { out } = await run('--help');
    for (const { name } of commands) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  });
});

/** A value for each option, other than what it is without. */
const values = {
  fromLogits: [],
  classes: ['3', 3],
  delta: ['0.25', 0.25],
  quantile: ['0.9', 0.9],
  labelSmoothing: ['0.125', 0.125],
  positiveWeight: ['3', 3],
  classWeight: ['1,2.5,4', [1, 2.5, 4]],
  ignoreIndex: ['1', 1],
  clip: ['0.25', 0.25],
  normalize: [],
  check: ['used', 'used'],
  onEmpty: ['zero', 'zero'],
};

describe('every option of every loss', { concurrency: 4 }, async () => {
  const { label, index, p, z } = await import('./rows.mjs');
  it('has a value here', () => {
    assert.deepEqual(Object.keys(values).sort(), Object.keys(lossOptions).sort());
  });
  for (const name of lossNames) {
    const isSparse = name === 'sparseCategoricalCrossEntropy';
    // (The labels of dense rows are not in the files: JSON has them.)
    if (name === 'categoricalCrossEntropy') continue;
    const [yTrue, yPred] = isSparse ? [index, z] : [label, p];
    const columns = isSparse ? '--true index --pred z' : '--true label --pred p';
    for (const [option, [text, value = true]] of Object.entries(values)) {
      const isKnown = knows(name, option);
      it(`${name} --${flagName(option)}${isKnown ? '' : ': an error'}`, async () => {
        const needsLogits =
          isSparse && !['fromLogits', 'clip', 'normalize', 'check'].includes(option);
        const flags = [`--${flagName(option)}`, text, needsLogits ? '--from-logits' : '']
          .filter((part) => part !== undefined && part !== '')
          .join(' ');
        const args = `score stored.npz ${columns} --loss ${name} ${flags}`;
        if (!isKnown) {
          assert.equal((await run(args)).code, 2);
          return;
        }
        const loss = defaultEngine[name].with({
          [option]: value,
          ...(needsLogits ? { fromLogits: true } : {}),
        });
        let expected;
        try {
          expected = loss.accumulator().update(yTrue, yPred).mean;
        } catch {
          // (Logits are no probabilities.)
          assert.equal((await run(args)).code, 1);
          return;
        }
        const { losses } = await report(args);
        assert.equal(losses[name].mean, expected);
      });
    }
  }
  it('rows of labels', async () => {
    const oneHot = Float64Array.from(z, (_, i) => Number(index[Math.floor(i / 3)] === i % 3));
    const lines = Array.from(index, (_, i) =>
      JSON.stringify({
        y: [...oneHot.subarray(3 * i, 3 * i + 3)],
        z: [...z.subarray(3 * i, 3 * i + 3)],
      }),
    );
    const { losses } = await report(
      'score - --format jsonl --true y --pred z --loss categoricalCrossEntropy --from-logits --label-smoothing 0.125',
      { input: lines.join('\n') },
    );
    const loss = defaultEngine.categoricalCrossEntropy.with({
      classes: 3,
      fromLogits: true,
      labelSmoothing: 0.125,
    });
    assert.equal(losses.categoricalCrossEntropy.mean, loss.mean(oneHot, z));
  });
  it('--denominator, where weights are not 1', async () => {
    const { w } = await import('./rows.mjs');
    for (const denominator of ['weight', 'count', 'nonzero']) {
      const { losses } = await report(
        `score stored.npz --true label --pred p --weight w --loss huber --denominator ${denominator}`,
      );
      const expected = defaultEngine.huber.mean(label, p, { sampleWeight: w, denominator });
      assert.equal(losses.huber.mean, expected);
    }
  });
});

/** Whether the library says that a loss has an option: its error names those that it has. */
function knows(name, option) {
  try {
    defaultEngine[name].with({ nothing: 0 });
  } catch (error) {
    return error.message.split('expected ')[1].split(', ').includes(option);
  }
}
