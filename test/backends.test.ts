// Which backend computes, and why.
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { choiceFromEnvironment } from '../src/backends.js';
import { createEngine, defaultEngine, type Engine, huber, squaredError } from '../src/index.js';
import { compileKernels } from '../src/wasm/module.js';
import { inNode } from './support/node.js';

const REPORT = `
  const { defaultEngine, squaredError } = lossmeter;
  report({
    mean: squaredError.mean([1, 2, 4], [1, 2, 2]),
    backend: defaultEngine.backend,
    reason: defaultEngine.fallbackReason ?? null,
  });
`;

const ATTEMPT = `
  const attempt = (call) => {
    try {
      return call();
    } catch (error) {
      return { name: error.name, message: error.message };
    }
  };
`;

const NO_WEBASSEMBLY = 'delete globalThis.WebAssembly;';

/** Compiles lossmeter/kernels.wasm. */
const MODULE = `new WebAssembly.Module(readFileSync('build/kernels.wasm'))`;

const refusing = (message: string): string => `
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct() {
      throw new WebAssembly.CompileError('${message}');
    },
  });
`;
/** As a content security policy or an edge runtime does it. */
const FORBIDDEN = refusing('Wasm code generation disallowed by embedder');
/** As an engine of before SIMD does it. */
const NO_SIMD = `${refusing('invalid value type 0x7b')} WebAssembly.validate = () => false;`;

it('the losses of the default engine are those that are exported', () => {
  expect(defaultEngine.squaredError).toBe(squaredError);
  expect(defaultEngine.huber).toBe(huber);
  expect(createEngine().huber).not.toBe(huber);
});

it('an engine without threads has one, also when it is closed', () => {
  const engine = createEngine({ backend: 'js' });
  for (let i = 0; i < 2; i++) {
    expect([engine.threads, engine.threadsReason]).toEqual([1, undefined]);
    engine.close();
    expect(engine.squaredError.mean([0], [2])).toBe(4);
  }
});

describe('LOSSMETER_BACKEND', () => {
  it.each([
    ['unset', undefined, 'wasm'],
    ['empty', '', 'wasm'],
    ['auto', 'auto', 'wasm'],
    ['wasm', 'wasm', 'wasm'],
    ['js', 'js', 'js'],
  ])('%s: the default engine is %3$s', (_, backend, expected) => {
    const options = backend === undefined ? {} : { backend };
    expect(inNode(REPORT, options)).toEqual({ mean: 4 / 3, backend: expected, reason: null });
  });

  it('is an error at the first call if it is anything else', () => {
    const error = {
      name: 'RangeError',
      message: `lossmeter: expected LOSSMETER_BACKEND to be 'auto', 'wasm' or 'js', got the string "webgpu"`,
    };
    const code = `${ATTEMPT} report([
      attempt(() => lossmeter.squaredError.mean([1], [1])),
      attempt(() => lossmeter.defaultEngine.backend),
      attempt(() => lossmeter.createEngine().squaredError.mean([1], [1])),
      attempt(() => lossmeter.createEngine({ backend: 'js' }).squaredError.mean([1], [1])),
    ]);`;
    expect(inNode(code, { backend: 'webgpu' })).toEqual([error, error, error, 0]);
  });

  it('is not read in Deno, which would ask for a permission', () => {
    const before = `globalThis.Deno = {};
      const { env } = process;
      process.env = new Proxy(env, {
        get(_, name) {
          if (name === 'LOSSMETER_BACKEND') throw new Error('NotCapable');
          return env[name];
        },
      });`;
    expect(inNode(REPORT, { before })).toEqual({ mean: 4 / 3, backend: 'wasm', reason: null });
  });

  it('decides for auto, and for nothing that was asked for by name', () => {
    const code = `report(['auto', 'wasm', 'js', undefined].map((backend) =>
      lossmeter.createEngine(backend === undefined ? {} : { backend }).backend));`;
    expect(inNode(code, { backend: 'js' })).toEqual(['js', 'wasm', 'js', 'js']);
    expect(inNode(code, { backend: 'wasm' })).toEqual(['wasm', 'wasm', 'js', 'wasm']);
  });
});

