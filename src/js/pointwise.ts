// What the losses of a number and another have in common: see assembly/pointwise.ts.

/** One number where p is above y, another below, 0 at equality, NaN where there is a NaN. */
export function sideOf(y: number, p: number, above: number, below: number): number {
  const d = p - y;
  return d > 0 ? above : d < 0 ? below : d === 0 ? 0 : NaN;
}
