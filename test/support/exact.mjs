// Exact values, by MPFR (gmp-wasm), for tests and the benchmark. Everything here is a sum of terms of one
// sign, so 256 bits leave a relative error under 1e-70 after a million terms.
import { init } from 'gmp-wasm';

const { binding } = await init();
const NEAREST = 0;
const BITS = 256;

/**
 * A variable of MPFR: its address.
 *
 * @typedef {number} Variable
 *
 * Sets a variable to what a label y and a prediction p come to.
 *
 * @typedef {(to: Variable, y: number, p: number) => void} Term
 *
 * A type's digits after the first, and the exponent of its least normal number.
 *
 * @typedef {object} Precision
 * @property {number} digits
 * @property {number} least
 */

/** @returns {Variable} */
function variable() {
  const x = binding.mpfr_t();
  binding.mpfr_init2(x, BITS);
  return x;
}

const term = variable();
const rest = variable();
const scratch = variable();

/** @type {Precision} */
const FLOAT64 = { digits: 52, least: -1022 };
/** @type {Precision} */
export const FLOAT32 = { digits: 23, least: -126 };

/** A real number of 256 bits. */
export class Exact {
  /** @private */
  value = variable();

  /**
   * What `write` leaves in its argument.
   *
   * @param {(to: Variable) => void} write
   */
  static of(write) {
    const made = new Exact();
    write(made.value);
    return made;
  }

  /**
   * Σ of what `write` leaves in its argument for every index below n.
   *
   * @param {number} n
   * @param {(to: Variable, i: number) => void} write
   */
  static sum(n, write) {
    const sum = new Exact();
    binding.mpfr_set_d(sum.value, 0, NEAREST);
    for (let i = 0; i < n; i++) {
      write(term, i);
      binding.mpfr_add(sum.value, sum.value, term, NEAREST);
    }
    return sum;
  }

  /** @param {number} factor */
  times(factor) {
    return Exact.of((to) => this.timesTo(to, factor));
  }

  /** @param {Exact} other */
  plus(other) {
    return Exact.of((to) => binding.mpfr_add(to, this.value, other.value, NEAREST));
  }

  log() {
    return Exact.of((to) => binding.mpfr_log(to, this.value, NEAREST));
  }

  log1p() {
    return Exact.of((to) => binding.mpfr_log1p(to, this.value, NEAREST));
  }

  /**
   * Adds this to a variable.
   *
   * @param {Variable} to
   */
  addTo(to) {
    binding.mpfr_add(to, to, this.value, NEAREST);
  }

  /**
   * Sets a variable to this times a factor.
   *
   * @param {Variable} to
   * @param {number} factor
   */
  timesTo(to, factor) {
    binding.mpfr_mul_d(to, this.value, factor, NEAREST);
  }

  /** @param {number | Exact} divisor */
  over(divisor) {
    return Exact.of((to) => {
      if (typeof divisor === 'number') binding.mpfr_div_d(to, this.value, divisor, NEAREST);
      else binding.mpfr_div(to, this.value, divisor.value, NEAREST);
    });
  }

  toNumber() {
    return binding.mpfr_get_d(this.value, NEAREST);
  }

  /**
   * |of − this| / |this|; 0 if both are 0.
   *
   * @param {number} of
   */
  relativeError(of) {
    binding.mpfr_sub_d(scratch, this.value, of, NEAREST);
    if (binding.mpfr_sgn(scratch) === 0) return 0;
    binding.mpfr_div(scratch, scratch, this.value, NEAREST);
    return Math.abs(binding.mpfr_get_d(scratch, NEAREST));
  }

  /**
   * |of − this| in units in the last place of this as float64, or as float32.
   *
   * @param {number} of
   * @param {Precision} [precision]
   */
  ulps(of, { digits, least } = FLOAT64) {
    if (this.toNumber() === of && !Number.isFinite(of)) return 0;
    binding.mpfr_sub_d(scratch, this.value, of, NEAREST);
    const exponent = Math.max(least, binding.mpfr_get_exp(this.value) - 1);
    binding.mpfr_mul_2si(scratch, scratch, digits - exponent, NEAREST);
    return Math.abs(binding.mpfr_get_d(scratch, NEAREST));
  }
}

