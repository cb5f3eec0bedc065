// Arrays are read a block at a time: what a reduction takes does not grow with them.
import { describe, expect, it } from 'vitest';
import { inNode } from './support/node.js';

const MEASURE = `
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  const sampling = {
    samplingInterval: 2048,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  };
  const sizeOf = ({ selfSize, children }) =>
    children.reduce((size, child) => size + sizeOf(child), selfSize);
  const bytes = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  // The memory of arrays is freed some time after the first collection.
  const collect = () => {
    for (let i = 0; i < 4; i++) gc();
  };
  const n = 2 ** 22;
  const list = (n) => Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75));
  const subjects = {
    'squaredError of float64': ['squaredError', {}, new Uint8Array(n), new Float64Array(n).fill(0.5)],
    'absoluteError of float32': ['absoluteError', {}, new Int32Array(n), new Float32Array(n).fill(0.5)],
    'binaryCrossEntropy of float64': ['binaryCrossEntropy', {}, new Uint8Array(n), new Float64Array(n).fill(0.5)],
    'binaryCrossEntropy with clip': ['binaryCrossEntropy', { clip: 1e-7 }, new Uint8Array(n), new Float32Array(n).fill(0.5)],
    'categoricalCrossEntropy': ['categoricalCrossEntropy', { classes: 8, normalize: true }, new Uint8Array(n), new Float32Array(n).fill(0.5)],
    'sparseCategoricalCrossEntropy': ['sparseCategoricalCrossEntropy', {}, new Int32Array(n / 8), new Float64Array(n).fill(0.5)],
    'squaredError of lists': ['squaredError', {}, list(2 ** 20), list(2 ** 20)],
  };
  const logits = (n) => new Float32Array(n).map((_, i) => (i % 7) - 3);
  const oneHot = new Uint8Array(n).map((_, i) => (i % 256 === 0 ? 1 : 0));
  const weights = new Float32Array(n).fill(0.5);
  // (In JavaScript each row takes two or three boxed numbers.)
  const classWeight = new Array(256).fill(0.5);
  const fromLogits = true;
  Object.assign(subjects, {
    'huber of float64': ['huber', { delta: 0.3 }, new Uint8Array(n), new Float64Array(n).fill(0.5)],
    'weighted squaredError': ['squaredError', {}, new Uint8Array(n), new Float32Array(n).fill(0.5), weights],
    'weighted binaryCrossEntropy of soft labels': ['binaryCrossEntropy', {}, new Float64Array(n).fill(0.3), new Float64Array(n).fill(0.5), weights],
    'weighted categoricalCrossEntropy of soft labels': ['categoricalCrossEntropy', { classes: 256 }, new Float64Array(n).fill(0.3), new Float64Array(n).fill(0.5), weights.subarray(0, n / 256)],
    'weighted binaryCrossEntropy': ['binaryCrossEntropy', {}, new Uint8Array(n), new Float64Array(n).fill(0.5), weights],
    'binaryCrossEntropy from logits': ['binaryCrossEntropy', { fromLogits }, new Uint8Array(n), logits(n)],
    'binaryCrossEntropy from logits, smoothed': ['binaryCrossEntropy', { fromLogits, labelSmoothing: 0.1 }, new Uint8Array(n), logits(n)],
    'binaryCrossEntropy from logits, weighted': ['binaryCrossEntropy', { fromLogits, positiveWeight: 2 }, new Uint8Array(n), new Float64Array(logits(n)), weights],
    'categoricalCrossEntropy from logits': ['categoricalCrossEntropy', { fromLogits, classes: 256 }, oneHot, logits(n)],
    'categoricalCrossEntropy from logits, weighted': ['categoricalCrossEntropy', { fromLogits, classes: 256, classWeight }, oneHot, logits(n), weights.subarray(0, n / 256)],
    'sparseCategoricalCrossEntropy from logits': ['sparseCategoricalCrossEntropy', { fromLogits }, new Int32Array(n / 256), logits(n)],
    'sparseCategoricalCrossEntropy from logits, weighted': ['sparseCategoricalCrossEntropy', { fromLogits, ignoreIndex: 1, classWeight }, new Int32Array(n / 256), logits(n), weights.subarray(0, n / 256)],
    'long rows of logits': ['sparseCategoricalCrossEntropy', { fromLogits }, new Int32Array(n / 2 ** 16), logits(n)],
  });
  const grown = {};
  for (const [name, [loss, options, yTrue, yPred, sampleWeight]] of Object.entries(subjects)) {
    const call = sampleWeight === undefined ? [] : [{ sampleWeight }];
    const set = lossmeter[loss].with(options);
    const small = Math.floor(yPred.length / yTrue.length) * 4096;
    for (let i = 0; i < 20; i++) set.mean(yTrue.slice(0, 4096), yPred.slice(0, small));
    for (let i = 0; i < 8; i++) set.mean(yTrue, yPred, ...call);
    collect();
    const before = bytes();
    set.mean(yTrue, yPred, ...call);
    set.sum(yTrue, yPred, ...call);
    collect();
    const retained = bytes() - before;
    await session.post('HeapProfiler.startSampling', sampling);
    set.mean(yTrue, yPred, ...call);
    const { profile } = await session.post('HeapProfiler.stopSampling');
    grown[name] = { retained, allocated: sizeOf(profile.head) };
  }
  report(grown);
`;

interface Growth {
  readonly allocated: number;
  readonly retained: number;
}

describe.each(['wasm', 'js'])('on the backend %s', (backend) => {
  const grown = inNode(MEASURE, { backend, flags: ['--expose-gc'] }) as Readonly<
    Record<string, Growth>
  >;

  it.each(Object.entries(grown))(
    'mean and sum of four million elements keep nothing: %s',
    (_, { retained }) => {
      // (Compiled code is some tens of kilobytes; the least array kept would be four megabytes.)
      expect(retained).toBeLessThan(1_000_000);
    },
  );

  it.each(Object.entries(grown))(
    'and a mean allocates less than four bytes for an element: %s',
    (_, { allocated }) => {
      // A boxed number takes at least twelve. (There are views for each block, and what runs before
      // V8 has compiled it.)
      expect(allocated).toBeLessThan(2 ** 24);
    },
  );
});
