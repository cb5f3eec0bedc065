// @ts-check
// node distances.mjs LIBRARY: simsimd, ml.js or stdlib as a contestant. They read ordinary arrays where they lie.
import { readFileSync } from 'node:fs';
import { serve } from '../contest/serve.mjs';

/** @typedef {(y: any, p: any) => number} Mean */

/** @type {Readonly<Record<string, { name: string, folder: string, means: () => Promise<Partial<Record<import('../contest/rows.mjs').Task, Mean>>> }>>} */
const libraries = {
  simsimd: {
    name: 'simsimd',
    folder: 'simsimd',
    means: async () => {
      const { sqeuclidean } = await import('simsimd');
      return { squared: (y, p) => sqeuclidean(y, p) / y.length };
    },
  },
  mljs: {
    name: 'ml-distance',
    folder: 'ml-distance',
    means: async () => {
      const { distance } = await import('ml-distance');
      return {
        squared: (y, p) => distance.squaredEuclidean(y, p) / y.length,
        absolute: (y, p) => distance.manhattan(y, p) / y.length,
      };
    },
  },
  stdlib: {
    name: '@stdlib/stats-incr-mse, -mae',
    folder: '@stdlib/stats-incr-mse',
    means: async () => {
      const { default: incrmse } = await import('@stdlib/stats-incr-mse');
      const { default: incrmae } = await import('@stdlib/stats-incr-mae');
      /** @param {() => (y?: number, p?: number) => number} accumulator @returns {Mean} */
      const meanOf = (accumulator) => (y, p) => {
        const add = accumulator();
        for (let i = 0; i < y.length; i++) add(y[i], p[i]);
        return add();
      };
      return { squared: meanOf(incrmse), absolute: meanOf(incrmae) };
    },
  },
};

const { name, folder, means } = libraries[process.argv[2]];
const { version } = JSON.parse(
  readFileSync(new URL(`node_modules/${folder}/package.json`, import.meta.url), 'utf8'),
);
const byTask = await means();

await serve({
  versions: { [name]: version, Node: process.versions.node },
  open: ({ task, verb }, { yTrue, yPred }) => {
    const mean = byTask[task];
    if (mean === undefined) return 'it has no such function';
    if (verb !== 'mean') return 'it has the sum or the mean alone';
    const call = () => mean(yTrue, yPred);
    return { call, answer: () => ({ value: call() }) };
  },
});
