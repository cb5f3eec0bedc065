// What the types promise. The compiler is the test: npm run typecheck.
import { describe, expectTypeOf, it } from 'vitest';
import {
  type Arena,
  binaryCrossEntropy,
  type CategoricalCrossEntropy,
  categoricalCrossEntropy,
  createArena,
  createEngine,
  defaultEngine,
  type Engine,
  type Loss,
  type Numbers,
  type OnEmpty,
  type SparseCategoricalCrossEntropy,
  sparseCategoricalCrossEntropy,
  squaredError,
} from '../src/index.js';

declare const f32: Float32Array<ArrayBuffer>;
declare const f64: Float64Array<ArrayBuffer>;
declare const u8: Uint8Array;
declare const list: readonly number[];

describe('perSample', () => {
  it('returns the type of yPred', () => {
    expectTypeOf(squaredError.perSample(f64, f32)).toEqualTypeOf<Float32Array>();
    expectTypeOf(squaredError.perSample(f32, f64)).toEqualTypeOf<Float64Array>();
    expectTypeOf(binaryCrossEntropy.perSample(u8, f32)).toEqualTypeOf<Float32Array>();
    expectTypeOf(binaryCrossEntropy.perSample(u8, list)).toEqualTypeOf<Float64Array>();
    expectTypeOf(squaredError.perSample(list, u8)).toEqualTypeOf<Float64Array>();
  });

  it('takes an out of that type alone', () => {
    expectTypeOf(squaredError.perSample(u8, f32, { out: f32 })).toEqualTypeOf<Float32Array>();
    // @ts-expect-error float64 for float32 predictions
    squaredError.perSample(u8, f32, { out: f64 });
    // @ts-expect-error float32 for float64 predictions
    squaredError.perSample(u8, f64, { out: f32 });
    // @ts-expect-error float32 for ordinary numbers
    squaredError.perSample(u8, list, { out: f32 });
    // @ts-expect-error not a float array
    squaredError.perSample(u8, list, { out: u8 });
  });
});

describe.each(['mean', 'sum'] as const)('%s', (verb) => {
  it('is a number', () => {
    expectTypeOf(squaredError[verb]).returns.toEqualTypeOf<number>();
  });

  it('takes arrays of numbers', () => {
    expectTypeOf(squaredError[verb]).parameter(0).toEqualTypeOf<Numbers>();
    expectTypeOf(squaredError[verb]).parameter(1).toEqualTypeOf<Numbers>();
    expectTypeOf<Int16Array>().toExtend<Numbers>();
    expectTypeOf<Float32Array<SharedArrayBuffer>>().toExtend<Numbers>();
    expectTypeOf<readonly [1, 2]>().toExtend<Numbers>();
  });

  it('refuses strings, bigints, single numbers and buffers', () => {
    expectTypeOf<string>().not.toExtend<Numbers>();
    expectTypeOf<string[]>().not.toExtend<Numbers>();
    expectTypeOf<(number | undefined)[]>().not.toExtend<Numbers>();
    expectTypeOf<BigInt64Array>().not.toExtend<Numbers>();
    expectTypeOf<number>().not.toExtend<Numbers>();
    expectTypeOf<ArrayBuffer>().not.toExtend<Numbers>();
    // @ts-expect-error strings
    squaredError[verb](['1'], list);
    // @ts-expect-error no predictions
    squaredError[verb](list);
  });
});

describe('with', () => {
  it('returns the same kind of loss', () => {
    expectTypeOf(
      categoricalCrossEntropy.with({ classes: 3 }),
    ).toEqualTypeOf<CategoricalCrossEntropy>();
    expectTypeOf(
      sparseCategoricalCrossEntropy.with({ clip: 1e-7, normalize: true }),
    ).toEqualTypeOf<SparseCategoricalCrossEntropy>();
    expectTypeOf(squaredError.with({ onEmpty: 'zero' })).toEqualTypeOf(squaredError);
  });

  it('takes the options of its loss alone', () => {
    expectTypeOf<OnEmpty>().toEqualTypeOf<'nan' | 'zero' | 'throw'>();
    // @ts-expect-error of the losses of probabilities
    squaredError.with({ clip: 1e-7 });
    // @ts-expect-error of the losses of rows
    binaryCrossEntropy.with({ classes: 3 });
    // @ts-expect-error unknown
    binaryCrossEntropy.with({ clipp: 1e-7 });
  });

  it('leaves options that cannot be written', () => {
    // @ts-expect-error read-only
    squaredError.options.onEmpty = 'zero';
  });
});

describe('engines', () => {
  it('have the losses of the top level', () => {
    expectTypeOf(createEngine()).toEqualTypeOf<Engine>();
    expectTypeOf(defaultEngine).toEqualTypeOf<Engine>();
    expectTypeOf(defaultEngine.squaredError).toEqualTypeOf(squaredError);
    expectTypeOf(defaultEngine.squaredError).toExtend<Loss>();
    expectTypeOf(defaultEngine.backend).toEqualTypeOf<'wasm' | 'js'>();
    expectTypeOf(defaultEngine.fallbackReason).toEqualTypeOf<string | undefined>();
  });

  it('take a backend that there is, and a module', () => {
    expectTypeOf(createEngine).toBeCallableWith({ backend: 'js' });
    expectTypeOf(createEngine).toBeCallableWith({ module: {} as WebAssembly.Module });
    // @ts-expect-error no such backend
    createEngine({ backend: 'gpu' });
  });
});

it('arenas hand out arrays of ordinary memory', () => {
  expectTypeOf(createArena).returns.toEqualTypeOf<Arena>();
  expectTypeOf(createArena(8).float32(1)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).float64(1)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).int32(1)).toEqualTypeOf<Int32Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).uint8(1)).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
});
