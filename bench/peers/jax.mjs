// @ts-check
// jax-js as a contestant: its compiled functions, on WebAssembly.
import { readFileSync } from 'node:fs';
import { defaultDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { serve } from '../contest/serve.mjs';

await init('wasm');
defaultDevice('wasm');

/** @param {import('../contest/serve.mjs').Asked} asked @returns {(y: any, p: any) => any} each sample's loss */
function lossOf({ task, delta, classes }) {
  switch (task) {
    case 'squared':
      return (y, p) => np.square(p.sub(y));
    case 'absolute':
      return (y, p) => np.abs(p.sub(y));
    case 'huber':
      return (y, p) => {
        const d = np.abs(p.sub(y));
        return np.where(
          np.lessEqual(d.ref, delta),
          np.square(d.ref).mul(0.5),
          d.sub(0.5 * delta).mul(delta),
        );
      };
    case 'binary':
      return (y, p) =>
        np.negative(y.ref.mul(np.log(p.ref)).add(np.subtract(1, y).mul(np.log(np.subtract(1, p)))));
    case 'binaryLogits':
      return (y, z) =>
        np
          .maximum(z.ref, 0)
          .sub(z.ref.mul(y))
          .add(np.log1p(np.exp(np.negative(np.abs(z)))));
    case 'sparseLogits':
      return (y, z) => {
        const chosen = nn.oneHot(y, classes).astype(z.dtype).mul(z.ref).sum(-1);
        return nn.logsumexp(z, -1).sub(chosen);
      };
  }
}

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'),
);

await serve({
  versions: { 'jax-js': version, Node: process.versions.node },
  open: (asked, { yTrue, yPred }) => {
    const { task, verb, classes, type, place } = asked;
    const each = lossOf(asked);
    const dtype = type === 'float32' ? np.float32 : np.float64;
    const put = () => {
      const p = np.array(/** @type {any} */ (yPred), { dtype });
      return task === 'sparseLogits'
        ? [np.array(/** @type {any} */ (yTrue), { dtype: np.int32 }), p.reshape([-1, classes])]
        : [np.array(/** @type {any} */ (yTrue), { dtype }), p];
    };
    const resident = place === 'resident' ? put() : undefined;
    const arrays = () => resident?.map((array) => array.ref) ?? put();
    const close = () => {
      for (const array of resident ?? []) array.dispose();
    };
    /** @param {any} y @param {any} p */
    const mean = (y, p) => np.mean(each(y, p));

    if (verb === 'mean') {
      const compiled = jit(mean);
      const call = () => {
        const [y, p] = arrays();
        return compiled(y, p).dataSync()[0];
      };
      return { call, answer: () => ({ value: call() }), close };
    }
    if (verb === 'perSample') {
      const compiled = jit(each);
      const compute = () => {
        const [y, p] = arrays();
        return compiled(y, p);
      };
      return {
        call: async () => (await compute().blockUntilReady()).dispose(),
        answer: () => ({ array: compute().dataSync() }),
        close,
      };
    }
    const compiled = jit((/** @type {any} */ y, /** @type {any} */ p) =>
      valueAndGrad((/** @type {any} */ x) => mean(y, x))(p),
    );
    const compute = () => {
      const [y, p] = arrays();
      return /** @type {any[]} */ (compiled(y, p));
    };
    return {
      call: async () => {
        const [value, gradient] = compute();
        (await gradient.blockUntilReady()).dispose();
        return value.dataSync()[0];
      },
      answer: () => {
        const [value, gradient] = compute();
        return { value: value.dataSync()[0], array: gradient.dataSync() };
      },
      close,
    };
  },
});
