// The measurement: its answers, its chart, stopping, and reports that are copied and loaded.
import {
  absoluteError,
  binaryCrossEntropy,
  huber,
  sparseCategoricalCrossEntropy,
  squaredError,
} from 'lossmeter';
import { check, equal, ok } from './harness.mjs';

const LOSSES = {
  'squared error': squaredError,
  'absolute error': absoluteError,
  'Huber loss': huber,
  'binary cross-entropy': binaryCrossEntropy,
  'categorical cross-entropy, 10 classes': sparseCategoricalCrossEntropy,
};
const ELEMENTS = 20_000;
const CLASSES = 10;
const ROUNDS = 21;

const isDone = () => /^Done/.test(document.querySelector('.measure .status').textContent);

async function start(user) {
  await user.click('.measure .primary');
}

async function report(user) {
  return JSON.parse(await user.page.evaluate(() => document.querySelector('[readonly]').value));
}

export async function measure(user, { hasWasm = true } = {}) {
  await check(
    'measure: the length by keyboard, and a stop that keeps the rounds so far',
    async () => {
      await user.section('measure');
      await user.focusField('Elements');
      await user.page.evaluate(() => document.activeElement.select());
      await user.page.type('3');
      await user.page.press('Enter');
      equal(await user.field('Elements'), '1000', 'at least 1000');
      await start(user);
      await user.until(() =>
        /^Round [2-9]/.test(document.querySelector('.measure .status').textContent),
      );
      await user.clickText('Stop');
      const status = await user.text('.measure .status');
      ok(/^Stopped after \d+ of 21 rounds\.$/.test(status), status);
      const { paths } = await report(user);
      ok(paths[0].nanoseconds.length >= 2 && paths[0].nanoseconds.length < ROUNDS, 'rounds');
      await user.section('binary');
      await user.section('measure');
      equal(await user.text('.measure .status'), status, 'on coming back');
      equal((await report(user)).paths, paths, 'what was measured');
    },
  );

  await check('measure: means, bits and exact values of every loss are right', async () => {
    await user.focusField('Elements');
    await user.page.evaluate(() => document.activeElement.select());
    await user.page.type(String(ELEMENTS));
    await user.page.press('Enter');
    for (const [name, loss] of Object.entries(LOSSES)) {
      await user.choose('Loss', name);
      const type = name === 'Huber loss' ? 'float64' : 'float32';
      await user.clickText(type);
      await start(user);
      await user.until((it) => !document.querySelector('.measure .primary').disabled && it, true);
      await user.until(isDone);
      await compare(user, name, loss, type, hasWasm);
    }
  });

  await check('measure: a report is copied, loaded beside another, and doubted', async () => {
    await user.clickText('Copy as JSON');
    await user.until(() =>
      /Copied|by hand|copy the text/i.test(
        document.querySelector('section[aria-label=JSON] .status').textContent,
      ),
    );
    const mine = await report(user);
    await load(user, JSON.stringify(mine));
    const bars = await user.page.evaluate(() => document.querySelectorAll('.timing.other').length);
    equal(bars, mine.paths.length, "the other's bars");
    ok((await user.text('.measure')).includes('✓ And they are the bits of this machine.'), 'bits');
    const other = structuredClone(mine);
    for (const path of other.paths) path.bits = '3ff0000000000000';
    await load(user, JSON.stringify(other));
    ok(
      (await user.text('.measure')).includes('✗ They are not the bits of this machine.'),
      'other bits',
    );
    await load(user, JSON.stringify({ ...mine, elements: 7 }));
    ok((await user.text('.measure')).includes('Not comparable'), 'another length');
    for (const [text, says] of [
      ['{', /^Not JSON: /],
      ['[]', /“format”/],
      [JSON.stringify({ ...mine, paths: [{}] }), /“paths\[0\]\.path”/],
      [JSON.stringify({ ...mine, loss: '<img src=x>' }), /“loss”/],
    ]) {
      await load(user, text);
      const said = await user.text('.measure > .alert');
      ok(says.test(said), `${text.slice(0, 20)}: ${said}`);
    }
    await user.clickText('Remove');
    equal(await user.page.evaluate(() => document.querySelectorAll('.timing.other').length), 0);
  });
}

async function load(user, text) {
  await user.page.evaluate((it) => {
    [...document.querySelectorAll('.measure textarea:not([readonly])')].at(-1).value = it;
  }, text);
  await user.clickText('Show beside mine');
}

