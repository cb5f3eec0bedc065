// The options of every loss, and what each may be.
import { type Numbers, newArray } from '../arrays.js';
import { asArgument, checkBoolean, checkChoice, checkNames, checkNumber } from '../validate.js';

/** What the mean of nothing is: NaN, 0, or a RangeError. */
export type OnEmpty = 'nan' | 'zero' | 'throw';

/** Which probabilities of a row are checked: all of them, or those that its loss is made of. */
export type CheckScope = 'all' | 'used';

/** Options of every loss. */
export interface LossOptions {
  /**
   * The mean of nothing, be it of no samples, or where `ignoreIndex` or weights of 0 leave out all of
   * them: `'nan'` (default), `'zero'`, or `'throw'` for a RangeError; its gradient is NaN, 0, or the
   * error. The sum of nothing is 0.
   */
  onEmpty?: OnEmpty;
}

/** Options of the Huber loss. */
export interface HuberOptions extends LossOptions {
  /** δ, where the parabola becomes a line: finite and > 0, in the unit of y; 1 unless given. */
  delta?: number;
}

/** Options of the quantile loss. */
export interface QuantileOptions extends LossOptions {
  /** q, the quantile whose best guess it is: above 0 and below 1; 0.5, the median, unless given. */
  quantile?: number;
}

/** Options of the losses of probabilities. */
export interface ProbabilityOptions extends LossOptions {
  /**
   * Above 0 and below 0.5: moves p into [clip, 1 − clip] first, so that p may be any number, also one
   * outside [0, 1] or infinite; NaN stays NaN. The gradient is 0 where p is moved, and at 0 and 1 even
   * if the type of p is too coarse to tell 1 − clip from 1; the floor of −100 under the logarithm
   * remains for that. Keras takes 1e-7, scikit-learn the type's epsilon. Float32 predictions are
   * clipped in float32, as Keras does. Not with `fromLogits`.
   */
  clip?: number;
}

/** Options of binary cross-entropy. Labels are smoothed first, then weighted. */
export interface BinaryOptions extends ProbabilityOptions {
  /** Whether predictions are logits z, with p = σ(z) = 1/(1 + e⁻ᶻ), rather than probabilities. */
  fromLogits?: boolean;
  /** α in [0, 1], 0 unless given: y becomes y(1 − α) + α/2 first (Keras's `label_smoothing`). */
  labelSmoothing?: number;
  /**
   * c, finite and ≥ 0, 1 unless given: the weight of the term of y (PyTorch's `pos_weight`).
   *
   * - Probabilities: −(c·y·max(ln p, −100) + (1 − y)·max(ln(1 − p), −100)), gradient
   *   ((p − y) + (1 − c)·y·(1 − p)) / max(p(1 − p), 1e-12).
   * - Logits: (1 − y)z + (1 + (c − 1)y)·(log1p(e^−|z|) + max(−z, 0)), gradient
   *   σ(z)·(1 + (c − 1)y) − c·y.
   */
  positiveWeight?: number;
}

/**
 * Options of the categorical losses. Rows of probabilities are normalized first, then clipped; labels
 * are smoothed first, then weighted.
 */
export interface RowOptions extends ProbabilityOptions {
  /** K, an integer ≥ 1. With class indices it is yPred.length / yTrue.length unless given. */
  classes?: number;
  /** Whether predictions are logits z, with p = softmax(z), rather than probabilities. */
  fromLogits?: boolean;
  /**
   * Divides each row by its sum S first, q = p/S (Keras; scikit-learn before 1.5); a RangeError names
   * a row whose sum is 0. With gₖ the gradient with respect to qₖ, that of pⱼ is
   * (gⱼ − Σₖ gₖ·qₖ)/S. Not with `fromLogits`.
   */
  normalize?: boolean;
  /**
   * Which probabilities must be in [0, 1] (without `clip`) and make a sample's loss NaN if they are: `'all'`
   * (default), or `'used'`, those that the loss is made of. With class indices that is p_y, and of typed
   * arrays no other is read; with rows of labels those whose label is not 0; with `normalize` or
   * `labelSmoothing` all of them. The others may be any numbers. Losses and gradients are the same; by
   * class index their sums may differ in the last digits. Labels are always checked. Not with `fromLogits`.
   */
  check?: CheckScope;
  /** α in [0, 1], 0 unless given: each label yₖ becomes (1 − α)yₖ + α/K first (PyTorch, Keras). */
  labelSmoothing?: number;
  /**
   * K weights cₖ, finite and ≥ 0, 1 unless given (PyTorch's `weight`): the loss is −Σₖ tₖ·ln pₖ with
   * tₖ = cₖ·((1 − α)yₖ + α/K), its gradient from logits softmax(z)ₖ·Σt − tₖ. With class indices the
   * mean is divided by Σᵢ wᵢ·c_yᵢ, as by PyTorch, unless another {@link Denominator} is asked for;
   * with rows of labels the classes' weights are not in it.
   */
  classWeight?: Numbers;
}

