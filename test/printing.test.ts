// What losses, accumulators, engines and arenas are when they are printed, spread, cloned or sent as
// JSON; and what a method says that was taken off its object.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  absoluteError,
  accumulator,
  binaryCrossEntropy,
  categoricalCrossEntropy,
  createArena,
  createEngine,
  defaultEngine,
  float16,
  groupedAccumulator,
  huber,
  sparseCategoricalCrossEntropy,
  squaredError,
} from '../src/index.js';

/** A loss, as it is written, and what it comes to as data. */
const losses = [
  [squaredError, 'squaredError', { name: 'squaredError', options: {} }],
  [absoluteError, 'absoluteError', { name: 'absoluteError', options: {} }],
  [huber, 'huber', { name: 'huber', options: {} }],
  [huber.with({ delta: 2 }), 'huber.with({ delta: 2 })', { name: 'huber', options: { delta: 2 } }],
  [
    binaryCrossEntropy.with({ fromLogits: true }),
    'binaryCrossEntropy.with({ fromLogits: true })',
    { name: 'binaryCrossEntropy', options: { fromLogits: true } },
  ],
  [
    categoricalCrossEntropy.with({ classes: 2, classWeight: Float32Array.of(1, 2.5) }),
    'categoricalCrossEntropy.with({ classWeight: [1, 2.5], classes: 2 })',
    { name: 'categoricalCrossEntropy', options: { classes: 2, classWeight: [1, 2.5] } },
  ],
  [
    sparseCategoricalCrossEntropy.with({ ignoreIndex: -100 }),
    'sparseCategoricalCrossEntropy.with({ ignoreIndex: -100 })',
    { name: 'sparseCategoricalCrossEntropy', options: { ignoreIndex: -100 } },
  ],
] as const;

describe('a loss', () => {
  it.each(losses)('%s is printed as it is written', (loss, written) => {
    expect(inspect(loss)).toBe(written);
    expect(inspect({ losses: [loss] }, { breakLength: Infinity })).toContain(`[ ${written} ]`);
  });

  it.each(losses)('%s is its name and options as JSON, a clone or spread', (loss, _, data) => {
    loss.mean([], []);
    expect(JSON.parse(JSON.stringify(loss))).toEqual(data);
    expect(structuredClone<unknown>(loss)).toEqual(data);
    expect({ ...loss }).toEqual(data);
    expect(Object.keys(loss)).toEqual(['name', 'options']);
  });

  it('is made again from its name and options', () => {
    const { name, options } = JSON.parse(JSON.stringify(huber.with({ delta: 2 }))) as {
      name: 'huber';
      options: object;
    };
    const again = createEngine({ backend: 'js' })[name].with(options);
    expect(again.sum([0, 0], [1, 4])).toBe(huber.with({ delta: 2 }).sum([0, 0], [1, 4]));
  });

  it('with many class weights is printed without all of them', () => {
    const loss = sparseCategoricalCrossEntropy.with({ classWeight: new Float32Array(50_257) });
    expect(inspect(loss)).toContain('… 50249 more');
    expect(inspect(loss).length).toBeLessThan(200);
  });

  it('that a proxy wraps is the same loss', () => {
    // As Vue has them: whatever is read through a proxy is wrapped in one.
    const wrap = <T extends object>(object: T): T =>
      new Proxy(object, {
        get(target, name, receiver) {
          const value: unknown = Reflect.get(target, name, receiver);
          const isPlain = typeof value === 'object' && value !== null && !Object.isFrozen(value);
          return isPlain && !ArrayBuffer.isView(value) ? wrap(value) : value;
        },
      });
    expect(wrap(huber).with({ delta: 2 }).sum([0], [4])).toBe(6);
    expect(wrap(huber).sum([0], [4])).toBe(3.5);
  });
});

