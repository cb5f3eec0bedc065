// How well a language model foresees a text: the loss of every token from float16 logits over a
// vocabulary as large as GPT-2's, with int64 labels, batch by batch. The model counts which token
// follows which in most paragraphs of this repository's documents, and is asked about the others.
import { readFileSync } from 'node:fs';
import { float16, sparseCategoricalCrossEntropy } from 'lossmeter';
import { printTable } from './table.mjs';

const VOCABULARY = 50_257;
const BATCH = 64;
/** The label of tokens that are not asked for. */
const IGNORED = -100;

const texts = ['README.md', 'CONTRIBUTING.md'].map((name) =>
  readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'),
);
const tokens = [];
const ids = new Map();
const passages = texts.flatMap((text) => text.split(/\n{2,}/)).map(tokenize);
const known = passages.filter((_, i) => i % 16 !== 7);
const unseen = passages.filter((_, i) => i % 16 === 7);

/** What every 16 bits stand for. */
const halfFloats = Float64Array.from({ length: 2 ** 16 }, (_, bits) => fromFloat16(bits));
const { shares, followers } = count(known);
const unigram = new Uint16Array(VOCABULARY).map((_, k) => float16Bits(Math.log(shares[k])));

// What comes before each token, and the token itself: none is asked for at the start of a passage,
// where nothing comes before it.
const contexts = unseen.flatMap((passage) => passage.map((_, i) => passage[i - 1]));
const labels = BigInt64Array.from(
  unseen.flatMap((passage) => passage.map((id, i) => BigInt(i === 0 ? IGNORED : id))),
);

const loss = sparseCategoricalCrossEntropy.with({ fromLogits: true, ignoreIndex: IGNORED });
const byFrequency = loss.accumulator();
const byContext = loss.accumulator();
const surprises = [];
let sumOfLoop = 0;
for (let from = 0; from < labels.length; from += BATCH) {
  const y = labels.subarray(from, from + BATCH);
  byFrequency.update(y, float16(logitsOf(y, () => undefined)));
  const bits = logitsOf(y, (i) => contexts[from + i]);
  const logits = float16(bits);
  byContext.update(y, logits);
  loss.perSample(y, logits).forEach((nats, i) => {
    surprises.push({ at: from + i, nats });
  });
  sumOfLoop += loop(y, bits);
}

console.log(`${byContext.count} tokens of ${unseen.length} paragraphs, as foreseen by a model that has counted
those of ${known.length} others; ${tokens.length} different tokens, ${VOCABULARY} logits for each in float16.
`);
const scores = ({ mean }) => [mean, mean / Math.LN2, Math.exp(mean)].map((x) => x.toFixed(3));
printTable(
  ['a token, foreseen by', 'nats', 'bits', 'perplexity'],
  [
    ['chance', ...scores({ mean: Math.log(VOCABULARY) })],
    ['how frequent it is', ...scores(byFrequency)],
    ['what comes before it', ...scores(byContext)],
    ['the same, by a loop', ...scores({ mean: sumOfLoop / byContext.count })],
  ],
);

console.log('\nThe most surprising tokens, in what comes before them:\n');
surprises.sort((a, b) => b.nats - a.nats);
printTable(
  ['before', 'token', 'nats', 'probability'],
  surprises.slice(0, 8).map(({ at, nats }) => {
    const start = contexts.lastIndexOf(undefined, at);
    const before = contexts.slice(Math.max(start + 1, at - 7), at + 1).map((id) => tokens[id]);
    const token = tokens[Number(labels[at])];
    const shown = [before.join(''), token].map((text) => JSON.stringify(text));
    return [...shown, nats.toFixed(2), Math.exp(-nats).toExponential(1)];
  }),
);

if (!(Math.abs(byContext.sum - sumOfLoop) <= 1e-6 * sumOfLoop)) fail('The loop says otherwise.');
if (!(byContext.mean < byFrequency.mean)) fail('What comes before a token should tell something.');
if (byContext.count !== labels.length - unseen.length) fail('A token was not counted.');

/** Pieces of up to four letters, digits and signs as numbers; a new piece is given the next one. */
function tokenize(text) {
  return (text.match(/ ?\p{L}{1,4}|\s+|./gu) ?? []).map((token) => {
    if (!ids.has(token)) ids.set(token, tokens.push(token) - 1);
    return ids.get(token);
  });
}

/** The share of each token, with some for those not seen; and how often which follows which. */
function count(passages) {
  const counts = new Float64Array(VOCABULARY);
  const followers = new Map();
  for (const passage of passages) {
    passage.forEach((id, i) => {
      counts[id]++;
      if (i === 0) return;
      const after = followers.get(passage[i - 1]) ?? new Map();
      followers.set(passage[i - 1], after.set(id, (after.get(id) ?? 0) + 1));
    });
  }
  const kinds = counts.filter((x) => x > 0).length;
  const total = counts.reduce((sum, x) => sum + x) + kinds;
  return { shares: counts.map((x) => (x + kinds / VOCABULARY) / total), followers };
}

/**
 * Logits as a model returns them, a row for each token: the logarithm of its share, and more for what
 * has followed the context (Witten and Bell's interpolation, whose constant makes no difference here).
 */
function logitsOf(y, contextOf) {
  const logits = new Uint16Array(y.length * VOCABULARY);
  for (let i = 0; i < y.length; i++) {
    const row = logits.subarray(i * VOCABULARY, (i + 1) * VOCABULARY);
    row.set(unigram);
    const after = followers.get(contextOf(i)) ?? [];
    for (const [k, times] of after) row[k] = float16Bits(Math.log(shares[k] + times / after.size));
  }
  return logits;
}

/** What most people would write: the sum of the losses that count. */
function loop(y, bits) {
  let sum = 0;
  for (let i = 0; i < y.length; i++) {
    if (y[i] === BigInt(IGNORED)) continue;
    const row = bits.subarray(i * VOCABULARY, (i + 1) * VOCABULARY);
    let exponentials = 0;
    for (let k = 0; k < VOCABULARY; k++) exponentials += Math.exp(halfFloats[row[k]]);
    sum += Math.log(exponentials) - halfFloats[row[Number(y[i])]];
  }
  return sum;
}

/** The half float nearest to x, of which the smallest are 0 here. */
function float16Bits(x) {
  const [bits] = new Uint32Array(Float32Array.of(x).buffer);
  const magnitude = bits & 0x7fffffff;
  const sign = (bits >>> 16) & 0x8000;
  if (magnitude < 0x38800000) return sign;
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** The number that such bits stand for. */
function fromFloat16(bits) {
  if ((bits & 0x7fff) === 0) return 0;
  const magnitude = (1 + (bits & 0x3ff) / 1024) * 2 ** (((bits >>> 10) & 0x1f) - 15);
  return bits & 0x8000 ? -magnitude : magnitude;
}

function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
