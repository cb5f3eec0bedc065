// The command `score`.
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Denominator, defaultEngine } from 'lossmeter';
import type { Request, Source, Span } from './column.js';
import { type Arguments, choice, count, required, text, type Values } from './command.js';
import { badUsage } from './failure.js';
import {
  denominators,
  type GivenOptions,
  type LossName,
  makeLosses,
  readLossNames,
  readLossOptions,
} from './options.js';
import type { Report } from './output/report.js';
import { blockRows, cut, type Part, readPart, spansOf } from './part.js';
import { createPerSample, type PerSampleWriter } from './per-sample.js';
import { Progress } from './progress.js';
import { formatOf, formats, openSource, type ReadOptions } from './readers/open.js';
import { findRoles, type RoleNames, type Roles, requestOf, samplesOf } from './samples.js';
import { Scorer, type ScorerOptions } from './scorer.js';
import { findState, type Job, libraryVersion, modifiedTimes, writeState } from './state.js';
import { inThreads, readThreads } from './threads.js';
import { Worst } from './worst.js';

/** What is asked for. */
interface Plan {
  readonly names: readonly LossName[];
  readonly options: GivenOptions;
  readonly sums: ScorerOptions & { readonly denominator: Denominator };
  readonly dropsNulls: boolean;
  readonly roleNames: RoleNames;
  readonly worst: number | undefined;
  readonly perSample: string | undefined;
  readonly part: Part | undefined;
  readonly state: string | undefined;
}

/** A source, and what of it is read. */
interface Input {
  readonly source: Source;
  readonly roles: Roles;
  readonly request: Request;
  readonly size: number | undefined;
}

export async function score({ values, files }: Arguments): Promise<Report> {
  const plan = readPlan(values);
  await checkOutput(plan, files);
  const opened = await openSources(files, plan.roleNames, values);
  const { sources, stop } = inThreads(opened, files, readOptions(values), readThreads(values));
  const progress = new Progress(process.stderr, values.quiet === true);
  try {
    const inputs = sources.map((source): Input => {
      const roles = findRoles(source, plan.roleNames);
      const request = requestOf(roles);
      return { source, roles, request, size: source.size(request) };
    });
    const { part, state } = plan;
    if (part === undefined || state === undefined) {
      return await scoreAll(
        plan,
        inputs,
        inputs.map(() => 'all'),
        progress,
      );
    }
    const { true: yTrue, pred, weight, by } = plan.roleNames;
    const arrays = [yTrue, pred, weight, by].filter((path) => path !== undefined);
    const paths = files.length > 0 ? files : arrays;
    const isQuiet = values.quiet === true;
    return await scorePart(plan, inputs, { part, state, paths, isQuiet }, progress);
  } finally {
    progress.clear();
    await stop();
    await Promise.all(sources.map((source) => source.close()));
  }
}

function readPlan(values: Values): Plan {
  const part = text(values, 'part');
  const predictions = choice(values, 'predictions', ['float32', 'float64']);
  const plan: Plan = {
    names: readLossNames(required(values, 'loss')),
    options: readLossOptions(values),
    sums: {
      denominator: choice(values, 'denominator', denominators) ?? 'weight',
      ...(predictions === undefined ? {} : { predictions }),
    },
    dropsNulls: choice(values, 'nulls', ['error', 'drop']) === 'drop',
    roleNames: {
      true: required(values, 'true'),
      pred: required(values, 'pred'),
      weight: text(values, 'weight'),
      by: text(values, 'by'),
    },
    worst: count(values, 'worst'),
    perSample: text(values, 'per-sample'),
    part: part === undefined ? undefined : readPart(part, process.env),
    state: text(values, 'state'),
  };
  if ((plan.part === undefined) !== (plan.state === undefined)) {
    throw badUsage('--part and --state: expected both of them or none, got one');
  }
  if (plan.part !== undefined && (plan.worst !== undefined || plan.perSample !== undefined)) {
    throw badUsage('--part: expected neither --worst nor --per-sample, which are of all rows');
  }
  return plan;
}

