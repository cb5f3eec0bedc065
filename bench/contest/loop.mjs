// @ts-check
// The loop people write, as a contestant.
import * as loops from '../loops.mjs';
import { serve } from './serve.mjs';

/** @type {Readonly<Record<import('./rows.mjs').Verb, (delta: number) => Partial<Record<import('./rows.mjs').Task, (arrays: any) => any>>>>} */
const byVerb = {
  mean: (delta) => ({
    squared: loops.squaredMean,
    absolute: loops.absoluteMean,
    huber: loops.huberMean(delta),
    binary: loops.binaryMean,
    binaryLogits: loops.binaryLogitsMean,
    sparseLogits: loops.sparseLogitsMean,
  }),
  perSample: () => ({ squared: loops.squaredPerSample, binary: loops.binaryPerSample }),
  valueAndGradient: () => ({ squared: loops.squaredValueAndGradient }),
};

await serve({
  versions: { Node: process.versions.node },
  open: ({ task, verb, classes, delta }, read) => {
    const loop = byVerb[verb](delta)[task];
    if (loop === undefined) return 'nobody has written it';
    const Floats = /** @type {any} */ (read.yPred.constructor);
    const length = verb === 'perSample' ? read.yPred.length / classes : read.yPred.length;
    const arrays = { ...read, classes, out: verb === 'mean' ? undefined : new Floats(length) };
    const call = () => loop(arrays);
    return {
      call,
      answer: () => {
        const given = call();
        if (typeof given === 'number') return { value: given };
        return 'gradient' in given
          ? { value: given.value, array: given.gradient }
          : { array: given };
      },
    };
  },
});
