// Softmax regression learns to read hand-written digits from the gradient of the loss, and is then
// evaluated on digits it has not seen, part by part. Where the data come from: test/data/README.md.
import { sparseCategoricalCrossEntropy } from 'lossmeter';
import { readNpy } from './npy.mjs';
import { printTable } from './table.mjs';

const SIDE = 8;
const PIXELS = SIDE * SIDE;
const CLASSES = 10;
const BATCH = 50;
const TRAINING = 30 * BATCH;
const EPOCHS = 40;
const RATE = 0.3;

const folder = new URL('../test/data/', import.meta.url);
const { images, labels } = shuffled(
  readNpy(new URL('digits-pixels.npy', folder)),
  readNpy(new URL('digits-label.npy', folder)),
);
const n = labels.length;
const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true });
const weights = new Float64Array(PIXELS * CLASSES);
const bias = new Float64Array(CLASSES);

console.log(`${n} images of ${SIDE} × ${SIDE} pixels; learning from the first ${TRAINING}.\n`);
console.log('  epoch     loss');
for (let epoch = 1; epoch <= EPOCHS; epoch++) {
  const mean = train();
  if (epoch === 1 || epoch % 5 === 0) {
    const bar = '#'.repeat(Math.round(40 * mean));
    console.log(`  ${String(epoch).padStart(5)}   ${mean.toFixed(4)}   ${bar}`);
  }
}

// The held-out digits come in parts of any size, as from a file or a queue; and as two workers would
// count them, each its own share.
const unseen = predict(TRAINING, n);
const [all, one, other] = [loss.accumulator(), loss.accumulator(), loss.accumulator()];
for (let from = TRAINING; from < n; from += 64) {
  const to = Math.min(from + 64, n);
  const part = [
    labels.subarray(from, to),
    unseen.subarray((from - TRAINING) * CLASSES, (to - TRAINING) * CLASSES),
  ];
  all.update(...part);
  (from < TRAINING + 128 ? one : other).update(...part);
}
const atOnce = loss.mean(labels.subarray(TRAINING), unseen);
console.log(`\nThe mean loss of the ${n - TRAINING} digits held out:\n`);
const rows = [
  ['in one call', n - TRAINING, atOnce],
  ['in parts of 64', all.count, all.mean],
  ['one worker', one.count, one.mean],
  ['another', other.count, other.mean],
];
const merged = one.merge(other);
rows.push(['the two merged', merged.count, merged.mean]);
printTable(['', 'digits', 'mean'], rows);
// Updates give the same bits however they are cut; what is merged does where it is cut between blocks.
const isSame = Object.is(all.mean, atOnce);
const isNear = Math.abs(merged.mean - atOnce) <= 4 * Number.EPSILON * atOnce;
if (!isSame || !isNear || merged.count !== all.count) fail('The means differ.');

const guesses = Array.from({ length: n - TRAINING }, (_, i) =>
  best(unseen.subarray(i * CLASSES, (i + 1) * CLASSES)),
);
const right = guesses.filter((guess, i) => guess === labels[TRAINING + i]).length;
const accuracy = right / guesses.length;
console.log(`\n${right} of ${guesses.length} read correctly: ${(100 * accuracy).toFixed(1)} %.`);
if (!(accuracy > 0.9)) fail('Expected more than 90 %.');

console.log('\nWhat each digit was read as:\n');
printConfusion();
console.log('\nThe most surprising ones, by the loss of each:\n');
printSurprises();

/** One pass over the training digits, a step down the gradient for each batch; their mean loss. */
function train() {
  const gradient = new Float64Array(BATCH * CLASSES);
  let sum = 0;
  for (let from = 0; from < TRAINING; from += BATCH) {
    const logits = predict(from, from + BATCH);
    const truth = labels.subarray(from, from + BATCH);
    sum += loss.valueAndGradient(truth, logits, { out: gradient }).value;
    descend(from, gradient);
  }
  return (sum * BATCH) / TRAINING;
}

/** The logits of some images: image · weights + bias, row after row. */
function predict(from, to) {
  const logits = new Float64Array((to - from) * CLASSES);
  for (let i = from; i < to; i++) {
    const row = logits.subarray((i - from) * CLASSES, (i - from + 1) * CLASSES);
    row.set(bias);
    for (let j = 0; j < PIXELS; j++) {
      const x = images[i * PIXELS + j];
      for (let k = 0; k < CLASSES; k++) row[k] += x * weights[j * CLASSES + k];
    }
  }
  return logits;
}

/** A step against the gradient of the mean loss of a batch with respect to its logits. */
function descend(from, gradient) {
  for (let i = 0; i < BATCH; i++) {
    const row = gradient.subarray(i * CLASSES, (i + 1) * CLASSES);
    for (let k = 0; k < CLASSES; k++) bias[k] -= RATE * row[k];
    for (let j = 0; j < PIXELS; j++) {
      const x = images[(from + i) * PIXELS + j];
      for (let k = 0; k < CLASSES; k++) weights[j * CLASSES + k] -= RATE * x * row[k];
    }
  }
}

/** Images, their pixels from 0 to 1, and labels, in an order that is the same on every run. */
function shuffled(pixels, digits) {
  const order = Array.from(digits.keys());
  let state = 1;
  for (let i = order.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const images = new Float64Array(pixels.length);
  order.forEach((from, to) => {
    for (let j = 0; j < PIXELS; j++) images[to * PIXELS + j] = pixels[from * PIXELS + j] / 16;
  });
  return { images, labels: digits.map((_, to) => digits[order[to]]) };
}

function best(row) {
  return row.indexOf(Math.max(...row));
}

/** A row for each digit, a column for each reading. */
function printConfusion() {
  const counts = Array.from({ length: CLASSES }, () => new Array(CLASSES).fill(0));
  guesses.forEach((guess, i) => {
    counts[labels[TRAINING + i]][guess]++;
  });
  printTable(
    ['', ...counts.map((_, k) => ` ${k}`)],
    counts.map((row, k) => [k, ...row.map((count) => String(count || '.').padStart(2))]),
  );
}

/** The three digits with the largest loss, side by side. */
function printSurprises() {
  const losses = loss.perSample(labels.subarray(TRAINING), unseen);
  const worst = [...losses.keys()].sort((a, b) => losses[b] - losses[a]).slice(0, 3);
  const print = (cell) =>
    console.log(`  ${worst.map((i) => cell(i).padEnd(24)).join('')}`.trimEnd());
  for (let y = 0; y < SIDE; y++) {
    print((i) => {
      const start = (TRAINING + i) * PIXELS + y * SIDE;
      const shades = Array.from(
        images.subarray(start, start + SIDE),
        (x) => ' .:-=+*#%@'[Math.floor(9.99 * x)],
      );
      return shades.map((shade) => shade + shade).join('');
    });
  }
  console.log();
  print((i) => `a ${labels[TRAINING + i]}, read as ${guesses[i]}`);
  print((i) => `loss ${losses[i].toFixed(2)}: p = ${Math.exp(-losses[i]).toFixed(3)}`);
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
