// @ts-check
// Results as SVG, made without a browser.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { pathNames, paths } from './paths.mjs';
import { short } from './report.mjs';

/** @typedef {import('./results.mjs').Result} Result */
/** @typedef {{ name: string, type: string, path: string, elements: number, ns: number }} Point */

const WIDTH = 960;
const MARGIN = 24;
const HEADER = 108;
const FOOTER = 40;

const measuredPaths = pathNames.filter((path) => path !== 'limit');

/** @param {readonly Result[]} results @returns {Point[]} */
function pointsOf(results) {
  return results.flatMap(({ name, type, elements, paths: byPath }) =>
    pathNames.map((path) => ({
      // The loss, the verb, the kind of data: a line each.
      name: name.replace('.', '\n.').replace(', ', '\n'),
      type,
      path,
      elements,
      ns: byPath[path].nanoseconds / elements,
    })),
  );
}

/**
 * Bars by path, for each loss and type, at one length.
 *
 * @param {readonly Point[]} points
 * @returns {Plot.PlotOptions}
 */
function bars(points) {
  const measured = points.filter(({ path }) => path !== 'limit');
  const limits = points.filter(({ path }) => path === 'limit');
  const names = [...new Set(points.map(({ name }) => name))];
  // A log scale has no zero: bars start at the power of ten under everything.
  const from = 10 ** Math.floor(Math.log10(Math.min(...points.map(({ ns }) => ns))));
  const place = { fx: 'type', fy: 'name' };
  return {
    height: 70 + 84 * names.length,
    marginLeft: 200,
    marginTop: 28,
    marginRight: 36,
    marginBottom: 42,
    x: { type: 'log', label: 'nanoseconds per element (log scale) →' },
    y: { axis: null, domain: measuredPaths, padding: 0.1 },
    fy: { domain: names, padding: 0.16 },
    marks: [
      Plot.gridX({ stroke: '#d0d7de', strokeOpacity: 1 }),
      Plot.axisX({ anchor: 'bottom', tickFormat: '~g', ticks: 4 }),
      Plot.axisFy({ anchor: 'left', tickSize: 0, fontSize: 12, label: null }),
      Plot.axisFx({ anchor: 'top', tickSize: 0, fontSize: 13, label: null }),
      Plot.barX(measured, { ...place, y: 'path', x1: from, x2: 'ns', fill: 'path' }),
      Plot.text(measured, {
        ...place,
        y: 'path',
        x: 'ns',
        text: (/** @type {Point} */ { ns }) => short(ns),
        textAnchor: 'start',
        dx: 4,
        fontSize: 10,
      }),
      Plot.ruleX(limits, { ...place, x: 'ns', stroke: 'path', strokeWidth: 2 }),
    ],
  };
}

/**
 * A line for each path over the length, by loss and type.
 *
 * @param {readonly Point[]} points
 * @returns {Plot.PlotOptions}
 */
function lines(points) {
  const names = [...new Set(points.map(({ name }) => name))];
  const place = { fx: 'type', fy: 'name', x: 'elements', y: 'ns', stroke: 'path' };
  return {
    height: 80 + 200 * names.length,
    marginLeft: 50,
    marginTop: 28,
    marginRight: 190,
    marginBottom: 42,
    x: { type: 'log', base: 2, label: 'elements (log scale) →' },
    y: { type: 'log', label: '↑ nanoseconds per element (log scale)' },
    fy: { domain: names },
    marks: [
      Plot.frame({ stroke: '#d0d7de' }),
      Plot.gridX({ stroke: '#eaeef2', strokeOpacity: 1 }),
      Plot.gridY({ stroke: '#d0d7de', strokeOpacity: 1 }),
      Plot.axisX({ anchor: 'bottom', ticks: 7 }),
      Plot.axisY({ anchor: 'left', tickFormat: '~g', ticks: 4 }),
      Plot.axisFy({ anchor: 'right', tickSize: 0, fontSize: 12, label: null }),
      Plot.axisFx({ anchor: 'top', tickSize: 0, fontSize: 13, label: null }),
      Plot.line(points, { ...place, strokeWidth: 1.75 }),
    ],
  };
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/** Every path's color and name; the limit, which is a line in both charts, as a line. */
function legend() {
  const columns = 3;
  return pathNames
    .map((path, k) => {
      const x = MARGIN + (k % columns) * 220;
      const y = 66 + 20 * Math.floor(k / columns);
      const { label, color } = paths[path];
      const width = path === 'limit' ? 2 : 12;
      return `<rect x="${x + 6 - width / 2}" y="${y - 10}" width="${width}" height="12" fill="${color}"/><text x="${x + 18}" y="${y}">${escaped(label)}</text>`;
    })
    .join('');
}

/**
 * @param {readonly Result[]} results
 * @param {ReturnType<import('./environment.mjs').environment>} machine
 * @returns {string} an SVG file, on white, so that it can be read on any page
 */
export function chart(results, machine) {
  const { document } = parseHTML('<html></html>');
  const points = pointsOf(results);
  const sizes = new Set(results.map(({ size }) => size));
  const [size] = sizes;
  const plot = Plot.plot({
    document,
    width: WIDTH - 2 * MARGIN,
    style: { color: '#1f2328', background: 'none' },
    color: { domain: pathNames, range: pathNames.map((path) => paths[path].color) },
    ...(sizes.size === 1 ? bars(points) : lines(points)),
  });
  plot.querySelector('style')?.remove();
  plot.setAttribute('x', String(MARGIN));
  plot.setAttribute('y', String(HEADER));
  const height = HEADER + Number(plot.getAttribute('height')) + FOOTER;
  const what =
    sizes.size === 1
      ? `${size.toLocaleString('en-US')} elements`
      : 'arrays of 8 to 16 million elements';
  const where = `lossmeter ${machine.lossmeter} (${machine.commit}), Node ${machine.node}, ${machine.cpu}, ${machine.date}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" fill="#1f2328">
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
<text x="${MARGIN}" y="36" font-size="18" font-weight="600">Time per element of a loss of ${what}; shorter is faster</text>
${legend()}
${plot.outerHTML}
<text x="${MARGIN}" y="${height - 16}" font-size="11" fill="#59636e">${escaped(where)}</text>
</svg>
`;
}
