// @ts-check
// The study's means at 2^20 elements as a chart: bars by library, those that are wrong marked.
import * as Plot from '@observablehq/plot';
import { svg } from '../figures/svg.mjs';
import { themes } from '../figures/themes.mjs';
import { short } from '../report.mjs';
import { MILLION } from '../targets.mjs';
import { errorText, isWrong } from './errors.mjs';

/** @typedef {import('./study.mjs').StudyResult} StudyResult */
/** @typedef {import('./markdown.mjs').Study} Study */
/** @typedef {{ label: string, ns: number, isOurs: boolean, wrong: boolean, text: string }} Bar */

const LEFT = 186;
const PANEL = 660;
const BAR = 19;
const PANEL_HEAD = 48;
const TOP = 84;

/** What the chart shows, panel by panel. @type {readonly { task: StudyResult['task'], classes: number, title: string }[]} */
const panels = [
  { task: 'squared', classes: 1, title: 'squared error' },
  { task: 'binary', classes: 1, title: 'binary cross-entropy of probabilities, 0/1 labels' },
  { task: 'sparseLogits', classes: 1024, title: 'cross-entropy from logits, 1024 × 1024' },
];

/**
 * The bars of a panel, on one thread, the fastest first. An error is the worst of what was asked of that loss at that length: of
 * data at random, and of data whose errors are all the same.
 *
 * @param {Study} study
 * @param {StudyResult['task']} task
 * @param {number} classes
 * @returns {Bar[]}
 */
export function barsOf({ peers, results }, task, classes) {
  const asked = results.filter(
    (one) =>
      one.task === task &&
      one.classes === classes &&
      one.verb === 'mean' &&
      one.place === 'resident' &&
      one.type === 'float32' &&
      (one.elements === MILLION || classes > 1),
  );
  return peers
    .filter(({ threads }) => threads === 1)
    .flatMap(({ key, label, kind }) => {
      const ofPeer = asked.filter(
        ({ peer, nanoseconds }) => peer === key && nanoseconds !== undefined,
      );
      const timed = ofPeer.find(({ constant }) => !constant);
      if (timed?.nanoseconds === undefined) return [];
      const ns = timed.nanoseconds / timed.elements;
      const worst = ofPeer
        .map(({ error = NaN }) => error)
        .reduce((a, b) => (b > a || Number.isNaN(b) ? b : a));
      const wrong = isWrong(worst);
      const text = wrong ? `${short(ns)}, up to ${errorText(worst)} off` : short(ns);
      return [{ label, ns, isOurs: kind === 'ours', wrong, text }];
    })
    .sort((a, b) => a.ns - b.ns);
}

/** @param {Study} study @param {'light' | 'dark'} themeName */
export function peersChart(study, themeName) {
  const theme = themes[themeName];
  let y = TOP;
  const drawn = panels.flatMap(({ task, classes, title }) => {
    const bars = barsOf(study, task, classes);
    if (bars.length === 0) return [];
    const height = PANEL_HEAD + BAR * bars.length + 8;
    const from = 0.1;
    /** @type {Plot.PlotOptions} */
    const plot = {
      width: PANEL,
      height,
      marginTop: PANEL_HEAD - 24,
      marginBottom: 30,
      marginLeft: LEFT,
      marginRight: 120,
      x: { type: 'log', domain: [from, 1000], clamp: true },
      y: { domain: bars.map(({ label }) => label), padding: 0.2 },
      marks: [
        Plot.gridX([0.1, 1, 10, 100, 1000], { stroke: theme.grid, strokeOpacity: 1 }),
        Plot.axisX([0.1, 1, 10, 100, 1000], {
          anchor: 'bottom',
          tickSize: 0,
          tickFormat: String,
          label: null,
          color: theme.muted,
          fontSize: 11.5,
        }),
        Plot.axisY({
          anchor: 'left',
          tickSize: 0,
          tickPadding: 8,
          label: null,
          fontSize: 12,
        }),
        Plot.barX(bars, {
          y: 'label',
          x1: from,
          x2: 'ns',
          fill: (/** @type {Bar} */ { isOurs }) => (isOurs ? theme.first : theme.quiet),
          stroke: (/** @type {Bar} */ { wrong }) => (wrong ? theme.second : 'none'),
          strokeWidth: 2,
        }),
        Plot.text(bars, {
          y: 'label',
          x: 'ns',
          text: 'text',
          textAnchor: 'start',
          dx: 6,
          fontSize: 11.5,
          fill: (/** @type {Bar} */ { wrong }) => (wrong ? theme.second : theme.text),
        }),
      ],
    };
    const panel = { id: task, x: 24, y, title, color: theme.text, plot };
    y += height + 10;
    return [panel];
  });
  const { environment, effort } = study;
  return svg(
    {
      height: y + 6,
      description: `Horizontal bars of nanoseconds per element, for each loss and library, on a logarithmic scale. Libraries whose result is wrong by more than one in a thousand are outlined, with their error.`,
      panels: drawn,
    },
    {
      title: 'Mean loss of 2²⁰ float32 numbers, ns per element (log scale)',
      subtitle: `${environment.cpu}, Node ${environment.node}; one thread, resident data, ${effort.rounds} rounds`,
    },
    'en',
    theme,
  );
}
