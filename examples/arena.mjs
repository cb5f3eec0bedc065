// A million predictions in an arena, where WebAssembly reads them in place; then predictions that
// arrive in chunks and reuse the same memory.
import { binaryCrossEntropy, createArena, createEngine, defaultEngine } from 'lossmeter';
import { printTable } from './table.mjs';

const N = 1_000_000;

/** Labels of 0 and 1, and probabilities that lean towards them. The same on every run. */
function fill(yTrue, yPred) {
  let state = 1;
  for (let i = 0; i < yTrue.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yTrue[i] = state >>> 31;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const spread = 0.95 * (state / 2 ** 32) ** 2;
    yPred[i] = yTrue[i] === 1 ? 1 - spread : spread;
  }
}

/** What most people would write. */
function loop(yTrue, yPred) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    sum -= yTrue[i] * Math.log(yPred[i]) + (1 - yTrue[i]) * Math.log(1 - yPred[i]);
  }
  return sum / yTrue.length;
}

/** The result, and the median time of 15 calls after a warm-up, in nanoseconds per element. */
function measure(name, call) {
  const times = [];
  let mean = 0;
  for (let round = 0; round < 20; round++) {
    const start = performance.now();
    mean = call();
    if (round >= 5) times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return [name, mean, ((times[7] * 1e6) / N).toFixed(2)];
}

const arena = createArena(2 * 8 * N + 64);
const yTrue = arena.float64(N);
const yPred = arena.float64(N);
fill(yTrue, yPred);
const labels = yTrue.slice();
const probabilities = yPred.slice();
const js = createEngine({ backend: 'js' });

console.log(`Binary cross-entropy of ${N} predictions, backend ${defaultEngine.backend}:\n`);
const rows = [
  measure('arena', () => binaryCrossEntropy.mean(yTrue, yPred)),
  measure('outside an arena', () => binaryCrossEntropy.mean(labels, probabilities)),
  measure("backend: 'js'", () => js.binaryCrossEntropy.mean(labels, probabilities)),
  measure('a loop with Math.log', () => loop(labels, probabilities)),
];
printTable(['', 'mean', 'ns per element'], rows);
const same = rows.slice(0, 3).every(([, mean]) => Object.is(mean, rows[0][1]));
console.log(`\nThe first three have ${same ? 'the same bits' : 'DIFFERENT BITS'}.`);
if (!same) process.exitCode = 1;

const CHUNK = 65_536;
const buffers = createArena(3 * 8 * CHUNK);
const chunkTrue = buffers.float64(CHUNK);
const chunkPred = buffers.float64(CHUNK);
const losses = buffers.float64(CHUNK);
let samples = 0;
let sum = 0;
let surprising = 0;
let worst = { index: -1, loss: -1 };
for (let from = 0; from < N; from += CHUNK) {
  const n = Math.min(CHUNK, N - from);
  const y = chunkTrue.subarray(0, n);
  const p = chunkPred.subarray(0, n);
  const out = losses.subarray(0, n);
  y.set(labels.subarray(from, from + n));
  p.set(probabilities.subarray(from, from + n));
  sum += binaryCrossEntropy.sum(y, p);
  binaryCrossEntropy.perSample(y, p, { out });
  out.forEach((loss, i) => {
    if (loss > 2) surprising++;
    if (loss > worst.loss) worst = { index: from + i, loss };
  });
  samples += n;
}
console.log(`
The same in chunks of ${CHUNK}, each sample's loss written to one array that is used again:

  mean          ${sum / samples}
  losses > 2    ${surprising}
  largest loss  ${worst.loss} at index ${worst.index}: label ${labels[worst.index]}, probability ${probabilities[worst.index]}`);
