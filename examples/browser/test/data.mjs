// A visitor's own data, in every form; the losses are the library's, and errors say row and column.
import {
  absoluteError,
  binaryCrossEntropy,
  huber,
  quantile,
  sparseCategoricalCrossEntropy,
  squaredError,
} from 'lossmeter';
import { folder, npy, samples } from './files.mjs';
import { check, equal, ok } from './harness.mjs';

const BINS = 40;

const isScored = () => document.querySelector('data[data-name=mean]') !== null;
const alertText = () => document.querySelector('.alert').textContent;

/** Holds mean, sum, the worst ten and the histogram against the library's. */
async function compare(user, loss, yTrue, yPred, options = {}) {
  const losses = loss.perSample(yTrue, yPred, options);
  const numbers = await user.numbers();
  equal(numbers.get('mean').value, loss.mean(yTrue, yPred, options), 'mean');
  equal(numbers.get('sum').value, loss.sum(yTrue, yPred, options), 'sum');
  const order = [...losses.keys()].sort((a, b) => losses[b] - losses[a] || a - b).slice(0, 10);
  const rows = await user.page.evaluate(() =>
    [...document.querySelectorAll('.worst tbody th')].map(({ textContent }) =>
      Number(textContent.replaceAll(/\s/g, '')),
    ),
  );
  equal(
    rows,
    order.map((i) => i + 1),
    'the worst rows',
  );
  order.forEach((i, k) => {
    equal(numbers.get(`worst.${k}`).value, losses[i], `worst.${k}`);
  });
  equal(numbers.size, 2 + order.length, 'numbers');
  const least = Math.min(...losses);
  const width = (Math.max(...losses) - least) / BINS || 1;
  const bins = new Array(BINS).fill(0);
  for (const one of losses) bins[Math.min(BINS - 1, Math.floor((one - least) / width))] += 1;
  const drawn = await user.page.evaluate(() =>
    [...document.querySelectorAll('[data-count]')].map(({ dataset }) => Number(dataset.count)),
  );
  equal(drawn, bins, 'the histogram');
}

/** Pastes it by typing into the box what the page would get. */
async function paste(user, text) {
  await user.page.evaluate((it) => {
    const box = document.querySelector('.data textarea');
    box.value = it;
    box.dispatchEvent(new Event('input'));
  }, text);
  await user.clickText('Use these');
}

async function scored(user) {
  await user.until(isScored);
  equal(await user.page.evaluate(alertText), '', 'no complaint');
}

async function complains(user, text, expected) {
  await paste(user, text);
  await user.until(() => document.querySelector('.alert').textContent !== '');
  equal(await user.page.evaluate(alertText), expected);
}