describe.each([
  { name: 'missing', before: NO_WEBASSEMBLY, reason: 'WebAssembly is not defined' },
  { name: 'forbidden', before: FORBIDDEN, reason: 'Wasm code generation disallowed by embedder' },
  {
    name: 'without SIMD',
    before: NO_SIMD,
    reason: 'its SIMD is not supported (invalid value type 0x7b)',
  },
])('where WebAssembly is $name', ({ before, reason }) => {
  const why = `WebAssembly is not available: ${reason}`;

  it('auto falls back to JavaScript and keeps the reason', () => {
    expect(inNode(REPORT, { before })).toEqual({ mean: 4 / 3, backend: 'js', reason: why });
  });

  it('wasm by name is an error that says why', () => {
    const code = `${ATTEMPT} report(attempt(() => lossmeter.createEngine({ backend: 'wasm' })));`;
    expect(inNode(code, { before })).toEqual({ name: 'Error', message: `lossmeter: ${why}` });
  });

  it('LOSSMETER_BACKEND=wasm is that error at the first call', () => {
    const code = `${ATTEMPT} report(attempt(() => lossmeter.squaredError.mean([1], [1])));`;
    expect(inNode(code, { before, backend: 'wasm' })).toEqual({
      name: 'Error',
      message: `lossmeter: ${why}`,
    });
  });

  it('js by name has no reason, as nothing was tried', () => {
    const code = `const engine = lossmeter.createEngine({ backend: 'js' });
      report([engine.backend, engine.fallbackReason ?? null]);`;
    expect(inNode(code, { before })).toEqual(['js', null]);
  });

  it('arenas are ordinary memory, and all works the same', () => {
    const code = `
      const arena = lossmeter.createArena(2 ** 20);
      const n = 5000;
      const yTrue = arena.uint8(n).map((_, i) => i % 2);
      const resident = arena.float64(n);
      resident.forEach((_, i) => { resident[i] = (i + 0.5) / n; });
      const out = arena.float64(n);
      lossmeter.binaryCrossEntropy.perSample(yTrue, resident, { out });
      report([lossmeter.binaryCrossEntropy.sum(yTrue, resident), out[4999], arena.bytesFree]);
    `;
    expect(inNode(code, { before })).toEqual(inNode(code));
  });
});

