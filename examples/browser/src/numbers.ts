/** Numbers as text. */

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** What is shown unless all digits are asked for. */
const SHORT = 5;

function superscript(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]);
  return (exponent < 0 ? '⁻' : '') + digits.join('');
}

/** With a true minus sign. */
function signed(text: string): string {
  return text.replace('-', '−');
}

/** As many significant digits as given, without zeros at the end. */
export function format(value: number, digits = SHORT): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  if (size === 0) return '0';
  if (size >= 1e-4 && size < 10 ** Math.max(7, digits)) {
    const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
    const text = rounded.toFixed(Math.min(20, decimals));
    return signed(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  }
  const [mantissa = '', exponent = ''] = rounded.toExponential().split('e');
  return signed(`${mantissa}×10${superscript(Number(exponent))}`);
}

/** With a fixed number of digits after the point. */
export function fixed(value: number, decimals: number): string {
  return signed(value.toFixed(decimals));
}

/** A count, its digits in groups of three. */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** A part of a whole. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
