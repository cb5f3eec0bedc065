/** Three houses: what squared, absolute and Huber loss say of a price, and of the slope. */
import type { Engine } from 'lossmeter';
import { Choice, digitsSwitch, PresetButton, Range, Readout } from '../controls';
import { h, s, setAttribute } from '../dom';
import { engine } from '../engine';
import { figures } from '../figures';
import { Handle } from '../handle';
import { type Key, t } from '../language';
import { format, percent } from '../numbers';
import { ceiling, Plot, range, round } from '../plot';
import type { View } from '../view';
import { least } from './least';

const SIZES = [50, 80, 120] as const;
/** The slopes of the curves: those of the worked example and some more on both sides. */
const SLOPE = { min: 1, max: 3, step: 0.01 };
const PRICE = { min: 0, max: 400, step: 1 };
const DELTA = { min: 1, max: 60, step: 1 };
const LARGEST_SIZE = 140;
const HANDLE_SIZE = 132;
const CURVE = range(SLOPE.min, SLOPE.max, 101);
/** Times a size of some hundred squared, a step that leads to the least point in a few. */
const RATE = 2.5e-5;

const KINDS = ['squared', 'absolute', 'huber'] as const;
type Kind = (typeof KINDS)[number];

const state = {
  prices: [100, 160, 340],
  slope: 2,
  delta: 10,
  shown: 'squared' as Kind,
};

interface Preset {
  readonly name: Key;
  readonly prices: readonly number[];
  readonly slope: number;
}

const PRESETS: readonly Preset[] = [
  { name: 'housesRight', prices: [100, 160, 240], slope: 2 },
  { name: 'housesTen', prices: [100, 160, 250], slope: 2 },
  { name: 'housesSlope', prices: [105, 168, 252], slope: 1.5 },
  { name: 'housesOutlier', prices: [100, 160, 340], slope: 2 },
];

function lossOf(kind: Kind, { squaredError, absoluteError, huber }: Engine = engine()) {
  if (kind === 'huber') return huber.with({ delta: state.delta });
  return kind === 'squared' ? squaredError : absoluteError;
}

function predicted(slope = state.slope): number[] {
  return SIZES.map((size) => slope * size);
}

const house = (i: number) => t('house', SIZES[i] ?? 0);

export function regression(): View {
  const cards = KINDS.map((kind) => new LossCard(kind, update));
  const table = new SampleTable();
  const plane = new Plane(update);
  const shown = new Choice<Kind>({
    label: t('areaShown'),
    options: KINDS.map((kind) => [kind, t(kind)]),
    get: () => state.shown,
    set: (kind) => {
      state.shown = kind;
      update();
    },
  });
  const slope = new Range({
    label: t('slope'),
    ...SLOPE,
    get: () => state.slope,
    set: (value) => {
      state.slope = value;
      update();
    },
  });
  const delta = new Range({
    label: t('delta'),
    ...DELTA,
    get: () => state.delta,
    set: (value) => {
      state.delta = value;
      update();
    },
  });
  const presets = PRESETS.map(
    (preset) =>
      new PresetButton(
        t(preset.name),
        () => preset.slope === state.slope && preset.prices.every((p, i) => p === state.prices[i]),
        () => {
          state.prices = [...preset.prices];
          state.slope = preset.slope;
          update();
        },
      ),
  );

  /** A step of gradient descent on the mean of the loss that is shown: dL/dw = Σ sizeᵢ·∂L/∂pᵢ. */
  function descend() {
    const gradient = lossOf(state.shown).gradient(state.prices, predicted());
    const byKind = { squared: 1, absolute: 10, huber: 10 / state.delta }[state.shown];
    const step = RATE * byKind * SIZES.reduce((sum, size, i) => sum + size * (gradient[i] ?? 0), 0);
    state.slope = Math.min(SLOPE.max, Math.max(SLOPE.min, state.slope - step));
    update();
  }

  function update() {
    plane.draw();
    table.draw();
    for (const part of [...cards, ...presets, shown, slope, delta]) part.draw();
  }

  const element = h(
    'div',
    { class: 'view regression' },
    h('header', { class: 'intro' }, h('h2', {}, t('regression')), h('p', {}, t('regressionIntro'))),
    h(
      'div',
      { class: 'presets', role: 'group', 'aria-label': t('presets') },
      ...presets.map((preset) => preset.element),
    ),
    h(
      'div',
      { class: 'split' },
      h(
        'section',
        { class: 'card', 'aria-label': t('plane') },
        plane.svg,
        h('p', { class: 'hint' }, t('planeHint')),
      ),
      h(
        'section',
        { class: 'card controls', 'aria-label': t('controls') },
        shown.element,
        slope.element,
        delta.element,
        h(
          'div',
          { class: 'row' },
          h('button', { type: 'button', onclick: descend }, t('descend')),
          digitsSwitch(),
        ),
        table.element,
      ),
    ),
    h('div', { class: 'thirds' }, ...cards.map((card) => card.element)),
    figures([
      ['slopes', t('figureHousesCurve')],
      ['errors', t('figureSquaredAbsolute')],
    ]),
  );
  update();
  return { element };
}

