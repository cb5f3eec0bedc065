// npm run readme: writes the commands and their options into README.md, from what --help says, too.
import { readFileSync, writeFileSync } from 'node:fs';
import { commands } from './dist/command.js';
import { synopsis } from './dist/help.js';

const START = '<!-- commands -->';
const END = '<!-- /commands -->';
const file = new URL('README.md', import.meta.url);

/** The commands as Markdown. */
export function manual() {
  return commands.map(section).join('\n');
}

function section({ name, summary, usage, details, groups, examples }) {
  const parts = [
    `## lossmeter ${name}: ${summary}\n`,
    `\`${usage}\`\n`,
    ...details.map((paragraph) => `${inTable(paragraph)}\n`),
    ...groups.map(
      ({ title, options }) =>
        `| ${title} | |\n|---|---|\n${options.map((option) => `| \`${synopsis(option)}\` | ${inTable(option.help)} |\n`).join('')}`,
    ),
    `\`\`\`sh\n${examples.map(({ text, command }) => `# ${text}\n${command}\n`).join('')}\`\`\`\n`,
  ];
  return parts.join('\n');
}

function inTable(text) {
  return text.replaceAll('|', '\\|').replaceAll('*', '\\*');
}

/** README.md as it should be. */
export function readme() {
  const text = readFileSync(file, 'utf8');
  const start = text.indexOf(START) + START.length;
  const end = text.indexOf(END);
  return `${text.slice(0, start)}\n${manual()}\n${text.slice(end)}`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) writeFileSync(file, readme());
