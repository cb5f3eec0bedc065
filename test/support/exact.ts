// Exact values, by MPFR (gmp-wasm). Everything here is a sum of terms of one sign, so 256 bits leave
// a relative error under 1e-70 after a million terms.
import { init } from 'gmp-wasm';
import type { PlainNumbers as Numbers } from '../../src/arrays.js';

const { binding } = await init();
const NEAREST = 0;
const BITS = 256;

function variable(): number {
  const x = binding.mpfr_t();
  binding.mpfr_init2(x, BITS);
  return x;
}

const term = variable();
const scratch = variable();

/** A type's digits after the first, and the exponent of its least normal number. */
interface Precision {
  readonly digits: number;
  readonly least: number;
}

const FLOAT64: Precision = { digits: 52, least: -1022 };
export const FLOAT32: Precision = { digits: 23, least: -126 };

/** A real number of 256 bits. */
export class Exact {
  private readonly value = variable();

  /** Σ of what `write` leaves in its argument for every index below n. */
  static sum(n: number, write: (to: number, i: number) => void): Exact {
    const sum = new Exact();
    binding.mpfr_set_d(sum.value, 0, NEAREST);
    for (let i = 0; i < n; i++) {
      write(term, i);
      binding.mpfr_add(sum.value, sum.value, term, NEAREST);
    }
    return sum;
  }

  times(factor: number): Exact {
    const product = new Exact();
    binding.mpfr_mul_d(product.value, this.value, factor, NEAREST);
    return product;
  }

  plus(other: Exact): Exact {
    const sum = new Exact();
    binding.mpfr_add(sum.value, this.value, other.value, NEAREST);
    return sum;
  }

  log(): Exact {
    const log = new Exact();
    binding.mpfr_log(log.value, this.value, NEAREST);
    return log;
  }

  log1p(): Exact {
    const log = new Exact();
    binding.mpfr_log1p(log.value, this.value, NEAREST);
    return log;
  }

  /** Adds this to a variable. */
  addTo(to: number): void {
    binding.mpfr_add(to, to, this.value, NEAREST);
  }

  over(divisor: number | Exact): Exact {
    const quotient = new Exact();
    if (typeof divisor === 'number') {
      binding.mpfr_div_d(quotient.value, this.value, divisor, NEAREST);
    } else {
      binding.mpfr_div(quotient.value, this.value, divisor.value, NEAREST);
    }
    return quotient;
  }

  toNumber(): number {
    return binding.mpfr_get_d(this.value, NEAREST);
  }

  /** |of − this| / |this|; 0 if both are 0. */
  relativeError(of: number): number {
    binding.mpfr_sub_d(scratch, this.value, of, NEAREST);
    if (binding.mpfr_sgn(scratch) === 0) return 0;
    binding.mpfr_div(scratch, scratch, this.value, NEAREST);
    return Math.abs(binding.mpfr_get_d(scratch, NEAREST));
  }

  /** |of − this| in units in the last place of this as float64, or as float32. */
  ulps(of: number, { digits, least }: Precision = FLOAT64): number {
    if (this.toNumber() === of && !Number.isFinite(of)) return 0;
    binding.mpfr_sub_d(scratch, this.value, of, NEAREST);
    const exponent = Math.max(least, binding.mpfr_get_exp(this.value) - 1);
    binding.mpfr_mul_2si(scratch, scratch, digits - exponent, NEAREST);
    return Math.abs(binding.mpfr_get_d(scratch, NEAREST));
  }
}

/** Σ (p − y)². */
export function squaredSum(yTrue: Numbers, yPred: Numbers): Exact {
  return Exact.sum(yPred.length, (to, i) => {
    binding.mpfr_set_d(to, yPred[i], NEAREST);
    binding.mpfr_sub_d(to, to, yTrue[i], NEAREST);
    binding.mpfr_mul(to, to, to, NEAREST);
  });
}

/** Σ |p − y|. */
export function absoluteSum(yTrue: Numbers, yPred: Numbers): Exact {
  return Exact.sum(yPred.length, (to, i) => {
    binding.mpfr_set_d(to, yPred[i], NEAREST);
    binding.mpfr_sub_d(to, to, yTrue[i], NEAREST);
    binding.mpfr_abs(to, to, NEAREST);
  });
}

function setMinusLog(to: number, p: number): void {
  binding.mpfr_set_d(to, p, NEAREST);
  binding.mpfr_log(to, to, NEAREST);
  binding.mpfr_neg(to, to, NEAREST);
}

function setMinusLogOfRest(to: number, p: number): void {
  binding.mpfr_set_d(to, -p, NEAREST);
  binding.mpfr_log1p(to, to, NEAREST);
  binding.mpfr_neg(to, to, NEAREST);
}

const rest = variable();

/** Σ −(y ln p + (1 − y) ln(1 − p)), for losses under the floor of 100 each. */
export function binarySum(yTrue: Numbers, yPred: Numbers): Exact {
  return Exact.sum(yPred.length, (to, i) => {
    const y = yTrue[i];
    const p = yPred[i];
    if (y === 1) return setMinusLog(to, p);
    if (y === 0) return setMinusLogOfRest(to, p);
    setMinusLog(to, p);
    binding.mpfr_mul_d(to, to, y, NEAREST);
    setMinusLogOfRest(rest, p);
    binding.mpfr_set_d(scratch, -y, NEAREST);
    binding.mpfr_add_d(scratch, scratch, 1, NEAREST);
    binding.mpfr_mul(rest, rest, scratch, NEAREST);
    binding.mpfr_add(to, to, rest, NEAREST);
  });
}

