// @ts-check
// Numbers as the figures show them.

/** @param {number} x */
export const decimals = (x, digits = 4) => x.toFixed(digits);

/** With thousands apart, and a minus sign. @param {number} x */
export const integer = (x) => x.toLocaleString('en-US').replace('-', '−');

/** @param {number} p */
export const probability = (p) => p.toFixed(2);
