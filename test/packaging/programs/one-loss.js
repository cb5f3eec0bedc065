// A program of one loss.
import { squaredError } from 'lossmeter';

export const report = () => ({
  few: squaredError.sum([1, 2, 3], [1, 2, 5]),
  many: squaredError.sum(new Float32Array(5000), new Float32Array(5000).fill(0.5)),
});
