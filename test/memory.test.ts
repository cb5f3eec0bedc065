// Arrays are read a block at a time: what a reduction takes does not grow with them.
import { describe, expect, it } from 'vitest';
import { inNode } from './support/node.js';

const MEASURE = `
  const bytes = () => {
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
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
  const grown = {};
  for (const [name, [loss, options, yTrue, yPred]] of Object.entries(subjects)) {
    const set = lossmeter[loss].with(options);
    const small = Math.floor(yPred.length / yTrue.length) * 4096;
    for (let i = 0; i < 20; i++) set.mean(yTrue.slice(0, 4096), yPred.slice(0, small));
    set.mean(yTrue, yPred);
    gc();
    const before = bytes();
    set.mean(yTrue, yPred);
    set.sum(yTrue, yPred);
    const allocated = bytes() - before;
    gc();
    grown[name] = { allocated, retained: bytes() - before };
  }
  report(grown);
`;

interface Growth {
  readonly allocated: number;
  readonly retained: number;
}

describe.each(['wasm', 'js'])('on the backend %s', (backend) => {
  // New memory fills up without a collection, so that it shows all that was ever allocated.
  const flags = ['--expose-gc', '--max-semi-space-size=64', '--min-semi-space-size=64'];
  const grown = inNode(MEASURE, { backend, flags }) as Readonly<Record<string, Growth>>;

  it.each(Object.entries(grown))(
    'mean and sum of four million elements keep nothing: %s',
    (_, { retained }) => {
      expect(retained).toBeLessThan(100_000);
    },
  );

  it.each(Object.entries(grown))(
    'and allocate less than half a byte for an element: %s',
    (_, { allocated }) => {
      // Both read four million; a boxed number takes twelve bytes.
      expect(allocated).toBeLessThan(2 ** 22);
    },
  );
});
