// The WebAssembly modules: that they have the kernels whose twins JavaScript has, and are what runs.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BLOCK, type Block } from '../src/block.js';
import { createArena, createEngine, type Engine } from '../src/index.js';
import * as kernels from '../src/kernels.js';
import { BoundKernels } from '../src/wasm/bound.js';
import * as bytes from '../src/wasm/bytes.js';
import { PRED, RESERVED_PAGES, SCRATCH, TOTAL, TRUE } from '../src/wasm/layout.js';
import { compileKernels } from '../src/wasm/module.js';

const { digest: _, ...embedded } = bytes;
const modules = Object.entries(embedded).map(([name, hex]) => ({
  name: name.replace('Hex', ''),
  hex,
}));
const groups = Object.values(kernels);

const functionsOf = (module: WebAssembly.Module): string[] =>
  WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name)
    .sort();

const built = (name: string) => readFileSync(new URL(`../build/${name}.wasm`, import.meta.url));

/** What its twins say that a module has. (Conversions have none: JavaScript converts as it copies.) */
const expectedOf = (hex: string): string[] =>
  groups
    .filter(({ module }) => module === hex)
    .flatMap(({ name, f32, f64 }) => [
      ...Object.keys(f32).map((kernel) => `${name}_${kernel}_f32`),
      ...Object.keys(f64).map((kernel) => `${name}_${kernel}_f64`),
    ])
    .sort();

describe.each(modules)('the module $name', ({ name, hex }) => {
  const module = compileKernels(hex);

  it('has the kernels whose twins JavaScript has', () => {
    const functions = functionsOf(module).filter((kernel) => !kernel.startsWith('convert_'));
    expect(functions).toEqual(expectedOf(hex));
  });

  it('needs nothing but a memory, and a place to write in', () => {
    const imports = WebAssembly.Module.imports(module).map(({ module, name }) => [module, name]);
    expect([
      ['env', 'memory'],
      ['scratch', 'SCRATCH'],
    ]).toEqual(expect.arrayContaining(imports));
  });

  it('is embedded as it was compiled', () => {
    expect(built(name).equals(Buffer.from(hex, 'hex'))).toBe(true);
  });
});

describe('kernels.wasm', () => {
  const bytes = built('kernels');

  it('has the kernels of all modules', () => {
    const all = modules.flatMap(({ hex }) => functionsOf(compileKernels(hex)));
    expect(functionsOf(new WebAssembly.Module(bytes))).toEqual(all.sort());
  });

  it('takes no more than 76 KB, 20 KB compressed', () => {
    expect(bytes.length).toBeLessThanOrEqual(76 * 1024);
    expect(gzipSync(bytes).length).toBeLessThanOrEqual(20 * 1024);
  });
});

it('modules that share a memory have their constants in places of their own', () => {
  const names = [...modules.map(({ name }) => name), 'kernels'];
  const places = names.flatMap((name) => {
    const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
    const written = new Uint8Array(memory.buffer);
    // What is not written stays 1. (Zeros are not written: the memory is new.)
    const module = new WebAssembly.Module(built(name));
    new WebAssembly.Instance(module, { env: { memory }, scratch: { SCRATCH } });
    const first = written.findIndex((byte) => byte !== 0);
    return first < 0 ? [] : [{ name, first, last: written.findLastIndex((byte) => byte !== 0) }];
  });
  expect(places.length).toBeGreaterThan(2);
  for (const a of places) {
    expect(a.last, a.name).toBeLessThan(TOTAL);
    for (const b of places) {
      if (a !== b) expect(a.last < b.first || b.last < a.first, `${a.name}, ${b.name}`).toBe(true);
    }
  }
});

it('a kernel has no name that another has', () => {
  const names = Object.values(embedded).flatMap(expectedOf);
  expect(names.length).toBeGreaterThan(40);
  expect(new Set(names).size).toBe(names.length);
});

it('kernels take blocks where their exports take addresses', () => {
  const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
  const { f64 } = new BoundKernels(memory, compileKernels).of(kernels.sum);
  const values = new Float64Array(memory.buffer, SCRATCH + 2 ** 15, 3);
  values.set([1, 2, 4]);
  const block = (ptr: number) => ({ array: new Float64Array(0), at: 0, ptr });
  f64.total(block(values.byteOffset), 3, block(TOTAL));
  expect(new Float64Array(memory.buffer, TOTAL, 1)[0]).toBe(7);
});

