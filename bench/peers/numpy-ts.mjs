// @ts-check
// numpy-ts as a contestant.
import { readFileSync } from 'node:fs';
import * as np from 'numpy-ts';
import { serve } from '../contest/serve.mjs';

/**
 * Frees what is made on the way to a result, as its documentation asks of loops.
 *
 * @param {(keep: (array: any) => any) => any} compute
 */
function freeing(compute) {
  /** @type {any[]} */
  const made = [];
  const result = compute((array) => {
    made.push(array);
    return array;
  });
  for (const array of made) array.dispose?.();
  return result;
}

/** @param {import('../contest/serve.mjs').Asked} asked @returns {(y: any, p: any, keep: (array: any) => any) => any} each sample's loss */
function lossOf({ task, delta }) {
  switch (task) {
    case 'squared':
      return (y, p, keep) => keep(np.square(keep(np.subtract(p, y))));
    case 'absolute':
      return (y, p, keep) => keep(np.absolute(keep(np.subtract(p, y))));
    case 'huber':
      return (y, p, keep) => {
        const d = keep(np.absolute(keep(np.subtract(p, y))));
        const parabola = keep(np.multiply(keep(np.square(d)), 0.5));
        const line = keep(np.multiply(keep(np.subtract(d, 0.5 * delta)), delta));
        return keep(np.where(keep(np.less_equal(d, delta)), parabola, line));
      };
    case 'binary':
      return (y, p, keep) => {
        const one = keep(np.multiply(y, keep(np.log(p))));
        const not = keep(np.add(keep(np.negative(y)), 1));
        const miss = keep(np.add(keep(np.negative(p)), 1));
        const zero = keep(np.multiply(not, keep(np.log(miss))));
        return keep(np.negative(keep(np.add(one, zero))));
      };
    case 'binaryLogits':
      return (y, z, keep) => {
        const exps = keep(np.exp(keep(np.negative(keep(np.absolute(z))))));
        const line = keep(np.subtract(keep(np.maximum(z, 0)), keep(np.multiply(z, y))));
        return keep(np.add(line, keep(np.log1p(exps))));
      };
    case 'sparseLogits':
      return (y, z, keep) => {
        const shifted = keep(np.subtract(z, keep(np.max(z, 1, true))));
        const sums = keep(np.log(keep(np.sum(keep(np.exp(shifted)), 1))));
        const chosen = keep(np.take_along_axis(shifted, y, 1));
        return keep(np.subtract(sums, keep(np.reshape(chosen, [-1]))));
      };
  }
}

const { version } = JSON.parse(
  readFileSync(new URL('node_modules/numpy-ts/package.json', import.meta.url), 'utf8'),
);

await serve({
  versions: { 'numpy-ts': version, Node: process.versions.node },
  open: (asked, { yTrue, yPred }) => {
    const { task, verb, classes, type, place } = asked;
    if (verb === 'valueAndGradient') return 'it has no gradients';
    const each = lossOf(asked);
    const put = (/** @type {any} */ keep) => {
      const p = keep(np.array(/** @type {any} */ (yPred), type));
      if (task !== 'sparseLogits') return [keep(np.array(/** @type {any} */ (yTrue), type)), p];
      const y = keep(np.array(/** @type {any} */ (yTrue), 'int32'));
      return [keep(np.reshape(y, [-1, 1])), keep(np.reshape(p, [-1, classes]))];
    };
    const resident = place === 'resident' ? put((/** @type {any} */ array) => array) : undefined;
    /** @param {(losses: any, keep: (array: any) => any) => any} use */
    const compute = (use) =>
      freeing((keep) => {
        const [y, p] = resident ?? put(keep);
        return use(each(y, p, keep), keep);
      });
    if (verb === 'mean') {
      const call = () => compute((losses) => Number(np.mean(losses)));
      return { call, answer: () => ({ value: call() }) };
    }
    return {
      call: () => compute(() => undefined),
      answer: () => ({ array: compute((losses) => losses.data.slice()) }),
    };
  },
});