describe('an engine', () => {
  it('is its backend, printed or as JSON', () => {
    const engine = createEngine({ backend: 'js' });
    expect(inspect(engine)).toBe("Engine { backend: 'js' }");
    expect(JSON.stringify(engine)).toBe('{"backend":"js"}');
    const { backend } = defaultEngine;
    expect(inspect({ defaultEngine })).toContain(`Engine { backend: '${backend}'`);
  });

  it('says why it came down to JavaScript', () => {
    const { Memory } = WebAssembly;
    WebAssembly.Memory = class {
      constructor() {
        throw new RangeError('no memory');
      }
    } as unknown as typeof Memory;
    const engine = createEngine();
    try {
      void engine.backend;
    } finally {
      WebAssembly.Memory = Memory;
    }
    const fallbackReason = 'WebAssembly is not available: no memory';
    expect(JSON.parse(JSON.stringify(engine))).toEqual({ backend: 'js', fallbackReason });
    expect(inspect(engine)).toContain(fallbackReason);
  });
});

it('an arena is its size and what is free, printed or as JSON', () => {
  const arena = createArena(128);
  arena.uint8(64);
  expect(inspect(arena)).toBe('Arena { bytes: 128, bytesFree: 64, shared: false }');
  expect(JSON.stringify(arena)).toBe('{"bytes":128,"bytesFree":64,"shared":false}');
  expect(() => structuredClone(arena)).toThrow('could not be cloned');
});

it('half floats are printed as they are made', () => {
  const { float16: allocate } = createArena(64);
  expect(inspect(float16(Uint16Array.of(15_360, 0)))).toBe('float16(Uint16Array(2) [ 15360, 0 ])');
  expect(inspect(allocate(1))).toBe('float16(Uint16Array(1) [ 0 ])');
});

describe('a method that was taken off', () => {
  const verbs = [
    'mean',
    'sum',
    'perSample',
    'gradient',
    'valueAndGradient',
    'accumulator',
    'with',
    'toJSON',
  ] as const;
  const everyVerb = losses.flatMap(([loss, written]) =>
    verbs.map((verb) => ({ loss, written, verb })),
  );
  /** (Each method throws before it looks at its arguments.) */
  type Method = (...args: unknown[]) => unknown;

  it.each(everyVerb)('of $written: $verb says so', ({ loss, verb }) => {
    const method = loss[verb] as Method;
    const expected = `${verb}: expected to be called on a loss, as in squaredError.${verb}(…), got `;
    expect(() => method([1], [2])).toThrow(new TypeError(`${expected}undefined`));
    expect(() => ({ method }).method([1], [2])).toThrow(new TypeError(`${expected}an Object`));
    expect(() => Reflect.apply(method, null, [])).toThrow(new TypeError(`${expected}null`));
  });

  const accumulators: readonly object[] = [
    squaredError.accumulator(),
    accumulator([squaredError]),
    groupedAccumulator(squaredError),
  ];
  const everyMethod = accumulators.flatMap((owner) => {
    const common = ['update', 'updateFrom', 'merge', 'seal', 'toJSON'];
    const names = 'keys' in owner ? [...common, 'keys', 'get'] : common;
    return names.map((name) => ({ owner, of: owner.constructor.name, name }));
  });

  it.each(everyMethod)('of $of: $name says so', async ({ owner, name }) => {
    const method = (owner as Record<string, Method>)[name];
    const expected = `${name}: expected to be called on an accumulator, as in accumulator.${name}(…), got `;
    // (What is asynchronous rejects.)
    const call = async (self: unknown) => Reflect.apply(method, self, [[1], [2]]);
    await expect(call(undefined)).rejects.toThrow(new TypeError(`${expected}undefined`));
    await expect(call(squaredError)).rejects.toThrow(new TypeError(`${expected}an Object`));
    await expect(call(Object.create(owner))).rejects.toThrow(TypeError);
  });

  it('of an engine: close says so', () => {
    const { close } = createEngine();
    const expected = 'close: expected to be called on an engine, as in engine.close(), got ';
    expect(() => close()).toThrow(new TypeError(`${expected}undefined`));
    expect(() => Reflect.apply(close, squaredError, [])).toThrow(
      new TypeError(`${expected}an Object`),
    );
  });

  it.each(['float16', 'float32', 'float64', 'int32', 'int64', 'uint8'] as const)(
    'arena.%s works all the same',
    (name) => {
      const { [name]: allocate } = createArena(64);
      expect(allocate(2)).toHaveLength(2);
    },
  );
});