describe('kernels of losses that are written as float32', () => {
  const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
  const bound = new BoundKernels(memory, compileKernels);
  const at = (ptr: number): Block => ({ array: new Float64Array(memory.buffer, ptr), at: 0, ptr });
  const [losses, weights, total] = [at(TRUE), at(PRED), at(TOTAL)];
  const twinTotal: Block = { array: new Float64Array(2), at: 0, ptr: 0 };
  const lengths = [0, 1, 7, 8, 9, 128, 129, 1000, BLOCK];

  /** The same losses as a kernel of float32 reads them, and widened, as its twin does. */
  function write(n: number): { narrow: Float32Array; wide: Block; factors: Block } {
    const narrow = new Float32Array(memory.buffer, TRUE, n);
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      narrow[i] = i % 3 === 2 ? Infinity : Math.random();
      values[i] = i % 3 === 2 ? 0 : Math.random();
    }
    weights.array.set(values);
    return {
      narrow,
      wide: { array: new Float64Array(narrow), at: 0, ptr: 0 },
      factors: { array: values, at: 0, ptr: 0 },
    };
  }

  it.each(lengths)('add up %i products, those of weight 0 as 0', (n) => {
    const { wide, factors } = write(n);
    bound.of(kernels.dot).f32.total(losses, weights, n, total);
    kernels.dot.f32.total(wide, factors, n, twinTotal);
    expect(Number.isFinite(twinTotal.array[0])).toBe(true);
    expect(total.array.slice(0, 2)).toEqual(twinTotal.array);
  });

  it.each(lengths)('add up %i of them', (n) => {
    const { narrow, wide } = write(n);
    narrow.forEach((value, i) => {
      if (value === Infinity) narrow[i] = wide.array[i] = 1;
    });
    bound.of(kernels.sum).f32.total(losses, n, total);
    kernels.sum.f32.total(wide, n, twinTotal);
    expect(total.array.slice(0, 2)).toEqual(twinTotal.array);
  });

  it.each(lengths)('multiply %i of them and round once', (n) => {
    const { narrow, wide, factors } = write(n);
    bound.of(kernels.numbers).f32.multiply(losses, n, weights);
    kernels.numbers.f32.multiply(wide, n, factors);
    expect([...narrow]).toEqual([...wide.array]);
  });
});

/** Counts the calls of every export of instances made from now on, and lets code run after one. */
function watch(): { calls: Map<string, number>; after: Map<string, (...args: number[]) => void> } {
  const calls = new Map<string, number>();
  const after = new Map<string, (...args: number[]) => void>();
  const { Instance } = WebAssembly;
  class Watched {
    readonly exports: WebAssembly.Exports;

    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      const entries = Object.entries(new Instance(module, imports).exports).map(([name, value]) => {
        if (typeof value !== 'function') return [name, value] as const;
        const watched = (...args: number[]): unknown => {
          calls.set(name, (calls.get(name) ?? 0) + 1);
          const result: unknown = value(...args);
          after.get(name)?.(...args);
          return result;
        };
        // By which the library knows how many parameters it has.
        Object.defineProperty(watched, 'length', { value: value.length });
        return [name, watched] as const;
      });
      this.exports = Object.fromEntries(entries);
    }
  }
  vi.spyOn(WebAssembly, 'Instance').mockImplementation(Watched);
  return { calls, after };
}

afterEach(() => {
  vi.restoreAllMocks();
});

const N = 10_000;
const BLOCKS = Math.ceil(N / BLOCK);
const halves = new Float64Array(N).fill(0.5);
const labels = Uint8Array.from({ length: N }, (_, i) => i % 2);

