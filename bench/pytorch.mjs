// @ts-check
// Beside PyTorch's native code: figures of another run on another machine, so no more than a hint.
import { short, table } from './report.mjs';
import { MILLION } from './targets.mjs';

/** @typedef {import('./results.mjs').Result} Result */

const SOURCE =
  'PyTorch 1.13, one thread, 2^20 elements, in a run of its own on a 2-core x86-64 server with AVX-512';

// biome-ignore format: a table
/** What PyTorch takes for an element: ns. */
const figures = [
  { loss: 'mse_loss', name: 'squaredError.mean', float32: 0.63, float64: 1.2 },
  { loss: 'l1_loss', name: 'absoluteError.mean', float32: 0.89, float64: 1.8 },
  { loss: 'binary_cross_entropy', name: 'binaryCrossEntropy.mean, 0/1 labels', float32: 6.3, float64: 9.7 },
  { loss: 'binary_cross_entropy_with_logits', name: 'binaryCrossEntropy.mean, from logits', float32: 5.4, float64: 13.4 },
  { loss: 'cross_entropy, 1024 × 1024', name: 'sparseCategoricalCrossEntropy.mean, from logits, 1024 classes', float32: 0.87, float64: 2.7 },
];

/**
 * @typedef {object} Rivalry
 * @property {string} loss PyTorch's name
 * @property {string} name of the case
 * @property {string} type
 * @property {number} pytorch ns per element
 * @property {number} resident ns per element
 * @property {number} ordinary ns per element, of arrays that must be copied
 * @property {boolean} reached whether resident arrays, as PyTorch's own are, take no longer
 */

/**
 * @param {readonly Result[]} results
 * @returns {{ source: string, losses: Rivalry[] }} the losses that both have, at 2^20 elements
 */
export function besidePyTorch(results) {
  const losses = figures.flatMap(({ loss, name, ...byType }) =>
    Object.entries(byType).flatMap(([type, pytorch]) =>
      results
        .filter((one) => one.name === name && one.type === type && one.size === MILLION)
        .map(({ elements, paths }) => {
          const resident = paths.resident.nanoseconds / elements;
          const ordinary = paths.auto.nanoseconds / elements;
          return { loss, name, type, pytorch, resident, ordinary, reached: resident <= pytorch };
        }),
    ),
  );
  return { source: SOURCE, losses };
}

/** @param {ReturnType<typeof besidePyTorch>} comparison */
export function pytorchTable({ source, losses }) {
  if (losses.length === 0) return '';
  const rows = losses.map(({ loss, type, pytorch, resident, ordinary, reached }) => [
    `${loss}, ${type}`,
    short(pytorch),
    short(resident),
    short(ordinary),
    short(resident / pytorch),
    reached ? 'reached' : 'NOT REACHED',
  ]);
  const head = ['', 'PyTorch', 'resident', 'default', 'resident ÷ PyTorch', ''];
  return `Beside PyTorch: ns/element (${source}: another machine's times, a hint)\n${table([head, ...rows])}`;
}