async function compare(user, name, loss, type, hasWasm) {
  const { yTrue, yPred } = arrays(name, type);
  const expected = loss.mean(yTrue, yPred);
  const { paths, exact, elements, machine } = await report(user);
  equal(elements, ELEMENTS, 'elements');
  const library = hasWasm ? ['js', 'wasm', 'arena'] : ['js'];
  equal(
    paths.map(({ path }) => path),
    ['loop', ...library],
    'paths',
  );
  equal(machine.wasm, hasWasm, 'WebAssembly');
  const numbers = await user.numbers();
  for (const { path, mean, bits, relativeError, nanoseconds } of paths) {
    equal(numbers.get(`mine.${path}`).value, mean, 'shown');
    equal(bits, hex(mean), 'bits');
    equal(nanoseconds.length, ROUNDS, 'rounds');
    ok(relativeError < 1e-12, `${name}, ${path}: ${relativeError}`);
    if (path !== 'loop') equal(mean, expected, `${name}, ${path}`);
  }
  const middles = await user.page.evaluate(() =>
    [...document.querySelectorAll('.mine [data-median]')].map(({ dataset }) =>
      Number(dataset.median),
    ),
  );
  equal(
    middles,
    paths.map(({ nanoseconds }) => nanoseconds.toSorted((a, b) => a - b)[(ROUNDS - 1) / 2]),
    'medians',
  );
  ok(
    (await user.text('.measure')).includes('✓ All paths of the library gave the same bits.'),
    'same',
  );
  compareExact(name, exact, yTrue, yPred);
}

/** Sums of multiples of a power of two are exact as integers; logarithms to their last digits. */
function compareExact(name, { high, low }, yTrue, yPred) {
  if (name.includes('cross-entropy')) {
    const isBinary = name.startsWith('binary');
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const p = isBinary ? yPred[i] : yPred[i * CLASSES + yTrue[i]];
      sum -= isBinary && yTrue[i] === 0 ? Math.log1p(-p) : Math.log(p);
    }
    const mean = sum / yTrue.length;
    ok(Math.abs(high - mean) < 1e-13 * mean, `${name}: exact ${high}, by logarithms ${mean}`);
    ok(Math.abs(low) <= 2 ** -52 * high, 'low');
    return;
  }
  // In units of 2⁻⁴⁵, half a unit of a square.
  const one = 1n << 22n;
  let sum = 0n;
  for (let i = 0; i < yTrue.length; i++) {
    const d = BigInt((yPred[i] - yTrue[i]) * 2 ** 22);
    const size = d < 0n ? -d : d;
    if (name === 'squared error') sum += 2n * size * size;
    else if (name === 'absolute error') sum += 2n * size * one;
    else sum += size <= one ? size * size : one * (2n * size - one);
  }
  const scaled = (value) => BigInt(Math.round(value * 2 ** 90)) * BigInt(yTrue.length);
  const got = scaled(high) + scaled(low);
  const difference = got - (sum << 45n);
  // high and low have been rounded to multiples of 2⁻⁹⁰, or have half a unit of 2⁻¹⁰⁴.
  ok(
    difference * difference < scaled(2 ** -84) ** 2n,
    `${name}: the exact mean is off by ${difference}`,
  );
}

function hex(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
}

/** What the page measures with. */
function arrays(name, type) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) * 2 ** -24;
  };
  const Floats = type === 'float32' ? Float32Array : Float64Array;
  const yPred = new Floats(ELEMENTS);
  if (name.startsWith('categorical')) {
    const yTrue = new Uint8Array(ELEMENTS / CLASSES);
    for (let i = 0; i < ELEMENTS; i++) yPred[i] = Math.max(2 ** -24, random());
    for (let i = 0; i < yTrue.length; i++) yTrue[i] = Math.floor(CLASSES * random());
    return { yTrue, yPred };
  }
  const yTrue = new Floats(ELEMENTS);
  for (let i = 0; i < ELEMENTS; i++) {
    const [label, other] = [random(), random()];
    yTrue[i] = name.startsWith('binary') ? Math.round(label) : 4 * label;
    yPred[i] = name.startsWith('binary') ? Math.max(2 ** -24, other) : 4 * other;
  }
  return { yTrue, yPred };
}