// V8 has no SIMD on an x64 processor without SSE 4.1, and can be told that this is one.
it.runIf(process.arch === 'x64')('a V8 without SIMD falls back to JavaScript and says so', () => {
  expect(inNode(REPORT, { flags: ['--no-enable-sse4-1'] })).toEqual({
    mean: 4 / 3,
    backend: 'js',
    reason: expect.stringMatching(
      /^WebAssembly is not available: its SIMD is not supported \(.*SIMD/,
    ),
  });
});

describe('in a context that forbids to compile WebAssembly', () => {
  /** Runs code there, with the compiled kernels as `module`, a module of this context. */
  const inContext = (code: string): unknown =>
    inNode(
      `
      const { readFileSync } = await import('node:fs');
      const { createContext, SourceTextModule } = await import('node:vm');
      const module = ${MODULE};
      const context = createContext({ atob, module, report }, { codeGeneration: { wasm: false } });
      const library = new SourceTextModule(readFileSync('build/plain.js', 'utf8'), { context });
      await library.link(() => {});
      await library.evaluate();
      context.lossmeter = library.namespace;
      const program = new SourceTextModule(${JSON.stringify(code)}, { context });
      await program.link(() => {});
      await program.evaluate();
    `,
      { flags: ['--experimental-vm-modules', '--no-warnings'] },
    );

  it('auto falls back to JavaScript and keeps the reason', () => {
    expect(inContext(REPORT)).toEqual({
      mean: 4 / 3,
      backend: 'js',
      reason: expect.stringMatching(
        /^WebAssembly is not available: .*Wasm code generation disallowed by embedder/,
      ),
    });
  });

  it('a compiled module runs all the same', () => {
    const code = `
      const engine = lossmeter.createEngine({ module });
      const n = 10_000;
      const sum = engine.squaredError.sum(new Float64Array(n).fill(1), new Float64Array(n));
      report([sum, engine.backend, engine.fallbackReason ?? null]);
    `;
    expect(inContext(code)).toEqual([10_000, 'wasm', null]);
  });
});

describe('where there is no memory for WebAssembly', () => {
  it('auto falls back to JavaScript and keeps the reason', () => {
    const before = `WebAssembly.Memory = function () {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    };`;
    const code = `const n = 10_000;
      const { defaultEngine, squaredError } = lossmeter;
      report([squaredError.sum(new Float64Array(n).fill(1), new Float64Array(n)), defaultEngine.backend,
        defaultEngine.fallbackReason]);`;
    expect(inNode(code, { before })).toEqual([
      10_000,
      'js',
      'WebAssembly is not available: WebAssembly.Memory(): could not allocate memory',
    ]);
  });
});

describe('importing the library', () => {
  it('compiles nothing and asks for no memory', () => {
    const before = `const { Module, Memory } = WebAssembly;
      globalThis.made = [];
      WebAssembly.Module = new Proxy(Module, { construct: (T, args) => (made.push('Module'), new T(...args)) });
      WebAssembly.Memory = new Proxy(Memory, { construct: (T, args) => (made.push('Memory'), new T(...args)) });`;
    expect(inNode('report(made);', { before })).toEqual([]);
    expect(inNode('lossmeter.defaultEngine.backend; report(made);', { before })).toContain(
      'Module',
    );
  });
});

const kernels = new Uint8Array(readFileSync(new URL('../build/kernels.wasm', import.meta.url)));
const EMPTY = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
/** The kernels with another digest at their end. */
const ANOTHER = new WebAssembly.Module(kernels.with(-1, kernels[kernels.length - 1] ^ 1));

describe('createEngine', () => {
  const untyped = createEngine as (options?: unknown) => Engine;

  it('takes a backend it knows', () => {
    expect(() => untyped({ backend: 'gpu' })).toThrow(
      new RangeError(
        `createEngine: expected backend to be 'auto', 'wasm' or 'js', got the string "gpu"`,
      ),
    );
    expect(() => untyped({ backend: 1 })).toThrow(
      new TypeError(`createEngine: expected backend to be 'auto', 'wasm' or 'js', got 1`),
    );
    expect(() => untyped({ backend: null })).toThrow(
      new TypeError(`createEngine: expected backend to be 'auto', 'wasm' or 'js', got null`),
    );
  });

  it('takes no other option', () => {
    expect(() => untyped({ backand: 'js' })).toThrow(
      new TypeError('createEngine: unknown option "backand", expected backend, module, threads'),
    );
    expect(() => untyped('js')).toThrow(
      new TypeError('createEngine: expected options to be an object, got the string "js"'),
    );
  });

  it.each([
    ['null', null, 'null'],
    ['the bytes', kernels, 'a Uint8Array'],
    ['an instance', new WebAssembly.Instance(EMPTY), 'a WebAssembly.Instance'],
    ['a name', 'kernels.wasm', 'the string "kernels.wasm"'],
  ])('takes no module that is %s', (_, module, got) => {
    expect(() => untyped({ module })).toThrow(
      new TypeError(`createEngine: expected module to be a WebAssembly.Module, got ${got}`),
    );
  });

  it.each([
    ['something else', EMPTY, 'a module of something else'],
    ['another version', ANOTHER, 'the one of another version'],
  ])('takes no module of %s', (_, module, got) => {
    expect(() => untyped({ module })).toThrow(
      new RangeError(
        `createEngine: expected module to be this version's lossmeter/kernels.wasm, got ${got}`,
      ),
    );
  });

  it('takes no module where none would be used', () => {
    const module = new WebAssembly.Module(kernels);
    expect(() => createEngine({ backend: 'js', module })).toThrow(
      new TypeError("createEngine: expected no module with backend 'js', which uses none"),
    );
    expect(createEngine({ backend: 'wasm', module }).backend).toBe('wasm');
  });

  it('runs the module it is given where it could compile none, also in an arena', () => {
    const code = `
      const arena = lossmeter.createArena(2 ** 17);
      const [yTrue, yPred] = [arena.float64(5000), arena.float64(5000).fill(2)];
      report(['auto', 'wasm'].map((backend) => {
        const engine = lossmeter.createEngine({ backend, module });
        return [engine.squaredError.sum(yTrue, yPred), engine.backend];
      }).concat([lossmeter.defaultEngine.backend]));`;
    const before = `import { readFileSync } from 'node:fs'; const module = ${MODULE}; ${FORBIDDEN}`;
    expect(inNode(code, { before })).toEqual([[20_000, 'wasm'], [20_000, 'wasm'], 'js']);
  });

  it('leaves the module alone where LOSSMETER_BACKEND says js', () => {
    const before = `import { readFileSync } from 'node:fs'; const module = ${MODULE};`;
    const code = 'report(lossmeter.createEngine({ module }).backend);';
    expect(inNode(code, { before, backend: 'js' })).toBe('js');
  });

  it('makes losses that keep their backend, with options too', () => {
    const js = createEngine({ backend: 'js' });
    expect(js.binaryCrossEntropy.with({ clip: 1e-7 }).mean([1], [0])).toBe(
      createEngine({ backend: 'wasm' }).binaryCrossEntropy.with({ clip: 1e-7 }).mean([1], [0]),
    );
    expect([js.backend, createEngine({ backend: 'wasm' }).backend]).toEqual(['js', 'wasm']);
  });
});

describe('the choice for the default engine', () => {
  const { env } = process;

  afterEach(() => {
    process.env = env;
    vi.unstubAllGlobals();
  });

  it.each([
    [undefined, 'auto'],
    ['', 'auto'],
    ['auto', 'auto'],
    ['js', 'js'],
    ['wasm', 'wasm'],
  ])('is that of the environment: %j', (value, choice) => {
    process.env = { ...env };
    if (value === undefined) delete process.env.LOSSMETER_BACKEND;
    else process.env.LOSSMETER_BACKEND = value;
    expect(choiceFromEnvironment()).toBe(choice);
  });

  it('is an error if that is none', () => {
    process.env = { ...env, LOSSMETER_BACKEND: 'fast' };
    expect(choiceFromEnvironment).toThrow(
      new RangeError(
        "lossmeter: expected LOSSMETER_BACKEND to be 'auto', 'wasm' or 'js', got the string \"fast\"",
      ),
    );
  });

  it('is auto in Deno, which is not asked, and where there is no environment', () => {
    process.env = { ...env, LOSSMETER_BACKEND: 'js' };
    vi.stubGlobal('Deno', {});
    expect(choiceFromEnvironment()).toBe('auto');
    vi.unstubAllGlobals();
    for (const none of [undefined, {}]) {
      vi.stubGlobal('process', none);
      const choice = choiceFromEnvironment();
      vi.unstubAllGlobals();
      expect(choice).toBe('auto');
    }
  });
});

describe('where there is no WebAssembly', () => {
  it('an engine that asks for it cannot be made, and any other computes', () => {
    vi.stubGlobal('WebAssembly', undefined);
    try {
      let error: unknown;
      try {
        createEngine({ backend: 'wasm' });
      } catch (thrown) {
        error = thrown;
      }
      expect(String(error)).toMatch(/^Error: lossmeter: WebAssembly is not available: ./);
      expect((error as Error).cause).toBeInstanceOf(Error);
      const auto = createEngine({ backend: 'auto' });
      expect(auto.squaredError.mean([1, 2], [2, 4])).toBe(2.5);
      expect(auto.fallbackReason).toMatch(/^WebAssembly is not available: ./);
      expect(createEngine({ backend: 'js' }).fallbackReason).toBeUndefined();
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('or none of its SIMD, that is the reason, and not what is wrong with some byte', () => {
    class Module {
      constructor() {
        throw new WebAssembly.CompileError('invalid opcode at byte 7');
      }
    }
    const { WebAssembly } = globalThis;
    for (const [isValid, reason] of [
      [false, /^its SIMD is not supported \(invalid opcode at byte 7\)$/],
      [true, /^invalid opcode at byte 7$/],
    ] as const) {
      const { Memory, Instance } = WebAssembly;
      vi.stubGlobal('WebAssembly', { Memory, Instance, Module, validate: () => isValid });
      try {
        expect(() => compileKernels('')).toThrow(reason);
      } finally {
        vi.unstubAllGlobals();
      }
    }
  });
});