/** What is written takes the place of what is there, which must not be what is read. */
async function checkOutput(
  { perSample, roleNames }: Plan,
  files: readonly string[],
): Promise<void> {
  if (perSample === undefined) return;
  const place = (path: string) => realpath(path).catch(() => resolve(path));
  const read = files.length > 0 ? files : Object.values(roleNames);
  for (const path of read) {
    if (path === undefined || (await place(path)) !== (await place(perSample))) continue;
    throw badUsage(
      `--per-sample: expected another file than those that are read, got ${perSample}`,
    );
  }
}

/** Which part, where its sums go, and the paths of all that it is a part of. */
interface PartPlan {
  readonly part: Part;
  readonly state: string;
  readonly paths: readonly string[];
  /** Whether nothing is said of sums that are there already. */
  readonly isQuiet: boolean;
}

/** Scores a part and writes down its sums, unless that is done already. */
async function scorePart(
  plan: Plan,
  inputs: readonly Input[],
  { part, state: path, paths, isQuiet }: PartPlan,
  progress: Progress,
): Promise<Report> {
  const { names, options, sums, dropsNulls, roleNames } = plan;
  const stream = inputs.find(({ source }) => source.isOnce);
  if (stream !== undefined) {
    throw badUsage(
      `--part: expected files, got ${stream.source.name}, which each part would need all of`,
    );
  }
  const sizes = inputs.map(({ size }) => size);
  const width = await findWidth(inputs);
  const place = cut(
    inputs.map(({ source }) => source),
    sizes,
    part,
    blockRows(names, options, width),
  );
  const { by, ...columns } = roleNames;
  const job: Job = {
    lossmeter: libraryVersion(),
    parts: part.of,
    unit: place.unit,
    files: inputs.map(({ source, size }) => [source.name, size ?? null]),
    columns: Object.fromEntries(
      Object.entries({ ...columns, by }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
      ),
    ),
    losses: names,
    options,
    denominator: sums.denominator,
    predictions: sums.predictions ?? null,
    nulls: dropsNulls ? 'drop' : 'error',
  };
  const scorer = createScorer(plan, width);
  const found = await findState(path, job, part.index, paths);
  if (found !== undefined) {
    scorer.merge(found, path);
    if (!isQuiet) {
      process.stderr.write(
        `lossmeter: ${path}: the sums of part ${part.index} are there already: nothing is read\n`,
      );
    }
    return { rows: found.rows, dropped: found.dropped, ...scorer.results() };
  }
  // (Before they are read: what is written meanwhile is a change.)
  const modified = await modifiedTimes(paths);
  const report = await scoreAll(plan, inputs, spansOf(place, sizes), progress, scorer);
  const { rows, dropped } = report;
  const { from, to } = place;
  const sealed = scorer.seal();
  await writeState(path, { job, part: part.index, from, to, rows, dropped, ...sealed, modified });
  return report;
}

/** Elements of yPred in a row: 1, if there are no rows. */
async function findWidth(inputs: readonly Input[]): Promise<number> {
  for (const { source, roles, request } of inputs) {
    for await (const { numbers } of source.read(request, undefined)) {
      const { yTrue, yPred } = roles;
      return yPred.length > 1 ? yPred.length : numbers[yTrue.length].width;
    }
  }
  return 1;
}

/** @param width elements of yPred in a row */
function createScorer({ names, options, sums, roleNames }: Plan, width: number): Scorer {
  const losses = makeLosses(defaultEngine, names, options, width);
  return new Scorer(losses, sums, roleNames.by !== undefined);
}

