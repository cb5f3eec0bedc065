// @ts-check
// 4. Categorical cross-entropy of four models.
import * as Plot from '@observablehq/plot';
import { models as data } from './data.mjs';
import { axisX, axisY, curve, discs, label } from './marks.mjs';
import { decimals, probability } from './numbers.mjs';
import { HALF, MARGIN, RIGHT, TOP } from './svg.mjs';

/** @typedef {ReturnType<typeof data>} Values */
/** @typedef {Values['models'][number]} Model */
/** @typedef {import('./texts.mjs').Texts['models']} Texts */
/** @typedef {import('./themes.mjs').Theme} Theme */

const frame = { width: HALF, height: 250, marginLeft: 30, marginRight: 14, marginTop: 46 };

/** What is worse than a guess at random among three stands out. @param {Theme} theme */
const colorOf =
  ({ first, second }) =>
  (/** @type {Model} */ { x }) =>
    x < 1 / 3 ? second : first;

/** @param {Values} values @param {Texts} texts @param {Theme} theme @returns {Plot.PlotOptions} */
function losses({ models }, texts, theme) {
  return {
    ...frame,
    marginBottom: 34,
    x: { padding: 0.4 },
    y: { domain: [0, 3.2] },
    marks: [
      axisY(theme, { ticks: [0, 1, 2, 3], label: texts.loss }),
      Plot.barY(models, { x: 'name', y: 'loss', fill: colorOf(theme), className: 'losses' }),
      axisX(theme, {
        ticks: models.map(({ name }) => name),
        format: (name) => texts.model(String(name)),
      }),
      Plot.text(models, {
        x: 'name',
        y: 'loss',
        text: ({ loss }) => decimals(loss),
        lineAnchor: 'bottom',
        dy: -5,
        fontSize: 13,
        fontWeight: 600,
        fill: theme.text,
        stroke: theme.background,
        strokeWidth: 3,
        className: 'loss-labels',
      }),
    ],
  };
}

/** @param {Values} values @param {Texts} texts @param {Theme} theme @returns {Plot.PlotOptions} */
function shares({ models, shares }, texts, theme) {
  /** @param {Values['shares'][number]} share */
  const column = ({ animal }) => texts.animals[animal];
  const isTrue = (/** @type {Values['shares'][number]} */ { animal }) => animal === 'cat';
  const badNames = models.filter(({ x }) => x < 1 / 3).map(({ name }) => name);
  return {
    ...frame,
    marginLeft: 62,
    marginRight: 0,
    marginBottom: 12,
    x: { domain: [0, 1.6], axis: null },
    y: { padding: 0.4, label: null },
    fx: { domain: Object.values(texts.animals), padding: 0.06 },
    marks: [
      Plot.axisFx({
        anchor: 'top',
        label: null,
        fontSize: 12.5,
        tickPadding: 6,
        color: theme.muted,
      }),
      Plot.axisY({
        anchor: 'left',
        label: null,
        tickSize: 0,
        tickFormat: (name) => texts.model(String(name)),
        fontSize: 12.5,
        color: theme.muted,
      }),
      Plot.barX(shares, {
        x: 'p',
        y: 'name',
        fx: column,
        fill: (share) =>
          !isTrue(share) ? theme.quiet : badNames.includes(share.name) ? theme.second : theme.first,
        className: 'shares',
      }),
      Plot.ruleX([0], { stroke: theme.muted }),
      Plot.text(shares, {
        x: 'p',
        y: 'name',
        fx: column,
        text: ({ p }) => probability(p),
        textAnchor: 'start',
        dx: 5,
        fontSize: 12.5,
        className: 'share-labels',
      }),
    ],
  };
}

/** @param {Values} values @param {Texts} texts @param {Theme} theme @returns {Plot.PlotOptions} */
function byTruth({ models }, texts, theme) {
  return {
    ...frame,
    marginBottom: 48,
    x: { domain: [0, 1] },
    y: { domain: [0, 3.4] },
    marks: [
      axisY(theme, { ticks: [0, 1, 2, 3], label: texts.loss }),
      axisX(theme, { ticks: models.map(({ x }) => x), format: probability, label: texts.ofTruth }),
      Plot.ruleX(models, { x: 'x', y: 'loss', stroke: colorOf(theme), strokeWidth: 2.25 }),
      Plot.dot(models, { x: 'x', y: 'loss', r: 5, fill: colorOf(theme), className: 'models' }),
      models.map((model) =>
        label(theme, model, `${model.name} ${decimals(model.loss)}`, {
          className: 'model-labels',
          // Above it there is no room for the first.
          ...(model.x < 0.2 ? { textAnchor: 'start', dx: 10 } : { lineAnchor: 'bottom', dy: -9 }),
        }),
      ),
    ],
  };
}

/** @param {Values} values @param {Texts} texts @param {Theme} theme @returns {Plot.PlotOptions} */
function onCurve({ models, curve: points }, texts, theme) {
  return {
    ...frame,
    marginBottom: 48,
    x: { domain: [0, 1] },
    y: { domain: [0, 4.75] },
    marks: [
      axisY(theme, { ticks: [0, 1, 2, 3, 4], label: texts.loss }),
      axisX(theme, { ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], label: texts.probability }),
      curve('curve', points, theme.muted),
      models.map((model) => discs('models', theme, [model], colorOf(theme)(model))),
      models.map((model) =>
        label(theme, model, model.name, { textAnchor: 'start', dx: 7, dy: -9, fontWeight: 600 }),
      ),
    ],
  };
}

/** @param {import('./data.mjs').Library} library @param {import('./texts.mjs').Texts} texts @param {Theme} theme @returns {import('./svg.mjs').Figure} */
export function models(library, { models: texts }, theme) {
  const values = data(library);
  const high = TOP + 8;
  const low = high + frame.height + 18;
  const color = theme.text;
  return {
    height: low + frame.height + 14,
    description: texts.description(values),
    panels: [
      {
        id: 'losses',
        x: MARGIN,
        y: high,
        title: texts.losses,
        color,
        plot: losses(values, texts, theme),
      },
      {
        id: 'shares',
        x: RIGHT,
        y: high,
        title: texts.shares,
        color,
        plot: shares(values, texts, theme),
      },
      {
        id: 'by-truth',
        x: MARGIN,
        y: low,
        title: texts.byTruth,
        color,
        plot: byTruth(values, texts, theme),
      },
      {
        id: 'on-curve',
        x: RIGHT,
        y: low,
        title: texts.curve,
        color,
        plot: onCurve(values, texts, theme),
      },
    ],
  };
}
