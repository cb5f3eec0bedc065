// Half floats: 16 bits each, and the float32 that they stand for.
import { INSPECT, type Inspect } from './inspect.js';

/** IEEE 754's binary16, or the upper half of a float32. */
export type HalfFormat = 'float16' | 'bfloat16';

interface Content {
  readonly format: HalfFormat;
  readonly bits: Uint16Array;
}

/**
 * Half floats, as `float16`, `bfloat16` and an arena's verbs of these names make them: 16 bits each,
 * which losses read as the numbers they stand for.
 */
export class HalfFloats {
  /** Which numbers the bits stand for. */
  readonly format: HalfFormat;
  /** The memory itself: what is written here is what losses read. */
  readonly bits: Uint16Array;
  readonly #content: Content;

  /** @internal */
  constructor(format: HalfFormat, bits: Uint16Array) {
    this.format = format;
    this.bits = bits;
    this.#content = { format, bits };
  }

  /** How many there are. */
  get length(): number {
    return this.bits.length;
  }

  /** @internal */
  [INSPECT](_depth: number, style: object, inspect: Inspect): string {
    return `${this.format}(${inspect(this.bits, style)})`;
  }

  /**
   * What it was made with, whatever has been done to the object since; undefined for anything else.
   *
   * @internal
   */
  static contentOf(value: object): Content | undefined {
    return #content in value ? value.#content : undefined;
  }
}

const tables: { [format in HalfFormat]?: Float32Array } = {};

/**
 * All 65,536 half floats of a format as float32, made when they are first asked for. (To look one up
 * takes 1.3 ns, to put its bits together 9.)
 */
export function halfTable(format: HalfFormat): Float32Array {
  tables[format] ??= format === 'float16' ? float16Table() : bfloat16Table();
  return tables[format];
}

function float16Table(): Float32Array {
  return new Float32Array(65536).map((_, half) => {
    const sign = half < 0x8000 ? 1 : -1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

function bfloat16Table(): Float32Array {
  return new Float32Array(new Uint32Array(65536).map((_, half) => half << 16).buffer);
}