const calls: readonly {
  name: string;
  call: (engine: Engine) => unknown;
  kernel: string;
  times: number;
}[] = [
  {
    name: 'squaredError.sum',
    call: (engine) => engine.squaredError.sum(labels, halves),
    kernel: 'squared_total_f64',
    times: BLOCKS,
  },
  {
    name: 'squaredError.mean of float32',
    call: (engine) => engine.squaredError.mean(labels, new Float32Array(halves)),
    kernel: 'squared_total_f32',
    times: BLOCKS,
  },
  {
    name: 'absoluteError.perSample',
    call: (engine) => engine.absoluteError.perSample(labels, halves),
    kernel: 'absolute_each_f64',
    times: BLOCKS,
  },
  {
    name: 'binaryCrossEntropy.mean',
    call: (engine) => engine.binaryCrossEntropy.mean(labels, halves),
    kernel: 'binary_total_f64',
    times: BLOCKS,
  },
  {
    name: 'categoricalCrossEntropy.sum',
    call: (engine) => engine.categoricalCrossEntropy.with({ classes: 2 }).sum(labels, halves),
    kernel: 'categorical_select_f64',
    times: BLOCKS,
  },
  {
    name: 'categoricalCrossEntropy.sum, check used',
    call: (engine) =>
      engine.categoricalCrossEntropy.with({ classes: 2, check: 'used' }).sum(labels, halves),
    kernel: 'categorical_used_f64',
    times: BLOCKS,
  },
  {
    name: 'sparseCategoricalCrossEntropy.sum',
    call: (engine) => engine.sparseCategoricalCrossEntropy.sum(labels.subarray(N / 2), halves),
    kernel: 'rows_gather_f64',
    times: BLOCKS,
  },
  ...(['f32', 'f64'] as const).flatMap((type) => newCalls(type)),
];

/** What has a kernel for each type, or one of float64 for both. */
function newCalls(type: 'f32' | 'f64') {
  const z = type === 'f32' ? new Float32Array(halves) : halves;
  const options = { fromLogits: true } as const;
  const binary = (engine: Engine) => engine.binaryCrossEntropy.with(options);
  const sparse = (engine: Engine) => engine.sparseCategoricalCrossEntropy.with(options);
  const dense = (engine: Engine) => engine.categoricalCrossEntropy.with({ ...options, classes: 2 });
  const indices = labels.subarray(N / 2);
  const weighted = { sampleWeight: halves };
  const table: readonly [name: string, kernel: string, call: (engine: Engine) => unknown][] = [
    [
      'squaredError.gradient',
      `squared_gradient_${type}`,
      (e) => e.squaredError.gradient(labels, z),
    ],
    [
      'absoluteError.gradient',
      `absolute_gradient_${type}`,
      (e) => e.absoluteError.gradient(labels, z),
    ],
    ['huber.mean', `huber_total_${type}`, (e) => e.huber.mean(labels, z)],
    ['huber.perSample', `huber_each_${type}`, (e) => e.huber.perSample(labels, z)],
    [
      'huber.valueAndGradient',
      type === 'f32' ? 'huber_gradient_f32' : 'huber_valueAndGradient_f64',
      (e) => e.huber.valueAndGradient(labels, z),
    ],
    ['quantile.mean', `quantile_total_${type}`, (e) => e.quantile.mean(labels, z)],
    ['quantile.perSample', `quantile_each_${type}`, (e) => e.quantile.perSample(labels, z)],
    ['quantile.gradient', `quantile_gradient_${type}`, (e) => e.quantile.gradient(labels, z)],
    [
      'a weighted mean of numbers',
      `squared_weighted_${type}`,
      (e) => e.squaredError.mean(labels, z, { sampleWeight: z }),
    ],
    [
      'a weighted gradient of numbers',
      `huber_weightedGradient_${type}`,
      (e) => e.huber.gradient(labels, z, { sampleWeight: z }),
    ],
    [
      'a weighted mean',
      'dot_total_f64',
      (e) => e.binaryCrossEntropy.mean(labels, halves, weighted),
    ],
    [
      'the weights of a mean',
      'sum_total_f64',
      (e) => e.binaryCrossEntropy.mean(labels, halves, weighted),
    ],
    [
      'weighted perSample',
      'numbers_multiply_f64',
      (e) => e.squaredError.perSample(labels, z, weighted),
    ],
    [
      'binaryCrossEntropy.gradient',
      `binary_gradient_${type}`,
      (e) => e.binaryCrossEntropy.gradient(labels, z),
    ],
    [
      'binaryCrossEntropy.perSample',
      `binary_each_${type}`,
      (e) => e.binaryCrossEntropy.perSample(labels, z),
    ],
    [
      'binaryCrossEntropy.sum with positiveWeight',
      `binary_parts_${type}`,
      (e) => e.binaryCrossEntropy.with({ positiveWeight: 2 }).sum(labels, z),
    ],
    [
      'binaryCrossEntropy.sum with labelSmoothing',
      `binary_parts_${type}`,
      (e) => e.binaryCrossEntropy.with({ labelSmoothing: 0.1 }).sum(labels, z),
    ],
    ['binaryCrossEntropy from logits', `logits_total_${type}`, (e) => binary(e).mean(labels, z)],
    [
      'binaryCrossEntropy.valueAndGradient from logits, its exponentials',
      `logits_exps_${type}`,
      (e) => binary(e).valueAndGradient(labels, z),
    ],
    [
      'binaryCrossEntropy.perSample from logits',
      `logits_each_${type}`,
      (e) => binary(e).perSample(labels, z),
    ],
    [
      'binaryCrossEntropy.sum from logits with positiveWeight',
      `logits_total_${type}`,
      (e) => binary(e).with({ positiveWeight: 2 }).sum(labels, z),
    ],
    [
      'binaryCrossEntropy.gradient from logits',
      `logits_gradient_${type}`,
      (e) => binary(e).gradient(labels, z),
    ],
    [
      'sparseCategoricalCrossEntropy from logits',
      `softmax_rows_${type}`,
      (e) => sparse(e).mean(indices, z),
    ],
    [
      'sparseCategoricalCrossEntropy.gradient from logits',
      `softmax_gradient_${type}`,
      (e) => sparse(e).gradient(indices, z),
    ],
    [
      'categoricalCrossEntropy from logits',
      `softmax_rows_${type}`,
      (e) => dense(e).mean(labels, z),
    ],
    [
      'categoricalCrossEntropy from logits, its labels',
      'softmax_lines_f64',
      (e) => dense(e).mean(labels, z),
    ],
    [
      'categoricalCrossEntropy.gradient from logits',
      'softmax_each_f64',
      (e) => dense(e).gradient(labels, z),
    ],
    [
      'categoricalCrossEntropy.gradient from logits, its labels',
      'rows_subtract_f64',
      (e) => dense(e).gradient(labels, z),
    ],
    [
      'categoricalCrossEntropy.gradient',
      'categorical_gradient_f64',
      (e) => e.categoricalCrossEntropy.with({ classes: 2 }).gradient(labels, z),
    ],
  ];
  return table.map(([name, kernel, call]) => ({
    name: `${name}, ${type}`,
    call,
    kernel,
    times: BLOCKS,
  }));
}

