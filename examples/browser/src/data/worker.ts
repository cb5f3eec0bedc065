/** Reads data and scores it, so that the page stays alive. */
import type { BackendChoice } from 'lossmeter';
import { engineOf } from '../engine';
import type { Column } from './columns';
import { million } from './million';
import { type Complaint, Problem } from './problem';
import { read } from './read';
import { type Query, type Score, score } from './score';

export type Request =
  | {
      readonly type: 'read';
      readonly sources: readonly (File | string)[];
      readonly backend: BackendChoice;
    }
  | { readonly type: 'million'; readonly backend: BackendChoice }
  | { readonly type: 'score'; readonly query: Query };

export interface Overview {
  readonly rows: number;
  readonly names: readonly string[];
  /** The first rows, to be looked at; undefined where there is no number. */
  readonly head: readonly (readonly (number | undefined)[])[];
}

export type Answer =
  | { readonly type: 'progress'; readonly share: number }
  | { readonly type: 'read'; readonly overview: Overview; readonly milliseconds: number }
  | { readonly type: 'score'; readonly score: Score; readonly milliseconds: number }
  | { readonly type: 'problem'; readonly complaint: Complaint };

const HEAD = 5;
let engine = engineOf('auto');
let columns: readonly Column[] = [];

const answer = (message: Answer) => postMessage(message);

addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void handle(data).catch((error: unknown) => {
    const complaint: Complaint =
      error instanceof Problem
        ? error.complaint
        : { key: 'dataError', values: [error instanceof Error ? error.message : String(error)] };
    answer({ type: 'problem', complaint });
  });
});

async function handle(request: Request) {
  if (request.type === 'score') {
    const start = performance.now();
    const result = score(engine, columns, request.query);
    answer({ type: 'score', score: result, milliseconds: performance.now() - start });
    return;
  }
  const sources = request.type === 'million' ? [million()] : request.sources;
  const start = performance.now();
  engine = engineOf(request.backend);
  columns = [];
  columns = await read(sources, (share) => answer({ type: 'progress', share }));
  answer({ type: 'read', overview: overview(), milliseconds: performance.now() - start });
}

function overview(): Overview {
  const rows = columns[0]?.values.length ?? 0;
  const names = columns.map(({ name }) => name);
  const head = Array.from({ length: Math.min(HEAD, rows) }, (_, i) =>
    columns.map(({ values, bad }) => (bad?.row === i + 1 ? undefined : values[i])),
  );
  return { rows, names, head };
}
