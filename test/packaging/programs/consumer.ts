// A program that a user's compiler must take, with every error where it is expected.
import {
  type Accumulator,
  type AccumulatorState,
  type Arena,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  createArena,
  createEngine,
  type Engine,
  type GradientOptions,
  huber,
  type Loss,
  measure,
  sparseCategoricalCrossEntropy,
  squaredError,
} from 'lossmeter';
import module from 'lossmeter/kernels.wasm';

const arena: Arena = createArena(1024);
const yPred: Float32Array<ArrayBuffer> = arena.float32(2);
const perSample: Float32Array = squaredError.perSample(Uint8Array.of(0, 1), yPred);
const engine: Engine = createEngine({ backend: 'wasm', module });
const fromLogits = binaryCrossEntropy.with({ fromLogits: true, positiveWeight: 2 });
const losses: readonly Loss[] = [
  engine.squaredError,
  huber.with({ delta: 2 }),
  binaryCrossEntropy.with({ clip: 1e-7, labelSmoothing: 0.1, onEmpty: 'zero' }),
  categoricalCrossEntropy.with({ classes: 2, classWeight: [1, 2], normalize: true }),
  sparseCategoricalCrossEntropy.with({ fromLogits: true, ignoreIndex: -1 }),
];

export const means: number[] = losses.map((loss) => loss.mean([0, 1], perSample));
export const sums: number[] = measure(losses, [0, 1], yPred, { reduction: 'sum' });
export const mean: number = fromLogits.mean([0, 1], yPred, {
  sampleWeight: [1, 2],
  denominator: 'nonzero',
});

// A step of a training loop, in the type of the predictions.
const options: GradientOptions<typeof yPred> = { out: arena.float32(2), sampleWeight: [1, 2] };
const { value, gradient } = fromLogits.valueAndGradient([0, 1], yPred, options);
yPred.set(gradient.map((slope, i) => yPred[i] - value * slope));
export const float32: Float32Array = squaredError.gradient([0, 1], yPred, { reduction: 'sum' });
export const float64: Float64Array = squaredError.gradient([0, 1], [0, 1]);

// Results take the place of an array of the program's own; in shared memory they are of its type.
let slopes = new Float64Array(2);
slopes = squaredError.gradient([0, 1], slopes);
slopes = huber.perSample([0, 1], slopes, { out: slopes });
export const shared: Float64Array<SharedArrayBuffer> = squaredError.gradient([0, 1], slopes, {
  out: new Float64Array(new SharedArrayBuffer(16)),
});

// Parts of a data set, counted elsewhere.
const state: AccumulatorState = JSON.parse(JSON.stringify(huber.accumulator().update([1], [2])));
const all: Accumulator = huber.accumulator({ denominator: 'count' });
all.merge(huber.accumulator({ from: state })).update([0, 1], yPred, { sampleWeight: yPred });
export const { mean: meanOfAll, sum, count, weight } = all;

// @ts-expect-error: not numbers
squaredError.mean(['0'], yPred);
// @ts-expect-error: not the type of yPred
squaredError.perSample([0, 1], yPred, { out: new Float64Array(2) });
// @ts-expect-error: not an option of this loss
squaredError.with({ clip: 1e-7 });
// @ts-expect-error: a gradient of float32 predictions is float32
export const wrong: Float64Array = squaredError.gradient([0, 1], yPred);
// @ts-expect-error: not where the results are
export const notShared: Float64Array<SharedArrayBuffer> = squaredError.gradient([0, 1], slopes);
// @ts-expect-error: not a denominator
squaredError.mean([0, 1], yPred, { denominator: 'n' });
// @ts-expect-error: not an option of sum
squaredError.sum([0, 1], yPred, { reduction: 'sum' });
// @ts-expect-error: not a loss
measure(['squaredError'], [0, 1], yPred);
all.merge(state);
// @ts-expect-error: neither an accumulator nor a state
all.merge(squaredError);
// @ts-expect-error: not a backend
createEngine({ backend: 'gpu' });
