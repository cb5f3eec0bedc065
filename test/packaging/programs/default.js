// What the bundlers bundle: a program that says what it has computed, and how.
import { binaryCrossEntropy, createEngine, defaultEngine, squaredError } from 'lossmeter';

const n = 5000;
const labels = new Float32Array(n).map((_, i) => i % 2);
const predictions = new Float32Array(n).fill(0.75);
const js = createEngine({ backend: 'js' });

export const report = () => ({
  mean: squaredError.mean(labels, predictions),
  isSame: Object.is(
    binaryCrossEntropy.mean(labels, predictions),
    js.binaryCrossEntropy.mean(labels, predictions),
  ),
  backend: defaultEngine.backend,
  reason: defaultEngine.fallbackReason ?? null,
});
