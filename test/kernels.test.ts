// The WebAssembly module: what it exports, that JavaScript has the same, and that it is what runs.
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BLOCK } from '../src/block.js';
import { createArena, createEngine, type Engine } from '../src/index.js';
import { jsWorkspace } from '../src/js/workspace.js';
import { base64 } from '../src/wasm/bytes.js';
import { compileKernels } from '../src/wasm/module.js';

const exported = WebAssembly.Module.exports(compileKernels());
const functions = exported.filter(({ kind }) => kind === 'function').map(({ name }) => name);

/** squared_total_f64 → squaredTotal */
const twinOf = (name: string): string =>
  name.replace(/_f(32|64)$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe('the exports of the module', () => {
  it('are these, and the memory', () => {
    expect(functions.sort()).toEqual([
      'absolute_each_f32',
      'absolute_each_f64',
      'absolute_gradient_f32',
      'absolute_gradient_f64',
      'absolute_total_f32',
      'absolute_total_f64',
      'binary_each_f64',
      'binary_gradient_f64',
      'binary_total_f32',
      'binary_total_f64',
      'categorical_each_f64',
      'categorical_gradient_f64',
      'categorical_total_f32',
      'categorical_total_f64',
      'convert_bf16_f32',
      'convert_bf16_f64',
      'convert_f16_f32',
      'convert_f16_f64',
      'convert_f32_f64',
      'convert_f64_f32',
      'convert_i32_f32',
      'convert_i32_f64',
      'convert_i64_f32',
      'convert_i64_f64',
      'convert_i64_i32',
      'convert_u64_f32',
      'convert_u64_f64',
      'convert_u64_i32',
      'convert_u8_f32',
      'convert_u8_f64',
      'convert_u8_i32',
      'dot_total_f64',
      'huber_each_f32',
      'huber_each_f64',
      'huber_gradient_f32',
      'huber_gradient_f64',
      'huber_total_f32',
      'huber_total_f64',
      'logits_each_f64',
      'logits_gradient_f64',
      'logits_total_f32',
      'logits_total_f64',
      'rows_clip_f64',
      'rows_divide_f64',
      'rows_finite_f64',
      'rows_gather_f32',
      'rows_gather_f64',
      'rows_narrow_f64',
      'rows_normalize_f64',
      'rows_scale_f64',
      'rows_subtract_f64',
      'rows_total_f64',
      'rows_unit_f32',
      'rows_unit_f64',
      'softmax_each_f32',
      'softmax_each_f64',
      'softmax_lines_f64',
      'softmax_rows_f32',
      'softmax_rows_f64',
      'squared_each_f32',
      'squared_each_f64',
      'squared_gradient_f32',
      'squared_gradient_f64',
      'squared_total_f32',
      'squared_total_f64',
      'sum_total_f64',
    ]);
    expect(exported.filter(({ kind }) => kind !== 'function')).toEqual([
      { name: 'memory', kind: 'memory' },
    ]);
  });

  it('need nothing but a memory', () => {
    expect(WebAssembly.Module.imports(compileKernels())).toEqual([
      { module: 'env', name: 'memory', kind: 'memory' },
    ]);
  });

  it('are embedded as they were compiled', () => {
    const built = readFileSync(new URL('../build/kernels.wasm', import.meta.url));
    expect(built.equals(Buffer.from(base64, 'base64'))).toBe(true);
  });

  it('take no more than 33 KB, 9.5 KB compressed', () => {
    const bytes = Buffer.from(base64, 'base64');
    expect(bytes.length).toBeLessThanOrEqual(33 * 1024);
    expect(gzipSync(bytes).length).toBeLessThanOrEqual(9.5 * 1024);
  });
});

/** The twins that a file of assembly/ asks for. (Conversions have none: JavaScript converts as it copies.) */
function twinsFor(file: string): string[] {
  const source = readFileSync(new URL(`../assembly/${file}`, import.meta.url), 'utf8');
  const names = [...source.matchAll(/^export function (\w+_f(?:32|64))\(/gm)].map(
    ([, name]) => name,
  );
  return [...new Set(names.filter((name) => !name.startsWith('convert_')).map(twinOf))];
}

describe('the JavaScript twins', () => {
  it('have the names of the kernels', () => {
    const kernels = functions.filter((name) => !name.startsWith('convert_'));
    const names = new Set(kernels.map(twinOf));
    expect(Object.keys(jsWorkspace.f64).sort()).toEqual([...names].sort());
  });

  const files = readdirSync(new URL('../assembly', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, twins: twinsFor(file) }))
    .filter(({ twins }) => twins.length > 0);

  it.each(files)('stand in the file of the same name: $file', async ({ file, twins }) => {
    const module = (await import(`../src/js/${file}`)) as object;
    expect(Object.keys(module)).toEqual(expect.arrayContaining(twins));
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
    kernel: 'categorical_total_f64',
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
      `huber_gradient_${type}`,
      (e) => e.huber.valueAndGradient(labels, z),
    ],
    ['a weighted mean', 'dot_total_f64', (e) => e.squaredError.mean(labels, z, weighted)],
    ['the weights of a mean', 'sum_total_f64', (e) => e.squaredError.mean(labels, z, weighted)],
    ['weighted perSample', 'rows_scale_f64', (e) => e.squaredError.perSample(labels, z, weighted)],
    [
      'binaryCrossEntropy.gradient',
      'binary_gradient_f64',
      (e) => e.binaryCrossEntropy.gradient(labels, z),
    ],
    ['binaryCrossEntropy from logits', `logits_total_${type}`, (e) => binary(e).mean(labels, z)],
    [
      'binaryCrossEntropy.perSample from logits',
      'logits_each_f64',
      (e) => binary(e).perSample(labels, z),
    ],
    [
      'binaryCrossEntropy.sum from logits with positiveWeight',
      'logits_each_f64',
      (e) => binary(e).with({ positiveWeight: 2 }).sum(labels, z),
    ],
    [
      'binaryCrossEntropy.gradient from logits',
      'logits_gradient_f64',
      (e) => binary(e).gradient(labels, z),
    ],
    [
      'sparseCategoricalCrossEntropy from logits',
      `softmax_rows_${type}`,
      (e) => sparse(e).mean(indices, z),
    ],
    [
      'sparseCategoricalCrossEntropy.gradient from logits',
      `softmax_each_${type}`,
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
    const arena = createArena(1024);
    const yTrue = arena.float64(8);
    const yPred = arena.float64(8).fill(0.5);
    // The total's address is the kernel's last argument; the value is the first of its two numbers.
    watched.after.set('squared_total_f64', (...args) => {
      new Float64Array(yTrue.buffer, args[args.length - 1], 1)[0] += 1;
    });
    expect(createEngine({ backend: 'wasm' }).squaredError.sum(yTrue, yPred)).toBe(3);
    expect(createEngine({ backend: 'js' }).squaredError.sum(yTrue, yPred)).toBe(2);
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
