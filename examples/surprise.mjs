// Cross-entropy as surprise: −ln of the probability that was given to what turned out to be true.
import {
  binaryCrossEntropy,
  categoricalCrossEntropy,
  sparseCategoricalCrossEntropy,
} from 'lossmeter';
import { printTable } from './table.mjs';

console.log('Two classes: the less probable the truth was said to be, the larger the loss.\n');
const p = [0.95, 0.6, 0.05];
const ifOne = binaryCrossEntropy.perSample([1, 1, 1], p);
const ifZero = binaryCrossEntropy.perSample([0, 0, 0], p);
printTable(
  ['p', 'loss if y = 1', 'loss if y = 0'],
  p.map((x, i) => [x.toFixed(2), ifOne[i].toFixed(4), ifZero[i].toFixed(4)]),
);

console.log('\nThe same for p from 0.01 to 0.99, against Math.log:\n');
const grid = Array.from({ length: 99 }, (_, k) => (k + 1) / 100);
const ones = binaryCrossEntropy.perSample(new Uint8Array(99).fill(1), grid);
const zeros = binaryCrossEntropy.perSample(new Uint8Array(99), grid);
printTable(
  ['p', 'y = 1', '-ln p', 'y = 0', '-ln(1 - p)'],
  [0, 24, 49, 74, 98].map((i) => {
    const values = [ones[i], -Math.log(grid[i]), zeros[i], -Math.log1p(-grid[i])];
    return [grid[i].toFixed(2), ...values.map((value) => value.toFixed(6))];
  }),
);

console.log('\nThree classes, the first of them true, by one-hot labels and by class index:\n');
showRows(0, [
  [0.9, 0.08, 0.02],
  [0.6, 0.25, 0.15],
  [0.4, 0.3, 0.3],
  [0.05, 0.25, 0.7],
]);

console.log('\nFour drinks (tea, coffee, juice, water), and it was the second, coffee:\n');
showRows(1, [
  [0.05, 0.9, 0.03, 0.02],
  [0.4, 0.3, 0.2, 0.1],
  [0.5, 0.02, 0.28, 0.2],
]);

/** The losses of rows of probabilities whose true class is always the same. */
function showRows(truth, rows) {
  const classes = rows[0].length;
  const probabilities = rows.flat();
  const oneHot = rows.flatMap((row) => row.map((_, k) => (k === truth ? 1 : 0)));
  const indices = rows.map(() => truth);
  const byLabels = categoricalCrossEntropy.with({ classes }).perSample(oneHot, probabilities);
  const byIndex = sparseCategoricalCrossEntropy.perSample(indices, probabilities);
  printTable(
    ['probabilities', 'one-hot', 'index'],
    rows.map((row, i) => [
      row.map((x) => x.toFixed(2)).join('  '),
      byLabels[i].toFixed(4),
      byIndex[i].toFixed(4),
    ]),
  );
}
