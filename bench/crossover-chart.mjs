// @ts-check
// What a call takes, over its length, for each path.
import * as Plot from '@observablehq/plot';
import { sizeText } from './contest/markdown.mjs';
import { svg } from './figures/svg.mjs';
import { themes } from './figures/themes.mjs';
import { paths, pathsIn } from './paths.mjs';

/** @typedef {import('./results.mjs').Result} Result */
/** @typedef {import('./paths.mjs').Path} Path */
/** @typedef {{ path: Path, elements: number, ns: number }} Point */

const COLUMNS = 2;
const PANEL = { width: 332, height: 270 };
const TOP = 132;
const LEGEND = 82;

/** Colors that the colour-blind can tell apart, and dashes that need none. @type {Readonly<Record<'light' | 'dark', Record<string, string>>>} */
const colors = {
  light: {
    loop: '#6e7781',
    js: '#b35c00',
    wasm: '#0969a8',
    auto: '#00795a',
    resident: '#a3317f',
    threads: '#c9252d',
  },
  dark: {
    loop: '#9ea7b3',
    js: '#e69f00',
    wasm: '#56b4e9',
    auto: '#2fc594',
    resident: '#e08cc0',
    threads: '#ff7b72',
  },
};
/** @type {Readonly<Record<string, string>>} */
const dashes = {
  loop: '1 3',
  js: '6 3',
  wasm: '2 2',
  auto: 'none',
  resident: '8 2 2 2',
  threads: '4 1',
};

/** @param {readonly Result[]} results */
const drawnOf = ([{ paths: byPath }]) => pathsIn(byPath).filter((path) => path !== 'limit');

/** Every path's points, by length. @param {readonly Result[]} results of one case and type @returns {Point[]} */
export function pointsOf(results) {
  return drawnOf(results).flatMap((path) =>
    results.map(({ elements, paths: byPath }) => ({
      path,
      elements,
      ns: byPath[path].nanoseconds,
    })),
  );
}

/** @param {'light' | 'dark'} theme @param {readonly Path[]} drawn */
function legend(theme, drawn) {
  const items = drawn.map((path, k) => {
    const x = 24 + 232 * (k % 3);
    const y = LEGEND + 20 * Math.floor(k / 3);
    const width = path === 'auto' ? 3.5 : 1.75;
    return `<line x1="${x}" x2="${x + 26}" y1="${y}" y2="${y}" stroke="${colors[theme][path]}" stroke-width="${width}" stroke-dasharray="${dashes[path]}"/><text x="${x + 34}" y="${y + 4}" font-size="12.5">${paths[path].label}</text>`;
  });
  return items.join('\n');
}

/** @param {readonly Result[]} results @param {Readonly<Record<string, string>>} machine @param {'light' | 'dark'} themeName */
export function crossoverChart(results, machine, themeName) {
  const theme = themes[themeName];
  const keys = [...new Set(results.map(({ name, type }) => `${name}, ${type}`))];
  const largest = Math.max(...results.map(({ elements }) => elements));
  const ticks = [0, 4, 8, 12, 16, 20, 24].map((k) => 2 ** k).filter((n) => n <= largest);
  const times = [10, 1e3, 1e5, 1e7, 1e9];
  /** @type {Record<number, string>} */
  const timeNames = { 10: '10 ns', 1e3: '1 µs', 1e5: '100 µs', 1e7: '10 ms', 1e9: '1 s' };
  const panels = keys.map((key, k) => {
    const ofKey = results.filter(({ name, type }) => `${name}, ${type}` === key);
    const points = pointsOf(ofKey);
    /** @type {Plot.PlotOptions} */
    const plot = {
      ...PANEL,
      marginTop: 28,
      marginBottom: 34,
      marginLeft: 48,
      marginRight: 8,
      x: { type: 'log', base: 2 },
      y: { type: 'log', domain: [5, 1e9], clamp: true },
      marks: [
        Plot.gridY(times, { stroke: theme.grid, strokeOpacity: 1 }),
        Plot.axisX(ticks, {
          anchor: 'bottom',
          tickFormat: (/** @type {number} */ n) => (n === 1 ? '1' : sizeText(n)),
          tickSize: 4,
          label: null,
          color: theme.muted,
          fontSize: 11.5,
        }),
        Plot.axisY(times, {
          anchor: 'left',
          tickFormat: (/** @type {number} */ t) => timeNames[t],
          tickSize: 0,
          label: null,
          color: theme.muted,
          fontSize: 11.5,
        }),
        ...drawnOf(ofKey).map((path) =>
          Plot.line(
            points.filter((point) => point.path === path),
            {
              x: 'elements',
              y: 'ns',
              stroke: colors[themeName][path],
              strokeWidth: path === 'auto' ? 3.5 : 1.75,
              strokeOpacity: path === 'auto' ? 0.75 : 1,
              strokeDasharray: dashes[path],
              className: path,
            },
          ),
        ),
      ],
    };
    const x = 24 + (k % COLUMNS) * (PANEL.width + 8);
    const y = TOP + Math.floor(k / COLUMNS) * (PANEL.height + 14);
    const title = key
      .replace('sparseCategoricalCrossEntropy.mean, from logits', 'sparse, from logits')
      .replace('binaryCrossEntropy.mean', 'binary cross-entropy')
      .replace('squaredError.mean', 'squared error');
    return { id: `panel-${k}`, x, y, title, color: theme.text, plot };
  });
  const rows = Math.ceil(keys.length / COLUMNS);
  const drawn = svg(
    {
      height: TOP + rows * (PANEL.height + 14) + 8,
      description:
        'Lines of the time of a call over the number of elements, both on logarithmic scales, for each path and loss.',
      panels,
    },
    {
      title: 'The time of a call, over its number of elements',
      subtitle: `${machine.cpu}, Node ${machine.node}, ${machine.date}, commit ${machine.commit}`,
    },
    'en',
    theme,
  );
  return drawn.replace('</svg>', `${legend(themeName, drawnOf(results))}\n</svg>`);
}
