// What the verbs, accumulators and `measure` share: opening a call, adding up, dividing.
import type { Backends } from './backends.js';
import { Fold, forEachBlock } from './blocks.js';
import type { Definition } from './definition.js';
import type { Formula } from './formula.js';
import { clear, type Kept, keep, zeroWeights } from './kept.js';
import type { LossOptions } from './losses/options.js';
import { addTotal, checkLengths, type Pass, samplesPerBlock } from './pass.js';
import type { Source } from './source.js';
import { type Denominator, Tally } from './tally.js';
import { asSource, checkChoice, lengthError } from './validate.js';

/** Whether it is the mean of the samples' losses, or their sum. */
export type Reduction = 'mean' | 'sum';

/** A loss from within. */
export interface Core<Options extends LossOptions = LossOptions> {
  readonly name: string;
  readonly options: Readonly<Options>;
  readonly definition: Definition<Options>;
  readonly formula: Formula;
  readonly backends: Backends;
  /** As errors name the calls; made once, because making them would take longer than a small call. */
  readonly calls: Readonly<Record<Verb, string>>;
}

type Verb = 'mean' | 'sum' | 'perSample' | 'gradient' | 'valueAndGradient';

export function makeCore<Options extends LossOptions>(
  definition: Definition<Options>,
  backends: Backends,
  options: Readonly<Options>,
): Core<Options> {
  const { name } = definition;
  return {
    name,
    // The formula is made of them: they stay as they were checked.
    options: Object.freeze(options),
    definition,
    formula: definition.formula(options),
    backends,
    calls: {
      mean: `${name}.mean`,
      sum: `${name}.sum`,
      perSample: `${name}.perSample`,
      gradient: `${name}.gradient`,
      valueAndGradient: `${name}.valueAndGradient`,
    },
  };
}

const cores = new WeakMap<object, Core>();

export function setCore(loss: object, core: Core): void {
  cores.set(loss, core);
}

/** The loss from within, or undefined if it is none. */
export function coreOf(loss: unknown): Core | undefined {
  return typeof loss === 'object' && loss !== null ? cores.get(loss) : undefined;
}

/** Checks the arguments of a call and says where they will be read. */
export function open(
  core: Core,
  call: string,
  yTrue: unknown,
  yPred: unknown,
  sampleWeight?: unknown,
  rereads = core.formula.rereads,
): Pass {
  const truth = asSource(call, 'yTrue', yTrue);
  const predictions = asSource(call, 'yPred', yPred);
  const weights =
    sampleWeight === undefined ? undefined : asSource(call, 'sampleWeight', sampleWeight);
  return openSources(core, call, truth, predictions, weights, rereads);
}

export function openSources(
  core: Core,
  call: string,
  yTrue: Source,
  yPred: Source,
  weights: Source | undefined,
  rereads: boolean,
): Pass {
  const shape = core.formula.shape(call, yTrue, yPred);
  if (weights !== undefined && weights.length !== shape.n) {
    throw lengthError(call, 'sampleWeight', shape.n, 'one for each sample', weights.length);
  }
  if (rereads || weights !== undefined) {
    yTrue.settle();
    yPred.settle();
    weights?.settle();
  }
  const workspace = core.backends.workspace(yTrue, yPred, core.definition.few);
  const pass = { call, yTrue, yPred, weights, ...shape, workspace, standIn: undefined };
  // From here on, no user code runs.
  if (rereads || weights !== undefined) checkLengths(pass);
  return pass;
}

/**
 * Adds the losses of samples from … from + n − 1, at most a block, each times its weight; and what
 * they count for, if there is a tally.
 */
export function addBlock(
  core: Core,
  pass: Pass,
  from: number,
  n: number,
  fold: Fold,
  tally: Tally | undefined,
): void {
  const zeros = zeroWeights(pass, from, n);
  tally?.addBlock(pass, core.formula, from, n, zeros);
  if (pass.weights === undefined) core.formula.addTotal(pass, from, n, fold);
  else addWeighted(core, keep(pass, from, n, zeros), pass.weights, fold);
}

