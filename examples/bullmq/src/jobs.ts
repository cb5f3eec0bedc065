// What the jobs are: a part of the rows each, and one that adds up what they leave.
import { accumulator, binaryCrossEntropy, type JointState, squaredError } from 'lossmeter';
import { ROWS, readRows } from './data.js';

export const PARTS_QUEUE = 'parts';
export const MERGE_QUEUE = 'merge';
const PARTS = 16;

/** A multiple of 2,048 rows in each part but the last gives the bits of one process. */
const PART_ROWS = Math.ceil(ROWS / PARTS / 2048) * 2048;

const losses = [binaryCrossEntropy, squaredError];

export interface Part {
  readonly from: number;
  readonly to: number;
}

export const parts: readonly Part[] = Array.from({ length: PARTS }, (_, i) => ({
  from: Math.min(ROWS, i * PART_ROWS),
  to: Math.min(ROWS, (i + 1) * PART_ROWS),
}));

/** The sealed sums of a part: some 700 bytes, which Redis keeps as the result of its job. */
export async function scorePart({ from, to }: Part): Promise<JointState> {
  const sums = await accumulator(losses).updateFrom(readRows(from, to));
  return sums.seal().toJSON();
}

/** The means over all rows, whatever order the parts come in. */
export function mergeParts(states: readonly JointState[]): number[] {
  if (states.length !== PARTS) throw new Error(`expected ${PARTS} parts, got ${states.length}`);
  const sums = accumulator(losses);
  for (const state of states) sums.merge(state);
  return sums.mean;
}
