// @ts-check
// 3. Binary cross-entropy of both labels.
import * as Plot from '@observablehq/plot';
import { binary as data } from './data.mjs';
import { axisX, axisY, curve, discs, label } from './marks.mjs';
import { decimals } from './numbers.mjs';
import { MARGIN, TOP, WIDTH } from './svg.mjs';

const marks = [0.1, 0.5, 0.9];

/** @param {import('./data.mjs').Library} library @param {import('./texts.mjs').Texts} texts @param {import('./themes.mjs').Theme} theme @returns {import('./svg.mjs').Figure} */
export function binary(library, { binary: texts }, theme) {
  const values = data(library, marks);
  const { one, zero } = values;
  /** @param {import('./data.mjs').Point} point @param {string} fill @param {Plot.TextOptions} place */
  const value = (point, fill, place) =>
    label(theme, point, decimals(point.loss), { fill, className: 'values', ...place });
  const highest = one.marks.map((mark, i) =>
    mark.loss > zero.marks[i].loss ? mark : zero.marks[i],
  );
  return {
    height: 460,
    description: texts.description(values),
    panels: [
      {
        id: 'curves',
        x: MARGIN,
        y: TOP,
        plot: {
          width: WIDTH - 2 * MARGIN,
          height: 368,
          marginLeft: 34,
          marginRight: 12,
          marginTop: 30,
          marginBottom: 48,
          x: { domain: [0, 1] },
          y: { domain: [0, 4.75] },
          marks: [
            axisY(theme, { ticks: [0, 1, 2, 3, 4], label: texts.loss }),
            axisX(theme, {
              ticks: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
              format: (x) => (x === 0 || x === 1 ? String(x) : x.toFixed(1)),
              label: texts.probability,
            }),
            Plot.ruleX(highest, { x: 'x', y: 'loss', stroke: theme.muted, strokeDasharray: '2,4' }),
            curve('one', one.curve, theme.first),
            curve('zero', zero.curve, theme.second, { strokeDasharray: '7,4' }),
            discs('marks-one', theme, one.marks, theme.first, { r: 7 }),
            discs('marks-zero', theme, zero.marks, theme.second, { symbol: 'diamond' }),
            label(theme, one.curve[2], texts.one, {
              textAnchor: 'start',
              dx: 12,
              fill: theme.first,
              fontSize: 14,
              fontWeight: 600,
            }),
            label(theme, zero.curve[96], texts.zero, {
              textAnchor: 'end',
              dx: -12,
              fill: theme.second,
              fontSize: 14,
              fontWeight: 600,
            }),
            value(one.marks[0], theme.first, { textAnchor: 'start', dx: 12, dy: -4 }),
            value(zero.marks[0], theme.second, { textAnchor: 'start', dx: 8, dy: -17 }),
            value(one.marks[1], theme.text, { lineAnchor: 'bottom', dy: -12 }),
            value(one.marks[2], theme.first, { textAnchor: 'end', dx: -8, dy: -17 }),
            value(zero.marks[2], theme.second, { textAnchor: 'end', dx: -12, dy: -4 }),
          ],
        },
      },
    ],
  };
}
