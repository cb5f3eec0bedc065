// Where inputs come from: integers and single, correctly rounded operations, which no engine may do
// in a way of its own, as it may Math.sin or 10 ** x.

/**
 * Numbers of [0, 1) with 53 random bits, the same ones for the same seed (mulberry32, two draws each).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function seeded(seed) {
  let state = seed | 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return () => ((draw() >>> 5) * 0x4000000 + (draw() >>> 6)) / 0x20000000000000;
}

/** From 2⁻¹⁰⁷⁴ up to 2¹⁰²³. */
const powers = new Float64Array(2098);
powers[1074] = 1;
for (let i = 1073; i >= 0; i--) powers[i] = powers[i + 1] / 2;
for (let i = 1075; i < powers.length; i++) powers[i] = powers[i - 1] * 2;

/**
 * 2ᵏ, exactly.
 *
 * @param {number} k an integer from −1074 to 1023
 */
export function powerOfTwo(k) {
  return powers[k + 1074];
}

/**
 * An integer from `least` to `most`.
 *
 * @param {() => number} random
 * @param {number} least
 * @param {number} most
 */
export function integer(random, least, most) {
  return least + Math.floor((most - least + 1) * random());
}

/**
 * A positive number whose exponent is any from `least` to `most` with the same chance.
 *
 * @param {() => number} random
 * @param {number} least
 * @param {number} most
 */
export function magnitude(random, least, most) {
  return (0.5 + random() / 2) * powerOfTwo(integer(random, least, most));
}

/** @param {() => number} random */
export function sign(random) {
  return random() < 0.5 ? -1 : 1;
}

/** @param {() => number} random */
export function bit(random) {
  return random() < 0.5 ? 0 : 1;
}
