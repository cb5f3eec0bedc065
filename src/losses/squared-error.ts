import type { Backends } from '../backends.js';
import { PointwiseLoss } from './pointwise.js';

export function squaredError(backends: Backends): PointwiseLoss {
  return new PointwiseLoss(
    { name: 'squaredError', total: 'squaredTotal', each: 'squaredEach' },
    backends,
  );
}