async function scoreAll(
  plan: Plan,
  inputs: readonly Input[],
  spans: readonly (Span | 'all' | undefined)[],
  progress: Progress,
  given?: Scorer,
): Promise<Report> {
  const total = inputs.reduce<number | undefined>(
    (sum, { size }, i) => (sum === undefined ? undefined : add(sum, lengthOf(spans[i], size))),
    0,
  );
  const { dropsNulls, worst: worstCount, perSample } = plan;
  const { predictions } = plan.sums;
  const create = (width: number) => createScorer(plan, width);
  let scorer = given;
  let worst: Worst | undefined;
  let writer: PerSampleWriter | undefined;
  let rows = 0;
  let dropped = 0;
  let before = 0;
  try {
    for (const [i, { source, roles, request, size }] of inputs.entries()) {
      const span = spans[i];
      if (span === undefined) continue;
      const start = span !== 'all' && source.unit === 'bytes' ? span.from : 0;
      for await (const chunk of source.read(request, span === 'all' ? undefined : span)) {
        const samples = samplesOf(source, roles, chunk, { dropsNulls, predictions });
        scorer ??= create(samples.width);
        scorer.add(samples);
        if (worstCount !== undefined || perSample !== undefined) {
          const values = scorer.perSample(samples);
          if (worstCount !== undefined) {
            worst ??= new Worst(scorer.losses, worstCount);
            for (const [k, loss] of scorer.losses.entries()) worst.add(loss, samples, values[k]);
          }
          if (perSample !== undefined) {
            writer ??= await createPerSample(perSample, scorer.losses);
            await writer.add(values, samples.leftOut);
          }
        }
        rows += chunk.n;
        dropped += samples.dropped;
        progress.show(
          rows,
          total === undefined ? undefined : (before + chunk.done - start) / total,
        );
      }
      before += lengthOf(span, size) ?? 0;
    }
    // (Without a row, there is nothing that says how many classes there are.)
    scorer ??= create(1);
    const results = scorer.results();
    if (perSample !== undefined) {
      writer ??= await createPerSample(perSample, scorer.losses);
      await writer.commit();
    }
    if (worstCount !== undefined) worst ??= new Worst(scorer.losses, worstCount);
    return { rows, dropped, ...results, ...(worst === undefined ? {} : { worst: worst.all }) };
  } finally {
    await writer?.discard();
  }
}

function lengthOf(span: Span | 'all' | undefined, size: number | undefined): number | undefined {
  if (span === 'all') return size;
  return span === undefined ? 0 : span.to - span.from;
}

function add(a: number, b: number | undefined): number | undefined {
  return b === undefined ? undefined : a + b;
}

function readOptions(values: Values): ReadOptions {
  const delimiter = text(values, 'delimiter');
  const character = delimiter === '\\t' ? '\t' : delimiter;
  if (character !== undefined && !/^[\x20\x21\x23-\x7e\t]$/.test(character)) {
    throw badUsage(
      `--delimiter: expected one character of ASCII, and no quote, got ${JSON.stringify(delimiter)}`,
    );
  }
  return {
    format: choice(values, 'format', formats),
    delimiter: character,
    hasHeader: values['no-header'] !== true,
  };
}

/** Options of how files are read that say nothing about what is read are a mistake. */
function checkUseful(values: Values, names: readonly string[], got: string): void {
  const useless = names.find((name) => values[name] !== undefined);
  if (useless === undefined) return;
  const what = useless === 'format' ? 'files' : 'files of CSV';
  throw badUsage(`--${useless}: expected ${what}, got ${got}`);
}

async function openSources(
  files: readonly string[],
  { true: yTrue, pred, weight, by }: RoleNames,
  values: Values,
): Promise<Source[]> {
  const options = readOptions(values);
  const sql = text(values, 'sql');
  if (sql !== undefined) {
    if (files.length > 0) throw badUsage('--sql: expected no FILE beside it, got some');
    checkUseful(values, ['format', 'delimiter', 'no-header'], '--sql');
    return [await (await import('./readers/sql.js')).openSql(sql)];
  }
  if (files.length === 0) {
    const arrays = [yTrue, pred, weight, by].filter((path) => path !== undefined);
    const other = arrays.find((path) => !/\.npy$/i.test(path));
    if (other !== undefined) {
      throw badUsage(
        `expected a FILE, or .npy files as --true, --pred and --weight, got ${JSON.stringify(other)}`,
      );
    }
    checkUseful(values, ['format', 'delimiter', 'no-header'], arrays.join(', '));
    const { openNpy } = await import('./readers/arrays.js');
    return [await openNpy([...new Set(arrays)])];
  }
  if (files.filter((path) => path === '-').length > 1) {
    throw badUsage('-: expected standard input once, got it twice');
  }
  if (files.every((path) => formatOf(path, options.format) !== 'csv')) {
    checkUseful(values, ['delimiter', 'no-header'], files.join(', '));
  }
  const sources: Source[] = [];
  try {
    for (const path of files) sources.push(await openSource(path, options));
  } catch (error) {
    await Promise.all(sources.map((source) => source.close()));
    throw error;
  }
  return sources;
}
