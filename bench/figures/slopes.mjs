// @ts-check
// 1. The mean squared loss of the houses over 100 slopes.
import * as Plot from '@observablehq/plot';
import { slopes as data } from './data.mjs';
import { axisX, axisY, curve, discs, label, leader } from './marks.mjs';
import { integer } from './numbers.mjs';
import { MARGIN, TOP, WIDTH } from './svg.mjs';

/** @param {import('./data.mjs').Library} library @param {import('./texts.mjs').Texts} texts @param {import('./themes.mjs').Theme} theme @returns {import('./svg.mjs').Figure} */
export function slopes(library, { slopes: texts }, theme) {
  const values = data(library);
  const { trueSlope, least } = values;
  const line = Plot.ruleX([trueSlope], {
    stroke: theme.second,
    strokeWidth: 1.75,
    strokeDasharray: '5,4',
    className: 'true-slope',
  });
  const each = Plot.dot(values.curve, {
    x: 'x',
    y: 'loss',
    r: 2,
    fill: theme.first,
    className: 'slopes',
  });
  const slopesNear = values.curve.filter(({ x }) => Math.abs(x - trueSlope) < 0.025);
  return {
    height: 440,
    description: texts.description(values),
    panels: [
      {
        id: 'all',
        x: MARGIN,
        y: TOP,
        plot: {
          width: WIDTH - 2 * MARGIN,
          height: 348,
          marginLeft: 48,
          marginRight: 12,
          marginTop: 32,
          marginBottom: 48,
          x: { domain: [1.5, 2.5] },
          y: { domain: [0, 2900] },
          marks: [
            axisX(theme, {
              ticks: [1.5, 1.6, 1.7, 1.8, 1.9, 2, 2.1, 2.2, 2.3, 2.4, 2.5],
              format: (x) => x.toFixed(1),
              label: texts.weight,
            }),
            axisY(theme, {
              ticks: [0, 500, 1000, 1500, 2000, 2500],
              format: integer,
              label: texts.loss,
            }),
            line,
            curve('curve', values.curve, theme.first, { strokeWidth: 1.25 }),
            each,
            leader(theme, { x: 2.06, loss: 800 }, least),
            discs('least', theme, [least], theme.first),
            label(theme, { x: trueSlope, loss: 2900 }, texts.truth(trueSlope), {
              lineAnchor: 'bottom',
              dy: -8,
              fill: theme.second,
              fontWeight: 600,
            }),
            label(theme, { x: 2.075, loss: 850 }, texts.least(least), {
              textAnchor: 'end',
              lineAnchor: 'bottom',
            }),
          ],
        },
      },
      {
        id: 'near',
        x: 472,
        y: TOP + 32,
        plot: {
          width: 204,
          height: 150,
          marginLeft: 24,
          marginRight: 12,
          marginTop: 42,
          marginBottom: 28,
          x: { domain: [2.075, 2.125] },
          y: { domain: [0, 5] },
          marks: [
            Plot.frame({
              insetTop: -38,
              insetLeft: -24,
              insetBottom: -26,
              insetRight: -10,
              fill: theme.background,
              stroke: theme.quiet,
            }),
            Plot.text([texts.enlarged], {
              frameAnchor: 'top-left',
              lineAnchor: 'top',
              dx: -14,
              dy: -29,
              fontSize: 13,
              fontWeight: 600,
              fill: theme.text,
            }),
            axisX(theme, { ticks: [2.08, 2.1, 2.12], format: (x) => x.toFixed(2) }),
            axisY(theme, { ticks: [0, 5] }),
            line,
            curve('curve', values.near, theme.first, { strokeWidth: 1.25 }),
            discs('slopes', theme, slopesNear, theme.first),
            Plot.dot([least], { x: 'x', y: 'loss', r: 9, stroke: theme.text, strokeWidth: 1.25 }),
          ],
        },
      },
    ],
  };
}
