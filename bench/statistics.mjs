// @ts-check

/** The quantile q of numbers, between neighbours in proportion. @param {readonly number[]} numbers */
export function quantile(numbers, /** @type {number} */ q) {
  const sorted = Float64Array.from(numbers).sort();
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

/** @param {readonly number[]} numbers */
export function median(numbers) {
  return quantile(numbers, 0.5);
}
