// A mean for each user, or each class: an accumulator's memory grows with what is staged.
import { describe, expect, it } from 'vitest';
import { engines } from './support/engines.js';
import { inNode } from './support/node.js';
import { fill } from './support/random.js';

const MEASURE = `
  const { squaredError, binaryCrossEntropy, sparseCategoricalCrossEntropy } = lossmeter;
  const bytes = () => {
    // The memory of arrays is freed some time after the first collection.
    for (let i = 0; i < 4; i++) gc();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const N = 20_000;
  const one = Float64Array.of(1);
  const half = Float64Array.of(0.5);
  const subjects = {
    'a squared error': [squaredError, one, half, {}],
    'a cross-entropy of float32 with a weight': [binaryCrossEntropy, one, new Float32Array(half), { sampleWeight: half }],
    'a row of ten probabilities': [sparseCategoricalCrossEntropy, one, new Float64Array(10).fill(0.1), { sampleWeight: half }],
  };
  const measured = {};
  const kept = [];
  for (const [name, [loss, yTrue, yPred, options]] of Object.entries(subjects)) {
    const make = () => loss.accumulator().update(yTrue, yPred, options);
    for (let i = 0; i < 2000; i++) make().mean;
    const before = bytes();
    const all = Array.from({ length: N }, make);
    const made = (bytes() - before) / N;
    for (const accumulator of all) accumulator.mean;
    const read = (bytes() - before) / N;
    for (let i = 0; i < 15; i++) for (const each of all) each.update(yTrue, yPred, options);
    const grown = (bytes() - before) / N;
    kept.push(all);
    measured[name] = { made, read, grown };
  }
  report(measured);
`;

describe.each(['wasm', 'js'])('on the backend %s', (backend) => {
  const measured = inNode(MEASURE, { backend, flags: ['--expose-gc'] }) as Readonly<
    Record<string, { readonly made: number; readonly read: number; readonly grown: number }>
  >;

  it.each(Object.entries(measured))(
    'one sample takes less than a kilobyte, also once it was read: %s',
    (_, { made, read }) => {
      // (Half of it, in Node 20 and 24. A block of 2048 would be 48 KB.)
      expect(made).toBeLessThan(1024);
      expect(read).toBeLessThan(1024);
    },
  );

  it.each(Object.entries(measured))(
    'and sixteen of them what their elements take, and that: %s',
    (name, { grown }) => {
      const elements = name.startsWith('a row') ? 12 : 3;
      // (There may be room for as many again.)
      expect(grown).toBeLessThan(1024 + 2 * 16 * 8 * elements);
    },
  );

  it('a hundred thousand groups take less than 100 MB, however many samples they have', () => {
    const code = `
      const { groupedAccumulator, binaryCrossEntropy } = lossmeter;
      const n = 1e5;
      const keys = Float64Array.from({ length: n }, (_, i) => 1e9 + i);
      const yTrue = new Float64Array(n).fill(1);
      const yPred = new Float64Array(n).fill(0.75);
      const bytes = () => {
        for (let i = 0; i < 4; i++) gc();
        const { heapUsed, external } = process.memoryUsage();
        return heapUsed + external;
      };
      const before = bytes();
      const grouped = groupedAccumulator(binaryCrossEntropy);
      for (let i = 0; i < 5; i++) grouped.update(keys, yTrue, yPred);
      const { count } = grouped.get(1e9 + 7);
      report({ size: grouped.size, count, bytes: bytes() - before });
    `;
    const { size, count, bytes } = inNode(code, { backend, flags: ['--expose-gc'] }) as {
      size: number;
      count: number;
      bytes: number;
    };
    expect([size, count]).toEqual([1e5, 5]);
    // (15 MB, in Node 20.)
    expect(bytes).toBeLessThan(100e6);
  });
});

describe.each(engines)('on the backend $backend', ({ engine }) => {
  it('keeps what it has while it grows, sample by sample', () => {
    const n = 2100;
    const yTrue = fill(n, 1, (random) => (random() < 0.5 ? 1 : 0));
    const yPred = fill(n, 2, (random) => random());
    const sampleWeight = fill(n, 3, (random) => random());
    const accumulator = engine.binaryCrossEntropy.accumulator();
    for (let i = 0; i < n; i++) {
      accumulator.update([yTrue[i]], [yPred[i]], { sampleWeight: [sampleWeight[i]] });
      if (i % 50 !== 0 && i < 2040) continue;
      const part = (values: Float64Array) => values.subarray(0, i + 1);
      const expected = engine.binaryCrossEntropy.mean(part(yTrue), part(yPred), {
        sampleWeight: part(sampleWeight),
      });
      expect(accumulator.mean).toBe(expected);
    }
  });
});
