// Half floats give the bits that the same numbers give in a Float32Array, whatever they are: labels,
// predictions or weights, of any loss, in any place.
import { describe, expect, it } from 'vitest';
import { HalfFloats as Halves, halfTable } from '../src/half.js';
import { bfloat16, createArena, float16, type HalfFloats, measure } from '../src/index.js';
import { RESERVED_PAGES } from '../src/wasm/layout.js';
import { expectSame, outcomeOf } from './support/bits.js';
import { commonKernels } from './support/common-kernels.js';
import { engines } from './support/engines.js';
import { type HalfFormat, halfValue, toHalves, widened } from './support/halves.js';
import { byName, dataFor, subjects, weightsFor } from './support/option-sets.js';
import { sample } from './support/sample.js';
import { allVerbs, type FullLoss } from './support/verb-cases.js';
import { lossOf } from './support/verbs.js';

const FORMATS: readonly HalfFormat[] = ['float16', 'bfloat16'];
const make = { float16, bfloat16 };

type Native = new (buffer: ArrayBufferLike, byteOffset: number, length: number) => HalfFloats;
const { Float16Array } = globalThis as { Float16Array?: Native };

const arena = createArena(2 ** 20);
const regions = { yTrue: arena.float16(2 ** 14), yPred: arena.float16(2 ** 14) };

