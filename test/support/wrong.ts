// Values of every kind that JavaScript has, none of which is an array of numbers.
import { runInNewContext } from 'node:vm';
import { float16 } from '../../src/index.js';

export interface Wrong {
  readonly name: string;
  /** A new one, as long as n where it has a length. */
  readonly make: (n: number) => unknown;
}

/** An array that says it has another length. */
function lengthened(length: unknown): unknown {
  return new Proxy([], {
    get: (target, key, receiver): unknown =>
      key === 'length' ? length : Reflect.get(target, key, receiver),
  });
}

/** An array of numbers but for its last element. */
function endingIn(value: unknown, n: number): unknown[] {
  return [...Array<unknown>(n - 1).fill(0), value];
}

function detached(n: number): Float64Array {
  const values = new Float64Array(n);
  structuredClone(values.buffer, { transfer: [values.buffer] });
  return values;
}

function outOfBounds(n: number): Float64Array {
  const buffer = new ArrayBuffer(8 * n, { maxByteLength: 8 * n });
  const values = new Float64Array(buffer, 0, n);
  buffer.resize(0);
  return values;
}

const foreign = (code: string): unknown => runInNewContext(code) as unknown;

/** What no argument, and hardly an option, can be. */
export const wrongKinds: readonly Wrong[] = [
  { name: 'null', make: () => null },
  { name: 'a bigint', make: () => 1n },
  { name: 'a symbol', make: () => Symbol('wrong') },
  { name: 'a string', make: () => 'wrong' },
  { name: 'a String', make: () => new String('wrong') },
  { name: 'a Number', make: () => new Number(1) },
  { name: 'an arrow function', make: () => () => [0] },
  { name: 'a class', make: () => class Wrong {} },
  { name: 'a Date', make: () => new Date(0) },
  { name: 'a RegExp', make: () => /wrong/ },
  { name: 'a Promise', make: () => Promise.resolve([0]) },
  { name: 'an Error', make: () => new Error('wrong') },
  { name: 'a Map', make: () => new Map([[0, 0]]) },
  { name: 'a Set', make: () => new Set([0]) },
  { name: 'a WeakRef', make: () => new WeakRef({}) },
  { name: 'a generator', make: () => (function* () {})() },
  { name: 'an ArrayBuffer', make: (n) => new ArrayBuffer(8 * n) },
  { name: 'a SharedArrayBuffer', make: (n) => new SharedArrayBuffer(8 * n) },
  { name: 'a DataView', make: (n) => new DataView(new ArrayBuffer(8 * n)) },
  {
    name: 'what only inherits from Float64Array',
    make: () => Object.create(Float64Array.prototype),
  },
  { name: 'a prototype of typed arrays', make: () => Float32Array.prototype },
  { name: 'what looks like an array', make: (n) => ({ length: n, 0: 0, 1: 0 }) },
  {
    name: 'an object that cannot be a number',
    make: () => ({ [Symbol.toPrimitive]: fail, valueOf: fail, toString: fail }),
  },
  { name: 'a proxy of an object', make: () => new Proxy(new Map(), {}) },
  { name: 'a proxy of a typed array', make: (n) => new Proxy(new Float64Array(n), {}) },
  { name: 'a proxy of a function', make: () => new Proxy(fail, {}) },
  {
    name: 'another realm’s DataView',
    make: (n) => foreign(`new DataView(new ArrayBuffer(${8 * n}))`),
  },
  { name: 'another realm’s function', make: () => foreign('() => [0]') },
  { name: 'an array of arrays', make: (n) => Array(n).fill([0]) },
  { name: 'an array that ends in undefined', make: (n) => endingIn(undefined, n) },
  { name: 'an array that ends in null', make: (n) => endingIn(null, n) },
  { name: 'an array that ends in a symbol', make: (n) => endingIn(Symbol('wrong'), n) },
  { name: 'an array that ends in a string', make: (n) => endingIn('0', n) },
  { name: 'an array that ends in a Number', make: (n) => endingIn(new Number(0), n) },
  { name: 'an array that ends in a function', make: (n) => endingIn(fail, n) },
  { name: 'an array of holes', make: (n) => Array(n) },
  { name: 'another realm’s array of strings', make: (n) => foreign(`Array(${n}).fill('0')`) },
  ...[-1, 1.5, NaN, Infinity, -0.5, 2 ** 52, 2 ** 53, '3', null, 1n, Symbol('wrong'), {}].map(
    (length) => ({
      name: `an array whose length is ${describeLength(length)}`,
      make: () => lengthened(length),
    }),
  ),
  { name: 'a detached Float64Array', make: detached },
  { name: 'a Float64Array out of its buffer’s bounds', make: outOfBounds },
];