/** The houses by size and price, the line of the predictions, and one loss as an area. */
class Plane {
  private readonly plot: Plot;
  private readonly line = s('path', { class: 'line' });
  private readonly areas = SIZES.map(() => s('path', { class: 'area' }));
  private readonly residuals = SIZES.map(() => s('line', { class: 'residual' }));
  private readonly texts = SIZES.map(() => s('text', { class: 'label', 'text-anchor': 'middle' }));
  private readonly handles: readonly Handle[];

  constructor(changed: () => void) {
    this.plot = new Plot({
      label: t('plane'),
      height: (width) => Math.min(460, Math.max(300, 0.68 * width)),
      x: () => ({ domain: [0, LARGEST_SIZE], label: t('size') }),
      y: () => ({ domain: [PRICE.min, PRICE.max], label: t('price') }),
      draw: () => this.place(),
    });
    this.plot.marks.append(...this.areas, this.line, ...this.residuals);
    this.plot.labels.append(...this.texts);
    const prices = SIZES.map(
      (size, i) =>
        new Handle(this.plot, {
          name: t('priceOf', house(i)),
          className: 'house',
          orientation: 'vertical',
          ...PRICE,
          get: () => state.prices[i] ?? 0,
          set: (value) => {
            state.prices[i] = value;
            changed();
          },
          text: () =>
            t('priceText', state.prices[i] ?? 0, format(lossAt(state.shown, i)), t(state.shown)),
          at: (plot) => [plot.x(size), plot.y(state.prices[i] ?? 0)],
          from: (plot, _x, y) => plot.yAt(y),
        }),
    );
    const slope = new Handle(this.plot, {
      name: t('slopeOfLine'),
      className: 'slope',
      shape: 'diamond',
      orientation: 'vertical',
      ...SLOPE,
      get: () => state.slope,
      set: (value) => {
        state.slope = value;
        changed();
      },
      text: () =>
        t(
          'slopeText',
          format(state.slope),
          format(meanAt(state.shown, state.slope)),
          t(state.shown),
        ),
      at: (plot) => [plot.x(HANDLE_SIZE), plot.y(state.slope * HANDLE_SIZE)],
      from: (plot, _x, y) => plot.yAt(y) / HANDLE_SIZE,
    });
    this.handles = [...prices, slope];
  }

  get svg(): SVGSVGElement {
    return this.plot.svg;
  }

  draw(): void {
    this.plot.draw();
  }

