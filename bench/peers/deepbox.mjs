// @ts-check
// Deepbox as a contestant: the losses of its neural networks.
import { readFileSync } from 'node:fs';
import { parameter, tensor } from 'deepbox/ndarray';
import * as nn from 'deepbox/nn';
import { serve } from '../contest/serve.mjs';

/** @param {import('../contest/serve.mjs').Asked} asked @returns {(y: any, p: any, reduction: 'mean' | 'none') => any} */
function lossOf({ task, delta }) {
  switch (task) {
    case 'squared':
      return (y, p, reduction) => nn.mseLoss(p, y, reduction);
    case 'absolute':
      return (y, p, reduction) => nn.maeLoss(p, y, reduction);
    case 'huber':
      return (y, p, reduction) => nn.huberLoss(p, y, delta, reduction);
    case 'binary':
      return (y, p, reduction) => nn.binaryCrossEntropyLoss(p, y, reduction);
    case 'binaryLogits':
      return (y, p) => nn.binaryCrossEntropyWithLogitsLoss(p, y);
    case 'sparseLogits':
      return (y, p) => nn.crossEntropyLoss(p, y);
  }
}

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/deepbox/package.json', import.meta.url), 'utf8'),
);
/** @param {any} loss */
const numberOf = (loss) => (typeof loss === 'number' ? loss : Number(loss.item()));

await serve({
  versions: { Deepbox: version, Node: process.versions.node },
  open: (asked, { yTrue, yPred }) => {
    const { task, verb, classes, type, place } = asked;
    if (verb === 'perSample' && task.endsWith('Logits')) return 'that loss is a mean';
    if (verb === 'valueAndGradient' && task === 'huber') return 'that loss has no gradient';
    const loss = lossOf(asked);
    const put = () => {
      const p = tensor(/** @type {any} */ (yPred), { dtype: type });
      return task === 'sparseLogits'
        ? [
            tensor(/** @type {any} */ (yTrue), { dtype: 'int32' }),
            p.reshape([yTrue.length, classes]),
          ]
        : [tensor(/** @type {any} */ (yTrue), { dtype: type }), p];
    };
    const resident = place === 'resident' ? put() : undefined;
    const arrays = () => resident ?? put();
    if (verb === 'mean') {
      const call = () => {
        const [y, p] = arrays();
        return numberOf(loss(y, p, 'mean'));
      };
      return { call, answer: () => ({ value: call() }) };
    }
    if (verb === 'perSample') {
      const call = () => {
        const [y, p] = arrays();
        return loss(y, p, 'none');
      };
      return { call, answer: () => ({ array: call().data.slice() }) };
    }
    const [y, p] = arrays();
    const labels = task === 'sparseLogits' ? y : parameter(y, { requiresGrad: false });
    const predictions = parameter(p);
    const compute = () => {
      predictions.zeroGrad();
      const value = loss(labels, predictions, 'mean');
      value.backward();
      return { value: numberOf(value.tensor ?? value), gradient: predictions.grad };
    };
    return {
      call: compute,
      answer: () => {
        const { value, gradient } = compute();
        return { value, array: /** @type {any} */ (gradient).data.slice() };
      },
    };
  },
});
