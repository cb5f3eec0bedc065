import type { Backends } from '../backends.js';
import type { LossOptions } from '../loss.js';
import { onEmpty } from './options.js';
import { type PointwiseDefinition, PointwiseLoss } from './pointwise.js';

const definition: PointwiseDefinition<LossOptions> = {
  name: 'absoluteError',
  checks: { onEmpty },
  kernels: () => ({
    total: (kernels, t, p, n, out) => kernels.absoluteTotal(t, p, n, out),
    each: (kernels, t, p, n, out) => kernels.absoluteEach(t, p, n, out),
    gradient: (kernels, t, p, n, scale, out, total) =>
      kernels.absoluteGradient(t, p, n, scale, out, total),
  }),
};

export function absoluteError(backends: Backends): PointwiseLoss {
  return new PointwiseLoss(definition, backends, {});
}