  private place() {
    const { plot } = this;
    setAttribute(
      this.line,
      'd',
      plot.path([
        [0, 0],
        [LARGEST_SIZE, state.slope * LARGEST_SIZE],
      ]),
    );
    const losses = perSample(state.shown);
    SIZES.forEach((size, i) => {
      const price = state.prices[i] ?? 0;
      const guess = state.slope * size;
      const residual = this.residuals[i];
      const area = this.areas[i];
      const text = this.texts[i];
      if (residual === undefined || area === undefined || text === undefined) return;
      const x = round(plot.x(size));
      setAttribute(residual, 'x1', x);
      setAttribute(residual, 'x2', x);
      setAttribute(residual, 'y1', round(plot.y(price)));
      setAttribute(residual, 'y2', round(plot.y(guess)));
      setAttribute(area, 'd', this.area(size, guess, price));
      setAttribute(area, 'class', `area ${state.shown}`);
      const isAbove = price >= guess;
      text.textContent = format(losses[i] ?? 0);
      setAttribute(text, 'x', x);
      setAttribute(text, 'y', round(plot.y(price)) + (isAbove ? -14 : 24));
      setAttribute(text, 'class', `label ${state.shown}`);
    });
    for (const handle of this.handles) handle.draw();
  }

  /**
   * The loss as an area to the left of the difference, in units of the price axis: squared error is
   * a square; Huber loss half of one, cut off where it is δ wide; absolute error a bar of fixed width.
   */
  private area(size: number, guess: number, price: number): string {
    const { plot } = this;
    const x = plot.x(size);
    const pixels = plot.y(0) - plot.y(1);
    const [from, to] = [plot.y(guess), plot.y(price)];
    const length = Math.abs(to - from);
    const direction = Math.sign(to - from);
    if (state.shown === 'squared') return `M${x},${from}h${-length}V${to}H${x}Z`;
    if (state.shown === 'absolute') return `M${x},${from}h-9V${to}H${x}Z`;
    const cut = Math.min(length, state.delta * pixels);
    return `M${x},${from}L${x - cut},${from + direction * cut}V${to}H${x}Z`;
  }
}

function perSample(kind: Kind): Float64Array {
  return lossOf(kind).perSample(state.prices, predicted());
}

function lossAt(kind: Kind, i: number): number {
  return perSample(kind)[i] ?? 0;
}

function meanAt(kind: Kind, slope: number): number {
  return lossOf(kind).mean(state.prices, predicted(slope));
}

/** A loss: its mean, who it comes from, and its curve over the slope with the least point. */
class LossCard {
  readonly element: HTMLElement;
  private readonly kind: Kind;
  private readonly mean: Readout;
  private readonly leastSlope: Readout;
  private readonly leastMean: Readout;
  private readonly shares = SIZES.map(() => h('span', { class: 'share' }));
  private readonly plot: Plot;
  private readonly curve: SVGPathElement;
  private readonly rule = s('line', { class: 'rule' });
  private readonly dot = s('circle', { class: 'least', r: 4.5 });
  private readonly handle: Handle;
  private means: readonly number[] = [];
  private best: readonly [number, number] = [0, 0];

  constructor(kind: Kind, changed: () => void) {
    this.kind = kind;
    this.mean = new Readout(`${kind}.mean`);
    this.leastSlope = new Readout(`${kind}.leastSlope`, 6);
    this.leastMean = new Readout(`${kind}.leastMean`);
    this.curve = s('path', { class: `curve ${kind}` });
    this.plot = new Plot({
      label: t('curveOf', t(kind)),
      height: (width) => Math.min(240, Math.max(200, 0.6 * width)),
      x: () => ({ domain: [SLOPE.min, SLOPE.max], label: t('slopeShort') }),
      y: () => ({ domain: [0, ceiling(Math.max(...this.means))], label: t('mean') }),
      draw: () => this.place(),
    });
    this.plot.marks.append(this.rule, this.curve);
    this.plot.labels.append(this.dot);
    this.handle = new Handle(this.plot, {
      name: t('slopeOnCurve', t(kind)),
      className: kind,
      orientation: 'horizontal',
      ...SLOPE,
      get: () => state.slope,
      set: (value) => {
        state.slope = value;
        changed();
      },
      text: () => t('slopeText', format(state.slope), format(meanAt(kind, state.slope)), t(kind)),
      at: (plot) => [plot.x(state.slope), plot.y(meanAt(kind, state.slope))],
      from: (plot, x) => plot.xAt(x),
      wholePlot: true,
    });
    this.element = h(
      'section',
      { class: `card loss ${kind}` },
      h('h3', {}, t(kind), h('span', { class: 'formula' }, t(`${kind}Formula`))),
      h('p', { class: 'big' }, h('span', { class: 'what' }, t('mean')), this.mean.element),
      h('div', { class: 'shares', 'aria-hidden': 'true' }, ...this.shares),
      this.plot.svg,
      h(
        'p',
        { class: 'note' },
        t('leastAt'),
        this.leastSlope.element,
        t('leastIs'),
        this.leastMean.element,
      ),
    );
  }

