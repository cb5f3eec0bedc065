/**
 * A hash of 64 bits over numbers as float64 and over text: two MurmurHash3 (32 bits) from different
 * seeds. FNV over words would not do: a sign only moves the highest bit there, and two changed signs
 * cancel out.
 */
export class Hash {
  #first = 0x6c6f7373;
  #second = 0x6d657465;
  #length = 0;

  /** @param {number} word 32 bits */
  #add(word) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    const a = this.#first ^ k;
    this.#first = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
    const b = this.#second ^ k;
    this.#second = (Math.imul((b << 13) | (b >>> 19), 5) + 0xe6546b64) | 0;
    this.#length += 4;
  }

  /**
   * All bits of a number; of NaN only that it is one, as WebAssembly leaves its bits open.
   *
   * @param {number} value
   */
  number(value) {
    float[0] = value;
    const isNumber = !Number.isNaN(value);
    this.#add(isNumber ? words[0] : 0);
    this.#add(isNumber ? words[1] : 0x7ff80000);
  }

  /** @param {Float32Array | Float64Array} values */
  array(values) {
    this.number(values.byteLength);
    for (let i = 0; i < values.length; i++) this.number(values[i]);
  }

  /** @param {string} text */
  text(text) {
    this.number(text.length);
    for (let i = 0; i < text.length; i++) this.#add(text.charCodeAt(i));
  }

  /** 16 hexadecimal digits. */
  get hex() {
    return [this.#first, this.#second].map((word) => hex(finish(word ^ this.#length))).join('');
  }
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** @param {number} h */
function finish(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param {number} word */
function hex(word) {
  return word.toString(16).padStart(8, '0');
}
