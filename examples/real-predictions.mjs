// Predictions of real models, and the losses that scikit-learn and PyTorch report for them.
// Where the files come from: data/README.md.
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
const { cases } = JSON.parse(readFileSync(new URL('data/expected.json', import.meta.url), 'utf8'));
const data = (name) => readNpy(new URL(`data/${name}.npy`, import.meta.url));

/** The first elements of what lossmeter gives for a case; of one, if it is a number. */
function compute({ loss, options = {}, verb, yTrue, yPred, first = 1 }) {
  const result = losses[loss].with(options)[verb](data(yTrue), data(yPred));
  return typeof result === 'number' ? [result] : [...result.subarray(0, first)];
}

let agreeing = 0;
const notes = [];
const rows = cases.map((example) => {
  const { loss, verb, yPred, expected, rtol = 1e-12, atol = 0, source, note } = example;
  const ours = compute(example);
  const theirs = [expected].flat();
  if (theirs.every((x, i) => Math.abs(ours[i] - x) <= atol + rtol * Math.abs(x))) agreeing++;
  if (note !== undefined) notes.push(`${loss}.${verb}: ${note}.`);
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
The difference is relative, for perSample the largest of the first eight.
${notes.join('\n')}
${agreeing} of ${cases.length} within tolerance.`);
if (agreeing < cases.length) process.exitCode = 1;
