// @ts-check
// 5. Binary beside categorical cross-entropy.
import { both as data } from './data.mjs';
import { axisX, axisY, curve, discs, label } from './marks.mjs';
import { decimals } from './numbers.mjs';
import { HALF, MARGIN, RIGHT, TOP } from './svg.mjs';

/** @typedef {import('./data.mjs').Point} Point */
/** @typedef {import('./themes.mjs').Theme} Theme */
/** @typedef {{ id: string, name: string, curve: readonly Point[], marks: readonly Point[], color: string, dashes: string, right?: boolean }} Line */

/** @param {readonly Line[]} lines @param {string} name of the x axis @param {string} loss @param {Theme} theme */
function panel(lines, name, loss, theme) {
  return {
    width: HALF,
    height: 320,
    marginLeft: 30,
    marginRight: 14,
    marginTop: 46,
    marginBottom: 48,
    x: { domain: [0, 1] },
    y: { domain: [0, 4.75] },
    marks: [
      axisY(theme, { ticks: [0, 1, 2, 3, 4], label: loss }),
      axisX(theme, { ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], label: name }),
      ...lines.map(({ id, curve: points, color, dashes }) =>
        curve(id, points, color, { strokeDasharray: dashes }),
      ),
      ...lines.flatMap(({ id, name, curve: points, marks: [mark], color, right }) => [
        discs(`mark-${id}`, theme, [mark], color, { symbol: right ? 'diamond' : 'circle' }),
        label(theme, mark, decimals(mark.loss), {
          textAnchor: right ? 'end' : 'start',
          dx: right ? -10 : 10,
          dy: right ? -9 : -5,
          fill: color,
          className: 'values',
        }),
        label(theme, points[right ? 96 : 2], name, {
          textAnchor: right ? 'end' : 'start',
          dx: right ? -10 : 10,
          fontSize: 14,
          fontWeight: 600,
          fill: color,
        }),
      ]),
    ],
  };
}

/** @param {import('./data.mjs').Library} library @param {import('./texts.mjs').Texts} texts @param {Theme} theme @returns {import('./svg.mjs').Figure} */
export function both(library, { both: texts }, theme) {
  const values = data(library);
  const { one, zero } = values.binary;
  const { first, second, text: color } = theme;
  const y = TOP + 8;
  return {
    height: y + 320 + 14,
    description: texts.description(values),
    panels: [
      {
        id: 'binary',
        x: MARGIN,
        y,
        title: texts.binary,
        color,
        plot: panel(
          [
            { id: 'one', name: texts.one, ...one, color: first, dashes: 'none' },
            { id: 'zero', name: texts.zero, ...zero, color: second, dashes: '7,4', right: true },
          ],
          texts.probability,
          texts.loss,
          theme,
        ),
      },
      {
        id: 'categorical',
        x: RIGHT,
        y,
        title: texts.categorical,
        color,
        plot: panel(
          [{ id: 'truth', name: texts.truth, ...values.categorical, color: first, dashes: 'none' }],
          texts.ofTruth,
          texts.loss,
          theme,
        ),
      },
    ],
  };
}
