// Reads values back out of a figure: where a mark is, by the scale that the labels of the axes tell.
import { parseHTML } from 'linkedom';

export interface Point {
  readonly x: number;
  readonly y: number;
}

type Dimension = 'x' | 'y';

/** As in translate(1.5,2), of the element itself and of all it is in, up to the panel. */
function offset(element: Element, panel: Element): Point {
  if (element === panel) return { x: 0, y: 0 };
  const of = element.getAttribute('transform') ?? '';
  const [, x = '0', y = '0'] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(of) ?? [];
  const { parentElement } = element;
  if (parentElement === null) throw new Error(`not in the panel: ${element.outerHTML}`);
  const parent = offset(parentElement, panel);
  return { x: parent.x + Number(x), y: parent.y + Number(y) };
}

/** 20,000 and −10 as the figures have them. */
function numberIn(text: string): number {
  return Number(text.replaceAll(',', '').replace('−', '-'));
}

/** One of the drawings in a figure. */
export class Panel {
  constructor(private readonly element: Element) {}

  private all(selector: string): Element[] {
    return [...this.element.querySelectorAll(selector)];
  }

  /** From pixels to values, by the first and the last label of the axis. */
  private scale(dimension: Dimension): (pixels: number) => number {
    const labels = this.all(`[aria-label="${dimension}-axis tick label"] text`);
    const [first, last] = [labels[0], labels[labels.length - 1]].map((label) => ({
      pixels: offset(label, this.element)[dimension],
      value: numberIn(label.textContent ?? ''),
    }));
    const perPixel = (last.value - first.value) / (last.pixels - first.pixels);
    return (pixels) => first.value + perPixel * (pixels - first.pixels);
  }

  private values(pixels: readonly Point[]): Point[] {
    const x = this.scale('x');
    const y = this.scale('y');
    return pixels.map((point) => ({ x: x(point.x), y: y(point.y) }));
  }

  /** The corners of a line. */
  line(name: string): Point[] {
    const [path] = this.all(`.${name} path`);
    const corners = (path.getAttribute('d') ?? '').matchAll(/[ML]([-\d.]+),([-\d.]+)/g);
    const moved = offset(path, this.element);
    return this.values(
      [...corners].map(([, x, y]) => ({ x: moved.x + Number(x), y: moved.y + Number(y) })),
    );
  }

  /** The centers of discs and diamonds. */
  discs(name: string): Point[] {
    const pixels = this.all(`.${name} circle, .${name} path`).map((disc) => {
      const moved = offset(disc, this.element);
      return {
        x: moved.x + Number(disc.getAttribute('cx') ?? 0),
        y: moved.y + Number(disc.getAttribute('cy') ?? 0),
      };
    });
    return this.values(pixels);
  }

  /** Where vertical lines are. */
  verticals(name: string): number[] {
    const x = this.scale('x');
    return this.all(`.${name} line`).map((line) =>
      x(offset(line, this.element).x + Number(line.getAttribute('x1'))),
    );
  }

  /** The lengths of bars, in pixels. */
  bars(name: string, length: 'width' | 'height'): number[] {
    return this.all(`.${name} rect`).map((bar) => Number(bar.getAttribute(length)));
  }

  /** Texts, or those of a kind. */
  texts(name?: string): string[] {
    const texts = this.all(name === undefined ? 'text' : `.${name} text`);
    return texts.map((text) =>
      text.children.length === 0
        ? (text.textContent ?? '')
        : [...text.children].map((line) => line.textContent).join('\n'),
    );
  }
}

export class Drawing {
  private readonly root: Element;

  constructor(svg: string) {
    this.root = parseHTML(svg).document.documentElement;
  }

  panel(id: string): Panel {
    const element = this.root.querySelector(`#${id}`);
    if (element === null) throw new Error(`no panel ${id}`);
    return new Panel(element);
  }

  text(selector: string): string {
    return this.root.querySelector(selector)?.textContent ?? '';
  }

  attribute(name: string): string {
    return this.root.getAttribute(name) ?? '';
  }
}
