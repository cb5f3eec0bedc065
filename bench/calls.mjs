// @ts-check
// The calls of the library that are measured: a loss, and a verb of it. Browsers import this, too.

/** @typedef {import('lossmeter').Engine} Engine */
/** @typedef {import('./cases.mjs').Case} Case */

/** @typedef {Engine['squaredError'] | Engine['binaryCrossEntropy'] | Engine['categoricalCrossEntropy'] | Engine['sparseCategoricalCrossEntropy']} AnyLoss */
/** @typedef {(engine: Engine) => AnyLoss} PickLoss */

/** @param {PickLoss} pick @returns {Case['call']} */
export const mean = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred }) => loss.mean(yTrue, yPred);
};

/** @param {PickLoss} pick @returns {Case['call']} */
export const weightedMean = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred, sampleWeight = [] }) => loss.mean(yTrue, yPred, { sampleWeight });
};

/** @param {PickLoss} pick @returns {Case['call']} */
export const perSample = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred, out }) => loss.perSample(yTrue, yPred, { out });
};

/** @param {PickLoss} pick @returns {Case['call']} */
export const valueAndGradient = (pick) => (engine) => {
  const loss = pick(engine);
  return ({ yTrue, yPred, out }) => loss.valueAndGradient(yTrue, yPred, { out });
};

/** About half of the prices' errors are larger. */
export const DELTA = 10;
/** Nine of ten are to be less. */
export const QUANTILE = 0.9;

/** @type {PickLoss} */
export const squared = (engine) => engine.squaredError;
/** @type {PickLoss} */
export const absolute = (engine) => engine.absoluteError;
/** @type {PickLoss} */
export const huber = (engine) => engine.huber.with({ delta: DELTA });
/** @type {PickLoss} */
export const quantile = (engine) => engine.quantile.with({ quantile: QUANTILE });
/** @type {PickLoss} */
export const binary = (engine) => engine.binaryCrossEntropy;
/** @type {PickLoss} */
export const binaryLogits = (engine) => engine.binaryCrossEntropy.with({ fromLogits: true });
/** @type {PickLoss} */
export const categorical10 = (engine) => engine.categoricalCrossEntropy.with({ classes: 10 });
/** @type {PickLoss} */
export const sparse = (engine) => engine.sparseCategoricalCrossEntropy;
/** @type {PickLoss} */
export const sparseLogits = (engine) =>
  engine.sparseCategoricalCrossEntropy.with({ fromLogits: true });
