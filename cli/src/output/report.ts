// What the commands say at the end.
import type { Scores } from '../scorer.js';

export interface Report {
  /** Rows that were read. */
  readonly rows: number;
  /** How many of them were left out, because of nulls. */
  readonly dropped: number;
  readonly losses: Scores;
  readonly groups?: readonly Group[];
  readonly worst?: readonly WorstOfLoss[];
}

interface Group {
  readonly key: string | number;
  readonly losses: Scores;
}

export interface WorstOfLoss {
  readonly loss: string;
  readonly samples: readonly WorstSample[];
}

export interface WorstSample {
  readonly file: string;
  readonly row: number;
  readonly value: number;
}

/** Undefined where there is none: the group of all rows. */
export type Cell = string | number | undefined;

/** Lines of cells: a header and what is below it. */
export interface Lines {
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

const SCORE = ['mean', 'sum', 'count', 'weight'] as const;

/** The scores: a line for each loss, of each group if there are any. */
export function scoreLines({ losses, groups }: Report): Lines {
  const line = (scores: Scores) =>
    Object.entries(scores).map(([name, score]) => [name, ...SCORE.map((member) => score[member])]);
  if (groups === undefined) return { header: ['loss', ...SCORE], rows: line(losses) };
  return {
    header: ['group', 'loss', ...SCORE],
    rows: [
      ...groups.flatMap(({ key, losses: own }) => line(own).map((cells) => [key, ...cells])),
      ...line(losses).map((cells) => [undefined, ...cells]),
    ],
  };
}

/** The worst samples: a line for each. */
export function worstLines(worst: readonly WorstOfLoss[]): Lines {
  return {
    header: ['loss', 'value', 'file', 'row'],
    rows: worst.flatMap(({ loss, samples }) =>
      samples.map(({ value, file, row }) => [loss, value, file, row]),
    ),
  };
}