// ---------- What single samples come to ----------

/**
 * (p − y)²
 *
 * @type {Term}
 */
export function setSquared(to, y, p) {
  setDifference(to, y, p);
  binding.mpfr_mul(to, to, to, NEAREST);
}

/**
 * p − y
 *
 * @type {Term}
 */
export function setDifference(to, y, p) {
  binding.mpfr_set_d(to, p, NEAREST);
  binding.mpfr_sub_d(to, to, y, NEAREST);
}

/**
 * |p − y|
 *
 * @type {Term}
 */
export function setAbsolute(to, y, p) {
  setDifference(to, y, p);
  binding.mpfr_abs(to, to, NEAREST);
}

/**
 * ½d² where |d| ≤ δ, else δ(|d| − ½δ), d = p − y.
 *
 * @param {number} delta
 * @returns {Term}
 */
export const huberTerm = (delta) => (to, y, p) => {
  setAbsolute(to, y, p);
  if (binding.mpfr_cmp_d(to, delta) <= 0) {
    binding.mpfr_mul(to, to, to, NEAREST);
    binding.mpfr_div_d(to, to, 2, NEAREST);
  } else {
    binding.mpfr_sub_d(to, to, delta / 2, NEAREST);
    binding.mpfr_mul_d(to, to, delta, NEAREST);
  }
};

/**
 * q·d where d ≥ 0, else (q − 1)·d, d = y − p.
 *
 * @param {number} q
 * @returns {Term}
 */
export const quantileTerm = (q) => (to, y, p) => {
  setDifference(to, p, y);
  if (binding.mpfr_cmp_d(to, 0) >= 0) {
    binding.mpfr_mul_d(to, to, q, NEAREST);
  } else {
    binding.mpfr_set_d(scratch, q, NEAREST);
    binding.mpfr_sub_d(scratch, scratch, 1, NEAREST);
    binding.mpfr_mul(to, to, scratch, NEAREST);
  }
};

/**
 * −ln p
 *
 * @param {Variable} to
 * @param {number} p
 */
function setMinusLog(to, p) {
  binding.mpfr_set_d(to, p, NEAREST);
  binding.mpfr_log(to, to, NEAREST);
  binding.mpfr_neg(to, to, NEAREST);
}

/**
 * −ln(1 − p)
 *
 * @param {Variable} to
 * @param {number} p
 */
function setMinusLogOfRest(to, p) {
  binding.mpfr_set_d(to, -p, NEAREST);
  binding.mpfr_log1p(to, to, NEAREST);
  binding.mpfr_neg(to, to, NEAREST);
}

/**
 * to += (1 − y)·rest
 *
 * @param {Variable} to
 * @param {number} y
 */
function addRest(to, y) {
  binding.mpfr_set_d(scratch, -y, NEAREST);
  binding.mpfr_add_d(scratch, scratch, 1, NEAREST);
  binding.mpfr_mul(rest, rest, scratch, NEAREST);
  binding.mpfr_add(to, to, rest, NEAREST);
}

/**
 * −(y ln p + (1 − y) ln(1 − p)), for losses under the floor of 100 each.
 *
 * @type {Term}
 */
export function setBinary(to, y, p) {
  if (y === 1) return setMinusLog(to, p);
  if (y === 0) return setMinusLogOfRest(to, p);
  setMinusLog(to, p);
  binding.mpfr_mul_d(to, to, y, NEAREST);
  setMinusLogOfRest(rest, p);
  addRest(to, y);
}

/**
 * −y ln p; 0 where y is 0.
 *
 * @type {Term}
 */
export function setCategorical(to, y, p) {
  if (y === 0) {
    binding.mpfr_set_d(to, 0, NEAREST);
  } else {
    setMinusLog(to, p);
    binding.mpfr_mul_d(to, to, y, NEAREST);
  }
}

