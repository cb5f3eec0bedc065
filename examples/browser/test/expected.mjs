// What the library says, in this Node, to what the page shows.
import {
  absoluteError,
  binaryCrossEntropy,
  huber,
  sparseCategoricalCrossEntropy,
  squaredError,
} from 'lossmeter';

const SIZES = [50, 80, 120];

export function regression({ prices, slope, delta }) {
  const losses = { squared: squaredError, absolute: absoluteError, huber: huber.with({ delta }) };
  const predicted = SIZES.map((size) => slope * size);
  const expected = new Map();
  SIZES.forEach((_, i) => {
    expected.set(`price.${i}`, prices[i]);
    expected.set(`predicted.${i}`, predicted[i]);
  });
  for (const [name, loss] of Object.entries(losses)) {
    expected.set(`${name}.mean`, loss.mean(prices, predicted));
    loss.perSample(prices, predicted).forEach((value, i) => {
      expected.set(`${name}.${i}`, value);
    });
  }
  return expected;
}

/** The mean of a regression's loss at another slope. */
export function meanAt(name, { prices, delta }, slope) {
  const losses = { squared: squaredError, absolute: absoluteError, huber: huber.with({ delta }) };
  return losses[name].mean(
    prices,
    SIZES.map((size) => slope * size),
  );
}

export function binary({ kind, label, value }) {
  const fromLogits = kind === 'logit';
  const loss = binaryCrossEntropy.with({ fromLogits });
  const logistic = binaryCrossEntropy.with({ fromLogits: true });
  const expected = new Map([
    ['probability', fromLogits ? logistic.gradient([0], [value])[0] : value],
    ['loss', loss.mean([label], [value])],
    ['gradient', loss.gradient([label], [value])[0]],
    ['other', loss.mean([1 - label], [value])],
  ]);
  [0.95, 0.6, 0.05].forEach((p, i) => {
    expected.set(`filter.${i}.p`, p);
    for (const y of [0, 1]) expected.set(`filter.${i}.${y}`, binaryCrossEntropy.mean([y], [p]));
  });
  return expected;
}

const ANIMALS = [
  [0.9, 0.08, 0.02],
  [0.6, 0.25, 0.15],
  [0.4, 0.3, 0.3],
  [0.05, 0.25, 0.7],
];
const DRINKS = [
  [0.05, 0.9, 0.03, 0.02],
  [0.4, 0.3, 0.2, 0.1],
  [0.5, 0.02, 0.28, 0.2],
];

export function categorical({ kind, scores, truth, smoothing }) {
  const classes = scores.length;
  const options = { fromLogits: kind === 'logit', labelSmoothing: smoothing };
  const loss = sparseCategoricalCrossEntropy.with(options);
  const p = kind === 'logit' ? softmax(scores) : scores;
  const surprise = sparseCategoricalCrossEntropy.mean([truth], p);
  const expected = new Map([
    ['loss', loss.mean([truth], scores)],
    ['bits', surprise / Math.LN2],
    ['oneIn', 1 / p[truth]],
  ]);
  const slopes = loss.gradient([truth], scores);
  scores.forEach((score, k) => {
    if (kind === 'logit') expected.set(`score.${k}`, score);
    expected.set(`probability.${k}`, p[k]);
    expected.set(`target.${k}`, (1 - smoothing) * (k === truth ? 1 : 0) + smoothing / classes);
    expected.set(`gradient.${k}`, slopes[k]);
  });
  const examples = [
    ['animals', 0, ANIMALS],
    ['drinks', 1, DRINKS],
  ];
  for (const [name, label, rows] of examples) {
    rows.forEach((row, i) => {
      // (A mean takes its logarithm in another way, of which the last digit may be another.)
      expected.set(`${name}.${i}`, sparseCategoricalCrossEntropy.perSample([label], row)[0]);
    });
  }
  return expected;
}

/** The gradient from logits, at a class that is not the label's. */
function softmax(logits) {
  const sparse = sparseCategoricalCrossEntropy.with({ fromLogits: true });
  return logits.map((_, k) => sparse.gradient([k === 0 ? 1 : 0], logits)[k]);
}
