// @ts-check
// 2. Squared beside absolute loss: of each house, and over the error.
import * as Plot from '@observablehq/plot';
import { errors as data } from './data.mjs';
import { axisX, axisY, curve, discs, label, leader } from './marks.mjs';
import { integer } from './numbers.mjs';
import { HALF, MARGIN, RIGHT, TOP } from './svg.mjs';

/** @typedef {import('./texts.mjs').Errors['squared']} Column */
/** @typedef {import('./texts.mjs').Texts['errors']} Texts */
/** @typedef {import('./themes.mjs').Theme} Theme */

const frame = { width: HALF, marginLeft: 50, marginRight: 14 };

/** @param {Column} column @param {Texts} texts @param {Theme} theme @param {string} color @returns {Plot.PlotOptions} */
function bars({ houses }, texts, theme, color) {
  const names = houses.map(texts.house);
  return {
    ...frame,
    height: 212,
    marginTop: 40,
    marginBottom: 44,
    x: { domain: names, padding: 0.45 },
    // The same for both losses.
    y: { domain: [0, 112] },
    marks: [
      axisY(theme, { ticks: [0, 50, 100], label: texts.loss }),
      Plot.barY(houses, { x: texts.house, y: 'loss', fill: color, className: 'losses' }),
      axisX(theme, { ticks: names }),
      Plot.text(houses, {
        x: texts.house,
        y: 'loss',
        text: ({ loss }) => integer(loss),
        lineAnchor: 'bottom',
        dy: -5,
        fontSize: 14,
        fontWeight: 600,
        fill: theme.text,
        className: 'loss-labels',
      }),
    ],
  };
}

/**
 * @param {Column} column
 * @param {number} top of the scale
 * @param {readonly number[]} ticks
 * @param {Texts} texts
 * @param {Theme} theme
 * @param {string} color
 * @param {Plot.Markish} beneath
 * @returns {Plot.PlotOptions}
 */
function curves(column, top, ticks, texts, theme, color, beneath) {
  const [met, , missed] = column.houses;
  const points = column.houses.map(({ error, loss }) => ({ x: error, loss }));
  const height = 0.62 * top;
  return {
    ...frame,
    height: 300,
    marginTop: 32,
    marginBottom: 48,
    x: { domain: [-150, 150] },
    y: { domain: [0, top] },
    marks: [
      axisY(theme, { ticks, format: integer, label: texts.loss }),
      axisX(theme, {
        ticks: [-150, -100, -50, 0, 50, 100, 150],
        format: integer,
        label: texts.error,
      }),
      beneath,
      curve('curve', column.curve, color),
      leader(theme, { x: -10, loss: height }, points[2]),
      leader(theme, { x: 0, loss: height }, points[0]),
      discs('houses', theme, points, color),
      label(theme, { x: -14, loss: height }, texts.missed(missed), {
        textAnchor: 'end',
        lineAnchor: 'bottom',
      }),
      label(theme, { x: 4, loss: height }, texts.met(met), {
        textAnchor: 'start',
        lineAnchor: 'bottom',
      }),
    ],
  };
}

/** @param {import('./data.mjs').Library} library @param {import('./texts.mjs').Texts} texts @param {Theme} theme @returns {import('./svg.mjs').Figure} */
export function errors(library, { errors: texts }, theme) {
  const values = data(library);
  const { squared, absolute } = values;
  const low = TOP + 216;
  const beneath = [
    curve('absolute', absolute.curve, theme.second, { strokeDasharray: '5,4' }),
    label(theme, { x: 148, loss: 500 }, texts.absoluteName, {
      textAnchor: 'end',
      lineAnchor: 'bottom',
      fontSize: 12,
      fill: theme.second,
    }),
  ];
  return {
    height: 606,
    description: texts.description(values),
    panels: [
      {
        id: 'squared-bars',
        x: MARGIN,
        y: TOP + 8,
        title: texts.squared(squared.mean),
        color: theme.first,
        plot: bars(squared, texts, theme, theme.first),
      },
      {
        id: 'absolute-bars',
        x: RIGHT,
        y: TOP + 8,
        title: texts.absolute(absolute.mean),
        color: theme.second,
        plot: bars(absolute, texts, theme, theme.second),
      },
      {
        id: 'squared-curve',
        x: MARGIN,
        y: low,
        plot: curves(
          squared,
          22_500,
          [0, 5000, 10_000, 15_000, 20_000],
          texts,
          theme,
          theme.first,
          beneath,
        ),
      },
      {
        id: 'absolute-curve',
        x: RIGHT,
        y: low,
        plot: curves(absolute, 150, [0, 50, 100, 150], texts, theme, theme.second, []),
      },
    ],
  };
}
