// Float64 as multiples of the least of them, 2^−1074: integers, whose sums are exact whatever their size.

/** A finite number in units of 2^−1074. */
export function toUnits(x: number): bigint {
  const size = Math.abs(x);
  // Each factor makes an integer of x without overflow.
  if (size < 2 ** -51) return BigInt(x / Number.MIN_VALUE);
  return size < 2 ** 900 ? BigInt(x * 2 ** 104) << 970n : BigInt(x) << 1074n;
}

/** The float64 nearest to so many units, to even between two; infinite where that is beyond all. */
export function nearest(units: bigint): number {
  const size = units < 0n ? -units : units;
  if (size < 1n << 1000n) return Number(units) * Number.MIN_VALUE;
  const isHuge = size >= 1n << 1900n;
  const shift = isHuge ? 1074n : 900n;
  const high = units >> shift;
  // That there is more makes an odd number of it, which is no half way between two float64.
  const rounded = Number(high << shift === units ? high : high | 1n);
  return isHuge ? rounded : rounded * 2 ** -174;
}
