// The three games, every control by mouse and by keyboard; every number is the library's.
import * as expected from './expected.mjs';
import { check, equal, ok } from './harness.mjs';
import { handle } from './user.mjs';

const HOUSES = [50, 80, 120].map((size) => `Price of the ${size} m² house`);
const range = (id) => `input[type=range][id="${id}"]`;

/** Holds every number shown against what the library gives for the state of the controls. */
function compare(numbers, values, alsoShown = []) {
  for (const [name, value] of values) equal(numbers.get(name)?.value, value, name);
  const others = [...numbers.keys()].filter((name) => !values.has(name));
  equal(others.toSorted(), alsoShown.toSorted(), 'other numbers');
}

/** The id of the slider with this label. */
function sliderId(user, label) {
  return user.page.evaluate((text) => {
    const found = [...document.querySelectorAll('.range label')].find(
      (one) => one.textContent === text,
    );
    return found.htmlFor;
  }, label);
}

async function sliderOf(user, label) {
  return range(await sliderId(user, label));
}

const checked = (user, name) =>
  user.page.evaluate(
    (legend) =>
      [...document.querySelectorAll('fieldset')]
        .find((one) => one.querySelector('legend').textContent === legend)
        .querySelector(':checked').value,
    name,
  );

async function regressionState(user) {
  const prices = [];
  for (const name of HOUSES) prices.push(await user.value(handle(name)));
  const slope = await user.value(handle('Slope of the line'));
  const delta = await user.value(await sliderOf(user, 'Huber’s δ: beyond it the loss is a line'));
  return { prices, slope, delta };
}

async function compareRegression(user) {
  const state = await regressionState(user);
  const numbers = await user.numbers();
  const least = ['squared', 'absolute', 'huber'].flatMap((name) => {
    const at = numbers.get(`${name}.leastSlope`).value;
    const mean = numbers.get(`${name}.leastMean`).value;
    equal(mean, expected.meanAt(name, state, at), `${name}.leastMean`);
    for (const step of [-0.01, -1e-4, 1e-4, 0.01]) {
      const beside = Math.min(3, Math.max(1, at + step));
      ok(expected.meanAt(name, state, beside) >= mean - 1e-12, `${name} is less at ${beside}`);
    }
    return [`${name}.leastSlope`, `${name}.leastMean`];
  });
  compare(numbers, expected.regression(state), least);
  return state;
}