/**
 * e^(x − less)
 *
 * @param {Variable} to
 * @param {number} x
 * @param {number} less
 */
function setExp(to, x, less) {
  binding.mpfr_set_d(to, x, NEAREST);
  binding.mpfr_sub_d(to, to, less, NEAREST);
  binding.mpfr_exp(to, to, NEAREST);
}

/**
 * ln(1 + eˣ), from the side where nothing cancels.
 *
 * @param {Variable} to
 * @param {number} x
 */
function setSoftplus(to, x) {
  setExp(to, -Math.abs(x), 0);
  binding.mpfr_log1p(to, to, NEAREST);
  if (x > 0) binding.mpfr_add_d(to, to, x, NEAREST);
}

/**
 * c·y·ln(1 + e^−z) + (1 − y)·ln(1 + eᶻ)
 *
 * @param {number} [positiveWeight]
 * @returns {Term}
 */
export const binaryLogitTerm =
  (positiveWeight = 1) =>
  (to, y, z) => {
    if (y === 0) return setSoftplus(to, z);
    setSoftplus(to, -z);
    binding.mpfr_mul_d(to, to, y, NEAREST);
    binding.mpfr_mul_d(to, to, positiveWeight, NEAREST);
    if (y === 1) return;
    setSoftplus(rest, z);
    addRest(to, y);
  };

/**
 * Σₖ e^(zₖ − max) but for the maximum itself, the first of them if there are more.
 *
 * @param {Variable} to
 * @param {ArrayLike<number>} z
 * @param {number} first
 */
function setSoftmaxRest(to, z, first) {
  binding.mpfr_set_d(to, 0, NEAREST);
  for (let k = 0; k < z.length; k++) {
    if (k === first) continue;
    setExp(scratch, z[k], z[first]);
    binding.mpfr_add(to, to, scratch, NEAREST);
  }
}

/** @param {ArrayLike<number>} z */
function indexOfMax(z) {
  let first = 0;
  for (let k = 1; k < z.length; k++) if (z[k] > z[first]) first = k;
  return first;
}

/**
 * −log_softmax(z) at the label: (max − z) + log1p(rest).
 *
 * @param {Variable} to
 * @param {ArrayLike<number>} z
 * @param {number} label
 */
export function setSoftmaxLoss(to, z, label) {
  const first = indexOfMax(z);
  setSoftmaxRest(to, z, first);
  binding.mpfr_log1p(to, to, NEAREST);
  setDifference(scratch, z[label], z[first]);
  binding.mpfr_add(to, to, scratch, NEAREST);
}

/**
 * Multiplies a variable.
 *
 * @param {Variable} to
 * @param {number} factor
 */
export function scale(to, factor) {
  binding.mpfr_mul_d(to, to, factor, NEAREST);
}

/**
 * A variable as the nearest float64 and the rest.
 *
 * @param {Variable} from
 * @returns {readonly [high: number, low: number]}
 */
function parts(from) {
  const high = binding.mpfr_get_d(from, NEAREST);
  binding.mpfr_sub_d(scratch, from, high, NEAREST);
  return [high, binding.mpfr_get_d(scratch, NEAREST)];
}

/**
 * Many numbers to some 30 digits, as pairs one after the other: the nearest float64, and the rest.
 *
 * @param {number} n
 * @param {(to: Variable, i: number) => void} write
 * @param {number} [divisor]
 */
export function listOf(n, write, divisor = 1) {
  const list = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    write(term, i);
    binding.mpfr_div_d(term, term, divisor, NEAREST);
    list.set(parts(term), 2 * i);
  }
  return list;
}

// ---------- What many samples come to ----------

/**
 * @param {Term} set
 * @returns {(yTrue: ArrayLike<number>, yPred: ArrayLike<number>) => Exact} Σ of its terms
 */
