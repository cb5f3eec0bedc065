// createEngine with a .wasm file that is imported as a module.
import { createEngine } from 'lossmeter';
import module from 'lossmeter/kernels.wasm';

export const report = () => {
  const engine = createEngine({ backend: 'wasm', module });
  return { sum: engine.squaredError.sum([1, 2, 3], [1, 2, 5]), backend: engine.backend };
};
