// What the types promise of the arrays that losses take. The compiler is the test: npm run typecheck.
import { describe, expectTypeOf, it } from 'vitest';
import {
  bfloat16,
  categoricalCrossEntropy,
  createArena,
  float16,
  type HalfFloats,
  type Numbers,
  squaredError,
} from '../src/index.js';

/** As TypeScript's own libraries declare it from ES2025 on, if they do. */
interface NativeFloat16 {
  [index: number]: number;
  readonly [Symbol.toStringTag]: 'Float16Array';
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
  readonly length: number;
}

declare const native: NativeFloat16;
declare const f32: Float32Array<ArrayBuffer>;
declare const f64: Float64Array<ArrayBuffer>;
declare const i64: BigInt64Array;

describe('labels, predictions and weights', () => {
  it('may be of 64 bits, half floats, booleans and bigints', () => {
    expectTypeOf<BigInt64Array>().toExtend<Numbers>();
    expectTypeOf<BigUint64Array<SharedArrayBuffer>>().toExtend<Numbers>();
    expectTypeOf<NativeFloat16>().toExtend<Numbers>();
    expectTypeOf<HalfFloats>().toExtend<Numbers>();
    expectTypeOf<bigint[]>().toExtend<Numbers>();
    expectTypeOf<readonly (number | boolean | bigint)[]>().toExtend<Numbers>();
    expectTypeOf<(bigint | null)[]>().not.toExtend<Numbers>();
    expectTypeOf(squaredError.mean(i64, f32, { sampleWeight: i64 })).toEqualTypeOf<number>();
    categoricalCrossEntropy.with({ classes: 2, classWeight: [1n, true] });
  });

  it('are no objects that look like half floats', () => {
    // @ts-expect-error made by float16 alone
    squaredError.mean(f32, { format: 'float16', bits: new Uint16Array(1), length: 1 });
    // @ts-expect-error not a Uint16Array
    float16([0]);
  });
});

describe('results', () => {
  it('are float32 for half floats, and float64 for integers', () => {
    const halves = bfloat16(new Uint16Array(1));
    expectTypeOf(squaredError.perSample(f64, halves)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(squaredError.gradient(f64, native)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(squaredError.perSample(f64, i64)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    squaredError.gradient(f64, halves, { out: f32 });
    // @ts-expect-error float64 for half floats
    squaredError.gradient(f64, halves, { out: f64 });
  });
});

describe('an arena', () => {
  it('hands out half floats and integers of 64 bits', () => {
    expectTypeOf(createArena(64).float16(8)).toEqualTypeOf<HalfFloats>();
    expectTypeOf(createArena(64).int64(8)).toEqualTypeOf<BigInt64Array<ArrayBuffer>>();
  });
});
