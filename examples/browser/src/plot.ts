/**
 * A plot in SVG: axes that fit its width, and a layer for marks. Drawn here rather than by a
 * library because the marks are controls: they keep focus and pointer while everything moves, which
 * libraries that draw anew (Observable Plot, 90 KB) or on a canvas (uPlot, 22 KB) do not let them.
 */
import { ticks } from 'd3-array';
import { newId, s, setAttribute } from './dom';
import { format } from './numbers';

export interface Axis {
  domain: readonly [number, number];
  label: string;
  /** Where there are ticks; about as many as fit unless given. */
  values?: readonly number[];
  format?: (value: number) => string;
}

interface PlotOptions {
  /** What a screen reader says of it. */
  label: string;
  height: (width: number) => number;
  x: () => Axis;
  y: () => Axis;
  /** Puts the marks where they belong; called when the size has changed, too. */
  draw: (plot: Plot) => void;
}

const MARGIN = { top: 30, right: 16, bottom: 42, left: 52 };
const PIXELS_PER_TICK = { x: 80, y: 44 };

export class Plot {
  readonly svg: SVGSVGElement;
  /** Clipped to the frame. */
  readonly marks = s('g', { 'aria-hidden': 'true' });
  /** Above it, not clipped. */
  readonly labels = s('g', { 'aria-hidden': 'true' });
  readonly handles = s('g');
  readonly surface = s('rect', { class: 'surface' });
  width = 0;
  height = 0;
  private readonly options: PlotOptions;
  private readonly axes = s('g', { class: 'axes', 'aria-hidden': 'true' });
  private readonly clip = s('rect');
  private drawn = '';
  private xDomain: readonly [number, number] = [0, 1];
  private yDomain: readonly [number, number] = [0, 1];

  constructor(options: PlotOptions) {
    this.options = options;
    const id = newId();
    this.marks.setAttribute('clip-path', `url(#${id})`);
    this.svg = s(
      'svg',
      { class: 'plot', role: 'group', 'aria-label': options.label },
      s('clipPath', { id }, this.clip),
      this.surface,
      this.axes,
      this.marks,
      this.labels,
      this.handles,
    );
    new ResizeObserver(() => this.fit()).observe(this.svg);
  }

  get left(): number {
    return MARGIN.left;
  }

  get right(): number {
    return this.width - MARGIN.right;
  }

  get top(): number {
    return MARGIN.top;
  }

  get bottom(): number {
    return this.height - MARGIN.bottom;
  }

  x(value: number): number {
    return scale(value, this.xDomain, this.left, this.right);
  }

  y(value: number): number {
    return scale(value, this.yDomain, this.bottom, this.top);
  }

  xAt(pixel: number): number {
    return scale(pixel, [this.left, this.right], ...this.xDomain);
  }

  yAt(pixel: number): number {
    return scale(pixel, [this.bottom, this.top], ...this.yDomain);
  }

  /** Where a pointer is, in the plot's own pixels. */
  pointer(event: PointerEvent): readonly [number, number] {
    const box = this.svg.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** A path through points of the plot. */
  path(points: readonly (readonly [number, number])[]): string {
    return points
      .map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(this.x(x))},${round(this.y(y))}`)
      .join('');
  }

  draw(): void {
    // Before it is in the document it has no size; once it is, the observer is only told later.
    if (this.width === 0) this.fit();
    else this.redraw();
  }

  private redraw() {
    const [x, y] = [this.options.x(), this.options.y()];
    this.xDomain = x.domain;
    this.yDomain = y.domain;
    // Axes that have not changed are left alone: this runs at every move of a pointer.
    const drawn = JSON.stringify([this.width, this.height, x, y]);
    if (drawn !== this.drawn) this.axes.replaceChildren(...this.xAxis(x), ...this.yAxis(y));
    this.drawn = drawn;
    this.options.draw(this);
  }

  private fit() {
    const width = Math.round(this.svg.getBoundingClientRect().width);
    if (width === 0 || width === this.width) return;
    this.width = width;
    this.height = Math.round(this.options.height(width));
    this.svg.setAttribute('viewBox', `0 0 ${width} ${this.height}`);
    for (const rect of [this.clip, this.surface]) {
      place(rect, this.left, this.top, this.right - this.left, this.bottom - this.top);
    }
    this.redraw();
  }

  private xAxis({ domain, label, values, format: text = format }: Axis): SVGElement[] {
    const few = Math.max(2, (this.right - this.left) / PIXELS_PER_TICK.x);
    return [
      ...(values ?? ticks(...domain, few)).map((value) =>
        s(
          'g',
          { transform: `translate(${round(this.x(value))},0)` },
          s('line', { y1: this.top, y2: this.bottom }),
          s('text', { y: this.bottom + 18, 'text-anchor': 'middle' }, text(value)),
        ),
      ),
      s(
        'text',
        { class: 'title', x: this.right, y: this.height - 6, 'text-anchor': 'end' },
        `${label} →`,
      ),
    ];
  }

  private yAxis({ domain, label, values, format: text = format }: Axis): SVGElement[] {
    const few = Math.max(2, (this.bottom - this.top) / PIXELS_PER_TICK.y);
    return [
      ...(values ?? ticks(...domain, few)).map((value) =>
        s(
          'g',
          { transform: `translate(0,${round(this.y(value))})` },
          s('line', { x1: this.left, x2: this.right, class: value === 0 ? 'zero' : '' }),
          s('text', { x: this.left - 8, dy: '0.32em', 'text-anchor': 'end' }, text(value)),
        ),
      ),
      s('text', { class: 'title', x: 4, y: 14 }, `↑ ${label}`),
    ];
  }
}

function scale(
  value: number,
  [from, to]: readonly [number, number],
  first: number,
  last: number,
): number {
  return first + ((value - from) / (to - from)) * (last - first);
}

/** A tenth of a pixel is enough. */
export function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}

/** Sets where a rectangle is; a negative height or width reaches the other way. */
export function place(
  rect: SVGRectElement,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  setAttribute(rect, 'x', round(Math.min(x, x + width)));
  setAttribute(rect, 'y', round(Math.min(y, y + height)));
  setAttribute(rect, 'width', round(Math.abs(width)));
  setAttribute(rect, 'height', round(Math.abs(height)));
}

/** Values from `from` to `to`, both included. */
export function range(from: number, to: number, n: number): number[] {
  return Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
}

/** The next round number from which an axis can reach down to 0. */
export function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * size >= value) ?? 10;
  return step * size;
}
