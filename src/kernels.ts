// The kernels by name. Each has a twin in JavaScript, listed here, and under the same name one in a
// module of WebAssembly: `squared.f64.total` is squared_total_f64 of assembly/modules/squared.ts.
import type { Block } from './block.js';
import { absoluteEach, absoluteGradient, absoluteTotal } from './js/absolute.js';
import { binaryEach, binaryGradient, binaryTotal } from './js/binary.js';
import { categoricalEach, categoricalGradient, categoricalSelect } from './js/categorical.js';
import { huberEach, huberGradient, huberTotal } from './js/huber.js';
import { dotTotal, sumTotal } from './js/lanes.js';
import { logitsEach, logitsGradient, logitsTotal, logitsTotalFloat32 } from './js/logits.js';
import {
  numbersClip,
  numbersDivide,
  numbersMultiply,
  numbersMultiplyFloat32,
  numbersNarrow,
  numbersPositive,
  numbersUnit,
} from './js/numbers.js';
import { quantileEach, quantileGradient, quantileTotal } from './js/quantile.js';
import { rowsGather, rowsNormalize, rowsScale, rowsSubtract, rowsTotal } from './js/rows.js';
import {
  softmaxEach,
  softmaxEachFloat32,
  softmaxLines,
  softmaxRows,
  softmaxRowsFloat32,
} from './js/softmax.js';
import { squaredEach, squaredGradient, squaredTotal } from './js/squared.js';
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
  each(yTrue: Block, yPred: Block, n: number, out: Block, parameter: number): void;
  gradient(
    yTrue: Block,
    yPred: Block,
    n: number,
    scale: number,
    out: Block,
    total: Block,
    parameter: number,
  ): void;
}

/** A {@link PointwiseKernels} for each type. */
export interface Pointwise extends Kernels {
  readonly f64: PointwiseKernels;
  readonly f32: PointwiseKernels;
}

function pointwise(name: string, module: string, twins: PointwiseKernels): Pointwise {
  return { name, module, f64: twins, f32: twins };
}

export const squared = /* @__PURE__ */ pointwise('squared', squaredHex, {
  total: squaredTotal,
  each: squaredEach,
  gradient: squaredGradient,
});

export const absolute = /* @__PURE__ */ pointwise('absolute', absoluteHex, {
  total: absoluteTotal,
  each: absoluteEach,
  gradient: absoluteGradient,
});

export const huber = /* @__PURE__ */ pointwise('huber', huberHex, {
  total: huberTotal,
  each: huberEach,
  gradient: huberGradient,
});

export const quantile = /* @__PURE__ */ pointwise('quantile', quantileHex, {
  total: quantileTotal,
  each: quantileEach,
  gradient: quantileGradient,
});

export const binary = {
  name: 'binary',
  module: binaryHex,
  f64: { total: binaryTotal, each: binaryEach, gradient: binaryGradient },
  f32: { total: binaryTotal },
};

export const logits = {
  name: 'logits',
  module: binaryHex,
  f64: { total: logitsTotal, each: logitsEach, gradient: logitsGradient },
  f32: { total: logitsTotalFloat32 },
};

export const categorical = {
  name: 'categorical',
  module: rowsHex,
  f64: { select: categoricalSelect, each: categoricalEach, gradient: categoricalGradient },
  f32: { select: categoricalSelect },
};

export const softmax = {
  name: 'softmax',
  module: rowsHex,
  f64: { rows: softmaxRows, each: softmaxEach, lines: softmaxLines },
  f32: { rows: softmaxRowsFloat32, each: softmaxEachFloat32 },
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
  f64: { multiply: numbersMultiply, positive: numbersPositive },
  f32: { multiply: numbersMultiplyFloat32 },
};

/** What the cross-entropies need of numbers, in a module that the other losses do without. */
export const probabilities = {
  name: 'numbers',
  module: probabilitiesHex,
  f64: {
    clip: numbersClip,
    divide: numbersDivide,
    narrow: numbersNarrow,
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
