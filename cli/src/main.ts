#!/usr/bin/env node
// The command `lossmeter`.
import { readFileSync } from 'node:fs';
import { type Arguments, commands, parseArguments, type Values } from './command.js';
import { badUsage, Failure, reason, unreadable } from './failure.js';
import { commandHelp, mainHelp } from './help.js';
import { merge } from './merge.js';
import { toCsv } from './output/csv.js';
import { toJson } from './output/json.js';
import type { Report } from './output/report.js';
import { toTable } from './output/table.js';
import { score } from './score.js';

const runners: Readonly<Record<string, (given: Arguments) => Promise<Report>>> = { score, merge };

async function run(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(mainHelp());
    if (name === undefined) process.exitCode = 2;
    return;
  }
  if (name === '--version') {
    const { version } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as { version: string };
    process.stdout.write(`${version}\n`);
    return;
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined) {
    throw badUsage(`expected a command, got ${JSON.stringify(name)}; see lossmeter --help`);
  }
  const given = parseArguments(command, rest);
  const { help, json, csv } = given.values;
  if (help === true) {
    process.stdout.write(commandHelp(command));
    return;
  }
  if (json === true && csv === true) {
    throw badUsage('--json and --csv: expected one of them, got both');
  }
  write(given.values, await runners[name](given));
}

function write(values: Values, report: Report): void {
  const format = values.json === true ? toJson : values.csv === true ? toCsv : toTable;
  process.stdout.write(format(report));
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who has closed a pipe, as `head` does, has read enough.
  if (error.code === 'EPIPE') process.exit();
  fail(unreadable(`standard output: it cannot be written: ${reason(error)}`));
});
// (Progress and errors have no other place to go to.)
process.stderr.on('error', () => {});

function fail(failure: Failure): void {
  process.stderr.write(`lossmeter: ${failure.message}\n`);
  process.exitCode = failure.exitCode;
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  fail(error);
}