export async function regression(user) {
  await check('regression: each worked example has its values', async () => {
    await user.section('regression');
    const means = {
      'All right': [0, 0],
      'Off by 10': [100 / 3, 10 / 3],
      'An outlier': [10000 / 3, 100 / 3],
    };
    for (const [name, [squared, absolute]] of Object.entries(means)) {
      await user.clickText(name);
      await compareRegression(user);
      const numbers = await user.numbers();
      equal(numbers.get('squared.mean').value, squared, 'squared');
      equal(numbers.get('absolute.mean').value, absolute, 'absolute');
    }
    await user.clickText('2.1 × size');
    equal((await compareRegression(user)).slope, 1.5);
    const numbers = await user.numbers();
    equal(numbers.get('squared.leastSlope').text, '2.1');
    ok(numbers.get('squared.leastMean').value < 1e-10, 'no loss at 2.1');
  });

  await check('regression: a house is dragged, and moved by keys', async () => {
    await user.clickText('All right');
    await user.drag(handle(HOUSES[2]), 0, -60);
    const { prices } = await compareRegression(user);
    ok(prices[2] > 260 && prices[2] < 340, `dragged to ${prices[2]}`);
    equal(prices.slice(0, 2), [100, 160], 'the others');
    await user.keys(handle(HOUSES[0]), 'ArrowUp', 'ArrowUp', 'ArrowDown', 'PageUp');
    equal((await compareRegression(user)).prices[0], 111, 'by keys');
    await user.keys(handle(HOUSES[0]), 'Home');
    equal((await compareRegression(user)).prices[0], 0, 'Home');
    await user.keys(handle(HOUSES[0]), 'End');
    equal((await compareRegression(user)).prices[0], 400, 'End');
    const said = await user.page.evaluate(
      (it) => document.querySelector(it).getAttribute('aria-valuetext'),
      handle(HOUSES[0]),
    );
    equal(said, '400, squared error 90000', 'what a screen reader says');
  });

  await check(
    'regression: the line is turned in the plane, on a curve, and by its slider',
    async () => {
      await user.clickText('Off by 10');
      await user.drag(handle('Slope of the line'), 0, 50);
      const dragged = (await compareRegression(user)).slope;
      ok(dragged < 1.95 && dragged > 1.2, `dragged to ${dragged}`);
      await user.keys(handle('Slope of the line'), 'ArrowUp');
      equal((await compareRegression(user)).slope, Number((dragged + 0.01).toFixed(6)), 'by a key');
      for (const name of ['squared error', 'absolute error', 'Huber loss']) {
        const curve = handle(`Slope, on the curve of the ${name}`);
        await user.keys(curve, 'Home', 'PageUp');
        equal((await compareRegression(user)).slope, 1.1, name);
        await user.drag(curve, 60, 0);
        ok((await compareRegression(user)).slope > 1.2, `${name}, dragged`);
      }
      // Anywhere in a curve's plot.
      await user.click('.loss.huber .surface');
      const { slope } = await compareRegression(user);
      ok(Math.abs(slope - 2) < 0.02, `pressed in the middle: ${slope}`);
      await user.keys(await sliderOf(user, 'Slope w'), 'Home', 'ArrowRight');
      equal((await compareRegression(user)).slope, 1.01, 'slider');
      await user.click(await sliderOf(user, 'Slope w'));
      ok(Math.abs((await compareRegression(user)).slope - 2) < 0.03, 'slider, by mouse');
    },
  );

  await check('regression: δ, the loss shown, steps down the gradient, all digits', async () => {
    await user.clickText('An outlier');
    await user.keys(
      await sliderOf(user, 'Huber’s δ: beyond it the loss is a line'),
      'Home',
      'ArrowRight',
    );
    equal((await compareRegression(user)).delta, 2);
    for (const kind of ['absolute', 'huber', 'squared']) {
      await user.click(`.choice label:has([value=${kind}])`);
      equal(await checked(user, 'Loss shown as an area'), kind);
      equal(await user.page.evaluate(() => document.querySelector('.area').classList[1]), kind);
    }
    await user.keys('.choice [value=squared]', 'ArrowRight');
    equal(await checked(user, 'Loss shown as an area'), 'absolute', 'by a key');
    await user.click('.choice label:has([value=squared])');
    const before = (await user.numbers()).get('squared.mean').value;
    await user.clickText('One step down the gradient');
    const one = await compareOffSteps(user);
    ok(one < before, 'a step goes down');
    for (let i = 0; i < 12; i++) await user.clickText('One step down the gradient');
    const end = await compareOffSteps(user);
    const least = (await user.numbers()).get('squared.leastMean').value;
    ok(end - least < 1e-3 * least, `steps end at ${end}, the least is ${least}`);
    await user.clickText('All digits');
    const all = await user.numbers();
    equal(all.get('squared.leastMean').text, String(Number(least.toPrecision(15))), 'all digits');
    await user.clickText('All digits');
    ok((await user.numbers()).get('squared.mean').text.length < 8, 'few digits');
  });
}

/** As compareRegression, where the slope is between the steps of its controls. */
async function compareOffSteps(user) {
  await compareRegression(user);
  return (await user.numbers()).get('squared.mean').value;
}

async function binaryState(user) {
  const kind = await checked(user, 'Prediction as');
  const label = Number(await checked(user, 'Truth'));
  const value = await user.value(handle(kind === 'logit' ? 'logit z' : 'probability p'));
  return { kind, label, value };
}

async function compareBinary(user) {
  const state = await binaryState(user);
  compare(await user.numbers(), expected.binary(state));
  return state;
}

export async function binary(user) {
  await check('binary: three filters have their losses, and can be taken', async () => {
    await user.section('binary');
    for (const [name, p, loss] of [
      ['sure', 0.95, '0.0513'],
      ['unsure', 0.6, '0.5108'],
      ['confidently wrong', 0.05, '2.9957'],
    ]) {
      await user.clickText(name);
      equal((await compareBinary(user)).value, p);
      equal((await user.numbers()).get('loss').value.toFixed(4), loss);
    }
  });

  await check('binary: p by mouse and keys, y, and the same from a logit', async () => {
    await user.clickText('unsure');
    await user.drag(handle('probability p'), -80, 0);
    const { value } = await compareBinary(user);
    ok(value < 0.58 && value > 0.2, `dragged to ${value}`);
    await user.keys(handle('probability p'), 'Home', 'ArrowRight', 'ArrowRight', 'PageUp');
    equal((await compareBinary(user)).value, 0.13);
    await user.click('.view .surface');
    ok(Math.abs((await compareBinary(user)).value - 0.5) < 0.02, 'pressed in the middle');
    await user.keys(await sliderOf(user, 'probability p'), 'End');
    equal((await compareBinary(user)).value, 0.99);
    await user.clickText('y = 0, not spam');
    equal((await compareBinary(user)).label, 0);
    await user.keys('.choice [value="0"]', 'ArrowLeft');
    equal((await compareBinary(user)).label, 1, 'by a key');
    await user.clickText('logit');
    const logit = await compareBinary(user);
    equal([logit.kind, logit.value], ['logit', 4.6]);
    await user.keys(handle('logit z'), 'Home');
    equal((await compareBinary(user)).value, -8);
    await user.drag(handle('logit z'), 100, 0);
    ok((await compareBinary(user)).value > -7.5, 'dragged');
    await user.click(await sliderOf(user, 'logit z'));
    ok(Math.abs((await compareBinary(user)).value) < 0.3, 'slider, by mouse');
    await user.clickText('probability');
    await compareBinary(user);
  });
}

