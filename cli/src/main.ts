#!/usr/bin/env node
// The command `lossmeter`.
import { readFileSync } from 'node:fs';
import { type Command, parseArguments, score as scoreCommand, type Values } from './command.js';
import { badUsage, Failure } from './failure.js';
import { commandHelp, mainHelp } from './help.js';
import { toCsv } from './output/csv.js';
import { toJson } from './output/json.js';
import type { Report } from './output/report.js';
import { toTable } from './output/table.js';
import { score } from './score.js';

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
  if (name !== 'score') {
    throw badUsage(`expected a command, got ${JSON.stringify(name)}; see lossmeter --help`);
  }
  const given = parse(scoreCommand, rest);
  if (given !== undefined) write(given.values, await score(given));
}

function parse(command: Command, args: readonly string[]) {
  const given = parseArguments(command, args);
  if (given.values.help !== true) {
    if (given.values.json === true && given.values.csv === true) {
      throw badUsage('--json and --csv: expected one of them, got both');
    }
    return given;
  }
  process.stdout.write(commandHelp(command));
  return undefined;
}

function write(values: Values, report: Report): void {
  const format = values.json === true ? toJson : values.csv === true ? toCsv : toTable;
  process.stdout.write(format(report));
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stderr.write(`lossmeter: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
