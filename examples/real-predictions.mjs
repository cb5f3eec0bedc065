// Predictions of real models, and the losses that scikit-learn and PyTorch report for them.
// Where the files come from: test/data/README.md.
import { readFileSync } from 'node:fs';
import {
  absoluteError,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  sparseCategoricalCrossEntropy,
  squaredError,
} from 'lossmeter';
import { readNpy } from './npy.mjs';
import { printTable } from './table.mjs';

const losses = {
  absoluteError,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  sparseCategoricalCrossEntropy,
  squaredError,
};
const folder = new URL('../test/data/', import.meta.url);
const data = (name) => readNpy(new URL(`${name}.npy`, folder));

/** Losses of probabilities and differences, without weights: what is shown here. */
const cases = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')).cases.filter(
  ({ loss, options = {}, verb, sampleWeight }) =>
    loss in losses &&
    ['mean', 'sum', 'perSample'].includes(verb) &&
    options.fromLogits !== true &&
    sampleWeight === undefined,
);
/** PyTorch rounds 1 − p before it takes the logarithm: that much of a binary loss is its own. */
const ROUNDING = 2 ** -53;

/** The first elements of what lossmeter gives for a case; of one, if it is a number. */
function compute({ loss, options = {}, verb, yTrue, yPred, first = 1 }) {
  const result = losses[loss].with(options)[verb](data(yTrue), data(yPred));
  return typeof result === 'number' ? [result] : [...result.subarray(0, first)];
}

let agreeing = 0;
const rows = cases.map((example) => {
  const { loss, verb, yPred, expected, rtol = 1e-12, source } = example;
  const atol = loss === 'binaryCrossEntropy' ? ROUNDING : 0;
  const ours = compute(example);
  const theirs = [expected].flat();
  if (theirs.every((x, i) => Math.abs(ours[i] - x) <= atol + rtol * Math.abs(x))) agreeing++;
  const difference = Math.max(...theirs.map((x, i) => Math.abs(ours[i] / x - 1)));
  return [
    `${loss}.${verb}${verb === 'perSample' ? '[0]' : ''}`,
    yPred,
    ours[0].toPrecision(15),
    theirs[0].toPrecision(15),
    difference === 0 ? 0 : difference.toExponential(0),
    source.match(/[\w-]+/)[0],
  ];
});

printTable(['loss', 'predictions', 'lossmeter', 'expected', 'difference', 'by'], rows);
console.log(`
The difference is relative, for perSample the largest of the first eight. PyTorch rounds 1 − p
before it takes the logarithm, which shows where a loss is small.
${agreeing} of ${cases.length} within tolerance.`);
if (agreeing < cases.length) process.exitCode = 1;
