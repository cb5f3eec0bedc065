// The kernels by name. Each has a twin in JavaScript, listed here, and under the same name one in a
// module of WebAssembly: `squared.f64.total` is squared_total_f64 of assembly/modules/squared.ts.
import type { Block } from './block.js';
import {
  absoluteEach,
  absoluteEachFloat32,
  absoluteGradient,
  absoluteGradientFloat32,
  absoluteTotal,
  absoluteValueAndGradient,
  absoluteWeighted,
  absoluteWeightedGradient,
} from './js/absolute.js';
import {
  binaryEach,
  binaryEachFloat32,
  binaryGradient,
  binaryParts,
  binaryTotal,
} from './js/binary.js';
import {
  categoricalEach,
  categoricalGradient,
  categoricalSelect,
  categoricalUsed,
} from './js/categorical.js';
import {
  huberEach,
  huberEachFloat32,
  huberGradient,
  huberGradientFloat32,
  huberTotal,
  huberValueAndGradient,
  huberWeighted,
  huberWeightedGradient,
} from './js/huber.js';
import { dotTotal, sumTotal } from './js/lanes.js';
import {
  logitsEach,
  logitsEachFloat32,
  logitsExps,
  logitsExpsFloat32,
  logitsGradient,
  logitsGradientFloat32,
  logitsTotal,
  logitsTotalFloat32,
} from './js/logits.js';
import {
  numbersClip,
  numbersDivide,
  numbersMultiply,
  numbersMultiplyFloat32,
  numbersNarrow,
  numbersPositive,
  numbersUnit,
} from './js/numbers.js';
import {
  quantileEach,
  quantileEachFloat32,
  quantileGradient,
  quantileGradientFloat32,
  quantileTotal,
  quantileValueAndGradient,
  quantileWeighted,
  quantileWeightedGradient,
} from './js/quantile.js';
import { rowsGather, rowsNormalize, rowsScale, rowsSubtract, rowsTotal } from './js/rows.js';
import {
  softmaxEach,
  softmaxEachFloat32,
  softmaxGradient,
  softmaxGradientFloat32,
  softmaxLines,
  softmaxLogs,
  softmaxLosses,
  softmaxRows,
  softmaxRowsFloat32,
} from './js/softmax.js';
import {
  squaredEach,
  squaredEachFloat32,
  squaredGradient,
  squaredGradientFloat32,
  squaredTotal,
  squaredValueAndGradient,
  squaredWeighted,
  squaredWeightedGradient,
} from './js/squared.js';
import {
  absoluteHex,
  binaryHex,
  commonHex,
  huberHex,
  probabilitiesHex,
  quantileHex,
  rowsHex,
  squaredHex,
} from './wasm/bytes.js';

/** The kernels of one name. A total is left in `out` as an unevaluated sum of two float64. */
export interface Kernels {
  readonly name: string;
  /** The module that has them, as it is embedded. */
  readonly module: string;
  /** Those that read float64, and those that read float32, which the twins see widened. */
  readonly f64: object;
  readonly f32: object;
}

/** Kernels of a loss of one number and another, which may have a parameter. */
export interface PointwiseKernels {
  total(yTrue: Block, yPred: Block, n: number, out: Block, parameter: number): void;
  /**
   * Leaves the sum of the losses times their weights; then that of the weights; how many of them are 0, whose
   * samples count as 0 whatever is in them; and 1 if one may not be a finite number ≥ 0, else 0.
   */
  weighted(
    yTrue: Block,
    yPred: Block,
    weights: Block,
    n: number,
    out: Block,
    parameter: number,
  ): void;
  each(yTrue: Block, yPred: Block, n: number, out: Block, parameter: number): void;
  /** The derivatives times a number. */
  gradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    out: Block,
    parameter: number,
  ): void;
  /** The derivatives times weights over a number; 0 where a weight is. */
  weightedGradient(
    yTrue: Block,
    yPred: Block,
    weights: Block,
    n: number,
    divisor: number,
    out: Block,
    parameter: number,
  ): void;
}

/** In float64, value and gradient are bound by memory: from one kernel. (In float32, two are faster.) */
export interface WidePointwiseKernels extends PointwiseKernels {
  valueAndGradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    total: Block,
    out: Block,
    parameter: number,
  ): void;
}

/** A {@link PointwiseKernels} for each type. */
export interface Pointwise extends Kernels {
  readonly f64: WidePointwiseKernels;
  readonly f32: PointwiseKernels;
}

