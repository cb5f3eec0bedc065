// A program that a user's compiler must take, with every error where it is expected.
import {
  type Arena,
  binaryCrossEntropy,
  createArena,
  createEngine,
  type Engine,
  type Loss,
  squaredError,
} from 'lossmeter';
import module from 'lossmeter/kernels.wasm';

const arena: Arena = createArena(1024);
const yPred: Float32Array<ArrayBuffer> = arena.float32(2);
const perSample: Float32Array = squaredError.perSample(Uint8Array.of(0, 1), yPred);
const engine: Engine = createEngine({ backend: 'wasm', module });
const losses: readonly Loss[] = [engine.squaredError, binaryCrossEntropy.with({ clip: 1e-7 })];

export const means: number[] = losses.map((loss) => loss.mean([0, 1], perSample));

// @ts-expect-error: not numbers
squaredError.mean(['0'], yPred);
// @ts-expect-error: not the type of yPred
squaredError.perSample([0, 1], yPred, { out: new Float64Array(2) });
// @ts-expect-error: not an option of this loss
squaredError.with({ clip: 1e-7 });
// @ts-expect-error: not a backend
createEngine({ backend: 'gpu' });
