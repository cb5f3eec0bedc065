// @ts-check
// A figure as an SVG file: its heading, and its panels as Plot draws them.
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { fonts } from './themes.mjs';

/** @typedef {import('./themes.mjs').Theme} Theme */
/** @typedef {{ id: string, x: number, y: number, title?: string, color?: string, plot: Plot.PlotOptions }} Panel */
/** @typedef {{ height: number, description: string, panels: readonly Panel[] }} Figure */

export const WIDTH = 720;
export const MARGIN = 24;
/** Where the panels begin. */
export const TOP = 76;
/** Two panels side by side, and where the right one begins. */
export const HALF = 328;
export const RIGHT = WIDTH - MARGIN - HALF;

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * A group, which unlike a nested svg cuts off nothing and needs no style.
 *
 * @param {Panel} panel
 */
function drawn({ id, x, y, title, color, plot }) {
  const { document } = parseHTML('<html></html>');
  const svg = Plot.plot({ document, ...plot });
  svg.querySelector('style')?.remove();
  const heading =
    title === undefined
      ? ''
      : `\n<text x="${x}" y="${y + 4}" font-size="14" font-weight="600" fill="${color}">${escaped(title)}</text>`;
  return `<g id="${id}" transform="translate(${x},${y})" fill="currentColor" font-size="12.5" text-anchor="middle">${svg.innerHTML}</g>${heading}`;
}

/**
 * @param {Figure} figure
 * @param {{ title: string, subtitle: string }} heading
 * @param {string} language
 * @param {Theme} theme
 */
export function svg({ height, description, panels }, { title, subtitle }, language, theme) {
  const body = panels.map(drawn).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title description" lang="${language}" font-family="${fonts}" font-size="13" color="${theme.text}" fill="${theme.text}">
<title id="title">${escaped(`${title}: ${subtitle}`)}</title>
<desc id="description">${escaped(description)}</desc>
<rect width="${WIDTH}" height="${height}" rx="8" fill="${theme.background}"/>
<text x="${MARGIN}" y="34" font-size="18" font-weight="600">${escaped(title)}</text>
<text x="${MARGIN}" y="56" fill="${theme.muted}">${escaped(subtitle)}</text>
${body.replaceAll('<g', '\n<g').replace(/\n+/g, '\n').trimStart()}
</svg>
`;
}
