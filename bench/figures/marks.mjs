// @ts-check
// Marks that the figures share.
import * as Plot from '@observablehq/plot';

/** @typedef {import('./themes.mjs').Theme} Theme */
/** @typedef {import('./data.mjs').Point} Point */
/** @typedef {{ ticks: readonly (number | string)[], label?: string, format?: (x: number) => string }} Axis */

const size = 12.5;

/** @param {Theme} theme @param {Axis} axis */
export function axisX({ grid, muted }, { ticks, label, format = String }) {
  return [
    Plot.ruleY([0], { stroke: muted }),
    Plot.axisX(ticks, {
      anchor: 'bottom',
      tickFormat: format,
      tickSize: 4,
      tickPadding: 6,
      lineHeight: 1.2,
      fontSize: size,
      label: label ?? null,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 40,
      stroke: grid,
      color: muted,
    }),
  ];
}

/** With lines across the panel, and its label above. @param {Theme} theme @param {Axis} axis */
export function axisY({ grid, muted }, { ticks, label, format = String }) {
  return [
    Plot.gridY(ticks, { stroke: grid, strokeOpacity: 1 }),
    Plot.axisY(ticks, {
      anchor: 'left',
      tickFormat: format,
      tickSize: 0,
      tickPadding: 8,
      fontSize: size,
      label: null,
      color: muted,
    }),
    Plot.text([label ?? ''], {
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'bottom',
      dy: -13,
      dx: -8,
      fontSize: size,
      fill: muted,
    }),
  ];
}

/** @param {string} className @param {readonly Point[]} points @param {string} stroke @param {Plot.LineOptions} [options] */
export function curve(className, points, stroke, options) {
  return Plot.line(points, { x: 'x', y: 'loss', stroke, strokeWidth: 2.25, className, ...options });
}

/** A disc with a rim that sets it off from what it lies on. @param {string} className @param {Theme} theme @param {readonly Point[]} points @param {string} fill @param {Plot.DotOptions} [options] */
export function discs(className, { background }, points, fill, options) {
  return Plot.dot(points, {
    x: 'x',
    y: 'loss',
    r: 5,
    fill,
    stroke: background,
    strokeWidth: 1.5,
    className,
    ...options,
  });
}

/**
 * Text at a point, with a halo that keeps it legible over lines.
 *
 * @param {Theme} theme
 * @param {Point} point
 * @param {string} text
 * @param {Plot.TextOptions} [options]
 */
export function label({ background, text: fill }, point, text, options) {
  return Plot.text([point], {
    x: 'x',
    y: 'loss',
    text: () => text,
    fontSize: 13,
    lineHeight: 1.25,
    fill,
    stroke: background,
    strokeWidth: 4,
    ...options,
  });
}

/** From a label to what it names. @param {Theme} theme @param {Point} from @param {Point} to */
export function leader({ muted }, from, to) {
  return Plot.link([{ from, to }], {
    x1: ({ from }) => from.x,
    y1: ({ from }) => from.loss,
    x2: ({ to }) => to.x,
    y2: ({ to }) => to.loss,
    stroke: muted,
    strokeWidth: 1,
    className: 'leader',
  });
}
