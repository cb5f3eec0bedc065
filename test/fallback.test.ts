// What happens in this process where there is no WebAssembly, or none that suits; test/backends.test.ts
// has the same in processes of their own.
import { afterEach, describe, expect, it, vi } from 'vitest';

/** The library as a new process has it. */
async function fresh(): Promise<typeof import('../src/index.js')> {
  vi.resetModules();
  return await import('../src/index.js');
}

function stub(changes: object): void {
  vi.stubGlobal('WebAssembly', Object.assign(Object.create(WebAssembly), changes));
}

/** A constructor that throws. */
function refusing(thrown: unknown): unknown {
  return class {
    constructor() {
      throw thrown;
    }
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
});

describe('without WebAssembly', () => {
  it('auto is JavaScript, and says why; arenas are ordinary memory', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    const { createArena, createEngine } = await fresh();
    const engine = createEngine();
    expect(engine.backend).toBe('js');
    expect(engine.fallbackReason).toMatch(/^WebAssembly is not available: /);
    const values = createArena(64).float64(8).fill(3);
    expect(engine.squaredError.mean(values, new Float64Array(8))).toBe(9);
    expect(() => createEngine({ backend: 'wasm' })).toThrow(/^lossmeter: WebAssembly is not/);
  });
});

describe('with WebAssembly that refuses', () => {
  it.each([
    [
      'for want of SIMD',
      false,
      new Error('wrong byte'),
      /: its SIMD is not supported \(wrong byte\)$/,
    ],
    ['because it is forbidden', true, new Error('forbidden'), /: forbidden$/],
    ['with something that is no Error', true, 'no', /: no$/],
  ] as const)('%s: that is the reason', async (_, isValid, thrown, reason) => {
    stub({ Module: refusing(thrown), validate: () => isValid });
    const { createEngine } = await fresh();
    const { backend, fallbackReason } = createEngine();
    expect(backend).toBe('js');
    expect(fallbackReason).toMatch(reason);
    expect(() => createEngine({ backend: 'wasm' })).toThrow(reason);
  });
});

describe('the environment', () => {
  it.each([
    ['js', 'js'],
    ['wasm', 'wasm'],
    ['', 'wasm'],
  ])('LOSSMETER_BACKEND=%s: %s', async (value, backend) => {
    vi.stubEnv('LOSSMETER_BACKEND', value);
    const { createEngine } = await fresh();
    expect(createEngine().backend).toBe(backend);
  });

  it('is not asked in Deno, nor where there is none', async () => {
    vi.stubEnv('LOSSMETER_BACKEND', 'js');
    vi.stubGlobal('Deno', {});
    expect((await fresh()).createEngine().backend).toBe('wasm');
    vi.unstubAllGlobals();
    vi.stubGlobal('process', undefined);
    const { createEngine } = await fresh();
    expect(createEngine().backend).toBe('wasm');
  });
});
