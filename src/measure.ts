import { describe, isArray, mapArray, type Numbers } from './arrays.js';
import { Fold } from './blocks.js';
import {
  addBlock,
  asDenominator,
  asReduction,
  type Core,
  coreOf,
  meanOf,
  openSources,
  openTally,
  type Reduction,
} from './core.js';
import type { Loss, MeanOptions } from './loss.js';
import { type Pass, samplesPerBlock } from './pass.js';
import { Tally } from './tally.js';
import { asSource, checkNames } from './validate.js';

/** Options of {@link measure}. */
export interface MeasureOptions extends MeanOptions {
  /** `'mean'` (default) or `'sum'`: which of them it gives. */
  reduction?: Reduction;
}

const OPTIONS = ['reduction', 'sampleWeight', 'denominator'];

/** One loss on its way through the arrays. */
interface Course {
  readonly core: Core;
  readonly pass: Pass;
  readonly fold: Fold;
  readonly tally: Tally;
  /** The same, unless each sample counts for 1. */
  readonly opened: Tally | undefined;
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
  const call = 'measure';
  checkNames(call, options, OPTIONS);
  const cores = coresOf(call, losses);
  const isMean = asReduction(call, options.reduction) === 'mean';
  const denominator = asDenominator(call, options.denominator);
  const truth = asSource(call, 'yTrue', yTrue);
  const predictions = asSource(call, 'yPred', yPred);
  const weights =
    options.sampleWeight === undefined
      ? undefined
      : asSource(call, 'sampleWeight', options.sampleWeight);
  const courses = cores.map((core): Course => {
    const pass = openSources(core, `${call}: ${core.name}`, truth, predictions, weights, true);
    const tally = new Tally(denominator);
    return { core, pass, fold: new Fold(), tally, opened: openTally(core, pass, tally), done: 0 };
  });
  try {
    if (courses.length > 0) run(courses);
  } finally {
    for (const { pass } of courses) pass.workspace.release();
  }
  return courses.map(({ core, pass, fold, tally }) =>
    isMean ? meanOf(core, pass.call, fold, tally) : fold.value,
  );
}

/** The loss that is least far takes the next step, until all are through. */
function run(courses: readonly Course[]): void {
  const position = ({ pass, done }: Course) => (done < pass.n ? done * pass.classes : Infinity);
  const last = (a: Course, b: Course) => (position(b) < position(a) ? b : a);
  for (;;) {
    const course = courses.reduce(last);
    if (course.done >= course.pass.n) return;
    step(course);
  }
}

function step(course: Course): void {
  const { core, pass, fold, opened, done } = course;
  const n = Math.min(samplesPerBlock(pass.classes), pass.n - done);
  addBlock(core, pass, done, n, fold, opened);
  course.done += n;
}

function coresOf(call: string, losses: unknown): Core[] {
  if (!isArray(losses)) {
    throw new TypeError(
      `${call}: expected losses to be an array of losses, got ${describe(losses)}`,
    );
  }
  return mapArray(`${call}: losses`, losses, (loss, i) => {
    const core = coreOf(loss);
    if (core !== undefined) return core;
    throw new TypeError(`${call}: expected losses[${i}] to be a loss, got ${describe(loss)}`);
  });
}