const sumOfTerms = (set) => (yTrue, yPred) =>
  Exact.sum(yPred.length, (to, i) => set(to, yTrue[i], yPred[i]));

/** Σ (p − y)². */
export const squaredSum = sumOfTerms(setSquared);

/** Σ |p − y|. */
export const absoluteSum = sumOfTerms(setAbsolute);

/** Σ −(y ln p + (1 − y) ln(1 − p)), for losses under the floor of 100 each. */
export const binarySum = sumOfTerms(setBinary);

/** Σ −y ln p over those with y ≠ 0. */
export const categoricalSum = sumOfTerms(setCategorical);

/**
 * Σ of Huber losses.
 *
 * @param {ArrayLike<number>} yTrue
 * @param {ArrayLike<number>} yPred
 * @param {number} [delta]
 */
export function huberSum(yTrue, yPred, delta = 1) {
  return sumOfTerms(huberTerm(delta))(yTrue, yPred);
}

/**
 * Σ of quantile losses.
 *
 * @param {ArrayLike<number>} yTrue
 * @param {ArrayLike<number>} yPred
 * @param {number} [q]
 */
export function quantileSum(yTrue, yPred, q = 0.5) {
  return sumOfTerms(quantileTerm(q))(yTrue, yPred);
}

/**
 * Σ x.
 *
 * @param {ArrayLike<number>} values
 */
export function sumOf(values) {
  return Exact.sum(values.length, (to, i) => {
    binding.mpfr_set_d(to, values[i], NEAREST);
  });
}

/**
 * −ln p.
 *
 * @param {number} p
 */
export function minusLog(p) {
  return Exact.of((to) => setMinusLog(to, p));
}

/**
 * −ln(1 − p).
 *
 * @param {number} p
 */
export function minusLogOfRest(p) {
  return Exact.of((to) => setMinusLogOfRest(to, p));
}

/**
 * log1p(x).
 *
 * @param {number} x
 */
export function log1p(x) {
  return Exact.of((to) => {
    binding.mpfr_set_d(to, x, NEAREST);
    binding.mpfr_log1p(to, to, NEAREST);
  });
}

/**
 * e^(x − less).
 *
 * @param {number} x
 * @param {number} [less]
 */
export function exp(x, less = 0) {
  return Exact.of((to) => setExp(to, x, less));
}

/**
 * c·y·ln(1 + e^−z) + (1 − y)·ln(1 + eᶻ).
 *
 * @param {number} y
 * @param {number} z
 * @param {number} [positiveWeight]
 */
export function binaryLogitLoss(y, z, positiveWeight) {
  return Exact.of((to) => binaryLogitTerm(positiveWeight)(to, y, z));
}

/**
 * −Σₖ yₖ·log_softmax(z)ₖ = Σₖ yₖ·((max − zₖ) + log1p(rest)), of any labels.
 *
 * @param {ArrayLike<number>} z
 * @returns {(y: (k: number) => number) => Exact}
 */
export function softmaxLoss(z) {
  const first = indexOfMax(z);
  const log = Exact.of((to) => setSoftmaxRest(to, z, first)).log1p();
  return (y) =>
    Exact.sum(z.length, (to, k) => {
      const label = y(k);
      binding.mpfr_set_d(to, 0, NEAREST);
      if (label === 0) return;
      setDifference(to, z[k], z[first]);
      log.addTo(to);
      binding.mpfr_mul_d(to, to, label, NEAREST);
    });
}

/**
 * Σ of all of them.
 *
 * @param {readonly Exact[]} values
 */
export function total(values) {
  return Exact.sum(values.length, (to, i) => {
    binding.mpfr_set_d(to, 0, NEAREST);
    values[i].addTo(to);
  });
}

/**
 * Σ of all of them, each times its weight.
 *
 * @param {readonly Exact[]} values
 * @param {ArrayLike<number>} weights
 */
export function weightedSum(values, weights) {
  return Exact.sum(values.length, (to, i) => values[i].timesTo(to, weights[i]));
}