  draw(): void {
    const loss = lossOf(this.kind);
    this.means = CURVE.map((slope) => loss.mean(state.prices, predicted(slope)));
    const slope = least((w) => loss.mean(state.prices, predicted(w)), SLOPE.min, SLOPE.max);
    this.best = [slope, meanAt(this.kind, slope)];
    this.mean.set(meanAt(this.kind, state.slope));
    this.leastSlope.set(this.best[0]);
    this.leastMean.set(this.best[1]);
    this.drawShares();
    this.plot.draw();
  }

  private drawShares() {
    const losses = perSample(this.kind);
    const sum = lossOf(this.kind).sum(state.prices, predicted());
    this.shares.forEach((share, i) => {
      const part = sum === 0 ? 0 : (losses[i] ?? 0) / sum;
      share.style.flexGrow = String(part);
      share.hidden = part === 0;
      share.textContent = part > 0.12 ? `${SIZES[i]} m²: ${percent(part)}` : '';
    });
  }

  private place() {
    const { plot } = this;
    this.curve.setAttribute('d', plot.path(CURVE.map((w, i) => [w, this.means[i] ?? 0])));
    const [slope, mean] = this.best;
    setAttribute(this.rule, 'x1', round(plot.x(slope)));
    setAttribute(this.rule, 'x2', round(plot.x(slope)));
    setAttribute(this.rule, 'y1', plot.top);
    setAttribute(this.rule, 'y2', plot.bottom);
    setAttribute(this.dot, 'cx', round(plot.x(slope)));
    setAttribute(this.dot, 'cy', round(plot.y(mean)));
    this.handle.draw();
  }
}

/** Each house's price, prediction and losses, and their means. */
class SampleTable {
  readonly element: HTMLTableElement;
  private readonly rows = SIZES.map((_, i) => ({
    price: new Readout(`price.${i}`),
    predicted: new Readout(`predicted.${i}`),
    losses: KINDS.map((kind) => new Readout(`${kind}.${i}`)),
  }));

  constructor() {
    const head = ['size', 'price', 'prediction', ...KINDS] as const;
    this.element = h(
      'table',
      {},
      h('caption', {}, t('perSample')),
      h(
        'thead',
        {},
        h('tr', {}, ...head.map((key) => h('th', { scope: 'col', class: key }, t(key)))),
      ),
      h(
        'tbody',
        {},
        ...this.rows.map(({ price, predicted: guess, losses }, i) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, `${SIZES[i]} m²`),
            ...[price, guess, ...losses].map(({ element }) => h('td', {}, element)),
          ),
        ),
      ),
    );
  }

  draw(): void {
    const guesses = predicted();
    const losses = KINDS.map(perSample);
    this.rows.forEach((row, i) => {
      row.price.set(state.prices[i] ?? 0);
      row.predicted.set(guesses[i] ?? 0);
      row.losses.forEach((readout, k) => {
        readout.set(losses[k]?.[i] ?? 0);
      });
    });
  }
}
