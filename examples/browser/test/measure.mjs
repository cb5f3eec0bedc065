// The measurement: its answers, its chart, its threads, stopping, and reports that are copied and loaded.
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
/** Enough for threads to take part, whatever the loss. */
const MANY = 300_000;
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
      await setElements(user, 3);
      equal(await user.field('Elements'), '1000', 'at least 1000');
      await start(user);
      await user.until(() =>
        /^Round [2-9]/.test(document.querySelector('.measure .status').textContent),
      );
      const live = () => user.page.evaluate(() => document.querySelector('.status').ariaLive);
      equal(await live(), 'off', 'rounds are not read out');
      await user.clickText('Stop');
      equal(await live(), 'polite', 'but the end is');
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
    await setElements(user, ELEMENTS);
    for (const [name, loss] of Object.entries(LOSSES)) {
      await user.choose('Loss', name);
      const type = name === 'Huber loss' ? 'float64' : 'float32';
      await user.clickText(type);
      await finish(user);
      await compare(user, { name, loss, type, elements: ELEMENTS, hasWasm });
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

const threadsRow = (user) => user.text('.measure [data-path=threads]');
const threadsNote = (user) => user.text('.backend .threads');
const processorsOf = (user) => user.page.evaluate(() => navigator.hardwareConcurrency);

/** A measurement by all cores, of a page that is isolated, in English; its report. */
export async function allCores(user) {
  const processors = await processorsOf(user);
  await setElements(user, MANY);
  for (const name of ['binary cross-entropy', 'Huber loss']) {
    await user.choose('Loss', name);
    await finish(user);
    const [loss, type] = [LOSSES[name], 'float32'];
    await compare(user, { name, loss, type, elements: MANY, hasWasm: true });
  }
  const done = await report(user);
  equal(done.machine.threads, processors, 'threads');
  const facts = await user.text('.measure .facts');
  ok(facts.includes(`threads of “all cores”${processors}`), facts);
  if (processors > 1) {
    equal(done.machine.threadsReason, undefined, 'reason');
    const [row, note] = [await threadsRow(user), await threadsNote(user)];
    ok(row.includes(`· ${processors} threads`), row);
    ok(note.includes(`shared by ${processors} threads`), note);
  }
  return done;
}

/** All cores where the page is isolated; where it is not, why. */
export async function threads(user, isolated, plain) {
  const processors = await processorsOf(user);
  const [row, note] = [() => threadsRow(user), () => threadsNote(user)];
  let withThreads;

  await check(
    'threads: all cores give the same bits, and are counted, where isolated',
    async () => {
      await user.open(`${isolated}#measure`);
      withThreads = await allCores(user);
    },
  );

  await check(
    'threads: where the page is not isolated, it says why, in both languages',
    async () => {
      await user.open(`${plain}#measure`);
      equal(await user.page.evaluate(() => crossOriginIsolated), false);
      await setElements(user, ELEMENTS);
      await finish(user);
      const { machine, paths } = await report(user);
      equal(machine.threads, 1);
      ok(/no SharedArrayBuffer: the page is not cross-origin isolated/.test(machine.threadsReason));
      ok(!paths.some(({ path }) => path === 'threads'), 'no such path');
      for (const [language, says] of [
        ['English', /One thread, because the page is not cross-origin isolated.*require-corp/],
        ['中文', /只有一个线程，因为页面没有跨源隔离.*require-corp/],
      ]) {
        await user.clickText(language);
        await user.until(() => document.querySelector('.measure [data-path=threads]') !== null);
        ok(says.test(await row()), await row());
        ok((await row()).includes(machine.threadsReason), 'the reason');
        ok(says.test(await note()), await note());
      }
      await user.clickText('English');
      await user.until(() => document.querySelector('.measure h2')?.textContent === 'Measure');
    },
  );

  await check(
    "threads: another's are shown where there are none, and no row is missed",
    async () => {
      await load(user, JSON.stringify(withThreads));
      equal(await user.text('.measure > .alert'), '');
      ok((await row()).includes('This machine: One thread'), await row());
      if (processors > 1) ok((await row()).includes(`· ${processors} threads`), await row());
      const { threads: _, threadsReason: __, ...machine } = withThreads.machine;
      const paths = withThreads.paths.filter(({ path }) => path !== 'threads');
      await load(user, JSON.stringify({ ...withThreads, machine, paths }));
      equal(await user.text('.measure > .alert'), '', 'a report from before threads');
      equal(
        await user.page.evaluate(() => document.querySelectorAll('.timing.other').length),
        paths.length,
        'its bars',
      );
      for (const wrong of [{ threads: 'many' }, { threadsReason: 7 }]) {
        const [name] = Object.keys(wrong);
        await load(user, JSON.stringify({ ...withThreads, machine: { ...machine, ...wrong } }));
        const said = await user.text('.measure > .alert');
        ok(said.includes(`“machine.${name}”`), said);
      }
      await user.clickText('Remove');
    },
  );
}

async function setElements(user, n) {
  await user.focusField('Elements');
  await user.page.evaluate(() => document.activeElement.select());
  await user.page.type(String(n));
  await user.page.press('Enter');
}

/** Measures to the end. */
async function finish(user) {
  await start(user);
  await user.until((it) => !document.querySelector('.measure .primary').disabled && it, true);
  await user.until(isDone);
}

async function load(user, text) {
  await user.page.evaluate((it) => {
    [...document.querySelectorAll('.measure textarea:not([readonly])')].at(-1).value = it;
  }, text);
  await user.clickText('Show beside mine');
}

async function compare(user, { name, loss, type, elements: n, hasWasm }) {
  const { yTrue, yPred } = arrays(name, type, n);
  const expected = loss.mean(yTrue, yPred);
  const { paths, exact, elements, machine } = await report(user);
  equal(elements, n, 'elements');
  equal(machine.isolated, hasWasm, 'isolated');
  const threads = machine.processors > 1 ? ['threads'] : [];
  const library = hasWasm ? ['js', 'wasm', 'arena', ...threads] : ['js'];
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
function arrays(name, type, n) {
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) * 2 ** -24;
  };
  const Floats = type === 'float32' ? Float32Array : Float64Array;
  const yPred = new Floats(n);
  if (name.startsWith('categorical')) {
    const yTrue = new Uint8Array(n / CLASSES);
    for (let i = 0; i < n; i++) yPred[i] = Math.max(2 ** -24, random());
    for (let i = 0; i < yTrue.length; i++) yTrue[i] = Math.floor(CLASSES * random());
    return { yTrue, yPred };
  }
  const yTrue = new Floats(n);
  for (let i = 0; i < n; i++) {
    const [label, other] = [random(), random()];
    yTrue[i] = name.startsWith('binary') ? Math.round(label) : 4 * label;
    yPred[i] = name.startsWith('binary') ? Math.max(2 ** -24, other) : 4 * other;
  }
  return { yTrue, yPred };
}
