// What the types promise. The compiler is the test: npm run typecheck.
import { describe, expectTypeOf, it } from 'vitest';
import {
  type Accumulator,
  type AccumulatorState,
  type Arena,
  absoluteError,
  accumulator as accumulatorOf,
  type BinaryOptions,
  binaryCrossEntropy,
  type CheckScope,
  categoricalCrossEntropy,
  createArena,
  createEngine,
  type Denominator,
  defaultEngine,
  type Engine,
  type GradientOptions,
  type Group,
  type GroupedAccumulator,
  groupedAccumulator,
  type HuberOptions,
  huber,
  type JointAccumulator,
  type JointState,
  type Key,
  type Loss,
  measure,
  type Numbers,
  type OnEmpty,
  type Progress,
  type QuantileOptions,
  quantile,
  type Reduction,
  type RowOptions,
  type SparseOptions,
  sparseCategoricalCrossEntropy,
  squaredError,
  type ValueAndGradient,
} from '../src/index.js';

declare const f32: Float32Array<ArrayBuffer>;
declare const f64: Float64Array<ArrayBuffer>;
declare const shared: Float64Array<ArrayBufferLike>;
declare const either: Float32Array | readonly number[];
declare const u8: Uint8Array;
declare const list: readonly number[];

describe('perSample', () => {
  it('returns the type of yPred', () => {
    expectTypeOf(squaredError.perSample(f64, f32)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(squaredError.perSample(f32, f64)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(binaryCrossEntropy.perSample(u8, f32)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(binaryCrossEntropy.perSample(u8, list)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(squaredError.perSample(list, u8)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  });

  it('takes an out of that type alone', () => {
    expectTypeOf(squaredError.perSample(u8, f32, { out: f32 })).toEqualTypeOf<
      Float32Array<ArrayBuffer>
    >();
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

describe('results', () => {
  const verbs = ['perSample', 'gradient'] as const;

  it.each(verbs)('of %s take the place of a new array', (verb) => {
    let array = new Float64Array(3);
    array = squaredError[verb](list, array);
    array = squaredError[verb](list, list, { out: array });
    const { gradient } = squaredError.valueAndGradient(list, array);
    array = gradient;
    expectTypeOf(array).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  });

  it.each(verbs)('of %s in an out are of its own type', (verb) => {
    expectTypeOf(squaredError[verb](f32, f64, { out: shared })).toEqualTypeOf(shared);
    expectTypeOf(squaredError[verb](f32, f64, { sampleWeight: list, out: shared })).toEqualTypeOf(
      shared,
    );
    expectTypeOf(squaredError.valueAndGradient(f32, f64, { out: shared }).gradient).toEqualTypeOf(
      shared,
    );
    // @ts-expect-error shared memory is none that a new array has
    squaredError[verb](f32, f64, { out: shared }) satisfies Float64Array<ArrayBuffer>;
  });

  it.each(verbs)('of %s are new without an out, whatever is wanted', (verb) => {
    const options: GradientOptions<Float64Array> = { out: shared };
    expectTypeOf(squaredError.gradient(f32, f64, options)).toEqualTypeOf<Float64Array>();
    expectTypeOf(squaredError[verb](f32, f64, {})).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(squaredError[verb](f32, f64, { sampleWeight: f32 })).toEqualTypeOf<
      Float64Array<ArrayBuffer>
    >();
    // @ts-expect-error it is ordinary memory
    squaredError[verb](f32, f64) satisfies Float64Array<SharedArrayBuffer>;
  });

  it.each(verbs)('of %s for predictions of either type are of either type', (verb) => {
    const results = squaredError[verb](list, either);
    expectTypeOf(results).toEqualTypeOf<Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>>();
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

  it('refuses strings, single numbers and buffers', () => {
    expectTypeOf<string>().not.toExtend<Numbers>();
    expectTypeOf<string[]>().not.toExtend<Numbers>();
    expectTypeOf<(number | undefined)[]>().not.toExtend<Numbers>();
    expectTypeOf<number>().not.toExtend<Numbers>();
    expectTypeOf<ArrayBuffer>().not.toExtend<Numbers>();
    // @ts-expect-error strings
    squaredError[verb](['1'], list);
    // @ts-expect-error no predictions
    squaredError[verb](list);
  });
});

describe.each(['perSample', 'gradient', 'valueAndGradient'] as const)('%s', (verb) => {
  it('refuses strings', () => {
    // @ts-expect-error strings for labels
    squaredError[verb](['1'], f64);
    // @ts-expect-error strings for predictions
    squaredError[verb](f64, ['1']);
    // @ts-expect-error a string for an array
    squaredError[verb](f64, '1');
  });
});

describe('gradient', () => {
  it('returns the type of yPred', () => {
    expectTypeOf(squaredError.gradient(f64, f32)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(huber.gradient(f32, f64)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
    expectTypeOf(binaryCrossEntropy.gradient(u8, f32)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(sparseCategoricalCrossEntropy.gradient(u8, list)).toEqualTypeOf<
      Float64Array<ArrayBuffer>
    >();
  });

  it('takes an out of that type alone', () => {
    expectTypeOf(squaredError.gradient(u8, f32, { out: f32 })).toEqualTypeOf<
      Float32Array<ArrayBuffer>
    >();
    // @ts-expect-error float64 for float32 predictions
    squaredError.gradient(u8, f32, { out: f64 });
    // @ts-expect-error float32 for float64 predictions
    squaredError.gradient(u8, f64, { out: f32 });
    // @ts-expect-error not a float array
    squaredError.gradient(u8, list, { out: u8 });
  });
});

describe('valueAndGradient', () => {
  it('returns a number and the type of yPred', () => {
    expectTypeOf(squaredError.valueAndGradient(f64, f32)).toEqualTypeOf<
      ValueAndGradient<Float32Array<ArrayBuffer>>
    >();
    expectTypeOf(squaredError.valueAndGradient(f64, f32).value).toEqualTypeOf<number>();
    expectTypeOf(squaredError.valueAndGradient(f64, f32).gradient).toEqualTypeOf<
      Float32Array<ArrayBuffer>
    >();
    expectTypeOf(squaredError.valueAndGradient(f32, f64).gradient).toEqualTypeOf<
      Float64Array<ArrayBuffer>
    >();
    expectTypeOf(huber.valueAndGradient(u8, list).gradient).toEqualTypeOf<
      Float64Array<ArrayBuffer>
    >();
  });

  it('takes an out of that type alone', () => {
    squaredError.valueAndGradient(u8, f32, { out: f32, reduction: 'sum' });
    // @ts-expect-error float64 for float32 predictions
    squaredError.valueAndGradient(u8, f32, { out: f64 });
  });
});

describe('the options of a call', () => {
  it('are those of its verb', () => {
    squaredError.mean(f64, f32, { sampleWeight: list, denominator: 'count' });
    squaredError.sum(f64, f32, { sampleWeight: u8 });
    squaredError.perSample(f64, f32, { sampleWeight: f64 });
    squaredError.gradient(f64, f32, { sampleWeight: f32, denominator: 'nonzero' });
    // @ts-expect-error a sum has no denominator
    squaredError.sum(f64, f32, { denominator: 'count' });
    // @ts-expect-error nor have losses
    squaredError.perSample(f64, f32, { denominator: 'count' });
    // @ts-expect-error of gradient
    squaredError.mean(f64, f32, { reduction: 'sum' });
    // @ts-expect-error a number has no place
    squaredError.mean(f64, f32, { out: f64 });
    // @ts-expect-error unknown
    squaredError.gradient(f64, f32, { weights: f64 });
    // @ts-expect-error unknown
    squaredError.mean(f64, f32, { sampleWeights: f64 });
  });

  it('refuse other denominators, reductions and weights', () => {
    expectTypeOf<Denominator>().toEqualTypeOf<'weight' | 'count' | 'nonzero'>();
    expectTypeOf<Reduction>().toEqualTypeOf<'mean' | 'sum'>();
    // @ts-expect-error no such denominator
    squaredError.mean(f64, f32, { denominator: 'n' });
    // @ts-expect-error no such reduction
    squaredError.gradient(f64, f32, { reduction: 'none' });
    // @ts-expect-error strings
    squaredError.mean(f64, f32, { sampleWeight: ['1'] });
    // @ts-expect-error one for all
    squaredError.sum(f64, f32, { sampleWeight: 2 });
  });
});

describe('an accumulator', () => {
  const accumulator = squaredError.accumulator();

  it('returns itself from update and merge', () => {
    expectTypeOf(accumulator).toEqualTypeOf<Accumulator>();
    expectTypeOf(accumulator.update(f64, f32)).toEqualTypeOf<Accumulator>();
    expectTypeOf(accumulator.update(u8, list, { sampleWeight: f64 })).toEqualTypeOf<Accumulator>();
    expectTypeOf(accumulator.merge(huber.accumulator())).toEqualTypeOf<Accumulator>();
    expectTypeOf(accumulator.merge(huber.accumulator().toJSON())).toEqualTypeOf<Accumulator>();
    expectTypeOf(accumulator.seal()).toEqualTypeOf<Accumulator>();
  });

  it('has numbers that cannot be written', () => {
    expectTypeOf(accumulator).toHaveProperty('mean').toEqualTypeOf<number>();
    expectTypeOf(accumulator).toHaveProperty('sum').toEqualTypeOf<number>();
    expectTypeOf(accumulator).toHaveProperty('count').toEqualTypeOf<number>();
    expectTypeOf(accumulator).toHaveProperty('weight').toEqualTypeOf<number>();
    // @ts-expect-error read-only
    accumulator.sum = 0;
  });

  it('goes on from a state', () => {
    expectTypeOf(accumulator.toJSON()).toEqualTypeOf<AccumulatorState>();
    squaredError.accumulator({ from: accumulator.toJSON(), denominator: 'count' });
    // @ts-expect-error not parsed
    squaredError.accumulator({ from: JSON.stringify(accumulator) });
    // @ts-expect-error no such denominator
    squaredError.accumulator({ denominator: 'mean' });
    // @ts-expect-error unknown
    squaredError.accumulator({ state: accumulator.toJSON() });
  });

  it('refuses strings, unknown options and what is no accumulator', () => {
    // @ts-expect-error strings
    accumulator.update(['1'], f64);
    // @ts-expect-error of the accumulator itself
    accumulator.update(f64, f64, { denominator: 'count' });
    // @ts-expect-error its state
    accumulator.merge(JSON.stringify(accumulator));
    // @ts-expect-error a loss
    accumulator.merge(squaredError);
    // @ts-expect-error no such type
    squaredError.accumulator({ predictions: 'float16' });
  });

  it('of several losses has arrays of numbers', () => {
    const joint = accumulatorOf([squaredError, huber.with({ delta: 2 })], { denominator: 'count' });
    expectTypeOf(joint).toEqualTypeOf<JointAccumulator>();
    expectTypeOf(joint.update(f64, f32, { sampleWeight: list })).toEqualTypeOf<JointAccumulator>();
    expectTypeOf(joint.mean).toEqualTypeOf<number[]>();
    expectTypeOf(joint.toJSON()).toEqualTypeOf<JointState>();
    joint.merge(joint.toJSON()).merge(accumulatorOf([], { from: joint.toJSON() }));
    // @ts-expect-error an accumulator of one loss
    joint.merge(accumulator);
    // @ts-expect-error the state of one loss
    accumulatorOf([squaredError], { from: accumulator.toJSON() });
  });

  it('of groups has a number of each result, or an array of them', () => {
    const one = groupedAccumulator(huber.with({ delta: 2 }), { predictions: 'float32' });
    expectTypeOf(one).toEqualTypeOf<GroupedAccumulator<number>>();
    expectTypeOf(one.update(u8, f64, f32)).toEqualTypeOf<GroupedAccumulator<number>>();
    one.update(['a', 'b'], f64, f32, { sampleWeight: f64 }).update([1, 2n], f64, f32);
    expectTypeOf(one.get('a')).toEqualTypeOf<Group<number> | undefined>();
    expectTypeOf([...one]).toEqualTypeOf<[Key, Group<number>][]>();
    const several = groupedAccumulator([squaredError, huber]);
    expectTypeOf(several).toEqualTypeOf<GroupedAccumulator<number[]>>();
    several.merge(several.toJSON()).merge(several);
    // @ts-expect-error of one loss
    several.merge(one);
    // @ts-expect-error neither integers nor strings
    one.update([true], f64, f32);
    // @ts-expect-error no keys
    void one.updateFrom([{ yTrue: f64, yPred: f64 }]);
  });

  it('takes streams', () => {
    const chunks = [
      { yTrue: u8, yPred: f32 },
      { yTrue: f64, yPred: list, sampleWeight: f64 },
    ];
    const { signal } = new AbortController();
    const onProgress = ({ chunks, samples }: Progress): number => chunks + samples;
    const options = { signal, onProgress };
    expectTypeOf(accumulator.updateFrom(chunks, options)).toEqualTypeOf<Promise<Accumulator>>();
    async function* stream() {
      yield* chunks;
    }
    void accumulator.updateFrom(stream());
    // @ts-expect-error no labels
    void accumulator.updateFrom([{ yPred: f64 }]);
    // @ts-expect-error no signal
    void accumulator.updateFrom(chunks, { signal: 'abort' });
  });
});

describe('measure', () => {
  it('takes losses of any options, and returns numbers', () => {
    const losses = [
      squaredError,
      absoluteError,
      huber.with({ delta: 2 }),
      binaryCrossEntropy.with({ fromLogits: true }),
      categoricalCrossEntropy.with({ classes: 3 }),
      sparseCategoricalCrossEntropy,
    ];
    expectTypeOf(losses).toExtend<readonly Loss[]>();
    expectTypeOf(measure(losses, f64, f32)).toEqualTypeOf<number[]>();
    expectTypeOf(
      measure([huber], u8, list, { reduction: 'sum', sampleWeight: f64, denominator: 'count' }),
    ).toEqualTypeOf<number[]>();
  });

  it('refuses names of losses, strings and unknown options', () => {
    // @ts-expect-error a name
    measure(['squaredError'], f64, f64);
    // @ts-expect-error one loss
    measure(squaredError, f64, f64);
    // @ts-expect-error made by hand
    measure([{ name: 'mine', mean: () => 0 }], f64, f64);
    // @ts-expect-error strings
    measure([squaredError], ['1'], f64);
    // @ts-expect-error of gradient
    measure([squaredError], f64, f64, { out: f64 });
    // @ts-expect-error no such reduction
    measure([squaredError], f64, f64, { reduction: 'none' });
  });
});

describe('with', () => {
  it('returns the same kind of loss', () => {
    expectTypeOf(huber.with({ delta: 2, onEmpty: 'throw' })).toEqualTypeOf<Loss<HuberOptions>>();
    expectTypeOf(
      binaryCrossEntropy.with({ fromLogits: true, positiveWeight: 2, labelSmoothing: 0.1 }),
    ).toEqualTypeOf<Loss<BinaryOptions>>();
    expectTypeOf(
      categoricalCrossEntropy.with({ classes: 3, fromLogits: true, classWeight: [1, 2, 3] }),
    ).toEqualTypeOf<Loss<RowOptions>>();
    expectTypeOf(
      sparseCategoricalCrossEntropy.with({ ignoreIndex: -100, classWeight: f32 }),
    ).toEqualTypeOf<Loss<SparseOptions>>();
    expectTypeOf(categoricalCrossEntropy.with({ classes: 3 })).toEqualTypeOf<Loss<RowOptions>>();
    expectTypeOf(sparseCategoricalCrossEntropy.with({ clip: 1e-7, normalize: true })).toEqualTypeOf<
      Loss<SparseOptions>
    >();
    expectTypeOf(sparseCategoricalCrossEntropy.with({ check: 'used' })).toEqualTypeOf<
      Loss<SparseOptions>
    >();
    expectTypeOf(categoricalCrossEntropy.with({ classes: 3, check: 'all' })).toEqualTypeOf<
      Loss<RowOptions>
    >();
    expectTypeOf(quantile.with({ quantile: 0.9 })).toEqualTypeOf<Loss<QuantileOptions>>();
    expectTypeOf(squaredError.with({ onEmpty: 'zero' })).toEqualTypeOf(squaredError);
  });

  it('takes the options of its loss alone', () => {
    expectTypeOf<OnEmpty>().toEqualTypeOf<'nan' | 'zero' | 'throw'>();
    // @ts-expect-error of the losses of probabilities
    squaredError.with({ clip: 1e-7 });
    // @ts-expect-error of Huber's
    absoluteError.with({ delta: 1 });
    // @ts-expect-error of the losses of probabilities
    huber.with({ fromLogits: true });
    expectTypeOf<CheckScope>().toEqualTypeOf<'all' | 'used'>();
    // @ts-expect-error of the losses of rows
    binaryCrossEntropy.with({ check: 'used' });
    // @ts-expect-error one of two words
    sparseCategoricalCrossEntropy.with({ check: 'none' });
    // @ts-expect-error of the losses of rows
    binaryCrossEntropy.with({ classes: 3 });
    // @ts-expect-error of the losses of rows
    binaryCrossEntropy.with({ classWeight: [1, 2] });
    // @ts-expect-error of the binary loss
    categoricalCrossEntropy.with({ positiveWeight: 2 });
    // @ts-expect-error of class indices
    categoricalCrossEntropy.with({ ignoreIndex: 0 });
    // @ts-expect-error of a call
    sparseCategoricalCrossEntropy.with({ sampleWeight: list });
    // @ts-expect-error unknown
    binaryCrossEntropy.with({ clipp: 1e-7 });
  });

  it('refuses values of the wrong kind', () => {
    // @ts-expect-error no such choice
    squaredError.with({ onEmpty: 'null' });
    // @ts-expect-error a string
    huber.with({ delta: '1' });
    // @ts-expect-error a number
    binaryCrossEntropy.with({ fromLogits: 1 });
    // @ts-expect-error a boolean
    binaryCrossEntropy.with({ labelSmoothing: true });
    // @ts-expect-error strings
    categoricalCrossEntropy.with({ classes: 2, classWeight: ['1', '2'] });
    // @ts-expect-error by name
    sparseCategoricalCrossEntropy.with({ classWeight: { 0: 1, 1: 2 } });
    // @ts-expect-error several
    sparseCategoricalCrossEntropy.with({ ignoreIndex: [0, 1] });
  });

  it('leaves options that cannot be written', () => {
    // @ts-expect-error read-only
    squaredError.options.onEmpty = 'zero';
    // @ts-expect-error read-only
    huber.options.delta = 2;
  });
});

describe('engines', () => {
  it('have the losses of the top level', () => {
    expectTypeOf(createEngine()).toEqualTypeOf<Engine>();
    expectTypeOf(defaultEngine).toEqualTypeOf<Engine>();
    expectTypeOf(defaultEngine.squaredError).toEqualTypeOf(squaredError);
    expectTypeOf(defaultEngine.huber).toEqualTypeOf(huber);
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

describe('threads', () => {
  it('are asked for by number, or as many as there are processors', () => {
    expectTypeOf(createEngine).toBeCallableWith({ threads: 'auto' });
    expectTypeOf(createEngine).toBeCallableWith({ threads: 2 });
    // @ts-expect-error no number
    createEngine({ threads: 'many' });
    expectTypeOf(defaultEngine.threads).toEqualTypeOf<number>();
    expectTypeOf(defaultEngine.threadsReason).toEqualTypeOf<string | undefined>();
    expectTypeOf(defaultEngine.close).toEqualTypeOf<() => void>();
    expectTypeOf(defaultEngine[Symbol.dispose]).toEqualTypeOf<() => void>();
  });

  it('share arenas, whose arrays may be of shared memory', () => {
    const arena = createArena(8, { shared: true });
    expectTypeOf(arena).toEqualTypeOf<Arena<ArrayBuffer | SharedArrayBuffer>>();
    expectTypeOf(arena.shared).toEqualTypeOf<boolean>();
    expectTypeOf(squaredError.mean).toBeCallableWith(arena.float32(1), arena.float64(1));
    const out = arena.float32(1);
    expectTypeOf(squaredError.gradient(f32, f32, { out })).toEqualTypeOf(out);
    // @ts-expect-error no such option
    createArena(8, { share: true });
  });
});

it('arenas hand out arrays of ordinary memory', () => {
  expectTypeOf(createArena(8)).toEqualTypeOf<Arena>();
  expectTypeOf(createArena(8, { shared: false })).toEqualTypeOf<Arena>();
  expectTypeOf(createArena(8).float32(1)).toEqualTypeOf<Float32Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).float64(1)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).int32(1)).toEqualTypeOf<Int32Array<ArrayBuffer>>();
  expectTypeOf(createArena(8).uint8(1)).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
});
