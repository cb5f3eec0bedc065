// A part of the data: which one, and where it is cut.
import type { Source, Span } from './column.js';
import { badUsage } from './failure.js';
import { type GivenOptions, knows, type LossName } from './options.js';

/** The index-th of so many parts, from 1. */
export interface Part {
  readonly index: number;
  readonly of: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads `3/16`; `auto` and `auto/16` take what the task of a cluster says of itself. */
export function readPart(text: string, environment: Environment): Part {
  const found = /^(auto|\d+)(?:\/(\d+))?$/.exec(text);
  if (found === null)
    throw badUsage(`--part: expected I/N, auto or auto/N, got ${JSON.stringify(text)}`);
  const [, first, last] = found;
  const task = first === 'auto' ? taskOf(environment) : { index: Number(first), of: undefined };
  const of = last === undefined ? task.of : Number(last);
  if (of === undefined)
    throw badUsage(`--part: expected how many parts there are, as in ${first}/16, got ${text}`);
  if (task.of !== undefined && task.of !== of) {
    throw badUsage(`--part: expected as many parts as there are tasks, ${task.of}, got ${of}`);
  }
  if (!Number.isSafeInteger(of)) {
    throw badUsage(`--part: expected as many parts as an integer can count, got ${last}`);
  }
  if (!(Number.isInteger(task.index) && task.index >= 1 && task.index <= of)) {
    throw badUsage(`--part: expected a part from 1 to ${of}, got ${task.index}`);
  }
  return { index: task.index, of };
}

/** Slurm's arrays begin anywhere; those of Kubernetes and AWS Batch at 0. */
function taskOf(environment: Environment): { index: number; of: number | undefined } {
  const integer = (name: string): number | undefined => {
    const value = environment[name];
    if (value === undefined || value === '') return undefined;
    if (/^\d+$/.test(value)) return Number(value);
    throw badUsage(`--part auto: expected ${name} to be an integer, got ${JSON.stringify(value)}`);
  };
  const slurm = integer('SLURM_ARRAY_TASK_ID');
  if (slurm !== undefined) {
    const first = integer('SLURM_ARRAY_TASK_MIN') ?? 0;
    const step = integer('SLURM_ARRAY_TASK_STEP') ?? 1;
    return { index: (slurm - first) / step + 1, of: integer('SLURM_ARRAY_TASK_COUNT') };
  }
  const kubernetes = integer('JOB_COMPLETION_INDEX');
  if (kubernetes !== undefined) return { index: kubernetes + 1, of: undefined };
  const batch = integer('AWS_BATCH_JOB_ARRAY_INDEX');
  if (batch !== undefined) return { index: batch + 1, of: integer('AWS_BATCH_JOB_ARRAY_SIZE') };
  throw badUsage(
    '--part auto: expected SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX, got none of them',
  );
}

/** What the data are cut by, and where a part begins and ends in all of them. */
export interface Cut extends Span {
  readonly unit: 'rows' | 'bytes' | 'files';
  readonly of: number;
}

/** The number of elements that the library adds up at a time. */
const BLOCK = 2048;

/**
 * So many rows are whole blocks of every loss with its options: parts that are cut at multiples of it have the bits of
 * one process together.
 *
 * @param width elements of yPred in a row
 */
export function blockRows(
  names: readonly LossName[],
  options: GivenOptions,
  width: number,
): number {
  const rows = names.map((name) => {
    if (!knows(name, 'classes')) return BLOCK / divisor(BLOCK, width);
    return readsOne(name, options) ? BLOCK : Math.max(1, Math.floor(BLOCK / width));
  });
  return rows.reduce((a, b) => (a / divisor(a, b)) * b);
}

/** Whether a loss reads one prediction of a row, that at the class index. */
function readsOne(name: LossName, { check, normalize, labelSmoothing }: GivenOptions): boolean {
  const hasAll = normalize === true || (labelSmoothing ?? 0) !== 0;
  return check === 'used' && !hasAll && knows(name, 'ignoreIndex');
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/**
 * Cuts the data: at rows if all files know how many they have, at bytes if all are lines of text, and
 * between files if some can only be read from their beginning.
 *
 * @param multiple what rows are cut at multiples of
 */
export function cut(
  sources: readonly Source[],
  sizes: readonly (number | undefined)[],
  { index, of: parts }: Part,
  multiple: number,
): Cut {
  const units = new Set(sources.map(({ unit }) => unit));
  const [first] = units;
  const unit = units.size === 1 && first !== 'whole' ? first : 'files';
  const of =
    unit === 'files' ? sources.length : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const step = unit === 'rows' ? multiple : 1;
  // (Their product may be above 2⁵³.)
  const share = (i: number) => Number((BigInt(of) * BigInt(i)) / BigInt(parts));
  const boundary = (i: number) => (i === parts ? of : Math.floor(share(i) / step) * step);
  return { unit, from: boundary(index - 1), to: boundary(index), of };
}

/** What of each source is in it; undefined for those of which nothing is. */
export function spansOf(
  { unit, from, to }: Cut,
  sizes: readonly (number | undefined)[],
): (Span | 'all' | undefined)[] {
  if (unit === 'files') return sizes.map((_, i) => (i >= from && i < to ? 'all' : undefined));
  let before = 0;
  return sizes.map((size = 0) => {
    const span = { from: Math.max(0, from - before), to: Math.min(size, to - before) };
    before += size;
    return span.from < span.to ? span : undefined;
  });
}
