// @ts-check
// Arrays in files, from which every process takes the same bits.
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arraysOf } from '../data.mjs';

/** @typedef {Readonly<Record<string, { file: string, type: ElementType, length: number }>>} Files by the arrays' names */
/** @typedef {keyof typeof types} ElementType */

/** @type {string | undefined} */
let folder;

/** Of this process, as long as it lives. @param {string} name */
export function temporary(name) {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'lossmeter-'));
    process.once('exit', () => rmSync(made, { recursive: true }));
    folder = made;
  }
  return join(folder, name);
}

const types = /** @type {const} */ ({
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
});

/** @param {import('../data.mjs').Values} values @returns {ElementType} */
function typeOf(values) {
  if (values instanceof Float32Array) return 'float32';
  return values instanceof Float64Array ? 'float64' : 'int32';
}

/**
 * Writes arrays, and those of many samples as the same ones again and again.
 *
 * @param {import('../data.mjs').Arrays} arrays
 * @param {number} samples
 * @returns {Files}
 */
export function write(arrays, samples) {
  const distinct = arrays.yPred.length / arrays.classes;
  const entries = arraysOf(arrays).map(([name, values]) => {
    const file = temporary(name);
    const length = samples * (values.length / distinct);
    const to = openSync(file, 'w');
    for (let from = 0; from < length; from += values.length) {
      const { buffer, byteOffset, BYTES_PER_ELEMENT } = values;
      const part = Math.min(values.length, length - from);
      writeSync(to, new Uint8Array(buffer, byteOffset, part * BYTES_PER_ELEMENT));
    }
    closeSync(to);
    return [name, { file, type: typeOf(values), length }];
  });
  return Object.fromEntries(entries);
}

/**
 * The arrays of files, each in memory of its own.
 *
 * @param {Files} files
 * @returns {Record<string, import('../data.mjs').Values>}
 */
export function read(files) {
  return Object.fromEntries(
    Object.entries(files).map(([name, { file, type, length }]) => {
      const values = new types[type](length);
      const from = openSync(file, 'r');
      // A read of 2 GiB and more is cut short.
      for (let at = 0; at < values.byteLength; ) {
        const most = Math.min(values.byteLength - at, 2 ** 30);
        at += readSync(from, values, at, most, at);
      }
      closeSync(from);
      return [name, values];
    }),
  );
}

/** The bytes of one file as float64 or float32. @param {string} file @param {'float32' | 'float64'} type */
export function readOne(file, type) {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  const bytes = buffer.slice(byteOffset, byteOffset + byteLength);
  return type === 'float32' ? new Float32Array(bytes) : new Float64Array(bytes);
}
