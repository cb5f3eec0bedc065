import type { Backends } from '../backends.js';
import { PointwiseLoss } from './pointwise.js';

export function absoluteError(backends: Backends): PointwiseLoss {
  return new PointwiseLoss(
    { name: 'absoluteError', total: 'absoluteTotal', each: 'absoluteEach' },
    backends,
  );
}
