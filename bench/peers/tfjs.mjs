// @ts-check
// node tfjs.mjs BACKEND: TensorFlow.js as a contestant.
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { serve } from '../contest/serve.mjs';

const [backend] = process.argv.slice(2);
await tf.setBackend(backend);
await tf.ready();

/** @param {import('../contest/serve.mjs').Asked} asked @param {tf.Reduction} reduction @returns {(y: tf.Tensor, p: tf.Tensor) => tf.Tensor} */
function lossOf({ task, delta }, reduction) {
  const { losses } = tf;
  switch (task) {
    case 'squared':
      return (y, p) => losses.meanSquaredError(y, p, undefined, reduction);
    case 'absolute':
      return (y, p) => losses.absoluteDifference(y, p, undefined, reduction);
    case 'huber':
      return (y, p) => losses.huberLoss(y, p, undefined, delta, reduction);
    case 'binary':
      return (y, p) => losses.logLoss(y, p, undefined, undefined, reduction);
    case 'binaryLogits':
      return (y, p) => losses.sigmoidCrossEntropy(y, p, undefined, 0, reduction);
    case 'sparseLogits':
      return (y, p) => losses.softmaxCrossEntropy(y, p, undefined, 0, reduction);
  }
}

await serve({
  versions: { 'TF.js': tf.version.tfjs, Node: process.versions.node },
  open: (asked, { yTrue, yPred }) => {
    const { task, verb, classes, type, place } = asked;
    if (type === 'float64') return 'it has no float64';
    const place_ = () => {
      if (task === 'sparseLogits') {
        const rows = yTrue.length;
        return [
          tf.oneHot(tf.tensor1d(/** @type {Int32Array} */ (yTrue), 'int32'), classes),
          tf.tensor2d(/** @type {Float32Array} */ (yPred), [rows, classes]),
        ];
      }
      return [tf.tensor1d(/** @type {any} */ (yTrue)), tf.tensor1d(/** @type {any} */ (yPred))];
    };
    const resident = place === 'resident' ? place_() : undefined;
    const arrays = () => resident ?? place_();
    const close = () => tf.dispose(resident ?? []);

    const mean = lossOf(asked, tf.Reduction.SUM_BY_NONZERO_WEIGHTS);
    if (verb === 'mean') {
      const call = () =>
        tf.tidy(() => {
          const [y, p] = arrays();
          return mean(y, p).dataSync()[0];
        });
      return { call, answer: () => ({ value: call() }), close };
    }
    if (verb === 'perSample') {
      const each = lossOf(asked, tf.Reduction.NONE);
      /** @param {(losses: tf.Tensor) => any} use */
      const compute = (use) =>
        tf.tidy(() => {
          const [y, p] = arrays();
          return use(each(y, p));
        });
      return {
        call: () => compute(() => undefined),
        answer: () => ({ array: compute((losses) => losses.dataSync()) }),
        close,
      };
    }
    /** @param {(value: tf.Scalar, gradient: tf.Tensor) => any} use */
    const compute = (use) =>
      tf.tidy(() => {
        const [y, p] = arrays();
        const { value, grad } = tf.valueAndGrad((/** @type {tf.Tensor} */ x) => mean(y, x))(p);
        return use(value, grad);
      });
    return {
      call: () => compute((value) => value.dataSync()[0]),
      answer: () =>
        compute((value, gradient) => ({ value: value.dataSync()[0], array: gradient.dataSync() })),
      close,
    };
  },
});
