// @ts-check
// The numbers that are measured: made by a generator with a fixed seed, so the same on every machine.

/** @typedef {Float32ArrayConstructor | Float64ArrayConstructor} Floats */
/** @typedef {Float32Array | Float64Array | Int32Array | Uint8Array} Values */

/**
 * The arguments of a loss: every array in here is read. `classes` is how many elements of yPred
 * make a sample.
 *
 * @typedef {object} Arrays
 * @property {Values} yTrue
 * @property {Float32Array | Float64Array} yPred
 * @property {number} classes
 * @property {Float32Array | Float64Array} [sampleWeight]
 */

/**
 * Makes about n elements of yPred, and what belongs to them.
 *
 * @typedef {(n: number, Floats: Floats) => Arrays} Data
 */

/**
 * @param {Arrays} arrays
 * @returns {[string, Values][]} the arrays by their names
 */
export function arraysOf(arrays) {
  const entries = Object.entries(arrays).filter(
    ([, value]) => ArrayBuffer.isView(value) || Array.isArray(value),
  );
  return /** @type {[string, Values][]} */ (entries);
}

/** Uniform numbers in [0, 1) with all 53 bits, by sfc32, always the same ones. */
export function uniform() {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const bits = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let i = 0; i < 16; i++) bits();
  return () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

/**
 * @param {(u: () => number) => readonly [y: number, p: number]} pair
 * @returns {Data}
 */
function pairs(pair) {
  return (n, Floats) => {
    const u = uniform();
    const yTrue = new Floats(n);
    const yPred = new Floats(n);
    for (let i = 0; i < n; i++) [yTrue[i], yPred[i]] = pair(u);
    return { yTrue, yPred, classes: 1 };
  };
}

/** Prices from 50 to 500, predicted to within 20. */
export const prices = pairs((u) => {
  const y = 50 + 450 * u();
  return [y, y + 40 * u() - 20];
});

/** The same data with weights from 0.5 to 1.5. @param {Data} data @returns {Data} */
function weighted(data) {
  return (n, Floats) => {
    const u = uniform();
    const sampleWeight = new Floats(n);
    for (let i = 0; i < n; i++) sampleWeight[i] = 0.5 + u();
    return { ...data(n, Floats), sampleWeight };
  };
}

/** Every prediction off by 99.95: a sum in float32 then loses the same part of each term. */
export const sameErrors = pairs(() => [0, 99.95]);

export const weightedPrices = weighted(prices);

/** Labels 0 and 1, and probabilities that are right on average. */
export const labels = pairs((u) => {
  const p = 0.001 + 0.998 * u();
  return [u() < p ? 1 : 0, p];
});

export const weightedLabels = weighted(labels);

/** Labels 0 and 1, and logits in ±8 that are right on average. */
export const logits = pairs((u) => {
  const z = 16 * u() - 8;
  return [u() < 1 / (1 + Math.exp(-z)) ? 1 : 0, z];
});

/** Labels anywhere from 0 to 1. */
export const softLabels = pairs((u) => [u(), 0.001 + 0.998 * u()]);

/** A well-trained model: off by 1e-6 to 1e-2, so that losses are about 1e-3. */
export const smallLosses = pairs((u) => {
  const miss = 10 ** (-6 + 4 * u());
  return u() < 0.5 ? [0, miss] : [1, 1 - miss];
});

/**
 * Rows of probabilities, the softmax of random numbers, with the index of the true class.
 *
 * @param {number} classes
 * @returns {Data}
 */
export function rows(classes) {
  return (n, Floats) => {
    const u = uniform();
    const samples = Math.max(1, Math.round(n / classes));
    const yTrue = new Int32Array(samples);
    const yPred = new Floats(samples * classes);
    const row = new Float64Array(classes);
    for (let i = 0; i < samples; i++) {
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += row[k] = Math.exp(6 * u());
      for (let k = 0; k < classes; k++)
        yPred[i * classes + k] = /** @type {number} */ (row[k]) / sum;
      yTrue[i] = Math.floor(classes * u());
    }
    return { yTrue, yPred, classes };
  };
}

/**
 * Rows of logits in ±5, with the index of the true class.
 *
 * @param {number} classes
 * @returns {Data}
 */
export function logitRows(classes) {
  return (n, Floats) => {
    const u = uniform();
    const samples = Math.max(1, Math.round(n / classes));
    const yTrue = new Int32Array(samples);
    const yPred = new Floats(samples * classes);
    for (let i = 0; i < yPred.length; i++) yPred[i] = 10 * u() - 5;
    for (let i = 0; i < samples; i++) yTrue[i] = Math.floor(classes * u());
    return { yTrue, yPred, classes };
  };
}

/**
 * Rows of probabilities with one-hot labels.
 *
 * @param {number} classes
 * @returns {Data}
 */
export function oneHotRows(classes) {
  return (n, Floats) => {
    const { yTrue: labels, yPred } = rows(classes)(n, Floats);
    const yTrue = new Floats(yPred.length);
    for (const [i, label] of labels.entries()) yTrue[i * classes + label] = 1;
    return { yTrue, yPred, classes };
  };
}

/** Rows of logits, of which every tenth label is one to ignore. @param {number} classes @param {number} ignored @returns {Data} */
export function ignoringRows(classes, ignored) {
  return (n, Floats) => {
    const arrays = logitRows(classes)(n, Floats);
    for (let i = 5; i < arrays.yTrue.length; i += 10) arrays.yTrue[i] = ignored;
    return arrays;
  };
}

/** Labels 0 and 1 as bytes. @type {Data} */
export const byteLabels = (n, Floats) => {
  const { yTrue, ...others } = labels(n, Floats);
  return { ...others, yTrue: Uint8Array.from(yTrue) };
};

/** Labels in float64 where predictions are float32, and the other way around. @param {Data} data @returns {Data} */
export function otherFloats(data) {
  return (n, Floats) => {
    const { yTrue, ...others } = data(n, Floats);
    const Other = Floats === Float32Array ? Float64Array : Float32Array;
    return { ...others, yTrue: new Other(yTrue) };
  };
}

/** Ordinary arrays of the same numbers. @param {Data} data @returns {Data} */
export function asNumbers(data) {
  return (n, Floats) => {
    const { yTrue, yPred, classes } = data(n, Floats);
    return /** @type {any} */ ({ yTrue: [...yTrue], yPred: [...yPred], classes });
  };
}

/** Labels as int64. @param {Data} data @returns {Data} */
export function bigintLabels(data) {
  return (n, Floats) => {
    const arrays = data(n, Floats);
    return { ...arrays, yTrue: /** @type {any} */ (BigInt64Array.from(arrays.yTrue, BigInt)) };
  };
}

/** Rows of logits in ±5 as the bits of half floats, whole sixteenths, and so exact. @param {number} classes @returns {Data} */
export function halfLogitRows(classes) {
  return (n, Floats) => {
    const arrays = logitRows(classes)(n, Floats);
    const yPred = Uint16Array.from(arrays.yPred, (z) => halfBits(Math.round(16 * z) / 16));
    return { ...arrays, yPred: /** @type {any} */ (yPred) };
  };
}

/** Of a half float that is not subnormal, or 0. @param {number} x */
function halfBits(x) {
  if (x === 0) return 0;
  const size = Math.abs(x);
  const exponent = Math.floor(Math.log2(size));
  return ((x < 0 ? 1 : 0) << 15) | ((exponent + 15) << 10) | (1024 * (size / 2 ** exponent - 1));
}
