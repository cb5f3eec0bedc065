// Exact values, by MPFR (gmp-wasm). Everything here is a sum of terms of one sign, so 256 bits leave
// a relative error under 1e-70 after a million terms.
import { init } from 'gmp-wasm';
import type { Numbers } from '../../src/arrays.js';

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

  over(divisor: number): Exact {
    const quotient = new Exact();
    binding.mpfr_div_d(quotient.value, this.value, divisor, NEAREST);
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

  /** |of − this| in units in the last place of this as float64. */
  ulps(of: number): number {
    if (this.toNumber() === of && !Number.isFinite(of)) return 0;
    binding.mpfr_sub_d(scratch, this.value, of, NEAREST);
    const exponent = Math.max(-1022, binding.mpfr_get_exp(this.value) - 1);
    binding.mpfr_mul_2si(scratch, scratch, 52 - exponent, NEAREST);
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
