// Engines that embed no kernels: with the module they are given, and without one.
import { createEngine } from 'lossmeter/bare';

export const report = (module) => {
  const engine = createEngine({ backend: 'wasm', module });
  const without = createEngine();
  return {
    sum: engine.squaredError.sum([1, 2, 3], [1, 2, 5]),
    backend: engine.backend,
    without: without.backend,
    reason: without.fallbackReason,
  };
};
