// @ts-check
// Results as SVG, made without a browser.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { paths, pathsIn } from './paths.mjs';
import { short } from './report.mjs';

/** @typedef {import('./results.mjs').Result} Result */
/** @typedef {{ name: string, type: string, path: string, elements: number, ns: number }} Point */

const WIDTH = 960;
const MARGIN = 24;
const HEADER = 128;
const FOOTER = 40;

const centered = /** @type {const} */ ({ labelAnchor: 'center', labelArrow: 'none' });

/** @param {readonly Result[]} results @returns {Point[]} */
function pointsOf(results) {
  return results.flatMap(({ name, type, elements, paths: byPath }) =>
    pathsIn(byPath).map((path) => ({
      // The loss on a line of its own.
      name: name.replace('.', '\n.'),
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
    height: 70 + 74 * names.length,
    marginLeft: 212,
    marginTop: 28,
    marginRight: 36,
    marginBottom: 42,
    x: { type: 'log', label: 'ns per element (log scale)' },
    y: { axis: null, domain: [...new Set(measured.map(({ path }) => path))], padding: 0.1 },
    fx: { padding: 0.14 },
    fy: { domain: names, padding: 0.16 },
    marks: [
      Plot.gridX({ stroke: '#d0d7de', strokeOpacity: 1 }),
      Plot.axisX({ anchor: 'bottom', tickFormat: '~g', ticks: 4, ...centered }),
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

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** @param {number} n */
function powerOfTwo(n) {
  return `2${[...String(Math.log2(n))].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`;
}

/**
 * A line for each path over the length, by loss and type.
 *
 * @param {readonly Point[]} points
 * @returns {Plot.PlotOptions}
 */
function lines(points) {
  const names = [...new Set(points.map(({ name }) => name))];
  const lengths = [4, 8, 12, 16, 20, 24].map((k) => 2 ** k);
  const powersOfTen = [0.01, 0.1, 1, 10, 100];
  const place = { fx: 'type', fy: 'name', x: 'elements', y: 'ns', stroke: 'path' };
  return {
    height: 70 + 190 * names.length,
    marginLeft: 52,
    marginTop: 28,
    marginRight: 216,
    marginBottom: 42,
    x: { type: 'log', base: 2, label: 'elements (log scale)' },
    y: { type: 'log', label: 'ns per element (log scale)' },
    fx: { padding: 0.06 },
    fy: { domain: names, padding: 0.1 },
    marks: [
      Plot.frame({ stroke: '#d0d7de' }),
      Plot.gridX(lengths, { stroke: '#d0d7de', strokeOpacity: 1 }),
      Plot.gridY(powersOfTen, { stroke: '#d0d7de', strokeOpacity: 1 }),
      Plot.axisX(lengths, { anchor: 'bottom', tickFormat: powerOfTwo, ...centered }),
      Plot.axisY(powersOfTen, { anchor: 'left', tickFormat: '~g', ...centered }),
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

/**
 * Every path's color and name, a bar or a line as it is in the chart.
 *
 * @param {readonly import('./paths.mjs').Path[]} shown
 * @param {boolean} asLines
 */
function legend(shown, asLines) {
  const columns = 3;
  return shown
    .map((path, k) => {
      const x = MARGIN + (k % columns) * 220;
      const y = 66 + 20 * Math.floor(k / columns);
      const { label, color } = paths[path];
      const width = path === 'limit' && !asLines ? 2 : 12;
      const height = asLines ? 3 : 12;
      return `<rect x="${x + 6 - width / 2}" y="${y - 4 - height / 2}" width="${width}" height="${height}" fill="${color}"/><text x="${x + 18}" y="${y}">${escaped(label)}</text>`;
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
  const shown = pathsIn(results[0].paths);
  const sizes = results.map(({ size }) => size);
  const least = Math.min(...sizes).toLocaleString('en-US');
  const most = Math.max(...sizes).toLocaleString('en-US');
  const asLines = least !== most;
  const plot = Plot.plot({
    document,
    width: WIDTH - 2 * MARGIN,
    style: { color: '#1f2328', background: 'none' },
    color: { domain: shown, range: shown.map((path) => paths[path].color) },
    ...(asLines ? lines(points) : bars(points)),
  });
  plot.querySelector('style')?.remove();
  plot.setAttribute('x', String(MARGIN));
  plot.setAttribute('y', String(HEADER));
  const height = HEADER + Number(plot.getAttribute('height')) + FOOTER;
  const what = asLines ? `${least} to ${most} elements` : `${most} elements`;
  const where = `lossmeter ${machine.lossmeter} (${machine.commit}), Node ${machine.node}, ${machine.cpu}, ${machine.date}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" fill="#1f2328">
<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>
<text x="${MARGIN}" y="36" font-size="18" font-weight="600">Losses of ${what}: time per element, less is better</text>
${legend(shown, asLines)}
${plot.outerHTML}
<text x="${MARGIN}" y="${height - 16}" font-size="11" fill="#59636e">${escaped(where)}</text>
</svg>
`;
}