/** Σ −y ln p over those with y ≠ 0. */
export function categoricalSum(yTrue: Numbers, yPred: Numbers): Exact {
  return Exact.sum(yPred.length, (to, i) => {
    if (yTrue[i] === 0) {
      binding.mpfr_set_d(to, 0, NEAREST);
    } else {
      setMinusLog(to, yPred[i]);
      binding.mpfr_mul_d(to, to, yTrue[i], NEAREST);
    }
  });
}

/** Σ x. */
export function sumOf(values: ArrayLike<number>): Exact {
  return Exact.sum(values.length, (to, i) => {
    binding.mpfr_set_d(to, values[i], NEAREST);
  });
}

/** −ln p. */
export function minusLog(p: number): Exact {
  return Exact.sum(1, (to) => setMinusLog(to, p));
}

/** −ln(1 − p). */
export function minusLogOfRest(p: number): Exact {
  return Exact.sum(1, (to) => setMinusLogOfRest(to, p));
}

/** log1p(x). */
export function log1p(x: number): Exact {
  return Exact.sum(1, (to) => {
    binding.mpfr_set_d(to, x, NEAREST);
    binding.mpfr_log1p(to, to, NEAREST);
  });
}

/** to = e^(x − less). */
function setExp(to: number, x: number, less: number): void {
  binding.mpfr_set_d(to, x, NEAREST);
  binding.mpfr_sub_d(to, to, less, NEAREST);
  binding.mpfr_exp(to, to, NEAREST);
}

/** e^(x − less). */
export function exp(x: number, less = 0): Exact {
  return Exact.sum(1, (to) => setExp(to, x, less));
}

/** Σ ½d² where |d| ≤ δ, else δ(|d| − ½δ), d = p − y. */
export function huberSum(yTrue: Numbers, yPred: Numbers, delta = 1): Exact {
  return Exact.sum(yPred.length, (to, i) => {
    binding.mpfr_set_d(to, yPred[i], NEAREST);
    binding.mpfr_sub_d(to, to, yTrue[i], NEAREST);
    binding.mpfr_abs(to, to, NEAREST);
    if (binding.mpfr_cmp_d(to, delta) <= 0) {
      binding.mpfr_mul(to, to, to, NEAREST);
      binding.mpfr_div_d(to, to, 2, NEAREST);
    } else {
      binding.mpfr_sub_d(to, to, delta / 2, NEAREST);
      binding.mpfr_mul_d(to, to, delta, NEAREST);
    }
  });
}

/** to = ln(1 + eˣ), from the side where nothing cancels. */
function setSoftplus(to: number, x: number): void {
  setExp(to, -Math.abs(x), 0);
  binding.mpfr_log1p(to, to, NEAREST);
  if (x > 0) binding.mpfr_add_d(to, to, x, NEAREST);
}

/** c·y·ln(1 + e^−z) + (1 − y)·ln(1 + eᶻ). */
export function binaryLogitLoss(y: number, z: number, positiveWeight = 1): Exact {
  return Exact.sum(1, (to) => {
    if (y === 0) return setSoftplus(to, z);
    setSoftplus(to, -z);
    binding.mpfr_mul_d(to, to, y, NEAREST);
    binding.mpfr_mul_d(to, to, positiveWeight, NEAREST);
    if (y === 1) return;
    setSoftplus(rest, z);
    binding.mpfr_set_d(scratch, -y, NEAREST);
    binding.mpfr_add_d(scratch, scratch, 1, NEAREST);
    binding.mpfr_mul(rest, rest, scratch, NEAREST);
    binding.mpfr_add(to, to, rest, NEAREST);
  });
}

/** Σₖ e^(zₖ − max) but for the maximum itself, the first of them if there are more. */
function softmaxRest(z: ArrayLike<number>): Exact {
  const first = indexOfMax(z);
  return Exact.sum(z.length, (to, k) => {
    if (k === first) binding.mpfr_set_d(to, 0, NEAREST);
    else setExp(to, z[k], z[first]);
  });
}

function indexOfMax(z: ArrayLike<number>): number {
  let first = 0;
  for (let k = 1; k < z.length; k++) if (z[k] > z[first]) first = k;
  return first;
}

/** −Σₖ yₖ·log_softmax(z)ₖ = Σₖ yₖ·((max − zₖ) + log1p(rest)), of any labels. */
export function softmaxLoss(z: ArrayLike<number>): (y: (k: number) => number) => Exact {
  const max = z[indexOfMax(z)];
  const log = softmaxRest(z).log1p();
  return (y) =>
    Exact.sum(z.length, (to, k) => {
      const label = y(k);
      binding.mpfr_set_d(to, 0, NEAREST);
      if (label === 0) return;
      binding.mpfr_set_d(to, max, NEAREST);
      binding.mpfr_sub_d(to, to, z[k], NEAREST);
      log.addTo(to);
      binding.mpfr_mul_d(to, to, label, NEAREST);
    });
}

/** Σ of all of them. */
export function total(values: readonly Exact[]): Exact {
  return Exact.sum(values.length, (to, i) => {
    binding.mpfr_set_d(to, 0, NEAREST);
    values[i].addTo(to);
  });
}

/** Σ of all of them, each times its weight. */
export function weightedSum(values: readonly Exact[], weights: ArrayLike<number>): Exact {
  return total(values.map((value, i) => value.times(weights[i])));
}