/** Twins that write float32 round each step to it. */
function pointwise(
  name: string,
  module: string,
  twins: PointwiseKernels,
  wide: Pick<WidePointwiseKernels, 'valueAndGradient'>,
  narrow: Pick<PointwiseKernels, 'each' | 'gradient'>,
): Pointwise {
  return { name, module, f64: { ...twins, ...wide }, f32: { ...twins, ...narrow } };
}

export const squared = /* @__PURE__ */ pointwise(
  'squared',
  squaredHex,
  {
    total: squaredTotal,
    weighted: squaredWeighted,
    each: squaredEach,
    gradient: squaredGradient,
    weightedGradient: squaredWeightedGradient,
  },
  { valueAndGradient: squaredValueAndGradient },
  { each: squaredEachFloat32, gradient: squaredGradientFloat32 },
);

export const absolute = /* @__PURE__ */ pointwise(
  'absolute',
  absoluteHex,
  {
    total: absoluteTotal,
    weighted: absoluteWeighted,
    each: absoluteEach,
    gradient: absoluteGradient,
    weightedGradient: absoluteWeightedGradient,
  },
  { valueAndGradient: absoluteValueAndGradient },
  { each: absoluteEachFloat32, gradient: absoluteGradientFloat32 },
);

export const huber = /* @__PURE__ */ pointwise(
  'huber',
  huberHex,
  {
    total: huberTotal,
    weighted: huberWeighted,
    each: huberEach,
    gradient: huberGradient,
    weightedGradient: huberWeightedGradient,
  },
  { valueAndGradient: huberValueAndGradient },
  { each: huberEachFloat32, gradient: huberGradientFloat32 },
);

export const quantile = /* @__PURE__ */ pointwise(
  'quantile',
  quantileHex,
  {
    total: quantileTotal,
    weighted: quantileWeighted,
    each: quantileEach,
    gradient: quantileGradient,
    weightedGradient: quantileWeightedGradient,
  },
  { valueAndGradient: quantileValueAndGradient },
  { each: quantileEachFloat32, gradient: quantileGradientFloat32 },
);

export const binary = {
  name: 'binary',
  module: binaryHex,
  f64: { total: binaryTotal, parts: binaryParts, each: binaryEach, gradient: binaryGradient },
  f32: {
    total: binaryTotal,
    parts: binaryParts,
    each: binaryEachFloat32,
    gradient: binaryGradient,
  },
};

export const logits = {
  name: 'logits',
  module: binaryHex,
  f64: { exps: logitsExps, total: logitsTotal, each: logitsEach, gradient: logitsGradient },
  f32: {
    exps: logitsExpsFloat32,
    total: logitsTotalFloat32,
    each: logitsEachFloat32,
    gradient: logitsGradientFloat32,
  },
};

export const categorical = {
  name: 'categorical',
  module: rowsHex,
  f64: {
    select: categoricalSelect,
    used: categoricalUsed,
    each: categoricalEach,
    gradient: categoricalGradient,
  },
  f32: { select: categoricalSelect, used: categoricalUsed },
};

export const softmax = {
  name: 'softmax',
  module: rowsHex,
  f64: {
    rows: softmaxRows,
    logs: softmaxLogs,
    losses: softmaxLosses,
    each: softmaxEach,
    gradient: softmaxGradient,
    lines: softmaxLines,
  },
  f32: {
    rows: softmaxRowsFloat32,
    losses: softmaxLosses,
    each: softmaxEachFloat32,
    gradient: softmaxGradientFloat32,
  },
};

export const rows = {
  name: 'rows',
  module: rowsHex,
  f64: {
    gather: rowsGather,
    normalize: rowsNormalize,
    scale: rowsScale,
    subtract: rowsSubtract,
    total: rowsTotal,
  },
  f32: { gather: rowsGather },
};

export const numbers = {
  name: 'numbers',
  module: commonHex,
  f64: { multiply: numbersMultiply, narrow: numbersNarrow, positive: numbersPositive },
  f32: { multiply: numbersMultiplyFloat32 },
};

/** What the cross-entropies need of numbers, in a module that the other losses do without. */
export const probabilities = {
  name: 'numbers',
  module: probabilitiesHex,
  f64: {
    clip: numbersClip,
    divide: numbersDivide,
    unit: numbersUnit,
  },
  f32: { unit: numbersUnit },
};

export const sum = {
  name: 'sum',
  module: commonHex,
  f64: { total: sumTotal },
  f32: { total: sumTotal },
};

/** Of numbers in that type, and weights in float64. */
export const dot = {
  name: 'dot',
  module: commonHex,
  f64: { total: dotTotal },
  f32: { total: dotTotal },
};
