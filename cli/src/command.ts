// The commands and their options, as data: what is parsed, and what --help and the manual say.
import { parseArgs } from 'node:util';
import { badUsage, Failure, reason } from './failure.js';
import { denominators, flagName, lossNames, lossOptions } from './options.js';
import { formats } from './readers/open.js';

export interface Option {
  readonly name: string;
  /** Undefined for one that takes none. */
  readonly placeholder?: string;
  readonly help: string;
  /** How several values are written, where there may be: an option is given once. */
  readonly several?: string;
}

interface OptionGroup {
  readonly title: string;
  readonly options: readonly Option[];
}

interface Example {
  readonly text: string;
  readonly command: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly details: readonly string[];
  readonly groups: readonly OptionGroup[];
  readonly examples: readonly Example[];
}

const HELP: Option = { name: 'help', help: 'this text' };

const OUTPUT: readonly Option[] = [
  { name: 'json', help: 'one object of JSON, whose numbers read back to the same bits' },
  { name: 'csv', help: 'lines of CSV' },
];

const score: Command = {
  name: 'score',
  summary: 'losses of the predictions in files',
  usage: 'lossmeter score FILE… --true COLUMN --pred COLUMN --loss LOSS[,LOSS…]',
  details: [
    'Files are Parquet, Arrow (files and streams), .npz, CSV or TSV and JSON Lines (also gzipped), by their names; several of them are scored as one. - is standard input, which may be gzipped, too; pipes, as <(…), can be CSV, JSON Lines and Arrow. Arrays of .npy need no FILE: their paths are given as --true, --pred and --weight.',
    `Losses: ${lossNames.join(', ')}.`,
    'A row of classes is a list column, an array of two dimensions, or several columns: p0..p9, or cat,dog,bird. Rows, and the columns of a CSV without a header, are counted from 0.',
    'Exit codes: 0; 1 for bad data, 2 for bad usage, 3 for files that cannot be read.',
  ],
  groups: [
    {
      title: 'What is scored',
      options: [
        { name: 'true', placeholder: 'COLUMN', help: 'the labels', several: 'y0,y1' },
        { name: 'pred', placeholder: 'COLUMN', help: 'the predictions', several: 'p0,p1' },
        {
          name: 'loss',
          placeholder: 'LOSS,…',
          help: 'one loss or several, which are computed in one pass',
          several: 'squaredError,huber',
        },
        { name: 'weight', placeholder: 'COLUMN', help: 'a weight for each row' },
        {
          name: 'by',
          placeholder: 'COLUMN',
          help: 'what rows are grouped by, texts or integers: also the losses of each group',
        },
        {
          name: 'denominator',
          placeholder: 'WHAT',
          help: `what sums are divided by: ${denominators.join(', ')}; weight unless given`,
        },
        {
          name: 'predictions',
          placeholder: 'TYPE',
          help: 'float32 or float64: what predictions are taken for. As float32, the numbers of text are read as the nearest ones; those that are stored as others must be numbers that float32 holds',
        },
        {
          name: 'nulls',
          placeholder: 'WHAT',
          help: 'error (default), or drop: leave rows with nulls out',
        },
      ],
    },
    {
      title: 'Options of the losses, for each loss that has them',
      options: Object.entries(lossOptions).map(([name, { kind, placeholder, help }]) => ({
        name: flagName(name),
        ...(kind === 'flag' ? {} : { placeholder }),
        ...(kind === 'numbers' ? { several: '1,2' } : {}),
        help,
      })),
    },
    {
      title: 'How files are read',
      options: [
        {
          name: 'sql',
          placeholder: 'QUERY',
          help: 'rows of a query of DuckDB instead of files, with @duckdb/node-api installed',
        },
        {
          name: 'format',
          placeholder: 'FORMAT',
          help: `${formats.join(', ')}: for files whose names do not say it, and standard input`,
        },
        {
          name: 'delimiter',
          placeholder: 'C',
          help: 'of CSV; else as the name or the first line has it',
        },
        { name: 'no-header', help: 'of CSV: columns are called 0, 1, 2, …' },
        {
          name: 'threads',
          placeholder: 'N',
          help: 'how many threads decode Parquet, CSV and JSON Lines, to the same bits (1); auto: one for each core',
        },
      ],
    },
    {
      title: 'What comes out (a table, unless said otherwise)',
      options: [
        ...OUTPUT,
        { name: 'worst', placeholder: 'N', help: 'also the N samples with the largest losses' },
        {
          name: 'per-sample',
          placeholder: 'FILE',
          help: "also every row's losses, to a .npy or .parquet",
        },
        {
          name: 'quiet',
          help: 'no progress, which only a terminal gets anyway, and no word on sums that are there already',
        },
        HELP,
      ],
    },
    {
      title: 'A part of the rows',
      options: [
        {
          name: 'part',
          placeholder: 'I/N',
          help: 'the I-th of N parts, from 1; auto or auto/N: as the task of Slurm, Kubernetes or AWS Batch says',
        },
        {
          name: 'state',
          placeholder: 'FILE',
          help: 'where its sums go, for lossmeter merge; if they are there already, nothing is read, unless a file has been written since, which is an error',
        },
      ],
    },
  ],
  examples: [
    {
      text: 'Two losses of a Parquet file',
      command:
        'lossmeter score predictions.parquet --true label --pred p --loss binaryCrossEntropy,absoluteError',
    },
    {
      text: 'Ten classes from logits, as JSON',
      command:
        "lossmeter score part-*.parquet --true label --pred 'z0..z9' --loss sparseCategoricalCrossEntropy --from-logits --json",
    },
    {
      text: 'Arrays of NumPy',
      command: 'lossmeter score --true y.npy --pred p.npy --loss squaredError',
    },
    {
      text: 'Each segment, as CSV',
      command:
        'lossmeter score predictions.csv --true y --pred p --loss squaredError --by segment --csv',
    },
    {
      text: 'Files that DuckDB finds',
      command:
        "lossmeter score --sql \"SELECT label, p FROM 'day-*/*.parquet' WHERE split = 'test'\" --true label --pred p --loss binaryCrossEntropy",
    },
    {
      text: 'From a pipe',
      command:
        'zcat predictions.csv.gz | lossmeter score - --true y --pred p --loss huber --delta 2',
    },
  ],
};

