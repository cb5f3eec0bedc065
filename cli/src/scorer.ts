// The losses of samples that come in parts.
import {
  type AccumulatorOptions,
  accumulator,
  type BinaryOptions,
  type GroupedAccumulator,
  type GroupedState,
  groupedAccumulator,
  type JointAccumulator,
  type JointState,
  type Loss,
  type SparseOptions,
} from 'lossmeter';
import { badData, badUsage, reason } from './failure.js';
import { knows, type LossName } from './options.js';
import type { Report } from './output/report.js';
import { columnOf, type Samples } from './samples.js';

/** What a loss comes to. */
interface Score {
  readonly mean: number;
  readonly sum: number;
  readonly count: number;
  readonly weight: number;
}

export type Scores = Readonly<Record<string, Score>>;

/** What an accumulator takes beside losses. */
export type ScorerOptions = Pick<AccumulatorOptions, 'denominator' | 'predictions'>;

/** What is left of a scorer that takes no more samples. */
export interface Sealed {
  readonly states: JointState;
  /** The sums of each key, if there are any. */
  readonly groups?: GroupedState;
}

export class Scorer {
  readonly losses: readonly Loss[];
  private readonly sums: JointAccumulator;
  private readonly grouped: GroupedAccumulator<number[]> | undefined;
  /** The first samples' source, type of predictions and kind of keys, which all have. */
  private first: Kind | undefined;

  /** @param isGrouped whether there are scores for each key, too */
  constructor(losses: readonly Loss[], options: ScorerOptions, isGrouped: boolean) {
    this.losses = losses;
    this.sums = accumulator(losses, options);
    this.grouped = isGrouped ? groupedAccumulator(losses, options) : undefined;
  }

  add(samples: Samples): void {
    const { keys, yTrue, yPred, sampleWeight } = samples;
    const options = sampleWeight === undefined ? {} : { sampleWeight };
    if (samples.n > 0) {
      const kind = kindOf(samples);
      this.first ??= kind;
      checkKind(this.first, kind);
    }
    try {
      this.sums.update(yTrue, yPred, options);
      if (keys !== undefined) this.grouped?.update(keys, yTrue, yPred, options);
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
  seal(): Sealed {
    const groups = this.grouped?.seal().toJSON();
    return { states: this.sums.seal().toJSON(), ...(groups === undefined ? {} : { groups }) };
  }

  /**
   * Adds what another has sealed.
   *
   * @param path the file that has it
   */
  merge({ states, groups }: Sealed, path: string): void {
    let member = 'states';
    try {
      this.sums.merge(states);
      member = 'groups';
      if (groups !== undefined) this.grouped?.merge(groups);
    } catch (error) {
      // (What the library calls its argument is a member of the file.)
      const message = reason(error)
        .replace(/^\w+\.merge: /, '')
        .replace(/\bother\b/g, member);
      const hint = message.includes('expected predictions of ') ? `: ${ALL_FLOAT64}` : '';
      throw badData(`${path}: ${message}${hint}`);
    }
  }

  /** What all samples come to, and those of each key. */
  results(): Pick<Report, 'losses' | 'groups'> {
    try {
      const losses = this.scoresOf(this.sums);
      if (this.grouped === undefined) return { losses };
      const groups = Array.from(this.grouped, ([key, group]) => ({
        key: typeof key === 'bigint' ? String(key) : key,
        losses: this.scoresOf(group),
      }));
      return { losses, groups };
    } catch (error) {
      // (`--on-empty throw`.)
      throw badData(reason(error));
    }
  }

  private scoresOf({ mean, sum, count, weight }: Columns): Scores {
    return Object.fromEntries(
      this.losses.map(({ name }, k) => [
        name,
        { mean: mean[k], sum: sum[k], count: count[k], weight: weight[k] },
      ]),
    );
  }
}

type Columns = { readonly [Member in keyof Score]: readonly number[] };

const ELEMENT =
  /: (yTrue|yPred|sampleWeight)\[(\d+)\](?: is (.+)| to \[\d+\], row \d+, (sum to 0)), expected (.+)$/s;

/** What all samples have in common. */
interface Kind {
  readonly source: string;
  readonly type: string;
  readonly keys: string | undefined;
}

function kindOf({ source, yPred, keys }: Samples): Kind {
  return {
    source,
    type: yPred instanceof Float32Array ? 'float32' : 'float64',
    keys: keys === undefined ? undefined : Array.isArray(keys) ? 'texts' : 'integers',
  };
}

const ALL_FLOAT64 = '--predictions float64 takes all for float64';

function checkKind(first: Kind, { source, type, keys }: Kind): void {
  if (type !== first.type) {
    throw badUsage(
      `${source}: expected predictions of ${first.type}, as in ${first.source}, got ${type}: ${ALL_FLOAT64}`,
    );
  }
  if (keys !== first.keys) {
    throw badUsage(`${source}: --by: expected ${first.keys}, as in ${first.source}, got ${keys}`);
  }
}

/** Columns as an error names them. */
function named(columns: readonly string[]): string {
  const names = columns.map((column) => JSON.stringify(column));
  if (names.length === 1) return `column ${names[0]}`;
  const shown = names.length > 3 ? [names[0], '…', names[names.length - 1]] : names;
  return `columns ${shown.join(', ')}`;
}

/** What is wrong with the numbers of labels and predictions in a row, or of what is one for each class. */
function shapeError({ name, options }: Loss, samples: Samples): string | undefined {
  const { roles, yTrue, n, width } = samples;
  const labels = n === 0 ? 1 : yTrue.length / n;
  const [truth, predictions] = [named(roles.yTrue), named(roles.yPred)];
  const { classes, classWeight } = options as Partial<BinaryOptions & SparseOptions>;
  if (!knows(name as LossName, 'classes')) {
    return labels === width
      ? undefined
      : `expected as many predictions in each row of ${predictions} as there are labels in ${truth}, ${labels}, got ${width}`;
  }
  if (classes !== undefined && classes !== width) {
    return `expected ${classes} predictions in each row of ${predictions}, one for each class, got ${width}`;
  }
  const isSparse = knows(name as LossName, 'ignoreIndex');
  if (isSparse && labels !== 1) {
    return `expected one class index in each row of ${truth}, got ${labels} numbers: rows of labels are for categoricalCrossEntropy`;
  }
  if (!isSparse && width === 1) {
    return `expected a prediction for each class in each row of ${predictions}, got 1`;
  }
  if (!isSparse && labels !== width) {
    return `expected ${width} labels in each row of ${truth}, as many as there are predictions in ${predictions}, got ${labels}${labels === 1 ? ': class indices are for sparseCategoricalCrossEntropy' : ''}`;
  }
  if (classWeight !== undefined && classWeight.length !== width) {
    return `--class-weight: expected ${width} weights, one for each class, got ${classWeight.length}`;
  }
  return undefined;
}

/** An error of the library's about an element, as one about a file's row and column. */
function explain(losses: readonly Loss[], samples: Samples, error: unknown): unknown {
  if (!(error instanceof TypeError || error instanceof RangeError)) return error;
  const { roles, source, width, n } = samples;
  for (const loss of losses) {
    const wrong = shapeError(loss, samples);
    if (wrong !== undefined) return badUsage(`${source}: ${wrong} (${loss.name})`);
  }
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
