import type { Backends } from '../backends.js';
import type { LossOptions } from '../loss.js';
import { onEmpty } from './options.js';
import { type PointwiseDefinition, PointwiseLoss } from './pointwise.js';

const definition: PointwiseDefinition<LossOptions> = {
  name: 'squaredError',
  checks: { onEmpty },
  kernels: () => ({
    total: (kernels, t, p, n, out) => kernels.squaredTotal(t, p, n, out),
    each: (kernels, t, p, n, out) => kernels.squaredEach(t, p, n, out),
    gradient: (kernels, t, p, n, scale, out, total) =>
      kernels.squaredGradient(t, p, n, scale, out, total),
  }),
};

export function squaredError(backends: Backends): PointwiseLoss {
  return new PointwiseLoss(definition, backends, {});
}
