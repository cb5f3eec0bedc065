// @ts-check
// The loops people write: each a textbook's formula, with Math.log.

/** @typedef {import('./data.mjs').Arrays} Arrays */
/** @typedef {Arrays & { out: Float32Array | Float64Array }} ArraysAndOut */

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
