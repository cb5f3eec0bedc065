// 2³¹ + 9 float32 elements, in chunks, through accumulators: nothing wraps, nothing is rounded.
import { createEngine } from '../dist/index.js';

const N = 2 ** 31 + 9;
// Neither a divisor of N nor a multiple of a block.
const CHUNK = 12_000_017;
/** The differences are the integers below it, over and over: every sum is exact. */
const PERIOD = 8;
/** What the last nine differ by. */
const LAST = 1000;

const yTrue = new Float32Array(CHUNK).fill(1);
const yPred = Float32Array.from({ length: CHUNK }, (_, i) => 1 + (i % PERIOD));

/**
 * Σ term(i mod 8) over a chunk's first n elements.
 *
 * @param {number} n
 * @param {(d: number) => number} term
 */
function sumOf(n, term) {
  let ofPeriod = 0;
  let ofRest = 0;
  for (let d = 0; d < PERIOD; d++) ofPeriod += term(d);
  for (let d = 0; d < n % PERIOD; d++) ofRest += term(d);
  return Math.floor(n / PERIOD) * ofPeriod + ofRest;
}

let failed = 0;

/**
 * @param {string} what
 * @param {number} got
 * @param {number} expected
 */
function check(what, got, expected) {
  const isRight = Object.is(got, expected);
  if (!isRight) failed++;
  console.log(
    `${isRight ? 'ok' : 'WRONG'}: ${what} is ${got}${isRight ? '' : `, not ${expected}`}`,
  );
}

/** @type {readonly ['wasm' | 'js', 'squaredError' | 'absoluteError', (d: number) => number][]} */
const runs = [
  ['wasm', 'squaredError', (d) => d * d],
  ['wasm', 'absoluteError', (d) => d],
  ['js', 'squaredError', (d) => d * d],
];
for (const [backend, name, term] of runs) {
  const loss = createEngine({ backend })[name];
  // Two, of which each gets every other chunk: merged, they are one.
  const accumulators = [loss.accumulator(), loss.accumulator()];
  const begin = performance.now();
  let sum = 0;
  let chunks = 0;
  for (let from = 0; from < N - 9; from += CHUNK) {
    const n = Math.min(CHUNK, N - 9 - from);
    accumulators[chunks++ % 2].update(yTrue.subarray(0, n), yPred.subarray(0, n));
    sum += sumOf(n, term);
    if (chunks % 30 === 0) console.log(`${name}, ${backend}: ${Math.round((from / N) * 100)} %`);
  }
  accumulators[0].update(new Float32Array(9), new Float32Array(9).fill(LAST));
  sum += 9 * term(LAST);
  const all = accumulators[0].merge(accumulators[1]);
  const again = loss.accumulator({ from: JSON.parse(JSON.stringify(all)) });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${name}, ${backend}: 100 %, ${seconds} s`);
  for (const each of [all, again]) {
    check('count', each.count, N);
    check('weight', each.weight, N);
    check('sum', each.sum, sum);
    check('mean', each.mean, sum / N);
  }
}

if (failed > 0) {
  console.error(`${failed} results are wrong`);
  process.exitCode = 1;
}
