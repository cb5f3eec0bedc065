// @ts-check
// What npm run bench is asked for.
import { parseArgs } from 'node:util';
import { FEW, MILLION } from './targets.mjs';

export const HELP = `npm run bench -- [options]

Compares, for each loss and type, the loop people write, the library's paths and the limit: reading
and writing the same bytes and nothing else. Each table is shown as soon as it is measured.

  --thorough       more rounds in several processes, and errors also of long arrays: some 20 minutes.
                   Makes the results that are committed
  --quick          2^16 elements, in some seconds: do all paths run and give the same bits? The times
                   are rough
  --sizes=LIST     numbers of elements, as --sizes=1000,1e6 (default: ${FEW} and 2^20)
  --losses=LIST    only these losses, as --losses=squaredError,huber
  --types=LIST     only these types, as --types=float32
  --threads=N      how many threads the path of threads has (default: 2); 1 leaves it out
  --only=TEXT      only cases whose name has TEXT in it, as --only='from logits'
  --name=NAME      of the files written (default: main, default or quick)
  --help

Writes NAME.json, NAME.svg and NAME.csv (the time of each round): into bench/results/ if all cases
were measured thoroughly, else into build/.
Exit code 1 if two paths of the library differ in a bit. A target missed is no error.
`;

/**
 * @typedef {object} Mode
 * @property {string} name
 * @property {number} processes for each comparison: memory is placed anew in each, which shows in the
 *   times
 * @property {import('./measure.mjs').Effort} effort
 * @property {readonly number[]} sizes
 * @property {number} exactUpTo the largest size whose exact value is computed: up to 20 µs an element
 */

const EFFORT = { priorCalls: 1000, spell: 12, warmSpells: 4, rounds: 4, milliseconds: 10 };

/** @type {Readonly<Record<'default' | 'thorough' | 'quick', Mode>>} */
const MODES = {
  default: {
    name: 'default',
    processes: 1,
    effort: EFFORT,
    sizes: [FEW, MILLION],
    exactUpTo: 2 ** 16,
  },
  thorough: {
    name: 'main',
    processes: 3,
    effort: EFFORT,
    sizes: [FEW, MILLION],
    exactUpTo: 2 ** 18,
  },
  quick: {
    name: 'quick',
    processes: 1,
    effort: { priorCalls: 100, spell: 3, warmSpells: 1, rounds: 3, milliseconds: 1 },
    sizes: [FEW, 2 ** 16],
    exactUpTo: 2 ** 16,
  },
};

const OPTIONS = /** @type {const} */ ({
  thorough: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  sizes: { type: 'string' },
  losses: { type: 'string' },
  types: { type: 'string' },
  threads: { type: 'string', default: '2' },
  only: { type: 'string', default: '' },
  name: { type: 'string' },
  help: { type: 'boolean', default: false },
});

/** @param {string[]} args */
function parsed(args) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    const known = Object.keys(OPTIONS).map((name) => `--${name}`);
    const [sentence] = /** @type {Error} */ (error).message.split('. ');
    throw new Error(`${sentence}; the options are ${known.join(', ')}`);
  }
}

/**
 * Names from a list with commas; all of them if none is given.
 *
 * @param {string} option
 * @param {string | undefined} text
 * @param {readonly string[]} known
 */
export function namesOf(option, text, known) {
  if (text === undefined) return known;
  const names = text.split(',');
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new Error(`--${option}: there is no '${name}', expected some of ${known.join(', ')}`);
  }
  return names;
}

/** @param {string} text */
export function sizesOf(text) {
  return text.split(',').map((part) => {
    const size = Number(part);
    if (part.trim() !== '' && Number.isInteger(size) && size >= 1 && size <= 2 ** 27) return size;
    throw new Error(`--sizes has '${part}', expected whole numbers from 1 to 2^27`);
  });
}

/** @param {string} text */
function threadsOf(text) {
  const threads = Number(text);
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads;
  throw new Error(`--threads is '${text}', expected a whole number from 1 to 1024`);
}

/**
 * @param {string[]} args
 * @param {{ losses: readonly string[], types: readonly string[] }} known
 */
export function optionsOf(args, known) {
  const values = parsed(args);
  if (values.thorough && values.quick) throw new Error('--thorough and --quick exclude each other');
  const mode = MODES[values.thorough ? 'thorough' : values.quick ? 'quick' : 'default'];
  const { name = mode.name, only, help, quick } = values;
  if (!/^[\w.-]+$/.test(name)) {
    throw new Error(`--name is '${name}', expected letters, digits, '.', '-' and '_'`);
  }
  const losses = namesOf('losses', values.losses, known.losses);
  const types = namesOf('types', values.types, known.types);
  const { sizes, ...how } = mode;
  const isPart =
    values.threads !== OPTIONS.threads.default ||
    [values.sizes, values.losses, values.types].some((text) => text !== undefined);
  return {
    ...how,
    name,
    help,
    only,
    threads: threadsOf(values.threads),
    losses,
    types,
    sizes: values.sizes === undefined ? sizes : sizesOf(values.sizes),
    /** Whether times are to be judged: a quick run is not warm. */
    isWarm: !quick,
    /** Whether the results are those that are committed. */
    isWhole: values.thorough && !isPart && only === '',
  };
}
