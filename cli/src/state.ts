// What a part leaves: its sums, and what they are the sums of.
import { readFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { AtomicFile } from './atomic.js';
import { badData, badUsage, unreadable } from './failure.js';
import { openReason } from './readers/bytes.js';
import type { Sealed } from './scorer.js';

/** What all parts have in common. */
export interface Job {
  /** The version of the library, whose states are no other version's. */
  readonly lossmeter: string;
  readonly parts: number;
  readonly unit: string;
  /** Each file, and its size in that unit. */
  readonly files: readonly (readonly [name: string, size: number | null])[];
  readonly columns: Readonly<Record<string, string>>;
  readonly losses: readonly string[];
  readonly options: object;
  readonly denominator: string;
  /** What predictions are taken for, if not for what they are. */
  readonly predictions: string | null;
  readonly nulls: string;
}

export interface PartState extends Sealed {
  readonly job: Job;
  readonly part: number;
  /** Where it begins and ends in all files together. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly dropped: number;
  /** When each file of the job was written last, in milliseconds. */
  readonly modified?: readonly number[];
}

/** When each file was written last. */
export async function modifiedTimes(paths: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const path of paths) times.push((await stat(path)).mtimeMs);
  return times;
}

export const libraryVersion = (): string => {
  const file = new URL('../package.json', import.meta.resolve('lossmeter'));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

export async function writeState(path: string, state: PartState): Promise<void> {
  const file = await AtomicFile.create(path);
  try {
    await file.write(Buffer.from(`${JSON.stringify(state)}\n`));
    await file.commit();
  } finally {
    await file.discard();
  }
}

/**
 * The state of the same part of the same job, if it is there already; another one is an error, and so is
 * one of files that have changed since.
 *
 * @param files the paths of the job's files
 */
export async function findState(
  path: string,
  job: Job,
  part: number,
  files: readonly string[],
): Promise<PartState | undefined> {
  try {
    await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  const found = await readState(path);
  const difference = differenceOf(job, found.job);
  if (difference !== undefined) {
    throw badUsage(`${path}: expected the state of this job or no file, got one of ${difference}`);
  }
  if (found.part !== part) {
    throw badUsage(
      `${path}: expected the state of part ${part} or no file, got that of part ${found.part}`,
    );
  }
  const times = await modifiedTimes(files);
  const changed = files.find((_, i) => times[i] !== (found.modified?.[i] ?? times[i]));
  if (changed !== undefined) {
    throw badUsage(
      `${path}: expected the state of these files or no file, got one of before ${changed} was written`,
    );
  }
  return found;
}

export async function readState(path: string): Promise<PartState> {
  let state: unknown;
  try {
    state = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw unreadable(`${path}: ${openReason(error)}`);
  }
  if (isState(state)) return state;
  throw unreadable(
    `${path}: expected the state of a part, as --state writes it, got ${state === undefined ? 'no JSON' : 'other JSON'}`,
  );
}

/** What is in the states of the library, it checks itself. */
function isState(value: unknown): value is PartState {
  const { job, part, from, to, rows, dropped, states, groups, modified } = Object(
    value,
  ) as Partial<PartState>;
  const { parts, files, losses, columns, options } = Object(job) as Partial<Job>;
  return (
    [part, from, to, rows, dropped, parts].every((n) => Number.isSafeInteger(n)) &&
    [states, files, losses].every((list) => Array.isArray(list)) &&
    [columns, options].every((object) => typeof object === 'object' && object !== null) &&
    states?.length === losses?.length &&
    states?.every((state) => typeof state === 'object' && state !== null) === true &&
    (columns?.by === undefined) === (groups === undefined) &&
    (modified === undefined || Array.isArray(modified))
  );
}

/** The states of a job's parts, in their order; an error unless each is there once. */
export function checkParts(
  states: readonly (readonly [path: string, state: PartState])[],
): (readonly [path: string, state: PartState])[] {
  const [firstPath, { job }] = states[0];
  const paths = new Map<number, string>();
  for (const [path, state] of states) {
    const difference = differenceOf(job, state.job);
    if (difference !== undefined)
      throw badData(`${path}: expected the job of ${firstPath}, got one of ${difference}`);
    const other = paths.get(state.part);
    if (other !== undefined) throw badData(`${path}: part ${state.part} is in ${other}, too`);
    if (state.part < 1 || state.part > job.parts) {
      throw badData(`${path}: expected a part from 1 to ${job.parts}, got ${state.part}`);
    }
    paths.set(state.part, path);
  }
  const missing = job.parts - paths.size;
  if (missing > 0) {
    const some: number[] = [];
    for (let part = 1; some.length < Math.min(20, missing); part++) {
      if (!paths.has(part)) some.push(part);
    }
    const more = missing > some.length ? ` and ${missing - some.length} more` : '';
    throw badData(
      `expected ${job.parts} parts, got ${paths.size}: ${some.join(', ')}${more} missing`,
    );
  }
  return [...states].sort(([, a], [, b]) => a.part - b.part);
}

/** In what a job differs from another, or undefined. */
function differenceOf(job: Job, other: Job): string | undefined {
  for (const [name, value] of Object.entries(job)) {
    const got: unknown = other[name as keyof Job];
    if (JSON.stringify(value) !== JSON.stringify(got)) {
      return `other ${name}: ${shortly(got)} instead of ${shortly(value)}`;
    }
  }
  return undefined;
}

function shortly(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
