// The rows of data/, as data/make.py makes them: integers, and single divisions of them.
export const N = 100;

const rows = (of) => Array.from({ length: N }, (_, i) => of(i));
const modulo = (a, b) => ((a % b) + b) % b;

export const label = Uint8Array.from(rows((i) => Number((i * 7) % 3 === 0)));
export const index = Int32Array.from(rows((i) => (i * 5) % 3));
export const p = Float64Array.from(rows((i) => (((i * 37) % 101) + 0.5) / 102));
export const q = Float64Array.from(rows((i) => ((i * 37) % 101) / 1000));
export const w = Float64Array.from(rows((i) => ((i * 11) % 8) / 4));
export const z = Float64Array.from(
  rows((i) => [0, 1, 2].map((k) => (modulo(i * (13 + k) + k, 64) - 32) / 8)).flat(),
);
export const segment = rows((i) => ['north', 'south', 'öst'][i % 3]);

/** Float16 of p: rounded to 11 bits (p is far from its subnormal numbers and from 1). */
export const p16 = Float32Array.from(p, (x) => {
  const unit = 2 ** (Math.floor(Math.log2(x)) - 10);
  return roundHalfEven(x / unit) * unit;
});

function roundHalfEven(x) {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
