// The losses of samples that come in parts.
import type { Accumulator, AccumulatorState, Denominator, Loss } from 'lossmeter';
import { badData, badUsage, reason } from './failure.js';
import { columnOf, type Samples } from './samples.js';

/** What a loss comes to. */
export interface Score {
  readonly mean: number;
  readonly sum: number;
  readonly count: number;
  readonly weight: number;
}

export type Scores = Readonly<Record<string, Score>>;

export class Scorer {
  readonly losses: readonly Loss[];
  private readonly accumulators: readonly Accumulator[];

  constructor(losses: readonly Loss[], denominator: Denominator | undefined) {
    this.losses = losses;
    const options = denominator === undefined ? {} : { denominator };
    this.accumulators = losses.map((loss) => loss.accumulator(options));
  }

  add(samples: Samples): void {
    const { yTrue, yPred, sampleWeight } = samples;
    const options = sampleWeight === undefined ? {} : { sampleWeight };
    for (const [i, accumulator] of this.accumulators.entries()) {
      try {
        accumulator.update(yTrue, yPred, options);
      } catch (error) {
        throw explain(this.losses[i], samples, error);
      }
    }
  }

  /** Each sample's losses, in the order of the losses. */
  perSample({ yTrue, yPred, sampleWeight }: Samples): (Float32Array | Float64Array)[] {
    const options = sampleWeight === undefined ? {} : { sampleWeight };
    return this.losses.map(
      (loss) => loss.perSample(yTrue, yPred, options) as Float32Array | Float64Array,
    );
  }

  /** No more samples; what is left can be written down. */
  seal(): AccumulatorState[] {
    return this.accumulators.map((accumulator) => accumulator.seal().toJSON());
  }

  /** Adds what others have sealed. */
  merge(states: readonly AccumulatorState[]): void {
    for (const [i, accumulator] of this.accumulators.entries()) {
      try {
        accumulator.merge(states[i]);
      } catch (error) {
        throw badData(reason(error));
      }
    }
  }

  get scores(): Scores {
    try {
      return Object.fromEntries(
        this.accumulators.map(({ mean, sum, count, weight }, i) => [
          this.losses[i].name,
          { mean, sum, count, weight },
        ]),
      );
    } catch (error) {
      // (`--on-empty throw`.)
      throw badData(reason(error));
    }
  }
}

const ELEMENT =
  /: (yTrue|yPred|sampleWeight)\[(\d+)\](?: is (.+)| to \[\d+\], row \d+, (sum to 0)), expected (.+)$/s;

/** An error of the library's about an element, as one about a file's row and column. */
export function explain(loss: Loss, samples: Samples, error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const { roles, source, width, n } = samples;
  // An accumulator looks at the ends of the data first, where blocks may have to wait; this finds the
  // first that is wrong.
  const found =
    ELEMENT.exec(firstError(loss, samples) ?? error.message) ?? ELEMENT.exec(error.message);
  if (found === null) return badUsage(`${source}: ${error.message}`);
  const [, argument, index, value, ofRow, expected] = found;
  const element = Number(index);
  const [names, perRow] =
    argument === 'yPred'
      ? [roles.yPred, width]
      : argument === 'yTrue'
        ? [roles.yTrue, Math.max(1, samples.yTrue.length / n)]
        : [[roles.weight as string], 1];
  const row = samples.row(Math.floor(element / perRow));
  const where =
    ofRow === undefined
      ? `column ${columnOf(names, perRow, element)}`
      : `columns ${names.join(', ')}`;
  const got = ofRow === undefined ? value : 'a sum of 0';
  return badData(
    `${source}: row ${row}, ${where}: expected ${expected}, got ${got} (${loss.name})`,
  );
}

function firstError(loss: Loss, { yTrue, yPred, sampleWeight }: Samples): string | undefined {
  try {
    loss.sum(yTrue, yPred, sampleWeight === undefined ? {} : { sampleWeight });
    return undefined;
  } catch (error) {
    return reason(error);
  }
}
