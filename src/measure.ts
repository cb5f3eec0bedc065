import { describe, isArray, type Numbers } from './arrays.js';
import { samplesPerBlock } from './block.js';
import { type Call, openArguments } from './call.js';
import { type Core, coreOf } from './definition.js';
import { mapArray } from './exotic.js';
import type { Loss, MeanOptions } from './loss.js';
import {
  asDenominator,
  asReduction,
  Divisor,
  meanOf,
  openDivisor,
  type Reduction,
} from './means.js';
import { RunningSum } from './running-sum.js';
import { addBlock } from './sums.js';
import { runTogether } from './together.js';
import { asArgument, checkNames } from './validate.js';

/** Options of {@link measure}. */
export interface MeasureOptions extends MeanOptions {
  /** `'mean'` (default) or `'sum'`: which of them it gives. */
  reduction?: Reduction;
}

const OPTIONS = ['reduction', 'sampleWeight', 'denominator'];

/** One loss that is being measured. */
interface Measured {
  readonly core: Core;
  readonly call: Call;
  readonly running: RunningSum;
  readonly divisor: Divisor;
  /** The same, unless each sample counts for 1. */
  readonly opened: Divisor | undefined;
  /** Samples done. */
  done: number;
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
  const truth = asArgument(callName, 'yTrue', yTrue);
  const predictions = asArgument(callName, 'yPred', yPred);
  const weights =
    options.sampleWeight === undefined
      ? undefined
      : asArgument(callName, 'sampleWeight', options.sampleWeight);
  const courses = cores.map((core): Measured => {
    const call = openArguments(
      core,
      `${callName}: ${core.name}`,
      truth,
      predictions,
      weights,
      true,
    );
    const divisor = new Divisor(denominator);
    return {
      core,
      call,
      running: new RunningSum(),
      divisor,
      opened: openDivisor(core, call, divisor),
      done: 0,
    };
  });
  try {
    runTogether(
      courses.map((course) => ({ position: () => positionOf(course), step: () => step(course) })),
    );
  } finally {
    for (const { call } of courses) call.workspace.release();
  }
  return courses.map(({ core, call, running, divisor }) =>
    isMean ? meanOf(core, call.name, running, divisor) : running.value,
  );
}

function positionOf({ call, done }: Measured): number {
  return done < call.n ? done * call.classes : Infinity;
}

function step(course: Measured): void {
  const { core, call, running, opened, done } = course;
  const n = Math.min(samplesPerBlock(call.classes), call.n - done);
  addBlock(core, call, done, n, running, opened);
  course.done += n;
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