function resident(bits: Uint16Array, role: keyof typeof regions): Uint16Array {
  const room = regions[role].bits.subarray(0, bits.length);
  room.set(bits);
  return room;
}

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe.each(FORMATS)('%s', (format) => {
  const expected = Float32Array.from(all, (bits) => halfValue(bits, format));

  it('has a table of all 65,536 values', () => {
    expectSame(halfTable(format), expected);
  });

  it.each([
    ['f32', Float32Array],
    ['f64', Float64Array],
  ] as const)('is widened to %s by a kernel: all values, from every remainder on', (type, View) => {
    const memory = new WebAssembly.Memory({ initial: RESERVED_PAGES, maximum: RESERVED_PAGES });
    const exports = commonKernels(memory);
    const name = `convert_${format === 'float16' ? 'f16' : 'bf16'}_${type}`;
    const convert = exports[name] as (from: number, to: number, n: number) => void;
    const block = 1021;
    // (Blocks without a subnormal, an infinity or a NaN are widened in another way: with zeros of both signs.)
    const withZeros = all.map((value, i) => (i % 5 === 0 ? (value & 1) << 15 : value));
    for (const halves of [all, withZeros]) {
      for (let from = 0; from < halves.length; from += block) {
        const part = halves.subarray(from, from + block);
        const n = part.length;
        const bits = new Uint16Array(memory.buffer, 8192, block + 1);
        bits.set(part);
        const to = new View(memory.buffer, 16384, block + 1).fill(-7);
        convert(bits.byteOffset, to.byteOffset, n);
        expectSame(
          to.slice(0, n),
          View.from(Float32Array.from(part, (half) => halfValue(half, format))),
        );
        expect(to[n]).toBe(-7);
      }
    }
  });

  describe.each(engines)('on the backend $backend', ({ backend, engine }) => {
    it('stands for its numbers: all values', () => {
      const loss = engine.squaredError;
      const zeros = new Float32Array(all.length);
      for (const bits of [all, resident(all.subarray(0x7800, 0x8800), 'yPred')]) {
        const wide = widened(bits, format);
        const truth = zeros.subarray(0, bits.length);
        expectSame(loss.perSample(truth, make[format](bits)), loss.perSample(truth, wide));
        expectSame(loss.gradient(truth, make[format](bits)), loss.gradient(truth, wide));
        expectSame(loss.perSample(make[format](bits), truth), loss.perSample(wide, truth));
      }
    });

    it.each(byName(subjects))('%s', (_, subject) => {
      const shapes = [
        [9, 3],
        [subject.shape === 'single' ? 2085 : 211, 10],
        [2, 2051],
      ] as const;
      for (const [samples, classes] of backend === 'auto'
        ? shapes.slice(0, 1)
        : sample(shapes, 2)) {
        const loss = lossOf(engine, subject, classes) as unknown as FullLoss;
        const data = dataFor(subject, 'hard', samples, classes, 7);
        const truth = toHalves(data.yTrue, format);
        const predictions = toHalves(data.yPred, format);
        const weights = toHalves(weightsFor(samples, 3, true), format);
        const [y, p, w] = [truth, predictions, weights].map((bits) => widened(bits, format));
        for (const { call } of sample(allVerbs, 3)) {
          const wide = outcomeOf(() => call(loss, y, p, w));
          const same = (yTrue: unknown, yPred: unknown, sampleWeight: unknown) => {
            const got = outcomeOf(() =>
              call(
                loss,
                yTrue as Float32Array,
                yPred as Float32Array,
                sampleWeight as Float32Array,
              ),
            );
            expectSame(got, wide);
          };
          same(make[format](truth), make[format](predictions), make[format](weights));
          same(y, make[format](resident(predictions, 'yPred')), w);
          same(make[format](resident(truth, 'yTrue')), p, w);
        }
      }
    });

    it('gives the bits of float32 in accumulators and measure', () => {
      const losses = [engine.squaredError, engine.absoluteError, engine.binaryCrossEntropy];
      const [subject] = subjects.filter(({ loss }) => loss === 'binaryCrossEntropy');
      const data = dataFor(subject, 'hard', 3001, 1, 5);
      const bits = toHalves(data.yPred, format);
      const wide = widened(bits, format);
      const yTrue = Float32Array.from(data.yTrue);
      expect(measure(losses, yTrue, make[format](bits))).toEqual(measure(losses, yTrue, wide));
      for (const loss of losses) {
        const parts = loss.accumulator();
        for (const [from, to] of [
          [0, 7],
          [7, 2500],
          [2500, 3001],
        ]) {
          parts.update(yTrue.subarray(from, to), make[format](bits.subarray(from, to)));
        }
        expect(parts.mean).toBe(loss.mean(yTrue, wide));
        expect(() => parts.update(yTrue, data.yPred)).toThrow('expected yPred to be float32');
      }
    });

    it('gives results of float32, in an out of float32', () => {
      const bits = toHalves([0.5, 0.25], format);
      const out = new Float32Array(2);
      expect(engine.squaredError.perSample([1, 1], make[format](bits), { out })).toBe(out);
      expect(Array.from(out)).toEqual([0.25, 0.5625]);
      expect(() =>
        engine.squaredError.perSample([1, 1], make[format](bits), {
          out: new Float64Array(2) as unknown as Float32Array,
        }),
      ).toThrow('expected out to be a Float32Array (as yPred), got a Float64Array');
    });

    it('names a number outside the domain by its value', () => {
      const bits = toHalves([0.5, 1.5], format);
      expect(() => engine.binaryCrossEntropy.mean([1, 1], make[format](bits))).toThrow(
        new RangeError(
          'binaryCrossEntropy.mean: yPred[1] is 1.5, expected a probability in [0, 1]',
        ),
      );
    });

    it('is an error without its memory', () => {
      const bits = new Uint16Array(2);
      const halves = make[format](bits);
      structuredClone(bits.buffer, { transfer: [bits.buffer] });
      expect(() => engine.squaredError.mean([1, 1], halves)).toThrow(
        new TypeError(
          'squaredError.mean: yPred has lost its memory: its buffer is detached or too short',
        ),
      );
    });
  });

  it('takes a Uint16Array, also a shared one, a subclass’s, and another realm’s', async () => {
    const { runInNewContext } = await import('node:vm');
    const { squaredError } = engines[1].engine;
    const one = toHalves([1], format);
    const shared = new Uint16Array(new SharedArrayBuffer(2));
    shared.set(one);
    const foreign = runInNewContext(`Uint16Array.of(${one[0]})`) as Uint16Array;
    class Mine extends Uint16Array {
      override get length(): number {
        throw new Error('this is not to be called');
      }
    }
    for (const bits of [one, shared, foreign, Mine.of(one[0])]) {
      expect(squaredError.mean([3], make[format](bits))).toBe(4);
    }
    for (const [bits, got] of [
      [[1], 'an Array'],
      [new Int16Array(1), 'an Int16Array'],
      [make[format](one), 'an Object'],
      [undefined, 'undefined'],
      [null, 'null'],
    ] as const) {
      expect(() => make[format](bits as unknown as Uint16Array)).toThrow(
        new TypeError(`${format}: expected bits to be a Uint16Array, got ${got}`),
      );
    }
  });

  it('knows its bits, its format and its length', () => {
    const bits = new Uint16Array(3);
    const halves = make[format](bits);
    expect([halves.bits, halves.format, halves.length]).toEqual([bits, format, 3]);
    expect(halves.bits).toBe(bits);
  });

  it('is known by more than its looks', () => {
    const { squaredError } = engines[0].engine;
    const halves = make[format](new Uint16Array(1));
    for (const fake of [
      { bits: new Uint16Array(1), format, length: 1 },
      Object.create(Halves.prototype),
      Object.create(halves),
      new Proxy(halves, {}),
    ]) {
      expect(() => squaredError.mean([1], fake as HalfFloats)).toThrow(
        'squaredError.mean: expected yPred to be a typed array or an array of numbers, got an Object',
      );
    }
  });

  it('comes from an arena, zeros at a multiple of 64 bytes, to be read in place', () => {
    const { squaredError } = engines[1].engine;
    const memory = createArena(1000);
    memory.uint8(1);
    const halves = memory[format](5);
    expect([halves.format, halves.length, halves.bits.byteOffset % 64]).toEqual([format, 5, 0]);
    expect(halves.bits).toEqual(new Uint16Array(5));
    halves.bits.set(toHalves([1, 2, 3, 4, 5], format));
    expect(squaredError.mean(memory.float32(5), halves)).toBe(11);
    expect(memory.bytesFree).toBe(1000 - 1 - 10 - 20);
  });
});

describe.skipIf(Float16Array === undefined)('a Float16Array', () => {
  it.each(engines)('is float16, on the backend $backend', ({ engine }) => {
    const Type = Float16Array as Native;
    for (const bits of [toHalves([0.5, 0.25, 0.125], 'float16'), all]) {
      const native = new Type(bits.buffer, bits.byteOffset, bits.length);
      const wide = widened(bits, 'float16');
      const { squaredError } = engine;
      expectSame(squaredError.perSample(wide, native), squaredError.perSample(wide, wide));
      expectSame(squaredError.perSample(native, wide), squaredError.perSample(wide, wide));
    }
  });
});
