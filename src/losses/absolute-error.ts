import type { Backends } from '../engine.js';
import { PointwiseLoss } from './pointwise.js';

export function absoluteError(backends: Backends): PointwiseLoss {
  return new PointwiseLoss(
    { name: 'absoluteError', total: 'absoluteTotal', each: 'absoluteEach' },
    backends,
  );
}