/** Arrays of other than numbers, which losses take all the same. */
const arraysOfOthers: readonly Wrong[] = [
  { name: 'a BigInt64Array', make: (n) => new BigInt64Array(n) },
  { name: 'another realm’s BigUint64Array', make: (n) => foreign(`new BigUint64Array(${n})`) },
  { name: 'half floats', make: (n) => float16(new Uint16Array(n)) },
  { name: 'an array that ends in a bigint', make: (n) => endingIn(1n, n) },
  { name: 'an array that ends in a boolean', make: (n) => endingIn(true, n) },
];

export const OTHERS: readonly string[] = arraysOfOthers.map(({ name }) => name);

/** What may be an option. */
export const wrongValues: readonly Wrong[] = [
  ...wrongKinds,
  ...arraysOfOthers,
  ...[0, -0, 1, -1, 0.25, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, 1e300].map((value) => ({
    name: Object.is(value, -0) ? '-0' : String(value),
    make: () => value,
  })),
  { name: 'true', make: () => true },
  { name: 'false', make: () => false },
  { name: 'an empty string', make: () => '' },
  { name: 'an empty array', make: () => [] },
  { name: 'an array of −1', make: (n) => Array(n).fill(-1) },
  { name: 'an Int8Array of −1', make: (n) => new Int8Array(n).fill(-1) },
  { name: 'a Float32Array of NaN', make: (n) => new Float32Array(n).fill(NaN) },
  { name: 'a Float64Array that is too long', make: (n) => new Float64Array(n + 1) },
];

function fail(): never {
  throw new Error('this is not to be called');
}

function describeLength(length: unknown): string {
  return typeof length === 'object' && length !== null ? 'an object' : String(length);
}

/** What user code throws. */
export class Mine extends Error {}

export interface Thrower {
  readonly name: string;
  readonly make: (n: number, thrown: Error) => unknown;
}

function throwing(thrown: Error): () => never {
  return () => {
    throw thrown;
  };
}

/** Arrays that throw when they are read. */
export const throwingArrays: readonly Thrower[] = [
  {
    name: 'a getter of an element',
    make: (n, thrown) => Object.defineProperty(Array(n).fill(0), n - 1, { get: throwing(thrown) }),
  },
  {
    name: 'a proxy',
    make: (n, thrown) => new Proxy(Array(n).fill(0), { get: throwing(thrown) }),
  },
  {
    name: 'a proxy, at an element',
    make: (n, thrown) =>
      new Proxy(Array<number>(n).fill(0), {
        get: (target, key, receiver): unknown =>
          key === String(n - 1) ? throwing(thrown)() : Reflect.get(target, key, receiver),
      }),
  },
];

/** Options that throw when they are looked at. */
export function throwingOptions(names: readonly string[]): readonly Thrower[] {
  return [
    ...names.map((name) => ({
      name: `a getter of ${name}`,
      make: (_: number, thrown: Error) =>
        Object.defineProperty({}, name, { enumerable: true, get: throwing(thrown) }),
    })),
    ...(['ownKeys', 'get'] as const).map((trap) => ({
      name: `a proxy, by its ${trap}`,
      make: (_: number, thrown: Error) =>
        new Proxy(Object.fromEntries(names.map((name) => [name, undefined])), {
          [trap]: throwing(thrown),
        }),
    })),
  ];
}
