// The losses of samples that come in parts.
import {
  type AccumulatorOptions,
  accumulator,
  type JointAccumulator,
  type JointState,
  type Loss,
} from 'lossmeter';
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

/** What an accumulator takes beside losses. */
export type ScorerOptions = Pick<AccumulatorOptions, 'denominator' | 'predictions'>;

export class Scorer {
  readonly losses: readonly Loss[];
  private readonly sums: JointAccumulator;

  constructor(losses: readonly Loss[], options: ScorerOptions) {
    this.losses = losses;
    this.sums = accumulator(losses, options);
  }

  add(samples: Samples): void {
    const { yTrue, yPred, sampleWeight } = samples;
    try {
      this.sums.update(yTrue, yPred, sampleWeight === undefined ? {} : { sampleWeight });
    } catch (error) {
      throw explain(this.losses, samples, error);
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
  seal(): JointState {
    return this.sums.seal().toJSON();
  }

  /** Adds what another has sealed. */
  merge(states: JointState): void {
    try {
      this.sums.merge(states);
    } catch (error) {
      throw badData(reason(error));
    }
  }

  get scores(): Scores {
    try {
      const { mean, sum, count, weight } = this.sums;
      return Object.fromEntries(
        this.losses.map(({ name }, k) => [
          name,
          { mean: mean[k], sum: sum[k], count: count[k], weight: weight[k] },
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
function explain(losses: readonly Loss[], samples: Samples, error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const { roles, source, width, n } = samples;
  // An accumulator looks at the ends of the data first, where blocks may have to wait; this finds the
  // first element that is wrong.
  const [loss, message] = firstError(losses, samples) ?? [undefined, error.message];
  const found = ELEMENT.exec(message);
  if (loss === undefined || found === null) return badUsage(`${source}: ${message}`);
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

/** The first loss that these samples are an error of, and what it says. */
function firstError(
  losses: readonly Loss[],
  { yTrue, yPred, sampleWeight }: Samples,
): [Loss, string] | undefined {
  for (const loss of losses) {
    try {
      loss.sum(yTrue, yPred, sampleWeight === undefined ? {} : { sampleWeight });
    } catch (error) {
      return [loss, reason(error)];
    }
  }
  return undefined;
}