const merge: Command = {
  name: 'merge',
  summary: 'the parts that score --part has left, added up',
  usage: 'lossmeter merge STATE…',
  details: [
    'The states of all parts of one job, in any order. A part that is missing or there twice, or is of other files, losses, options or another version, is an error.',
    'The results have the bits of one process that scores all rows, where parts are cut between blocks: all formats that know their number of rows are. Text is cut at bytes, compressed text between files, and rows that are dropped for nulls move the blocks: then results differ by a rounding.',
  ],
  groups: [
    {
      title: 'Options',
      options: [
        { name: 'expect', placeholder: 'N', help: 'how many parts there must be' },
        ...OUTPUT,
        HELP,
      ],
    },
  ],
  examples: [
    {
      text: 'Three processes of this machine, and their sum',
      command:
        'for i in 1 2 3; do lossmeter score data.parquet --true y --pred p --loss huber --part $i/3 --state part-$i.json & done; wait; lossmeter merge part-*.json --expect 3',
    },
  ],
};

export const commands: readonly Command[] = [score, merge];

/** The values of a command's options, by their names. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

export interface Arguments {
  readonly values: Values;
  readonly files: readonly string[];
}

/** Parses what follows the command's name. */
export function parseArguments(command: Command, args: readonly string[]): Arguments {
  const options = command.groups.flatMap((group) => group.options);
  try {
    const { values, positionals, tokens } = parseArgs({
      tokens: true,
      args: joinNegative(options, args),
      allowPositionals: true,
      options: Object.fromEntries(
        options.map(({ name, placeholder }) => [
          name,
          {
            type: placeholder === undefined ? 'boolean' : 'string',
            ...(name === 'help' ? { short: 'h' } : {}),
          } as const,
        ]),
      ),
    });
    const given = tokens.flatMap((token) => (token.kind === 'option' ? [token.name] : []));
    checkOnce(options, given);
    return { values: values as Values, files: positionals };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw badUsage(`${reason(error).split('. ')[0]}; see lossmeter ${command.name} --help`);
  }
}

/** Of an option that is given twice, `parseArgs` takes the last value and drops the others. */
function checkOnce(options: readonly Option[], given: readonly string[]): void {
  for (const { name, placeholder, several } of options) {
    const times = given.filter((other) => other === name).length;
    if (placeholder === undefined || times <= 1) continue;
    const hint = several === undefined ? '' : `; several are written as --${name} ${several}`;
    throw badUsage(`--${name}: expected it once, got it ${times} times${hint}`);
  }
}

/** `--ignore-index -100`, whose value `parseArgs` takes for another option. */
function joinNegative(options: readonly Option[], args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    const takesValue = options.some(
      ({ name, placeholder }) => placeholder !== undefined && before === `--${name}`,
    );
    if (takesValue && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** A text option that must be one of some words. */
export function choice<Word extends string>(
  values: Values,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const found = words.find((word) => word === value);
  if (found === undefined)
    throw badUsage(`--${name}: expected ${words.join(', ')}, got ${JSON.stringify(value)}`);
  return found;
}

/** A text option that must be there. */
export function required(values: Values, name: string): string {
  const value = values[name];
  if (typeof value === 'string') return value;
  throw badUsage(`expected --${name}, got none; see --help`);
}

export function text(values: Values, name: string): string | undefined {
  return values[name] as string | undefined;
}

/** An option that must be an integer of at least 1. */
export function count(values: Values, name: string): number | undefined {
  const value = values[name];
  if (value === undefined) return undefined;
  const n = Number(value);
  if (!Number.isSafeInteger(n) || n < 1) {
    throw badUsage(`--${name}: expected an integer of at least 1, got ${JSON.stringify(value)}`);
  }
  return n;
}