export async function data(user) {
  const files = await folder();
  const { yTrue, yPred } = samples(500);

  await check('data: examples, every loss, a weight, δ, q, logits', async () => {
    await user.section('data');
    await user.clickText('House prices');
    await scored(user);
    const prices = [100, 160, 250, 340, 95, 182, 210, 131];
    const predicted = [100, 160, 240, 240, 104, 170, 220, 128];
    await compare(user, squaredError, prices, predicted);
    await user.choose('Loss', 'absolute error');
    await rescored(user, absoluteError.mean(prices, predicted));
    await compare(user, absoluteError, prices, predicted);
    await user.choose('Loss', 'Huber loss');
    await rescored(user, huber.mean(prices, predicted));
    await user.page.evaluate(() => document.querySelector('.fields input[type=number]').select());
    await user.page.type('12');
    await user.page.press('Enter');
    const wide = huber.with({ delta: 12 });
    await rescored(user, wide.mean(prices, predicted));
    await compare(user, wide, prices, predicted);
    await user.choose('Sample weight', 'price');
    await rescored(user, wide.mean(prices, predicted, { sampleWeight: prices }));
    await compare(user, wide, prices, predicted, { sampleWeight: prices });

    await user.choose('Loss', 'quantile loss');
    await rescored(user, quantile.mean(prices, predicted, { sampleWeight: prices }));
    for (const [typed, q] of [
      ['0.9', 0.9],
      ['1', 0.9],
    ]) {
      await user.focusField('Quantile q');
      await user.page.evaluate(() => document.activeElement.select());
      await user.page.type(typed);
      await user.page.press('Enter');
      const high = quantile.with({ quantile: q });
      await rescored(user, high.mean(prices, predicted, { sampleWeight: prices }));
      await compare(user, high, prices, predicted, { sampleWeight: prices });
      equal(await user.field('Quantile q'), String(q), `q after ${typed}`);
    }

    await user.clickText('Cat, dog or rabbit');
    await scored(user);
    const labels = [0, 0, 0, 0, 1, 2, 2];
    const rows = [
      [0.9, 0.08, 0.02],
      [0.6, 0.25, 0.15],
      [0.4, 0.3, 0.3],
      [0.05, 0.25, 0.7],
      [0.2, 0.7, 0.1],
      [0.1, 0.1, 0.8],
      [0.3, 0.5, 0.2],
    ].flat();
    await compare(user, sparseCategoricalCrossEntropy, labels, rows);
    await user.clickText('Predictions are logits');
    const logits = sparseCategoricalCrossEntropy.with({ fromLogits: true });
    await rescored(user, logits.mean(labels, rows));
    await compare(user, logits, labels, rows);
    await user.clickText('Counts on a logarithmic scale');
    await compare(user, logits, labels, rows);
    await user.clickText('Counts on a logarithmic scale');

    await user.clickText('Spam, 12 messages');
    await scored(user);
    ok((await user.numbers()).get('mean').value > 0, 'spam');
    await user.clickText('The first rows');
    const first = await user.page.evaluate(
      () => document.querySelector('.wide tbody tr').textContent,
    );
    equal(first, '110.95', 'the first row');
  });

  await check(
    'data: .csv, .npy of several types, .json, pasted columns, dropped files',
    async () => {
      const lines = yTrue.map((y, i) => `${y};${yPred[i]}`);
      const csv = await files.write('a.csv', `y;p\n${lines.join('\n')}\n`);
      const json = await files.write('b.json', JSON.stringify({ yTrue, yPred }));
      const records = await files.write(
        'c.json',
        JSON.stringify(yTrue.map((y, i) => ({ y, p: yPred[i] }))),
      );
      const truth = await files.write(
        'true.npy',
        npy('<i8', '500,', BigInt64Array.from(yTrue, BigInt)),
      );
      const guess = await files.write('prob.npy', npy('<f4', '500,', Float32Array.from(yPred)));
      const both = [...yTrue, ...yPred];
      const byColumn = await files.write(
        'f.npy',
        npy('<f8', '500, 2', Float64Array.from(both), true),
      );
      const open = async (paths) => {
        await user.page.setFiles('.drop input[type=file]', paths);
        await user.until(isScored);
      };
      await open([csv]);
      await user.choose('Loss', 'binary cross-entropy');
      await rescored(user, binaryCrossEntropy.mean(yTrue, yPred));
      await compare(user, binaryCrossEntropy, yTrue, yPred);
      await open([truth, guess]);
      await rescored(user, binaryCrossEntropy.mean(yTrue, Float32Array.from(yPred)));
      await compare(user, binaryCrossEntropy, yTrue, Float32Array.from(yPred));
      for (const path of [json, records, byColumn]) {
        await open([path]);
        await user.choose('Loss', 'squared error');
        await rescored(user, squaredError.mean(yTrue, yPred));
        await compare(user, squaredError, yTrue, yPred);
      }
      for (const separator of [' ', '\t', ';', '|']) {
        await paste(user, ['1_0.5', '2_0.25', '4_8', ''].join('\n').replaceAll('_', separator));
        await rescored(user, (0.5 ** 2 + 1.75 ** 2 + 16) / 3);
        await compare(user, squaredError, [1, 2, 4], [0.5, 0.25, 8]);
      }
      await user.page.evaluate(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['y,p\n1,2\n3,5\n'], 'dropped.csv'));
        const zone = document.querySelector('.drop');
        zone.dispatchEvent(new DragEvent('dragover', { dataTransfer: transfer, bubbles: true }));
        zone.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true }));
      });
      await rescored(user, 2.5);
      await compare(user, squaredError, [1, 3], [2, 5]);
    },
  );

  await check('data: errors say which row and column', async () => {
    await complains(
      user,
      'y,p\n1,2\n3,four\n',
      'Row 2, column “p”: expected a number, got “four”.',
    );
    await complains(user, 'y,p\n1,2\n3,\n', 'Row 2, column “p”: expected a number, got “”.');
    await complains(user, 'y,p\n1,2\n3\n', 'Row 2 has 1 cells, expected 2.');
    await complains(user, 'y,p\n1,2\n\n3,4\n', 'Row 2 is empty.');
    await complains(user, 'y,p\n', 'There are no rows in it.');
    await complains(
      user,
      'y,probability\n1,0.5\n0,1.25\n',
      'Row 2, column “probability”: 1.25 does not fit; expected a probability in [0, 1].',
    );
    await complains(
      user,
      'class,a,b,c\n0,1,0,0\n3,0,0,1\n',
      'Row 2, column “class”: 3 does not fit; expected a class index, an integer from 0 to 2.',
    );
    await complains(
      user,
      'class,a,b,c\n0,1,0,0\n2,0,7,1\n',
      'Row 2, column “b”: 7 does not fit; expected a probability in [0, 1].',
    );
    await complains(
      user,
      'y,p,weight\n1,2,1\n3,4,-1\n',
      'Row 2, column “weight”: -1 does not fit; expected a finite weight ≥ 0.',
    );
    await complains(
      user,
      '{"y": [1, 2], "p": [1]}',
      'Column “p” has 1 rows, but “y” has 2: they must be as long as each other.',
    );
    await complains(
      user,
      '{"y": [1, 2], "p": [1, null]}',
      'Row 2, column “p”: expected a number, got “null”.',
    );
    const bad = await files.write('bad.npy', npy('>f8', '2,', new Float64Array(2)));
    await user.page.setFiles('.drop input[type=file]', [bad]);
    await user.until(() =>
      /“bad” holds elements of type >f8/.test(document.querySelector('.alert').textContent),
    );
    // A column that is not chosen may hold anything.
    await paste(user, 'name,y,p\nann,1,2\nbob,3,5\n');
    await user.until(() => document.querySelector('.fields') !== null);
    await user.choose('Column of the truth', 'y');
    await user.choose('prediction', 'p');
    await rescored(user, 2.5);
  });

  await check('data: a million rows, with progress, and it can be stopped', async () => {
    await user.clickText('A million rows');
    await user.until(() => document.querySelector('.working button').hidden === false);
    await user.clickText('Stop');
    await user.until(() => /Stopped/.test(document.querySelector('.working .status').textContent));
    await user.page.evaluate(() => {
      globalThis.shares = [];
      const bar = document.querySelector('.working progress');
      new MutationObserver(() => globalThis.shares.push(bar.value)).observe(bar, {
        attributes: true,
      });
    });
    await user.clickText('A million rows');
    await user.until(isScored);
    const shares = await user.page.evaluate(() => globalThis.shares);
    ok(
      shares.some((share) => share > 0 && share < 1),
      `progress: ${shares}`,
    );
    const { labels, probabilities } = million();
    const numbers = await user.numbers();
    equal(numbers.get('mean').value, binaryCrossEntropy.mean(labels, probabilities), 'mean');
    equal(numbers.get('sum').value, binaryCrossEntropy.sum(labels, probabilities), 'sum');
    console.log(`    ${await user.text('.working .status')}`);
  });
  await files.remove();
}

/** Waits for a mean, and says what came instead. */
async function rescored(user, mean) {
  try {
    await user.until(
      (expected) => Number(document.querySelector('data[data-name=mean]')?.value) === expected,
      mean,
    );
  } catch {
    equal((await user.numbers()).get('mean')?.value ?? (await user.page.evaluate(alertText)), mean);
  }
}

/** What the page makes a file of. */
function million() {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const labels = new Float64Array(1_000_000);
  const probabilities = new Float64Array(1_000_000);
  for (let i = 0; i < labels.length; i++) {
    labels[i] = random() < 0.5 ? 0 : 1;
    const spread = 0.95 * random() ** 2;
    probabilities[i] = Number((labels[i] === 1 ? 1 - spread : spread).toFixed(4));
  }
  return { labels, probabilities };
}
