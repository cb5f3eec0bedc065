// House prices from sizes: what squared and absolute loss say about a prediction, and how the mean
// squared loss finds the slope.
import { absoluteError, squaredError } from 'lossmeter';
import { printTable } from './table.mjs';

const sizes = [50, 80, 120];

function showPrediction(title, slope, prices) {
  const predicted = sizes.map((size) => slope * size);
  const squared = squaredError.perSample(prices, predicted);
  const absolute = absoluteError.perSample(prices, predicted);
  console.log(`${title}\n`);
  printTable(
    ['size', 'price', 'predicted', 'squared loss', 'absolute loss'],
    [
      ...sizes.map((size, i) => [size, prices[i], predicted[i], squared[i], absolute[i]]),
      [
        'mean',
        '',
        '',
        squaredError.mean(prices, predicted).toFixed(2),
        absoluteError.mean(prices, predicted).toFixed(2),
      ],
    ],
  );
  console.log();
}

showPrediction('Every price is 2 × size, and so predicted: no loss.', 2, [100, 160, 240]);
showPrediction('The last house costs 10 more than predicted.', 2, [100, 160, 250]);

const prices = sizes.map((size) => 2.1 * size);
const slopes = Array.from({ length: 100 }, (_, k) => 1.5 + k / 99);
const losses = slopes.map((w) =>
  squaredError.mean(
    prices,
    sizes.map((size) => w * size),
  ),
);
const best = losses.indexOf(Math.min(...losses));

console.log('Prices of 2.1 × size, predicted as w × size for 100 values of w from 1.5 to 2.5.');
console.log('Every fifth of them, with the mean squared loss:\n');
const scale = 50 / Math.max(...losses);
slopes.forEach((w, k) => {
  if (k % 5 !== best % 5) return;
  const bar = '#'.repeat(Math.round(scale * losses[k]));
  const mark = k === best ? '<- least' : '';
  console.log(`  ${w.toFixed(5)}  ${losses[k].toFixed(2).padStart(7)}  ${bar}${mark}`.trimEnd());
});
console.log(`\nLeast of all 100: w = ${slopes[best].toFixed(5)}, loss ${losses[best].toFixed(4)}.`);
