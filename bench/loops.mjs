// @ts-check
// The loops people write: each a textbook's formula, with Math.log and Math.exp.

/** @typedef {import('./data.mjs').Arrays} Arrays */
/** @typedef {Arrays & { out: Float32Array | Float64Array }} ArraysAndOut */

const noWeights = new Float64Array();

/** @param {Arrays} arrays */
export function squaredMean({ yTrue, yPred }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const d = yPred[i] - yTrue[i];
    sum += d * d;
  }
  return sum / yTrue.length;
}

/** @param {Arrays} arrays */
export function absoluteMean({ yTrue, yPred }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) sum += Math.abs(yPred[i] - yTrue[i]);
  return sum / yTrue.length;
}

/** @param {Arrays} arrays */
export function binaryMean({ yTrue, yPred }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    sum -= yTrue[i] * Math.log(yPred[i]) + (1 - yTrue[i]) * Math.log(1 - yPred[i]);
  }
  return sum / yTrue.length;
}

/** @param {Arrays} arrays */
export function categoricalMean({ yTrue, yPred, classes }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    if (yTrue[i] !== 0) sum -= yTrue[i] * Math.log(yPred[i]);
  }
  return sum / (yTrue.length / classes);
}

/** @param {Arrays} arrays */
export function sparseMean({ yTrue, yPred, classes }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) sum -= Math.log(yPred[i * classes + yTrue[i]]);
  return sum / yTrue.length;
}

/** @param {Arrays} arrays */
export function squaredWeightedMean({ yTrue, yPred, sampleWeight = noWeights }) {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const d = yPred[i] - yTrue[i];
    sum += sampleWeight[i] * d * d;
    weights += sampleWeight[i];
  }
  return sum / weights;
}

/** @param {number} delta @returns {(arrays: Arrays) => number} */
export function huberMean(delta) {
  return ({ yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const d = Math.abs(yPred[i] - yTrue[i]);
      sum += d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta);
    }
    return sum / yTrue.length;
  };
}

/** @param {number} q @returns {(arrays: Arrays) => number} */
export function quantileMean(q) {
  return ({ yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const d = yTrue[i] - yPred[i];
      sum += d >= 0 ? q * d : (q - 1) * d;
    }
    return sum / yTrue.length;
  };
}

/** @param {Arrays} arrays */
export function squaredAndAbsoluteMean({ yTrue, yPred }) {
  let squares = 0;
  let absolutes = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const d = yPred[i] - yTrue[i];
    squares += d * d;
    absolutes += Math.abs(d);
  }
  return [squares / yTrue.length, absolutes / yTrue.length];
}

/** @param {Arrays} arrays */
export function binaryLogitsMean({ yTrue, yPred }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const z = yPred[i];
    sum += Math.max(z, 0) - z * yTrue[i] + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return sum / yTrue.length;
}

/** @param {Arrays} arrays */
export function sparseLogitsMean({ yTrue, yPred, classes }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const from = i * classes;
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, yPred[from + k]);
    let exps = 0;
    for (let k = 0; k < classes; k++) exps += Math.exp(yPred[from + k] - most);
    sum += Math.log(exps) + most - yPred[from + yTrue[i]];
  }
  return sum / yTrue.length;
}

/** @param {ArraysAndOut} arrays */
export function squaredValueAndGradient({ yTrue, yPred, out }) {
  const n = yTrue.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = yPred[i] - yTrue[i];
    sum += d * d;
    out[i] = (2 * d) / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {ArraysAndOut} arrays */
export function squaredPerSample({ yTrue, yPred, out }) {
  for (let i = 0; i < yTrue.length; i++) {
    const d = yPred[i] - yTrue[i];
    out[i] = d * d;
  }
  return out;
}

/** @param {ArraysAndOut} arrays */
export function binaryPerSample({ yTrue, yPred, out }) {
  for (let i = 0; i < yTrue.length; i++) {
    out[i] = -(yTrue[i] * Math.log(yPred[i]) + (1 - yTrue[i]) * Math.log(1 - yPred[i]));
  }
  return out;
}
