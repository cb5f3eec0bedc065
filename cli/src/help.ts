// What --help prints.
import { type Command, commands, type Option } from './command.js';

const WIDTH = 80;

export function mainHelp(): string {
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(8)}${summary}\n`).join('');
  return `Losses of predictions in files, by the kernels of lossmeter.

Usage: lossmeter COMMAND …

${list}
lossmeter COMMAND --help says more. lossmeter --version.
`;
}

export function commandHelp({ name, summary, usage, details, groups, examples }: Command): string {
  const parts = [
    `lossmeter ${name}: ${summary}\n`,
    `${wrap(`Usage: ${usage}`, '       ')}\n`,
    ...details.map((paragraph) => `${wrap(paragraph)}\n`),
    ...groups.map(
      ({ title, options }) => `${title}:\n${options.map((option) => describe(option)).join('')}`,
    ),
    `Examples:\n${examples.map(({ text, command }) => `  # ${text}\n  ${command}\n`).join('')}`,
  ];
  return parts.join('\n');
}

/**
 * An option as it is written, as `--delta D`.
 *
 * @public readme.mjs has it from the build.
 */
export function synopsis({ name, placeholder }: Option): string {
  return placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
}

function describe(option: Option): string {
  const column = 26;
  const head = `  ${synopsis(option)}`;
  const text = wrap(option.help, ' '.repeat(column), WIDTH - column);
  return head.length < column - 1
    ? `${head.padEnd(column)}${text}\n`
    : `${head}\n${' '.repeat(column)}${text}\n`;
}

/** Lines of words; all but the first are indented. */
function wrap(text: string, indent = '', width = WIDTH): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1];
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${indent}`);
}
