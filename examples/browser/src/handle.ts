/** A mark of a plot that can be dragged, or moved by the keyboard: a slider to screen readers. */
import { s } from './dom';
import { type Plot, round } from './plot';

interface HandleOptions {
  name: string;
  className: string;
  shape?: 'circle' | 'diamond' | 'grip';
  orientation: 'horizontal' | 'vertical';
  min: number;
  max: number;
  step: number;
  get: () => number;
  set: (value: number) => void;
  /** What the value means, for a screen reader. */
  text: () => string;
  /** Where it is, in the plot's pixels. */
  at: (plot: Plot) => readonly [number, number];
  /** The value at a place of the plot, in its pixels. */
  from: (plot: Plot, x: number, y: number) => number;
  /** Whether a press anywhere in the plot takes it there. */
  wholePlot?: boolean;
}

const SHAPES = {
  circle: 'M-8,0a8,8 0 1,0 16,0a8,8 0 1,0 -16,0',
  diamond: 'M0,-10L10,0L0,10L-10,0Z',
  grip: 'M-14,-5h28a5,5 0 0 1 0,10h-28a5,5 0 0 1 0,-10z',
};

/** Half of what a finger needs. */
const REACH = 22;

export class Handle {
  private readonly plot: Plot;
  private readonly options: HandleOptions;
  private readonly element: SVGGElement;

  constructor(plot: Plot, options: HandleOptions) {
    this.plot = plot;
    this.options = options;
    const { name, className, shape = 'circle', orientation, min, max } = options;
    this.element = s(
      'g',
      {
        class: `handle ${className}`,
        role: 'slider',
        tabindex: 0,
        'aria-label': name,
        'aria-orientation': orientation,
        'aria-valuemin': min,
        'aria-valuemax': max,
      },
      s('circle', { class: 'reach', r: REACH }),
      s('path', { class: 'halo', d: SHAPES[shape] }),
      s('path', { class: 'shape', d: SHAPES[shape] }),
    );
    this.element.addEventListener('keydown', (event) => this.press(event));
    this.drag(this.element);
    // Browsers ignore the touch-action of an SVG's parts, and would scroll.
    this.element.addEventListener('touchstart', (event) => event.preventDefault(), {
      passive: false,
    });
    if (options.wholePlot) this.drag(plot.surface);
    plot.handles.append(this.element);
  }

  /** Puts it where its value is. */
  draw(): void {
    const { at, get, text } = this.options;
    const [x, y] = at(this.plot);
    this.element.setAttribute('transform', `translate(${round(x)},${round(y)})`);
    this.element.setAttribute('aria-valuenow', String(get()));
    this.element.setAttribute('aria-valuetext', text());
  }

  remove(): void {
    this.element.remove();
  }

  private drag(element: SVGElement) {
    element.classList.add('draggable');
    let before = this.options.get();
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      before = this.options.get();
      this.element.focus({ preventScroll: true });
      // Otherwise the press would take the focus away again, or select text.
      event.preventDefault();
      if (element !== this.element) this.follow(event);
    });
    element.addEventListener('pointermove', (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.follow(event);
    });
    // A finger that turned out to scroll the page has moved nothing.
    element.addEventListener('pointercancel', () => this.set(before));
  }

  private follow(event: PointerEvent) {
    const { from, step } = this.options;
    const value = from(this.plot, ...this.plot.pointer(event));
    this.set(Math.round(value / step) * step);
  }

  private press(event: KeyboardEvent) {
    const { get, step, min, max } = this.options;
    const value = {
      ArrowUp: get() + step,
      ArrowRight: get() + step,
      ArrowDown: get() - step,
      ArrowLeft: get() - step,
      PageUp: get() + 10 * step,
      PageDown: get() - 10 * step,
      Home: min,
      End: max,
    }[event.key];
    if (value === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.set(value);
  }

  private set(value: number) {
    const { min, max, set } = this.options;
    if (Number.isNaN(value)) return;
    // Steps such as 0.01 add up to 0.30000000000000004.
    set(Math.min(max, Math.max(min, Number(value.toFixed(6)))));
  }
}
