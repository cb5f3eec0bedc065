// The command `merge`.
import { type Denominator, defaultEngine } from 'lossmeter';
import { type Arguments, count } from './command.js';
import { badData, badUsage, reason } from './failure.js';
import { type GivenOptions, makeLosses, readLossNames } from './options.js';
import type { Report } from './output/report.js';
import { Scorer } from './scorer.js';
import { checkParts, libraryVersion, type PartState, readState } from './state.js';

/** Adds up the parts of a job, whose order says nothing. */
export async function merge({ values, files }: Arguments): Promise<Report> {
  if (files.length === 0)
    throw badUsage('expected the states of parts, as --state writes them, got none');
  const expected = count(values, 'expect');
  const states: [string, PartState][] = [];
  for (const path of files) states.push([path, await readState(path)]);
  const [[path, { job }]] = states;
  if (expected !== undefined && job.parts !== expected) {
    throw badData(`${path}: expected a job of ${expected} parts, got one of ${job.parts}`);
  }
  const version = libraryVersion();
  if (job.lossmeter !== version) {
    throw badData(`${path}: expected a state of lossmeter ${version}, got one of ${job.lossmeter}`);
  }
  const parts = checkParts(states);
  const inState = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (error) {
      // (As an option of this command, it would be bad usage.)
      throw badData(`${path}: ${reason(error)}`);
    }
  };
  const names = inState(() => readLossNames(job.losses.join(',')));
  const width = Math.max(
    1,
    ...parts.flatMap(([, part]) => part.states.map(({ classes }) => classes ?? 1)),
  );
  const losses = inState(() =>
    makeLosses(defaultEngine, names, job.options as GivenOptions, width),
  );
  // (Checked by the library, as all that comes from a file.)
  const denominator = job.denominator as Denominator;
  const scorer = inState(() => new Scorer(losses, { denominator }, job.columns.by !== undefined));
  for (const [from, part] of parts) scorer.merge(part, from);
  return {
    rows: parts.reduce((sum, [, { rows }]) => sum + rows, 0),
    dropped: parts.reduce((sum, [, { dropped }]) => sum + dropped, 0),
    ...scorer.results(),
  };
}