async function categoricalState(user) {
  const kind = await checked(user, 'Scores as');
  const scores = await user.page.evaluate(() =>
    [...document.querySelectorAll('[role=slider][aria-label^="Score of"]')].map((one) =>
      Number(one.getAttribute('aria-valuenow')),
    ),
  );
  const truth = Number(await user.field('Truth'));
  const smoothing = await user.value(await sliderOf(user, 'Label smoothing α'));
  return { kind, scores, truth, smoothing };
}

async function compareCategorical(user) {
  const state = await categoricalState(user);
  const numbers = await user.numbers();
  compare(numbers, expected.categorical(state));
  if (state.kind === 'probability') {
    const sum = state.scores.reduce((a, b) => a + b, 0);
    ok(Math.abs(sum - 1) < 1e-9, `probabilities sum to ${sum}`);
  }
  return state;
}

export async function categorical(user) {
  await check('categorical: each prediction of cat, dog and rabbit and of drinks', async () => {
    await user.section('categorical');
    for (const [name, loss] of [
      ['model A', '0.1054'],
      ['model B', '0.5108'],
      ['model C', '0.9163'],
      ['model D', '2.9957'],
      ['a friend', '0.1054'],
      ['a colleague', '1.2040'],
      ['a stranger', '3.9120'],
    ]) {
      await user.clickText(name);
      await compareCategorical(user);
      equal((await user.numbers()).get('loss').value.toFixed(4), loss, name);
    }
  });

  await check('categorical: bars by mouse and keys, truth, smoothing', async () => {
    await user.clickText('model B');
    await user.drag(handle('Score of cat'), 0, 40);
    const { scores } = await compareCategorical(user);
    ok(scores[0] < 0.55, `dragged to ${scores[0]}`);
    ok(Math.abs(scores[1] / scores[2] - 25 / 15) < 1e-6, 'the others keep their proportion');
    await user.keys(handle('Score of dog'), 'End');
    equal((await compareCategorical(user)).scores, [0, 1, 0]);
    await user.keys(handle('Score of dog'), 'ArrowDown', 'PageDown');
    equal((await compareCategorical(user)).scores[1], 0.89);
    await user.choose('Truth', 'rabbit');
    equal((await compareCategorical(user)).truth, 2);
    await user.keys(await sliderOf(user, 'Label smoothing α'), 'ArrowRight', 'PageUp');
    ok((await compareCategorical(user)).smoothing > 0.01, 'smoothed');
    await user.keys(await sliderOf(user, 'Label smoothing α'), 'Home');
    await compareCategorical(user);
  });

  await check('categorical: logits, and two to ten classes', async () => {
    await user.clickText('model B');
    await user.clickText('logits');
    await compareCategorical(user);
    await user.keys(handle('Score of cat'), 'End', 'ArrowDown');
    equal((await compareCategorical(user)).scores[0], 5.9);
    await user.drag(handle('Score of rabbit'), 0, 40);
    await compareCategorical(user);
    for (const n of [10, 2, 4]) {
      await user.choose('Classes', String(n));
      equal((await compareCategorical(user)).scores.length, n);
    }
    await user.keys(await sliderOf(user, 'Label smoothing α'), 'End');
    await compareCategorical(user);
    await user.keys(await sliderOf(user, 'Label smoothing α'), 'Home');
    await user.clickText('probabilities');
    for (const n of [10, 3]) {
      await user.choose('Classes', String(n));
      equal((await compareCategorical(user)).scores.length, n);
    }
  });
}
