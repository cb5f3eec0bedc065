import type { Backends } from '../backends.js';
import type { LossOptions } from '../loss.js';
import { delta, onEmpty } from './options.js';
import { type PointwiseDefinition, PointwiseLoss } from './pointwise.js';

/** Options of the Huber loss. */
export interface HuberOptions extends LossOptions {
  /** δ, where the parabola becomes a line: finite and > 0, in the unit of y; 1 unless given. */
  delta?: number;
}

const definition: PointwiseDefinition<HuberOptions> = {
  name: 'huber',
  checks: { onEmpty, delta },
  kernels: ({ delta = 1 }) => ({
    total: (kernels, t, p, n, out) => kernels.huberTotal(t, p, n, delta, out),
    each: (kernels, t, p, n, out) => kernels.huberEach(t, p, n, delta, out),
    gradient: (kernels, t, p, n, scale, out, total) =>
      kernels.huberGradient(t, p, n, delta, scale, out, total),
  }),
};

export function huber(backends: Backends): PointwiseLoss<HuberOptions> {
  return new PointwiseLoss(definition, backends, {});
}