/** Options of the categorical loss with class indices. */
export interface SparseOptions extends RowOptions {
  /**
   * An integer, which may lie outside 0 … K − 1: samples of this label count for nothing, and their
   * predictions are not looked at (PyTorch's `ignore_index`). Unless given, none is ignored.
   */
  ignoreIndex?: number;
}

/** Options as they are once they are checked. */
export type Checked<Options extends RowOptions> = Readonly<Omit<Options, 'classWeight'>> & {
  readonly classWeight?: readonly number[];
};

/** Returns the value of an option, or throws an error that names it. */
type Check = (call: string, value: unknown) => unknown;

/** A check for each option. */
export type Checks<Options> = { readonly [Name in keyof Required<Options>]: Check };

/** Every option checked by its own rule; an option that is undefined counts as not given. */
export function checkOptions<Options extends object>(
  call: string,
  options: Options,
  checks: Checks<Options>,
): Options {
  const given: unknown = options;
  checkNames(call, given, Object.keys(checks));
  const checked: Record<string, unknown> = {};
  for (const [name, check] of Object.entries<Check>(checks)) {
    const value = given[name];
    if (value !== undefined) checked[name] = check(call, value);
  }
  return checked as Options;
}

/** Options that are for probabilities are an error, rather than ignored, with logits. */
export function checkTogether(call: string, options: RowOptions): void {
  if (options.fromLogits !== true) return;
  for (const name of ['clip', 'normalize', 'check'] as const) {
    const value = options[name];
    // (What is there unless it is given changes nothing, and undoes what was given before.)
    if (value !== undefined && value !== false && value !== 'all') {
      throw new TypeError(`${call}: ${name} is for probabilities, not with fromLogits`);
    }
  }
}

export const onEmpty: Check = (call, value) =>
  checkChoice(call, 'onEmpty', value, ['nan', 'zero', 'throw']);

export const clip: Check = (call, value) =>
  checkNumber(call, 'clip', value, 'a number between 0 and 0.5', (x) => x > 0 && x < 0.5);

export const normalize: Check = (call, value) => checkBoolean(call, 'normalize', value);

export const checkScope: Check = (call, value) =>
  checkChoice(call, 'check', value, ['all', 'used']);

export const fromLogits: Check = (call, value) => checkBoolean(call, 'fromLogits', value);

export const delta: Check = (call, value) =>
  checkNumber(call, 'delta', value, 'a finite number above 0', (x) => x > 0 && x < Infinity);

export const level: Check = (call, value) =>
  checkNumber(call, 'quantile', value, 'a number between 0 and 1', (x) => x > 0 && x < 1);

export const positiveWeight: Check = (call, value) =>
  checkNumber(call, 'positiveWeight', value, 'a finite number ≥ 0', (x) => x >= 0 && x < Infinity);

export const labelSmoothing: Check = (call, value) =>
  checkNumber(call, 'labelSmoothing', value, 'a number in [0, 1]', (x) => x >= 0 && x <= 1);

export const ignoreIndex: Check = (call, value) =>
  checkNumber(call, 'ignoreIndex', value, 'an integer', (x) => Number.isSafeInteger(x));

export const classes: Check = (call, value) =>
  checkNumber(
    call,
    'classes',
    value,
    'an integer of at least 1',
    (x) => Number.isSafeInteger(x) && x >= 1,
  );

/** A copy: what the caller does with the array later changes nothing. */
export const classWeight: Check = (call, value) => {
  const argument = asArgument(call, 'classWeight', value);
  argument.settle();
  const numbers = newArray(argument.name, Float64Array, argument.length);
  argument.copyTo(0, argument.length, numbers);
  const weights = Array.from(numbers);
  const i = weights.findIndex((w) => !(w >= 0 && w < Infinity));
  if (i >= 0) {
    throw new RangeError(
      `${call}: classWeight[${i}] is ${weights[i]}, expected a finite weight ≥ 0`,
    );
  }
  return Object.freeze(weights) satisfies Numbers;
};
