// @ts-check
// The loops people write for a loss and its gradient.

/** @typedef {import('./loops.mjs').ArraysAndOut} ArraysAndOut */

/** @param {ArraysAndOut} arrays */
export function absoluteGradient({ yTrue, yPred, out }) {
  const n = yTrue.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const d = yPred[i] - yTrue[i];
    sum += Math.abs(d);
    out[i] = Math.sign(d) / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {number} delta */
export function huberGradient(delta) {
  return (/** @type {ArraysAndOut} */ { yTrue, yPred, out }) => {
    const n = yTrue.length;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const d = yPred[i] - yTrue[i];
      const size = Math.abs(d);
      sum += size <= delta ? 0.5 * d * d : delta * (size - 0.5 * delta);
      out[i] = Math.max(-delta, Math.min(d, delta)) / n;
    }
    return { value: sum / n, gradient: out };
  };
}

/** @param {number} q */
export function quantileGradient(q) {
  return (/** @type {ArraysAndOut} */ { yTrue, yPred, out }) => {
    const n = yTrue.length;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const d = yTrue[i] - yPred[i];
      sum += d >= 0 ? q * d : (q - 1) * d;
      out[i] = d > 0 ? -q / n : d < 0 ? (1 - q) / n : 0;
    }
    return { value: sum / n, gradient: out };
  };
}

/** @param {ArraysAndOut} arrays */
export function binaryGradient({ yTrue, yPred, out }) {
  const n = yTrue.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const y = yTrue[i];
    const p = yPred[i];
    sum -= y * Math.log(p) + (1 - y) * Math.log(1 - p);
    out[i] = (p - y) / (p * (1 - p)) / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {ArraysAndOut} arrays */
export function binaryLogitsGradient({ yTrue, yPred, out }) {
  const n = yTrue.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const z = yPred[i];
    sum += Math.max(z, 0) - z * yTrue[i] + Math.log1p(Math.exp(-Math.abs(z)));
    out[i] = (1 / (1 + Math.exp(-z)) - yTrue[i]) / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {ArraysAndOut} arrays */
export function categoricalGradient({ yTrue, yPred, classes, out }) {
  const n = yTrue.length / classes;
  let sum = 0;
  for (let i = 0; i < yTrue.length; i++) {
    if (yTrue[i] !== 0) sum -= yTrue[i] * Math.log(yPred[i]);
    out[i] = yTrue[i] === 0 ? 0 : -yTrue[i] / yPred[i] / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {ArraysAndOut} arrays */
export function sparseGradient({ yTrue, yPred, classes, out }) {
  const n = yTrue.length;
  let sum = 0;
  out.fill(0);
  for (let i = 0; i < n; i++) {
    const at = i * classes + yTrue[i];
    sum -= Math.log(yPred[at]);
    out[at] = -1 / yPred[at] / n;
  }
  return { value: sum / n, gradient: out };
}

/** @param {ArraysAndOut} arrays */
export function sparseLogitsGradient({ yTrue, yPred, classes, out }) {
  const n = yTrue.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const from = i * classes;
    let most = -Infinity;
    for (let k = 0; k < classes; k++) most = Math.max(most, yPred[from + k]);
    let exps = 0;
    for (let k = 0; k < classes; k++) exps += Math.exp(yPred[from + k] - most);
    for (let k = 0; k < classes; k++) out[from + k] = Math.exp(yPred[from + k] - most) / exps / n;
    const at = from + yTrue[i];
    out[at] -= 1 / n;
    sum += Math.log(exps) + most - yPred[at];
  }
  return { value: sum / n, gradient: out };
}