describe.each(calls)('a call of $name', ({ call, kernel, times }) => {
  it.each(['wasm', 'auto'] as const)('runs WebAssembly on the backend %s', (backend) => {
    const watched = watch();
    const engine = createEngine({ backend });
    call(engine);
    expect(watched.calls.get(kernel)).toBe(times);
    expect(engine.backend).toBe('wasm');
    expect(engine.fallbackReason).toBeUndefined();
  });

  it('runs none of it on the backend js', () => {
    const watched = watch();
    const engine = createEngine({ backend: 'js' });
    call(engine);
    expect([...watched.calls]).toEqual([]);
    expect(engine.backend).toBe('js');
    expect(engine.fallbackReason).toBeUndefined();
  });
});

describe('what WebAssembly computes', () => {
  it('is the result: a kernel that is wrong makes it wrong', () => {
    const watched = watch();
    const arena = createArena(2 ** 14);
    const n = 1000;
    const yTrue = arena.float64(n);
    const yPred = arena.float64(n).fill(0.5);
    // The total's address is the kernel's fourth argument; the value is the first of its two numbers.
    watched.after.set('squared_total_f64', (...args) => {
      new Float64Array(yTrue.buffer, args[3], 1)[0] += 1;
    });
    expect(createEngine({ backend: 'wasm' }).squaredError.sum(yTrue, yPred)).toBe(251);
    expect(createEngine({ backend: 'js' }).squaredError.sum(yTrue, yPred)).toBe(250);
  });

  it('reads arrays of an arena in place, also their subarrays', () => {
    const watched = watch();
    const arena = createArena(2 ** 16);
    const yTrue = arena.float32(3000).fill(1);
    const yPred = arena.float32(3000).fill(0.5);
    const read: number[][] = [];
    watched.after.set('squared_total_f32', (...args) => read.push(args.slice(0, 3)));
    const engine = createEngine({ backend: 'wasm' });
    expect(engine.squaredError.sum(yTrue.subarray(1), yPred.subarray(1))).toBe(0.25 * 2999);
    expect(read).toEqual([
      [yTrue.byteOffset + 4, yPred.byteOffset + 4, BLOCK],
      [yTrue.byteOffset + 4 + 4 * BLOCK, yPred.byteOffset + 4 + 4 * BLOCK, 2999 - BLOCK],
    ]);
  });
});
