// What is nearly an array of numbers is an error that says what to pass.
import { describe, expect, it } from 'vitest';
import type { Numbers } from '../src/arrays.js';
import { createEngine } from '../src/index.js';

const { squaredError, categoricalCrossEntropy, sparseCategoricalCrossEntropy } = createEngine({
  backend: 'js',
});

const as = (value: unknown): Numbers => value as Numbers;

/** As ONNX Runtime has it: its members are getters, which throw for a tensor on another device. */
class OrtTensor {
  get data(): Float32Array {
    throw new Error('this is not to be called');
  }

  get dims(): number[] {
    throw new Error('this is not to be called');
  }
}

class TfTensor {
  readonly shape = [1];

  dataSync(): Float32Array {
    throw new Error('this is not to be called');
  }
}

describe('an argument', () => {
  it.each([
    ['an ONNX Runtime tensor', new OrtTensor(), 'an Object; pass its .data'],
    [
      'an ONNX Runtime tensor of half floats',
      { type: 'float16', dims: [1], data: new Uint16Array(1) },
      'an Object; pass float16(….data)',
    ],
    [
      'a tensor whose type cannot be read',
      {
        dims: [1],
        data: [1],
        get type(): string {
          throw new Error('on another device');
        },
      },
      'an Object; pass its .data',
    ],
    ['a TensorFlow.js tensor', new TfTensor(), 'an Object; pass what its dataSync() returns'],
    ['a buffer', new ArrayBuffer(8), 'an ArrayBuffer; pass a typed array of that memory'],
    [
      'a shared buffer',
      new SharedArrayBuffer(8),
      'a SharedArrayBuffer; pass a typed array of that memory',
    ],
    [
      'a DataView',
      new DataView(new ArrayBuffer(8)),
      'a DataView; pass a typed array of that memory',
    ],
    ['what has data and no shape', { data: [1] }, 'an Object'],
    ['a set', new Set([1]), 'a Set'],
    [
      'a proxy that does not say what it has',
      new Proxy(
        {},
        {
          has() {
            throw new Error('mine');
          },
        },
      ),
      'an Object',
    ],
  ])('that is %s', (_, value, got) => {
    const expected = 'a typed array or an array of numbers';
    expect(() => squaredError.mean(as(value), [1])).toThrow(
      new TypeError(`squaredError.mean: expected yTrue to be ${expected}, got ${got}`),
    );
    expect(() => squaredError.perSample([1], as(value))).toThrow(
      new TypeError(`squaredError.perSample: expected yPred to be ${expected}, got ${got}`),
    );
    expect(() => squaredError.mean([1], [1], { sampleWeight: as(value) })).toThrow(
      new TypeError(`squaredError.mean: expected sampleWeight to be ${expected}, got ${got}`),
    );
  });
});

describe('rows', () => {
  it.each([
    ['arrays', [[0.5, 0.5]], 'an Array', 'yPred.flat()'],
    [
      'typed arrays',
      [Float32Array.of(0.5, 0.5)],
      'a Float32Array',
      'yPred.flatMap((row) => [...row])',
    ],
  ])('of %s', (_, rows, got, instead) => {
    expect(() => sparseCategoricalCrossEntropy.mean([0], as(rows))).toThrow(
      new TypeError(
        `sparseCategoricalCrossEntropy.mean: yPred[0] is ${got}, expected a number; pass the rows one after the other, as ${instead}`,
      ),
    );
  });
});

describe('labels of the other kind', () => {
  const oneHot = [0, 1, 0, 1, 0, 0];
  const yPred = [0.25, 0.5, 0.25, 0.5, 0.25, 0.25];

  it('one-hot rows for class indices', () => {
    const sparse = sparseCategoricalCrossEntropy;
    expect(() => sparse.mean(oneHot, yPred)).toThrow(
      new RangeError(
        'sparseCategoricalCrossEntropy.mean: yTrue[1] is 1, expected a class index, an integer from 0 to 0; for rows of labels use categoricalCrossEntropy',
      ),
    );
    expect(() => sparse.with({ classes: 3 }).mean(oneHot, yPred)).toThrow(
      new RangeError(
        'sparseCategoricalCrossEntropy.mean: expected yPred.length 18 (yTrue.length · classes; for rows of labels use categoricalCrossEntropy), got 6',
      ),
    );
  });

  it('class indices for one-hot rows', () => {
    expect(() => categoricalCrossEntropy.mean([1, 0], yPred)).toThrow(
      new TypeError(
        'categoricalCrossEntropy.mean: expected the option classes, as in categoricalCrossEntropy.with({ classes: 3 }); for class indices use sparseCategoricalCrossEntropy',
      ),
    );
    expect(() => categoricalCrossEntropy.with({ classes: 3 }).mean([1, 0], yPred)).toThrow(
      new RangeError(
        'categoricalCrossEntropy.mean: expected yPred.length 2 (as yTrue.length; for class indices use sparseCategoricalCrossEntropy), got 6',
      ),
    );
  });

  it('nothing of the kind is said of other lengths and values', () => {
    expect(() => categoricalCrossEntropy.with({ classes: 3 }).mean([1, 0], [1])).toThrow(
      /\(as yTrue\.length\), got 1$/,
    );
    expect(() => sparseCategoricalCrossEntropy.with({ classes: 3 }).mean([1], [1, 2])).toThrow(
      /\(yTrue\.length · classes\), got 2$/,
    );
    expect(() => sparseCategoricalCrossEntropy.mean([2], [0.5])).toThrow(/from 0 to 0$/);
    expect(() => sparseCategoricalCrossEntropy.mean([2], [0.5, 0.5])).toThrow(/from 0 to 1$/);
  });
});
