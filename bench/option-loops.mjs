// @ts-check
// The loops people write for a loss's options, and for arrays of other types.

/** @typedef {import('./data.mjs').Arrays} Arrays */

const noWeights = new Float64Array();

/** @param {number} weight */
export function positivelyWeighted(weight) {
  return (/** @type {Arrays} */ { yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      sum -= weight * yTrue[i] * Math.log(yPred[i]) + (1 - yTrue[i]) * Math.log(1 - yPred[i]);
    }
    return sum / yTrue.length;
  };
}

/** @param {number} weight */
export function positivelyWeightedLogits(weight) {
  return (/** @type {Arrays} */ { yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const z = yPred[i];
      const softplus = Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
      sum += (1 - yTrue[i]) * z + (1 + (weight - 1) * yTrue[i]) * softplus;
    }
    return sum / yTrue.length;
  };
}

/** @param {number} smoothing */
export function smoothed(smoothing) {
  return (/** @type {Arrays} */ { yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const y = (1 - smoothing) * yTrue[i] + smoothing / 2;
      sum -= y * Math.log(yPred[i]) + (1 - y) * Math.log(1 - yPred[i]);
    }
    return sum / yTrue.length;
  };
}

/** @param {number} smoothing */
export function smoothedLogits(smoothing) {
  return (/** @type {Arrays} */ { yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const z = yPred[i];
      const y = (1 - smoothing) * yTrue[i] + smoothing / 2;
      sum += Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
    }
    return sum / yTrue.length;
  };
}

/** @param {number} least */
export function clipped(least) {
  return (/** @type {Arrays} */ { yTrue, yPred }) => {
    let sum = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const p = Math.min(Math.max(yPred[i], least), 1 - least);
      sum -= yTrue[i] * Math.log(p) + (1 - yTrue[i]) * Math.log(1 - p);
    }
    return sum / yTrue.length;
  };
}

/** @param {Arrays} arrays */
export function binaryWeighted({ yTrue, yPred, sampleWeight = noWeights }) {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < yTrue.length; i++) {
    const w = sampleWeight[i];
    sum -= w * (yTrue[i] * Math.log(yPred[i]) + (1 - yTrue[i]) * Math.log(1 - yPred[i]));
    weights += w;
  }
  return sum / weights;
}

/** @param {Arrays} arrays */
export function normalized({ yTrue, yPred, classes }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    let row = 0;
    for (let k = 0; k < classes; k++) row += yPred[i * classes + k];
    sum -= Math.log(yPred[i * classes + yTrue[i]] / row);
  }
  return sum / yTrue.length;
}

/** @param {readonly number[]} classWeight */
export function classWeighted(classWeight) {
  return (/** @type {Arrays} */ { yTrue, yPred, classes }) => {
    let sum = 0;
    let weights = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const w = classWeight[yTrue[i]];
      sum -= w * Math.log(yPred[i * classes + yTrue[i]]);
      weights += w;
    }
    return sum / weights;
  };
}

/** Cross-entropy of row i of logits. @param {ArrayLike<number>} logits @param {number} i @param {number} classes @param {number} label */
function softmaxLoss(logits, i, classes, label) {
  const from = i * classes;
  let most = -Infinity;
  for (let k = 0; k < classes; k++) most = Math.max(most, logits[from + k]);
  let exps = 0;
  for (let k = 0; k < classes; k++) exps += Math.exp(logits[from + k] - most);
  return Math.log(exps) + most - logits[from + label];
}

/** @param {readonly number[]} classWeight */
export function classWeightedLogits(classWeight) {
  return (/** @type {Arrays} */ { yTrue, yPred, classes }) => {
    let sum = 0;
    let weights = 0;
    for (let i = 0; i < yTrue.length; i++) {
      const w = classWeight[yTrue[i]];
      sum += w * softmaxLoss(yPred, i, classes, yTrue[i]);
      weights += w;
    }
    return sum / weights;
  };
}

/** @param {number} ignored */
export function ignoring(ignored) {
  return (/** @type {Arrays} */ { yTrue, yPred, classes }) => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < yTrue.length; i++) {
      if (yTrue[i] === ignored) continue;
      sum += softmaxLoss(yPred, i, classes, yTrue[i]);
      count++;
    }
    return sum / count;
  };
}

/** @param {Arrays} arrays whose labels are bigints */
export function bigintLabels({ yTrue, yPred, classes }) {
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    sum += softmaxLoss(yPred, i, classes, Number(yTrue[i]));
  }
  return sum / yTrue.length;
}

/** Numbers by their bits as IEEE half floats. */
const halves = Float32Array.from({ length: 2 ** 16 }, (_, bits) => {
  const sign = bits >>> 15 === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
});

/** @param {Arrays} arrays whose predictions are the bits of half floats */
export function halfLogits({ yTrue, yPred, classes }) {
  const row = new Float32Array(classes);
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    for (let k = 0; k < classes; k++) row[k] = halves[yPred[i * classes + k]];
    sum += softmaxLoss(row, 0, classes, yTrue[i]);
  }
  return sum / yTrue.length;
}
