/** How many samples have which loss. */
import { ticks } from 'd3-array';
import { checkbox } from '../controls';
import { h, s, setAttribute } from '../dom';
import { t } from '../language';
import { count, format } from '../numbers';
import { ceiling, Plot, place } from '../plot';
import type { Score } from './score';

/** Stays as it was chosen while other columns are. */
let isLogarithmic = false;

export class Histogram {
  readonly element: HTMLElement;
  private readonly plot: Plot;
  private readonly score: Score;
  private readonly bars: readonly SVGRectElement[];

  constructor(score: Score) {
    this.score = score;
    this.bars = score.bins.map(() => s('rect', { class: 'bar truth' }));
    const most = Math.max(...score.bins);
    const { least, largest } = score;
    this.plot = new Plot({
      label: t('histogramText', format(least), format(largest), count(most)),
      height: (width) => Math.min(280, Math.max(210, 0.5 * width)),
      x: () => ({ domain: [least, largest > least ? largest : least + 1], label: t('loss') }),
      y: () =>
        isLogarithmic
          ? {
              domain: [0, Math.log10(1 + most) * 1.05],
              label: t('samples'),
              values: powers(most).map((n) => Math.log10(1 + n)),
              format: (value) => count(Math.round(10 ** value - 1)),
            }
          : {
              domain: [0, ceiling(most)],
              label: t('samples'),
              values: ticks(0, ceiling(most), 5).filter(Number.isInteger),
              format: count,
            },
      draw: () => this.place(),
    });
    this.plot.svg.setAttribute('role', 'img');
    this.plot.marks.append(...this.bars);
    this.element = h(
      'div',
      { class: 'stack' },
      h('h3', {}, t('histogram')),
      Number.isFinite(least) ? this.plot.svg : undefined,
      score.odd > 0 ? h('p', { class: 'note' }, t('histogramOdd', count(score.odd))) : undefined,
      checkbox(t('logarithmic'), isLogarithmic, (checked) => {
        isLogarithmic = checked;
        this.plot.draw();
      }),
    );
  }

  draw(): void {
    this.plot.draw();
  }

  private place() {
    const { plot, score } = this;
    const width = (plot.right - plot.left) / score.bins.length;
    score.bins.forEach((n, i) => {
      const bar = this.bars[i];
      if (bar === undefined) return;
      const height = plot.bottom - plot.y(isLogarithmic ? Math.log10(1 + n) : n);
      // What is there at all is to be seen.
      const visible = n === 0 ? 0 : Math.max(1.5, height);
      place(bar, plot.left + i * width + 0.5, plot.bottom - visible, width - 1, visible);
      setAttribute(bar, 'data-count', n);
    });
  }
}

function powers(most: number): number[] {
  const all = [0];
  for (let n = 1; n <= most; n *= 10) all.push(n);
  return all;
}
