// The command `score`.
import { defaultEngine } from 'lossmeter';
import type { Source } from './column.js';
import { type Arguments, choice, required, text, type Values } from './command.js';
import { badUsage } from './failure.js';
import { denominators, makeLosses, readLossNames, readLossOptions } from './options.js';
import type { Report } from './output/report.js';
import { Progress } from './progress.js';
import { formats, openSource, type ReadOptions } from './readers/open.js';
import { findRoles, type RoleNames, requestOf, samplesOf } from './samples.js';
import { Scorer } from './scorer.js';

export async function score({ values, files }: Arguments): Promise<Report> {
  const names = readLossNames(required(values, 'loss'));
  const options = readLossOptions(values);
  const denominator = choice(values, 'denominator', denominators);
  const dropsNulls = choice(values, 'nulls', ['error', 'drop']) === 'drop';
  const roleNames: RoleNames = {
    true: required(values, 'true'),
    pred: required(values, 'pred'),
    weight: text(values, 'weight'),
    by: text(values, 'by'),
  };
  const sources = await openSources(files, roleNames, readOptions(values));
  const progress = new Progress(process.stderr, values.quiet === true);
  try {
    const all = sources.map((source) => {
      const roles = findRoles(source, roleNames);
      return { source, roles, request: requestOf(roles) };
    });
    const sizes = all.map(({ source, request }) => source.size(request));
    const total = sizes.reduce<number | undefined>(
      (sum, size) => (sum === undefined || size === undefined ? undefined : sum + size),
      0,
    );
    let scorer: Scorer | undefined;
    let rows = 0;
    let dropped = 0;
    let before = 0;
    for (const [i, { source, roles, request }] of all.entries()) {
      for await (const chunk of source.read(request, undefined)) {
        const samples = samplesOf(source, roles, chunk, dropsNulls);
        scorer ??= new Scorer(
          makeLosses(defaultEngine, names, options, samples.width),
          denominator,
        );
        scorer.add(samples);
        rows += chunk.n;
        dropped += samples.dropped;
        progress.show(rows, total === undefined ? undefined : (before + chunk.done) / total);
      }
      before += sizes[i] ?? 0;
    }
    // (Without a row, there is nothing that says how many classes there are.)
    scorer ??= new Scorer(makeLosses(defaultEngine, names, options, 1), denominator);
    return { rows, dropped, losses: scorer.scores };
  } finally {
    progress.clear();
    await Promise.all(sources.map((source) => source.close()));
  }
}

function readOptions(values: Values): ReadOptions {
  const delimiter = text(values, 'delimiter');
  const character = delimiter === '\\t' ? '\t' : delimiter;
  if (character !== undefined && !/^[\x20-\x7e\t]$/.test(character)) {
    throw badUsage(
      `--delimiter: expected one character of ASCII, got ${JSON.stringify(delimiter)}`,
    );
  }
  return {
    format: choice(values, 'format', formats),
    delimiter: character,
    hasHeader: values['no-header'] !== true,
  };
}

async function openSources(
  files: readonly string[],
  { true: yTrue, pred, weight, by }: RoleNames,
  options: ReadOptions,
): Promise<Source[]> {
  if (files.length === 0) {
    const arrays = [yTrue, pred, weight, by].filter((path) => path !== undefined);
    const other = arrays.find((path) => !/\.npy$/i.test(path));
    if (other !== undefined) {
      throw badUsage(
        `expected a FILE, or .npy files as --true, --pred and --weight, got ${JSON.stringify(other)}`,
      );
    }
    const { openNpy } = await import('./readers/arrays.js');
    return [await openNpy([...new Set(arrays)])];
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
