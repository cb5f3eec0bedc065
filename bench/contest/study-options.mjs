// @ts-check
// What npm run bench:peers is asked for.
import { parseArgs } from 'node:util';
import { namesOf, sizesOf } from '../options.mjs';
import { MILLION } from '../targets.mjs';

export const HELP = `npm run bench:peers -- [options]

Times this library beside others on the same data, each in a process of its own, in rounds of random
order, and compares every result with the exact one. Installs the others first (bench/peers/, 1 GB;
Linux on x64); PyTorch, NumPy and scikit-learn if a python3 has them (Debian: python3-torch,
python3-sklearn).

  --thorough       2^10, 2^17, 2^20 and 2^24 elements, more rounds: some half an hour
  --peers=LIST     only these beside ours, as --peers=tfjs-wasm,pytorch
  --losses=LIST    only these losses, as --losses=squaredError
  --sizes=LIST     numbers of elements (default: 2^10 and 2^20)
  --types=LIST     float32, float64
  --name=NAME      of the files written (default: peers)
  --help

Writes NAME.json, NAME.csv (each round's time), NAME.md and NAME.light.svg, NAME.dark.svg: into
bench/results/ if everything was measured, else into build/.
`;

const OPTIONS = /** @type {const} */ ({
  thorough: { type: 'boolean', default: false },
  peers: { type: 'string' },
  losses: { type: 'string' },
  sizes: { type: 'string' },
  types: { type: 'string' },
  name: { type: 'string', default: 'peers' },
  help: { type: 'boolean', default: false },
});

const TYPES = /** @type {const} */ (['float32', 'float64']);

/**
 * @param {string[]} args
 * @param {{ losses: readonly string[], peers: readonly string[] }} known
 */
export function studyOptionsOf(args, known) {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { thorough, name, help } = values;
  const isPart = [values.peers, values.losses, values.sizes, values.types].some(
    (text) => text !== undefined,
  );
  return {
    help,
    name,
    peers: namesOf('peers', values.peers, known.peers),
    losses: namesOf('losses', values.losses, known.losses),
    types: /** @type {readonly ('float32' | 'float64')[]} */ (
      namesOf('types', values.types, TYPES)
    ),
    sizes:
      values.sizes === undefined
        ? thorough
          ? [2 ** 10, 2 ** 17, MILLION, 2 ** 24]
          : [2 ** 10, MILLION]
        : sizesOf(values.sizes),
    effort: { warm: thorough ? 200 : 60, rounds: thorough ? 15 : 9, milliseconds: 8 },
    /** Whether the results are those that are committed. */
    isWhole: !isPart,
  };
}
