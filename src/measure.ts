import { describe, isArray, type Numbers } from './arrays.js';
import { reduceBrief } from './brief.js';
import { type Call, openArguments } from './call.js';
import { type Core, coreOf } from './definition.js';
import { mapArray } from './exotic.js';
import type { Loss, MeanOptions } from './loss.js';
import {
  asDenominator,
  asReduction,
  type Denominator,
  Divisor,
  meanOf,
  openDivisor,
  type Reduction,
} from './means.js';
import { RunningSum } from './running-sum.js';
import { addBlock, addByThreads } from './sums.js';
import { type Course, runTogether } from './together.js';
import { asArgument, checkNames } from './validate.js';

/** Options of {@link measure}. */
export interface MeasureOptions extends MeanOptions {
  /** `'mean'` (default) or `'sum'`: which of them it gives. */
  reduction?: Reduction;
}

const OPTIONS = ['reduction', 'sampleWeight', 'denominator'];

/** One loss that is being measured. */
class Measured implements Course {
  readonly core: Core;
  readonly call: Call;
  readonly running = new RunningSum();
  readonly divisor: Divisor;
  /** The same, unless each sample counts for 1. */
  private readonly opened: Divisor | undefined;
  /** Samples done. */
  private done = 0;

  constructor(core: Core, call: Call, denominator: Denominator) {
    this.core = core;
    this.call = call;
    this.divisor = new Divisor(denominator);
    this.opened = openDivisor(core, call, this.divisor);
  }

  position(): number {
    return this.done < this.call.n ? this.done * this.call.classes : Infinity;
  }

  step(): void {
    const { core, call, running, opened, done } = this;
    const n = Math.min(call.blockSize, call.n - done);
    addBlock(core, call, done, n, running, opened);
    this.done += n;
  }

  leap(): void {
    const { core, call, running, opened } = this;
    if (addByThreads(core, call, 0, call.n, running, opened)) this.done = call.n;
  }
}

/**
 * Several losses of the same arrays, which are read from memory once for all of them.
 *
 * @param losses losses, each with its options, in its unit and on its engine's backend
 * @param yTrue the truth, as each of the losses takes it
 * @param yPred the predictions, as each of the losses takes them
 * @param options weights of the samples, what sums are divided by, and whether to divide them
 * @returns what each loss's own `mean` (or `sum`) gives, bit for bit, in their order
 * @throws {TypeError} if `losses` is not an array of losses, and as `mean` (or `sum`) of any of them
 * @throws {RangeError} as `mean` (or `sum`) of any of them
 */
export function measure(
  losses: readonly Loss[],
  yTrue: Numbers,
  yPred: Numbers,
  options: Readonly<MeasureOptions> = {},
): number[] {
  const callName = 'measure';
  checkNames(callName, options, OPTIONS);
  const cores = coresOf(callName, losses);
  const isMean = asReduction(callName, options.reduction) === 'mean';
  const denominator = asDenominator(callName, options.denominator);
  if (options.sampleWeight === undefined) {
    const brief = measureBrief(cores, yTrue, yPred, isMean);
    if (brief !== undefined) return brief;
  }
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asArgument(callName, 'yPred', yPred);
  const weights =
    options.sampleWeight === undefined
      ? undefined
      : asArgument(callName, 'sampleWeight', options.sampleWeight);
  const calls = cores.map((core) =>
    openArguments(core, `${callName}: ${core.name}`, truth, predictions, weights, true),
  );
  try {
    const begin = () => calls.map((call, i) => new Measured(cores[i], call, denominator));
    const measured = begin();
    runTogether(measured, begin);
    return measured.map(({ core, call, running, divisor }) =>
      isMean ? meanOf(core, call.name, running, divisor) : running.value,
    );
  } finally {
    for (const { workspace } of calls) workspace.release();
  }
}

/** By the short way of each loss; undefined if that takes calls. */
function measureBrief(
  cores: readonly Core[],
  yTrue: Numbers,
  yPred: Numbers,
  isMean: boolean,
): number[] | undefined {
  const values: number[] = [];
  for (const core of cores) {
    const value = reduceBrief(core, yTrue, yPred, isMean);
    if (Number.isNaN(value)) return undefined;
    values.push(value);
  }
  return values;
}

/** What losses are from within. */
export function coresOf(callName: string, losses: unknown): Core[] {
  if (!isArray(losses)) {
    throw new TypeError(
      `${callName}: expected losses to be an array of losses, got ${describe(losses)}`,
    );
  }
  return mapArray(`${callName}: losses`, losses, (loss, i) => {
    const core = coreOf(loss);
    if (core !== undefined) return core;
    throw new TypeError(`${callName}: expected losses[${i}] to be a loss, got ${describe(loss)}`);
  });
}