/** Adds the losses of the samples of a block that count, each times its weight. */
export function addWeighted(core: Core, kept: Kept, weights: Source, fold: Fold): void {
  const { pass, from, n } = kept;
  if (n === 0) return;
  const { workspace } = pass;
  const { losses, total } = workspace;
  core.formula.writeLosses(pass, from, n, losses);
  // (Even where it is infinite: 0 · ∞ is NaN.)
  clear(losses, kept);
  workspace.dot.f64.total(losses, workspace.weights(weights, from, n), n, total);
  addTotal(pass, fold);
}

/**
 * The tally to add blocks to; undefined where each sample counts for 1, which is counted here, because
 * a block of squared errors takes no longer than twenty calls.
 */
export function openTally({ formula }: Core, pass: Pass, tally: Tally): Tally | undefined {
  if (pass.weights !== undefined || formula.writeShares !== undefined) return tally;
  tally.addPlain(pass.n);
  return undefined;
}

/** Adds the losses of all samples, and to the tally what they count for. */
export function addAll(core: Core, pass: Pass, tally: Tally): Fold {
  const fold = new Fold();
  const opened = openTally(core, pass, tally);
  try {
    forEachBlock(pass.n, samplesPerBlock(pass.classes), (from, n) =>
      addBlock(core, pass, from, n, fold, opened),
    );
  } finally {
    pass.workspace.release();
  }
  checkLengths(pass);
  return fold;
}

/** What all samples count for. */
export function tallyOf(core: Core, pass: Pass, denominator: Denominator): Tally {
  const tally = new Tally(denominator);
  const opened = openTally(core, pass, tally);
  if (opened === undefined) return tally;
  try {
    forEachBlock(pass.n, samplesPerBlock(pass.classes), (from, n) =>
      opened.addBlock(pass, core.formula, from, n, zeroWeights(pass, from, n)),
    );
  } finally {
    pass.workspace.release();
  }
  return tally;
}

/**
 * Throws if an element of a sample that counts is outside the domain. False if that takes the losses
 * themselves to know.
 */
export function checkAhead({ formula }: Core, pass: Pass, zeros: number): boolean {
  let isChecked = true;
  forEachBlock(pass.n, samplesPerBlock(pass.classes), (from, n) => {
    if (!isChecked) return;
    const kept = keepOf(pass, from, n, zeros);
    if (kept.n > 0) isChecked = formula.check(kept.pass, kept.from, kept.n);
  });
  return isChecked;
}

/** What counts of a block of a pass that has so many samples of weight 0 in all. */
export function keepOf(pass: Pass, from: number, n: number, zeros: number): Kept {
  return keep(pass, from, n, zeros === 0 ? 0 : zeroWeights(pass, from, n));
}

/** The mean: a sum over what a tally says. */
export function meanOf(core: Core, call: string, fold: Fold, tally: Tally): number {
  return tally.nonzero > 0 ? fold.over(tally.divisor) : meanOfNothing(core, call, tally);
}

/** The mean where no sample counts, and its derivative. */
export function meanOfNothing({ options }: Core, call: string, { count }: Tally): number {
  if (options.onEmpty === 'throw') {
    const [wanted, got] = count === 0 ? ['', '0'] : [' whose weight is not 0', `${count} of 0`];
    throw new RangeError(`${call}: expected at least one sample${wanted}, got ${got}`);
  }
  return options.onEmpty === 'zero' ? 0 : NaN;
}

const DENOMINATORS: readonly Denominator[] = ['weight', 'count', 'nonzero'];
const REDUCTIONS: readonly Reduction[] = ['mean', 'sum'];

export function asDenominator(call: string, value: unknown): Denominator {
  return value === undefined ? 'weight' : checkChoice(call, 'denominator', value, DENOMINATORS);
}

export function asReduction(call: string, value: unknown): Reduction {
  return value === undefined ? 'mean' : checkChoice(call, 'reduction', value, REDUCTIONS);
}
