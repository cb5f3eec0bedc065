// @ts-check
// Who takes part in npm run bench:peers.
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Peer
 * @property {string} key
 * @property {string} label
 * @property {readonly string[]} command
 * @property {Readonly<Record<string, string>>} [env]
 * @property {'ours' | 'loop' | 'js' | 'wasm' | 'native'} kind what it runs as
 * @property {number} threads
 */

const node = process.execPath;
const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const peer = (/** @type {string} */ name) => file(`../peers/${name}`);
/** A newer Node, for those that ask for it. */
const node24 = peer('node_modules/node-24/bin/node');

/** The one that ratios are to. */
export const OURS = 'lossmeter';

/**
 * @param {string} python that has the libraries
 * @returns {readonly Peer[]}
 */
export function peersWith(python) {
  /** @param {string} library @param {number} threads */
  const native = (library, threads) => [python, file('../native.py'), library, String(threads)];
  // biome-ignore format: a table
  return [
    { key: OURS, label: 'lossmeter', command: [node, file('lossmeter.mjs'), 'auto'], kind: 'ours', threads: 1 },
    { key: 'lossmeter-js', label: 'lossmeter, JavaScript', command: [node, file('lossmeter.mjs'), 'js'], kind: 'ours', threads: 1 },
    { key: 'loop', label: 'the loop people write', command: [node, file('loop.mjs')], kind: 'loop', threads: 1 },
    { key: 'tfjs-wasm', label: 'TF.js, wasm', command: [node, peer('tfjs.mjs'), 'wasm'], kind: 'wasm', threads: 1 },
    { key: 'tfjs-cpu', label: 'TF.js, cpu', command: [node, peer('tfjs.mjs'), 'cpu'], kind: 'js', threads: 1 },
    { key: 'jax-js', label: 'jax-js, wasm', command: [node24, peer('jax.mjs')], kind: 'wasm', threads: 1 },
    { key: 'onnx-web', label: 'ONNX Runtime, web', command: [node, peer('onnx.mjs'), 'web', '1'], kind: 'wasm', threads: 1 },
    { key: 'onnx-node', label: 'ONNX Runtime, node', command: [node, peer('onnx.mjs'), 'node', '1'], kind: 'native', threads: 1 },
    { key: 'numpy-ts', label: 'numpy-ts', command: [node24, peer('numpy-ts.mjs')], kind: 'wasm', threads: 1 },
    { key: 'deepbox', label: 'Deepbox', command: [node24, peer('deepbox.mjs')], kind: 'js', threads: 1 },
    { key: 'simsimd', label: 'simsimd', command: [node, peer('distances.mjs'), 'simsimd'], kind: 'native', threads: 1 },
    { key: 'mljs', label: 'ml.js', command: [node, peer('distances.mjs'), 'mljs'], kind: 'js', threads: 1 },
    { key: 'stdlib', label: 'stdlib', command: [node, peer('distances.mjs'), 'stdlib'], kind: 'js', threads: 1 },
    { key: 'polars', label: 'Polars', command: [node, peer('polars.mjs')], env: { POLARS_MAX_THREADS: '1' }, kind: 'native', threads: 1 },
    { key: 'duckdb', label: 'DuckDB', command: [node, peer('duckdb.mjs')], kind: 'native', threads: 1 },
    { key: 'pytorch', label: 'PyTorch', command: native('torch', 1), kind: 'native', threads: 1 },
    { key: 'numpy', label: 'NumPy', command: native('numpy', 1), kind: 'native', threads: 1 },
    { key: 'sklearn', label: 'scikit-learn', command: native('sklearn', 1), kind: 'native', threads: 1 },
    { key: 'lossmeter-2', label: 'lossmeter, 2 threads', command: [node, file('lossmeter.mjs'), 'auto', '2'], kind: 'ours', threads: 2 },
    { key: 'pytorch-2', label: 'PyTorch, 2 threads', command: native('torch', 2), kind: 'native', threads: 2 },
    { key: 'onnx-node-2', label: 'ONNX Runtime, node, 2 threads', command: [node, peer('onnx.mjs'), 'node', '2'], kind: 'native', threads: 2 },
  ];
}
